//! What was committed is what is answered.

use crate::world::{
    BUILD, DAYS, FILE, bank_id, batch, charge_id, commit_day, entry, exception, noon, partition, score, step,
    store_digest, three_days,
};
use domain::{
    Account, Action, Batch, Body, Currency, Event, ExceptionRule, IssueRule, PairAnswer, PairKey, PairQueue, PartyId,
    RiskKind, Stage, Status, Step, Subject, Token,
};
use jiff::SignedDuration;
use store::{
    ContentKind, EntryFilter, ExceptionFilter, IssueFilter, ScoreFilter, ScoreOrder, ScratchTables, Store, SubjectKind,
    cpu_level, payload_digest,
};

#[test]
fn the_journal_gives_back_every_batch_in_order_with_its_chain() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let mut previous = domain::Digest::default();
    for (day, read) in (0..).zip(store.read().batches()) {
        let (head, read) = read.unwrap();
        assert_eq!(read, batch(day, DAYS[usize::try_from(day).unwrap()]));
        assert_eq!(head.seq, u64::try_from(day).unwrap() + 1);
        assert_eq!((head.partition.clone(), head.build.as_str()), (partition(), BUILD));
        assert_eq!((head.events, head.cpu.clone()), (read.events.len() as u64, cpu_level()));
        assert_eq!(head.previous, previous);
        previous = head.chain();
    }
}

#[test]
fn the_journal_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(dir.path(), &partition(), BUILD).unwrap();
    commit_day(&mut store, 0);
    drop(store);
    let mut store = Store::open(dir.path(), "0.2.0").unwrap();
    commit_day(&mut store, 1);
    let builds: Vec<_> = store.read().batches().map(|read| read.unwrap().0.build).collect();
    assert_eq!(builds, [BUILD, "0.2.0"]);
}

#[test]
fn a_record_is_found_in_a_row_and_in_a_segment() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    for (day, number) in [(0, 4), (1, 0), (1, 1_050), (1, 1_099), (2, 0)] {
        let id = charge_id(day, number);
        let record = store.read().record(&id).unwrap().unwrap();
        assert_eq!(record.id, id);
        assert_eq!(store.payload_digests(&[id]).unwrap(), [Some(payload_digest(&record))]);
    }
    assert_eq!(store.payload_digests(&[charge_id(9, 9)]).unwrap(), [None]);
}

#[test]
fn a_source_file_opens_at_a_range_and_at_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let file = store_digest();
    assert_eq!(store.read().raw(&file).unwrap(), FILE);
    assert_eq!(store.read().raw_slice(&file, 11, 12).unwrap(), b"charge,12.00");
    assert_eq!(store.read().raw_line(&file, 3).unwrap(), b"bank,12.00");
    let row = store.known_file(&file).unwrap().unwrap();
    assert_eq!((row.first_batch, row.name.as_str()), (1, "lamps.csv"));
    assert_eq!(store.read().files().unwrap(), [row]);
}

#[test]
fn balances_at_any_instant_are_the_sums_of_the_entries_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(dir.path(), &partition(), BUILD).unwrap();
    let days = [0, 20, 30, 31, 32, 59];
    for day in days {
        store.commit(&batch(day, 2), &step(day, 2), &[]).unwrap();
    }
    let sum = |until| {
        let entries = days.into_iter().flat_map(|day| [entry(day, 0), entry(day, 1)]).filter(|entry| entry.at <= until);
        entries.map(|entry| i128::from(entry.postings[0].amount.minor)).sum::<i128>()
    };
    let second = SignedDuration::from_secs(1);
    for until in days.into_iter().flat_map(|day| [noon(day) - second, noon(day), noon(day) + second]) {
        let balances = store.read().balances(Some(until)).unwrap();
        assert_eq!(balances.iter().map(|balance| balance.minor).sum::<i128>(), 0);
        let processor = balances.iter().find(|balance| balance.account == Account::ProcessorBalance);
        assert_eq!(processor.map_or(0, |balance| balance.minor), sum(until), "{until}");
    }
    assert_eq!(store.read().balances(None).unwrap(), store.read().balances(Some(noon(99))).unwrap());
    let months = store.read().monthly_totals().unwrap();
    let fees: Vec<_> = months.iter().filter(|total| total.account == Account::ProcessorFees).collect();
    assert_eq!(fees.iter().map(|total| total.month.as_str()).collect::<Vec<_>>(), ["2011-01", "2011-02", "2011-03"]);
    assert_eq!(fees.iter().map(|total| total.minor).collect::<Vec<_>>(), [180, 120, 60]);
    assert!(fees.iter().all(|total| total.currency == Currency::GBP));
}

#[test]
fn entries_are_found_by_id_record_account_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let read = store.read();
    assert_eq!(read.entry(&entry(1, 7).id).unwrap(), Some(entry(1, 7)));
    assert_eq!(read.entries_of(&charge_id(1, 7)).unwrap(), [entry(1, 7)]);
    let first_day = EntryFilter { to: Some(noon(1)), limit: 3, offset: 1, ..EntryFilter::default() };
    assert_eq!(read.entries(&first_day).unwrap(), [entry(0, 1), entry(0, 2), entry(0, 3)]);
    let last_fees =
        EntryFilter { account: Some(Account::ProcessorFees), from: Some(noon(2)), ..EntryFilter::default() };
    assert_eq!(read.entries(&last_fees).unwrap(), [entry(2, 0)]);
    assert_eq!(read.entries(&EntryFilter { account: Some(Account::Bank), ..first_day }).unwrap(), []);
}

#[test]
fn exceptions_come_by_money_at_risk_and_their_latest_row_stands() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let read = store.read();
    let expected = [exception(2, Status::Open), exception(1, Status::Cleared), exception(0, Status::Cleared)];
    assert_eq!(read.exceptions(&ExceptionFilter::default()).unwrap(), expected);
    let open = ExceptionFilter { status: Some(Status::Open), ..ExceptionFilter::default() };
    assert_eq!(read.exceptions(&open).unwrap(), expected[..1]);
    let other = ExceptionFilter { rule: Some(ExceptionRule::DuplicateCharge), ..ExceptionFilter::default() };
    assert_eq!(read.exceptions(&other).unwrap(), []);
    assert_eq!(read.exception(&expected[1].id).unwrap().as_ref(), Some(&expected[1]));
    let totals = read.exception_totals(None).unwrap();
    let summed: Vec<_> = totals.iter().map(|total| (total.status, total.count, total.money_at_risk_minor)).collect();
    assert_eq!(summed, [(Status::Open, 1, 200), (Status::Cleared, 2, 100)]);
}

#[test]
fn a_settlement_is_found_from_both_sides_and_its_latest_row_stands() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    for (day, withdrawn) in [(0, true), (1, true), (2, false)] {
        let by_charge = store.read().settlements_of(&charge_id(day, 0)).unwrap();
        assert_eq!(by_charge, store.read().settlements_of(&bank_id(day)).unwrap());
        assert_eq!(by_charge.iter().map(|settlement| settlement.withdrawn).collect::<Vec<_>>(), [withdrawn]);
    }
}

#[test]
fn live_scores_come_by_money_or_by_points_and_retired_ones_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let read = store.read();
    let transactions = ScoreFilter { subject: Some(SubjectKind::Transaction), limit: 2, ..ScoreFilter::default() };
    assert_eq!(read.scores(&transactions).unwrap(), [score(1, 1_099), score(1, 1_098)]);
    let by_points = ScoreFilter { order: ScoreOrder::Points, offset: 1, limit: 1, ..transactions };
    assert_eq!(read.scores(&by_points).unwrap(), [score(1, 1_094)]);
    assert_eq!(read.scores(&ScoreFilter { subject: Some(SubjectKind::Buyer), ..transactions }).unwrap(), []);
    assert_eq!(read.scores(&ScoreFilter { kind: Some(RiskKind::Credit), ..transactions }).unwrap(), []);
    let subject = |day| Subject::Transaction(charge_id(day, 0));
    assert_eq!(read.score(&subject(1), RiskKind::Transaction).unwrap(), None, "retired the day after");
    assert_eq!(read.score(&subject(2), RiskKind::Transaction).unwrap(), Some(score(2, 0)));
}

#[test]
fn counts_and_what_is_installed_are_those_of_all_batches() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let read = store.read();
    let records: Vec<_> = read.record_counts().unwrap().iter().map(|row| (row.kind, row.records)).collect();
    assert_eq!(records, [(ContentKind::Processor, 1_106), (ContentKind::Bank, 3)]);
    assert_eq!(read.stage_counts().unwrap()[Stage::Post as usize].taken, 30);
    assert_eq!(read.decision_counts().unwrap(), [(Action::Allow, 994), (Action::Review, 112)]);
    assert_eq!(read.decisions_of(&charge_id(0, 0)).unwrap()[0].action, Action::Review);
    assert_eq!(read.policy().unwrap().unwrap().version, 2);
    assert_eq!(read.installed_model().unwrap(), None);
    assert_eq!(read.reconciled_at().unwrap(), Some(noon(2)));
    assert_eq!(read.party_count().unwrap(), 2);
    assert_eq!(read.party(&PartyId::from("buyer:0")).unwrap().unwrap().country, "country 2");
    assert_eq!(read.features().unwrap().len(), 1_106);
    assert_eq!(read.labels().unwrap().len(), 3);
}

#[test]
fn issues_come_with_their_files_name() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let rows = store.read().issues(&IssueFilter::default()).unwrap();
    assert!(rows.iter().all(|row| row.file_name == "lamps.csv"));
    let numbers = IssueFilter { rule: Some(IssueRule::InvalidNumber), ..IssueFilter::default() };
    assert_eq!(store.read().issues(&numbers).unwrap().len(), 2);
    let of_stage = |stage| IssueFilter { stage: Some(stage), file: Some(store_digest()), ..IssueFilter::default() };
    assert_eq!(store.read().issues(&of_stage(Stage::Sources)).unwrap().len(), 3);
    assert_eq!(store.read().issues(&of_stage(Stage::Link)).unwrap().len(), 0);
    let counts = store.read().issue_counts().unwrap();
    assert_eq!(counts, [("InvalidNumber".to_owned(), 2), ("MissingValue".to_owned(), 1)]);
}

#[test]
fn the_last_answer_to_a_pair_stands_and_undoing_brings_the_one_before_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(dir.path(), &partition(), BUILD).unwrap();
    let key = |byte| PairKey::of(Token([byte; 16]), Token([9; 16]));
    let (same, different) = (PairAnswer::Same, PairAnswer::Different);
    let queue = PairQueue { tables: "a, b".to_owned(), pairs: store.keep_raw(b"[]").unwrap(), count: 0 };
    let said = |pair, answer| Body::PairAnswered { pair, answer };
    let all = [
        (Body::PairsQueued(queue.clone()), vec![]),
        (said(key(1), same), vec![(key(1), same)]),
        (said(key(2), different), vec![(key(1), same), (key(2), different)]),
        (said(key(1), different), vec![(key(2), different), (key(1), different)]),
        (Body::PairAnswerUndone(key(1)), vec![(key(1), same), (key(2), different)]),
        (Body::PairAnswerUndone(key(1)), vec![(key(2), different)]),
        (Body::PairAnswerUndone(key(1)), vec![(key(2), different)]),
    ];
    assert_eq!((store.read().pair_queue().unwrap(), store.read().pair_answers().unwrap()), (None, vec![]));
    for (body, standing) in all {
        let batch = Batch { events: vec![Event { now: noon(1), body }] };
        store.commit(&batch, &Step::default(), &[]).unwrap();
        let answers = store.read().pair_answers().unwrap();
        assert_eq!(answers.iter().map(|row| (row.pair, row.answer)).collect::<Vec<_>>(), standing);
        assert!(answers.iter().all(|row| row.at == noon(1)));
    }
    assert_eq!(store.read().pair_queue().unwrap(), Some(queue));
    let mut tables = ScratchTables::new().unwrap();
    for read in store.read().batches() {
        let (head, batch) = read.unwrap();
        tables.apply(head.seq, &batch, &Step::default()).unwrap();
    }
    assert_eq!(tables.table_digests().unwrap(), store.read().table_digests().unwrap());
}

#[test]
fn replay_gives_the_same_tables_and_another_step_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let replayed = |changed: bool| {
        let mut tables = ScratchTables::new().unwrap();
        for (day, read) in (0..).zip(store.read().batches()) {
            let (head, batch) = read.unwrap();
            let mut step = step(day, DAYS[usize::try_from(day).unwrap()]);
            if changed && day == 1 {
                step.scores[77].probability += f64::EPSILON;
            }
            tables.apply(head.seq, &batch, &step).unwrap();
        }
        tables.table_digests().unwrap()
    };
    let live = store.read().table_digests().unwrap();
    assert_eq!(replayed(false), live);
    let other = replayed(true);
    let differing: Vec<_> = live.iter().zip(&other).filter(|(a, b)| a != b).map(|(a, _)| a.table).collect();
    assert_eq!(differing, ["scores"]);
}

#[test]
fn readers_in_several_threads_see_committed_states_while_the_writer_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(dir.path(), &partition(), BUILD).unwrap();
    let reader = Store::reader(dir.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while reader.party_count().unwrap() < 2 {
                    let sum: i128 = reader.balances(None).unwrap().iter().map(|balance| balance.minor).sum();
                    assert_eq!(sum, 0);
                }
            });
        }
        (0..3).for_each(|day| commit_day(&mut store, day));
    });
    assert_eq!(reader.batches().filter(Result::is_ok).count(), 3);
}

#[test]
fn a_model_event_is_the_installed_model() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = three_days(dir.path());
    let model = store.keep_model(b"trees").unwrap();
    let body = Body::ModelInstalled { model, loss_given_event_bps: 4_500, base_rate_bps: 120 };
    let batch = domain::Batch { events: vec![domain::Event { now: noon(5), body }] };
    store.commit(&batch, &domain::Step::default(), &[]).unwrap();
    let installed = store.read().installed_model().unwrap().unwrap();
    assert_eq!((installed.model, installed.loss_given_event_bps, installed.at), (model, 4_500, noon(5)));
    assert_eq!(store.read().model(&model).unwrap(), b"trees");
}

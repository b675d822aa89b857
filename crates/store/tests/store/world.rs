//! A small shop: each day brings charges, a payout's bank line and what an engine could make of them.

use domain::{
    Account, Action, BankLine, Batch, Body, Content, Currency, Decision, Digest, Entry, EntryId, Event, Exception,
    ExceptionRule, FeatureRow, Issue, IssueRule, Label, Level, Method, Money, Party, PartyId, PartyKind, Policy,
    Posting, ProcessorCategory, ProcessorLine, Reason, Record, RecordId, RiskKind, Score, Settlement, SettlementKind,
    Share, Span, Stage, StageCount, Status, Step, Subject, Token,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use store::{FileRow, Partition, Store};

pub(crate) const BUILD: &str = "0.1.0-test";

/// What every day's file says.
pub(crate) const FILE: &[u8] = b"id,amount\r\ncharge,12.00\r\nbank,12.00\r\n";

pub(crate) fn partition() -> Partition {
    Partition { tenant: "acme".into(), business: "lamps".into() }
}

pub(crate) fn pounds(minor: i64) -> Money {
    Money::new(minor, Currency::GBP)
}

/// Noon of a day, counted from 2011-01-01.
pub(crate) fn noon(day: i64) -> Timestamp {
    "2011-01-01T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day)
}

pub(crate) fn charge_id(day: i64, number: i64) -> RecordId {
    RecordId::from(format!("stripe:txn_{day}_{number}"))
}

pub(crate) fn bank_id(day: i64) -> RecordId {
    RecordId::from(format!("bank:{day}"))
}

fn charge(day: i64, number: i64) -> Record {
    let gross = pounds(1_000 + number);
    let content = Content::Processor(ProcessorLine {
        category: ProcessorCategory::Charge,
        gross,
        fee: pounds(30),
        net: pounds(gross.minor - 30),
        source_id: format!("ch_{day}_{number}"),
        charge: None,
        payout: Some(format!("po_{day}")),
        payout_at: Some(noon(day + 2)),
        order_reference: Some(number.to_string()),
        customer: Some(Token([u8::try_from(number % 250).unwrap(); 16])),
        description: "a lamp".into(),
        presentment: None,
        card_country: None,
    });
    record(charge_id(day, number), day, content)
}

fn bank(day: i64) -> Record {
    let content = Content::Bank(BankLine {
        account: "GB33BUKB20201555555555".into(),
        amount: pounds(5_000),
        booked: noon(day).to_zoned(jiff::tz::TimeZone::UTC).date(),
        reference: String::new(),
        end_to_end: format!("po_{day}"),
        remittance: "PAYOUT".into(),
        counterparty: None,
    });
    record(bank_id(day), day, content)
}

fn record(id: RecordId, day: i64, content: Content) -> Record {
    Record { id, at: noon(day), file: Digest([7; 32]), span: Span { line: 2, offset: 11, len: 12 }, content }
}

/// A day with so many charges.
pub(crate) fn batch(day: i64, charges: i64) -> Batch {
    let mut bodies = vec![Body::PolicyInstalled(Box::new(policy(day)))];
    bodies.extend((0..charges).map(|number| Body::Record(charge(day, number))));
    bodies.push(Body::Record(bank(day)));
    bodies.push(Body::Rejected(issue(day)));
    bodies.push(Body::Reconcile);
    Batch { events: bodies.into_iter().map(|body| Event { now: noon(day), body }).collect() }
}

/// What that day changes.
pub(crate) fn step(day: i64, charges: i64) -> Step {
    let mut step = Step {
        issues: vec![issue(day)],
        parties: vec![party(day)],
        settlements: vec![Arc::new(settlement(day, false))],
        exceptions: vec![exception(day, Status::Open)],
        labels: vec![Label { record: charge_id(day, 0), known_at: noon(day + 9), cost_minor: -5 }],
        ..Step::default()
    };
    for number in 0..charges {
        step.entries.push(entry(day, number));
        step.features.push(features(day, number));
        step.scores.push(score(day, number));
        step.decisions.push(decision(day, number));
    }
    if day > 0 {
        step.exceptions.push(exception(day - 1, Status::Cleared));
        step.settlements.push(Arc::new(settlement(day - 1, true)));
        step.retired.push(Subject::Transaction(charge_id(day - 1, 0)));
    }
    *step.count(Stage::Post) = StageCount { taken: 10, passed: 9, issues: 1 };
    step
}

pub(crate) fn entry(day: i64, number: i64) -> Entry {
    let record = charge_id(day, number);
    let posting = |account, minor| Posting { account, amount: pounds(minor) };
    Entry {
        id: EntryId::from(format!("payment/{record}")),
        at: noon(day),
        belongs_at: None,
        rule: "payment applied",
        evidence: vec![record],
        reverses: None,
        postings: vec![
            posting(Account::ProcessorBalance, 970 + number),
            posting(Account::ProcessorFees, 30),
            posting(Account::Receivables, -1_000 - number),
        ],
    }
}

fn settlement(day: i64, withdrawn: bool) -> Settlement {
    Settlement {
        id: format!("payout-received/po_{day}").into(),
        kind: SettlementKind::PayoutReceived,
        reason: "end-to-end reference".into(),
        seller: (day == 2).then(|| "Lamps Ltd".to_owned()),
        settled: vec![Share { record: charge_id(day, 0), amount: pounds(1_000) }],
        by: vec![Share { record: bank_id(day), amount: pounds(5_000) }],
        withdrawn,
    }
}

pub(crate) fn exception(day: i64, status: Status) -> Exception {
    Exception {
        id: format!("PayoutShort/bank:{day}"),
        rule: ExceptionRule::PayoutShort,
        record: bank_id(day),
        related: vec![charge_id(day, 0)],
        at: noon(day),
        money_at_risk: pounds(100 * (day % 3)),
        explanation: "short by 1.00 GBP".into(),
        status,
    }
}

pub(crate) fn score(day: i64, number: i64) -> Score {
    Score {
        subject: Subject::Transaction(charge_id(day, number)),
        kind: RiskKind::Transaction,
        at: noon(day),
        method: Method::Model(Digest([9; 32])),
        probability: 0.1,
        points: f64::from(i32::try_from(number % 5).unwrap()),
        level: Level::Watch,
        exposure: pounds(1_000),
        money_at_risk: pounds(100 + number),
        reasons: vec![Reason { name: "country".into(), value: "Ünited".into(), log_odds: -2.2 }],
    }
}

fn features(day: i64, number: i64) -> FeatureRow {
    FeatureRow { record: charge_id(day, number), buyer: Token([1; 16]), at: noon(day), values: vec![0.1, -0.0, 3e38] }
}

fn decision(day: i64, number: i64) -> Decision {
    let action = if number % 10 == 0 { Action::Review } else { Action::Allow };
    Decision { record: charge_id(day, number), at: noon(day), action, rule: "default".into(), points: 1.5 }
}

fn party(day: i64) -> Party {
    Party {
        id: PartyId::from(format!("buyer:{}", day % 2)),
        kind: PartyKind::Buyer,
        tokens: vec![Token([2; 16])],
        first_seen: noon(0),
        country: format!("country {day}"),
    }
}

fn issue(day: i64) -> Issue {
    Issue {
        stage: Stage::Sources,
        rule: if day % 2 == 0 { IssueRule::InvalidNumber } else { IssueRule::MissingValue },
        file: store_digest(),
        span: Span { line: 3, offset: 25, len: 10 },
        rows: 1,
        column: "amount".into(),
        value: "12,00".into(),
    }
}

/// SHA-256 of [`FILE`], without the store's help.
pub(crate) fn store_digest() -> Digest {
    use sha2::Digest as _;
    Digest(sha2::Sha256::digest(FILE).into())
}

fn policy(day: i64) -> Policy {
    Policy {
        version: u32::try_from(day).unwrap(),
        reporting_currency: Currency::GBP,
        credit_note_prefix: "C".to_owned(),
        adjustment_prefix: String::new(),
        line_rules: vec![],
        payment_grace_days: 30,
        refund_grace_days: 14,
        payout_grace_days: 5,
        event_horizon_days: 90,
        cold_start_invoices: 3,
        best_probability: 0.001,
        worst_probability: 0.5,
        level_cuts: [2.0, 3.0, 4.0],
        decision_rules: vec![],
        raw_retention_days: None,
        account_rules: Vec::new(),
        ..Policy::default()
    }
}

pub(crate) fn file_row(digest: Digest) -> FileRow {
    FileRow {
        digest,
        name: "lamps.csv".into(),
        source: "stripe".into(),
        bytes: FILE.len() as u64,
        rows: 2,
        records: 2,
        rows_in_records: 2,
        duplicates: 0,
        ..FileRow::default()
    }
}

/// Charges of each of the three days: the second goes to a segment.
pub(crate) const DAYS: [i64; 3] = [5, 1_100, 1];

/// Carries a day from file to commit.
pub(crate) fn commit_day(store: &mut Store, day: i64) {
    let charges = DAYS[usize::try_from(day).unwrap()];
    let file = store.keep_raw(FILE).unwrap();
    store.keep_raw(format!("day {day}").as_bytes()).unwrap();
    store.keep_model(format!("model {day}").as_bytes()).unwrap();
    store.tokens().token("email", &format!("buyer{day}@example.org"), None);
    store.commit(&batch(day, charges), &step(day, charges), &[file_row(file)]).unwrap();
}

/// A store with all three days.
pub(crate) fn three_days(dir: &std::path::Path) -> Store {
    let mut store = Store::create(dir, &partition(), BUILD).unwrap();
    (0..3).for_each(|day| commit_day(&mut store, day));
    store
}

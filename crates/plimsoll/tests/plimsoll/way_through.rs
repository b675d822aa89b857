//! One shop from its files to explained scores: nothing is lost on the way, and everything leads back.

use crate::shop::{Books, CORNER_SHOP, SHOP, World, debits_less_credits, lay, records, run};
use crate::small_model;
use domain::{Content, Currency, Record, RecordId, Score, Span, Subject};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use store::{EntryFilter, ExceptionFilter, ScoreFilter, SubjectKind};

/// The verbs in a row, as a newcomer types them.
#[test]
fn the_verbs_lead_from_files_to_explained_scores() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, out) = (folder.path().join("data"), folder.path().join("simulated"));
    let (inputs, exports) = (folder.path().join("inputs"), out.join("exports"));
    lay(&inputs, &SHOP.files()[..2]);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    for verb in [
        vec!["init".to_owned(), "--business".into(), "corner shop".into()],
        vec!["import".into(), text(&inputs)],
        vec!["simulate".into(), "--seed".into(), "1".into(), "--out".into(), text(&out)],
        vec!["import".into(), text(&exports)],
        vec!["train".into()],
    ] {
        let args: Vec<&str> = verb.iter().map(String::as_str).collect();
        let said = run(&dir, &args);
        assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
    }
    let written = |name: &str| std::fs::read(exports.join(name)).unwrap();
    assert!(written("simulated-stripe-payout-reconciliation.csv") == SHOP.stripe, "the verb writes what `sim` makes");
    assert!(written("simulated-bank-camt053.xml") == SHOP.bank);

    let train = run(&dir, &["train", "--json"]).json();
    assert_eq!(train["installed"], Value::Null);
    assert!(train["reason"].as_str().unwrap().contains("the cold-start rules stay in force"), "{train}");

    let status = run(&dir, &["status", "--json"]).json();
    assert_eq!(status["ledger_balanced"], true);
    assert!(status["stages"].as_array().unwrap().iter().all(|stage| stage["holds"] == true), "{}", status["stages"]);
    assert!(status["matched_money_share"].as_f64().unwrap() > 0.95);
    assert_eq!(status["files"].as_array().unwrap().len(), 4);

    let exceptions = run(&dir, &["exceptions", "--json", "--limit", "1000"]).json_lines();
    let of_rules: u64 =
        status["exceptions"].as_array().unwrap().iter().map(|rule| rule["count"].as_u64().unwrap()).sum();
    assert_eq!(exceptions.len() as u64, of_rules);
    for exception in exceptions.iter().take(3) {
        let told = run(&dir, &["explain", exception["id"].as_str().unwrap(), "--json"]).json();
        assert_eq!(told["exception"]["id"], exception["id"]);
        assert!(!told["source_lines"].as_array().unwrap().is_empty());
    }
    let replay = run(&dir, &["replay", "--json"]);
    assert_eq!((replay.code, &replay.json()["differences"]), (0, &Value::from(0)));
    let verify = run(&dir, &["verify", "--json"]);
    assert_eq!((verify.code, &verify.json()["findings"]), (0, &Value::Array(Vec::new())));
}

#[test]
fn every_verb_answers_in_text_and_in_json() {
    let (dir, _kept) = books_with_model(&CORNER_SHOP).close();
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &CORNER_SHOP.files());
    let (files, out) = (folder.path().to_str().unwrap(), folder.path().join("simulated"));
    for args in [
        &["import", files][..],
        &["simulate", "--out", out.to_str().unwrap()],
        &["train"],
        &["status"],
        &["exceptions", "--all"],
        &["exceptions", "--rule", "PayoutShort"],
        &["scores"],
        &["scores", "--subject", "buyer"],
        &["scores", "--subject", "business"],
        &["ledger"],
        &["ledger", "--at", "2010-12-01T12:00:00Z"],
        &["ledger", "--account", "receivables"],
        &["statement", "balance-sheet"],
        &["statement", "income", "--period", "2010-12"],
        &["statement", "cash-flow", "--period", "2010"],
        &["statement", "trial-balance", "--as-of", "2010-12-01"],
        &["chart"],
        &["postings"],
        &["rollforward", "--period", "2010-12"],
        &["close", "2010-12"],
        &["fees"],
        &["sellers"],
        &["tax"],
        &["issues"],
        &["explain", "online-retail:536365"],
        &["explain", "transaction/online-retail:536365"],
        &["explain", "business"],
        &["policy"],
        &["policy", "--default"],
        &["replay"],
        &["verify"],
    ] {
        let text = run(&dir, args);
        assert_eq!((text.code, text.err.as_str()), (0, ""), "{args:?}");
        assert!(!text.out.is_empty(), "{args:?}");
        let json = run(&dir, &[args, &["--json"]].concat());
        assert_eq!((json.code, json.err.as_str()), (0, ""), "{args:?}");
        for line in json.out.lines() {
            assert!(matches!(serde_json::from_str(line), Ok(Value::Object(_))), "{args:?}: {line}");
        }
    }
    let fresh = folder.path().join("fresh");
    assert_eq!(run(&fresh, &["init", "--json"]).json()["policy"], 1);
}

#[test]
fn every_exit_code_has_its_case() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &[("odd.csv", b"neither fish nor fowl\n")]);
    let odd = folder.path().join("odd.csv");
    assert_eq!(run(&dir, &["status"]).code, 0, "done");
    assert_eq!(run(&dir, &["frobnicate"]).code, 1, "no such verb");
    assert_eq!(run(&dir, &["init"]).code, 1, "there is a store already");
    assert_eq!(run(&folder.path().join("none"), &["status"]).code, 1, "there is no store");
    assert_eq!(run(&dir, &["import", odd.to_str().unwrap()]).code, 2, "a quarantined row");
    assert_eq!(run(&dir, &["import", "/no/such/path"]).code, 4, "no such path");
    let segment = std::fs::read_dir(dir.join("segments")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    for verb in ["verify", "replay", "train"] {
        assert_eq!(run(&dir, &[verb]).code, 3, "{verb} on a damaged segment");
    }
}

#[test]
fn every_row_is_in_a_record_an_issue_or_a_duplicate_and_every_stage_adds_up() {
    let books = SHOP.books();
    let overview = plimsoll::view::overview(books.read()).unwrap();
    for file in &overview.files {
        assert_eq!(file.rows, file.rows_in_records + file.issues + file.duplicates, "{}", file.name);
        assert!(file.rows > 0);
    }
    for stage in &overview.stages {
        assert_eq!(stage.taken, stage.passed + stage.issues, "{}", stage.stage);
    }
    let rows: u64 = overview.files.iter().map(|file| file.rows_in_records).sum();
    assert_eq!(overview.stages[0].passed, rows, "what sources pass on is what the records hold");
    assert_eq!(debits_less_credits(books.read()), BTreeMap::from([(Currency::GBP, 0)]));
    assert!(overview.ledger_balanced);
}

/// Invoices into buyers, buyers into the business: to the penny, by the cold-start rules and by a model.
#[test]
fn money_at_risk_adds_up_exactly() {
    for books in [SHOP.books(), books_with_model(&SHOP)] {
        let [transactions, buyers, business] =
            [SubjectKind::Transaction, SubjectKind::Buyer, SubjectKind::Business].map(|kind| scores(&books, kind));
        assert!(transactions.len() > 500 && buyers.len() > 100 && business.len() == 1);
        let sums =
            |of: fn(&Score) -> i64| [&transactions, &buyers, &business].map(|all| all.iter().map(of).sum::<i64>());
        for [of_transactions, of_buyers, of_business] in
            [sums(|score| score.money_at_risk.minor), sums(|score| score.exposure.minor)]
        {
            assert!(of_business > 0);
            assert_eq!((of_transactions, of_buyers), (of_business, of_business));
        }
        for score in transactions.iter().chain(&buyers).chain(&business) {
            let told: f64 = score.reasons.iter().map(|reason| reason.log_odds).sum();
            let odds = (score.probability / (1.0 - score.probability)).ln();
            assert!((told - odds).abs() < 1e-9, "the reasons of {} sum to {told}, not to {odds}", score.subject);
        }
    }
}

/// From any exception, entry or score to a record, and from there to the very bytes of the file as it came.
#[test]
fn everything_leads_to_the_bytes_of_its_source_line() {
    let books = books_with_model(&SHOP);
    let all = records(books.read());
    let mentioned = mentioned_records(&books);
    assert!(mentioned.len() > 2_500);
    let known: BTreeMap<&RecordId, &Record> = all.iter().map(|record| (&record.id, record)).collect();
    let files = SHOP.files().map(|(_, bytes)| (sources::digest(bytes), Lines::of(bytes)));
    let files = BTreeMap::from(files);
    for id in &mentioned {
        let record = known.get(id).unwrap_or_else(|| panic!("{id} is no record"));
        let file = &files[&record.file];
        for span in record.spans() {
            let original = file.bytes_at(span);
            assert!(says(record, original), "{id} stands at `{}`", String::from_utf8_lossy(original));
        }
        let kept = books.read().raw_slice(&record.file, record.span.offset, u64::from(record.span.len)).unwrap();
        assert_eq!(kept, file.bytes_at(record.span), "{id}");
    }
}

#[test]
fn every_scored_buyer_has_an_invoice() {
    let books = books_with_model(&SHOP);
    let parties: BTreeSet<String> = records(books.read()).iter().filter_map(party).collect();
    for score in scores(&books, SubjectKind::Buyer) {
        let Subject::Buyer(buyer) = score.subject else { panic!("{} is no buyer", score.subject) };
        assert!(books.read().party(&buyer).unwrap().is_some(), "{buyer}");
        assert!(parties.contains(buyer.as_str()), "{buyer}");
    }
}

/// The records behind every exception, entry, settlement and score of a sale.
fn mentioned_records(books: &Books) -> BTreeSet<RecordId> {
    let mut mentioned = BTreeSet::new();
    let all = ExceptionFilter { limit: u32::MAX, ..ExceptionFilter::default() };
    for exception in books.read().exceptions(&all).unwrap() {
        mentioned.insert(exception.record);
        mentioned.extend(exception.related);
    }
    for entry in books.read().entries(&EntryFilter { limit: u32::MAX, ..EntryFilter::default() }).unwrap() {
        assert!(!entry.evidence.is_empty(), "{} has no evidence", entry.id);
        mentioned.extend(entry.evidence);
    }
    for settlement in books.read().settlements().unwrap() {
        mentioned.extend(settlement.settled.into_iter().chain(settlement.by).map(|share| share.record));
    }
    for score in scores(books, SubjectKind::Transaction) {
        let Subject::Transaction(record) = score.subject else { panic!("{} is no sale", score.subject) };
        mentioned.insert(record);
    }
    mentioned
}

/// A file, and where its lines begin.
struct Lines<'a> {
    bytes: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1);
        Self { bytes, starts: [0].into_iter().chain(ends).collect() }
    }

    /// The bytes at an offset, which must be on the line that the span names.
    fn bytes_at(&self, span: Span) -> &'a [u8] {
        let from = usize::try_from(span.offset).unwrap();
        let line = self.starts.partition_point(|start| *start <= from);
        assert_eq!(line, usize::try_from(span.line).unwrap(), "line and offset name one place");
        &self.bytes[from..from + usize::try_from(span.len).unwrap()]
    }
}

/// Whether the bytes hold the record's own key.
fn says(record: &Record, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match &record.content {
        Content::Invoice(invoice) => text.starts_with(&format!("{},", invoice.number)),
        Content::Processor(line) => text.contains(&line.source_id),
        Content::PayoutNamed(named) => text.contains(&named.payout),
        Content::Bank(line) => text.contains(&line.amount.abs().to_decimal().to_string()),
        Content::Rates(sheet) => text.starts_with(&sheet.date.to_string()),
        other => panic!("no file of this world holds {other:?}"),
    }
}

/// Whose an invoice is.
fn party(record: &Record) -> Option<String> {
    let Content::Invoice(invoice) = &record.content else { return None };
    Some(match invoice.buyer {
        Some(token) => format!("buyer:{token}"),
        None => format!("guest:{}", record.id),
    })
}

fn scores(books: &Books, subject: SubjectKind) -> Vec<Score> {
    let filter = ScoreFilter { subject: Some(subject), limit: u32::MAX, ..ScoreFilter::default() };
    books.read().scores(&filter).unwrap()
}

/// The books with a small model that decides.
pub(crate) fn books_with_model(world: &World) -> Books {
    let mut books = world.books();
    small_model::install(&mut books.session);
    books
}

//! Features as they were known: the training set holds what the live score saw, and nothing of the future.

use crate::shop::{Books, SHOP, now, records, run};
use domain::{Body, Content, FeatureRow, Policy, Record};
use engine::{Loaded, Working};
use jiff::{SignedDuration, Timestamp};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use plimsoll::cli::FeatureSet;
use plimsoll::features::{Asked, training_rows};
use sim::{CardParams, CardStream};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Forty days of sixty cards.
fn stream() -> CardStream {
    CardStream::new(&CardParams::new(11, 60, 40))
}

/// A business that kept its books in euros, so that each attempt has its money.
fn in_euros() -> Books {
    let mut books = Books::new();
    let policy = Policy { reporting_currency: domain::Currency::EUR, version: 2, ..crate::shop::policy() };
    books.session.tell(now(), vec![Body::PolicyInstalled(Box::new(policy))]).unwrap();
    books
}

fn rows(books: &Books) -> BTreeMap<String, FeatureRow> {
    let rows = books.read().payment_features().unwrap();
    rows.into_iter().map(|row| (row.record.to_string(), row)).collect()
}

fn bits(row: &FeatureRow) -> Vec<u32> {
    row.values.iter().map(|value| value.to_bits()).collect()
}

fn table(file: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
}

/// A row's cells by the names of their columns.
fn cells(row: &Row) -> BTreeMap<&str, &Field> {
    row.get_column_iter().map(|(name, field)| (name.as_str(), field)).collect()
}

#[test]
fn attempts_that_are_imported_have_features_and_their_disputes_are_labels() {
    let stream = stream();
    let mut books = in_euros();
    books.import(&[("cards.jsonl", &stream.events_jsonl())]);
    let rows = rows(&books);
    assert_eq!(rows.len(), stream.attempts.len());
    assert!(rows.values().all(|row| row.values.len() == engine::observe::payment_names().len()));
    let labels = books.read().labels().unwrap();
    assert_eq!(labels.len(), stream.disputes.len());
    assert!(labels.iter().all(|label| rows.contains_key(label.record.as_str()) && label.cost_minor > 0));
    // Windows by hand: what the same card tried within the day up to each attempt, by time.
    let place = engine::observe::payment_names().iter().position(|name| name == "card_count_1d").unwrap();
    let mut attempts: Vec<_> = stream.attempts.iter().map(|one| &one.attempt).collect();
    attempts.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    for (index, attempt) in attempts.iter().enumerate().step_by(7) {
        let day = SignedDuration::from_hours(24);
        let of_card = attempts[..=index].iter().filter(|one| one.people[1] == attempt.people[1]);
        let count = of_card.filter(|one| attempt.at - day < one.at).count();
        let row = &rows[&format!("event:authorisation/{}", attempt.id)];
        assert_eq!(row.values[place], f32::from(u16::try_from(count).unwrap()), "{}", attempt.id);
    }
}

#[test]
fn no_feature_sees_what_comes_later_and_replay_sees_the_same() {
    let stream = stream();
    let events = stream.events_jsonl();
    let lines: Vec<&[u8]> = events.split_inclusive(|byte| *byte == b'\n').collect();
    let cut = stream.attempts.len() / 2;
    let (first, rest) = (lines[..cut].concat(), lines[cut..].concat());
    let mut books = in_euros();
    books.import(&[("first.jsonl", &first)]);
    let known = rows(&books);
    books.import(&[("rest.jsonl", &rest)]);
    let after = rows(&books);
    assert!(known.len() == cut && after.len() == stream.attempts.len());
    assert!(known.iter().all(|(record, row)| bits(row) == bits(&after[record])));
    // What a live score would see: the journal's events one by one through `advance`.
    let mut working = Working::default();
    let mut seen = BTreeMap::new();
    for batch in books.read().batches() {
        for event in batch.unwrap().1.events {
            let step = engine::advance(&mut working, &Loaded::default(), &domain::Batch { events: vec![event] });
            seen.extend(step.payment_features.into_iter().map(|row| (row.record.to_string(), row)));
        }
    }
    assert_eq!(seen.len(), after.len());
    assert!(seen.iter().all(|(record, row)| bits(row) == bits(&after[record])));
    let (dir, _folder) = books.close();
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn the_training_set_is_the_tables_with_labels_as_known_then() {
    let (dir, folder) = SHOP.books().close();
    let file = folder.path().join("training.parquet");
    let path = file.to_str().unwrap();
    let said = run(&dir, &["features", "export", path, "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let reader = store::Reader::open(&dir).unwrap();
    let (features, labels) = (reader.features().unwrap(), reader.labels().unwrap());
    let table = table(&file);
    assert_eq!((table.len(), said.json()["rows"].as_u64()), (features.len(), Some(features.len() as u64)));
    assert!(features.len() > 500 && !labels.is_empty());
    for (row, features) in table.iter().zip(&features) {
        let cells = cells(row);
        assert_eq!(cells["record"], &Field::Str(features.record.to_string()));
        assert_eq!(cells["at"], &Field::TimestampMicros(features.at.as_microsecond()));
        let label = labels.iter().find(|label| label.record == features.record);
        if label.is_some() {
            assert_eq!(cells["event"], &Field::Bool(true));
        }
        for (name, value) in engine::observe::names().iter().zip(&features.values) {
            let Field::Float(written) = cells[name.as_str()] else { panic!("{name}") };
            assert_eq!(written.to_bits(), value.to_bits(), "{name}");
        }
    }
    assert!(!folder.path().join("training.unfinished").exists());
    let listed = run(&dir, &["features", "list", "--json"]).json_lines();
    assert_eq!(listed.len(), engine::observe::FEATURES.len());
    let payments = run(&dir, &["features", "list", "--of", "payments", "--json"]).json_lines();
    let columns: usize = payments.iter().map(|feature| feature["columns"].as_array().unwrap().len()).sum();
    assert_eq!(columns, engine::observe::payment_names().len());
    let none = run(&dir, &["features", "export", path, "--of", "payments"]);
    assert!(none.code == 1 && none.err.contains("no attempt to pay"), "{}", none.err);
}

#[test]
fn a_label_is_known_only_from_when_it_came() {
    let books = SHOP.books();
    let policy = books.session.working().policy().clone();
    let first = books.read().labels().unwrap().into_iter().map(|label| label.known_at).min().unwrap();
    let asked = |as_of: Timestamp| Asked { of: FeatureSet::Sales, from: None, to: Some(as_of), as_of };
    let before = training_rows(books.read(), &policy, &asked(first - SignedDuration::from_secs(1))).unwrap();
    assert!(before.iter().all(|row| row.event != Some(true) && row.known_at.is_none()));
    let then = training_rows(books.read(), &policy, &asked(first)).unwrap();
    assert!(then.iter().any(|row| row.event == Some(true) && row.known_at == Some(first)));
    // What is young and has no label is not said to be sound.
    let horizon = SignedDuration::from_hours(24 * policy.event_horizon_days);
    let all = training_rows(books.read(), &policy, &asked(Timestamp::MAX)).unwrap();
    assert!(all.iter().all(|row| row.event.is_some()));
    assert!(then.iter().all(|row| row.event != Some(false) || row.features.at + horizon <= first));
}

#[test]
fn an_attempt_is_shown_and_moves_no_account() {
    let mut books = in_euros();
    let empty = books.read().balances(None).unwrap();
    let mut stream = stream();
    stream.disputes.clear();
    books.import(&[("cards.jsonl", &stream.events_jsonl())]);
    assert_eq!(books.read().balances(None).unwrap(), empty);
    let kept: Vec<Record> = records(books.read());
    assert!(kept.iter().all(|record| matches!(record.content, Content::Authorisation(_))));
    let id = kept[0].id.to_string();
    let (dir, _folder) = books.close();
    let said = run(&dir, &["explain", &id, "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("\"card\""), "{}", said.out);
}

//! Everything comes back from the journal, and one changed byte of what is stored is found.

use crate::shop::{CORNER_SHOP, SHOP, run};
use crate::way_through::books_with_model;
use domain::{Batch, Body, Content};
use plimsoll::command::{Comparison, compare_replay};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};

#[test]
fn replay_gives_the_same_digest_of_every_table() {
    let books = books_with_model(&SHOP);
    let tables = compare_replay(books.read(), &mut |_| {}).unwrap();
    assert_eq!(different(&tables), [""; 0]);
    let filled = tables.iter().filter(|table| table.rows > 0).count();
    assert!(filled >= 13, "{tables:#?}");
}

/// What a comparison that finds nothing is worth: one altered event shows in every table that it bears on.
#[test]
fn replay_of_a_journal_with_one_altered_event_is_found_out() {
    let books = books_with_model(&SHOP);
    for (what, alter, shows_in) in [
        (
            "a penny more on an invoice's price",
            dearer as fn(&mut Batch) -> bool,
            &["records", "entries", "features"][..],
        ),
        ("a payment later by a second", later, &["records", "entries"]),
        ("one reconcile left out", without_reconcile, &["settlements", "exceptions"]),
    ] {
        let mut altered = false;
        let tables = compare_replay(books.read(), &mut |batch| altered = altered || alter(batch)).unwrap();
        assert!(altered, "{what}");
        let found = different(&tables);
        assert!(shows_in.iter().all(|table| found.contains(table)), "{what} shows in {found:?}");
    }
}

fn different(tables: &[Comparison]) -> Vec<&str> {
    tables.iter().filter(|table| !table.same()).map(|table| table.table.as_str()).collect()
}

fn dearer(batch: &mut Batch) -> bool {
    let invoice = batch.events.iter_mut().find_map(|event| match &mut event.body {
        Body::Record(record) => match &mut record.content {
            Content::Invoice(invoice) if invoice.buyer.is_some() => Some(invoice),
            _ => None,
        },
        _ => None,
    });
    invoice.map(|invoice| invoice.lines[0].unit_price += rust_decimal::Decimal::new(1, 2)).is_some()
}

fn later(batch: &mut Batch) -> bool {
    let payment = batch.events.iter_mut().find_map(|event| match &mut event.body {
        Body::Record(record) if matches!(record.content, Content::Processor(_)) => Some(record),
        _ => None,
    });
    payment.map(|record| record.at += jiff::SignedDuration::from_secs(1)).is_some()
}

fn without_reconcile(batch: &mut Batch) -> bool {
    let before = batch.events.len();
    batch.events.retain(|event| !(matches!(event.body, Body::Reconcile)));
    batch.events.len() < before
}

#[test]
fn one_changed_byte_in_a_file_is_found_by_verify() {
    let (dir, _kept) = books_with_model(&CORNER_SHOP).close();
    assert_eq!(run(&dir, &["verify"]).code, 0);
    for folder in ["segments", "raw", "models"] {
        for path in files(&dir.join(folder)) {
            let whole = std::fs::read(&path).unwrap();
            for place in [0, whole.len() / 2, whole.len() - 1] {
                let mut changed = whole.clone();
                changed[place] ^= 0x10;
                std::fs::write(&path, changed).unwrap();
                let said = run(&dir, &["verify"]);
                let name = path.file_name().unwrap().to_str().unwrap();
                assert_eq!(said.code, 3, "byte {place} of {name}: {}{}", said.out, said.err);
                assert!(said.out.contains(&format!("DAMAGED {folder}/{name}")), "{}", said.out);
            }
            std::fs::write(&path, whole).unwrap();
        }
    }
    assert_eq!(run(&dir, &["verify"]).code, 0);
}

#[test]
fn one_changed_byte_in_a_journal_row_is_found_by_verify() {
    let (dir, _kept) = books_with_model(&CORNER_SHOP).close();
    let database = Connection::open(dir.join("plimsoll.db")).unwrap();
    let batches: i64 = database.query_row("SELECT max(seq) FROM batches", [], |row| row.get(0)).unwrap();
    assert!(batches >= 3);
    for column in ["head", "body"] {
        for seq in 1..=batches {
            let get = format!("SELECT {column} FROM batches WHERE seq = ?1");
            let Some(whole): Option<Vec<u8>> = database.query_row(&get, [seq], |row| row.get(0)).unwrap() else {
                continue; // the body stands in a segment
            };
            let mut changed = whole.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            let set = format!("UPDATE batches SET {column} = ?1 WHERE seq = ?2");
            database.execute(&set, params![changed, seq]).unwrap();
            let said = run(&dir, &["verify"]);
            assert_eq!(said.code, 3, "{column} of batch {seq}: {}{}", said.out, said.err);
            assert!(said.out.contains("DAMAGED"), "{}", said.out);
            database.execute(&set, params![whole, seq]).unwrap();
        }
    }
    assert_eq!(run(&dir, &["verify"]).code, 0);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "{}", folder.display());
    files.sort();
    files
}

//! One changed byte is found, and named.

use crate::world::{charge_id, entry, step, three_days};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use store::{Reader, Store};

fn a_store(dir: &Path) -> Reader {
    drop(three_days(dir));
    Store::reader(dir).unwrap()
}

fn files(dir: &Path, folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(dir.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn finds(reader: &Reader, name: &str) -> bool {
    reader.verify().unwrap().findings.iter().any(|finding| finding.place.contains(name))
}

/// Every byte of a small file; of a larger one its ends and so many between.
fn places(len: usize) -> impl Iterator<Item = usize> {
    (0..len).filter(move |place| len <= 80 || place % (len / 40) == 0 || *place + 20 > len || *place < 10)
}

#[test]
fn a_whole_store_is_clean() {
    let dir = tempfile::tempdir().unwrap();
    let report = a_store(dir.path()).verify().unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!((report.batches, report.records, report.raw_files, report.models), (3, 1_109, 4, 3));
    assert_eq!((report.entries, report.settlements, report.people), (1_106, 3, 3));
}

#[test]
fn a_changed_byte_in_a_file_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let reader = a_store(dir.path());
    for path in ["segments", "raw", "models"].iter().flat_map(|folder| files(dir.path(), folder)) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let whole = fs::read(&path).unwrap();
        for place in places(whole.len()) {
            let mut changed = whole.clone();
            changed[place] ^= 1 << (place % 8);
            fs::write(&path, changed).unwrap();
            assert!(finds(&reader, name), "byte {place} of {name}");
        }
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(finds(&reader, name), "{name} cut short");
        fs::remove_file(&path).unwrap();
        assert!(finds(&reader, name), "{name} removed");
        fs::write(&path, whole).unwrap();
    }
    assert!(reader.verify().unwrap().is_clean());
}

#[test]
fn a_changed_byte_in_a_journal_row_names_the_batch() {
    let dir = tempfile::tempdir().unwrap();
    let reader = a_store(dir.path());
    let database = Connection::open(dir.path().join("plimsoll.db")).unwrap();
    for (column, seq) in [("head", 1_i64), ("head", 2), ("head", 3), ("body", 1), ("body", 3)] {
        let get = format!("SELECT {column} FROM batches WHERE seq = ?1");
        let set = format!("UPDATE batches SET {column} = ?1 WHERE seq = ?2");
        let whole: Vec<u8> = database.query_row(&get, [seq], |row| row.get(0)).unwrap();
        for place in places(whole.len()) {
            let mut changed = whole.clone();
            changed[place] ^= 1 << (place % 8);
            database.execute(&set, rusqlite::params![changed, seq]).unwrap();
            let found = finds(&reader, &format!("batch {seq} ")) || finds(&reader, &format!("batch {} ", seq + 1));
            assert!(found || finds(&reader, "chain of batches"), "byte {place} of {column} {seq}");
        }
        database.execute(&set, rusqlite::params![whole, seq]).unwrap();
    }
    assert!(reader.verify().unwrap().is_clean());
}

#[test]
fn what_does_not_fit_the_journal_is_found() {
    for (change, name) in [
        ("DELETE FROM batches WHERE seq = 3", "chain of batches"),
        ("DELETE FROM records WHERE id = 'bank:0'", "bank:0"),
        ("UPDATE records SET place = place + 1 WHERE id = 'bank:1'", "bank:1"),
        ("INSERT INTO records SELECT 'bank:x', seq, place, payload FROM records WHERE id = 'bank:0'", "batch 1"),
        ("DELETE FROM entries WHERE n = 4", "monthly_totals"),
        ("UPDATE monthly_totals SET minor = zeroblob(16)", "monthly_totals"),
        ("UPDATE entries SET body = x'00' WHERE n = 1", "row 1 of entries"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let reader = a_store(dir.path());
        Connection::open(dir.path().join("plimsoll.db")).unwrap().execute(change, []).unwrap();
        assert!(finds(&reader, name), "{change}");
    }
}

#[test]
fn a_vault_value_that_does_not_open_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let reader = a_store(dir.path());
    let database = Connection::open(dir.path().join("plimsoll.db")).unwrap();
    database.execute("UPDATE vault SET sealed = zeroblob(40)", []).unwrap();
    assert!(finds(&reader, "a vault value of "));
}

/// The engine is at fault here, not the disk; the store can still tell.
#[test]
fn a_step_that_assigns_a_cent_twice_or_proves_nothing_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = three_days(dir.path());
    let mut step = step(2, 0);
    step = domain::Step { settlements: step.settlements, ..domain::Step::default() };
    let mut settlement = (*step.settlements[0]).clone();
    settlement.id = format!("{}/again", settlement.id).into();
    step.settlements[0] = settlement.into();
    let mut unproved = entry(8, 8);
    unproved.evidence = vec![charge_id(8, 8)];
    step.entries.push(unproved);
    store.commit(&domain::Batch::default(), &step, &[]).unwrap();
    let found: Vec<_> = store.read().verify().unwrap().findings.into_iter().map(|finding| finding.place).collect();
    let of = |record| format!("settlements of {record} in `plimsoll.db`");
    let expected = ["entry payment/stripe:txn_8_8 in `plimsoll.db`".to_owned(), of("bank:2"), of("stripe:txn_2_0")];
    assert_eq!(found, expected);
}

#[test]
fn a_damaged_segment_stops_a_replay_and_a_reader_of_one_record() {
    let dir = tempfile::tempdir().unwrap();
    let reader = a_store(dir.path());
    let [segment] = &files(dir.path(), "segments")[..] else { panic!("one segment") };
    let mut bytes = fs::read(segment).unwrap();
    bytes[100] ^= 4;
    fs::write(segment, bytes).unwrap();
    assert_eq!(reader.batches().filter(Result::is_ok).count(), 1);
    assert!(reader.record(&charge_id(1, 0)).is_err());
    assert!(reader.record(&charge_id(0, 0)).unwrap().is_some());
}

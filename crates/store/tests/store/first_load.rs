//! A first load that nobody reads beside goes by the rollback journal; everything else by the write-ahead log.

use crate::world::{BUILD, batch, partition, step};
use domain::Step;
use std::path::Path;
use store::{ScratchTables, Store};

fn alone(dir: &Path) -> Store {
    let mut store = Store::create(dir, &partition(), BUILD).unwrap();
    store.alone();
    store
}

fn by_rollback_journal(dir: &Path) -> bool {
    dir.join("plimsoll.db-journal").exists()
}

fn mode(dir: &Path) -> String {
    let database = rusqlite::Connection::open(dir.join("plimsoll.db")).unwrap();
    database.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
}

#[test]
fn it_leaves_what_the_log_would_and_the_log_is_back_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = alone(dir.path());
    let (large, changed) = (batch(1, 1_100), step(1, 1_100));
    store.part(&large, &changed).unwrap();
    assert!(by_rollback_journal(dir.path()));
    store.finish(&[]).unwrap();
    assert!(!by_rollback_journal(dir.path()));
    assert_eq!(mode(dir.path()), "wal");
    store.commit(&batch(0, 5), &step(0, 5), &[]).unwrap();
    let mut replayed = ScratchTables::new().unwrap();
    replayed.apply(1, &large, &changed).unwrap();
    replayed.apply(2, &batch(0, 5), &step(0, 5)).unwrap();
    assert_eq!(store.read().table_digests().unwrap(), replayed.table_digests().unwrap());
    assert_eq!(store.read().verify().unwrap().findings, []);
}

#[test]
fn small_batches_and_those_that_somebody_reads_beside_go_by_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = alone(dir.path());
    store.part(&batch(0, 5), &step(0, 5)).unwrap();
    assert!(!by_rollback_journal(dir.path()));
    store.finish(&[]).unwrap();
    let beside = Store::reader(dir.path()).unwrap();
    store.part(&batch(1, 1_100), &step(1, 1_100)).unwrap();
    assert!(!by_rollback_journal(dir.path()));
    assert_eq!(beside.last_batch().unwrap(), 1, "a reader sees what is committed");
    store.finish(&[]).unwrap();
    assert_eq!(beside.last_batch().unwrap(), 2);
}

#[test]
fn what_fails_leaves_nothing_and_the_log_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = alone(dir.path());
    let (large, changed) = (batch(1, 1_100), step(1, 1_100));
    store.part(&large, &changed).unwrap();
    assert!(store.part(&large, &changed).is_err(), "its records are there already");
    assert!(!by_rollback_journal(dir.path()));
    assert_eq!((mode(dir.path()).as_str(), store.read().last_batch().unwrap()), ("wal", 0));
    store.commit(&large, &changed, &[]).unwrap();
    assert_eq!(store.read().last_batch().unwrap(), 1);
}

#[test]
fn a_step_in_parts_is_the_step() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = alone(dir.path());
    let (large, whole) = (batch(1, 1_100), step(1, 1_100));
    let mut rest = whole.clone();
    let mut entries = std::mem::take(&mut rest.entries);
    let behind = entries.split_off(entries.len() / 2);
    let settlements = std::mem::take(&mut rest.settlements);
    store.part_of_step(&Step { entries, settlements, ..Step::default() }).unwrap();
    store.part(&large, &Step { entries: behind, ..rest }).unwrap();
    store.finish(&[]).unwrap();
    let mut replayed = ScratchTables::new().unwrap();
    replayed.apply(1, &large, &whole).unwrap();
    assert_eq!(store.read().table_digests().unwrap(), replayed.table_digests().unwrap());
}

/// Scores are written once at the end: of a subject that a later part scores anew or retires the last word stands.
#[test]
fn of_several_parts_the_last_word_about_a_subject_stands() {
    let (first, mut second) = (step(1, 1_100), step(0, 5));
    assert!(!first.scores.is_empty());
    second.retired = first.scores.iter().map(|score| score.subject.clone()).collect();
    let parts = [(batch(1, 1_100), first.clone()), (batch(0, 5), second)];
    let mut replayed = ScratchTables::new().unwrap();
    for (seq, (batch, step)) in (1..).zip(&parts) {
        replayed.apply(seq, batch, step).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let mut store = alone(dir.path());
    parts.iter().for_each(|(batch, step)| drop(store.part(batch, step).unwrap()));
    store.finish(&[]).unwrap();
    assert_eq!(store.read().table_digests().unwrap(), replayed.table_digests().unwrap());
}

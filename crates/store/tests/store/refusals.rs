//! What the store refuses, and that a refusal changes nothing.

use crate::world::{BUILD, bank_id, batch, entry, partition, pounds, step, three_days};
use domain::{Batch, Digest, Step};
use std::fs;
use store::{Store, StoreError};

#[test]
fn a_directory_is_created_once_and_has_one_writer() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(dir.path(), BUILD), Err(StoreError::NoStore(_))));
    assert!(matches!(Store::reader(dir.path()), Err(StoreError::NoStore(_))));
    let store = Store::create(dir.path(), &partition(), BUILD).unwrap();
    assert!(matches!(Store::open(dir.path(), BUILD), Err(StoreError::Locked(_))));
    assert!(Store::reader(dir.path()).is_ok());
    drop(store);
    assert!(matches!(Store::create(dir.path(), &partition(), BUILD), Err(StoreError::AlreadyExists(_))));
    assert!(Store::open(dir.path(), BUILD).is_ok());
}

#[test]
fn a_database_of_another_format_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(three_days(dir.path()));
    let database = rusqlite::Connection::open(dir.path().join("plimsoll.db")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(dir.path(), BUILD), Err(StoreError::Format { found: 99, .. })));
    assert!(matches!(Store::reader(dir.path()), Err(StoreError::Format { found: 99, .. })));
}

#[test]
fn another_tenants_key_is_told_at_opening() {
    let dir = tempfile::tempdir().unwrap();
    drop(three_days(dir.path()));
    fs::write(dir.path().join("keys/tenant.key"), [1; 32]).unwrap();
    let refused = Store::open(dir.path(), BUILD).err().unwrap().to_string();
    assert!(refused.starts_with("keys/tenant.key is damaged"), "{refused}");
}

#[test]
fn a_refused_commit_changes_nothing_and_keeps_what_is_pending() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = three_days(dir.path());
    let before = store.read().table_digests().unwrap();
    let pending = store.keep_raw(b"pending").unwrap();

    let repeated = store.commit(&batch(1, 300), &Step::default(), &[]).unwrap_err();
    assert!(matches!(repeated, StoreError::DuplicateRecord(_)), "{repeated}");
    let twice = store.commit(&Batch::default(), &Step { entries: vec![entry(0, 0)], ..Step::default() }, &[]);
    assert!(matches!(twice, Err(StoreError::DuplicateEntry(_))));
    let mut tilted = entry(9, 9);
    tilted.postings[0].amount = pounds(1);
    let unbalanced = store.commit(&Batch::default(), &Step { entries: vec![tilted], ..Step::default() }, &[]);
    assert!(matches!(unbalanced, Err(StoreError::Unbalanced(_))));

    assert_eq!(store.read().table_digests().unwrap(), before);
    assert!(matches!(store.read().raw(&pending), Err(StoreError::Missing(_))), "not named yet");
    assert_eq!(store.commit(&batch(3, 1), &step(3, 1), &[]).unwrap().seq, 4);
    assert_eq!(store.read().raw(&pending).unwrap(), b"pending");
}

#[test]
fn a_file_that_no_commit_named_is_swept_away_at_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = three_days(dir.path());
    let orphan = store.keep_raw(b"never named").unwrap();
    let path = dir.path().join(format!("raw/{orphan}.raw"));
    assert!(path.exists());
    drop(store);
    fs::write(dir.path().join("segments/000009-aaaaaaaaaaaa.seg.tmp"), b"half").unwrap();
    let store = Store::open(dir.path(), BUILD).unwrap();
    assert!(!path.exists());
    assert_eq!(fs::read_dir(dir.path().join("segments")).unwrap().count(), 1);
    assert!(store.read().verify().unwrap().is_clean());
}

#[test]
fn what_was_never_stored_is_missing_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_days(dir.path());
    let unknown = Digest([0; 32]);
    assert!(matches!(store.read().raw_slice(&unknown, 0, 1), Err(StoreError::Missing(_))));
    assert!(matches!(store.read().model(&unknown), Err(StoreError::Missing(_))));
    assert_eq!(store.known_file(&unknown).unwrap(), None);
    assert_eq!(store.read().record(&bank_id(77)).unwrap(), None);
}

//! People's values: tokens link them, keys open them, and forgetting ends it.

use crate::world::{BUILD, batch, commit_day, partition, step, three_days};
use domain::{Batch, Step};
use std::fs;
use store::Store;

fn new_store(dir: &std::path::Path) -> Store {
    Store::create(dir, &partition(), BUILD).unwrap()
}

#[test]
fn equal_values_have_equal_tokens_within_a_field_and_a_tenant() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut store, mut other) = (new_store(here.path()), new_store(there.path()));
    let token = store.tokens().token("email", "Ann@Example.org ", None);
    assert_eq!(store.tokens().token("email", "ann@example.org", None), token);
    assert_ne!(store.tokens().token("name", "ann@example.org", None), token);
    assert_eq!(store.read().token_of("email", "ANN@example.org"), token);
    assert_ne!(other.tokens().token("email", "ann@example.org", None), token);
}

#[test]
fn a_persons_values_are_readable_until_the_person_is_forgotten_and_never_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = new_store(dir.path());
    let ann = store.tokens().token("email", "Ann@example.org", None);
    let bob = store.tokens().token("email", "bob@example.org", None);
    store.tokens().token("name", " Ann Lee ", Some(ann));
    store.tokens().token("name", "Ann Lee", Some(bob));
    assert_eq!(store.read().personal(&ann).unwrap(), [], "nothing before the commit");
    store.commit(&batch(0, 1), &step(0, 1), &[]).unwrap();
    let anns = [("email", "Ann@example.org"), ("name", "Ann Lee")].map(|(f, v)| (f.to_owned(), v.to_owned()));
    assert_eq!(store.read().personal(&ann).unwrap(), anns);

    let tables = store.read().table_digests().unwrap();
    store.forget(&ann).unwrap();
    assert_eq!(store.read().personal(&ann).unwrap(), []);
    assert_eq!(store.read().personal(&bob).unwrap().len(), 2);
    assert_eq!(store.read().table_digests().unwrap(), tables);
    assert!(store.read().verify().unwrap().is_clean());

    drop(store);
    let mut store = Store::open(dir.path(), BUILD).unwrap();
    assert_eq!(store.tokens().token("email", "ann@example.org", None), ann);
    store.tokens().token("phone", "123", Some(ann));
    store.commit(&Batch::default(), &Step::default(), &[]).unwrap();
    assert_eq!(store.read().personal(&ann).unwrap(), [], "an old export does not bring a forgotten person back");
}

#[test]
fn a_value_added_later_stands_under_the_same_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = three_days(dir.path());
    let ann = store.tokens().token("email", "buyer1@example.org", None);
    store.tokens().token("name", "Ann", Some(ann));
    store.commit(&Batch::default(), &Step::default(), &[]).unwrap();
    assert_eq!(store.read().personal(&ann).unwrap().len(), 2);
}

#[test]
fn no_file_of_the_directory_holds_a_personal_value_or_a_source_line_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = new_store(dir.path());
    store.tokens().token("name", "Clementine Featherstonehaugh", None);
    store.keep_raw(b"id,name\n1,Clementine Featherstonehaugh\n").unwrap();
    commit_day(&mut store, 0);
    for folder in ["", "raw", "segments", "models"] {
        for entry in fs::read_dir(dir.path().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = if path.is_file() { fs::read(&path).unwrap() } else { continue };
            let found = bytes.windows(12).any(|window| window == b"Featherstone");
            assert!(!found, "{} shows a name", path.display());
        }
    }
}

#[cfg(unix)]
#[test]
fn the_tenant_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    new_store(dir.path());
    let key = fs::metadata(dir.path().join("keys/tenant.key")).unwrap();
    assert_eq!((key.len(), key.permissions().mode() & 0o777), (32, 0o600));
}

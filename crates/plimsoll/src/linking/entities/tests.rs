//! What is kept: read back as it was, damage found, a leftover without effect, ids that go on.

use super::*;
use engine::link::entities::Linker;
use std::path::{Path, PathBuf};

/// Six records of three people, with what the bytes of a table may hold.
const CUSTOMERS: &str = "id,name,email,note\n\
    a1,Anna Bell,anna@x.example,\"tab\there, \\ and \"\"quotes\"\"\"\n\
    a2,Ana Bell,anna@x.example,\"two\nlines\"\n\
    b1,Carl Dean,carl@x.example,\n\
    b2,Carl Dean,carl@x.example,x\n\
    b3,C Dean,carl@x.example,x\n\
    c1,Eve Frost,eve@x.example,y\n";

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn found(path: &Path) -> Entities {
    let read = first(open(&[path.to_owned()]).unwrap(), &[], &[]).unwrap();
    let linker = Linker::learn(&read.table, Said::default());
    let before = Before { of_record: vec![None; read.table.len()], ..Before::default() };
    let resolved = linker.resolve(&before);
    let model = linker.model().clone();
    let records = read.table.len();
    let run = Run { verb: "find".to_owned(), at: "2026-01-02T03:04:05Z".to_owned(), records, entities: 3 };
    Entities {
        table: read.table,
        origins: read.origins,
        of_record: resolved.of_record,
        since: vec![1; records],
        model,
        said: vec![Statement {
            is_same: false,
            one: ("customers.csv".to_owned(), "a1".to_owned()),
            other: ("customers.csv".to_owned(), "b1".to_owned()),
        }],
        keep: vec![("name".to_owned(), Survivorship::Longest)],
        runs: vec![run],
        changes: vec![(1, Change::Merged { from: EntityId(1), into: EntityId(2), records: 3 })],
    }
}

#[test]
fn what_is_kept_is_read_back() {
    let home = tempfile::tempdir().unwrap();
    let entities = found(&written(home.path(), "customers.csv", CUSTOMERS));
    assert_eq!(entities.origins.key_columns, ["id"]);
    let state = home.path().join("state");
    StateLock::take(&state).unwrap().keep(&entities).unwrap();
    let back = Entities::read(&state).unwrap().unwrap();
    assert_eq!((back.said, back.keep, back.runs), (entities.said, entities.keep, entities.runs));
    assert_eq!(
        (&back.of_record, &back.since, &back.changes),
        (&entities.of_record, &entities.since, &entities.changes)
    );
    assert_eq!(back.model, entities.model);
    assert_eq!(back.table.fields(), entities.table.fields());
    for record in 0..6 {
        assert_eq!(back.origins.place(record), entities.origins.place(record));
        for field in 0..3 {
            assert_eq!(back.table.value(record as usize, field), entities.table.value(record as usize, field));
        }
    }
    assert_eq!(back.origins.find("b2"), Some(3));
    assert_eq!(back.origins.find("customers.csv:c1"), Some(5));
    assert_eq!(back.origins.find("zz"), None);
}

#[test]
fn damage_is_found_and_a_leftover_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let entities = found(&written(home.path(), "customers.csv", CUSTOMERS));
    let state = home.path().join("state");
    StateLock::take(&state).unwrap().keep(&entities).unwrap();
    let bytes = std::fs::read(&state).unwrap();
    // A run that was killed while it wrote leaves a part beside.
    std::fs::write(home.path().join("state.new"), &bytes[..bytes.len() / 2]).unwrap();
    assert!(Entities::read(&state).unwrap().is_some());
    StateLock::take(&state).unwrap().keep(&entities).unwrap();
    assert_eq!(std::fs::read(&state).unwrap(), bytes);
    for cut in [bytes.len() / 2, bytes.len() - 5] {
        std::fs::write(&state, &bytes[..cut]).unwrap();
        assert!(Entities::read(&state).is_err(), "cut at {cut}");
    }
    let at = bytes.windows(4).position(|four| four == b"Carl").unwrap();
    let mut changed = bytes;
    changed[at] = b'K';
    std::fs::write(&state, &changed).unwrap();
    assert!(format!("{:#}", Entities::read(&state).unwrap_err()).contains("not as it was written"));
    assert!(Entities::read(&home.path().join("nothing")).unwrap().is_none());
}

#[test]
fn two_runs_do_not_change_it_at_once() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let held = StateLock::take(&state).unwrap();
    assert!(StateLock::take(&state).unwrap_err().to_string().contains("another run"));
    drop(held);
    assert!(StateLock::take(&state).is_ok());
}

#[test]
fn a_record_is_the_same_by_its_key_and_without_one_by_its_values() {
    let home = tempfile::tempdir().unwrap();
    let old = found(&written(home.path(), "customers.csv", CUSTOMERS));
    let later = CUSTOMERS.replace("Eve Frost", "Eve Winter").replace("b3,C Dean,carl@x.example,x\n", "");
    let read = first(open(&[written(home.path(), "later.csv", &later)]).unwrap(), &[], &[]).unwrap();
    let (before, since) = old.before(&read.table, &read.origins);
    assert_eq!((before.of_record.len(), since), (5, vec![Some(1); 5]));
    assert_eq!(before.of_record[4], Some(old.of_record[5]), "c1 has another name and is the same record");
    let keyless: String =
        CUSTOMERS.lines().map(|line| format!("{}\n", line.split_once(',').map_or(line, |(_, rest)| rest))).collect();
    let old = found(&written(home.path(), "plain.csv", &keyless));
    let turned: Vec<&str> = keyless.lines().collect();
    let turned = [&turned[..1], &turned[4..], &turned[1..4]].concat().join("\n") + "\n";
    let read = first(open(&[written(home.path(), "plain.csv", &turned)]).unwrap(), &[], &[]).unwrap();
    let (before, _) = old.before(&read.table, &read.origins);
    assert!(before.of_record.iter().all(Option::is_some) && before.gone.is_empty());
}

#[test]
fn the_same_file_adds_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = written(home.path(), "customers.csv", CUSTOMERS);
    let mut entities = found(&path);
    let told = further(open(&[path]).unwrap(), &mut entities.table, &mut entities.origins).unwrap();
    assert_eq!(entities.table.len(), 6);
    assert!(told[0].contains("6 records are known"), "{told:?}");
    let more = written(home.path(), "more.csv", "ID,Name,colour\na1,Anna Bell,red\nd1,Gil Hart,blue\n");
    let told = further(open(&[more]).unwrap(), &mut entities.table, &mut entities.origins).unwrap();
    assert_eq!((entities.table.len(), entities.origins.name(6)), (7, "d1".to_owned()));
    assert!(told[0].contains("colour") && told[1].contains("1 records are known"), "{told:?}");
}

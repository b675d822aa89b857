//! A child process is stopped at every point where the disk could be. What it acknowledged is there, once; the rest
//! can be done as if nothing had been.

use crate::world::{BUILD, DAYS, batch, commit_day, partition, step};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use store::{CrashDisk, ScratchTables, Store, StoreError, TableDigest};

const DIR: &str = "STORE_CRASH_DIR";
const POINT: &str = "STORE_CRASH_POINT";
const ALONE: &str = "STORE_CRASH_ALONE";

/// The child: does nothing unless it was told where. Point 0 only counts.
#[test]
fn child() {
    let (Ok(dir), Ok(point)) = (std::env::var(DIR), std::env::var(POINT)) else { return };
    let point = point.parse().unwrap();
    let disk = Arc::new(if point == 0 { CrashDisk::counting() } else { CrashDisk::crashing_at(point) });
    let mut store = open_or_create(Path::new(&dir), Arc::clone(&disk));
    if std::env::var(ALONE).is_ok() {
        store.alone();
    }
    for day in committed(&store)..3 {
        commit_day(&mut store, day);
        println!("\nacknowledged {day}");
    }
    println!("\npoints {}", disk.points());
}

fn open_or_create(dir: &Path, disk: Arc<CrashDisk>) -> Store {
    match Store::open_with(dir, BUILD, Arc::clone(&disk) as _) {
        Err(StoreError::NoStore(_)) => Store::create_with(dir, &partition(), BUILD, disk).unwrap(),
        opened => opened.unwrap(),
    }
}

fn committed(store: &Store) -> i64 {
    i64::try_from(store.read().batches().map(Result::unwrap).count()).unwrap()
}

fn run_child(dir: &Path, point: u64) -> Output {
    child_at(dir, point).output().unwrap()
}

fn child_at(dir: &Path, point: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["crash::child", "--exact", "--nocapture"]).env(DIR, dir).env(POINT, point.to_string());
    command
}

/// As [`run_child`], of a writer that nobody reads beside: its second day is a first load.
fn run_child_alone(dir: &Path, point: u64) -> Output {
    child_at(dir, point).env(ALONE, "1").output().unwrap()
}

fn acknowledged(output: &Output) -> i64 {
    let text = String::from_utf8_lossy(&output.stdout);
    i64::try_from(text.lines().filter(|line| line.starts_with("acknowledged")).count()).unwrap()
}

fn points(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().find_map(|line| line.strip_prefix("points ")).unwrap().parse().unwrap()
}

/// The tables of the first so many days, by replay.
fn tables_after(days: i64) -> Vec<TableDigest> {
    let mut tables = ScratchTables::new().unwrap();
    for (day, charges) in (0..days).zip(DAYS) {
        tables.apply(u64::try_from(day).unwrap() + 1, &batch(day, charges), &step(day, charges)).unwrap();
    }
    tables.table_digests().unwrap()
}

/// The store is whole, holds what was acknowledged, and nothing lies about.
fn check_reopened(dir: &Path, acknowledged: i64, tables: &[Vec<TableDigest>]) -> Store {
    let store = open_or_create(dir, Arc::new(CrashDisk::counting()));
    let days = committed(&store);
    assert!((acknowledged..=acknowledged + 1).contains(&days), "{acknowledged} acknowledged, {days} found");
    assert_eq!(store.read().table_digests().unwrap(), tables[usize::try_from(days).unwrap()]);
    assert_eq!(store.read().verify().unwrap().findings, []);
    assert_eq!(files_in(dir, "segments"), usize::from(days > 1));
    assert_eq!(i64::try_from(files_in(dir, "models")).unwrap(), days);
    assert_eq!(i64::try_from(files_in(dir, "raw")).unwrap(), if days > 0 { days + 1 } else { 0 });
    store
}

fn files_in(dir: &Path, folder: &str) -> usize {
    std::fs::read_dir(dir.join(folder)).unwrap().count()
}

#[test]
fn what_was_acknowledged_survives_a_crash_at_every_point() {
    survives_at_every_point(run_child);
}

#[test]
fn a_first_load_survives_a_crash_at_every_point() {
    survives_at_every_point(run_child_alone);
}

/// Readers come first after a crash: what it left of a first load is taken back for them, too.
#[test]
fn a_reader_that_comes_first_after_a_crash_in_a_first_load_sees_what_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let points = points(&run_child_alone(dir.path(), 0));
    let mut taken_back = 0;
    for point in 1..=points {
        let dir = tempfile::tempdir().unwrap();
        let acknowledged = acknowledged(&run_child_alone(dir.path(), point));
        let left = dir.path().join("plimsoll.db-journal").exists();
        if acknowledged == 0 {
            continue; // there may be no database yet
        }
        let reader = Store::reader(dir.path()).unwrap();
        let days = i64::try_from(reader.batches().map(Result::unwrap).count()).unwrap();
        assert!((acknowledged..=acknowledged + 1).contains(&days), "point {point}: {days} days");
        taken_back += usize::from(left);
    }
    assert!(taken_back > 0, "no crash left a rollback journal");
}

fn survives_at_every_point(run_child: fn(&Path, u64) -> Output) {
    let tables: Vec<_> = (0..=3).map(tables_after).collect();
    let dir = tempfile::tempdir().unwrap();
    let whole = run_child(dir.path(), 0);
    assert_eq!(acknowledged(&whole), 3, "{}", String::from_utf8_lossy(&whole.stderr));
    drop(check_reopened(dir.path(), 3, &tables));
    let points = points(&whole);
    println!("{points} crash points");
    for point in 1..=points {
        let dir = tempfile::tempdir().unwrap();
        let crashed = run_child(dir.path(), point);
        assert!(!crashed.status.success(), "point {point} did not crash");
        let mut store = check_reopened(dir.path(), acknowledged(&crashed), &tables);
        (committed(&store)..3).for_each(|day| commit_day(&mut store, day));
        assert_eq!(store.read().table_digests().unwrap(), tables[3], "point {point}");
    }
}

/// The crash before the second day's commit leaves the most orphans; sweeping them up is stopped at each point too.
#[test]
fn a_crash_while_sweeping_up_after_a_crash_loses_nothing() {
    let tables: Vec<_> = (0..=3).map(tables_after).collect();
    let before_second_commit = {
        let dir = tempfile::tempdir().unwrap();
        let total = points(&run_child(dir.path(), 0));
        (1..=total).rev().find(|point| {
            let dir = tempfile::tempdir().unwrap();
            acknowledged(&run_child(dir.path(), *point)) == 1 && files_in(dir.path(), "segments") == 1 && {
                let store = Store::reader(dir.path()).unwrap();
                store.batches().count() == 1
            }
        })
    };
    for point in 1..=12 {
        let dir = tempfile::tempdir().unwrap();
        run_child(dir.path(), before_second_commit.unwrap());
        let again = run_child(dir.path(), point);
        assert!(!again.status.success(), "point {point} did not crash");
        check_reopened(dir.path(), 1, &tables);
    }
}

//! Attempts, and the snapshots of what is known of them, are stopped at every point where the disk could be: what was
//! acknowledged is there, once; and what is known after the restart is what the whole journal gives.

use crate::shop::{partition, policy};
use plimsoll::command::compare_replay;
use plimsoll::live::history::play;
use plimsoll::live::keeper::Keeper;
use plimsoll::replayed::{Began, Extent, Replayed};
use plimsoll::session::Session;
use serde_json::json;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use store::{CrashDisk, Disk, Reader, RealDisk, StoreError};

const DIR: &str = "PLIMSOLL_CRASH_LIVE_DIR";
const POINT: &str = "PLIMSOLL_CRASH_LIVE_POINT";

/// How many times as many attempts; 1 where nobody says.
const SCALE: &str = "PLIMSOLL_CRASH_LIVE_SCALE";

/// Attempts of each commit, at scale 1. One of them is a file of its own; after some a snapshot is kept.
const COMMITS: [usize; 6] = [30, 40, 300, 20, 10, 5];
const KEPT_AFTER: [usize; 3] = [1, 2, 4];

/// The child: does nothing unless it was told where. Point 0 only counts.
#[test]
fn child() {
    let (Ok(dir), Ok(point)) = (std::env::var(DIR), std::env::var(POINT)) else { return };
    let point = point.parse().unwrap();
    let disk = Arc::new(if point == 0 { CrashDisk::counting() } else { CrashDisk::crashing_at(point) });
    work(Path::new(&dir), &(Arc::clone(&disk) as Arc<dyn Disk>), |count| println!("\nacknowledged {count}"));
    println!("\npoints {}", disk.points());
}

fn scale() -> usize {
    std::env::var(SCALE).ok().and_then(|scale| scale.parse().ok()).unwrap_or(1)
}

/// Attempts of a commit: what is a file of its own grows with the scale, live groups stay live ones.
fn attempts(commit: usize) -> usize {
    COMMITS[commit] * if COMMITS[commit] > 256 { scale() } else { 1 }
}

fn attempt(commit: usize, number: usize) -> String {
    let (second, card) = (number / scale(), number % (23 * scale()));
    json!({
        "id": format!("{commit}-{number}"),
        "at": format!("2026-01-19T{:02}:{:02}:{:02}Z", 10 + commit, second / 60, second % 60),
        "amount": format!("{}.00", 5 + number % 7), "currency": "GBP",
        "card": format!("c{card}"), "terminal": format!("t{}", number % 5),
    })
    .to_string()
}

/// Every commit that is not there yet, told of when it is.
fn work(dir: &Path, disk: &Arc<dyn Disk>, done: fn(usize)) {
    let began = Session::begin_on(dir, &partition(), policy(), crate::shop::now(), Arc::clone(disk));
    let mut session = match began {
        Err(error) if matches!(error.downcast_ref(), Some(StoreError::AlreadyExists(_))) => {
            Session::open_on(dir, Arc::clone(disk)).unwrap()
        }
        begun => begun.unwrap(),
    };
    let mut keeper = Keeper::on(dir, 0, 1, Arc::clone(disk)).unwrap();
    for commit in 0..COMMITS.len() {
        if session.store.ruling(&format!("{commit}-0")).unwrap().is_none() {
            let items = (0..attempts(commit)).map(|number| Ok((attempt(commit, number), number % 11 == 0)));
            play(&mut session, items).unwrap();
            done((0..=commit).map(attempts).sum());
        }
        if KEPT_AFTER.contains(&commit) {
            keeper.keep().unwrap();
        }
    }
}

fn run_child(dir: &Path, point: u64) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash_live::child", "--exact", "--nocapture"])
        .env(DIR, dir)
        .env(POINT, point.to_string())
        .output()
        .unwrap()
}

fn said(output: &Output, word: &str) -> u64 {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let found = text.lines().rev().find_map(|line| line.strip_prefix(word));
    found.map_or(0, |count| count.trim().parse().unwrap())
}

fn rulings(reader: &Reader) -> u64 {
    reader.ruling_counts().unwrap().iter().map(|(_, count)| count).sum()
}

/// From the snapshot on, or from the first batch: the same.
fn began(reader: &Reader, point: u64) -> Began {
    let [opened, whole] = [Replayed::open, Replayed::whole].map(|open| open(reader, Extent::Everything).unwrap());
    assert!(opened.working.attempt_bytes() == whole.working.attempt_bytes(), "point {point}");
    opened.began
}

#[test]
fn attempts_and_snapshots_survive_a_crash_at_every_point() {
    let all: usize = (0..COMMITS.len()).map(attempts).sum();
    let folder = tempfile::tempdir().unwrap();
    let counted = run_child(&folder.path().join("data"), 0);
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let points = said(&counted, "points ");
    assert!(points > 40, "{points} points: commits, a file of its own, three snapshots");
    let (mut lost, mut doubled, mut from_snapshot) = (0, 0, 0);
    for point in 1..=points {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("data");
        let crashed = run_child(&dir, point);
        assert!(!crashed.status.success(), "point {point} did not crash");
        let acknowledged = said(&crashed, "acknowledged ");
        if acknowledged > 0 {
            let reader = Reader::open(&dir).unwrap();
            lost += acknowledged.saturating_sub(rulings(&reader));
            let began = began(&reader, point);
            assert!(!matches!(began, Began::Unused(_)), "point {point}: half a snapshot");
            from_snapshot += u64::from(matches!(began, Began::Snapshot(..)));
        }
        work(&dir, &(Arc::new(RealDisk) as Arc<dyn Disk>), |_| {});
        let reader = Reader::open(&dir).unwrap();
        let there = rulings(&reader);
        lost += (all as u64).saturating_sub(there);
        doubled += there.saturating_sub(all as u64);
        assert!(matches!(began(&reader, point), Began::Snapshot(..)));
        let differ = compare_replay(&reader, &mut |_| {}).unwrap();
        assert!(differ.iter().all(plimsoll::command::Comparison::same), "point {point}");
        assert_eq!(reader.verify().unwrap().findings, []);
    }
    println!("\ncrash: points={points} lost={lost} doubled={doubled}");
    assert_eq!([lost, doubled], [0, 0]);
    assert!(from_snapshot > 10, "{from_snapshot} points lie behind a snapshot");
}

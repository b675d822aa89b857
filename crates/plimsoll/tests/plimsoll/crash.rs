//! A business at work is stopped at every point where the disk could be, and once for real. What was acknowledged is
//! there, once; the same verbs again finish the work, and the books are those of a run that nothing stopped.

use crate::quarantine::spoilt_shop;
use crate::shop::{CORNER_SHOP, SHOP, State, command, debits_less_credits, lay, options, partition, policy, run};
use crate::small_model;
use domain::{Body, Edit, IssueStatus};
use plimsoll::import::{import, mend};
use plimsoll::session::Session;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::{CrashDisk, Disk, IssueFilter, Reader, RealDisk, StoreError};

const DIR: &str = "PLIMSOLL_CRASH_DIR";
const POINT: &str = "PLIMSOLL_CRASH_POINT";

/// Children at a time: as many as a small machine has cores.
const WORKERS: u64 = 2;

/// The child: does nothing unless it was told where. Point 0 only counts.
#[test]
fn child() {
    let (Ok(dir), Ok(point)) = (std::env::var(DIR), std::env::var(POINT)) else { return };
    let point = point.parse().unwrap();
    let disk = Arc::new(if point == 0 { CrashDisk::counting() } else { CrashDisk::crashing_at(point) });
    work(Path::new(&dir), Arc::clone(&disk) as _, acknowledge);
    println!("\npoints {}", disk.points());
}

/// `init`, `import` of the shop, `import` of processor and bank, and a model, each told of when it is done. What is done
/// already is not done again.
fn work(dir: &Path, disk: Arc<dyn Disk>, done: fn(&Session)) -> Session {
    let data = dir.join("data");
    let mut session = match Session::begin_on(&data, &partition(), policy(), crate::shop::now(), Arc::clone(&disk)) {
        Err(error) if is_begun(&error) => Session::open_on(&data, disk).unwrap(),
        begun => begun.unwrap(),
    };
    done(&session);
    for folder in ["shop", "exports"] {
        import(&mut session, &[dir.join(folder)], &options()).unwrap();
        done(&session);
    }
    small_model::install(&mut session);
    done(&session);
    mend_rows(&mut session, done);
    session
}

/// Stages an edit for each open issue that has none, told of when each is done, and mends the file.
fn mend_rows(session: &mut Session, done: fn(&Session)) {
    let open = IssueFilter { status: Some(IssueStatus::Open), ..IssueFilter::default() };
    for row in session.store.read().issues(&open).unwrap().into_iter().filter(|row| row.edit.is_none()) {
        let invoice_and_stock = session.store.read().raw_slice(&row.issue.file, row.issue.span.offset, 13).unwrap();
        let sound = spoilt_shop().1.into_iter().find(|sound| sound.as_bytes().starts_with(&invoice_and_stock));
        let text = session.store.keep_raw(sound.unwrap().as_bytes()).unwrap();
        let (issue, span) = (row.id, row.issue.span);
        let edit = Edit { issue, file: row.issue.file, offset: span.offset, len: span.len.into(), text };
        session.tell(crate::shop::now(), vec![Body::EditStaged(edit)]).unwrap();
        done(session);
    }
    let files = session.store.read().files_with_staged_edits().unwrap();
    mend(session, &files, &options()).unwrap();
    done(session);
}

fn is_begun(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::AlreadyExists(_)))
}

/// Names every batch that stands: the last `acknowledged` line holds all that a user was told is done.
fn acknowledge(session: &Session) {
    println!("\nacknowledged {}", batches(session.store.read()).join(" "));
}

/// Each batch as `number-digest`.
fn batches(reader: &Reader) -> Vec<String> {
    let heads = reader.batches().map(|batch| batch.unwrap().0);
    heads.map(|head| format!("{}-{}", head.seq, head.body)).collect()
}

/// A folder with the files to be read.
fn new_folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let files = CORNER_SHOP.files();
    lay(&dir.path().join("shop"), &[("shop.csv", &spoilt_shop().0[..]), files[1]]);
    lay(&dir.path().join("exports"), &files[2..]);
    dir
}

fn run_child(dir: &Path, point: u64) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash::child", "--exact", "--nocapture"])
        .env(DIR, dir)
        .env(POINT, point.to_string())
        .output()
        .unwrap()
}

fn said<'a>(output: &'a [u8], word: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines().rev().find_map(|line| line.strip_prefix(word)).map(str::trim)
}

/// What a run that nothing stops leaves.
#[derive(PartialEq, Debug)]
struct Whole {
    state: State,
    records: u64,
    tables: BTreeMap<&'static str, u64>,
}

impl Whole {
    fn of(reader: &Reader) -> Self {
        let report = reader.verify().unwrap();
        assert_eq!(report.findings, []);
        assert!(debits_less_credits(reader).values().all(|sum| *sum == 0));
        let tables = reader.table_digests().unwrap().into_iter().map(|table| (table.table, table.rows)).collect();
        Self { state: State::of(reader), records: report.records, tables }
    }
}

#[test]
fn what_was_acknowledged_survives_a_crash_at_every_point() {
    let dir = new_folder();
    let counted = run_child(dir.path(), 0);
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let points: u64 = said(&counted.stdout, "points ").unwrap().parse().unwrap();
    let whole = Whole::of(&Reader::open(&dir.path().join("data")).unwrap());
    assert!(whole.records > 256, "a segment is written");
    let (next, counts) = (AtomicU64::new(1), Counts::default());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let point = next.fetch_add(1, Ordering::Relaxed);
                    if point > points {
                        break;
                    }
                    crash_and_finish(point, &whole, &counts);
                }
            });
        }
    });
    let [lost, doubled] = [&counts.lost, &counts.doubled].map(|count| count.load(Ordering::Relaxed));
    println!("\ncrash: points={points} lost={lost} doubled={doubled}");
    assert_eq!([lost, doubled], [0, 0], "see the points above");
}

/// Points after which something was not there, or was there twice.
#[derive(Default)]
struct Counts {
    lost: AtomicU64,
    doubled: AtomicU64,
}

impl Counts {
    fn add(count: &AtomicU64, what: bool, said: &str) {
        if what {
            println!("{said}");
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn crash_and_finish(point: u64, whole: &Whole, counts: &Counts) {
    let dir = new_folder();
    let crashed = run_child(dir.path(), point);
    assert!(!crashed.status.success(), "point {point} did not crash");
    let acknowledged = said(&crashed.stdout, "acknowledged").unwrap_or_default();
    if !acknowledged.is_empty() {
        let reader = Reader::open(&dir.path().join("data")).unwrap();
        let standing = batches(&reader).join(" ");
        let lost = !standing.starts_with(acknowledged);
        Counts::add(&counts.lost, lost, &format!("point {point}: {standing} lost some of {acknowledged}"));
        assert_eq!(reader.verify().unwrap().findings, [], "point {point}");
    }
    let finished = work(dir.path(), Arc::new(RealDisk), |_| {});
    let books = Whole::of(finished.store.read());
    let said =
        format!("point {point}: {} records, and a run that nothing stops leaves {}", books.records, whole.records);
    Counts::add(&counts.lost, books.records < whole.records, &said);
    Counts::add(&counts.doubled, books.records > whole.records, &said);
    assert!(books.records != whole.records || books == *whole, "point {point}: {books:?} is not {whole:?}");
    let left = unfinished(&dir.path().join("data"));
    assert!(left.is_empty(), "point {point}: {left:?}");
}

/// Files under a temporary name.
fn unfinished(dir: &Path) -> Vec<PathBuf> {
    let folders = ["segments", "raw", "models", "keys"].map(|folder| std::fs::read_dir(dir.join(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "tmp")).collect()
}

/// The whole shop, its simulation and its model: killed in one stage after the other, and each time begun again.
#[test]
fn a_demo_that_is_killed_again_and_again_comes_to_the_same_end() {
    let (whole, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for delay_ms in [10, 60, 900, 2_000, 3_000] {
        kill_after(delay_ms, command(killed.path()).args(["demo", "--no-serve"]));
    }
    let [whole, killed] = [whole, killed].map(|dir| {
        let said = run(dir.path(), &["demo", "--no-serve", "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let demo = said.json();
        let count = |name: &str| demo[name].as_u64().unwrap();
        assert_eq!(count("records_in"), count("records_out") + count("issues") + count("duplicates"));
        assert!(demo["model"]["champion"].is_string());
        assert_eq!(run(dir.path(), &["verify"]).code, 0);
        assert_eq!(run(dir.path(), &["replay"]).code, 0);
        Whole::of(&Reader::open(dir.path()).unwrap())
    });
    assert!(whole == killed, "the killed demo's books are other books");
}

fn kill_after(delay_ms: u64, command: &mut Command) {
    let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(delay_ms));
    running.kill().unwrap();
    running.wait().unwrap();
}

/// How fast the machine is decides what each kill meets, not what must hold after it.
#[test]
fn an_import_that_is_killed_for_real_can_be_run_again() {
    let whole = State::of(SHOP.books().read());
    let files = tempfile::tempdir().unwrap();
    lay(files.path(), &SHOP.files());
    let files = files.path().to_str().unwrap();
    for delay_ms in [5, 50, 150, 400, 800] {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(run(dir.path(), &["init"]).code, 0);
        kill_after(delay_ms, command(dir.path()).args(["import", files]));
        let again = run(dir.path(), &["import", files]);
        assert_eq!(again.code, 0, "killed after {delay_ms} ms: {}", again.err);
        assert_eq!(State::of(&Reader::open(dir.path()).unwrap()), whole, "killed after {delay_ms} ms");
        assert_eq!(run(dir.path(), &["verify"]).code, 0);
    }
}

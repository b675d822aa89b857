//! A full disk, two hundred files at once, and exports of other layouts over the same days.

use crate::shop::{Books, CORNER_SHOP, SHOP, State, command, lay, lines, run};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use store::Reader;

/// A small disk of its own, taken away in the end.
pub(crate) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    pub(crate) fn of(kilobytes: u32) -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        assert!(disk.mount(&format!("size={kilobytes}k")), "a disk is mounted, as when this was built");
        disk
    }

    pub(crate) fn mount(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(self.path());
        mount.output().is_ok_and(|ended| ended.status.success())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

#[test]
#[cfg_attr(not(small_disk), ignore = "this process may not mount a small disk (CAP_SYS_ADMIN)")]
fn a_disk_that_is_full_in_mid_import_leaves_nothing_half_done() {
    let exports = tempfile::tempdir().unwrap();
    lay(exports.path(), &SHOP.files());
    let exports = exports.path().to_str().unwrap();
    let mut failed = 0;
    for kilobytes in [1_000, 2_000, 3_500, 6_000] {
        let disk = SmallDisk::of(kilobytes);
        let data = disk.path().join("data");
        assert_eq!(run(&data, &["init"]).code, 0);
        let said = run(&data, &["import", exports]);
        if said.code == 0 {
            continue;
        }
        failed += 1;
        assert_eq!(said.code, 4, "{kilobytes} kB: {}", said.err);
        let place = data.to_str().unwrap();
        assert!(said.err.contains("check space") && said.err.contains(place), "{kilobytes} kB: {}", said.err);
        assert!(disk.mount("remount,size=256m"), "space returns");
        let reader = Reader::open(&data).unwrap();
        assert_eq!((reader.files().unwrap(), reader.last_batch().unwrap()), (Vec::new(), 1), "{kilobytes} kB");
        drop(reader);
        assert_eq!(run(&data, &["verify"]).code, 0);
        let again = run(&data, &["import", exports]);
        assert_eq!(again.code, 0, "{kilobytes} kB: {}", again.err);
        assert!(State::of(&Reader::open(&data).unwrap()) == State::of(SHOP.books().read()), "{kilobytes} kB");
        assert_eq!(run(&data, &["verify"]).code, 0);
    }
    assert!(failed >= 2, "the disks were too large to be full");
}

/// Whole invoices in overlapping windows.
fn shop_windows(count: usize) -> Vec<Vec<u8>> {
    let rows = lines(&SHOP.shop);
    let number = |row: &[u8]| row.split(|byte| *byte == b',').next().unwrap().to_vec();
    let invoices: Vec<Vec<u8>> = rows[1..].chunk_by(|a, b| number(a) == number(b)).map(<[Vec<u8>]>::concat).collect();
    windows(&rows[0], &invoices, count)
}

/// So many overlapping parts of the rows, under the header each.
fn windows(header: &[u8], rows: &[Vec<u8>], count: usize) -> Vec<Vec<u8>> {
    let step = rows.len().div_ceil(count);
    let part = |from: usize| rows[from..rows.len().min(from + step + step / 3 + 1)].concat();
    (0..rows.len()).step_by(step).map(|from| [header, &part(from)].concat()).collect()
}

#[test]
fn two_hundred_files_at_once_give_the_books_of_the_whole_and_a_second_run_adds_nothing() {
    let (stripe, rates) = (lines(&SHOP.stripe), lines(&SHOP.rates));
    let kinds = [
        ("shop", shop_windows(80)),
        ("stripe", windows(&stripe[0], &stripe[1..], 90)),
        ("rates", windows(&rates[0], &rates[1..], 40)),
        ("bank", vec![SHOP.bank.clone()]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (kind, files) in &kinds {
        for (number, bytes) in files.iter().enumerate() {
            lay(folder.path(), &[(&format!("{kind}-{number}"), bytes)]);
            count += 1;
        }
    }
    lay(folder.path(), &[("twice-under-another-name", &kinds[0].1[0])]);
    assert!(count >= 200, "{count}");
    let path = folder.path().to_str().unwrap();
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", path]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let told = format!("{} more files", count + 1);
    assert!(said.out.contains(&told) && said.out.lines().count() < 10, "unremarkable files share a line: {}", said.out);
    let books = State::of(&Reader::open(data.path()).unwrap());
    assert!(books == State::of(SHOP.books().read()), "other books");
    let again = run(data.path(), &["import", path, "--json"]).json();
    assert_eq!((&again["records"], again["files"].as_array().unwrap().len()), (&Value::from(0), count + 1));
    assert!(again["files"].as_array().unwrap().iter().all(|file| file["known"] == true));
    let said = run(data.path(), &["import", path, "--verbose"]);
    assert_eq!(said.out.matches("read before; adds nothing").count(), count + 1);
    assert!(State::of(&Reader::open(data.path()).unwrap()) == books);
}

/// The same export without these columns.
fn without_columns(export: &[u8], names: &[&str]) -> Vec<u8> {
    let text = std::str::from_utf8(export).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let left_out: Vec<usize> =
        names.iter().map(|name| header.iter().position(|column| column == name).unwrap()).collect();
    let row = |row: &str| {
        let fields = row.split(',').enumerate().filter(|(place, _)| !left_out.contains(place));
        fields.map(|(_, field)| field).collect::<Vec<_>>().join(",") + "\n"
    };
    text.lines().map(row).collect::<String>().into_bytes()
}

/// A layout that says less, before or after one that says more, is no conflict; other money is.
#[test]
fn another_layout_of_the_same_lines_is_no_conflict() {
    let less = without_columns(&CORNER_SHOP.stripe, &["customer_id", "description"]);
    let rows = lines(&CORNER_SHOP.stripe).len() as u64 - 1;
    for (first, second) in [(&CORNER_SHOP.stripe, &less), (&less, &CORNER_SHOP.stripe)] {
        let mut books = Books::new();
        books.import(&[("first.csv", first)]);
        let report = books.import(&[("second.csv", second)]);
        let row = report.files[0].row.as_ref().unwrap();
        assert_eq!((row.records, row.duplicates, row.issues), (0, rows, 0));
    }
}

/// A bank's camt.054 says more in its texts than its camt.053 of the same bookings.
#[test]
fn richer_texts_of_the_same_bookings_are_no_conflict() {
    let bank = std::str::from_utf8(&CORNER_SHOP.bank).unwrap();
    let richer = bank.replace("<Ustrd>", "<Ustrd>WITH MORE WORDS ");
    assert_ne!(richer, bank);
    for (first, second) in [(bank, &*richer), (&*richer, bank)] {
        let mut books = Books::new();
        books.import(&[("first.xml", first.as_bytes())]);
        let before = State::of(books.read());
        let report = books.import(&[("second.xml", second.as_bytes())]);
        let row = report.files[0].row.as_ref().unwrap();
        assert_eq!((row.records, row.issues), (0, 0));
        assert_eq!(State::of(books.read()), before);
    }
}

/// Nobody watches a pipe, so nothing is said on standard error; what is asked for is told.
#[test]
fn an_import_without_a_terminal_is_silent_on_standard_error() {
    let (dir, kept) = Books::new().close();
    lay(&kept.path().join("exports"), &CORNER_SHOP.files());
    let ended = command(&dir).arg("import").arg(kept.path().join("exports")).output().unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

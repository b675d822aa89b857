//! A data directory without rights: what is said, that nothing is half kept, and that all goes on once rights are given.
//!
//! Root ignores rights, so the binary runs as nobody; where that cannot be done, these tests are listed as ignored.

#![cfg(unix)]

use crate::shop::{CORNER_SHOP, State, lay};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use store::Reader;
use tempfile::TempDir;

/// A place that nobody may write to, with a copy of the binary: the built one may stand where nobody may look.
pub(crate) struct Nobody {
    folder: TempDir,
    binary: PathBuf,
}

impl Nobody {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        mode(folder.path(), 0o777);
        let binary = folder.path().join("plimsoll");
        fs::copy(env!("CARGO_BIN_EXE_plimsoll"), &binary).unwrap();
        mode(&binary, 0o755);
        Self { folder, binary }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Runs the binary without root's rights.
    pub(crate) fn run(&self, data: &Path, args: &[&str]) -> Output {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&self.binary);
        command.env_remove("PLIMSOLL_DIR").arg("--data").arg(data).args(args).output().unwrap()
    }

    /// A business of nobody's.
    fn init(&self) -> PathBuf {
        let made = self.run(&self.data(), &["init"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        self.data()
    }
}

pub(crate) fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Sets the mode of every folder below this one, and of it.
fn mode_of_folders(folder: &Path, to: u32) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        mode_of_folders(&path, to);
    }
    mode(folder, to);
}

/// It ends with exit code 4, and says what, where and what next.
fn told(said: &Output, place: &Path) -> String {
    let text = String::from_utf8(said.stderr.clone()).unwrap();
    assert_eq!(said.status.code(), Some(4), "{text}");
    assert!(text.starts_with("error: ") && text.contains(place.to_str().unwrap()), "{text}");
    assert!(text.contains("check") && text.contains("permissions"), "what next: {text}");
    assert!(
        text.contains("ermission denied") || text.contains("readonly") || text.contains("unable to open"),
        "why: {text}"
    );
    text
}

#[test]
#[cfg_attr(not(other_user), ignore = "this process may not run another as nobody (setpriv, CAP_SETUID)")]
fn a_business_is_not_made_where_nothing_may_be_written() {
    let nobody = Nobody::new();
    let closed = nobody.path().join("closed");
    lay(&closed, &[]);
    mode(&closed, 0o555);
    let data = closed.join("data");
    told(&nobody.run(&data, &["init"]), &data);
    assert_eq!(fs::read_dir(&closed).unwrap().count(), 0, "nothing half made");
    mode(&closed, 0o777);
    assert!(nobody.run(&data, &["init"]).status.success());
}

#[test]
#[cfg_attr(not(other_user), ignore = "this process may not run another as nobody (setpriv, CAP_SETUID)")]
fn an_import_into_a_directory_without_rights_keeps_nothing_and_goes_on_once_it_has_them() {
    let nobody = Nobody::new();
    let exports = nobody.path().join("exports");
    lay(&exports, &CORNER_SHOP.files());
    let data = nobody.init();
    let exports = exports.to_str().unwrap();
    for (name, closed_to, open_to) in [("raw", 0o555, 0o755), ("segments", 0o555, 0o755), ("plimsoll.db", 0o444, 0o644)]
    {
        let closed = data.join(name);
        mode(&closed, closed_to);
        told(&nobody.run(&data, &["import", exports]), &data);
        mode(&closed, open_to);
        let reader = Reader::open(&data).unwrap();
        assert_eq!((reader.files().unwrap(), reader.last_batch().unwrap()), (Vec::new(), 1), "{name}");
        assert_eq!(nobody.run(&data, &["verify"]).status.code(), Some(0), "{name}");
    }
    let done = nobody.run(&data, &["import", exports]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(State::of(&Reader::open(&data).unwrap()) == State::of(CORNER_SHOP.books().read()));
}

#[test]
#[cfg_attr(not(other_user), ignore = "this process may not run another as nobody (setpriv, CAP_SETUID)")]
fn what_may_not_be_read_is_said_by_every_verb_that_reads() {
    let nobody = Nobody::new();
    let data = nobody.init();
    mode_of_folders(&data, 0o000);
    for verb in [&["status"][..], &["exceptions"], &["verify"], &["serve", "--address", "127.0.0.1:0"]] {
        told(&nobody.run(&data, verb), &data);
    }
    mode(&data, 0o755);
    mode(&data.join("raw"), 0o755);
    mode(&data.join("segments"), 0o755);
}

/// Of a folder of exports, what may not be read is named, and the rest is read.
#[test]
#[cfg_attr(not(other_user), ignore = "this process may not run another as nobody (setpriv, CAP_SETUID)")]
fn an_export_that_may_not_be_read_is_named() {
    let nobody = Nobody::new();
    let exports = nobody.path().join("exports");
    lay(&exports, &CORNER_SHOP.files());
    mode(&exports.join("bank.xml"), 0o000);
    let data = nobody.init();
    let said = nobody.run(&data, &["import", exports.to_str().unwrap(), "--json"]);
    let told: Value = serde_json::from_slice(&said.stdout).unwrap();
    let closed: Vec<&Value> =
        told["files"].as_array().unwrap().iter().filter(|file| file["unreadable"] != Value::Null).collect();
    assert_eq!((said.status.code(), closed.len()), (Some(4), 1));
    assert!(closed[0]["path"].as_str().unwrap().ends_with("bank.xml"));
    assert!(told["records"].as_u64().unwrap() > 60, "the others are read");
    mode(&exports, 0o000);
    let said = nobody.run(&data, &["import", exports.to_str().unwrap()]);
    let told = String::from_utf8(said.stderr).unwrap();
    assert!(said.status.code() == Some(4) && told.contains("check the path"), "{told}");
    mode(&exports, 0o700);
}

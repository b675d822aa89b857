//! Every `.case` file says what it expects.
#![expect(clippy::disallowed_methods, reason = "tests read their files, and `BLESS` from the environment")]

use crate::case::Case;
use crate::show::section;
use crate::tables::Tables;
use std::path::{Path, PathBuf};

fn check(folder: &str) {
    let mut differ = Vec::new();
    for path in files(folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let found = run(&text);
        if found != text && std::env::var("BLESS").is_ok() {
            std::fs::write(&path, &found).unwrap();
        } else if found != text {
            differ.push(format!("{}:\n{}", path.display(), differences(&text, &found)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "case"));
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The case as it should be written.
fn run(text: &str) -> String {
    let case = Case::parse(text);
    let tables = Tables::after(&[case.batch.events]);
    let mut found = case.head.clone();
    for name in &case.sections {
        let mut body = section(&tables, name);
        for (token, name) in &case.names {
            body = body.replace(token, name);
        }
        found.push_str(&format!("--- {name}\n{body}"));
    }
    found
}

fn differences(expected: &str, found: &str) -> String {
    let missing =
        expected.lines().filter(|line| !found.lines().any(|other| other == *line)).map(|line| format!("- {line}"));
    let extra =
        found.lines().filter(|line| !expected.lines().any(|other| other == *line)).map(|line| format!("+ {line}"));
    missing.chain(extra).collect::<Vec<_>>().join("\n")
}

macro_rules! folders {
    ($($name:ident)*) => { $(#[test] fn $name() { check(stringify!($name)); })* };
}

folders! { normalise link reconcile post score decide }

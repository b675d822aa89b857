//! Every sample that may not ship, by file: which source reads it, what it gives, or what it is said to be instead.

use crate::testing::{parse, sample};
use crate::{describe, recognise};
use domain::{Content, Currency};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a folder and of those within it, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// What is moved by records, in minor units by currency: processors' nets, the bank's amounts, lines of invoices.
fn total(contents: &[&Content]) -> BTreeMap<Currency, i64> {
    let mut total = BTreeMap::new();
    for content in contents {
        let moved = match content {
            Content::Processor(line) => line.net,
            Content::Bank(line) => line.amount,
            _ => continue,
        };
        *total.entry(moved.currency).or_default() += moved.minor;
    }
    total
}

/// One line a file. Workbooks are turned into tables before, which `unpack` tests.
fn told(name: &str) -> String {
    let content = sample(name);
    let Some(source) = recognise(&content) else { return format!("{name}: {}", describe(&content)) };
    let parsed = parse(source, &content);
    let contents: Vec<&Content> = parsed.records.iter().map(|record| &record.content).collect();
    let total: Vec<String> = total(&contents).iter().map(|(currency, minor)| format!(" {minor} {currency}")).collect();
    format!(
        "{name}: {} {} rows, {} records, {} skipped, {} duplicates, {} issues{}",
        source.name(),
        parsed.rows,
        parsed.records.len(),
        parsed.skipped,
        parsed.duplicates,
        parsed.issues.len(),
        total.concat()
    )
}

#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn every_sample_is_read_or_said_to_be_something_else() {
    let folder = PathBuf::from(option_env!("PLIMSOLL_DATA").unwrap_or_default()).join("formats");
    let mut files = files(&folder);
    files.retain(|path| path.extension().is_none_or(|extension| extension != "xlsx"));
    let said: Vec<String> =
        files.iter().map(|path| told(&path.strip_prefix(&folder).unwrap().to_string_lossy())).collect();
    let expected: Vec<&str> = include_str!("samples.txt").lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(said, expected, "{}", said.join("\n"));
}

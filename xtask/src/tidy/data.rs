//! Data that ships: each file is the one that data/README.md describes, with its licence and source.

use super::{File, Finding, House};
use sha2::{Digest, Sha256};
use std::fmt::Write;

const README: &str = "data/README.md";

/// Each file has a row with its name and the SHA-256 of its bytes; no row is of a file that is gone.
pub(super) fn is_what_it_says(house: &House) -> Vec<Finding> {
    let readme = house.file(README).map_or("", File::text);
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let mut found: Vec<Finding> = shipped(house).filter_map(|file| wrong_row(file, &rows)).collect();
    for row in rows {
        let name = row.split('`').nth(1).unwrap_or_default();
        if house.file(&format!("data/{name}")).is_none() {
            found.push(Finding::new(README, format!("`{name}` is described, and not there")));
        }
    }
    found
}

fn wrong_row(file: &File, rows: &[&str]) -> Option<Finding> {
    let name = &file.path["data/".len()..];
    let Some(row) = rows.iter().find(|row| row.starts_with(&format!("| `{name}`"))) else {
        return Some(Finding::new(&file.path, format!("has no row in {README}")));
    };
    let digest = hex(&Sha256::digest(&file.bytes));
    (!row.contains(&format!("`{digest}`")))
        .then(|| Finding::new(&file.path, format!("its SHA-256 is {digest}; {README} says otherwise")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Each file has a section that names where it comes from and on what terms.
pub(super) fn has_licence_and_source(house: &House) -> Vec<Finding> {
    let files = shipped(house).count();
    let Some(readme) = house.file(README) else {
        return if files == 0 { vec![] } else { vec![Finding::new(README, "is not there, and data is")] };
    };
    let sections: Vec<&str> = readme.text().split("\n## ").skip(1).collect();
    let mut found = Vec::new();
    if sections.len() < files {
        found.push(Finding::new(README, format!("{files} files, {} sections: one each", sections.len())));
    }
    for section in sections {
        let title = section.lines().next().unwrap_or_default();
        if !section.contains("https://") {
            found.push(Finding::new(README, format!("`{title}` names no source")));
        }
        if !section.contains("Licence") && !section.contains("Reuse") {
            found.push(Finding::new(README, format!("`{title}` names no licence")));
        }
    }
    found
}

/// Data files, without the scripts and words about them.
fn shipped(house: &House) -> impl Iterator<Item = &File> {
    house.below("data/").filter(|file| !file.path.ends_with(".md") && !file.path.ends_with(".py"))
}

//! The papers that a house needs, and its scripts.

use super::{Finding, House};

const PAPERS: [&str; 5] = ["CHANGELOG.md", "GLOSSARY.md", "LICENSE", "README.md", "data/README.md"];

/// What is longer belongs into xtask.
const LONGEST_SCRIPT: usize = 60;

/// Each paper is there and says something.
pub(super) fn papers_are_there(house: &House) -> Vec<Finding> {
    let missing = PAPERS.iter().filter(|paper| house.file(paper).is_none_or(|file| file.text().trim().is_empty()));
    missing.map(|paper| Finding::new(*paper, "is not there")).collect()
}

/// Each script is short and names what runs it.
pub(super) fn scripts_are_short(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for script in house.below("scripts/").chain(house.file(".ci/run")) {
        let lines = script.text().lines().count();
        if lines > LONGEST_SCRIPT {
            found.push(Finding::new(&script.path, format!("{lines} lines; at most {LONGEST_SCRIPT}")));
        }
        if !script.text().starts_with("#!") {
            found.push(Finding::new(&script.path, "does not begin with `#!`"));
        }
        if !can_be_run(&script.path) {
            found.push(Finding::new(&script.path, "is not executable: `chmod +x`"));
        }
    }
    found
}

#[cfg(unix)]
fn can_be_run(path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let kept = std::fs::metadata(crate::project::root().join(path));
    kept.is_ok_and(|kept| kept.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn can_be_run(_: &str) -> bool {
    true
}

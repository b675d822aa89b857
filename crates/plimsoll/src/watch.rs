//! A folder into which others lay files: which of them are whole and were not read yet.
//!
//! Promises: a file is taken once it has the same size and time in two looks, so that one that is still being written is
//! left alone; names that programs give to unfinished files are never taken; a file that changes later is taken again.
//! Nothing is moved or deleted. What was taken is remembered for as long as the process lives; reading a file again
//! adds nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Ends of names that programs give to files which they have not finished.
const UNFINISHED: [&str; 7] = [".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp"];

/// A folder that is looked at again and again.
pub struct Watched {
    folder: PathBuf,
    seen: BTreeMap<PathBuf, Seen>,
}

struct Seen {
    size: u64,
    modified: Option<SystemTime>,
    taken: bool,
}

impl Watched {
    /// Of this folder nothing was seen yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), seen: BTreeMap::new() }
    }

    /// Looks once: the files that stood still since the last look and were not taken since they changed, in order of
    /// path.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn look(&mut self) -> anyhow::Result<Vec<PathBuf>> {
        let found = crate::import::files(std::slice::from_ref(&self.folder))?;
        let mut before = std::mem::take(&mut self.seen);
        let mut whole = Vec::new();
        for path in found.into_iter().filter(|path| is_finished(path)) {
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            let (size, modified) = (metadata.len(), metadata.modified().ok());
            let same = before.remove(&path).filter(|seen| seen.size == size && seen.modified == modified);
            if same.as_ref().is_some_and(|seen| !seen.taken) {
                whole.push(path.clone());
            }
            self.seen.insert(path, Seen { size, modified, taken: same.is_some() });
        }
        Ok(whole)
    }
}

fn is_finished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let unfinished =
        name.starts_with(['.', '~']) || name.ends_with('~') || UNFINISHED.iter().any(|end| name.ends_with(end));
    !unfinished
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(found: &[PathBuf]) -> Vec<String> {
        found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_taken_once_it_stands_still_and_again_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let mut watched = Watched::new(folder.path());
        let lay = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        lay("a.csv", "1");
        assert!(watched.look().unwrap().is_empty(), "it may still be written");
        lay("b.csv", "1");
        assert_eq!(names(&watched.look().unwrap()), ["a.csv"]);
        lay("b.csv", "12");
        assert!(watched.look().unwrap().is_empty(), "it grew between two looks");
        assert_eq!(names(&watched.look().unwrap()), ["b.csv"]);
        assert!(watched.look().unwrap().is_empty(), "each is taken once");
        lay("a.csv", "123");
        assert!(watched.look().unwrap().is_empty());
        assert_eq!(names(&watched.look().unwrap()), ["a.csv"]);
        fs::remove_file(folder.path().join("a.csv")).unwrap();
        assert!(watched.look().unwrap().is_empty());
    }

    #[test]
    fn unfinished_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.csv.part", "b.CRDOWNLOAD", ".c.csv", "~d.xlsx", "e.csv~", "f.tmp", "part.csv"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let mut watched = Watched::new(folder.path());
        assert!(watched.look().unwrap().is_empty());
        assert_eq!(names(&watched.look().unwrap()), ["part.csv"]);
        assert!(Watched::new(&folder.path().join("none")).look().is_err());
    }
}

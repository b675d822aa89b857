//! Every file operation of the store, behind one trait, so that a test can stop the world at any of them.
//!
//! Promise: [`publish`] makes a file appear whole or not at all, whenever the power goes.

mod crash;

pub use crash::CrashDisk;

use crate::StoreError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// The side of a database commit that a [`Disk`] is told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommitSide {
    /// Everything is written, nothing is committed.
    Before,
    /// The commit is on the disk.
    After,
}

/// What the store does to files. Reading is not here: it changes nothing.
pub trait Disk: Send + Sync {
    /// Writes a new file that only its owner may read; replaces an old one of that name.
    ///
    /// # Errors
    /// The operating system's.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// As [`Disk::write`], in parts, for a file that nobody waits for: where that matters, each piece is made durable
    /// before the next, so that a commit that comes meanwhile waits for one piece and not for all.
    ///
    /// # Errors
    /// The operating system's.
    fn write_by_and_by(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        self.write(path, &parts.concat())
    }

    /// Makes a file's content durable.
    ///
    /// # Errors
    /// The operating system's.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Renames within a directory; replaces.
    ///
    /// # Errors
    /// The operating system's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes renames and removals in a directory durable.
    ///
    /// # Errors
    /// The operating system's.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The operating system's.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Told of both sides of every database commit. The real disk has nothing to do.
    ///
    /// # Errors
    /// Before a commit: that the disk refuses it, as a full one does. Nothing is committed then.
    fn commit_point(&self, _side: CommitSide) -> io::Result<()> {
        Ok(())
    }
}

/// The operating system's disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        owner_only().open(path)?.write_all(content)
    }

    fn write_by_and_by(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        let mut file = owner_only().open(path)?;
        for piece in parts.iter().flat_map(|part| part.chunks(PIECE_BYTES)) {
            file.write_all(piece)?;
            file.sync_data()?;
            std::thread::sleep(PIECE_REST);
        }
        Ok(())
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// Some 2 ms of a slow disk.
const PIECE_BYTES: usize = 256 << 10;

/// Between two pieces: a commit that waits comes first.
const PIECE_REST: Duration = Duration::from_millis(1);

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The ending of files that are not yet whole.
pub(crate) const UNFINISHED: &str = ".tmp";

/// Writes `dir/name` under a temporary name, syncs it, renames it, syncs the directory.
pub(crate) fn publish(disk: &dyn Disk, dir: &Path, name: &str, content: &[u8]) -> Result<(), StoreError> {
    publish_as(disk, dir, name, |unfinished| disk.write(unfinished, content))
}

/// As [`publish`], in parts, for a file that nobody waits for.
pub(crate) fn publish_by_and_by(disk: &dyn Disk, dir: &Path, name: &str, parts: &[&[u8]]) -> Result<(), StoreError> {
    publish_as(disk, dir, name, |unfinished| disk.write_by_and_by(unfinished, parts))
}

fn publish_as(
    disk: &dyn Disk,
    dir: &Path,
    name: &str,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), StoreError> {
    let unfinished = dir.join(format!("{name}{UNFINISHED}"));
    let path = dir.join(name);
    write(&unfinished).map_err(StoreError::io("write", &unfinished))?;
    disk.sync(&unfinished).map_err(StoreError::io("sync", &unfinished))?;
    disk.rename(&unfinished, &path).map_err(StoreError::io("rename to", &path))?;
    disk.sync_dir(dir).map_err(StoreError::io("sync", dir))
}

/// Removes every file of `dir` that `keep` does not know, and says how many.
pub(crate) fn sweep(disk: &dyn Disk, dir: &Path, keep: impl Fn(&str) -> bool) -> Result<usize, StoreError> {
    let mut orphans = Vec::new();
    for entry in fs::read_dir(dir).map_err(StoreError::io("list", dir))? {
        let name = entry.map_err(StoreError::io("list", dir))?.file_name();
        if !name.to_str().is_some_and(&keep) {
            orphans.push(dir.join(name));
        }
    }
    orphans.sort();
    for path in &orphans {
        disk.remove(path).map_err(StoreError::io("remove", path))?;
    }
    if !orphans.is_empty() {
        disk.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
    }
    Ok(orphans.len())
}

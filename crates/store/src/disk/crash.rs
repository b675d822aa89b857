//! A disk that stops the world at a chosen point and forgets what was never synced, as a power cut does.

use super::{CommitSide, Disk, RealDisk};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts a point before and after each write, sync, rename, removal and database commit. At the chosen point it
/// empties files whose content was not synced, takes back renames and removals whose directory was not synced, and
/// aborts the process. The database's own files are SQLite's charge: what it wrote stays.
pub struct CrashDisk {
    crash_at: Option<u64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    points: u64,
    unsynced: Vec<PathBuf>,
    undo: Vec<Undo>,
}

/// How to take back what a directory has not made durable.
enum Undo {
    Rename { from: PathBuf, to: PathBuf, replaced: Option<Vec<u8>> },
    Remove { path: PathBuf, content: Vec<u8> },
}

impl CrashDisk {
    /// Crashes at the point of this number; the first is 1.
    pub fn crashing_at(point: u64) -> Self {
        Self { crash_at: Some(point), state: Mutex::default() }
    }

    /// Only counts.
    pub fn counting() -> Self {
        Self { crash_at: None, state: Mutex::default() }
    }

    /// Points passed so far.
    pub fn points(&self) -> u64 {
        self.state().points
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One point passes, or nothing ever again.
    fn point(&self) {
        let mut state = self.state();
        state.points += 1;
        if self.crash_at == Some(state.points) {
            state.lose_unsynced();
            std::process::abort();
        }
    }

    fn between_points(&self, act: impl FnOnce(&mut State) -> io::Result<()>) -> io::Result<()> {
        self.point();
        act(&mut self.state())?;
        self.point();
        Ok(())
    }
}

impl Disk for CrashDisk {
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.between_points(|state| {
            state.unsynced.push(path.to_owned());
            RealDisk.write(path, content)
        })
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.between_points(|state| {
            state.unsynced.retain(|unsynced| unsynced != path);
            RealDisk.sync(path)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.between_points(|state| {
            let replaced = fs::read(to).ok();
            RealDisk.rename(from, to)?;
            state.unsynced.iter_mut().filter(|path| *path == from).for_each(|path| to.clone_into(path));
            state.undo.push(Undo::Rename { from: from.to_owned(), to: to.to_owned(), replaced });
            Ok(())
        })
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.between_points(|state| {
            state.undo.retain(|undo| undo.path().parent() != Some(dir));
            RealDisk.sync_dir(dir)
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.between_points(|state| {
            let content = fs::read(path)?;
            RealDisk.remove(path)?;
            state.undo.push(Undo::Remove { path: path.to_owned(), content });
            Ok(())
        })
    }

    fn commit_point(&self, _side: CommitSide) -> io::Result<()> {
        self.point();
        Ok(())
    }
}

impl State {
    /// The latest first. A failure here leaves more behind than a power cut would, which the reopening must bear too.
    fn lose_unsynced(&mut self) {
        for path in &self.unsynced {
            let _ = fs::write(path, []);
        }
        for undo in self.undo.drain(..).rev() {
            undo.take_back();
        }
    }
}

impl Undo {
    fn path(&self) -> &Path {
        match self {
            Self::Rename { to: path, .. } | Self::Remove { path, .. } => path,
        }
    }

    fn take_back(self) {
        let _ = match self {
            Self::Rename { from, to, replaced } => {
                fs::rename(&to, from).and_then(|()| replaced.map_or(Ok(()), |content| fs::write(to, content)))
            }
            Self::Remove { path, content } => fs::write(path, content),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_synced_is_lost_and_what_was_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let disk = CrashDisk::counting();
        for name in ["kept", "emptied", "removed"] {
            disk.write(&path(name), b"x").unwrap();
        }
        disk.sync(&path("kept")).unwrap();
        disk.sync(&path("removed")).unwrap();
        disk.rename(&path("kept"), &path("renamed")).unwrap();
        disk.remove(&path("removed")).unwrap();
        disk.state().lose_unsynced();
        assert_eq!(fs::read(path("kept")).unwrap(), b"x");
        assert!(!path("renamed").exists());
        assert_eq!(fs::read(path("removed")).unwrap(), b"x");
        assert_eq!(fs::read(path("emptied")).unwrap(), b"");
        assert_eq!(disk.points(), 14);
    }

    #[test]
    fn a_synced_directory_keeps_its_renames() {
        let dir = tempfile::tempdir().unwrap();
        let disk = CrashDisk::counting();
        crate::disk::publish(&disk, dir.path(), "whole", b"x").unwrap();
        disk.state().lose_unsynced();
        assert_eq!(fs::read(dir.path().join("whole")).unwrap(), b"x");
    }
}

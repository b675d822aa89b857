//! The kept file on disk: written beside, synced, then put in the old one's place, so that a crash at any moment leaves
//! the old one or the new one, whole. While a run changes it, no other may.

use super::{Entities, codec};
use crate::command::UsageError;
use anyhow::Context;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// The right to change a kept file, until it is dropped.
#[derive(Debug)]
pub struct StateLock {
    path: PathBuf,
    /// Locked while this stands; the file stays, so that nobody locks one that is about to go.
    _lock: File,
}

impl StateLock {
    /// Takes the right to change the file.
    ///
    /// # Errors
    /// When another run has it, or the folder cannot be written.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        let lock_path = beside(path, ".lock")?;
        let lock = created(&lock_path).with_context(|| format!("cannot write {}", lock_path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(UsageError(format!("another run is changing {}; wait for it", path.display())).into())
            }
            Err(TryLockError::Error(error)) => Err(error).context("the state cannot be locked"),
        }
    }

    /// Puts these entities in the place of the old ones.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, entities: &Entities) -> anyhow::Result<()> {
        let new = beside(&self.path, ".new")?;
        let write = || -> std::io::Result<()> {
            let file = created(&new)?;
            codec::write(entities, BufWriter::with_capacity(1 << 20, &file))?;
            file.sync_all()?;
            std::fs::rename(&new, &self.path)?;
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }
}

fn beside(path: &Path, ending: &str) -> anyhow::Result<PathBuf> {
    let mut name = path.file_name().context("the state needs a file's name")?.to_owned();
    name.push(ending);
    Ok(path.with_file_name(name))
}

fn created(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    private(&mut options);
    options.open(path)
}

/// Others on the machine need not read who is who.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

impl Entities {
    /// Reads what was kept; none where nothing was.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let entities = codec::read(BufReader::with_capacity(1 << 20, file));
        entities.map(Some).with_context(|| format!("{} cannot be used", path.display()))
    }
}

//! A copy of a data directory while it is being written.
//!
//! Promise: the copy is the state of one commit. The database is copied first, in one reading transaction; every file that
//! it names was whole on the disk before its commit, and is copied after. Limits: source files that are pruned meanwhile
//! are missing from the copy, as the next opening would find.

use crate::layout::Layout;
use crate::{StoreError, database};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Copies the data directory `from` to the folder `to`, which must not be there.
///
/// # Errors
/// [`StoreError::NoStore`], [`StoreError::AlreadyExists`], or what the disk says; what is left of the copy then is of no
/// use.
pub fn backup(from: &Path, to: &Path) -> Result<(), StoreError> {
    let (source, target) = (Layout::of(from), Layout::of(to));
    source.check_database()?;
    if to.exists() {
        return Err(StoreError::AlreadyExists(to.to_owned()));
    }
    fs::create_dir_all(to).map_err(StoreError::io("create", to))?;
    let connection = database::open_reader(&source)?;
    database::check_format(&source, &connection)?;
    connection.execute("VACUUM INTO ?1", [target.database.to_string_lossy()])?;
    sync(&target.database)?;
    let folders = [
        (&source.segments, &target.segments),
        (&source.raw, &target.raw),
        (&source.models, &target.models),
        (&source.keys, &target.keys),
        (&source.secrets, &target.secrets),
    ];
    folders.into_iter().try_for_each(|(from, to)| copy_folder(from, to))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), StoreError> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io("read", from)(error)),
    };
    fs::create_dir_all(to).map_err(StoreError::io("create", to))?;
    for entry in entries {
        let path = entry.map_err(StoreError::io("read", from))?.path();
        let Some(name) = path.file_name().filter(|_| path.is_file()) else { continue };
        let copy = to.join(name);
        match fs::copy(&path, &copy) {
            Ok(_) => sync(&copy)?,
            // A file in the making is renamed when it is whole: no commit names it yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::io("copy", &path)(error)),
        }
    }
    Ok(())
}

fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(StoreError::io("sync", path))
}

//! Kept mappings: `mappings/NAME.toml` in the data directory, read by `import` and kept by `map`.

use crate::command::UsageError;
use anyhow::Context;
use sources::mapping::{MappedTable, Mapping};
use std::path::{Path, PathBuf};

const FOLDER: &str = "mappings";
const LONGEST_NAME: usize = 40;

/// Reads the mapping of a file; its records are called by the file's name.
///
/// # Errors
/// When it cannot be read or does not hold a mapping.
pub fn read(path: &Path) -> anyhow::Result<MappedTable> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    check_name(&name)?;
    let mapping = Mapping::parse(&name, &text);
    Ok(MappedTable(mapping.map_err(|error| UsageError(format!("{}: {error}", path.display())))?))
}

/// Every kept mapping, in order of name.
///
/// # Errors
/// As [`read`].
pub fn kept(dir: &Path) -> anyhow::Result<Vec<MappedTable>> {
    paths(dir)?.iter().map(|path| read(path)).collect()
}

/// The mapping of a file, or the kept one of that name.
///
/// # Errors
/// As [`read`].
pub fn named(dir: &Path, word: &Path) -> anyhow::Result<MappedTable> {
    let file = kept_path(dir, &word.to_string_lossy());
    if word.exists() || !file.exists() {
        let known = || names(dir).map(|names| names.join(", ")).unwrap_or_default();
        return read(word).with_context(|| format!("no mapping `{}`; kept are: {}", word.display(), known()));
    }
    read(&file)
}

/// Names of the kept mappings.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(dir: &Path) -> anyhow::Result<Vec<String>> {
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(paths(dir)?.iter().map(stem).collect())
}

/// Where a mapping of this name is kept.
pub fn kept_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(FOLDER).join(format!("{name}.toml"))
}

/// Keeps a mapping under a name; another of that name is not overwritten.
///
/// # Errors
/// When the name is taken or cannot be a name, or the folder cannot be written.
pub fn keep(dir: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    check_name(name)?;
    if !dir.is_dir() {
        let reason = format!("no data directory {}; `plimsoll init` makes one", dir.display());
        return Err(UsageError(reason).into());
    }
    let path = kept_path(dir, name);
    if path.exists() {
        let reason = format!("{} is kept already; take another name, or edit that file", path.display());
        return Err(UsageError(reason).into());
    }
    std::fs::create_dir_all(dir.join(FOLDER)).with_context(|| format!("cannot write to {}", dir.display()))?;
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// A name stands before the colon of records' ids, so it must not be that of a built-in source.
fn check_name(name: &str) -> Result<(), UsageError> {
    let sound = (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !sound {
        return Err(UsageError(format!("`{name}` is no name for a mapping; use small letters, digits and `-`")));
    }
    if name == "bank" || sources::SOURCES.iter().any(|source| source.name() == name) {
        return Err(UsageError(format!("`{name}` is a built-in source; call the mapping otherwise")));
    }
    Ok(())
}

fn paths(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = dir.join(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}

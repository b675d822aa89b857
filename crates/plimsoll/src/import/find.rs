//! Which files a run reads: those named, and all below folders named, in order of path. Below a folder, what is hidden
//! is left out, and so are pipes and devices, which may never end.

use anyhow::Context;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) fn files(paths: &[PathBuf]) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for path in paths {
        let sought = std::fs::metadata(path).and_then(|_| collect(path, &mut found));
        sought.with_context(|| format!("cannot read {}; check the path", path.display()))?;
    }
    Ok(found)
}

/// A link to nowhere counts as a file: the import names it as one that cannot be read, and goes on.
fn collect(path: &Path, found: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        found.insert(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') && !is_special(&entry.path()) {
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}

fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

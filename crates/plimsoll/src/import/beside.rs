//! What stands beside a file: the other tables of its set, which are the files of the same run, in the same folder or
//! upload, that the same source reads.

use crate::session::Session;
use domain::Digest;
use sources::Source;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The tables of one folder, read once for all its files.
#[derive(Default)]
pub(super) struct Beside {
    /// Every file of the run.
    run: BTreeSet<PathBuf>,
    /// Whose tables these are.
    pub(super) read: Option<(PathBuf, String)>,
    pub(super) tables: Vec<(Digest, Vec<u8>)>,
}

impl Beside {
    /// Nothing is read yet.
    pub(super) fn of_run(run: BTreeSet<PathBuf>) -> Self {
        Self { run, ..Self::default() }
    }

    /// The tables beside a file; none where its source reads each file alone.
    pub(super) fn of(&mut self, path: &Path, content: &[u8]) -> Vec<&[u8]> {
        let Some(source) = sources::recognise(content).filter(|source| source.reads_beside()) else {
            return Vec::new();
        };
        let folder = path.parent().unwrap_or(path);
        if self.read.as_ref().is_none_or(|(read, name)| read != folder || name != source.name()) {
            self.tables = self.tables_of(folder, source);
            self.read = Some((folder.to_owned(), source.name().to_owned()));
        }
        let own = sources::digest(content);
        self.tables.iter().filter(|(digest, _)| *digest != own).map(|(_, table)| table.as_slice()).collect()
    }

    /// A file that cannot be read is not beside the others; the import itself says why.
    fn tables_of(&self, folder: &Path, source: &dyn Source) -> Vec<(Digest, Vec<u8>)> {
        let mut tables = Vec::new();
        for path in self.run.iter().filter(|path| path.parent() == Some(folder)) {
            let Ok(packed) = std::fs::read(path) else { continue };
            for member in sources::unpack(&packed).into_iter().flatten() {
                let text = member.text.unwrap_or_default();
                if sources::recognise(&text).is_some_and(|found| found.name() == source.name()) {
                    tables.push((sources::digest(&text), text.into_owned()));
                }
            }
        }
        tables
    }
}

/// The tables of the set that were imported before: what a row that was held back may be read again with.
pub(super) fn kept(session: &Session, content: &[u8]) -> Vec<Vec<u8>> {
    let Some(source) = sources::recognise(content).filter(|source| source.reads_beside()) else {
        return Vec::new();
    };
    let reader = session.store.read();
    let files = reader.files().unwrap_or_default();
    let tables = files.iter().filter(|file| file.source == source.name());
    tables.filter_map(|file| reader.raw(&file.digest).ok()).collect()
}

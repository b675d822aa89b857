//! Where everything stands in the data directory.

use crate::StoreError;
use std::path::{Path, PathBuf};

/// The paths of one data directory.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The directory itself.
    pub root: PathBuf,
    /// SQLite: catalogue, vault, derived tables.
    pub database: PathBuf,
    /// Bulk batches.
    pub segments: PathBuf,
    /// Source files, sealed.
    pub raw: PathBuf,
    /// Model files.
    pub models: PathBuf,
    /// Holds [`TENANT_KEY`].
    pub keys: PathBuf,
    /// Sealed values that people set.
    pub secrets: PathBuf,
    /// Held by the one writer.
    pub lock: PathBuf,
}

/// What was known after some batch; it may be removed at any time.
pub(crate) const SNAPSHOT: &str = "live.snapshot";

/// The file of the tenant's key in [`Layout::keys`].
pub(crate) const TENANT_KEY: &str = "tenant.key";

impl Layout {
    pub(crate) fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            database: root.join("plimsoll.db"),
            segments: root.join("segments"),
            raw: root.join("raw"),
            models: root.join("models"),
            keys: root.join("keys"),
            secrets: root.join("secrets"),
            lock: root.join("lock"),
        }
    }

    /// That a store stands here. One that may not be looked at is not called missing.
    pub(crate) fn check_database(&self) -> Result<(), StoreError> {
        match self.database.try_exists() {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::NoStore(self.root.clone())),
            Err(error) => Err(StoreError::io("read", &self.database)(error)),
        }
    }

    pub(crate) fn folders(&self) -> [&Path; 4] {
        [&self.segments, &self.raw, &self.models, &self.keys]
    }

    pub(crate) fn tenant_key(&self) -> PathBuf {
        self.keys.join(TENANT_KEY)
    }
}

/// `<digest>.raw`.
pub(crate) fn raw_name(digest: &domain::Digest) -> String {
    format!("{digest}.raw")
}

/// `000017-<digest12>.seg`.
pub(crate) fn segment_name(seq: u64, body: &domain::Digest) -> String {
    format!("{seq:06}-{}.seg", body.short())
}

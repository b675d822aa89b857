//! Small values that a person sets while the writer runs: each a sealed file of its own in `secrets/`.
//!
//! Promises: a value is never on the disk in the clear, nor opens under another name; setting one needs no lock and is
//! whole or not at all.

use crate::disk::{RealDisk, publish};
use crate::keys::{Keys, seal_randomly, unseal_random};
use crate::layout::Layout;
use crate::{StoreError, database};
use std::fs;
use std::path::Path;

const ENDING: &str = ".sealed";

/// The sealed values of one data directory.
pub struct Secrets {
    layout: Layout,
    keys: Keys,
}

impl Secrets {
    /// Opens those of a data directory.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or that the key cannot be read.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let layout = Layout::of(dir);
        layout.check_database()?;
        let database = database::open_reader(&layout)?;
        let keys = Keys::load_checked(&layout, &database)?;
        Ok(Self { layout, keys })
    }

    /// Sets a value; `name` is of lower-case letters, digits and hyphens.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::Io`].
    pub fn put(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        check(name)?;
        let folder = &self.layout.secrets;
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        let sealed = seal_randomly(&self.keys.secrets, name.as_bytes(), value)?;
        publish(&RealDisk, folder, &format!("{name}{ENDING}"), &sealed)
    }

    /// A value; none where nobody set it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Io`].
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        check(name)?;
        let path = self.layout.secrets.join(format!("{name}{ENDING}"));
        let sealed = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(StoreError::io("read", &path))?,
        };
        let opened = unseal_random(&self.keys.secrets, name.as_bytes(), &sealed);
        opened.map(Some).ok_or_else(|| StoreError::corrupt(format!("secrets/{name}{ENDING}"), "it does not open"))
    }

    /// The names that are set, in order.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let folder = &self.layout.secrets;
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.map_err(StoreError::io("read", folder))?,
        };
        let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = files.filter_map(|file| file.strip_suffix(ENDING).map(str::to_owned)).collect();
        names.retain(|name| check(name).is_ok());
        names.sort();
        Ok(names)
    }

    /// Removes a value; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::Io`].
    pub fn remove(&self, name: &str) -> Result<bool, StoreError> {
        check(name)?;
        let path = self.layout.secrets.join(format!("{name}{ENDING}"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            removed => removed.map(|()| true).map_err(StoreError::io("remove", &path)),
        }
    }

    /// A new secret from the operating system, as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`StoreError::Random`].
    pub fn random() -> Result<String, StoreError> {
        Ok(domain::Digest(crate::keys::random::<32>()?).to_string())
    }
}

/// Longest name of a value; a file's name has room for it.
const LONGEST_NAME: usize = 64;

fn check(name: &str) -> Result<(), StoreError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let sound = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits);
    if sound { Ok(()) } else { Err(StoreError::Name(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Partition, Store};

    #[test]
    fn a_value_is_sealed_replaced_listed_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let partition = Partition { tenant: "t".to_owned(), business: "b".to_owned() };
        let store = Store::create(dir.path(), &partition, "test").unwrap();
        let secrets = Secrets::open(dir.path()).unwrap();
        assert_eq!((secrets.names().unwrap(), secrets.get("a").unwrap()), (vec![], None));
        secrets.put("a", b"whsec_1").unwrap();
        secrets.put("b", b"other").unwrap();
        secrets.put("a", b"whsec_2").unwrap();
        assert_eq!(secrets.get("a").unwrap().unwrap(), b"whsec_2");
        assert_eq!(secrets.names().unwrap(), ["a", "b"]);
        let file = |name: &str| dir.path().join("secrets").join(format!("{name}.sealed"));
        assert!(!fs::read(file("a")).unwrap().windows(5).any(|window| window == b"whsec"));
        fs::copy(file("a"), file("c")).unwrap();
        assert!(matches!(secrets.get("c"), Err(StoreError::Corrupt { .. })), "a value opens under its own name alone");
        for name in ["", "../x", "A", "a.b", &"x".repeat(65)] {
            assert!(matches!(secrets.put(name, b""), Err(StoreError::Name(_))), "{name}");
        }
        assert!(secrets.remove("a").unwrap() && !secrets.remove("a").unwrap());
        drop(store);
        drop(Store::open(dir.path(), "test").unwrap());
        assert_eq!(secrets.get("b").unwrap().unwrap(), b"other", "opening for writing sweeps no secret away");
    }
}

//! Who may write over HTTP: API tokens, made on the command line, of which only the hash is kept.
//!
//! Promises: a token is shown once, when it is made; it is compared in constant time; what is made or revoked holds
//! within a second, without a restart.

use anyhow::Context;
use jiff::Timestamp;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{Secrets, StoreError};

/// What every token begins with, so that scanners of leaked secrets can know it.
const TOKEN_PREFIX: &str = "plimsoll_";

/// What the names of tokens begin with among the sealed values.
const NAME_PREFIX: &str = "token-";

/// How long the list of tokens is taken as read.
const FRESH: Duration = Duration::from_secs(1);

/// What a token may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Post events.
    Events,
    /// Ask for rulings.
    Score,
    /// Say what came of attempts.
    Labels,
    /// Work on exceptions and alerts.
    Work,
}

impl Scope {
    /// Each.
    pub const ALL: [Self; 4] = [Self::Events, Self::Score, Self::Labels, Self::Work];

    /// As the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Score => "score",
            Self::Labels => "labels",
            Self::Work => "work",
        }
    }

    /// The scope of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenEntry {
    /// What its maker called it.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it may do.
    pub scopes: Vec<Scope>,
    hash: [u8; 32],
}

/// The tokens of a data directory.
pub struct Access {
    secrets: Secrets,
    known: Mutex<Option<(Instant, Arc<Vec<TokenEntry>>)>>,
}

impl Access {
    /// Opens those of a data directory.
    ///
    /// # Errors
    /// As [`Secrets::open`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { secrets: Secrets::open(dir)?, known: Mutex::default() })
    }

    /// Makes a token and shows it this once; none where the name is taken.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn make(&self, name: &str, scopes: &[Scope], now: Timestamp) -> anyhow::Result<Option<String>> {
        let kept = format!("{NAME_PREFIX}{name}");
        if self.secrets.get(&kept)?.is_some() {
            return Ok(None);
        }
        let token = format!("{TOKEN_PREFIX}{}", Secrets::random()?);
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let value = format!("{now} {} {}", sources::digest(token.as_bytes()), scopes.join(","));
        self.secrets.put(&kept, value.as_bytes())?;
        Ok(Some(token))
    }

    /// The tokens, by name.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<TokenEntry>> {
        let names = self.secrets.names()?;
        let tokens = names.iter().filter_map(|name| name.strip_prefix(NAME_PREFIX));
        tokens.map(|name| self.entry(name)).filter_map(Result::transpose).collect()
    }

    /// Revokes a token; whether there was one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn revoke(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.secrets.remove(&format!("{NAME_PREFIX}{name}"))?)
    }

    /// The token that a request shows; every known one is compared, however early one fits.
    ///
    /// # Errors
    /// When the tokens cannot be read.
    pub fn bearer(&self, token: &str) -> anyhow::Result<Option<TokenEntry>> {
        let shown = sources::digest(token.as_bytes());
        let known = self.fresh()?;
        Ok(known.iter().rfind(|entry| same(&entry.hash, &shown.0)).cloned())
    }

    fn fresh(&self) -> anyhow::Result<Arc<Vec<TokenEntry>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, entries)) = &*known
            && since.elapsed() < FRESH
        {
            return Ok(Arc::clone(entries));
        }
        let entries = Arc::new(self.list()?);
        *known = Some((Instant::now(), Arc::clone(&entries)));
        Ok(entries)
    }

    /// None where it was revoked meanwhile.
    fn entry(&self, name: &str) -> anyhow::Result<Option<TokenEntry>> {
        let Some(value) = self.secrets.get(&format!("{NAME_PREFIX}{name}"))? else { return Ok(None) };
        let text = String::from_utf8_lossy(&value);
        let mut words = text.split(' ');
        let mut parts = || Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?));
        let (made_at, hash): (Timestamp, domain::Digest) =
            parts().with_context(|| format!("the token `{name}` cannot be read; revoke it and make another"))?;
        // One of before there were scopes may do everything.
        let scopes =
            words.next().map_or(Scope::ALL.to_vec(), |told| told.split(',').filter_map(Scope::from_name).collect());
        Ok(Some(TokenEntry { name: name.to_owned(), made_at, scopes, hash: hash.0 }))
    }
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Partition, Store};

    #[test]
    fn a_token_holds_from_when_it_is_made_until_it_is_revoked() {
        let dir = tempfile::tempdir().unwrap();
        let partition = Partition { tenant: "t".to_owned(), business: "b".to_owned() };
        drop(Store::create(dir.path(), &partition, "test").unwrap());
        let open = || Access::open(dir.path()).unwrap();
        let now = "2026-11-22T06:00:00Z".parse().unwrap();
        let token = open().make("shop", &Scope::ALL, now).unwrap().unwrap();
        assert!(token.starts_with("plimsoll_") && token.len() == 73);
        assert_eq!(open().make("shop", &Scope::ALL, now).unwrap(), None, "a name is taken");
        let other = open().make("till-2", &[Scope::Score], now).unwrap().unwrap();
        assert_eq!(open().bearer(&token).unwrap().map(|entry| entry.scopes), Some(Scope::ALL.to_vec()));
        assert_eq!(open().bearer(&other).unwrap().map(|entry| entry.scopes), Some(vec![Scope::Score]));
        for wrong in ["", "plimsoll_", &token[..72], &token.to_uppercase(), "shop"] {
            assert_eq!(open().bearer(wrong).unwrap(), None, "{wrong}");
        }
        let entries = open().list().unwrap();
        let listed: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.made_at)).collect();
        assert_eq!(listed, [("shop", now), ("till-2", now)]);
        assert!(open().revoke("shop").unwrap() && !open().revoke("shop").unwrap());
        assert_eq!(open().bearer(&token).unwrap(), None);
    }

    #[test]
    fn equal_is_equal_to_the_last_byte() {
        assert!(same(b"", b"") && same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd") && !same(b"abc", b"ab") && !same(b"abc", b"xbc"));
    }
}

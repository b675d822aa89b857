//! People's data: values leave as tokens and stand here, sealed under a key a person, until the person is forgotten.
//!
//! Promises: a value is never stored in the clear; a forgotten person stays forgotten when an old export is read
//! again; forgetting changes no journal byte and no table.

use crate::StoreError;
use crate::codec;
use crate::keys::{Key, hmac, random, seal_randomly, unseal_random};
use domain::Token;
use rusqlite::{Connection, OptionalExtension, params};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// A field and its value; in a first load some millions wait, most of which are short.
type Value = (SmolStr, SmolStr);

/// Turns personal values into tokens, and keeps the values for the vault until the next commit.
pub struct TokenBook {
    key: Key,
    /// By (subject, token): the field and the value as first written.
    pending: BTreeMap<(Token, Token), Value>,
    /// Committed by this writer, so that a value in every row of a file is sealed once.
    sealed: BTreeSet<(Token, Token)>,
}

/// Tokens that another thread makes, with the values that the book is to take over from it.
pub struct TokenSheet {
    key: Key,
    values: BTreeMap<(Token, Token), Value>,
}

impl TokenSheet {
    /// As [`TokenBook::token`].
    pub fn token(&mut self, field: &str, value: &str, subject: Option<Token>) -> Token {
        let token = token_of(&self.key, field, value);
        let place = (subject.unwrap_or(token), token);
        self.values.entry(place).or_insert_with(|| (field.into(), value.trim().into()));
        token
    }
}

impl TokenBook {
    /// A sheet for another thread, to be given back by [`Self::take_over`].
    pub fn sheet(&self) -> TokenSheet {
        TokenSheet { key: self.key, values: BTreeMap::new() }
    }

    /// Takes a sheet's values; of a value that stands already, the first stays.
    pub fn take_over(&mut self, sheet: TokenSheet) {
        for (place, value) in sheet.values {
            if !self.sealed.contains(&place) {
                self.pending.entry(place).or_insert(value);
            }
        }
    }

    pub(crate) fn new(key: Key) -> Self {
        Self { key, pending: BTreeMap::new(), sealed: BTreeSet::new() }
    }

    /// The token of a value: equal for values that differ only in case and outer white space, other for each field.
    /// The value is kept for `subject`, the person whose key opens it; without one the value is its own subject (an
    /// account number or an email that names the person).
    pub fn token(&mut self, field: &str, value: &str, subject: Option<Token>) -> Token {
        let token = self.token_of(field, value);
        let place = (subject.unwrap_or(token), token);
        if !self.sealed.contains(&place) {
            self.pending.entry(place).or_insert_with(|| (field.into(), value.trim().into()));
        }
        token
    }

    /// The token alone: nothing is kept. For looking a person up.
    pub fn token_of(&self, field: &str, value: &str) -> Token {
        token_of(&self.key, field, value)
    }

    /// Whoever this writer has not met before, with the fields and values that are to be sealed of them.
    pub fn newcomers(&self) -> Vec<(Token, Vec<(String, String)>)> {
        let mut people: Vec<(Token, Vec<(String, String)>)> = Vec::new();
        for ((subject, _), (field, value)) in &self.pending {
            let value = (field.to_string(), value.to_string());
            match people.last_mut() {
                Some((known, values)) if known == subject => values.push(value),
                _ => people.push((*subject, vec![value])),
            }
        }
        people
    }

    /// Seals what is pending; it stays pending until [`Self::committed`].
    pub(crate) fn write(&self, vault: &Key, database: &Connection) -> Result<(), StoreError> {
        let mut insert =
            database.prepare("INSERT OR IGNORE INTO vault (subject, token, sealed) VALUES (?1, ?2, ?3)")?;
        let mut person: Option<(Token, Option<Key>)> = None;
        for ((subject, token), value) in &self.pending {
            if person.is_none_or(|(known, _)| known != *subject) {
                person = Some((*subject, data_key(vault, database, subject)?));
            }
            if let Some((_, Some(key))) = &person {
                let sealed = seal_randomly(key, &binding(subject, token), &codec::encode(value))?;
                insert.execute(params![subject.0, token.0, sealed])?;
            }
        }
        Ok(())
    }

    /// What was pending is in the vault now.
    pub(crate) fn committed(&mut self) {
        self.sealed.extend(std::mem::take(&mut self.pending).into_keys());
    }

    /// Nothing of the person is sealed again.
    pub(crate) fn forget(&mut self, person: &Token) {
        self.pending.retain(|(subject, _), _| subject != person);
    }
}

/// HMAC-SHA-256 of the field and the value's normal form (trimmed, lower case), cut to 16 bytes.
pub(crate) fn token_of(key: &Key, field: &str, value: &str) -> Token {
    let normal = value.trim().to_lowercase();
    let mac = hmac(key, &[field.as_bytes(), &[0], normal.as_bytes()]);
    let mut token = Token::default();
    token.0.copy_from_slice(&mac[..16]);
    token
}

/// A value opens only at its own place.
fn binding(subject: &Token, token: &Token) -> Vec<u8> {
    [subject.0, token.0].concat()
}

/// The person's key, made when there was none; `None` for a forgotten person.
fn data_key(vault: &Key, database: &Connection, subject: &Token) -> Result<Option<Key>, StoreError> {
    if let Some(wrapped) = wrapped_key(database, subject)? {
        return wrapped.map(|wrapped| unwrap_key(vault, subject, &wrapped)).transpose();
    }
    let key = random::<32>()?;
    let wrapped = seal_randomly(vault, &subject.0, &key)?;
    database
        .prepare_cached("INSERT INTO vault_keys (subject, wrapped) VALUES (?1, ?2)")?
        .execute(params![subject.0, wrapped])?;
    Ok(Some(key))
}

/// No row: never seen. A row without a key: forgotten.
fn wrapped_key(database: &Connection, subject: &Token) -> Result<Option<Option<Vec<u8>>>, StoreError> {
    let mut find = database.prepare_cached("SELECT wrapped FROM vault_keys WHERE subject = ?1")?;
    Ok(find.query_row([subject.0], |row| row.get(0)).optional()?)
}

fn unwrap_key(vault: &Key, subject: &Token, wrapped: &[u8]) -> Result<Key, StoreError> {
    let key = unseal_random(vault, &subject.0, wrapped).and_then(|key| Key::try_from(key.as_slice()).ok());
    key.ok_or_else(|| StoreError::corrupt(format!("the vault key of {subject}"), "it does not open"))
}

/// The person's values by field; none for a person unknown or forgotten.
pub(crate) fn personal(
    vault: &Key,
    database: &Connection,
    subject: &Token,
) -> Result<Vec<(String, String)>, StoreError> {
    let Some(Some(wrapped)) = wrapped_key(database, subject)? else { return Ok(Vec::new()) };
    let key = unwrap_key(vault, subject, &wrapped)?;
    let mut find = database.prepare_cached("SELECT token, sealed FROM vault WHERE subject = ?1 ORDER BY token")?;
    let rows = find.query_map([subject.0], |row| Ok((Token(row.get(0)?), row.get::<_, Vec<u8>>(1)?)))?;
    let mut values = Vec::new();
    for row in rows {
        let (token, sealed) = row?;
        let plain = unseal_random(&key, &binding(subject, &token), &sealed);
        let value = plain.and_then(|plain| codec::decode::<(String, String)>(&plain).ok());
        values
            .push(value.ok_or_else(|| StoreError::corrupt(format!("a vault value of {subject}"), "it does not open"))?);
    }
    values.sort();
    Ok(values)
}

/// Drops the person's key and sealed values. The row that stays says that the person was forgotten.
pub(crate) fn forget(database: &Connection, subject: &Token) -> Result<(), StoreError> {
    database.execute("DELETE FROM vault WHERE subject = ?1", [subject.0])?;
    database.execute(
        "INSERT INTO vault_keys (subject, wrapped) VALUES (?1, NULL) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL",
        [subject.0],
    )?;
    Ok(())
}

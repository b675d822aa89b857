//! Keys and sealing. One random tenant key stands in the directory; every other key is derived from it or wrapped.
//!
//! Promises: a key never leaves this crate and is never printed; no (key, nonce) pair seals two texts.

use crate::layout::Layout;
use crate::{StoreError, database};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use domain::Digest;
use hmac::{Hmac, Mac};
use rusqlite::Connection;
use sha2::Sha256;
use std::fs;

/// 256 bits.
pub(crate) type Key = [u8; 32];

/// What is derived from the tenant key, one key a purpose.
#[derive(Clone)]
pub(crate) struct Keys {
    /// Makes tokens.
    pub token: Key,
    /// Makes the keys of raw files.
    pub raw: Key,
    /// Wraps people's data keys.
    pub vault: Key,
    /// Seals what people set.
    pub secrets: Key,
    /// Kept in the database, so that another tenant's key is told at opening.
    pub check: Key,
}

impl Keys {
    pub(crate) fn derive(tenant: &Key) -> Self {
        let labelled = |label: &[u8]| hmac(tenant, &[label]);
        Self {
            token: labelled(b"plimsoll token 1"),
            raw: labelled(b"plimsoll raw 1"),
            vault: labelled(b"plimsoll vault 1"),
            secrets: labelled(b"plimsoll secrets 1"),
            check: labelled(b"plimsoll check 1"),
        }
    }

    /// The keys of a data directory's tenant.
    pub(crate) fn load(layout: &Layout) -> Result<Self, StoreError> {
        let path = layout.tenant_key();
        let bytes = fs::read(&path).map_err(StoreError::io("read", &path))?;
        let tenant = Key::try_from(bytes.as_slice()).map_err(|_| damaged("a tenant key has 32 bytes"))?;
        Ok(Self::derive(&tenant))
    }

    /// As [`Self::load`], and it is the key that this database was made with.
    pub(crate) fn load_checked(layout: &Layout, database: &Connection) -> Result<Self, StoreError> {
        let keys = Self::load(layout)?;
        let known: Option<Digest> = database::meta(database, "key check")?;
        if known == Some(Digest(keys.check)) { Ok(keys) } else { Err(damaged("it is not this store's tenant key")) }
    }
}

fn damaged(reason: &str) -> StoreError {
    StoreError::corrupt("keys/tenant.key", reason)
}

/// HMAC-SHA-256 (RFC 2104) of the parts one after another.
pub(crate) fn hmac(key: &Key, parts: &[&[u8]]) -> Key {
    let mut block = [0; 64]; // a key shorter than SHA-256's block is padded with zeros
    block[..key.len()].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Random(error.into()))?;
    Ok(bytes)
}

/// Seals with a nonce that the caller never uses twice under this key.
pub(crate) fn seal(key: &Key, nonce: u64, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    encrypt(key, &counted(nonce), bound_to, plain)
}

/// Opens what [`seal`] sealed; `None` when any byte of it, its nonce or what it is bound to is another.
pub(crate) fn unseal(key: &Key, nonce: u64, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    decrypt(key, &counted(nonce), bound_to, sealed)
}

/// Seals with a random nonce that stands in front.
pub(crate) fn seal_randomly(key: &Key, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce = random::<12>()?;
    Ok([&nonce[..], &encrypt(key, &nonce, bound_to, plain)?].concat())
}

/// Opens what [`seal_randomly`] sealed.
pub(crate) fn unseal_random(key: &Key, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<12>()?;
    decrypt(key, nonce, bound_to, sealed)
}

fn counted(nonce: u64) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&nonce.to_be_bytes());
    bytes
}

fn encrypt(key: &Key, nonce: &[u8; 12], bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    Aes256Gcm::new(key.into())
        .encrypt(&Nonce::from(*nonce), Payload { msg: plain, aad: bound_to })
        .map_err(|_| StoreError::Seal("a value"))
}

fn decrypt(key: &Key, nonce: &[u8; 12], bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    Aes256Gcm::new(key.into()).decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: bound_to }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe"); // a short key is padded with zeros
        let mac = hmac(&key, &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    #[test]
    fn a_sealed_value_opens_only_whole_and_where_it_belongs() {
        let key = [7; 32];
        let sealed = seal_randomly(&key, b"subject", b"value").unwrap();
        assert_eq!(unseal_random(&key, b"subject", &sealed).unwrap(), b"value");
        assert_eq!(unseal_random(&key, b"another", &sealed), None);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(unseal_random(&key, b"subject", &changed), None, "byte {index}");
        }
    }
}

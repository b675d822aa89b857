//! Raw files, models and the vault: stored bytes, seals, contents.

use super::VerifyReport;
use crate::codec::sha256;
use crate::layout::raw_name;
use crate::{Reader, StoreError};
use domain::{Digest, Token};
use rusqlite::Connection;
use std::fs;

/// Reads every file that the catalogue names.
pub(super) fn check(reader: &Reader, database: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut select = database.prepare("SELECT digest, stored FROM raw WHERE pruned = 0 ORDER BY digest")?;
    let files = select.query_map([], |row| Ok((Digest(row.get(0)?), Digest(row.get(1)?))))?;
    for file in files {
        let (digest, stored) = file?;
        let place = format!("raw/{}", raw_name(&digest));
        report.take(&place, check_raw(reader, &place, &digest, &stored));
        report.raw_files += 1;
    }
    let mut select = database.prepare("SELECT digest FROM models ORDER BY digest")?;
    for digest in select.query_map([], |row| Ok(Digest(row.get(0)?)))? {
        let digest = digest?;
        report.take(&format!("models/{digest}"), reader.model(&digest));
        report.models += 1;
    }
    check_people(reader, database, report)
}

fn check_people(reader: &Reader, database: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut select = database.prepare("SELECT subject FROM vault_keys WHERE wrapped IS NOT NULL ORDER BY subject")?;
    for person in select.query_map([], |row| Ok(Token(row.get(0)?)))? {
        report.take("the vault in `plimsoll.db`", reader.personal(&person?));
        report.people += 1;
    }
    Ok(())
}

fn check_raw(reader: &Reader, place: &str, digest: &Digest, stored: &Digest) -> Result<(), StoreError> {
    let path = reader.layout.raw.join(raw_name(digest));
    let bytes = fs::read(&path).map_err(StoreError::io("read", &path))?;
    if sha256(&bytes) != *stored {
        return Err(StoreError::corrupt(place, "its bytes are not those that were written"));
    }
    let raw = reader.open_raw(digest)?;
    if sha256(&raw.slice(0, raw.len())?) != *digest {
        return Err(StoreError::corrupt(place, "its content is not what its name says"));
    }
    Ok(())
}

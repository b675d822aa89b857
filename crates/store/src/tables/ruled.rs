//! Whom rulings are about: which rulings a card or terminal has, without a page touched for each of them.
//!
//! Rulings of one run ([`RUN`]) are looked through one by one while it is the last. Once it is whole, its tokens are written
//! down in parts, so that whoever looks for a token reads one part of each run. Example: at 5,000 rulings a second a whole
//! run is written every .8 s, which touches some 100 pages; a row for each ruling would touch as many in 10 ms.

use crate::StoreError;
use domain::Token;
use rusqlite::{Connection, params};

/// Rulings of a run.
const RUN: i64 = 4_096;

/// Parts of a run, by the first bits of tokens, which are even.
const PARTS: usize = 64;

/// A token, and how far its ruling stands behind the first of the run.
const ENTRY: usize = 16 + 2;

/// Told of each ruling that was written.
pub(super) fn after(database: &Connection, n: i64) -> Result<(), StoreError> {
    if n % RUN == 0 { write_run(database, n / RUN - 1) } else { Ok(()) }
}

/// The numbers of the newest rulings of a card or terminal, the newest first.
pub(crate) fn newest(database: &Connection, token: &Token, most: usize) -> Result<Vec<i64>, StoreError> {
    let mut runs = database.prepare_cached("SELECT run, body FROM ruled WHERE part = ?1 ORDER BY run DESC")?;
    let mut runs = runs.query([part(token)])?;
    let mut next = runs.next()?;
    let whole: i64 = match next {
        Some(row) => row.get::<_, i64>(0)? + 1,
        None => 0,
    };
    let mut last = database.prepare_cached(
        "SELECT n FROM rulings WHERE n > ?1 AND (card = ?2 OR terminal = ?2) ORDER BY n DESC LIMIT ?3",
    )?;
    let last =
        last.query_map(params![whole * RUN, token.0, i64::try_from(most).unwrap_or(i64::MAX)], |row| row.get(0))?;
    let mut found: Vec<i64> = last.collect::<Result<_, _>>()?;
    while let Some(row) = next
        && found.len() < most
    {
        let first = row.get::<_, i64>(0)? * RUN + 1;
        let (entries, _) = row.get_ref(1)?.as_blob().unwrap_or_default().as_chunks::<ENTRY>();
        let of_token = entries.iter().rev().filter(|entry| entry[..16] == token.0);
        found.extend(of_token.map(|entry| first + i64::from(u16::from_le_bytes([entry[16], entry[17]]))));
        next = runs.next()?;
    }
    found.truncate(most);
    Ok(found)
}

/// Writes a whole run down.
fn write_run(database: &Connection, run: i64) -> Result<(), StoreError> {
    let first = run * RUN + 1;
    let mut parts = vec![Vec::new(); PARTS];
    let mut select =
        database.prepare_cached("SELECT n, card, terminal FROM rulings WHERE n >= ?1 AND n < ?2 ORDER BY n")?;
    let mut rows = select.query([first, first + RUN])?;
    while let Some(row) = rows.next()? {
        let behind = u16::try_from(row.get::<_, i64>(0)? - first).unwrap_or(u16::MAX).to_le_bytes();
        let (card, terminal) = (Token(row.get(1)?), row.get::<_, Option<[u8; 16]>>(2)?.map(Token));
        for token in [Some(card), terminal.filter(|terminal| *terminal != card)].into_iter().flatten() {
            let part = &mut parts[part(&token)];
            part.extend_from_slice(&token.0);
            part.extend_from_slice(&behind);
        }
    }
    let mut insert = database.prepare_cached("INSERT INTO ruled (part, run, body) VALUES (?1, ?2, ?3)")?;
    for (part, body) in parts.iter().enumerate() {
        insert.execute(params![part, run, body])?;
    }
    Ok(())
}

fn part(token: &Token) -> usize {
    usize::from(token.0[0]) * PARTS / 256
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    /// 0–999 cards by a fixed rule, so that some have many rulings in one run and in several.
    #[test]
    fn what_is_found_by_runs_is_what_stands_in_the_rows() {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(schema::DERIVED).unwrap();
        let mut insert = database
            .prepare(
                "INSERT INTO rulings (n, id, at_us, action, card, terminal, body) VALUES (?1, ?1, 0, '', ?2, ?3, x'')",
            )
            .unwrap();
        let token = |number: i64| Token(crate::codec::sha256(&number.to_le_bytes()).0[..16].try_into().unwrap());
        for n in 1..=2 * RUN + 500 {
            let terminal = (n % 3 > 0).then(|| token(n % 7).0);
            insert.execute(params![n, token(n * n % 101).0, terminal]).unwrap();
            after(&database, n).unwrap();
        }
        assert_eq!(database.query_row("SELECT COUNT(*) FROM ruled", [], |row| row.get(0)), Ok(2 * 64));
        for number in 0..120 {
            let sql = "SELECT n FROM rulings WHERE card = ?1 OR terminal = ?1 ORDER BY n DESC";
            let mut all = database.prepare(sql).unwrap();
            let all = all.query_map([token(number).0], |row| row.get(0)).unwrap();
            let all: Vec<i64> = all.collect::<Result<_, _>>().unwrap();
            for most in [0, 1, 40, 100_000] {
                let expected = &all[..most.min(all.len())];
                assert_eq!(newest(&database, &token(number), most).unwrap(), expected, "{number}");
            }
        }
    }
}

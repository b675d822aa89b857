//! Pairs of records: queues that wait for answers, and what people answered.

use crate::StoreError;
use crate::codec;
use domain::{Batch, Body, Event, PairAnswer, PairKey};
use rusqlite::{Connection, params};

/// Does what the batch says about pairs, in its order.
pub(super) fn apply(database: &Connection, batch: &Batch) -> Result<(), StoreError> {
    batch.events.iter().try_for_each(|event| follow(database, event))
}

fn follow(database: &Connection, event: &Event) -> Result<(), StoreError> {
    match &event.body {
        Body::PairsQueued(queue) => {
            database.prepare_cached("INSERT INTO pair_queues (body) VALUES (?1)")?.execute([codec::encode(queue)])?;
        }
        Body::PairAnswered { pair, answer } => add(database, event, *pair, *answer)?,
        Body::PairAnswerUndone(pair) => {
            let last = "DELETE FROM pair_answers WHERE n = (SELECT MAX(n) FROM pair_answers WHERE pair = ?1)";
            database.prepare_cached(last)?.execute([codec::encode(pair)])?;
        }
        _ => {}
    }
    Ok(())
}

fn add(database: &Connection, event: &Event, pair: PairKey, answer: PairAnswer) -> Result<(), StoreError> {
    database
        .prepare_cached("INSERT INTO pair_answers (pair, body) VALUES (?1, ?2)")?
        .execute(params![codec::encode(&pair), codec::encode(&(answer, event.now))])?;
    Ok(())
}

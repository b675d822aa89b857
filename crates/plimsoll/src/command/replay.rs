//! `plimsoll replay`: every table rebuilt from the journal, and compared with what stands.

use super::{Outcome, Setting};
use crate::session::load_from;
use crate::terminal::{self, count, row};
use domain::Batch;
use engine::Working;
use serde::Serialize;
use serde_json::json;
use store::{Reader, ScratchTables};

/// One table, as it stands and as replay makes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Comparison {
    /// Its name.
    pub table: String,
    /// Rows that stand.
    pub rows: u64,
    /// SHA-256 of its canonically sorted rows, as they stand.
    pub stands: String,
    /// The same, as replayed.
    pub replayed: String,
}

impl Comparison {
    /// Whether replay made the same table.
    pub fn same(&self) -> bool {
        self.stands == self.replayed
    }
}

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let tables = setting.progress.step("replaying", || compare_replay(&reader, &mut |_| {}))?;
    let differences = tables.iter().filter(|table| !table.same()).count();
    if setting.json {
        terminal::json(&json!({ "tables": tables, "differences": differences }))?;
    } else {
        print(&tables, differences);
    }
    Ok(if differences == 0 { Outcome::Done } else { Outcome::Integrity })
}

/// Replays the journal into scratch tables and compares. `alter` may change a batch on its way, so that a bench can
/// show that a difference would be found.
///
/// # Errors
/// When the journal is damaged or a model is missing.
pub fn compare_replay(reader: &Reader, alter: &mut dyn FnMut(&mut Batch)) -> anyhow::Result<Vec<Comparison>> {
    let mut working = Working::default();
    let mut scratch = ScratchTables::new()?;
    for batch in reader.batches() {
        let (head, mut batch) = batch?;
        alter(&mut batch);
        let step = engine::advance(&mut working, &load_from(|digest| reader.model(digest), &batch)?, &batch);
        scratch.apply(head.seq, &batch, &step)?;
    }
    let pairs = reader.table_digests()?.into_iter().zip(scratch.table_digests()?);
    let comparison = |(stands, replayed): (store::TableDigest, store::TableDigest)| Comparison {
        table: stands.table.to_string(),
        rows: stands.rows,
        stands: stands.digest.to_string(),
        replayed: replayed.digest.to_string(),
    };
    Ok(pairs.map(comparison).collect())
}

fn print(tables: &[Comparison], differences: usize) {
    let mut table = terminal::table(&["table", ">rows", "digest", "replayed"]);
    for t in tables {
        let said = if t.same() { "the same".to_owned() } else { t.replayed[..12].to_owned() };
        row(&mut table, [t.table.clone(), count(t.rows), t.stands[..12].to_owned(), said]);
    }
    println!("{table}");
    match differences {
        0 => println!("Replay gives the same tables."),
        n => println!("{n} tables differ: run `plimsoll verify`, then restore from a backup."),
    }
}

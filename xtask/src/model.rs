//! `cargo xtask model`: makes the default model of `plimsoll assess` anew, of the companies that ship, and what they
//! say of the indicators of the eight sides.
//!
//! Its file stands beside them in `data/`, and is compiled in: a build after it has the new one. The same rows and settings
//! give the same bytes on one kind of machine; where `exp` rounds otherwise, a tree may differ in its last digits.

use crate::project;
use plimsoll::assess::DefinitionFile;
use plimsoll::assess::sides::{NOTE, judged};
use plimsoll::assess::training::trained;
use plimsoll::compare::sets::catalogue::{POLISH, Protected};

const SEED: u64 = 42;
const FILE: &str = "data/polish_default.model";

pub(crate) fn run() -> anyhow::Result<bool> {
    let rows = POLISH.read(None, Protected::Kept, &[])?.rows;
    let made = trained(&rows, SEED)?;
    for one in &made.log.tried {
        println!(
            "{} {} trees of {} leaves, steps of {}, L2 {}, {} of the rows and {} of {} ratios: AUC {:.4}",
            if one.is_taken { "*" } else { " " },
            one.trees,
            one.leaves,
            one.step,
            one.lambda_l2,
            one.row_share,
            one.ratio_share,
            one.ratios,
            one.auc
        );
    }
    let judged = judged(DefinitionFile::shipped()?, &rows, SEED)?;
    println!("{} indicators judged", judged.len());
    let file = made.into_file(rows.names())?.with_note(NOTE, &serde_json::to_string(&judged)?);
    let bytes = file.to_bytes()?;
    std::fs::write(project::root().join(FILE), &bytes)?;
    println!("{FILE}: {} bytes", bytes.len());
    Ok(true)
}

//! What `plimsoll compare` finds on the sets in hand: each model's AUC, accuracy and seconds, and who is recommended.

use super::line::{Line, Report};
use plimsoll::compare::sets::{Sources, users};
use plimsoll::compare::tuned::Tuned;
use plimsoll::compare::{Wish, compare};
use std::path::PathBuf;

/// Seed of the comparison, as `plimsoll compare` has it by default.
const SEED: u64 = 7;

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let folder = std::env::var_os("PLIMSOLL_DATA").map(PathBuf::from);
    let wish = Wish {
        sources: Sources { folder: folder.as_deref(), books: None, users: users::USERS, seed },
        sets: Vec::new(),
        file: None,
        models: Vec::new(),
        seed,
        quick: false,
        tuned: Tuned::default(),
    };
    let (found, _) = compare(&wish, &mut |step| eprintln!("{step}"))?;
    for set in &found.sets {
        for row in &set.models {
            let line = |figure: &str, value: f64| {
                Line::new(format!("{figure} {} {}", set.name, row.model), value, seed).data("sets in hand")
            };
            report.add(&line("auc", row.auc.value));
            report.add(&line("accuracy", row.accuracy.value));
            report.add(&line("fit_seconds", row.fit_seconds).unit("s"));
        }
        eprintln!("{}: {}", set.name, set.reason);
    }
    report.add(&Line::new("seconds", found.head.seconds, seed).unit("s").data("sets in hand"));
    Ok(())
}

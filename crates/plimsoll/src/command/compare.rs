//! `plimsoll compare`: every model on every labelled set in hand.

use super::{Outcome, Setting};
use crate::cli::Compare;
use crate::compare::report::Report;
use crate::compare::sets::{Sources, users};
use crate::compare::tuned::Tuned;
use crate::compare::{self, Fitted, Wish, print};
use crate::terminal;
use crate::web;
use anyhow::Context;
use std::path::Path;

/// Users of the third paper's case in a quick look.
const QUICK_USERS: usize = 2_000;

/// Where the newest comparison lies in a data directory, for the pages and the API.
pub(crate) const KEPT: &str = "comparison.json";

pub(super) fn run(setting: &Setting, args: &Compare) -> anyhow::Result<Outcome> {
    let books = setting.dir.is_dir().then_some(setting.dir.as_path());
    let wish = Wish {
        sources: Sources {
            folder: args.data_sets.data_sets.as_deref(),
            books,
            users: if args.quick { QUICK_USERS } else { users::USERS },
            seed: args.seed,
        },
        sets: args.sets.clone(),
        file: args.columns.file(args.file.as_deref())?,
        models: args.models.clone(),
        seed: args.seed,
        quick: args.quick,
        tuned: args.params.as_deref().map_or_else(|| Ok(Tuned::default()), Tuned::read)?,
    };
    let (report, fitted) = setting.progress.told("comparing", |told| compare::compare(&wish, told))?;
    if let Some(folder) = &args.save_models {
        save(folder, &fitted)?;
    }
    if let Some(path) = &args.html {
        let page = web::comparison_page(&report, &args.lang);
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(books) = books {
        keep(books, &report)?;
    }
    match (setting.json, args.markdown) {
        (true, _) => terminal::json(&report)?,
        (_, true) => print!("{}", print::markdown(&report)),
        _ => print!("{}", print::text(&report)),
    }
    if let Some(path) = args.html.as_ref().filter(|_| !setting.json && !args.markdown) {
        println!("\nCurves: {}", path.display());
    }
    Ok(Outcome::Done)
}

/// Writes the newest comparison beside the books; it is derived, and may be thrown away.
fn keep(books: &Path, report: &Report) -> anyhow::Result<()> {
    let (path, new) = (books.join(KEPT), books.join(format!("{KEPT}.new")));
    let written = std::fs::write(&new, serde_json::to_vec(report)?).and_then(|()| std::fs::rename(&new, &path));
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn save(folder: &Path, fitted: &[Fitted]) -> anyhow::Result<()> {
    let unwritten = || format!("cannot write to {}", folder.display());
    std::fs::create_dir_all(folder).with_context(unwritten)?;
    for Fitted { set, model, file } in fitted {
        let set: String = set.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
        std::fs::write(folder.join(format!("{set}.{model}.model")), file.to_bytes()?).with_context(unwritten)?;
    }
    Ok(())
}

//! `plimsoll postings`: the table of what moves which account, and what the policy moved elsewhere.

use super::{Outcome, Setting};
use crate::terminal::{self, row};
use crate::view::PostingTableView;
use domain::Policy;
use store::{Reader, StoreError};

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    let policy = match Reader::open(&setting.dir) {
        Ok(reader) => reader.policy()?.unwrap_or_default(),
        Err(StoreError::NoStore(_)) => Policy::default(),
        Err(error) => return Err(error.into()),
    };
    let view = PostingTableView::new(&policy);
    if setting.json {
        terminal::json(&view)?;
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["rule", "part", "debit", "credit", "may be moved as"]);
    for line in &view.table {
        row(&mut table, [line.rule, line.part, line.debit, line.credit, line.may_be_moved_as.unwrap_or_default()]);
    }
    println!("{table}\n\nMoved by version {} of the policy:", view.policy_version);
    if view.moved.is_empty() {
        println!("nothing; a row of `[[posting]]` in the policy file does so, for a source and from a day on.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["part", "of source", "from", "to account"]);
    for line in &view.moved {
        let from = line.from.as_deref().unwrap_or("the beginning");
        row(&mut table, [line.part, line.source.as_deref().unwrap_or("any"), from, line.account]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

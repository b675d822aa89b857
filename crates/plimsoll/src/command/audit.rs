//! `plimsoll audit`: requests that were refused. Nothing of them is kept but what stands here.

use super::{Outcome, Setting};
use crate::cli::Audit;
use crate::terminal::{self, count, row};
use crate::view::AuditView;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Audit) -> anyhow::Result<Outcome> {
    let lines: Vec<AuditView> = Reader::open(&setting.dir)?.audit(args.limit, 0)?.iter().map(AuditView::from).collect();
    if setting.json {
        lines.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    if lines.is_empty() {
        println!("No request was refused.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["at", "address", "from", "reason", ">bytes", "SHA-256"]);
    for line in lines {
        let body = line.body.as_deref().map_or(String::new(), |digest| digest.chars().take(12).collect());
        row(&mut table, [line.at, line.channel, line.peer, line.reason, count(line.bytes), body]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

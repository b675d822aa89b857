//! `plimsoll close`: what speaks against closing a month; closing it, and opening it again.

use super::{Outcome, Setting, UsageError};
use crate::cli::Close;
use crate::close::{Checklist, Verdict, checklist};
use crate::period::Period;
use crate::session::Session;
use crate::terminal::{self, row};
use domain::Body;
use jiff::Timestamp;
use serde_json::json;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Close) -> anyhow::Result<Outcome> {
    let month = month(&args.month)?;
    if let Some(reason) = &args.reopen {
        return reopen(setting, args, month, reason);
    }
    let checklist = setting.progress.step("checking", || checklist(&Reader::open(&setting.dir)?, month))?;
    if args.lock {
        return lock(setting, args, month, &checklist);
    }
    if setting.json {
        terminal::json(&checklist)?;
    } else {
        print(&checklist);
        match checklist.blocking {
            0 => println!("Nothing blocks. Close it with `plimsoll close {month} --lock`."),
            count => println!("{count} checks block. `--lock --anyway REASON` closes the month all the same."),
        }
    }
    Ok(Outcome::Done)
}

fn month(text: &str) -> Result<Period, UsageError> {
    let month = text.parse::<Period>().ok().filter(|period| *period == Period::month(period.from));
    month.ok_or_else(|| UsageError(format!("`{text}` is no month; write it as 2011-06")))
}

fn lock(setting: &Setting, args: &Close, month: Period, checklist: &Checklist) -> anyhow::Result<Outcome> {
    if checklist.blocking > 0 && args.anyway.is_none() {
        print(checklist);
        let blocking = checklist.blocking;
        return Err(
            UsageError(format!("{blocking} checks block; work them off, or say why not with `--anyway`")).into()
        );
    }
    let mut session = Session::open(&setting.dir)?;
    let locked = session.store.read().locked_through()?;
    if locked.is_some_and(|through| month.to <= through) {
        return Err(UsageError(format!("{month} is closed already")).into());
    }
    let reason = if checklist.blocking > 0 { args.anyway.clone().unwrap_or_default() } else { String::new() };
    let body = Body::PeriodLocked { through: month.to, by: args.by.clone(), reason };
    session.tell(Timestamp::now(), vec![body])?;
    if setting.json {
        terminal::json(&json!({ "locked_through": month.to.to_string() }))?;
    } else {
        println!(
            "Closed through {}. What belongs there and comes later stands in the next month, with a link.",
            month.to
        );
    }
    Ok(Outcome::Done)
}

fn reopen(setting: &Setting, args: &Close, month: Period, reason: &str) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let locked = session.store.read().locked_through()?;
    if locked.is_none_or(|through| through < month.from) {
        return Err(UsageError(format!("{month} is open")).into());
    }
    let body = Body::PeriodReopened { from: month.from, by: args.by.clone(), reason: reason.to_owned() };
    session.tell(Timestamp::now(), vec![body])?;
    if setting.json {
        terminal::json(&json!({ "open_from": month.from.to_string() }))?;
    } else {
        println!("Open again from {} on.", month.from);
    }
    Ok(Outcome::Done)
}

fn print(checklist: &Checklist) {
    let closed = checklist
        .locked_through
        .as_ref()
        .map_or("no month is closed yet".to_owned(), |day| format!("closed through {day}"));
    println!("Closing {}; {closed}.", checklist.month);
    let mut table = terminal::table(&["", "check", "what", "see"]);
    for check in &checklist.checks {
        let mark = match check.verdict {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Blocks => "BLOCKS",
        };
        let what =
            std::iter::once(&check.says).chain(&check.first).map(String::as_str).collect::<Vec<_>>().join("\n  ");
        row(&mut table, [mark, check.name, &what, &check.see]);
    }
    println!("{table}");
}

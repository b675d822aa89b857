//! `plimsoll exceptions`: what did not settle.

use super::status::money_cell;
use super::{Outcome, Setting, UsageError, work};
use crate::cli::Exceptions;
use crate::terminal::{self, row};
use crate::view::{ExceptionView, Reporting};
use domain::{ExceptionRule, Status};
use jiff::Timestamp;
use store::{ExceptionFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Exceptions) -> anyhow::Result<Outcome> {
    if let Some(action) = &args.action {
        return work::run(setting, action);
    }
    let rule = args.rule.as_deref().map(rule).transpose()?;
    let reader = Reader::open(&setting.dir)?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let (status, unhandled_at) = if args.all { (None, None) } else { (Some(Status::Open), Some(Timestamp::now())) };
    let filter = ExceptionFilter { rule, status, unhandled_at, limit, ..ExceptionFilter::default() };
    let found = reader.exceptions(&filter)?;
    let as_of = reader.reconciled_at()?;
    let reporting = Reporting::of(&reader)?;
    let now = Timestamp::now();
    let view = |exception| reporting.handled_exception(exception, as_of, now);
    let views = found.iter().map(view).collect::<Result<Vec<_>, _>>()?;
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
    } else {
        print(&views, args.limit);
    }
    Ok(Outcome::Done)
}

pub(super) fn rule(name: &str) -> anyhow::Result<ExceptionRule> {
    let known: Vec<&str> = ExceptionRule::ALL.iter().map(|rule| rule.name()).collect();
    Ok(ExceptionRule::from_name(name).ok_or_else(|| UsageError::unknown("rule", name, &known))?)
}

fn print(exceptions: &[ExceptionView], limit: usize) {
    if exceptions.is_empty() {
        println!("Nothing: all that is due is settled.");
        return;
    }
    let handled = exceptions.iter().any(|exception| exception.handling.is_some());
    let state = if handled { "stands" } else { "" };
    let mut table = terminal::table(&["rule", "record", ">days", ">money at risk", "what", state]);
    for e in exceptions {
        let age = e.age_days.map_or(String::new(), |days| days.to_string());
        row(
            &mut table,
            [e.rule.to_owned(), e.record.clone(), age, money_cell(&e.money_at_risk), e.explanation.clone(), stands(e)],
        );
    }
    println!("{table}");
    if exceptions.len() == limit {
        println!(
            "The first {limit} by money at risk; --limit shows more, `plimsoll explain ID` shows one from all sides."
        );
    }
}

/// Where it stands with people, in a few words.
fn stands(exception: &ExceptionView) -> String {
    let Some(handling) = &exception.handling else { return String::new() };
    let owner = if handling.owner.is_empty() { String::new() } else { format!(", {}", handling.owner) };
    let reason = if handling.reason.is_empty() { String::new() } else { format!(": {}", handling.reason) };
    format!("{}{owner}{reason}", handling.state)
}

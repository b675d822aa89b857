//! `plimsoll exceptions`: what did not settle.

use super::status::money_cell;
use super::{Outcome, Setting, UsageError};
use crate::cli::Exceptions;
use crate::terminal::{self, row};
use crate::view::{ExceptionView, Reporting};
use domain::{ExceptionRule, Status};
use store::{ExceptionFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Exceptions) -> anyhow::Result<Outcome> {
    let rule = args.rule.as_deref().map(rule).transpose()?;
    let reader = Reader::open(&setting.dir)?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let status = if args.all { None } else { Some(Status::Open) };
    let found = reader.exceptions(&ExceptionFilter { rule, status, limit, ..ExceptionFilter::default() })?;
    let as_of = reader.reconciled_at()?;
    let reporting = Reporting::of(&reader)?;
    let views = found.iter().map(|exception| reporting.exception(exception, as_of)).collect::<Result<Vec<_>, _>>()?;
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
    } else {
        print(&views, args.limit);
    }
    Ok(Outcome::Done)
}

fn rule(name: &str) -> anyhow::Result<ExceptionRule> {
    let known: Vec<&str> = ExceptionRule::ALL.iter().map(|rule| rule.name()).collect();
    Ok(ExceptionRule::from_name(name).ok_or_else(|| UsageError::unknown("rule", name, &known))?)
}

fn print(exceptions: &[ExceptionView], limit: usize) {
    if exceptions.is_empty() {
        println!("Nothing: all that is due is settled.");
        return;
    }
    let mut table = terminal::table(&["rule", "record", ">days", ">money at risk", "what"]);
    for e in exceptions {
        let age = e.age_days.map_or(String::new(), |days| days.to_string());
        row(
            &mut table,
            [e.rule.to_owned(), e.record.clone(), age, money_cell(&e.money_at_risk), e.explanation.clone()],
        );
    }
    println!("{table}");
    if exceptions.len() == limit {
        println!(
            "The first {limit} by money at risk; --limit shows more, `plimsoll explain ID` shows one from all sides."
        );
    }
}

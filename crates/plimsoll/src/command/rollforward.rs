//! `plimsoll rollforward`: what stood on each clearing account, what moved, what is left, and how old that is.

use super::{Outcome, Setting, UsageError};
use crate::clearing::rolls;
use crate::cli::Rollforward;
use crate::period::{self, Period};
use crate::terminal::{self, row};
use crate::view::RollView;
use jiff::Timestamp;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Rollforward) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let period = match &args.period {
        Some(text) => text.parse().map_err(|no_period| UsageError(format!("{no_period}")))?,
        None => Period::month(period::day(reader.reconciled_at()?.unwrap_or_else(Timestamp::now))),
    };
    let rolls = rolls(&reader, period.start(), period.end())?;
    let items = if args.account.is_some() || setting.json { args.limit } else { 0 };
    let mut views: Vec<RollView> = rolls.iter().map(|roll| RollView::new(roll, items)).collect();
    if let Some(name) = &args.account {
        let known: Vec<&str> = views.iter().map(|view| view.account).collect();
        if !known.contains(&name.as_str()) {
            return Err(UsageError::unknown("clearing account", name, &known).into());
        }
        views.retain(|view| view.account == name);
    }
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
    } else {
        println!("Clearing accounts, {period}; debits are positive.");
        views.iter().for_each(print);
    }
    Ok(Outcome::Done)
}

fn print(roll: &RollView) {
    println!("\n{} {} in {}", roll.code, roll.account, roll.currency);
    let mut table = terminal::table(&["", ">amount"]);
    row(&mut table, ["at the start", &roll.opening.text]);
    roll.moved.iter().for_each(|moved| row(&mut table, [moved.rule, &moved.amount.text]));
    row(&mut table, ["at the end", &roll.closing.text]);
    let ages = ["of it up to 30 days old", "31 to 60 days", "61 to 90 days", "over 90 days"];
    for (age, amount) in ages.into_iter().zip(&roll.ages).filter(|(_, amount)| amount.minor != 0) {
        row(&mut table, [age, &amount.text]);
    }
    for (what, amount) in [("brought in by other books", &roll.brought_in), ("NOT EXPLAINED", &roll.unexplained)] {
        if amount.minor != 0 {
            row(&mut table, [what, &amount.text]);
        }
    }
    println!("{table}");
    if !roll.items.is_empty() {
        let mut table = terminal::table(&["since", "record", ">left"]);
        roll.items.iter().for_each(|item| row(&mut table, [&item.at, &item.record, &item.left.text]));
        println!("{table}\n{} of {} open items", roll.items.len(), roll.open_items);
    }
}

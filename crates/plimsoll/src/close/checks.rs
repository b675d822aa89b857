//! The checks, one function each.

use super::split::PayoutPart;
use super::{Check, Month, Verdict};
use crate::period;
use crate::view::{ExceptionView, MoneyView, ReportingView};
use crate::work::told;
use domain::{Account, ExceptionRule, Status};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use store::{ExceptionFilter, StoreError};

/// Things of a check that are named.
const FIRST: usize = 5;

/// Days at the end of a month of which a source may say nothing: over Easter banks pause for four.
const SILENT_DAYS: i64 = 4;

type Checking = fn(&Month<'_>) -> Result<Check, StoreError>;

/// In the order in which they are worked off.
pub(super) const ALL: [Checking; 7] =
    [source_files, bank_lines, exceptions, clearing_accounts, suspense, rates, late_entries];

/// Every source that spoke before the month's end speaks up to it.
fn source_files(month: &Month<'_>) -> Result<Check, StoreError> {
    let last = month.period.to.checked_sub(SILENT_DAYS.days()).unwrap_or(month.period.to);
    let reaches = month.reader.reaches()?.into_iter().filter(|reach| reach.first < month.period.end());
    let silent: Vec<String> = reaches
        .filter(|reach| period::day(reach.last) <= last)
        .map(|reach| format!("{} ends on {}", reach.source, period::day(reach.last)))
        .collect();
    let says = match silent.len() {
        0 => "every source reaches the month's end".to_owned(),
        count => {
            format!("{count} sources end more than {SILENT_DAYS} days before the month does: import what is missing")
        }
    };
    Ok(found("source files", silent, says, "plimsoll status"))
}

fn bank_lines(month: &Month<'_>) -> Result<Check, StoreError> {
    let open = open_exceptions(month)?;
    let lines: Vec<&ExceptionView> =
        open.iter().filter(|exception| exception.rule == ExceptionRule::BankLineUnexplained.name()).collect();
    let says = match lines.len() {
        0 => "every bank line is explained".to_owned(),
        count => format!("{count} bank lines are not explained"),
    };
    let names = lines.iter().map(|exception| named(exception)).collect();
    Ok(found("bank lines", names, says, "plimsoll exceptions --rule BankLineUnexplained"))
}

/// Other exceptions that are as large as the policy's materiality. One that cannot be told in the reporting currency counts.
fn exceptions(month: &Month<'_>) -> Result<Check, StoreError> {
    let (least, open) = (month.materiality(), open_exceptions(month)?);
    let others = open.iter().filter(|exception| exception.rule != ExceptionRule::BankLineUnexplained.name());
    let (large, small): (Vec<&ExceptionView>, Vec<&ExceptionView>) =
        others.partition(|exception| told(&exception.money_at_risk).is_none_or(|minor| minor >= least.minor));
    let below = format!("{} below it", small.len());
    let says = match large.len() {
        0 => format!("no exception is as large as {} {}; {below}", least.text, least.currency),
        count => format!("{count} exceptions are as large as {} {} or larger; {below}", least.text, least.currency),
    };
    let names = large.iter().map(|exception| named(exception)).collect();
    Ok(found("exceptions", names, says, "plimsoll exceptions"))
}

/// Each clearing account is the sum of its open items and of what other books brought in.
fn clearing_accounts(month: &Month<'_>) -> Result<Check, StoreError> {
    let unexplained =
        month.rolls.iter().filter(|roll| roll.unexplained != 0 && roll.account != Account::ProcessorBalance);
    let names: Vec<String> = unexplained
        .map(|roll| {
            let money = MoneyView::new(roll.unexplained, roll.currency);
            format!("{}: {} {}", roll.account.name(), money.text, money.currency)
        })
        .collect();
    let says = match names.len() {
        0 => "each clearing account is the sum of its open items".to_owned(),
        count => format!("{count} clearing accounts hold more than their open items"),
    };
    Ok(found("clearing accounts", names, says, &format!("plimsoll rollforward --period {}", month.period)))
}

fn suspense(month: &Month<'_>) -> Result<Check, StoreError> {
    let balances = month.reader.balances(Some(month.period.last()))?;
    let left = balances.iter().filter(|row| row.account == Account::Suspense && row.minor != 0);
    let names: Vec<String> = left
        .map(|row| {
            let money = MoneyView::new(row.minor, row.currency);
            format!("{} {}", money.text, money.currency)
        })
        .collect();
    let says = match names.len() {
        0 => "nothing waits to be classified".to_owned(),
        _ => "opening balances wait in `suspense` for a rule of the policy".to_owned(),
    };
    Ok(found("suspense", names, says, "plimsoll ledger --account suspense"))
}

/// Balances of other currencies can be told in the reporting currency at the month's end.
fn rates(month: &Month<'_>) -> Result<Check, StoreError> {
    let at = month.period.last();
    let mut missing = BTreeMap::new();
    for view in month.reporting.balances(&month.reader.balances(Some(at))?, Some(at))? {
        if let Some(ReportingView::NotConverted(reason)) = view.balance.reporting.filter(|_| view.balance.minor != 0) {
            missing.insert(view.balance.currency, reason.missing);
        }
    }
    let says = match missing.len() {
        0 => "every currency has a rate at the month's end".to_owned(),
        count => format!("{count} currencies have no rate at the month's end"),
    };
    Ok(found("rates", missing.into_values().collect(), says, "plimsoll ledger"))
}

/// What belongs to this month or an earlier one and came after it was closed: told, as it cannot be helped.
fn late_entries(month: &Month<'_>) -> Result<Check, StoreError> {
    let late = month.reader.late_entries()?;
    let of_month = |at: &Timestamp| (month.period.start()..month.period.end()).contains(at);
    let names: Vec<String> = late
        .iter()
        .filter(|entry| of_month(&entry.at))
        .filter_map(|entry| Some(format!("{} belongs to {}", entry.id, period::day(entry.belongs_at?))))
        .collect();
    let says = match names.len() {
        0 => "nothing of earlier months stands in this one".to_owned(),
        count => format!("{count} entries of closed months stand in this one"),
    };
    Ok(Check {
        verdict: if names.is_empty() { Verdict::Ok } else { Verdict::Note },
        ..found("late entries", names, says, "")
    })
}

/// Told: each part of a payout stands in its own month already.
pub(super) fn payouts_over_the_end(parts: &[PayoutPart]) -> Check {
    let names: Vec<String> = parts
        .iter()
        .map(|part| format!("{}: {} in this month, {} after it", part.payout, part.before.text, part.after.text))
        .collect();
    let says = match names.len() {
        0 => "no payout lies over the month's end".to_owned(),
        count => format!("{count} payouts lie over the month's end; each part stands in its own month"),
    };
    let check = found("payouts over the end", names, says, "plimsoll export payout-summary --out payouts.csv");
    Check { verdict: if check.count == 0 { Verdict::Ok } else { Verdict::Note }, ..check }
}

fn found(name: &'static str, mut names: Vec<String>, says: String, see: &str) -> Check {
    let count = names.len();
    names.truncate(FIRST);
    let (verdict, see) = if count == 0 { (Verdict::Ok, "") } else { (Verdict::Blocks, see) };
    Check { name, verdict, count, says, first: names, see: see.to_owned() }
}

/// Those of the month and before that nobody has handled, by money.
fn open_exceptions(month: &Month<'_>) -> Result<Vec<ExceptionView>, StoreError> {
    let filter = ExceptionFilter {
        status: Some(Status::Open),
        unhandled_at: Some(Timestamp::now()),
        limit: u32::MAX,
        ..ExceptionFilter::default()
    };
    let as_of = month.reader.reconciled_at()?;
    let open = month.reader.exceptions(&filter)?;
    let of_month = open.iter().filter(|exception| exception.at < month.period.end());
    of_month.map(|exception| month.reporting.exception(exception, as_of)).collect()
}

fn named(exception: &ExceptionView) -> String {
    format!("{} {} {}", exception.id, exception.money_at_risk.text, exception.money_at_risk.currency)
}

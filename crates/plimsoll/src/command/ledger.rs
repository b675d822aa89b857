//! `plimsoll ledger`: the trial balance, or the entries of one account.

use super::status::{money_cell, reporting};
use super::{Outcome, Setting, UsageError};
use crate::cli::Ledger;
use crate::terminal::{self, row};
use crate::view::{MoneyView, Reporting};
use domain::{Chart, Currency};
use std::collections::BTreeMap;
use store::{Balance, EntryFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Ledger) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    match &args.account {
        Some(name) => entries(setting, &reader, args, name),
        None => trial_balance(setting, &reader, args),
    }
}

fn trial_balance(setting: &Setting, reader: &Reader, args: &Ledger) -> anyhow::Result<Outcome> {
    let balances = reader.balances(args.at)?;
    let sums = sums(&balances);
    let balanced = sums.values().all(|sum| *sum == 0);
    let views = Reporting::of(reader)?.balances(&balances, args.at)?;
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
    } else {
        let foreign = views.iter().any(|view| view.balance.reporting.is_some());
        let told = if foreign { "at the last rates before" } else { "" };
        let mut table = terminal::table(&[">code", "account", "class", ">debit", ">credit", "", told]);
        for view in &views {
            let (debit, credit) = sides(&view.balance);
            let told = reporting(&view.balance).unwrap_or_default();
            let cells = [view.code.to_string(), view.account.to_owned(), view.class.to_owned(), debit, credit];
            row(&mut table, cells.into_iter().chain([view.balance.currency.clone(), told]));
        }
        println!("{table}");
        for (currency, sum) in &sums {
            println!("Debits less credits in {currency}: {}", MoneyView::new(*sum, *currency).text);
        }
    }
    Ok(if balanced { Outcome::Done } else { Outcome::Integrity })
}

fn sums(balances: &[Balance]) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    for balance in balances {
        *sums.entry(balance.currency).or_default() += balance.minor;
    }
    sums
}

fn sides(balance: &MoneyView) -> (String, String) {
    match balance.text.strip_prefix('-') {
        Some(credit) => (String::new(), credit.to_owned()),
        None => (balance.text.clone(), String::new()),
    }
}

fn entries(setting: &Setting, reader: &Reader, args: &Ledger, name: &str) -> anyhow::Result<Outcome> {
    let chart = Chart::new(&reader.policy()?.unwrap_or_default().chart);
    let account = chart.account(name).ok_or_else(|| {
        let known: Vec<&str> = chart.accounts().iter().map(|account| account.name()).collect();
        UsageError::unknown("account", name, &known)
    })?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let filter = EntryFilter { account: Some(account), from: args.from, to: args.at, limit, ..EntryFilter::default() };
    let reporting = Reporting::of(reader)?;
    let entries = reader.entries(&filter)?.iter().map(|entry| reporting.entry(entry)).collect::<Result<Vec<_>, _>>()?;
    if setting.json {
        entries.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["at", "entry", "account", ">amount"]);
    for entry in &entries {
        for (index, posting) in entry.postings.iter().enumerate() {
            let (at, id) = if index == 0 { (entry.at.clone(), entry.id.clone()) } else { Default::default() };
            row(&mut table, [at, id, posting.account.to_owned(), money_cell(&posting.amount)]);
        }
    }
    println!("{table}");
    Ok(Outcome::Done)
}

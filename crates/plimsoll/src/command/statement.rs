//! `plimsoll statement`: the balance sheet, what a period earned, where its cash went, and the trial balance.

use super::{Outcome, Setting, UsageError};
use crate::budget::Budget;
use crate::cli::{StatementArgs, StatementName};
use crate::table_file;
use crate::terminal::{self, row};
use crate::view::statement::{Ask, Kind, LineView, StatementView, Words, span, statements};
use crate::view::{EntryView, MoneyView, Reporting};
use domain::{Account, Chart, RecordId};
use jiff::Timestamp;
use serde::Serialize;
use std::path::Path;
use store::{EntryFilter, Reader};

pub(super) fn run(setting: &Setting, args: &StatementArgs) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let mut ask = ask(&reader, args)?;
    if let Some(path) = &args.budget {
        let budget = budget(&reader, path)?;
        ask.set_budget(&budget).map_err(|reason| UsageError(reason.to_owned()))?;
    }
    let made = statements(&reader, &ask)?;
    if let Some(name) = &args.line {
        return line(setting, &reader, &ask, &made, name, args.limit);
    }
    if setting.json {
        made.iter().try_for_each(terminal::json)?;
    } else if args.csv {
        print!("{}", crate::view::statement::csv(&made));
    } else {
        made.iter().for_each(print);
    }
    let ties = made.iter().all(|statement| statement.ties);
    Ok(if ties { Outcome::Done } else { Outcome::Integrity })
}

fn ask(reader: &Reader, args: &StatementArgs) -> anyhow::Result<Ask> {
    let kind = match args.statement {
        StatementName::BalanceSheet => Kind::BalanceSheet,
        StatementName::Income => Kind::Income,
        StatementName::CashFlow => Kind::CashFlow,
        StatementName::TrialBalance => Kind::TrialBalance,
    };
    let words = Words {
        as_of: args.as_of.as_deref(),
        from: args.from.as_deref(),
        to: args.to.as_deref(),
        period: args.period.as_deref(),
        against: args.against.as_deref(),
        as_closed: args.as_closed,
        currency: args.currency.as_deref(),
    };
    words
        .ask(reader, kind)?
        .map_err(|(name, text, expected)| UsageError(format!("`--{name}` is `{text}`; expected {expected}")).into())
}

fn budget(reader: &Reader, path: &Path) -> anyhow::Result<Budget> {
    let policy = reader.policy()?.unwrap_or_default();
    let table = table_file::open(path, None)?;
    let text = String::from_utf8_lossy(&table.text);
    let budget = Budget::parse(&text, &Chart::new(&policy.chart), policy.reporting_currency);
    budget.map_err(|faults| UsageError(format!("{} is no budget:\n  {}", path.display(), faults.join("\n  "))).into())
}

fn print(statement: &StatementView) {
    let all = if statement.all_currencies { ", all currencies at the rates of the last day" } else { "" };
    let title = Kind::from_name(statement.statement).map_or(statement.statement, Kind::title);
    println!("\n{title} in {}{all}", statement.currency);
    let labels: Vec<String> = statement.columns.iter().map(|column| format!(">{}", column.label)).collect();
    let header: Vec<&str> = std::iter::once("").chain(labels.iter().map(String::as_str)).collect();
    let mut table = terminal::table(&header);
    for section in statement.sections.iter().filter(|section| !section.lines.is_empty()) {
        row(&mut table, [section.name.to_uppercase()]);
        section.lines.iter().for_each(|line| row(&mut table, cells(&format!("  {}", line.name), &line.amounts)));
        row(&mut table, cells(section.name, &section.total));
    }
    for total in &statement.totals {
        row(&mut table, cells(&total.name.to_uppercase(), &total.amounts));
    }
    println!("{table}");
    for left_out in &statement.left_out {
        println!("Left out: what is in {}; {}", left_out.currency, left_out.missing);
    }
    if !statement.ties {
        println!("IT DOES NOT TIE: run `plimsoll verify`.");
    }
}

fn cells(name: &str, amounts: &[MoneyView]) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(amounts.iter().map(|amount| amount.text.clone())).collect()
}

/// An entry of a line, and the place in a file that proves it.
#[derive(Serialize)]
struct LineEntry {
    account: &'static str,
    #[serde(flatten)]
    entry: EntryView,
    /// `file:line` of each record behind it.
    source_lines: Vec<String>,
}

fn line(
    setting: &Setting,
    reader: &Reader,
    ask: &Ask,
    made: &[StatementView],
    name: &str,
    limit: u32,
) -> anyhow::Result<Outcome> {
    let found = made.iter().flat_map(StatementView::lines).find(|line| line.name.eq_ignore_ascii_case(name));
    let names: Vec<&str> = made.iter().flat_map(StatementView::lines).map(|line| line.name.as_str()).collect();
    let found = found.ok_or_else(|| UsageError::unknown("line", name, &names))?;
    let entries = entries(reader, ask, found, limit)?;
    if setting.json {
        entries.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["at", "entry", "account", ">amount", "from"]);
    for LineEntry { account, entry, source_lines } in &entries {
        for posting in entry.postings.iter().filter(|posting| posting.account == *account) {
            let amount = format!("{} {}", posting.amount.text, posting.amount.currency);
            row(&mut table, [&entry.at, &entry.id, *account, &amount, &source_lines.join("\n")]);
        }
    }
    println!("{table}\nDebits are positive here. `plimsoll explain ENTRY` shows one from all sides.");
    Ok(Outcome::Done)
}

fn entries(reader: &Reader, ask: &Ask, line: &LineView, limit: u32) -> anyhow::Result<Vec<LineEntry>> {
    let reporting = Reporting::of(reader)?;
    let chart = Chart::new(&reader.policy()?.unwrap_or_default().chart);
    let (from, to) = ask.columns.first().map_or((None, Timestamp::MAX), |column| span(ask.kind, column));
    let mut entries = Vec::new();
    for part in &line.accounts {
        let account: Option<Account> = chart.account(part.account);
        let filter = EntryFilter { account, from, to: Some(to), limit, ..EntryFilter::default() };
        for entry in reader.entries(&filter)? {
            let source_lines =
                entry.evidence.iter().map(|record| place(reader, record)).collect::<anyhow::Result<Vec<_>>>()?;
            entries.push(LineEntry { account: part.account, entry: reporting.entry(&entry)?, source_lines });
        }
    }
    entries.sort_by(|a, b| a.entry.at.cmp(&b.entry.at));
    entries.truncate(limit as usize);
    Ok(entries)
}

/// `file:line` of a record; its id where its file is not known.
fn place(reader: &Reader, id: &RecordId) -> anyhow::Result<String> {
    let Some(record) = reader.record(id)? else { return Ok(id.to_string()) };
    let file = reader.file(&record.file)?;
    Ok(file.map_or_else(|| id.to_string(), |file| format!("{}:{}", file.name, record.span.line)))
}

//! hledger's journal format: <https://hledger.org/hledger.html#journal>.

use super::text::{amount, one_line, root};
use super::{Balances, Books, Written};
use crate::period;
use domain::{Account, AccountClass, CashFlow, Currency, Entry};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io::Write;

pub(super) fn write(books: &Books<'_>, out: &mut impl Write) -> anyhow::Result<Written> {
    let balances = books.balances()?;
    head(books, &balances, out)?;
    let mut last = None;
    let written = books.each_entry(|entry| {
        last = Some(period::day(entry.at));
        transaction(entry, out)
    })?;
    if let Some(day) = last {
        assertions(&balances, day, out)?;
    }
    Ok(written)
}

fn name(account: Account) -> String {
    format!("{}:{}", root(account), account.name())
}

fn head(books: &Books<'_>, balances: &Balances, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "; Written by plimsoll: the whole ledger before {}.\n", books.until)?;
    let currencies: BTreeSet<Currency> = balances.keys().map(|(_, currency)| *currency).collect();
    for currency in currencies {
        let zero = amount(0, currency);
        let mark = if zero.contains('.') { "" } else { "." };
        writeln!(out, "commodity 1{}{mark} {currency}", zero.replacen('0', "000", 1))?;
    }
    let accounts: BTreeSet<Account> = balances.keys().map(|(account, _)| *account).collect();
    for account in accounts {
        let kind = match account.class() {
            _ if books.chart.cash_flow(account) == CashFlow::Cash => 'C',
            AccountClass::Asset => 'A',
            AccountClass::Liability => 'L',
            AccountClass::Equity => 'E',
            AccountClass::Income => 'R',
            AccountClass::Expense => 'X',
        };
        writeln!(out, "account {}  ; type:{kind}", name(account))?;
    }
    writeln!(out)?;
    Ok(())
}

fn transaction(entry: &Entry, out: &mut impl Write) -> anyhow::Result<()> {
    let tag = |text: &str| one_line(text).replace(',', ";");
    writeln!(out, "{} {}  ; entry:{}", period::day(entry.at), one_line(entry.rule), tag(entry.id.as_str()))?;
    if let Some(reversed) = &entry.reverses {
        writeln!(out, "    ; reverses:{}", tag(reversed.as_str()))?;
    }
    for record in &entry.evidence {
        writeln!(out, "    ; evidence:{}", tag(record.as_str()))?;
    }
    for posting in &entry.postings {
        let (minor, currency) = (i128::from(posting.amount.minor), posting.amount.currency);
        writeln!(out, "    {}  {} {currency}", name(posting.account), amount(minor, currency))?;
    }
    writeln!(out)?;
    Ok(())
}

/// A transaction of nothing on the last day, in which hledger checks every balance.
fn assertions(balances: &Balances, day: Date, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{day} balances")?;
    for ((account, currency), minor) in balances {
        let (nothing, minor) = (amount(0, *currency), amount(*minor, *currency));
        writeln!(out, "    {}  {nothing} {currency} = {minor} {currency}", name(*account))?;
    }
    writeln!(out)?;
    Ok(())
}

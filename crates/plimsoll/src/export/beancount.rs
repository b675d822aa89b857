//! Beancount's format: <https://beancount.github.io/docs/beancount_language_syntax.html>.

use super::text::{amount, one_line, root};
use super::{Balances, Books, Written};
use crate::period;
use domain::{Account, Entry};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io::Write;

/// Before every entry that a shop has.
const OPENED: &str = "1900-01-01";

pub(super) fn write(books: &Books<'_>, out: &mut impl Write) -> anyhow::Result<Written> {
    let balances = books.balances()?;
    head(books, &balances, out)?;
    let mut last = None;
    let written = books.each_entry(|entry| {
        last = Some(period::day(entry.at));
        transaction(entry, out)
    })?;
    if let Some(day) = last.and_then(|day: Date| day.tomorrow().ok()) {
        for ((account, currency), minor) in &balances {
            writeln!(out, "{day} balance {} {} {currency}", name(*account), amount(*minor, *currency))?;
        }
    }
    Ok(written)
}

/// `Assets:Processor-Balance`: each part begins with a capital letter.
fn name(account: Account) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let words: Vec<String> = account.name().split('_').filter(|word| !word.is_empty()).map(capital).collect();
    format!("{}:{}", capital(root(account)), words.join("-"))
}

fn head(books: &Books<'_>, balances: &Balances, out: &mut impl Write) -> anyhow::Result<()> {
    let currency = books.reader.policy()?.unwrap_or_default().reporting_currency;
    writeln!(out, "; Written by plimsoll: the whole ledger before {}.", books.until)?;
    writeln!(out, "option \"title\" {}", quoted(&books.reader.partition()?.business))?;
    writeln!(out, "option \"operating_currency\" \"{currency}\"\n")?;
    let accounts: BTreeSet<Account> = balances.keys().map(|(account, _)| *account).collect();
    for account in accounts {
        writeln!(out, "{OPENED} open {}\n  code: \"{}\"", name(account), account.code())?;
    }
    writeln!(out)?;
    Ok(())
}

fn transaction(entry: &Entry, out: &mut impl Write) -> anyhow::Result<()> {
    let evidence: Vec<&str> = entry.evidence.iter().map(domain::RecordId::as_str).collect();
    writeln!(out, "{} * {}", period::day(entry.at), quoted(entry.rule))?;
    writeln!(out, "  entry: {}", quoted(entry.id.as_str()))?;
    if let Some(reversed) = &entry.reverses {
        writeln!(out, "  reverses: {}", quoted(reversed.as_str()))?;
    }
    writeln!(out, "  evidence: {}", quoted(&evidence.join(" ")))?;
    for posting in &entry.postings {
        let (minor, currency) = (i128::from(posting.amount.minor), posting.amount.currency);
        writeln!(out, "  {}  {} {currency}", name(posting.account), amount(minor, currency))?;
    }
    writeln!(out)?;
    Ok(())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

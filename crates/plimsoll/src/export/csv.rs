//! A row for each posting, as comma-separated values (RFC 4180).

use super::text::amount;
use super::{Books, Written};
use crate::period;
use crate::view::csv::cell;
use std::io::Write;

/// The columns of every table of postings.
pub(super) const COLUMNS: [&str; 11] =
    ["date", "at", "entry", "rule", "code", "account", "debit", "credit", "currency", "reverses", "evidence"];

pub(super) fn write(books: &Books<'_>, out: &mut impl Write) -> anyhow::Result<Written> {
    write!(out, "{}\r\n", COLUMNS.join(","))?;
    books.each_entry(|entry| {
        let evidence: Vec<&str> = entry.evidence.iter().map(domain::RecordId::as_str).collect();
        let (date, at, evidence) = (period::day(entry.at).to_string(), entry.at.to_string(), evidence.join(" "));
        let reverses = entry.reverses.as_ref().map_or("", |reversed| reversed.as_str());
        for posting in &entry.postings {
            let (minor, currency) = (i128::from(posting.amount.minor), posting.amount.currency);
            let text = amount(minor.abs(), currency);
            let (debit, credit) = if minor < 0 { ("", text.as_str()) } else { (text.as_str(), "") };
            let (code, account) = (posting.account.code().to_string(), posting.account.name());
            let (id, currency) = (entry.id.as_str(), currency.code());
            let cells = [&date, &at, id, entry.rule, &code, account, debit, credit, currency, reverses, &evidence];
            write!(out, "{}\r\n", cells.map(cell).join(","))?;
        }
        Ok(())
    })
}

//! Writes the report, for goldens.

use super::COLUMNS;
use crate::csv_line;
use domain::{Currency, Money};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One movement. `gross` and `fee` share a currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Unique.
    pub transaction_id: String,
    /// The shop's invoice; may be empty.
    pub invoice_id: String,
    /// What it is about; may be empty.
    pub reference: String,
    /// `T0006`.
    pub event_code: String,
    /// Written to the second.
    pub at: Timestamp,
    /// Signed.
    pub gross: Money,
    /// Positive when charged.
    pub fee: Money,
}

/// The report of these rows: one section, from a balance of nothing.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut push = |fields: &[&str]| csv_line::push(&mut out, fields);
    push(&["RH", "2026/01/20 03:00:00 +0000", "A", "ACCOUNT", "009"]);
    push(&["FH", "01"]);
    push(&["SH", "2026/01/19 00:00:00 +0000", "2026/01/19 23:59:59 +0000", "ACCOUNT", ""]);
    push(&COLUMNS);
    for row in rows {
        push(&fields(row).each_ref().map(String::as_str));
    }
    let count = rows.len().to_string();
    for kind in ["SF", "RF"] {
        for (currency, totals) in totals(rows) {
            let mut fields = vec![kind.to_owned(), currency.to_string()];
            fields.extend(totals.map(|total| total.to_string()));
            push(&fields.iter().map(String::as_str).collect::<Vec<_>>());
        }
        push(&[if kind == "SF" { "SC" } else { "RC" }, &count]);
    }
    push(&["FF", &count]);
    out
}

fn fields(row: &Row) -> [String; 22] {
    let mut fields: [String; 22] = Default::default();
    let at = row.at.strftime("%Y/%m/%d %H:%M:%S +0000").to_string();
    let side = |negative: bool| if negative { "DR" } else { "CR" }.to_owned();
    let currency = row.gross.currency.to_string();
    let said = [
        (0, "SB".to_owned()),
        (1, row.transaction_id.clone()),
        (2, row.invoice_id.clone()),
        (3, row.reference.clone()),
        (5, row.event_code.clone()),
        (6, at.clone()),
        (7, at),
        (8, side(row.gross.minor < 0)),
        (9, row.gross.minor.unsigned_abs().to_string()),
        (10, currency.clone()),
        (11, side(row.fee.minor > 0)),
        (12, row.fee.minor.unsigned_abs().to_string()),
        (13, currency),
    ];
    for (index, text) in said {
        fields[index] = text;
    }
    fields
}

/// Gross credits and debits, fee credits and debits, and the balances, by currency.
fn totals(rows: &[Row]) -> BTreeMap<Currency, [i64; 6]> {
    let mut totals: BTreeMap<Currency, [i64; 6]> = BTreeMap::new();
    for row in rows {
        let of = totals.entry(row.gross.currency).or_default();
        of[usize::from(row.gross.minor < 0)] += row.gross.minor.abs();
        of[2 + usize::from(row.fee.minor > 0)] += row.fee.minor.abs();
        of[5] += row.gross.minor - row.fee.minor;
    }
    totals
}

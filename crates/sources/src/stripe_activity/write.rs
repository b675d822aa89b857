//! Writes the export as Stripe's dashboard spells it, for goldens.

use super::kind;
use crate::csv_line;
use domain::{Money, ProcessorCategory};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const COLUMNS: [&str; 9] =
    ["ID", "Type", "Source", "Amount", "Fee", "Net", "Currency", "Created (UTC)", "Available On (UTC)"];

/// One movement. `gross`, `fee` and `net` share the currency of `gross`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// `txn_…`, unique.
    pub id: String,
    /// What moved.
    pub category: ProcessorCategory,
    /// `ch_…`, `re_…`, `po_…`.
    pub source: String,
    /// Before Stripe's fee.
    pub gross: Money,
    /// Stripe's fee, positive when charged.
    pub fee: Money,
    /// `gross − fee`.
    pub net: Money,
    /// Written to the second.
    pub created: Timestamp,
}

/// The file of these rows: UTF-8, a header, one line a row.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        let created = TimeZone::UTC.to_datetime(row.created).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let amounts = [row.gross, row.fee, row.net].map(|money| money.to_decimal().to_string());
        let currency = row.gross.currency.code().to_ascii_lowercase();
        let kind = kind::write(row.category);
        let [gross, fee, net] = amounts.each_ref().map(String::as_str);
        csv_line::push(&mut out, &[&row.id, kind, &row.source, gross, fee, net, &currency, &created, &created]);
    }
    out
}

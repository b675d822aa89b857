//! Writes the download as an American account gets it, for simulated worlds and goldens.

use crate::csv_line;
use domain::Money;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

const PACIFIC: Offset = Offset::constant(-8);

const COLUMNS: [&str; 18] = [
    "Date",
    "Time",
    "TimeZone",
    "Name",
    "Type",
    "Status",
    "Currency",
    "Gross",
    "Fee",
    "Net",
    "From Email Address",
    "To Email Address",
    "Transaction ID",
    "Item Title",
    "Invoice Number",
    "Reference Txn ID",
    "Balance",
    "Balance Impact",
];

/// One movement. `gross`, `fee` and `net` share the currency of `gross`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Written to the second, in Pacific standard time, month first.
    pub at: Timestamp,
    /// Of the other side; may be empty.
    pub name: String,
    /// PayPal's word, such as `Website Payment`.
    pub kind: String,
    /// `Completed`.
    pub status: String,
    /// Before PayPal's fee.
    pub gross: Money,
    /// PayPal's fee, positive when charged.
    pub fee: Money,
    /// `gross − fee`.
    pub net: Money,
    /// Who paid; may be empty.
    pub from: String,
    /// Who was paid; may be empty.
    pub to: String,
    /// Unique.
    pub transaction_id: String,
    /// The shop's invoice number; may be empty.
    pub invoice_number: String,
    /// The transaction that this one is about; may be empty.
    pub reference: String,
}

/// The file of these rows: UTF-8 with a byte order mark, a header, one line a row.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = "\u{feff}".as_bytes().to_vec();
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        push_row(&mut out, row);
    }
    out
}

fn push_row(out: &mut Vec<u8>, row: &Row) {
    let at = TimeZone::fixed(PACIFIC).to_datetime(row.at);
    let fields = [
        at.strftime("%m/%d/%Y").to_string(),
        at.strftime("%H:%M:%S").to_string(),
        "PST".to_owned(),
        row.name.clone(),
        row.kind.clone(),
        row.status.clone(),
        row.gross.currency.code().to_owned(),
        grouped(row.gross),
        grouped(-row.fee),
        grouped(row.net),
        row.from.clone(),
        row.to.clone(),
        row.transaction_id.clone(),
        String::new(),
        row.invoice_number.clone(),
        row.reference.clone(),
        String::new(),
        if row.net.minor < 0 { "Debit" } else { "Credit" }.to_owned(),
    ];
    csv_line::push(out, &fields.each_ref().map(String::as_str));
}

/// `-1,250.00`.
fn grouped(money: Money) -> String {
    let text = money.to_decimal().abs().to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |parts| parts);
    let mut out = if money.minor < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if fraction.is_empty() { out } else { out + "." + fraction }
}

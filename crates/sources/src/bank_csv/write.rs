//! Writes statements in one layout of the many that are read.

use crate::csv_line;
use domain::Money;
use jiff::civil::Date;

const HEADER: [&str; 8] =
    ["Account", "Booking date", "Description", "Amount", "Currency", "Reference", "Transaction ID", "Counterparty"];

/// A booked line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// IBAN.
    pub account: String,
    /// Credits positive.
    pub amount: Money,
    /// Booking day.
    pub booked: Date,
    /// The bank's name for it, may be empty.
    pub id: String,
    /// The other side's reference, may be empty.
    pub reference: String,
    /// May be empty.
    pub description: String,
    /// The other side's name, may be empty.
    pub counterparty: String,
}

/// The file.
pub fn write(rows: &[EntryRow]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &HEADER);
    for row in rows {
        let (day, amount) = (row.booked.to_string(), row.amount.to_decimal().to_string());
        let texts = [&row.description, &amount, row.amount.currency.code(), &row.reference, &row.id, &row.counterparty];
        csv_line::push(&mut out, &[[row.account.as_str(), &day].as_slice(), &texts].concat());
    }
    out
}

//! Writes the export as Shopify spells it, for goldens.

use crate::csv_line;
use domain::Money;
use jiff::civil::Date;

const COLUMNS: [&str; 10] = [
    "Payout Date",
    "Status",
    "Charges",
    "Refunds",
    "Adjustments",
    "Reserved Funds",
    "Fees",
    "Retried Amount",
    "Total",
    "Currency",
];

/// One payout. Its amounts share the currency of `charges`; the total is their sum less the fees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When it reaches the bank.
    pub date: Date,
    /// `paid`, `scheduled` …
    pub status: String,
    /// What buyers paid.
    pub charges: Money,
    /// Minor units, negative.
    pub refunds_minor: i64,
    /// Minor units.
    pub adjustments_minor: i64,
    /// Minor units, negative while they are held.
    pub reserved_minor: i64,
    /// Minor units, positive when charged.
    pub fees_minor: i64,
    /// Minor units.
    pub retried_minor: i64,
}

/// The file of these rows.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        let further = row.refunds_minor + row.adjustments_minor + row.reserved_minor + row.retried_minor;
        let total = row.charges.minor + further - row.fees_minor;
        let decimal = |minor| Money::new(minor, row.charges.currency).to_decimal().to_string();
        let fields = [
            row.date.to_string(),
            row.status.clone(),
            decimal(row.charges.minor),
            decimal(row.refunds_minor),
            decimal(row.adjustments_minor),
            decimal(row.reserved_minor),
            decimal(row.fees_minor),
            decimal(row.retried_minor),
            decimal(total),
            row.charges.currency.code().to_owned(),
        ];
        csv_line::push(&mut out, &fields.each_ref().map(String::as_str));
    }
    out
}

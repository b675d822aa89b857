//! Writes the report, for goldens.

use crate::csv_line;
use domain::Money;
use jiff::Timestamp;
use jiff::tz::Offset;

/// Columns in Adyen's order and spelling.
const COLUMNS: [&str; 21] = [
    "Company Account",
    "Merchant Account",
    "Psp Reference",
    "Merchant Reference",
    "Payment Method",
    "Creation Date",
    "TimeZone",
    "Type",
    "Modification Reference",
    "Gross Currency",
    "Gross Debit (GC)",
    "Gross Credit (GC)",
    "Exchange Rate",
    "Net Currency",
    "Net Debit (NC)",
    "Net Credit (NC)",
    "Commission (NC)",
    "Markup (NC)",
    "Scheme Fees (NC)",
    "Interchange (NC)",
    "Batch Number",
];

/// One movement; times are written to the second, in CET.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The shop's account.
    pub merchant_account: String,
    /// The payment; may be empty.
    pub psp_reference: String,
    /// The shop's order; may be empty.
    pub merchant_reference: String,
    /// When the balance moved.
    pub created: Timestamp,
    /// `Settled`, `Refunded` …
    pub kind: String,
    /// What changed the payment; may be empty.
    pub modification_reference: String,
    /// In the buyer's currency; none for payouts and fees.
    pub gross: Option<Money>,
    /// What the balance moved by.
    pub net: Money,
    /// In the currency of `net`, positive when charged.
    pub commission: Money,
    /// The batch that settled it.
    pub batch: String,
}

/// The file of these rows.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        push_row(&mut out, row);
    }
    out
}

fn push_row(out: &mut Vec<u8>, row: &Row) {
    let [gross_debit, gross_credit] = row.gross.map_or_else(Default::default, sides);
    let [net_debit, net_credit] = sides(row.net);
    let local = Offset::constant(1).to_datetime(row.created).strftime("%Y-%m-%d %H:%M:%S").to_string();
    csv_line::push(
        out,
        &[
            "Company",
            &row.merchant_account,
            &row.psp_reference,
            &row.merchant_reference,
            "visa",
            &local,
            "CET",
            &row.kind,
            &row.modification_reference,
            row.gross.as_ref().map_or("", |gross| gross.currency.code()),
            &gross_debit,
            &gross_credit,
            "1",
            row.net.currency.code(),
            &net_debit,
            &net_credit,
            &row.commission.to_decimal().to_string(),
            "",
            "",
            "",
            &row.batch,
        ],
    );
}

/// Debit and credit.
fn sides(money: Money) -> [String; 2] {
    let size = money.abs().to_decimal().to_string();
    if money.minor < 0 { [size, String::new()] } else { [String::new(), size] }
}

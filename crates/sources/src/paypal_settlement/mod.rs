//! PayPal's settlement report (`STL-yyyymmdd.sequence.version.csv`): every movement of the PayPal balances, in sections
//! with totals.
//!
//! A line begins with what it is: `RH` and `FH` the heads of report and file, `SH` a section, `CH` its columns, `SB` a
//! movement, `SF` the section's totals of one currency, `SC` its count, `RF` and `RC` those of the report, `FF` the
//! file's count. The rules:
//!
//! - An `SB` line is the record `paypal:<Transaction ID>` that the activity download gives (`paypal_activity`), of a
//!   conversion `paypal:<Transaction ID>/<currency>`, so that a file of each is no double. Only these lines are rows.
//! - Columns stand where `CH` says, else in the order of version 9; commas or tabs part them.
//! - Amounts are whole minor units without sign (`10000` are 100.00 dollars, and 10,000 yen); `CR` and `DR` beside them
//!   say whether the balance rose or fell. A blank fee is none. `net = gross − fee`, where a fee that is `CR` came back.
//! - The event code decides the category, as in `paypal_objects`.
//! - `PayPal Reference ID` is the charge that a refund or reversal is about.
//! - Totals are checked, and hold back no row: `SF` against the section's lines of its currency (gross and fees, credits
//!   and debits, and the balances), `RF` against those of the report, `SC`, `RC` and `FF` against the number of lines.
//!   `IdentityBroken` names the total and by how much it is off.
//! - Nothing in it is personal that is kept: the payer stands as PayPal's own number, which is left out.

mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod totals;
mod write;

pub use write::{Row, write};

use crate::csv_rows;
use crate::{Context, Parsed, Source};
use domain::Digest;

/// The columns of version 9, in its order.
const COLUMNS: [&str; 22] = [
    "CH",
    "Transaction ID",
    "Invoice ID",
    "PayPal Reference ID",
    "PayPal Reference ID Type",
    "Transaction Event Code",
    "Transaction Initiation Date",
    "Transaction Completion Date",
    "Transaction Debit or Credit",
    "Gross Transaction Amount",
    "Gross Transaction Currency",
    "Fee Debit or Credit",
    "Fee Amount",
    "Fee Currency",
    "Custom Field",
    "Consumer ID",
    "Payment Tracking ID",
    "Store ID",
    "Bank Reference ID",
    "Credit Transactional Fee",
    "Credit Promotional Fee",
    "Credit Term",
];

/// The format.
pub struct PayPalSettlement;

impl Source for PayPalSettlement {
    fn name(&self) -> &'static str {
        "paypal-settlement"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let mut rows = csv_rows::Rows::delimited(head, delimiter(head));
        let mut row = csv_rows::Row::default();
        let mut begins = |word: &str| rows.read(&mut row) && row.text(0) == word;
        begins("RH") && (begins("FH") || begins("SH"))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

/// What stands behind the first field.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if line.contains(&b'\t') && !line.contains(&b',') { b'\t' } else { b',' }
}

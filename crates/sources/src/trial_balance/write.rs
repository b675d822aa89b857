//! Writes trial balances in one layout of the many that are read.

use crate::csv_line;
use domain::TrialBalance;

/// The file.
pub fn write(balance: &TrialBalance) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &["Trial balance"]);
    csv_line::push(&mut out, &[&format!("As at {}", balance.cut_over)]);
    csv_line::push(&mut out, &["Account code", "Account name", "Debit", "Credit", "Currency"]);
    for line in &balance.lines {
        let size = line.amount.abs().to_decimal().to_string();
        let (debit, credit) = if line.amount.minor < 0 { ("", size.as_str()) } else { (size.as_str(), "") };
        csv_line::push(&mut out, &[&line.account_code, &line.account_name, debit, credit, line.amount.currency.code()]);
    }
    out
}

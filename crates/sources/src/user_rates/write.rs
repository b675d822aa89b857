//! Writes a business's rates in the long layout.

use crate::csv_line;
use domain::RateSheet;

/// The file: a row a rate.
pub fn write(sheets: &[RateSheet]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &["Date", "From", "To", "Rate"]);
    for sheet in sheets {
        for (to, rate) in &sheet.rates {
            csv_line::push(&mut out, &[&sheet.date.to_string(), sheet.base.code(), to.code(), &rate.to_string()]);
        }
    }
    out
}

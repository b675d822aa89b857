//! The European Central Bank's euro foreign exchange reference rates, `eurofxref-hist.csv`: a row a day, a column a
//! currency, a comma at every line's end.
//!
//! - A day is the record `ecb:<date>`, in effect from 15:00 UTC: the bank publishes around 16:00 Central European time,
//!   which is 15:00 UTC in winter, and a rate must not be used before it was known. (In summer that is an hour late.)
//! - `N/A` and an empty cell mean that there is no rate that day; the currency is absent from the sheet.
//! - A cell that is no positive number holds its whole day back: half a sheet would look like one whose currencies
//!   have ended.
//! - A column that is no currency code is an issue of the header, which holds no row back, and is ignored.
//! - A day that comes again is a duplicate if it says the same, else an `IdempotencyConflict`.

mod parse;
#[cfg(test)]
mod tests;
mod write;

pub use write::write;

use crate::user_rates::UserRates;
use crate::{Context, Parsed, Source};
use domain::Digest;

/// The format.
pub struct EcbRates;

impl Source for EcbRates {
    fn name(&self) -> &'static str {
        "ecb"
    }

    /// The dollar and the yen have stood in every file since 1999. A table that tells a base is somebody's own.
    fn recognises(&self, head: &[u8]) -> bool {
        crate::table::recognises(head, &[&["Date"], &["USD"], &["JPY"]], 2) && !UserRates.recognises(head)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

//! A business's own exchange rates as CSV. They stand before the European Central Bank's. The rules:
//!
//! - Long: a row a rate, with a day, a currency from, a currency to and a rate: one unit of the first buys so many of
//!   the second. The headers may be English, German, Spanish, Portuguese or Chinese (`columns.rs`).
//! - Wide: a row a day and a column a currency. The base is told by a base column, by a line above (`Base: EUR`), or by
//!   the columns themselves (`EUR/USD`). A wide table that tells no base and is not the European Central Bank's own is
//!   held back whole: rates without a base could be read upside down.
//! - Order of day and month, and decimal comma or point, are decided per file (`days.rs`, `number_style.rs`).
//! - A cell that is empty, `N/A` or a dash is no rate that day. One that is no positive number holds its row back.
//! - A record is `user-rates:<day>/<base>/<to>` in a long table and `user-rates:<day>/<base>` in a wide one.

mod columns;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::write;

use crate::{Context, Parsed, Source, worded};
use domain::Digest;

/// The format.
pub struct UserRates;

impl Source for UserRates {
    fn name(&self) -> &'static str {
        "user-rates"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        worded::recognises(head, columns::fits)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

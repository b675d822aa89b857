//! Daily prices of shares, funds or goods as CSV. The rules:
//!
//! - Columns are known by their words in English, German, Spanish, Portuguese and Chinese (`parse.rs`). A file is taken
//!   for prices where it has a day, a closing price, and an instrument or another of the day's prices.
//! - The instrument is the row's, else the first line above the header: a file of one instrument names it there. Where
//!   neither does, the file is held back whole.
//! - Order of day and month, and decimal comma or point, are decided per file. Prices keep every digit; a volume may end
//!   in K, M or B.
//! - A record is `price:<instrument>[@<market>]/<day>`, at the start of that day in UTC.

mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use parse::{id, is_absent, volume};
pub use write::write;

use crate::{Context, Parsed, Source, worded};
use domain::Digest;

/// The format.
pub struct Prices;

impl Source for Prices {
    fn name(&self) -> &'static str {
        "prices"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        worded::recognises(head, |header, _| parse::Columns::of(header).is_some())
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

//! Movements of stock as CSV, as shops and warehouses export them. The rules (those of `shop_table.rs` hold too):
//!
//! - Columns are known by their words in English, German, Spanish, Portuguese and Chinese (`columns.rs`). A file is taken
//!   for stock movements where it has a day, a stock code, and how stock moved: columns for in and out, a column that
//!   says change, or a quantity beside a place and a reason.
//! - What goes out may stand with a minus or without; a row that is neither in nor out is an issue.
//! - A plain `quantity` that is negative nowhere in the file has its sign from the reason: what is sold, broken or sent
//!   elsewhere leaves. A note says so. Quantities are whole.
//! - A reason is a word of the five languages. Where none is said the movement is an adjustment.
//! - A record is `stock-movements:<number>` where the row has a movement's number. A reference does not name a movement
//!   (an order's goods leave and come back under it): without a number a row is known by what it says.

mod columns;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use columns::{Why, reason_of};
pub(crate) use parse::by_content;
pub use write::write;

use crate::{Context, Parsed, Source, shop_table};
use columns::Columns;
use domain::Digest;

/// The format.
pub struct StockMovements;

impl Source for StockMovements {
    fn name(&self) -> &'static str {
        "stock-movements"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        shop_table::recognises::<Columns>(head)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        shop_table::parse::<Columns>(file, bytes, context)
    }
}

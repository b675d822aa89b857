//! Parcels as CSV, as shops and their carriers export them. The rules (those of `shop_table.rs` hold too):
//!
//! - Columns are known by their words in English, German, Spanish, Portuguese and Chinese (`columns.rs`). A file is taken
//!   for shipments where it has a tracking number, an order or a carrier, and a state or the time of leaving or arriving;
//!   not where it also has buyers' prices or totals, which orders' exports have.
//! - The state is said by a word of the five languages, else it follows from the times: delivered, shipped, or created.
//! - A record's instant is when the parcel was announced, else when it left, else when it arrived. Of these none may be
//!   in the future; the day that was promised may.
//! - A record is `shipments:<tracking>`, with `/<order>` behind where the row names one: a parcel may carry two orders.
//!   A row without a tracking number is known by what it says. The same parcel again is as far as any of its rows says.

mod columns;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use columns::state_of;
pub(crate) use parse::{key, said};
pub use write::write;

use crate::{Context, Parsed, Source, shop_table};
use columns::Columns;
use domain::Digest;

/// The format.
pub struct Shipments;

impl Source for Shipments {
    fn name(&self) -> &'static str {
        "shipments"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        shop_table::recognises::<Columns>(head)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        shop_table::parse::<Columns>(file, bytes, context)
    }
}

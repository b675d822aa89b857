//! Reviews as CSV, as shops and review services export them. The rules (those of `shop_table.rs` hold too):
//!
//! - Columns are known by their words in English, German, Spanish, Portuguese and Chinese (`columns.rs`). A file is taken
//!   for reviews where it has a day, a rating, words or a writer, and an order, goods or a review's number.
//! - A rating is a number (`4`), one of its scale (`4/5`, `4 out of 5`, `4 von 5`) or stars (`★★★★☆`), from 1. The scale
//!   is the cell's, else the row's, else that of the heading (`Rating (1-10)`), else the least of 5, 10 and 100 that the
//!   whole file fits; a note says so where that is not 5. Half a star is exact: 4.5 of 5 is 9 of 10.
//! - The writer's name or address becomes a token. The words stay as they were written.
//! - The language is the one that is named, else the one that the words are plainly in.
//! - A record is `reviews:<number>` where the row has a review's number, else it is known by what it says.

mod columns;
mod parse;
mod rating;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use parse::by_content;
pub(crate) use rating::{Scale, rating};
pub use write::{Written, write};

use crate::{Context, Parsed, Source, shop_table};
use columns::Columns;
use domain::Digest;

/// The format.
pub struct Reviews;

impl Source for Reviews {
    fn name(&self) -> &'static str {
        "reviews"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        shop_table::recognises::<Columns>(head)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        shop_table::parse::<Columns>(file, bytes, context)
    }
}

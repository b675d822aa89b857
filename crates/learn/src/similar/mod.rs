//! How alike two texts, two bags of words or two sets are: numbers in \[0, 1\], where 1 is the same.
//!
//! It knows characters and counts, and no language: normal forms, nicknames and what a text means are its callers'
//! matter. Promises: every measure is symmetric unless its name says *contained*; two empty texts are the same (1), an
//! empty and another are not (0); the result depends on the arguments alone.
//!
//! Its own limit: measures on characters see the first [`LONGEST`] characters of each text, so that a text of a
//! megabyte costs no more than a long title. Bags and sets have no limit; they are walked once.

mod edit;
mod jaro;
mod sets;
mod soft;
mod weights;

pub use edit::{edit_distance, edit_similarity};
pub use jaro::{jaro, jaro_winkler, jaro_winkler_bound};
pub use sets::{common, contained, dice, grams, jaccard};
pub use soft::{monge_elkan, soft_cosine};
pub use weights::{Bag, Frequencies, contained_weight, cosine, shared_weight};

/// The most characters of a text that the measures on characters see: one machine word of positions.
pub const LONGEST: usize = 64;

fn cut(text: &[char]) -> &[char] {
    &text[..text.len().min(LONGEST)]
}

//! Who is who.
//!
//! Charge: gives every sales document its party, and finds which party a processor's customer is, from the orders
//! that its payments name ([`Links`]); and, for tables of any source, says which records speak of one thing, with
//! probability and reasons. Limits of the first: it works on tokens only, never on the values behind them; a customer
//! whose payments name the orders of several parties equally often is nobody (guessing would merge people). Limits of
//! the second: it sees at most so much of a value as `learn::similar` and [`table`] say, and nothing that is not in
//! the tables; the keys of records and the order of rows and fields carry no information.
//!
//! Example: payments of `cus_1` name orders 1, 2 (both of buyer B) and 3 (of buyer C): `cus_1` is B.

mod answers;
pub mod assign;
mod calibration;
pub mod candidates;
mod catalogue;
pub mod cluster;
pub mod compare;
pub mod entities;
mod estimate;
pub mod learner;
mod marginal;
mod matching;
mod meaning;
mod oddities;
mod parties;
pub mod sums;
pub mod table;
#[cfg(test)]
mod tests;
mod words;

pub use answers::Answer;
pub use calibration::Calibration;
pub use estimate::Shares;
pub use matching::{Considered, Linked, Partners, Settings, Tables, link, link_with};
pub use meaning::guess;
pub use parties::Links;

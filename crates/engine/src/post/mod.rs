//! Money: balanced entries for documents and settlements.
//!
//! Charge: says which accounts a document or a settlement moves. Limits: it knows nothing of matching; an entry that
//! does not balance is a defect, and stops the run in release builds too.
//!
//! Which accounts stands as a table in [`TABLE`] (`plimsoll postings` prints it). Parts of the result may be moved to
//! other accounts by the policy, for a source and from a day on ([`domain::posting`]); clearing accounts may not, as
//! the balance of each is the sum of its open items.
//!
//! A trial balance opens the books ([`Books`]): at the end of its day every account stands as it says, and nothing that
//! happened up to then is posted beside it. Where the books are closed, what belongs there stands in the first open
//! period, and says where it belongs.
//!
//! Stock movements become cost of goods sold where the policy says how ([`Stock`]).
//!
//! Example: a sale of £6.00 with £5.00 of `POST`: receivables +6.00, sales −1.00, shipping income −5.00.

mod balance;
mod books;
mod documents;
mod settlements;
mod stock;
mod table;
#[cfg(test)]
mod tests;

pub use books::Books;
pub use documents::{Rules, owed_to_sellers, post_document};
pub use settlements::{post_settlement, reverse_settlement, settled_items};
pub use stock::Stock;
pub use table::{Row, TABLE};

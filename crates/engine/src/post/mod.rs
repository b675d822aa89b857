//! Money: balanced entries for documents and settlements.
//!
//! Charge: says which accounts a document or a settlement moves. Limits: it knows nothing of matching; an entry that
//! does not balance is a defect, and stops the run in release builds too.
//!
//! | what | debit | credit |
//! |---|---|---|
//! | sale | receivables | sales, or the account of a pseudo-product |
//! | credit note | sales returns, or the account of a pseudo-product | receivables |
//! | lines settled outside the processor | as above, against marketplace clearing instead of receivables |
//! | charge | processor balance (net), processor fees | payments unapplied (gross) |
//! | payment that only the shop tells of | marketplace clearing | payments unapplied |
//! | refund | refunds unapplied | processor balance |
//! | payout | cash in transit | processor balance |
//! | bank credit | bank | bank unexplained |
//! | order paid | payments unapplied | receivables; the difference of rates to exchange differences |
//! | credit note refunded | receivables | refunds unapplied |
//! | payment voided | payments unapplied | refunds unapplied |
//! | payout that the export does not list | cash in transit | processor balance |
//! | payout received | bank unexplained | cash in transit |
//!
//! So the balance of each clearing account is the sum of its open items.
//!
//! A trial balance opens the books ([`Books`]): at the end of its day every account stands as it says, and nothing that
//! happened up to then is posted beside it.
//!
//! Example: a sale of £6.00 with £5.00 of `POST`: receivables +6.00, sales −1.00, shipping income −5.00.

mod balance;
mod books;
mod documents;
mod settlements;
#[cfg(test)]
mod tests;

pub use books::Books;
pub use documents::post_document;
pub use settlements::{post_settlement, reverse_settlement};

//! Stripe's payout reconciliation report, itemised (`payout_reconciliation.itemized.5`): every movement of the balance,
//! each with the payout that carried it to the bank.

mod write;

pub use write::{Row, write};

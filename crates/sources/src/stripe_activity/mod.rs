//! The "All activity" export of Stripe's dashboard: the same movements of the balance as its reports, with fewer columns.
//!
//! A row is the record `stripe:<ID>`, as in the reports, so that a file of each is no double. What is not said here is
//! as in `stripe`; the differences:
//!
//! - `Type` holds the types of balance transactions (`payment`, `stripe_fee`, `payment_refund`, …), not the reporting
//!   categories. `adjustment` may be a dispute or not, and is an adjustment. A word that Stripe does not list is
//!   `UnknownValue`.
//! - Numbers may be written in the manner of a place; each column's decimal separator is decided from its values, and
//!   is a point where they could be both.
//! - Payouts, customers and the charge of a refund are not in it. `Created (UTC)` may lack the seconds: where a report
//!   has said the same movement before, this export conflicts with it, and the report stands.

mod kind;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use kind::read as category;
pub use write::{Row, write};

use crate::stripe::{Layout, parse};
use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// In the layout's order.
const NEEDED: [&[&str]; 7] =
    [&["ID"], &["Created (UTC)", "Created"], &["Currency"], &["Amount"], &["Fee"], &["Net"], &["Type"]];

/// Columns by which the format is told from others.
const OWN: [&[&str]; 9] = [
    &["ID"],
    &["Type"],
    &["Source"],
    &["Amount"],
    &["Fee"],
    &["Net"],
    &["Currency"],
    &["Created (UTC)"],
    &["Available On (UTC)"],
];

/// How many of them a header must have: more than other processors' exports happen to.
const RECOGNISED_BY: usize = 7;

const ALL_ACTIVITY: Layout = Layout { needed: NEEDED, category: kind::read, by_people: true };

/// The format.
pub struct StripeActivity;

impl Source for StripeActivity {
    fn name(&self) -> &'static str {
        "stripe-activity"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &OWN, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(&ALL_ACTIVITY, file, bytes, context)
    }
}

//! Plimsoll's own form of an event, version 1: one JSON object for each thing that happened, as JSON Lines (one a line),
//! or as one JSON document: an object, `{"events": […]}`, or an array. A file of them is imported; the same bytes are
//! posted to `/v1/events`. `docs/events.md` is the reference for those who write it.
//!
//! ```text
//! {"plimsoll":1,"type":"payment","id":"ch_1","at":"2026-01-19T12:07:45Z","currency":"GBP","gross":"10.00","fee":"0.35"}
//! ```
//!
//! The rules:
//!
//! - A row is the record `event:<type>/<id>`. The same again is a duplicate; with other content it is an
//!   `IdempotencyConflict`, and the first stands.
//! - `plimsoll` is the version of the form; a first event that names it lets a file be recognised.
//! - Amounts are decimals of major units, as text or as a JSON number, read digit by digit: never through a float. An
//!   amount with more digits than its currency has is `InvalidNumber`; `net`, where given, is `gross − fee`.
//! - The sign is the balance's: a payment is not negative; a refund, dispute or payout is not positive.
//! - Times carry their offset (RFC 3339); days are `2026-01-19`.
//! - A field that the type does not have is `UnknownValue`, so that a misspelt one is not lost in silence.
//! - A line that is no JSON object is `Malformed` and harms no other; a document that is none is one issue.
//! - `buyer`, `customer`, `counterparty`, `reviewer`, `card`, `device` and `address` are personal.

mod authorisation;
mod facts;
mod fields;
mod items;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use authorisation::{Attempt, write_attempts};
pub use items::{Item, items};
pub use write::{Event, write};

use crate::{Context, Parsed, Source};
use domain::{Content, Digest, ProcessorCategory};

/// The version of the form.
pub const VERSION: u64 = 1;

/// The name of the version in every event.
const VERSION_FIELD: &str = "plimsoll";

/// The format.
pub struct StandardEvent;

impl Source for StandardEvent {
    fn name(&self) -> &'static str {
        "event"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let named = format!("\"{VERSION_FIELD}\"");
        head.starts_with(b"{") && head.windows(named.len()).any(|window| window == named.as_bytes())
            || head.starts_with(b"[") && head.windows(named.len()).any(|window| window == named.as_bytes())
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

/// Types of event that move a processor's balance.
const PROCESSOR_TYPES: [(&str, ProcessorCategory); 9] = [
    ("payment", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("payout", ProcessorCategory::Payout),
    ("dispute", ProcessorCategory::Dispute),
    ("dispute_reversal", ProcessorCategory::DisputeReversal),
    ("fee", ProcessorCategory::Fee),
    ("adjustment", ProcessorCategory::Adjustment),
    ("reserve", ProcessorCategory::Reserve),
    ("transfer", ProcessorCategory::Transfer),
];

fn type_of(content: &Content) -> Option<&'static str> {
    match content {
        Content::Invoice(_) => Some("invoice"),
        Content::Bank(_) => Some("bank_line"),
        Content::Processor(line) => {
            PROCESSOR_TYPES.iter().find(|(_, category)| *category == line.category).map(|(name, _)| *name)
        }
        Content::BuyerPayment(_) => Some("buyer_payment"),
        Content::OrderStatus(_) => Some("order_status"),
        Content::Shipment(_) => Some("shipment"),
        Content::StockMovement(_) => Some("stock_movement"),
        Content::Review(_) => Some("review"),
        Content::Price(_) => Some("price"),
        Content::Authorisation(_) => Some(authorisation::TYPE),
        Content::PayoutNamed(_)
        | Content::Rates(_)
        | Content::UserRates(_)
        | Content::StatementFact(_)
        | Content::TrialBalance(_) => None,
    }
}

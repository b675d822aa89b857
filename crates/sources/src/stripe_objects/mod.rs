//! Stripe's API objects as JSON: answers of its interface saved to a file, and the bodies of its webhooks.
//!
//! One object, a bare list, JSON Lines, list envelopes (`{"object":"list","data":[…]}`) and event envelopes
//! (`{"object":"event","data":{"object":…}}`), in each other. The rules:
//!
//! - Only a `balance_transaction` is money. It is the record `stripe:<id>` with the payload that Stripe's reports give
//!   (`stripe`), as far as both know it, so that a file of each is no double. Ask for `expand[]=data.source`: then the
//!   charge, customer, order and what the buyer saw are known too.
//! - A `charge`, `refund`, `payout`, `dispute`, `topup`, `transfer` or `payment_intent` is money through the balance
//!   transactions that it carries in full (`balance_transaction`, `failure_balance_transaction`,
//!   `balance_transactions`, and those of its `latest_charge`, `charges` and `refunds`): each of them is a row, and
//!   what the object says of the payment goes into its record. An object without any, or with their names only, moves
//!   no money that could be known (the fee is missing): it is skipped, and so is every other kind of object.
//! - `metadata.order_id` of the charge, or of what else moved the balance, is the order reference.
//! - What the buyer saw is kept where its currency is another than the balance's, with the sign of the gross.
//! - Versions of the interface: `reporting_category` came in 2019, before that `type` is read as in `stripe_activity`;
//!   `charges` of a payment intent and `refunds` of a charge stood in them until 2022-11-15, `latest_charge` since;
//!   `status` of a refund may be null before 2018. All are read alike, whatever `api_version` says.
//! - Amounts are whole minor units as Stripe counts them: of ISK and UGX hundredths all the same, of MGA none.
//!   `net = amount − fee`, else `IdentityBroken`.
//! - The same balance transaction again that says the same or less is a duplicate, another is an `IdempotencyConflict`.
//! - `customer` is personal.

mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::write;

use crate::json::{self, Envelope};
use crate::{Context, Parsed, Source};
use domain::{Currency, Digest};

/// Lists and events hold what is meant in `data`, an event's in its `object`.
const ENVELOPE: Envelope = Envelope { any: &["data"], sole: &["object"] };

/// How many digits of an amount stand behind the point, <https://docs.stripe.com/currencies#minor-units>.
fn digits(currency: Currency) -> u32 {
    match currency.code() {
        "ISK" | "UGX" => 2,
        "MGA" => 0,
        _ => currency.minor_digits(),
    }
}

/// The format.
pub struct StripeObjects;

impl Source for StripeObjects {
    fn name(&self) -> &'static str {
        "stripe-objects"
    }

    /// Stripe says of each object what it is, in a word, and names it with a prefix.
    fn recognises(&self, head: &[u8]) -> bool {
        let Some(keys) = json::top_keys(head) else { return false };
        let says = |wanted: &str| keys.iter().any(|(key, value)| *key == wanted && value.starts_with(b"\""));
        let has = |wanted: &str| keys.iter().any(|(key, _)| *key == wanted);
        says("object") && (has("data") || (says("id") && (has("created") || has("livemode") || has("metadata"))))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

//! PayPal's API objects as JSON: answers of its interfaces saved to a file, and the bodies of its webhooks.
//!
//! One object, a bare list, JSON Lines, answers of the transaction search (`{"transaction_details":[…]}`), lists of
//! events, and notifications (`{"event_type":…,"resource":{…}}`). The rules:
//!
//! - A `transaction_info` of the search, a capture and a refund are the record `paypal:<id>` that the activity download
//!   gives (`paypal_activity`), of a conversion `paypal:<id>/<currency>`: the id of a capture or refund is that of its
//!   transaction. A file of each is no double.
//! - Search: the event code says what the words of the download say; `transaction_status` `S`, `V` (reversed since, by a
//!   row of its own) and `F` (refunded in part) have moved money, `P` and `D` have not and are skipped, another is
//!   `UnknownValue`. The fee is negative when charged.
//! - Captures and refunds (payments v2; in checkout orders within `purchase_units[].payments`) move money as their
//!   breakdown says: gross, PayPal's fee, net. Without one (pending, declined) or with a fee in another currency nothing
//!   is known of the fee, and they are skipped. `net_amount = gross_amount − paypal_fee − platform_fees`, else
//!   `IdentityBroken`; a platform's fee has a row of its own in the download, so it is not taken off here. A refund is
//!   negative, and of the capture that its link `up` names; one that `PAYMENT.CAPTURE.REVERSED` brings is a dispute.
//! - A sale of payments v1 (`PAYMENT.SALE.COMPLETED`, which subscriptions still send) is a charge likewise, with
//!   `transaction_fee`.
//! - Every other notification (disputes, approvals, plans) moves nothing, and is skipped.
//! - Amounts are decimals of major units.
//! - E-mail addresses are personal: the customer is the payer's, without regard to case.

mod capture;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod transaction;
mod write;

pub use write::write;

use crate::json::{self, Envelope};
use crate::{Context, Parsed, Source};
use domain::Digest;

const ENVELOPE: Envelope = Envelope { any: &["transaction_details", "events"], sole: &[] };

/// The format.
pub struct PayPalObjects;

impl Source for PayPalObjects {
    fn name(&self) -> &'static str {
        "paypal-objects"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let Some(keys) = json::top_keys(head) else { return false };
        let has = |wanted: &[&str]| wanted.iter().all(|wanted| keys.iter().any(|(key, _)| key == wanted));
        has(&["transaction_details"])
            || has(&["transaction_info"])
            || has(&["event_type", "resource"])
            || has(&["purchase_units", "status"])
            || has(&["seller_receivable_breakdown"])
            || has(&["seller_payable_breakdown"])
            || keys.iter().any(|(key, value)| *key == "events" && value.starts_with(b"[{\"id\":\"WH-"))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

//! Shopify's objects as JSON: answers of its admin interface saved to a file, and the bodies of its webhooks.
//!
//! One object, a bare list, JSON Lines, and envelopes of one member (`{"orders":[…]}`, `{"order":{…}}`). The rules:
//!
//! - An order is the record `shopify-orders:<name>` that `orders_export.csv` gives (`shopify_orders`), made by the same
//!   rules: an order of each is no double. Its items, the sum of `shipping_lines`, `total_discounts`, `total_tax` and
//!   duties make its lines, and `total_price` is what they must sum to. `financial_status` `voided` or `expired`, and
//!   `test` orders, are skipped.
//! - A refund (alone, or in `refunds` of its order) is a credit note, the record `shopify-refunds:<id>` of the number
//!   `R<id>`: items with negative quantity at their price, `DISCOUNT` for what `subtotal` leaves of it, `TAX`, and
//!   `order_adjustments` (`shipping_refund` as `SHIPPING`). Tax is on top, or in the prices if only that sums to the
//!   refund's own transactions; where neither does, `IdentityBroken` names the difference. What only the order knows
//!   (buyer, country, currency) is not in a refund that comes alone. The export has no credit notes, so none doubles.
//! - A balance transaction of Shopify Payments (`payouts_transactions`) is money: `shopify-payments:#…`, by the key that
//!   the payments export gives a row (`shopify_payments`): its instant, category, gross and fee. `net = amount − fee`,
//!   else `IdentityBroken`. It names the order by number only, which is kept as the charge; the order's name is not in it.
//! - A payout sums up what balance transactions itemise: it is skipped, after its `summary` has been checked against its
//!   `amount` (`IdentityBroken`).
//! - `transaction`, `tender_transaction` and `dispute` say what happened to a payment at its gateway; the money stands in
//!   the balance transactions, or in the other processor's export. They are skipped.
//! - A fulfillment (alone, or in `fulfillments` of its order) is a parcel, `shopify-fulfillments:<id>`; a fulfillment
//!   event is the same parcel as far as it had come, and within a file the furthest stands. Its order is the one that it
//!   stands in, else what its `name` (`#1001.1`) says, else the order's number.
//! - `inventory_level` is what is left, not what moved, and is skipped; so is all else (products, customers, the shop).
//! - Versions of the interface: `total_shipping_price_set` and `refunds[].refund_line_items[].subtotal` came after 2018;
//!   older objects are read by their prices.
//! - The order's e-mail address is personal, without regard to case.

mod order;
mod parse;
mod payments;
mod refund;
mod shipment;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::write;

use crate::json::{self, Envelope};
use crate::{Context, Parsed, Source};
use domain::Digest;

/// The names of Shopify's envelopes.
const ENVELOPE: Envelope = Envelope {
    any: &[],
    sole: &[
        "orders",
        "order",
        "refunds",
        "refund",
        "transactions",
        "transaction",
        "payouts",
        "payout",
        "tender_transactions",
        "disputes",
        "dispute",
        "fulfillments",
        "fulfillment",
        "fulfillment_events",
        "fulfillment_event",
        "inventory_levels",
        "inventory_level",
        "inventory_items",
        "inventory_item",
        "products",
        "product",
        "customers",
        "customer",
        "shop",
        "balance",
        "risks",
        "risk",
    ],
};

/// Members of which Shopify's objects have one, in the beginning of a file.
const MARKS: [&[u8]; 15] = [
    b"\"admin_graphql_api_id\"",
    b"\"financial_status\"",
    b"\"order_id\"",
    b"\"payout_status\"",
    b"\"orders_count\"",
    b"\"fulfillment_id\"",
    b"\"inventory_item_id\"",
    b"\"charges_gross_amount\"",
    b"\"myshopify_domain\"",
    b"\"body_html\"",
    b"\"country_code_of_origin\"",
    b"\"evidence_due_by\"",
    b"\"tracked\"",
    b"\"buyer_accepts_marketing\"",
    b"\"total_line_items_price\"",
];

/// The format.
pub struct ShopifyObjects;

impl Source for ShopifyObjects {
    fn name(&self) -> &'static str {
        "shopify-objects"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let Some(keys) = json::top_keys(head) else { return false };
        let enveloped = keys.len() == 1 && ENVELOPE.sole.contains(&keys[0].0);
        let named = keys.iter().any(|(key, value)| {
            *key == "admin_graphql_api_id"
                && (value.starts_with(b"\"gid://shopify/") || value.starts_with(b"\"gid:\\/\\/shopify"))
        });
        let has = |wanted: &[&str]| wanted.iter().all(|wanted| keys.iter().any(|(key, _)| key == wanted));
        let marked = MARKS.iter().any(|mark| head.windows(mark.len()).any(|part| part == *mark));
        named
            || enveloped && (marked || keys[0].0 == "balance")
            || has(&["financial_status", "email"])
            || has(&["inventory_item_id", "location_id", "available"])
            || has(&["order_id", "evidence_due_by"])
            || has(&["order_id", "remote_reference", "payment_method"])
            || has(&["payout_id", "payout_status"])
            || has(&["order_id", "kind", "gateway"])
            || has(&["product_type", "body_html"])
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

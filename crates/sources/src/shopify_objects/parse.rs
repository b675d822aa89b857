//! Objects to records: which object is what.

use super::{ENVELOPE, order, payments, refund, shipment};
use crate::content_key::ContentKeys;
use crate::fault::Fault;
use crate::json::{self, Fact, Object};
use crate::{Context, Parsed};
use domain::{Digest, Span};

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let mut keys = ContentKeys::default();
    json::read(file, bytes, &ENVELOPE, "id", |object, span| facts(object, span, &mut keys, context))
}

type Facts = Vec<Result<Fact, Fault>>;

/// Shopify does not say what an object is: its members do.
fn facts(object: &Object<'_>, span: Span, keys: &mut ContentKeys, context: &mut Context<'_>) -> Facts {
    let has = |names: &[&str]| names.iter().all(|name| object.has(name));
    if object.is_true("test") {
        return Vec::new();
    }
    if has(&["financial_status", "total_price", "name"]) {
        return order::facts(object, span, context);
    }
    if has(&["refund_line_items", "order_id"]) {
        return vec![refund::fact(object, None, span, context)];
    }
    if has(&["payout_id", "processed_at", "net"]) {
        return vec![payments::fact(object, keys, context.latest())];
    }
    if has(&["summary", "amount", "date"]) {
        return payments::check_payout(object).err().map(Err).into_iter().collect();
    }
    if has(&["order_id", "status", "tracking_number"]) {
        return vec![shipment::parcel(object, None, context.latest())];
    }
    if has(&["fulfillment_id", "happened_at"]) {
        return vec![shipment::event(object, context.latest())];
    }
    Vec::new()
}

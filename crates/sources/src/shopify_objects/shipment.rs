//! Fulfillments and what became of them, as parcels.

use crate::fault::Fault;
use crate::json::{Fact, Object};
use domain::{Content, IssueRule, Shipment, ShipmentState};
use jiff::Timestamp;

/// A fulfillment; `order` is the name of the order that it stands in.
pub(super) fn parcel(object: &Object<'_>, order: Option<&str>, latest: Timestamp) -> Result<Fact, Fault> {
    let id = object.needed("id")?;
    let at = object.instant("created_at", latest)?;
    let state = state_of(object)?;
    let left = matches!(state, ShipmentState::Shipped | ShipmentState::Delivered | ShipmentState::Returned);
    let updated = || object.instant("updated_at", latest).ok();
    let shipment = Shipment {
        order_reference: order.map(str::to_owned).or_else(|| order_of(object)).unwrap_or_default(),
        carrier: object.text("tracking_company").unwrap_or_default(),
        tracking: object.text("tracking_number").unwrap_or_default(),
        state,
        shipped: left.then_some(at),
        delivered: if state == ShipmentState::Delivered { updated() } else { None },
        promised: None,
        cost: None,
    };
    Ok(Fact::new(format!("shopify-fulfillments:{id}"), at, Content::Shipment(shipment)))
}

/// An event of a fulfillment: the same parcel, as far as it had come.
pub(super) fn event(object: &Object<'_>, latest: Timestamp) -> Result<Fact, Fault> {
    let id = object.needed("fulfillment_id")?;
    let at = object.instant("happened_at", latest)?;
    let status = object.needed("status")?;
    let state = carried(&status).ok_or_else(|| Fault::new(IssueRule::UnknownValue, "status", status.as_str()))?;
    let when = |wanted: ShipmentState| (state == wanted).then_some(at);
    let shipment = Shipment {
        order_reference: order_of(object).unwrap_or_default(),
        carrier: String::new(),
        tracking: String::new(),
        state,
        shipped: when(ShipmentState::Shipped).filter(|_| status == "in_transit"),
        delivered: when(ShipmentState::Delivered),
        promised: object.instant("estimated_delivery_at", Timestamp::MAX).ok(),
        cost: None,
    };
    Ok(Fact::new(format!("shopify-fulfillments:{id}"), at, Content::Shipment(shipment)))
}

/// `#1001.1` is the first parcel of `#1001`; else the order's number.
fn order_of(object: &Object<'_>) -> Option<String> {
    let name = object.text("name").and_then(|name| Some(name.rsplit_once('.')?.0.to_owned()));
    name.or_else(|| object.text("order_id"))
}

/// What the carrier says, else what the shop says.
fn state_of(object: &Object<'_>) -> Result<ShipmentState, Fault> {
    let status = object.needed("status")?;
    let of_shop = match status.as_str() {
        "pending" | "open" => ShipmentState::Created,
        "success" => ShipmentState::Shipped,
        "cancelled" | "error" | "failure" => return Ok(ShipmentState::Cancelled),
        _ => return Err(Fault::new(IssueRule::UnknownValue, "status", status)),
    };
    match object.text("shipment_status") {
        Some(word) => carried(&word).ok_or_else(|| Fault::new(IssueRule::UnknownValue, "shipment_status", word)),
        None => Ok(of_shop),
    }
}

/// The carrier's words, <https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillmentevent>. A failed attempt
/// to hand it over leaves it on its way.
fn carried(word: &str) -> Option<ShipmentState> {
    match word {
        "label_printed" | "label_purchased" | "confirmed" => Some(ShipmentState::Created),
        "in_transit" | "out_for_delivery" | "attempted_delivery" | "ready_for_pickup" | "delayed" | "failure"
        | "carrier_picked_up" => Some(ShipmentState::Shipped),
        "delivered" | "picked_up" => Some(ShipmentState::Delivered),
        _ => None,
    }
}

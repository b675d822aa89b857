//! A row to a parcel, by the rules of the built-in shipments.

use super::{Called, Fact};
use crate::Context;
use crate::fault::Fault;
use crate::mapping::Fields;
use crate::mapping::meaning::Meaning;
use crate::mapping::read::Reading;
use crate::mapping::words::{Word, state_of, word};
use crate::shipments;
use domain::{Content, IssueRule, Shipment, ShipmentState};

pub(super) fn parcel(reading: &Reading<'_>, fields: &Fields<'_>, context: &mut Context<'_>) -> Result<Fact, Fault> {
    let said = |means| fields.text(means).unwrap_or_default().to_owned();
    let shipped = reading.past(fields, Meaning::Shipped, context)?;
    let delivered = reading.past(fields, Meaning::Delivered, context)?;
    let state = match word(fields, Meaning::State, state_of)? {
        Some(Word::State(state)) => state,
        _ if delivered.is_some() => ShipmentState::Delivered,
        _ if shipped.is_some() => ShipmentState::Shipped,
        _ => ShipmentState::Created,
    };
    let cost = match fields.number(Meaning::Cost)? {
        Some((number, column)) => Some(fields.money(number, reading.currency(fields, context)?, column)?),
        None => None,
    };
    let shipment = Shipment {
        order_reference: said(Meaning::Order),
        carrier: said(Meaning::Carrier),
        tracking: said(Meaning::Tracking),
        state,
        shipped,
        delivered,
        promised: reading.instant(fields, Meaning::Promised)?,
        cost,
    };
    let announced = reading.past(fields, Meaning::Date, context)?;
    let at = announced.or(shipped).or(delivered);
    let at = at.ok_or_else(|| Fault::new(IssueRule::MissingValue, "date, shipped, delivered", ""))?;
    let called = match shipments::key(&shipment) {
        Some(key) => Called::As(format!("shipments:{key}")),
        None => Called::ByContent("shipments".to_owned(), shipments::said(&shipment, at)),
    };
    Ok((called, at, Content::Shipment(shipment)))
}

//! Rows to shipments.

use super::columns::{Columns, state_of};
use crate::Context;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::number::whole_minor;
use crate::shop_table::{Fields, Headings, Known, ShopTable};
use domain::{Content, IssueRule, Money, Shipment, ShipmentState};
use jiff::Timestamp;

impl ShopTable for Columns {
    const NAME: &'static str = "shipments";
    const NEEDED: &'static str = "tracking number, order, status, shipped";

    fn of(headings: &Headings) -> Option<Self> {
        Self::found_in(headings)
    }

    fn dates(&self) -> Vec<usize> {
        [self.created, self.shipped, self.delivered, self.promised].into_iter().flatten().collect()
    }

    fn numbers(&self) -> Vec<usize> {
        self.cost.into_iter().collect()
    }

    fn key_column(&self) -> usize {
        self.tracking
    }

    fn record(
        &self,
        row: &Row<'_>,
        fields: &Fields,
        _: &mut Context<'_>,
    ) -> Result<(Known, Timestamp, Content), Fault> {
        let shipment = self.shipment(row, fields)?;
        let created = fields.past(row, self.created)?;
        let at = created.or(shipment.shipped).or(shipment.delivered);
        let lacking = self.created.or(self.shipped).or(self.delivered).unwrap_or(self.tracking);
        let at = at.ok_or_else(|| fields.fault(IssueRule::MissingValue, lacking, ""))?;
        Ok((known(&shipment, at), at, Content::Shipment(shipment)))
    }
}

impl Columns {
    fn shipment(&self, row: &Row<'_>, fields: &Fields) -> Result<Shipment, Fault> {
        let said = |column| fields.optional(row, column).unwrap_or_default();
        let shipped = fields.past(row, self.shipped)?;
        let delivered = fields.past(row, self.delivered)?;
        let state = match self.status.filter(|column| fields.optional(row, Some(*column)).is_some()) {
            Some(column) => fields.meant(row, column, state_of)?,
            None if delivered.is_some() => ShipmentState::Delivered,
            None if shipped.is_some() => ShipmentState::Shipped,
            None => ShipmentState::Created,
        };
        Ok(Shipment {
            order_reference: said(self.order),
            carrier: said(self.carrier),
            tracking: said(Some(self.tracking)),
            state,
            shipped,
            delivered,
            promised: fields.instant(row, self.promised)?,
            cost: self.cost(row, fields)?,
        })
    }

    fn cost(&self, row: &Row<'_>, fields: &Fields) -> Result<Option<Money>, Fault> {
        let (Some(column), Some(amount)) = (self.cost, fields.number(row, self.cost)?) else { return Ok(None) };
        let cost = whole_minor(amount, fields.currency(row, self.currency, column)?);
        cost.map(Some).map_err(|rule| fields.fault(rule, column, &amount.to_string()))
    }
}

fn known(shipment: &Shipment, at: Timestamp) -> Known {
    key(shipment).map_or_else(|| Known::ByContent(said(shipment, at)), Known::As)
}

/// What a parcel is known by, where it has a number.
pub(crate) fn key(shipment: &Shipment) -> Option<String> {
    match (shipment.tracking.as_str(), shipment.order_reference.as_str()) {
        ("", _) => None,
        (tracking, "") => Some(tracking.to_owned()),
        (tracking, order) => Some(format!("{tracking}/{order}")),
    }
}

/// What names a parcel that has none.
pub(crate) fn said(shipment: &Shipment, at: Timestamp) -> Vec<String> {
    vec![shipment.order_reference.clone(), shipment.carrier.clone(), at.to_string()]
}

//! Writes shipments in one layout of the many that are read.

use crate::csv_line;
use domain::Shipment;
use jiff::Timestamp;

const HEADER: [&str; 10] = [
    "Created",
    "Order",
    "Carrier",
    "Tracking number",
    "Status",
    "Shipped",
    "Delivered",
    "Promised",
    "Shipping cost",
    "Currency",
];

/// The file: each parcel with the instant at which it was announced.
pub fn write(shipments: &[(Timestamp, Shipment)]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &HEADER);
    for (created, shipment) in shipments {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let cost = shipment.cost.map(|cost| cost.to_decimal().to_string()).unwrap_or_default();
        let currency = shipment.cost.map(|cost| cost.currency.to_string()).unwrap_or_default();
        let fields: [&str; HEADER.len()] = [
            &created.to_string(),
            &shipment.order_reference,
            &shipment.carrier,
            &shipment.tracking,
            shipment.state.name(),
            &time(shipment.shipped),
            &time(shipment.delivered),
            &time(shipment.promised),
            &cost,
            &currency,
        ];
        csv_line::push(&mut out, &fields);
    }
    out
}

//! Writes stock movements in one layout of the many that are read.

use crate::csv_line;
use domain::StockMovement;
use jiff::Timestamp;

const HEADER: [&str; 8] =
    ["Date", "SKU", "Location", "Quantity change", "Reason", "Unit cost", "Currency", "Reference"];

/// The file: each movement with its instant.
pub fn write(movements: &[(Timestamp, StockMovement)]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &HEADER);
    for (at, movement) in movements {
        let cost = movement.unit_cost;
        let fields: [&str; HEADER.len()] = [
            &at.to_string(),
            &movement.stock_code,
            &movement.location,
            &movement.quantity.to_string(),
            movement.reason.name(),
            &cost.map(|cost| cost.amount.to_string()).unwrap_or_default(),
            cost.as_ref().map_or("", |cost| cost.currency.code()),
            &movement.reference,
        ];
        csv_line::push(&mut out, &fields);
    }
    out
}

//! Shopify's `orders_export`: a row for each line item, with what is said of the order on its first row only.
//!
//! Columns are found by name in any order, others are ignored. The rules:
//!
//! - An order is the record `shopify-orders:<Name>`, an invoice whose number is `Name` as written (`#1001`), as the
//!   payments export refers to it. Its instant is `Created at`.
//! - A row without `Total` is a further line of the order that has its `Name`; where that order's first row could not
//!   be used, neither can its others.
//! - `Shipping`, `Discount Amount`, `Taxes` and `Duties` become lines `SHIPPING`, `DISCOUNT`, `TAX` and `DUTIES` of
//!   quantity 1 on the first row, where they are not nothing. Shops that sell with tax in their prices export `Taxes`
//!   all the same, and `Lineitem discount` may be in `Discount Amount` or not: of the four readings the first whose
//!   lines sum to `Total` is taken (tax on top, tax in the prices; then both with the line items' discounts taken off
//!   too). Where none does, the first stands, and `IdentityBroken` names the difference.
//! - A trimmed export without `Lineitem quantity` and `Lineitem price` still says what was owed: the first line bears
//!   what `Total` leaves, the others nothing.
//! - An item without `Lineitem sku` is known by its name.
//! - `Financial Status` `voided` or `expired`: nothing was sold, the order's rows are skipped. All others are orders.
//! - `Refunded Amount` makes no credit note: the export has no document, day or items for it. The refund itself comes
//!   with the payments.
//! - An order that comes again with the same content is a duplicate, with other content an `IdempotencyConflict`.
//! - `Email` is personal, without regard to case; an order without one is a guest's.

pub(crate) mod order;
mod parse;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use parse::VOID;
pub use write::{Item, Order, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every file needs.
const NEEDED: [&[&str]; 5] = [&["Name"], &["Created at"], &["Currency"], &["Total"], &["Lineitem name"]];

/// Columns by which the format is told from others.
const OWN: [&[&str]; 9] = [
    &["Name"],
    &["Email"],
    &["Financial Status"],
    &["Created at"],
    &["Total"],
    &["Lineitem name"],
    &["Lineitem price"],
    &["Lineitem quantity"],
    &["Refunded Amount"],
];

/// How many of them a header must have.
const RECOGNISED_BY: usize = 5;

/// The format.
pub struct ShopifyOrders;

impl Source for ShopifyOrders {
    fn name(&self) -> &'static str {
        "shopify-orders"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &OWN, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

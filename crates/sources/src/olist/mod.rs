//! Olist's table set: the orders of a Brazilian marketplace as nine tables (`olist_orders_dataset.csv` and others),
//! known by their headings. Amounts are Brazilian reais, times São Paulo's. The rules:
//!
//! - `orders`: a row is the record `olist:<order_id>/status`, an order's state and times.
//! - `order_items`: the rows of one order are its invoice `olist:<order_id>`, a line an item and one line `SHIPPING`
//!   for their freight. The goods' category describes them, in English where both tables tell it. Items of orders that
//!   were called off or could not be had are skipped: nothing was sold.
//! - `order_payments`: a row is `olist:<order_id>/payment/<payment_sequential>`, what the buyer paid. Payments of
//!   nothing are skipped. Items and freight need not sum to the payments (instalments bear interest): that is no
//!   fault.
//! - `order_reviews`: a row is `olist:review/<review_id>/<order_id>`; its language is told by its words, where they
//!   do.
//! - Items and payments carry no time. They take it, and their buyer, from the `orders` beside the file in the same
//!   run; without that table, or the order in it, their rows are issues, and can be read again once it is there. The
//!   buyer is the `customer_unique_id` of the `customers` beside the file, else the `customer_id`, which is another in
//!   every order.
//! - `customers`, `sellers`, `products`, `geolocation` and the translation of categories tell no facts of their own:
//!   their rows are skipped, and read as what stands beside the others. Zip codes, cities and places enter no record.
//! - Spreadsheets damage such files: rows without any value are skipped, and `9/10/2017` is decided for the whole file
//!   by the values that can be read one way only, which [`Parsed::notes`](crate::Parsed::notes) says; where none can,
//!   each is `InvalidTime`.
//! - The same key again with the same content is a duplicate; with other content an `IdempotencyConflict`.

mod facts;
mod items;
mod parse;
mod set;
mod tables;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{
    Item, Order, Payment, Review, write_customers, write_items, write_orders, write_payments, write_reviews,
};

use crate::{Context, Parsed, Source};
use domain::{Currency, Digest};
use tables::Kind;

/// Where the marketplace is.
const ZONE: &str = "America/Sao_Paulo";
const COUNTRY: &str = "BR";

/// Brazilian reais.
fn currency() -> Currency {
    Currency::from_code("BRL").unwrap_or(Currency::EUR)
}

/// The format.
pub struct Olist;

impl Source for Olist {
    fn name(&self) -> &'static str {
        "olist"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        Kind::of(head).is_some()
    }

    fn reads_beside(&self) -> bool {
        true
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

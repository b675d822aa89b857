//! Which table a file is, by its headings.

use crate::table;

/// The tables of the set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Orders,
    Items,
    Payments,
    Reviews,
    Customers,
    Products,
    Translation,
    /// Sellers and places: nothing of them is used.
    Unused,
}

/// A table, the headings that tell it, and how many of them a file must have.
type Told = (Kind, &'static [&'static [&'static str]], usize);

const TABLES: [Told; 9] = [
    (
        Kind::Orders,
        &[
            &["order_purchase_timestamp"],
            &["order_approved_at"],
            &["order_delivered_carrier_date"],
            &["order_delivered_customer_date"],
            &["order_estimated_delivery_date"],
        ],
        3,
    ),
    (Kind::Items, &[&["order_item_id"], &["shipping_limit_date"], &["freight_value"]], 2),
    (Kind::Payments, &[&["payment_sequential"], &["payment_installments"], &["payment_value"]], 2),
    (Kind::Reviews, &[&["review_score"], &["review_comment_message"], &["review_answer_timestamp"]], 2),
    (Kind::Customers, &[&["customer_id"], &["customer_unique_id"], &["customer_zip_code_prefix"]], 2),
    (Kind::Products, &[&["product_id"], &["product_category_name"], &["product_photos_qty"]], 3),
    (Kind::Translation, &[&["product_category_name"], &["product_category_name_english"]], 2),
    (Kind::Unused, &[&["seller_id"], &["seller_zip_code_prefix"], &["seller_state"]], 3),
    (Kind::Unused, &[&["geolocation_zip_code_prefix"], &["geolocation_lat"], &["geolocation_lng"]], 2),
];

impl Kind {
    /// The table that a file with this head is.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        TABLES.iter().find(|(_, columns, least)| table::recognises(head, columns, *least)).map(|(kind, ..)| *kind)
    }
}

//! Bytes to records, one folder a format.
//!
//! Promises: a parser is a pure function of its bytes and its [`Context`]; it opens no file, asks no clock and never
//! panics. Every data row of a file ends up in exactly one place: a record, an issue, a duplicate or a skipped row
//! ([`Parsed::accounted_rows`]). Personal values become tokens here and go no further.
//!
//! A format is a folder with `mod.rs` (what it is, the rules for its odd cases), `parse.rs`, `write.rs` where we also
//! make the format, and `tests.rs`; its line in [`SOURCES`] is all that the rest of the product needs.

pub mod adyen_objects;
pub mod adyen_settlement;
pub mod alipay;
mod amazon_movement;
pub mod amazon_settlement;
pub mod amazon_transactions;
mod bank;
pub mod bank_csv;
pub mod camt053;
pub mod card_number;
mod content_key;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod corpus;
mod csv_line;
mod csv_rows;
mod days;
mod describe;
mod dialect;
pub mod ecb_rates;
mod fault;
mod fields;
mod json;
pub mod mapping;
pub mod mt940;
mod number;
mod number_style;
pub mod ofx;
pub mod olist;
mod once;
pub mod online_retail;
pub mod paypal_activity;
pub mod paypal_objects;
pub mod paypal_settlement;
mod pieces;
pub mod prices;
mod processor_line;
pub mod profile;
mod promise;
mod registry;
pub mod reviews;
mod running_balance;
#[cfg(test)]
mod samples;
pub mod shipments;
mod shop_table;
pub mod shopify_objects;
pub mod shopify_orders;
pub mod shopify_payments;
pub mod shopify_payouts;
pub mod source;
pub mod standard_event;
pub mod stock_movements;
pub mod stripe;
pub mod stripe_activity;
pub mod stripe_objects;
mod table;
pub mod tabular;
#[cfg(test)]
mod testing;
mod tie_out;
pub mod trial_balance;
mod unpack;
pub mod user_rates;
pub mod values;
pub mod wechat;
mod worded;
pub mod xbrl;
mod xml;
mod zoned_text;

pub use describe::{Description, Likeness, describe};
pub use pieces::{Piece, pieces};
pub use promise::kept_promises;
pub use registry::{SOURCES, recognise};
pub use source::{Context, Parsed, Personal, Source, SourceSettings};
pub use unpack::{MAX_UNPACKED_BYTES, Member, Original, OriginalKind, Refusal, digest, unpack};

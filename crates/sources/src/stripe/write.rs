//! Writes the report as Stripe spells it, for simulated worlds and goldens.

use super::category;
use crate::csv_line;
use domain::{Money, ProcessorCategory};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Columns in Stripe's order and spelling.
pub(crate) const COLUMNS: [&str; 18] = [
    "automatic_payout_id",
    "automatic_payout_effective_at_utc",
    "balance_transaction_id",
    "created_utc",
    "available_on_utc",
    "currency",
    "gross",
    "fee",
    "net",
    "reporting_category",
    "source_id",
    "description",
    "customer_id",
    "charge_id",
    "payment_intent_id",
    "customer_facing_amount",
    "customer_facing_currency",
    "payment_metadata[order_id]",
];

/// One movement. Times are written to the second; `gross`, `fee` and `net` share the currency of `gross`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// `po_…`; empty while no automatic payout has carried it.
    pub automatic_payout_id: String,
    /// When that payout reaches the bank.
    pub automatic_payout_effective_at_utc: Option<Timestamp>,
    /// `txn_…`, unique.
    pub balance_transaction_id: String,
    /// When the balance moved.
    pub created_utc: Timestamp,
    /// When the money may be paid out.
    pub available_on_utc: Timestamp,
    /// What moved.
    pub category: ProcessorCategory,
    /// Before Stripe's fee.
    pub gross: Money,
    /// Stripe's fee, positive when charged.
    pub fee: Money,
    /// `gross − fee`.
    pub net: Money,
    /// `ch_…`, `re_…`, `po_…`.
    pub source_id: String,
    /// Free text.
    pub description: String,
    /// `cus_…`; may be empty.
    pub customer_id: String,
    /// `ch_…`; may be empty.
    pub charge_id: String,
    /// `pi_…`; may be empty.
    pub payment_intent_id: String,
    /// What the buyer saw on the card.
    pub customer_facing: Option<Money>,
    /// The shop's order or invoice number; may be empty.
    pub order_id: String,
}

/// The file of these rows: UTF-8, a header, one line a row.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 256);
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        push_row(&mut out, row);
    }
    out
}

fn push_row(out: &mut Vec<u8>, row: &Row) {
    let facing_amount = row.customer_facing.map(amount).unwrap_or_default();
    let facing_currency = row.customer_facing.map(currency).unwrap_or_default();
    csv_line::push(
        out,
        &[
            &row.automatic_payout_id,
            &row.automatic_payout_effective_at_utc.map(time).unwrap_or_default(),
            &row.balance_transaction_id,
            &time(row.created_utc),
            &time(row.available_on_utc),
            &currency(row.gross),
            &amount(row.gross),
            &amount(row.fee),
            &amount(row.net),
            category::write(row.category),
            &row.source_id,
            &row.description,
            &row.customer_id,
            &row.charge_id,
            &row.payment_intent_id,
            &facing_amount,
            &facing_currency,
            &row.order_id,
        ],
    );
}

/// `2026-01-19 12:07:45`.
fn time(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn amount(money: Money) -> String {
    money.to_decimal().to_string()
}

/// Stripe writes currencies in lower case.
fn currency(money: Money) -> String {
    money.currency.code().to_ascii_lowercase()
}

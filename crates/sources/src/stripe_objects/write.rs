//! Writes movements as a list of balance transactions with their sources, for goldens.

use super::digits;
use crate::json::quoted;
use crate::stripe::{Row, reporting_word};
use domain::{Money, ProcessorCategory};

/// The answer of `GET /v1/balance_transactions?expand[]=data.source` for these movements, an object a line. What only
/// reports know (the payout) is left out.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let objects: Vec<String> = rows.iter().map(transaction).collect();
    format!("{{\"object\":\"list\",\"has_more\":false,\"data\":[\n{}\n]}}\n", objects.join(",\n")).into_bytes()
}

fn transaction(row: &Row) -> String {
    format!(
        "{{\"id\":{id},\"object\":\"balance_transaction\",\"amount\":{gross},\"created\":{created},\"currency\":{currency},\
         \"description\":{description},\"fee\":{fee},\"net\":{net},\"reporting_category\":\"{category}\",\
         \"source\":{source},\"status\":\"available\"}}",
        id = quoted(&row.balance_transaction_id),
        gross = minor(row.gross),
        created = row.created_utc.as_second(),
        currency = currency(row.gross),
        description = quoted(&row.description),
        fee = minor(row.fee),
        net = minor(row.net),
        category = reporting_word(row.category),
        source = source(row),
    )
}

fn source(row: &Row) -> String {
    let kind = match row.category {
        ProcessorCategory::Charge => "charge",
        ProcessorCategory::Refund => "refund",
        ProcessorCategory::Dispute | ProcessorCategory::DisputeReversal => "dispute",
        _ => return quoted(&row.source_id),
    };
    let shown = row.customer_facing.unwrap_or(row.gross);
    let charge = if kind == "charge" { String::new() } else { format!(",\"charge\":{}", quoted(&row.charge_id)) };
    format!(
        "{{\"id\":{id},\"object\":\"{kind}\",\"amount\":{amount},\"currency\":{currency},\"customer\":{customer},\
         \"metadata\":{{\"order_id\":{order}}}{charge}}}",
        id = quoted(&row.source_id),
        amount = minor(shown.abs()),
        currency = currency(shown),
        customer = quoted(&row.customer_id),
        order = quoted(&row.order_id),
    )
}

/// As Stripe counts minor units.
fn minor(money: Money) -> String {
    let scale = rust_decimal::Decimal::from(10_i64.pow(digits(money.currency)));
    (money.to_decimal() * scale).normalize().to_string()
}

fn currency(money: Money) -> String {
    quoted(&money.currency.code().to_ascii_lowercase())
}

//! Writes movements as an answer of the transaction search, for goldens.

use crate::json::quoted;
use crate::paypal_activity::Row;
use domain::Money;

/// The answer of `GET /v1/reporting/transactions?fields=all` for these movements, a transaction a line; `kind` gives the
/// event code of a row's words.
pub fn write(rows: &[Row], kind: impl Fn(&Row) -> &'static str) -> Vec<u8> {
    let details: Vec<String> = rows.iter().map(|row| transaction(row, kind(row))).collect();
    format!("{{\"transaction_details\":[\n{}\n],\"page\":1,\"total_pages\":1}}\n", details.join(",\n")).into_bytes()
}

fn transaction(row: &Row, code: &str) -> String {
    let payer = if row.gross.minor < 0 { &row.to } else { &row.from };
    format!(
        "{{\"transaction_info\":{{\"transaction_id\":{id},\"paypal_reference_id\":{reference},\
         \"transaction_event_code\":\"{code}\",\"transaction_initiation_date\":\"{at}\",\
         \"transaction_amount\":{gross},\"fee_amount\":{fee},\"transaction_status\":\"S\",\"invoice_id\":{invoice}}},\
         \"payer_info\":{{\"email_address\":{payer}}}}}",
        id = quoted(&row.transaction_id),
        reference = quoted(&row.reference),
        at = row.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        gross = money(row.gross),
        fee = money(-row.fee),
        invoice = quoted(&row.invoice_number),
        payer = quoted(payer),
    )
}

fn money(money: Money) -> String {
    format!("{{\"currency_code\":\"{}\",\"value\":\"{}\"}}", money.currency, money.to_decimal())
}

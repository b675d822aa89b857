//! Writes events of the balance platform, for goldens.

use super::digits;
use crate::json::quoted;
use domain::Money;
use jiff::Timestamp;
use rust_decimal::Decimal;

/// One transaction of a balance account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Unique.
    pub id: String,
    /// When it was booked, written to the second.
    pub booked: Timestamp,
    /// Signed.
    pub amount: Money,
    /// `bank`, `internal`, `platformPayment` …
    pub transfer: String,
    /// `BalanceAccount`, `AdyenFees` … of a platform payment; may be empty.
    pub platform_payment: String,
    /// The payment; may be empty.
    pub psp_payment_reference: String,
    /// The shop's order; may be empty.
    pub merchant_reference: String,
}

/// The bodies, one a line.
pub fn write(rows: &[Row]) -> Vec<u8> {
    rows.iter().map(event).collect::<String>().into_bytes()
}

fn event(row: &Row) -> String {
    let scale = Decimal::from(10_i64.pow(digits(row.amount.currency)));
    format!(
        "{{\"environment\":\"live\",\"type\":\"balancePlatform.transaction.created\",\"data\":{{\"id\":{id},\
         \"status\":\"booked\",\"balanceAccount\":{{\"id\":\"BA1\"}},\"amount\":{{\"currency\":\"{currency}\",\
         \"value\":{value}}},\"bookingDate\":\"{booked}\",\"transfer\":{{\"id\":\"3JN\",\"reference\":\"\",\
         \"categoryData\":{{\"type\":{transfer},\"platformPaymentType\":{platform},\"pspPaymentReference\":{psp},\
         \"paymentMerchantReference\":{order}}}}}}}}}\n",
        id = quoted(&row.id),
        currency = row.amount.currency,
        value = (row.amount.to_decimal() * scale).normalize(),
        booked = row.booked,
        transfer = quoted(&row.transfer),
        platform = quoted(&row.platform_payment),
        psp = quoted(&row.psp_payment_reference),
        order = quoted(&row.merchant_reference),
    )
}

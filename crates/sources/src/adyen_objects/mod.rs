//! Adyen's webhook bodies as JSON, and transactions of its balance platform saved from its interface.
//!
//! One body, a bare list, JSON Lines; standard notifications (`{"notificationItems":[{"NotificationRequestItem":…}]}`)
//! and events of the balance platform (`{"type":"balancePlatform.transaction.created","data":…}`). The rules:
//!
//! - Standard notifications (`AUTHORISATION`, `CAPTURE`, `REFUND`, `CHARGEBACK`, `REPORT_AVAILABLE`, …) say what was asked
//!   and granted, in gross: the balance moves when Adyen settles, less fees that only the settlement details report
//!   knows (`adyen_settlement`). They are skipped, or every payment would stand twice.
//! - A transaction of the balance platform is money of a balance account: the record `adyen-balance:<id>`. A merchant
//!   account's settlement report and a balance account's transactions are two balances, so neither doubles the other.
//!   `booked` is a fact, `pending` is skipped, another status is `UnknownValue`.
//! - By the transfer's `categoryData`: a `bank` transfer is a payout, whichever way; of a `platformPayment` the kinds
//!   that are fees (`AdyenCommission`, `SchemeFee`, …) are fees, `BalanceAccount` is a charge or, negative, a refund;
//!   everything else is an adjustment. No fee is taken off within a transaction, so net = gross.
//! - The transaction's instant is its `bookingDate`. `paymentMerchantReference` is the order reference,
//!   `pspPaymentReference` the charge.
//! - Amounts are whole minor units as Adyen counts them: of CLP and ISK hundredths, of CVE and IDR none,
//!   <https://docs.adyen.com/development-resources/currency-codes>.
//! - Other events of the platform (transfers, disputes, reports, accounts) move nothing by themselves, and are skipped.
//! - Nothing that is kept is personal.

mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Row, write};

use crate::json::{self, Envelope};
use crate::{Context, Parsed, Source};
use domain::{Currency, Digest};

const ENVELOPE: Envelope = Envelope { any: &["notificationItems", "data"], sole: &["NotificationRequestItem"] };

/// How many digits of an amount stand behind the point.
fn digits(currency: Currency) -> u32 {
    match currency.code() {
        "CLP" | "ISK" => 2,
        "CVE" | "IDR" => 0,
        _ => currency.minor_digits(),
    }
}

/// The format.
pub struct AdyenObjects;

impl Source for AdyenObjects {
    fn name(&self) -> &'static str {
        "adyen-objects"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let Some(keys) = json::top_keys(head) else { return false };
        let has = |wanted: &[&str]| wanted.iter().all(|wanted| keys.iter().any(|(key, _)| key == wanted));
        has(&["notificationItems"])
            || has(&["NotificationRequestItem"])
            || has(&["eventCode", "pspReference"])
            || has(&["environment", "data", "type"])
            || has(&["balanceAccount", "bookingDate", "amount"])
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

//! Objects to movements of a balance account.

use super::{ENVELOPE, digits};
use crate::fault::Fault;
use crate::json::{self, Fact, Object};
use crate::processor_line::{fee_alone, movement};
use crate::{Context, Parsed};
use domain::{Content, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine};
use jiff::Timestamp;

/// Kinds of platform payments that are Adyen's own price.
const FEES: [&str; 7] =
    ["AcquiringFees", "AdyenCommission", "AdyenFees", "AdyenMarkup", "Interchange", "PaymentFee", "SchemeFee"];

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let latest = context.latest();
    json::read(file, bytes, &ENVELOPE, "id", |object, _| {
        let is_transaction = object.object("balanceAccount").is_some() && object.object("amount").is_some();
        if !is_transaction || object.text("bookingDate").is_none() {
            return Vec::new();
        }
        fact(object, latest).transpose().into_iter().collect()
    })
}

/// The fact of a transaction; none while it is pending.
fn fact(transaction: &Object<'_>, latest: Timestamp) -> Result<Option<Fact>, Fault> {
    match transaction.needed("status")?.as_str() {
        "booked" => {}
        "pending" => return Ok(None),
        other => return Err(Fault::new(IssueRule::UnknownValue, "status", other)),
    }
    let id = transaction.needed("id")?;
    let at = transaction.instant("bookingDate", latest)?;
    let line = line(transaction)?;
    Ok(Some(Fact::new(format!("adyen-balance:{id}"), at, Content::Processor(line))))
}

fn line(transaction: &Object<'_>) -> Result<ProcessorLine, Fault> {
    let net = amount(transaction)?;
    let transfer = transaction.object("transfer");
    let about = transfer.as_ref().and_then(|transfer| transfer.object("categoryData"));
    let said = |name: &str| about.as_ref().and_then(|about| about.text(name));
    let kind = said("platformPaymentType");
    let category = category(said("type").as_deref(), kind.as_deref(), net.minor);
    let mut line = match category {
        ProcessorCategory::Fee => fee_alone(net, "value")?,
        _ => movement(category, net, Money::zero(net.currency), net),
    };
    line.charge = said("pspPaymentReference");
    line.order_reference = said("paymentMerchantReference");
    let name = transfer.as_ref().and_then(|transfer| transfer.text("id"));
    line.source_id = if category == ProcessorCategory::Charge { line.charge.clone() } else { name }.unwrap_or_default();
    line.description = transaction.text("description").or(kind).unwrap_or_default();
    Ok(line)
}

fn amount(transaction: &Object<'_>) -> Result<Money, Fault> {
    let missing = || Fault::new(IssueRule::MissingValue, "amount", "");
    let amount = transaction.object("amount").ok_or_else(missing)?;
    let currency = amount.currency("currency")?;
    amount.minor_amount("value", currency, digits(currency))
}

fn category(transfer: Option<&str>, platform: Option<&str>, minor: i64) -> ProcessorCategory {
    match (transfer, platform) {
        (Some("bank"), _) => ProcessorCategory::Payout,
        (Some("platformPayment"), Some(kind)) if FEES.contains(&kind) => ProcessorCategory::Fee,
        (Some("platformPayment"), Some("BalanceAccount")) if minor < 0 => ProcessorCategory::Refund,
        (Some("platformPayment"), Some("BalanceAccount")) => ProcessorCategory::Charge,
        _ => ProcessorCategory::Adjustment,
    }
}

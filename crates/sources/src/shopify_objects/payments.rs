//! Balance transactions of Shopify Payments, and payouts, which sum them up.

use crate::content_key::ContentKeys;
use crate::fault::Fault;
use crate::fields::check_net;
use crate::json::{Fact, Object};
use crate::processor_line::movement;
use crate::shopify_payments;
use domain::{Content, IssueRule, ProcessorCategory};
use jiff::Timestamp;
use rust_decimal::Decimal;

pub(super) fn fact(object: &Object<'_>, keys: &mut ContentKeys, latest: Timestamp) -> Result<Fact, Fault> {
    let at = object.instant("processed_at", latest)?;
    let word = object.needed("type")?;
    let category =
        shopify_payments::category(&word).ok_or_else(|| Fault::new(IssueRule::UnknownValue, "type", word.as_str()))?;
    let currency = object.currency("currency")?;
    let money = |name| object.amount(name, currency);
    let (gross, fee, net) = (money("amount")?, money("fee")?, money("net")?);
    check_net(gross, fee, net)?;
    let mut line = movement(category, gross, fee, net);
    line.payout = object.text("payout_id");
    line.source_id = match category {
        ProcessorCategory::Payout => line.payout.clone().or_else(|| object.text("source_id")),
        _ => object.text("source_id"),
    }
    .unwrap_or_default();
    line.charge = shopify_payments::about_a_charge(category).then(|| object.text("source_order_id")).flatten();
    line.description = object.text("source_type").unwrap_or(word);
    Ok(Fact::new(shopify_payments::name(keys, at, &line), at, Content::Processor(line)))
}

/// What a payout's summary says of its gross amounts and fees must make its amount.
pub(super) fn check_payout(payout: &Object<'_>) -> Result<(), Fault> {
    let currency = payout.currency("currency")?;
    let amount = payout.amount("amount", currency)?.to_decimal();
    let missing = || Fault::new(IssueRule::MissingValue, "summary", "");
    let summary = payout.object("summary").ok_or_else(missing)?;
    let mut sum = Decimal::ZERO;
    for part in ["adjustments", "charges", "refunds", "reserved_funds", "retried_payouts"] {
        sum += summary.amount_or_zero(&format!("{part}_gross_amount"), currency)?.to_decimal();
        sum -= summary.amount_or_zero(&format!("{part}_fee_amount"), currency)?.to_decimal();
    }
    if sum == amount {
        return Ok(());
    }
    let value = format!("the summary makes {sum}, not {amount}: {} apart", sum - amount);
    Err(Fault::new(IssueRule::IdentityBroken, "amount", value))
}

//! Captures, refunds and sales, as webhooks and orders carry them.

use super::transaction::money;
use crate::Context;
use crate::fault::Fault;
use crate::json::{Fact, Object};
use crate::paypal_activity::{Kind, customer_of};
use crate::processor_line::{money_of, movement};
use domain::{Content, IssueRule, Money, ProcessorCategory, ProcessorLine};

/// Statuses of money that has moved.
const MOVED: [&str; 3] = ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"];

/// The fact of a capture or, with the category `back`, of a refund; none where it is neither, or no money has moved.
pub(super) fn fact(
    object: &Object<'_>,
    payer: Option<&str>,
    back: ProcessorCategory,
    context: &mut Context<'_>,
) -> Result<Option<Fact>, Fault> {
    let (breakdown, category) =
        match (object.object("seller_receivable_breakdown"), object.object("seller_payable_breakdown")) {
            (Some(breakdown), _) => (breakdown, ProcessorCategory::Charge),
            (None, Some(breakdown)) => (breakdown, back),
            (None, None) => return Ok(None),
        };
    let moved = object.text("status").is_none_or(|status| MOVED.contains(&status.as_str()));
    if !moved || breakdown.object("paypal_fee_in_receivable_currency").is_some() {
        return Ok(None);
    }
    let (gross, fee) = amounts(&breakdown)?;
    let charge = if category == ProcessorCategory::Charge { None } else { captured(object) };
    let moved = Moved { gross, fee, category, charge, order: object.text("invoice_id") };
    moved.fact(object, payer, context).map(Some)
}

/// The fact of a sale of payments v1.
pub(super) fn sale(object: &Object<'_>, context: &mut Context<'_>) -> Result<Option<Fact>, Fault> {
    let (Some(amount), Some(fee)) = (object.object("amount"), object.object("transaction_fee")) else {
        return Ok(None);
    };
    if amount.text("total").is_none() || object.text("state").is_none_or(|state| state != "completed") {
        return Ok(None);
    }
    let currency = amount.currency("currency")?;
    let gross = amount.amount("total", currency)?;
    let fee = fee.amount("value", currency)?;
    let order = object.text("invoice_number");
    let moved = Moved { gross, fee, category: ProcessorCategory::Charge, charge: None, order };
    moved.fact(object, None, context).map(Some)
}

/// Gross and fee of a breakdown, checked against its net.
fn amounts(breakdown: &Object<'_>) -> Result<(Money, Money), Fault> {
    let gross =
        money(breakdown, "gross_amount")?.ok_or_else(|| Fault::new(IssueRule::MissingValue, "gross_amount", ""))?;
    let fee = money(breakdown, "paypal_fee")?.unwrap_or(Money::zero(gross.currency));
    let mut left = i128::from(gross.minor) - i128::from(fee.minor);
    for platform in breakdown.list("platform_fees") {
        left -= money(&platform, "amount")?.map_or(0, |fee| i128::from(fee.minor));
    }
    match money(breakdown, "net_amount")? {
        Some(net) if i128::from(net.minor) != left || fee.currency != gross.currency => {
            let value = format!("{gross} less its fees is not {net}");
            Err(Fault::new(IssueRule::IdentityBroken, "net_amount", value))
        }
        _ => Ok((gross, fee)),
    }
}

/// The capture that a refund's link `up` names.
fn captured(refund: &Object<'_>) -> Option<String> {
    let up = refund.list("links").into_iter().find(|link| link.text("rel").as_deref() == Some("up"))?;
    Some(up.text("href")?.rsplit('/').next()?.to_owned())
}

/// What has moved, sizes without signs.
struct Moved {
    gross: Money,
    fee: Money,
    category: ProcessorCategory,
    charge: Option<String>,
    order: Option<String>,
}

impl Moved {
    fn fact(self, object: &Object<'_>, payer: Option<&str>, context: &mut Context<'_>) -> Result<Fact, Fault> {
        let id = object.needed("id")?;
        let at = object.instant("create_time", context.latest())?;
        let mut line = self.line()?;
        line.charge = if line.category == ProcessorCategory::Charge { Some(id.clone()) } else { self.charge };
        line.order_reference = self.order;
        line.customer = payer.and_then(|payer| customer_of(&line, Kind::Payment, payer, context));
        line.source_id.clone_from(&id);
        Ok(Fact::new(format!("paypal:{id}"), at, Content::Processor(line)))
    }

    /// With the balance's signs: what goes back is negative, and so is the fee that comes back.
    fn line(&self) -> Result<ProcessorLine, Fault> {
        let sign = if self.category == ProcessorCategory::Charge { 1 } else { -1 };
        let (gross, fee) = (sign * i128::from(self.gross.minor), sign * i128::from(self.fee.minor));
        let money = |minor| money_of(minor, self.gross, "gross_amount");
        Ok(movement(self.category, money(gross)?, money(fee)?, money(gross - fee)?))
    }
}

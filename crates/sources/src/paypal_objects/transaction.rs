//! Transactions as the search gives them.

use crate::Context;
use crate::fault::Fault;
use crate::json::{Fact, Object};
use crate::paypal_activity::{Kind, category, customer_of, event_kind};
use crate::processor_line::{money_of, movement};
use domain::{Content, IssueRule, Money, ProcessorCategory, ProcessorLine};

/// The fact; none where no money has moved.
pub(super) fn fact(
    info: &Object<'_>,
    payer: Option<&Object<'_>>,
    context: &mut Context<'_>,
) -> Result<Option<Fact>, Fault> {
    if !has_moved(info)? {
        return Ok(None);
    }
    let id = info.needed("transaction_id")?;
    let at = info.instant("transaction_initiation_date", context.latest())?;
    let code = info.needed("transaction_event_code")?;
    let unknown = || Fault::new(IssueRule::UnknownValue, "transaction_event_code", code.as_str());
    let kind = event_kind(&code).ok_or_else(unknown)?;
    let mut line = line(info, kind)?;
    line.source_id.clone_from(&id);
    line.charge =
        if line.category == ProcessorCategory::Charge { Some(id.clone()) } else { info.text("paypal_reference_id") };
    line.order_reference = info.text("invoice_id");
    line.description = code;
    let address = payer.and_then(|payer| payer.text("email_address"));
    line.customer = address.and_then(|address| customer_of(&line, kind, &address, context));
    let side = if kind == Kind::Conversion { format!("/{}", line.gross.currency) } else { String::new() };
    Ok(Some(Fact::new(format!("paypal:{id}{side}"), at, Content::Processor(line))))
}

fn has_moved(info: &Object<'_>) -> Result<bool, Fault> {
    match info.text("transaction_status").as_deref() {
        None | Some("S" | "V" | "F") => Ok(true),
        Some("P" | "D") => Ok(false),
        Some(other) => Err(Fault::new(IssueRule::UnknownValue, "transaction_status", other)),
    }
}

fn line(info: &Object<'_>, kind: Kind) -> Result<ProcessorLine, Fault> {
    let gross = money(info, "transaction_amount")?
        .ok_or_else(|| Fault::new(IssueRule::MissingValue, "transaction_amount", ""))?;
    let taken = money(info, "fee_amount")?.unwrap_or(Money::zero(gross.currency));
    if taken.currency != gross.currency {
        return Err(Fault::new(IssueRule::InvalidCurrency, "fee_amount", taken.currency.code()));
    }
    let fee = money_of(-i128::from(taken.minor), gross, "fee_amount")?;
    let net = money_of(i128::from(gross.minor) - i128::from(fee.minor), gross, "transaction_amount")?;
    Ok(movement(category(kind, gross.minor), gross, fee, net))
}

/// `{"currency_code":"USD","value":"10.00"}`.
pub(super) fn money(object: &Object<'_>, name: &str) -> Result<Option<Money>, Fault> {
    let Some(money) = object.object(name) else { return Ok(None) };
    let currency = money.currency("currency_code")?;
    money.amount("value", currency).map(Some)
}

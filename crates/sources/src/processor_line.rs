//! What formats of payment processors share.

use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::table::trimmed;
use domain::{IssueRule, Money, ProcessorCategory, ProcessorLine};
use jiff::Timestamp;

/// A movement of which no more is known than what it moved.
pub(crate) fn movement(category: ProcessorCategory, gross: Money, fee: Money, net: Money) -> ProcessorLine {
    ProcessorLine {
        category,
        gross,
        fee,
        net,
        source_id: String::new(),
        charge: None,
        payout: None,
        payout_at: None,
        order_reference: None,
        customer: None,
        description: String::new(),
        presentment: None,
    }
}

/// What was charged for the processor's own work: no gross, `net` is the fee with the other sign.
pub(crate) fn fee_alone(net: Money, column: &str) -> Result<ProcessorLine, Fault> {
    Ok(movement(ProcessorCategory::Fee, Money::zero(net.currency), negative(net, column)?, net))
}

/// The amount with the other sign.
pub(crate) fn negative(money: Money, column: &str) -> Result<Money, Fault> {
    money_of(-i128::from(money.minor), money, column)
}

/// A sum of minor units in the currency of `like`.
pub(crate) fn money_of(minor: i128, like: Money, column: &str) -> Result<Money, Fault> {
    let minor = i64::try_from(minor).map_err(|_| Fault::new(IssueRule::AmountOverflow, column, minor.to_string()))?;
    Ok(Money::new(minor, like.currency))
}

/// A field that may be blank or absent.
pub(crate) fn optional(row: &Row<'_>, index: Option<usize>) -> Option<String> {
    let text = trimmed(row.text(index?));
    (!text.is_empty()).then(|| text.into_owned())
}

/// The instant, unless it is no time or too far ahead.
pub(crate) fn dated(at: Option<Timestamp>, latest: Timestamp, column: &str, text: &str) -> Result<Timestamp, Fault> {
    match at {
        None => Err(Fault::new(IssueRule::InvalidTime, column, text)),
        Some(at) if at > latest => Err(Fault::new(IssueRule::DateInFuture, column, text)),
        Some(at) => Ok(at),
    }
}

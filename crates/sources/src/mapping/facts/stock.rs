//! A row to a movement of stock, by the rules of the built-in stock movements.
//!
//! Columns for in (`credit`) and out (`debit`), or one `quantity`: with its sign, or by the reason where the mapping says
//! `sign = "by-reason"`.

use super::{Fact, by_key};
use crate::Context;
use crate::fault::Fault;
use crate::mapping::meaning::Meaning;
use crate::mapping::read::Reading;
use crate::mapping::words::{Word, reason_of, word};
use crate::mapping::{Fields, Sign};
use crate::stock_movements::by_content;
use domain::{Content, IssueRule, StockMovement, StockReason, UnitCost};

pub(super) fn movement(reading: &Reading<'_>, fields: &Fields<'_>, context: &mut Context<'_>) -> Result<Fact, Fault> {
    let at = reading.at(fields, context)?;
    let (reason, leaves) = match word(fields, Meaning::Category, reason_of)? {
        Some(Word::Stock(reason, leaves)) => (reason, leaves),
        _ => (StockReason::Adjustment, false),
    };
    let unit_cost = match fields.number(Meaning::Cost)? {
        Some((amount, _)) => Some(UnitCost { amount, currency: reading.currency(fields, context)? }),
        None => None,
    };
    let movement = StockMovement {
        stock_code: fields.needed(Meaning::Product)?.0.to_owned(),
        location: fields.text(Meaning::Location).unwrap_or_default().to_owned(),
        quantity: quantity(reading.mapping.sign, fields, leaves)?,
        reason,
        unit_cost,
        reference: fields.text(Meaning::Reference).unwrap_or_default().to_owned(),
    };
    let called = by_key(reading, fields, by_content(&movement, at));
    Ok((called, at, Content::StockMovement(movement)))
}

fn quantity(sign: Sign, fields: &Fields<'_>, leaves: bool) -> Result<i64, Fault> {
    let moved = if fields.mapping.column(Meaning::Quantity).is_some() {
        fields.needed(Meaning::Quantity)?;
        fields.whole(Meaning::Quantity)?
    } else {
        let (out, into) = (fields.whole(Meaning::Debit)?, fields.whole(Meaning::Credit)?);
        if out.is_none() && into.is_none() {
            return Err(Fault::new(IssueRule::MissingValue, "debit, credit", ""));
        }
        let out = out.unwrap_or_default().checked_abs();
        let net = out.and_then(|out| into.unwrap_or_default().checked_sub(out));
        Some(net.ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "debit, credit", ""))?)
    };
    let turned = match sign {
        Sign::Signed => false,
        Sign::Negated => true,
        Sign::ByReason => leaves,
    };
    let moved = moved.unwrap_or_default();
    let moved = if turned { moved.checked_neg() } else { Some(moved) };
    moved.ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "quantity", ""))
}

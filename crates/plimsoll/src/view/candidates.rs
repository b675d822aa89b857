//! What comes nearest to explaining an exception, and why it does not: among what is left on the other side.

use super::{MoneyView, Reporting};
use crate::work::told;
use domain::{Exception, ExceptionRule as Rule, Status};
use jiff::Timestamp;
use serde::Serialize;
use store::{ExceptionFilter, Reader, StoreError};

/// Candidates that are named.
const NEAREST: usize = 3;

/// A record on the other side that is left over, too.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CandidateView {
    /// The record.
    pub record: String,
    /// The rule that it breaks.
    pub rule: &'static str,
    /// What is left of it.
    pub left: MoneyView,
    /// When it happened.
    pub at: String,
    /// Why it does not settle the exception.
    pub why_not: String,
}

/// What the other side of an exception is.
fn other_side(rule: Rule) -> &'static [Rule] {
    match rule {
        Rule::OrderWithoutPayment | Rule::OrderUnderpaid => &[Rule::PaymentWithoutOrder],
        Rule::PaymentWithoutOrder | Rule::DuplicateCharge => &[Rule::OrderWithoutPayment, Rule::OrderUnderpaid],
        Rule::RefundWithoutCreditNote | Rule::RefundExceedsPayment | Rule::RefundWithoutPayment => {
            &[Rule::CreditNoteWithoutRefund]
        }
        Rule::CreditNoteWithoutRefund => &[Rule::RefundWithoutCreditNote],
        Rule::PayoutShort | Rule::PayoutMissing | Rule::SettlementLineMissing => &[Rule::BankLineUnexplained],
        // The other side is there; what differs is its amount.
        Rule::RoundingDifference | Rule::InstalmentInterest | Rule::SellerPaymentUnexplained => &[],
        Rule::BankLineUnexplained => &[Rule::PayoutMissing, Rule::PayoutShort],
    }
}

/// The nearest by money, then by time.
///
/// # Errors
/// As the reader.
pub fn nearest(reader: &Reader, reporting: &Reporting<'_>, of: &Exception) -> Result<Vec<CandidateView>, StoreError> {
    let mut found = Vec::new();
    for rule in other_side(of.rule) {
        let filter = ExceptionFilter {
            rule: Some(*rule),
            status: Some(Status::Open),
            limit: u32::MAX,
            ..ExceptionFilter::default()
        };
        found.extend(reader.exceptions(&filter)?);
    }
    let wanted = told(&reporting.exception(of, None)?.money_at_risk);
    let mut near = Vec::new();
    for other in found {
        let view = reporting.exception(&other, None)?;
        let gap = wanted.zip(told(&view.money_at_risk)).map(|(wanted, left)| (wanted - left).unsigned_abs());
        near.push(((gap.unwrap_or(u128::MAX), days(of.at, other.at).abs(), other.id.clone()), other, view));
    }
    near.sort_by(|a, b| a.0.cmp(&b.0));
    let candidate = |(_, other, view): (_, Exception, super::ExceptionView)| CandidateView {
        record: view.record,
        rule: view.rule,
        left: view.money_at_risk,
        at: view.at,
        why_not: why_not(of, &other),
    };
    Ok(near.into_iter().take(NEAREST).map(candidate).collect())
}

fn days(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()).div_euclid(86_400)
}

/// The differences that keep the two apart, in words.
fn why_not(of: &Exception, other: &Exception) -> String {
    let mut reasons = Vec::new();
    let (wanted, left) = (of.money_at_risk, other.money_at_risk);
    if wanted.currency != left.currency {
        reasons.push(format!("it is of {}, not {}", left.currency, wanted.currency));
    } else if wanted.minor != left.minor {
        let gap = MoneyView::new(i128::from(left.minor) - i128::from(wanted.minor), wanted.currency);
        let side = if gap.minor > 0 { "more" } else { "less" };
        reasons.push(format!("{} {} {side}", gap.unsigned().text, gap.currency));
    }
    match days(of.at, other.at) {
        0 => {}
        days if days > 0 => reasons.push(format!("{days} days later")),
        days => reasons.push(format!("{} days earlier", -days)),
    }
    if reasons.is_empty() {
        reasons.push("neither names the other, nor is it known that one person is behind both".to_owned());
    }
    reasons.join(", ")
}

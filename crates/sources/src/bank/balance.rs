//! Whether the lines of a statement lead from its opening balance to its closing one.

use crate::fault::Fault;
use domain::{IssueRule, Money};

/// Opening + lines = closing, or an `IdentityBroken` of `column` that names the difference. Amounts in several
/// currencies have no sum, so there is nothing to check.
pub(crate) fn check(opening: Money, lines: &[Money], closing: Money, column: &str) -> Result<(), Fault> {
    let one_currency = lines.iter().chain([&closing]).all(|amount| amount.currency == opening.currency);
    let sum: i128 = lines.iter().chain([&opening]).map(|amount| i128::from(amount.minor)).sum();
    let difference = i128::from(closing.minor) - sum;
    if !one_currency || difference == 0 {
        return Ok(());
    }
    let sign = if difference > 0 { "above" } else { "below" };
    let size = i64::try_from(difference.unsigned_abs()).unwrap_or(i64::MAX);
    let text = format!("closing balance {} {sign} opening balance and lines", Money::new(size, closing.currency));
    Err(Fault::new(IssueRule::IdentityBroken, column, text))
}

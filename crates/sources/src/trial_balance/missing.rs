//! Why a trial balance does not balance: what bookkeepers look for, in their order.
//!
//! Example: debits of 120.00 against credits of 100.00, where the total row says 120.00 of both: a credit of 20.00 is
//! missing.

use domain::{Currency, Money, TrialBalanceLine};

/// What the total row says, where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Totals {
    pub(super) debits: Option<Money>,
    pub(super) credits: Option<Money>,
}

/// Words of the accounts that a result goes to.
const RESULT: [&str; 14] = [
    "retained",
    "profit",
    "net income",
    "result",
    "gewinn",
    "ergebnis",
    "jahresüberschuss",
    "resultado",
    "resultados",
    "lucro",
    "capital",
    "equity",
    "利润",
    "权益",
];

/// The difference of one currency in words, with the most likely reason where something tells it.
pub(super) fn explain(lines: &[TrialBalanceLine], difference: Money, totals: Totals) -> String {
    let side = if difference.minor > 0 { "debits exceed credits" } else { "credits exceed debits" };
    let size = difference.abs();
    let reason = total_row(lines, size.currency, totals)
        .or_else(|| wrong_side(lines, difference))
        .or_else(|| one_sided(lines, difference))
        .or_else(|| no_result(lines))
        .or_else(|| digits(size));
    let reason = reason.unwrap_or_else(|| "nothing tells which account is to blame".to_owned());
    format!("{side} by {size}: {reason}")
}

/// The total row knows what was there.
fn total_row(lines: &[TrialBalanceLine], currency: Currency, totals: Totals) -> Option<String> {
    let [debits, credits] = sides(lines, currency);
    let told = [("debit", debits, totals.debits), ("credit", credits, totals.credits)];
    told.into_iter().find_map(|(name, read, told)| {
        let missing = told.filter(|told| told.currency == currency)?.minor.checked_sub(read)?;
        let what = if missing > 0 { "is missing" } else { "is one too many" };
        (missing != 0).then(|| {
            format!(
                "the total row has {}, so a {name} of {} {what}",
                told_total(told),
                Money::new(missing, currency).abs()
            )
        })
    })
}

fn told_total(told: Option<Money>) -> String {
    told.map(|told| told.to_string()).unwrap_or_default()
}

/// Sums of the debits and of the credits, both positive.
pub(super) fn sides(lines: &[TrialBalanceLine], currency: Currency) -> [i64; 2] {
    let of = |wanted: i64| {
        let amounts = lines.iter().map(|line| line.amount).filter(|amount| amount.currency == currency);
        amounts.filter(|amount| amount.minor.signum() == wanted).fold(0_i64, |sum, a| sum.saturating_add(a.abs().minor))
    };
    [of(1), of(-1)]
}

/// One account of half the difference, on the side that is too large.
fn wrong_side(lines: &[TrialBalanceLine], difference: Money) -> Option<String> {
    let half = (difference.minor % 2 == 0).then_some(difference.minor / 2)?;
    let line = only(lines, Money::new(half, difference.currency))?;
    Some(format!("{} likely stands on the wrong side", name(line)))
}

/// One account of just the difference.
fn one_sided(lines: &[TrialBalanceLine], difference: Money) -> Option<String> {
    let line = only(lines, difference)?;
    Some(format!("likely {} comes twice, or what stands against it is missing", name(line)))
}

/// The one account with this balance.
fn only(lines: &[TrialBalanceLine], amount: Money) -> Option<&TrialBalanceLine> {
    let mut found = lines.iter().filter(|line| line.amount == amount);
    let line = found.next()?;
    found.next().is_none().then_some(line)
}

fn no_result(lines: &[TrialBalanceLine]) -> Option<String> {
    let named: Vec<String> = lines.iter().map(|line| line.account_name.to_lowercase()).collect();
    let has = named.iter().any(|name| RESULT.iter().any(|word| name.contains(word)));
    let are_named = named.iter().any(|name| !name.is_empty());
    (are_named && !has).then(|| "no account of equity or result is there; likely that is missing".to_owned())
}

/// Two digits that changed places make a difference that nine divides.
fn digits(size: Money) -> Option<String> {
    (size.minor % 9 == 0).then(|| "nine divides it, so likely two digits changed places".to_owned())
}

fn name(line: &TrialBalanceLine) -> String {
    let name = [line.account_code.as_str(), line.account_name.as_str()].join(" ");
    format!("account `{}`", name.trim())
}

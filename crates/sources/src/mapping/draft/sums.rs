//! Sums that hold between the columns of a table: they say what columns mean better than names do.

use super::facts::Facts;
use crate::values::share_of;
use rust_decimal::Decimal;

/// Share of rows in which a sum must hold to be one.
const HOLDS: f64 = 0.95;
/// Rows that show it; fewer may be chance.
const LEAST_ROWS: usize = 3;
/// Columns that are tried, first ones first: triples grow with their cube.
const MOST_COLUMNS: usize = 12;

/// Three columns of which `gross − fee = net`, or `gross + fee = net` where fees are written negative.
pub(super) fn gross_fee_net(facts: &[Facts]) -> Option<([usize; 3], f64)> {
    let numbers = number_columns(facts);
    let mut best: Option<([usize; 3], f64)> = None;
    for (&gross, &fee) in numbers.iter().flat_map(|gross| numbers.iter().map(move |fee| (gross, fee))) {
        for &net in numbers.iter().filter(|net| **net != gross && **net != fee && gross != fee) {
            let Some(share) = holds(&facts[gross], &facts[fee], &facts[net]) else { continue };
            if share >= HOLDS && best.is_none_or(|(_, known)| share > known) {
                best = Some(([gross, fee, net], share));
            }
        }
    }
    best
}

/// How often the sum holds; none where a fee is not small beside what it is taken from or is always nought or one, as
/// flags are, or too few rows show it.
fn holds(gross: &Facts, fee: &Facts, net: &Facts) -> Option<f64> {
    let (mut rows, mut sound, mut small, mut is_flag) = (0, 0, 0, true);
    for ((gross, fee), net) in gross.column.iter().zip(&fee.column).zip(&net.column) {
        let (Some(gross), Some(fee), Some(net)) = (gross, fee, net) else { continue };
        if fee.is_zero() {
            continue;
        }
        is_flag &= *fee == Decimal::ONE;
        rows += 1;
        sound += usize::from(gross - fee == *net || gross + fee == *net);
        small += usize::from(fee.abs() < gross.abs() / Decimal::TWO);
    }
    (!is_flag && rows >= LEAST_ROWS && share_of(small, rows) > 0.8).then(|| share_of(sound, rows))
}

/// An amount and the balance that it leads to, in either order of the rows.
pub(super) fn running_balance(facts: &[Facts]) -> Option<([usize; 2], f64)> {
    let numbers = number_columns(facts);
    let pairs = numbers.iter().flat_map(|amount| numbers.iter().map(move |balance| [*amount, *balance]));
    let told = pairs.filter(|[amount, balance]| amount != balance).filter_map(|[amount, balance]| {
        let share = [false, true].map(|newest_first| leads(&facts[amount], &facts[balance], newest_first));
        let share = share[0].max(share[1]);
        (share >= HOLDS).then_some(([amount, balance], share))
    });
    told.max_by(|a, b| a.1.total_cmp(&b.1))
}

fn leads(amount: &Facts, balance: &Facts, newest_first: bool) -> f64 {
    let (mut rows, mut sound) = (0, 0);
    for at in 1..balance.column.len() {
        let (before, after) = if newest_first { (at, at - 1) } else { (at - 1, at) };
        let (Some(before), Some(told), Some(moved)) =
            (balance.column[before], balance.column[after], amount.column[after])
        else {
            continue;
        };
        rows += 1;
        sound += usize::from(before + moved == told && !moved.is_zero());
    }
    if rows < LEAST_ROWS { 0.0 } else { share_of(sound, rows) }
}

/// Two columns of which every row fills one, or has nought in the other.
pub(super) fn one_of_each(debit: &Facts, credit: &Facts) -> bool {
    let is_there = |number: &Option<Decimal>| number.is_some_and(|number| !number.is_zero());
    debit.column.iter().zip(&credit.column).all(|(out, come)| !(is_there(out) && is_there(come)))
}

/// Whether a debit and a credit column have the same sum, as the sides of a trial balance have.
pub(super) fn is_level(debit: &Facts, credit: &Facts) -> bool {
    let sum = |facts: &Facts| facts.column.iter().flatten().try_fold(Decimal::ZERO, |sum, n| sum.checked_add(*n));
    debit.column.len() >= LEAST_ROWS && sum(debit).is_some_and(|total| !total.is_zero()) && sum(debit) == sum(credit)
}

/// How often a number lies between two others; none where too few rows have all three.
pub(super) fn lies_between(low: &Facts, number: &Facts, high: &Facts) -> Option<f64> {
    let (mut rows, mut sound) = (0, 0);
    for ((low, number), high) in low.column.iter().zip(&number.column).zip(&high.column) {
        let (Some(low), Some(number), Some(high)) = (low, number, high) else { continue };
        rows += 1;
        sound += usize::from(low <= number && number <= high);
    }
    (rows >= LEAST_ROWS).then(|| share_of(sound, rows))
}

fn number_columns(facts: &[Facts]) -> Vec<usize> {
    let is_number = |facts: &Facts| facts.numbers > 0.95 && facts.different > 1;
    facts.iter().enumerate().filter(|(_, facts)| is_number(facts)).map(|(at, _)| at).take(MOST_COLUMNS).collect()
}

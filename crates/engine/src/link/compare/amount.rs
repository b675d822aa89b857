//! Amounts: equal, or different as a fee or an exchange would make them. For comparing only: no money is made of it.

use super::column::{Distinct, ratio_log, single};
use crate::link::table::Rows;
use rust_decimal::Decimal;

pub(super) const NAMES: [&str; 6] =
    ["equal", "rarity where equal", "log ratio", "log ratio size", "same sign", "fee share"];

/// The largest share of an amount that is still taken for a fee.
const LARGEST_FEE: f64 = 0.1;

/// A field of amounts.
#[derive(Debug)]
pub(super) struct AmountColumn(Distinct<f64>);

impl AmountColumn {
    pub(super) fn new(left: &Rows, right: &Rows, field: usize) -> Self {
        Self(Distinct::new(left, right, field, read))
    }

    pub(super) fn push(&self, pair: (u32, u32), row: &mut Vec<f32>) {
        match self.0.both(pair) {
            None => row.extend([f32::NAN; NAMES.len()]),
            Some((left, right)) => row.extend(self.features(left, right)),
        }
    }

    fn features(&self, left: u32, right: u32) -> [f32; NAMES.len()] {
        let (one, other) = (*self.0.value(left), *self.0.value(right));
        let is_equal = (one - other).abs() < 1e-9;
        let rarity = if is_equal { self.0.rarity(left).min(self.0.rarity(right)) } else { 0.0 };
        let log = if one == 0.0 || other == 0.0 { f32::NAN } else { ratio_log(other.abs(), one.abs()) };
        let is_same_sign = (one >= 0.0) == (other >= 0.0);
        // What is missing of the first amount, as far as a fee would take it.
        let short = (one.abs() - other.abs()) / one.abs().max(f64::MIN_POSITIVE);
        let fee = if (0.0..=LARGEST_FEE).contains(&short) { short } else { f64::NAN };
        [bit(is_equal), rarity, log, log.abs(), bit(is_same_sign), single(fee)]
    }
}

fn bit(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// The number in a value such as `$ 1,299.00`, `8.10 %` or `-12.5 EUR`; of several, the first.
pub(in crate::link) fn read(text: &str) -> Option<f64> {
    let (is_negative, digits) = number(text)?;
    let value: f64 = digits.parse().ok()?;
    Some(if is_negative { -value } else { value })
}

/// The same to the last digit.
pub(in crate::link) fn read_exactly(text: &str) -> Option<Decimal> {
    let (is_negative, digits) = number(text)?;
    let value: Decimal = digits.parse().ok()?;
    Some(if is_negative { -value } else { value })
}

/// Whether it is below zero, and its digits with a point.
fn number(text: &str) -> Option<(bool, String)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let is_negative = text[..start].contains(['-', '−', '(']);
    let digits: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .filter(|c| *c != ',')
        .collect();
    Some((is_negative, digits.trim_end_matches('.').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_shops_write_them() {
        for (text, value) in
            [("$ 1,299.00", Some(1299.0)), ("8.10 %", Some(8.1)), ("-12.5 EUR", Some(-12.5)), ("gbp", None)]
        {
            assert_eq!(read(text), value, "{text}");
            assert_eq!(read_exactly(text).map(|exact| exact.to_string().parse().unwrap()), value, "{text}");
        }
    }
}

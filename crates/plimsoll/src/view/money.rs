//! Money as it is shown.

use domain::{Currency, Money};
use serde::Serialize;

/// An amount: exact for machines, grouped for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MoneyView {
    /// Signed minor units; sums may be beyond 64 bits.
    pub minor: i128,
    /// ISO 4217.
    pub currency: String,
    /// Major units with every digit and groups of three, for example `-1,234.50`.
    pub text: String,
}

impl MoneyView {
    /// A sum of minor units.
    pub fn new(minor: i128, currency: Currency) -> Self {
        Self { minor, currency: currency.code().to_owned(), text: text(minor, currency.minor_digits()) }
    }
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self::new(i128::from(money.minor), money.currency)
    }
}

fn text(minor: i128, digits: u32) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let scale = 10_u128.pow(digits);
    let (major, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
    let major = grouped(major);
    match digits {
        0 => format!("{sign}{major}"),
        digits => format!("{sign}{major}.{rest:0width$}", width = digits as usize),
    }
}

/// `1,234,567`.
pub(crate) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_shown_in_groups_of_three() {
        for (minor, code, text) in [
            (0, "GBP", "0.00"),
            (-5, "GBP", "-0.05"),
            (123_450, "GBP", "1,234.50"),
            (-100_000_000, "EUR", "-1,000,000.00"),
            (1_234, "JPY", "1,234"),
            (1_234_567, "KWD", "1,234.567"),
        ] {
            assert_eq!(MoneyView::new(minor, Currency::from_code(code).unwrap()).text, text);
        }
    }
}

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
    /// The same in the reporting currency; none where it is that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporting: Option<ReportingView>,
}

/// An amount in the reporting currency, or why there is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each says what it is")]
pub enum ReportingView {
    Converted(Converted),
    NotConverted(NotConverted),
}

/// An amount in the reporting currency, and by which rate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Converted {
    /// Signed minor units, rounded half to even, once.
    pub minor: i128,
    /// ISO 4217.
    pub currency: String,
    /// As in [`MoneyView`].
    pub text: String,
    /// Units of the reporting currency that one unit of the original is.
    pub rate: String,
    /// The day of the rate.
    pub rate_date: String,
    /// Whose rate it is.
    pub provider: &'static str,
}

impl From<Money> for Converted {
    fn from(money: Money) -> Self {
        let MoneyView { minor, currency, text, .. } = money.into();
        Self { minor, currency, text, rate: String::new(), rate_date: String::new(), provider: "" }
    }
}

/// Why an amount is not told in the reporting currency, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyNot {
    /// Nobody quotes both currencies in the week before.
    NotQuoted,
    /// There is a rate, and the figure is beyond 64 bits.
    TooLarge,
    /// There is a rate by now; there was none when the sale was scored.
    RateCameLater,
}

/// Why an amount is not told in the reporting currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NotConverted {
    /// What it was wanted in.
    pub currency: String,
    /// When it was wanted.
    pub day: String,
    /// In a word, for pages in other languages.
    #[serde(skip)]
    pub why: WhyNot,
    /// In a sentence.
    pub missing: String,
}

impl MoneyView {
    /// A sum of minor units.
    pub fn new(minor: i128, currency: Currency) -> Self {
        Self {
            minor,
            currency: currency.code().to_owned(),
            text: text(minor, currency.minor_digits()),
            reporting: None,
        }
    }
}

impl MoneyView {
    /// The same without its sign, where the column says it.
    pub(crate) fn unsigned(&self) -> Self {
        let mut view = self.clone();
        let texts = match &mut view.reporting {
            Some(ReportingView::Converted(told)) => vec![&mut view.text, &mut told.text],
            _ => vec![&mut view.text],
        };
        for text in texts {
            *text = text.trim_start_matches('-').to_owned();
        }
        view
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

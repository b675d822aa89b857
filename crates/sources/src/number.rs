//! Numbers as exports write them: digits, one decimal point, a sign. No grouping, no exponent, nothing rounded.

use domain::{Currency, IssueRule, Money};
use rust_decimal::Decimal;

/// Digits that surely fit 64 bits.
const SHORT_DIGITS: usize = 18;

/// An exact decimal.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let count = whole.len() + fraction.len();
    if count == 0 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    if count > SHORT_DIGITS {
        return Decimal::from_str_exact(text).ok();
    }
    let mantissa = whole.bytes().chain(fraction.bytes()).fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
    let signed = if text.starts_with('-') { -mantissa } else { mantissa };
    Some(Decimal::new(signed, u32::try_from(fraction.len()).ok()?))
}

/// An amount that is a whole number of minor units. A finer one is `InvalidNumber`: a posted amount is never rounded.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Money, IssueRule> {
    whole_minor(decimal(text).ok_or(IssueRule::InvalidNumber)?, currency)
}

/// A decimal of major units as whole minor units.
pub(crate) fn whole_minor(major: Decimal, currency: Currency) -> Result<Money, IssueRule> {
    let money = Money::from_decimal(major, currency).ok_or(IssueRule::AmountOverflow)?;
    if money.to_decimal() == major { Ok(money) } else { Err(IssueRule::InvalidNumber) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_digits_with_one_point_and_a_sign() {
        for (text, read) in [("2.55", "2.55"), ("-11062.06", "-11062.06"), ("+1", "1"), (".5", "0.5"), ("7.", "7")] {
            assert_eq!(decimal(text).map(|d| d.to_string()).as_deref(), Some(read));
        }
        for text in ["", ".", "-", "1.2.3", "1,000", "1_000", "1e5", " 1", "--1", "１", "NaN"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_is_never_rounded() {
        let yen = Currency::from_code("JPY").unwrap();
        assert_eq!(amount("10.5", Currency::GBP), Ok(Money::new(1050, Currency::GBP)));
        assert_eq!(amount("10.500", Currency::GBP), Ok(Money::new(1050, Currency::GBP)));
        assert_eq!(amount("10.505", Currency::GBP), Err(IssueRule::InvalidNumber));
        assert_eq!(amount("1.5", yen), Err(IssueRule::InvalidNumber));
        assert_eq!(amount("92233720368547758.08", Currency::GBP), Err(IssueRule::AmountOverflow));
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(mantissa in any::<i64>(), scale in 0_u32..20) {
            let number = Decimal::new(mantissa, scale);
            prop_assert_eq!(decimal(&number.to_string()), Some(number));
        }
    }
}

//! Numbers as people's exports write them: in the manner of a place, with its grouping, currency sign and minus.
//!
//! - What the decimal separator is, is decided per *column*: each value that can be read in one way only votes, the
//!   more votes win, and a value that does not fit is refused where it stands. `1,250` alone could be both. A column
//!   whose values all could be both follows the file's other number columns where those agree, else the format.
//! - Grouping is by the other of point and comma, by apostrophe, or by any blank (also thin and no-break): a first
//!   group of one to three digits that does not begin with `0`, then threes, or twos with a last three as in India.
//!   One number groups in one way, and never behind the separator.
//! - Negative is `-` or `−` (U+2212) before or behind, or brackets; one of them. `$ € £ ¥` may stand before or behind.
//! - Nothing is rounded; digits of other scripts are no digits. Formats that are strict use `number` instead.

use crate::number;
use domain::{Currency, IssueRule, Money};
use rust_decimal::Decimal;

/// What stands between the whole and the fraction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberStyle {
    /// `1,250.00`
    Point,
    /// `1.250,00`
    Comma,
}

/// Signs that may stand before or behind an amount.
const CURRENCY_SIGNS: [char; 5] = ['$', '€', '£', '¥', '￥'];

/// What may group beside point and comma: apostrophes, and the blanks that spreadsheets and browsers put in.
const GROUPERS: [char; 6] = ['\'', '’', ' ', '\u{a0}', '\u{202f}', '\u{2009}'];

impl NumberStyle {
    /// The style that more of the values ask for; none where each could be both, or as many ask for either.
    pub(crate) fn of_column<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Option<Self> {
        let mut points: i64 = 0;
        for value in values {
            points += match Self::of(value.as_ref()) {
                Some(Self::Point) => 1,
                Some(Self::Comma) => -1,
                None => 0,
            };
        }
        match points {
            0 => None,
            1.. => Some(Self::Point),
            _ => Some(Self::Comma),
        }
    }

    /// The styles of a file's number columns: undecided ones follow the others where those agree, else `default`.
    pub(crate) fn settle<const N: usize>(columns: [Option<Self>; N], default: Self) -> [Self; N] {
        let has = |style| columns.contains(&Some(style));
        let rest = match (has(Self::Point), has(Self::Comma)) {
            (true, false) => Self::Point,
            (false, true) => Self::Comma,
            _ => default,
        };
        columns.map(|column| column.unwrap_or(rest))
    }

    /// The only style that reads this value otherwise than, or where, the other does not.
    fn of(text: &str) -> Option<Self> {
        if !text.contains(['.', ',']) {
            return None;
        }
        match (Self::Point.decimal(text), Self::Comma.decimal(text)) {
            (Some(_), None) => Some(Self::Point),
            (None, Some(_)) => Some(Self::Comma),
            _ => None,
        }
    }

    /// An exact decimal.
    ///
    /// `Comma` reads `(€ 1.250,00)` as −1250.00; `Point` refuses it.
    pub(crate) fn decimal(self, text: &str) -> Option<Decimal> {
        let (negative, digits) = unsigned(text.trim())?;
        let (decimal, other) = self.separators();
        let (whole, fraction) = digits.split_once(decimal).unwrap_or((digits, ""));
        let whole = ungrouped(whole, other)?;
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let read = number::decimal(&format!("{whole}.{fraction}"))?;
        Some(if negative { -read } else { read })
    }

    /// An amount that is a whole number of minor units, as [`number::amount`] has it.
    pub(crate) fn amount(self, text: &str, currency: Currency) -> Result<Money, IssueRule> {
        number::whole_minor(self.decimal(text).ok_or(IssueRule::InvalidNumber)?, currency)
    }

    /// The decimal separator, and the one that then can only group.
    fn separators(self) -> (char, char) {
        match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        }
    }
}

/// Whether the number is negative, and its digits with their separators; none where it is signed twice.
fn unsigned(text: &str) -> Option<(bool, &str)> {
    if let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        let (sign, digits) = signed(inside.trim());
        return sign.is_none().then_some((true, digits));
    }
    let (sign, digits) = signed(text);
    Some((sign.unwrap_or(false), digits))
}

/// Takes off one sign and one currency sign at either end, in any order. What is left over is no digit, and refused.
fn signed(mut text: &str) -> (Option<bool>, &str) {
    let mut sign = None;
    let mut currency = false;
    while let Some((first, rest)) = split_end(text) {
        match first {
            '-' | '−' | '+' if sign.is_none() => sign = Some(first != '+'),
            sign if CURRENCY_SIGNS.contains(&sign) && !currency => currency = true,
            _ => break,
        }
        text = rest.trim();
    }
    (sign, text)
}

/// The first character that is no digit or separator, at the front or else at the back, and what is left.
fn split_end(text: &str) -> Option<(char, &str)> {
    let is_mark = |c: &char| matches!(c, '-' | '−' | '+') || CURRENCY_SIGNS.contains(c);
    let front = text.chars().next().filter(is_mark).map(|c| (c, &text[c.len_utf8()..]));
    front.or_else(|| text.chars().next_back().filter(is_mark).map(|c| (c, &text[..text.len() - c.len_utf8()])))
}

/// The whole part's digits without their grouping.
fn ungrouped(whole: &str, other: char) -> Option<String> {
    let Some(grouper) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Some(whole.to_owned()) };
    if grouper != other && !GROUPERS.contains(&grouper) {
        return None;
    }
    let groups: Vec<&str> = whole.split(grouper).collect();
    let digits = |group: &&str| group.bytes().all(|b| b.is_ascii_digit());
    (groups.iter().all(digits) && are_groups(&groups)).then(|| groups.concat())
}

fn are_groups(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let size = middle.first().map_or(3, |group| group.len());
    (size == 2 || size == 3)
        && (1..=size).contains(&first.len())
        && !first.starts_with('0')
        && middle.iter().all(|group| group.len() == size)
        && last.len() == 3
}

#[cfg(test)]
mod tests {
    use super::NumberStyle::{Comma, Point};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_in_its_columns_style() {
        for (style, text, read) in [
            (Point, "1,250.00", "1250.00"),
            (Point, "$21.83", "21.83"),
            (Point, "-$21.83", "-21.83"),
            (Point, "$-21.83", "-21.83"),
            (Point, "(12.00)", "-12.00"),
            (Point, "($ 12.00)", "-12.00"),
            (Point, "12.00-", "-12.00"),
            (Point, "−12.00", "-12.00"),
            (Point, "¥1,250", "1250"),
            (Point, "1'250.50", "1250.50"),
            (Point, "1,00,000.00", "100000.00"),
            (Point, ".5", "0.5"),
            (Point, "7.", "7"),
            (Point, "1.250", "1.250"),
            (Comma, "1.250", "1250"),
            (Comma, "1.250,00", "1250.00"),
            (Comma, "1 250,00", "1250.00"),
            (Comma, "1\u{a0}250,00 €", "1250.00"),
            (Comma, "-1\u{202f}250\u{202f}000,5", "-1250000.5"),
            (Comma, "£ 0,35", "0.35"),
        ] {
            assert_eq!(style.decimal(text).map(|d| d.to_string()).as_deref(), Some(read), "{style:?} {text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_in_both() {
        for text in [
            "",
            ".",
            ",",
            "-",
            "()",
            "$",
            "1.2.3",
            "1,2,3.4.5",
            "１２",
            "1e5",
            "--1",
            "(-1)",
            "-1-",
            "$1$",
            "1_000",
            "NaN",
            "1,25.0,0",
            "0,500,000",
            "1'250,000 1",
            "1 250'000",
            "12 34",
            "1.5(",
            "USD 5",
        ] {
            assert_eq!((Point.decimal(text), Comma.decimal(text)), (None, None), "{text}");
        }
        assert_eq!(Point.decimal("1.250,00"), None);
        assert_eq!(Comma.decimal("1,250.00"), None);
    }

    #[test]
    fn a_column_says_its_style_by_the_values_that_can_be_one_only() {
        for (values, style) in [
            (vec!["1,250", "2,000"], None),
            (vec!["1,250", "12.5"], Some(Point)),
            (vec!["1.250", "12,5"], Some(Comma)),
            (vec!["0,350"], Some(Comma)),
            (vec!["1234.567"], Some(Point)),
            (vec!["1.000.000"], Some(Comma)),
            (vec!["12.5", "12,5"], None),
            (vec!["12.5", "12,5", "13,5"], Some(Comma)),
            (vec!["7", "", "x"], None),
        ] {
            assert_eq!(NumberStyle::of_column(&values), style, "{values:?}");
        }
        assert_eq!(NumberStyle::settle([None, Some(Comma)], Point), [Comma, Comma]);
        assert_eq!(NumberStyle::settle([None, Some(Comma), Some(Point)], Point), [Point, Comma, Point]);
        assert_eq!(NumberStyle::settle([None], Comma), [Comma]);
    }

    #[test]
    fn an_amount_is_never_rounded() {
        assert_eq!(Comma.amount("10,50 €", Currency::EUR), Ok(Money::new(1050, Currency::EUR)));
        assert_eq!(Comma.amount("10,505", Currency::EUR), Err(IssueRule::InvalidNumber));
        assert_eq!(Point.amount("$99,999,999,999,999,999.00", Currency::EUR), Err(IssueRule::AmountOverflow));
    }

    /// Writes a number in any manner that is read.
    fn written(number: Decimal, style: NumberStyle, grouper: Option<char>, sign: usize) -> String {
        let text = number.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut body = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                body.extend(grouper);
            }
            body.push(digit);
        }
        if !fraction.is_empty() {
            body.push(style.separators().0);
            body.push_str(fraction);
        }
        match (number.is_sign_negative() && !number.is_zero(), sign) {
            (false, 0) => format!("${body}"),
            (false, _) => body,
            (true, 0) => format!("-{body} €"),
            (true, 1) => format!("{body}-"),
            (true, 2) => format!("({body})"),
            (true, _) => format!("−£{body}"),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_in_any_style_is_read_the_same(
            minor in any::<i64>(), scale in 0_u32..8, comma in any::<bool>(), group in 0_usize..8, sign in 0_usize..4,
        ) {
            let style = if comma { Comma } else { Point };
            let number = Decimal::new(minor, scale);
            let groupers: Vec<_> = [style.separators().1].into_iter().chain(GROUPERS).collect();
            let text = written(number, style, groupers.get(group).copied(), sign);
            prop_assert_eq!(style.decimal(&text), Some(number), "{}", text);
        }

        #[test]
        fn any_text_is_a_number_or_not(text in "[-0-9.,'’ $€()−\u{a0}１]{0,12}") {
            let _ = NumberStyle::of_column([&text]);
        }
    }
}

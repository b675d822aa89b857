//! What text formats share.

use domain::{Account, AccountClass, Currency};

/// Major units with every digit of the currency: `-1234.50`.
pub(super) fn amount(minor: i128, currency: Currency) -> String {
    let digits = currency.minor_digits() as usize;
    let (sign, minor) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    let text = format!("{minor:0width$}", width = digits + 1);
    let (major, rest) = text.split_at(text.len() - digits);
    if digits == 0 { format!("{sign}{major}") } else { format!("{sign}{major}.{rest}") }
}

/// `assets`, `liabilities`, `equity`, `income`, `expenses`: the five roots that plain-text accounting knows.
pub(super) fn root(account: Account) -> &'static str {
    match account.class() {
        AccountClass::Asset => "assets",
        AccountClass::Liability => "liabilities",
        AccountClass::Equity => "equity",
        AccountClass::Income => "income",
        AccountClass::Expense => "expenses",
    }
}

/// On one line: control characters become spaces.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_every_digit() {
        let currency = |code| Currency::from_code(code).unwrap();
        for (minor, code, text) in [
            (0, "GBP", "0.00"),
            (-5, "GBP", "-0.05"),
            (123_450, "GBP", "1234.50"),
            (-7, "JPY", "-7"),
            (1_234_567, "KWD", "1234.567"),
        ] {
            assert_eq!(amount(minor, currency(code)), text);
        }
    }
}

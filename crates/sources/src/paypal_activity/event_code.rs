//! PayPal's transaction event codes, which its settlement reports and its interface give instead of words.

use super::words::Kind;

/// What a code says before the sign of the amount is known; none where it is no code. The groups are PayPal's,
/// <https://developer.paypal.com/docs/transaction-search/transaction-event-codes/>; a code says what the activity
/// download says in words.
pub(crate) fn kind(code: &str) -> Option<Kind> {
    let number = code.strip_prefix('T').filter(|digits| digits.len() == 4)?;
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(match (&number[..2], number) {
        ("00", _) => Kind::Payment,
        ("01", _) | (_, "1108" | "1109") => Kind::Fee,
        ("02", _) => Kind::Conversion,
        ("03" | "04", _) => Kind::Payout,
        (_, "1107" | "1113" | "1115") => Kind::Refund,
        (_, "1106" | "1201" | "1202" | "1205" | "1207") => Kind::Reversal,
        _ => Kind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_by_its_group() {
        for (code, expected) in [
            ("T0006", Some(Kind::Payment)),
            ("T0106", Some(Kind::Fee)),
            ("T0200", Some(Kind::Conversion)),
            ("T0400", Some(Kind::Payout)),
            ("T1107", Some(Kind::Refund)),
            ("T1106", Some(Kind::Reversal)),
            ("T1109", Some(Kind::Fee)),
            ("T1201", Some(Kind::Reversal)),
            ("T1503", Some(Kind::Other)),
            ("T006", None),
            ("0006", None),
            ("T00é", None),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}

//! One transaction: first its texts as they stand, then the checked bank line.

use crate::fault::Fault;
use crate::number_style::NumberStyle;
use domain::{BankLine, Currency, IssueRule, Money};
use jiff::civil::Date;

/// `YYYYMMDD`; what follows is a time, and a zone in brackets.
const DAY_CHARS: usize = 8;

/// The texts of a transaction, unchecked.
#[derive(Default)]
pub(super) struct RawTransaction {
    kind: String,
    posted: String,
    amount: String,
    /// `CURRENCY/CURSYM`.
    currency: String,
    /// `FITID`.
    pub(super) fitid: String,
    reference: String,
    check: String,
    pub(super) name: String,
    memo: String,
}

impl RawTransaction {
    /// Takes the value of a tag; `group` is the aggregate within the transaction that it stands in.
    pub(super) fn take(&mut self, group: &str, name: &str, value: &str) {
        let field = match (group, name) {
            ("CURRENCY", "CURSYM") => &mut self.currency,
            ("" | "PAYEE", "NAME") => &mut self.name,
            ("", "TRNTYPE") => &mut self.kind,
            ("", "DTPOSTED") => &mut self.posted,
            ("", "TRNAMT") => &mut self.amount,
            ("", "FITID") => &mut self.fitid,
            ("", "REFNUM") => &mut self.reference,
            ("", "CHECKNUM") => &mut self.check,
            ("", "MEMO") => &mut self.memo,
            _ => return,
        };
        value.clone_into(field);
    }

    /// The bank line, without the other side.
    pub(super) fn check(&self, account: &str, statement_currency: &str) -> Result<BankLine, Fault> {
        if account.is_empty() {
            return Err(missing("ACCTID"));
        }
        let booked = day(&self.posted)?;
        let code = if self.currency.is_empty() { statement_currency } else { &self.currency };
        let amount = amount(&self.amount, currency(code)?, "TRNAMT")?;
        let first = |texts: [&String; 2]| texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
        Ok(BankLine {
            account: account.to_owned(),
            amount,
            booked,
            reference: self.fitid.clone(),
            end_to_end: first([&self.reference, &self.check]),
            remittance: first([&self.memo, &self.kind]),
            counterparty: None,
        })
    }
}

fn missing(column: &str) -> Fault {
    Fault::new(IssueRule::MissingValue, column, "")
}

fn day(text: &str) -> Result<Date, Fault> {
    if text.is_empty() {
        return Err(missing("DTPOSTED"));
    }
    let read = || {
        let digits = text.get(..DAY_CHARS).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let (year, month, day) = (digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?);
        Date::new(year, month, day).ok().filter(|_| is_time(&text[DAY_CHARS..]))
    };
    read().ok_or_else(|| Fault::new(IssueRule::InvalidTime, "DTPOSTED", text))
}

/// Nothing, or `HHMM`, `HHMMSS` with decimals and a zone in brackets.
fn is_time(text: &str) -> bool {
    let (time, zone) = text.split_once('[').map_or((text, None), |(time, zone)| (time, Some(zone)));
    let (whole, decimals) = time.trim_end().split_once('.').unwrap_or((time.trim_end(), ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    matches!(whole.len(), 0 | 2 | 4 | 6)
        && digits(whole)
        && digits(decimals)
        && zone.is_none_or(|zone| zone.ends_with(']'))
}

/// `CURDEF` or `CURSYM`.
pub(super) fn currency(code: &str) -> Result<Currency, Fault> {
    if code.is_empty() {
        return Err(missing("CURDEF"));
    }
    Currency::from_code(code).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, "CURDEF", code))
}

/// An amount, whose only comma is a decimal one.
pub(super) fn amount(text: &str, currency: Currency, column: &str) -> Result<Money, Fault> {
    if text.is_empty() {
        return Err(missing(column));
    }
    let style = if text.contains('.') { NumberStyle::Point } else { NumberStyle::Comma };
    style.amount(text, currency).map_err(|rule| Fault::new(rule, column, text))
}

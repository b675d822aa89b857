//! One statement: its account, its balances, and whether they add up.

use crate::bank::balance::Counted;
use crate::fault::Fault;
use crate::number;
use domain::{Currency, IssueRule, Money};

/// What a statement says of itself.
#[derive(Default)]
pub(super) struct RawStatement {
    /// IBAN, or the account's other number.
    pub(super) account: String,
    /// `Acct/Ccy`.
    pub(super) currency: String,
    balance: RawBalance,
    opening: Option<Money>,
    previous_closing: Option<Money>,
    closing: Option<Money>,
    pub(super) lines: Counted,
}

#[derive(Default)]
struct RawBalance {
    code: String,
    amount: String,
    currency: String,
    direction: String,
}

impl RawStatement {
    /// Takes the text of the element at `path`, which is below the statement.
    pub(super) fn take(&mut self, path: &str, text: &str, currency: &str) {
        match path {
            "/Acct/Id/IBAN" | "/Acct/Id/Othr/Id" => self.account = text.replace(' ', ""),
            "/Acct/Ccy" => self.currency = text.to_owned(),
            "/Bal/Tp/CdOrPrtry/Cd" => self.balance.code = text.to_owned(),
            "/Bal/CdtDbtInd" => self.balance.direction = text.to_owned(),
            "/Bal/Amt" => {
                self.balance.amount = text.to_owned();
                self.balance.currency = currency.to_owned();
            }
            _ => {}
        }
    }

    /// Files the balance that ended. The first opening and the last closing one count, as a statement may come in pages.
    pub(super) fn end_balance(&mut self) -> Result<(), Fault> {
        let raw = std::mem::take(&mut self.balance);
        if !matches!(raw.code.as_str(), "OPBD" | "PRCD" | "CLBD") {
            return Ok(());
        }
        let balance = Some(signed(&raw.amount, currency(&raw.currency)?, &raw.direction)?);
        match raw.code.as_str() {
            "OPBD" => self.opening = self.opening.or(balance),
            "PRCD" => self.previous_closing = self.previous_closing.or(balance),
            _ => self.closing = balance,
        }
        Ok(())
    }

    /// Whether opening + lines = closing. Without both balances, or in several currencies, there is nothing to check.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let (Some(opening), Some(closing)) = (self.opening.or(self.previous_closing), self.closing) else {
            return Ok(());
        };
        self.lines.check(opening, closing, "Bal/CLBD")
    }
}

/// An amount of ISO 20022: its size, and its sign in words.
pub(super) fn signed(size: &str, currency: Currency, direction: &str) -> Result<Money, Fault> {
    if size.is_empty() {
        return Err(Fault::new(IssueRule::MissingValue, "Amt", ""));
    }
    let amount = number::amount(size, currency).map_err(|rule| Fault::new(rule, "Amt", size))?;
    if amount.minor < 0 {
        return Err(Fault::new(IssueRule::InvalidNumber, "Amt", size));
    }
    match direction {
        "CRDT" => Ok(amount),
        "DBIT" => Ok(-amount),
        "" => Err(Fault::new(IssueRule::MissingValue, "CdtDbtInd", "")),
        other => Err(Fault::new(IssueRule::UnknownValue, "CdtDbtInd", other)),
    }
}

/// The `Ccy` of an amount.
pub(super) fn currency(code: &str) -> Result<Currency, Fault> {
    if code.is_empty() {
        return Err(Fault::new(IssueRule::MissingValue, "Ccy", ""));
    }
    Currency::from_code(code).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, "Ccy", code))
}

//! One entry: first its texts as they stand, then the checked bank line.

use super::statement::{currency, signed};
use crate::fault::Fault;
use domain::{BankLine, IssueRule};
use jiff::civil::Date;
use std::collections::HashSet;

/// What a sender writes that has no end-to-end reference (ISO 20022 usage rule).
const NO_REFERENCE: &str = "NOTPROVIDED";

/// `2026-01-31`; what follows is a time or a zone.
const DAY_CHARS: usize = 10;

/// The texts of an entry, unchecked.
#[derive(Default)]
pub(super) struct RawEntry {
    amount: String,
    currency: String,
    direction: String,
    reversal: bool,
    status: String,
    booked: String,
    /// `AcctSvcrRef`.
    pub(super) servicer_reference: String,
    entry_reference: String,
    additional: String,
    /// `Btch/NbOfTxs`.
    batch_size: String,
    transactions: usize,
    end_to_end: Vec<String>,
    debtors: Vec<String>,
    creditors: Vec<String>,
    /// The text of each transaction that has one.
    remittance: Vec<String>,
    transaction: RawTransaction,
}

/// The texts of the transaction that is being read.
#[derive(Default)]
struct RawTransaction {
    remittance: Vec<String>,
    additional: Vec<String>,
}

/// A booked entry, before its place and its other side's token.
pub(super) struct Booked {
    pub(super) line: BankLine,
    /// The other side's name.
    pub(super) counterparty: Option<String>,
}

impl RawEntry {
    /// Takes the text of the element at `path`, which is below the entry.
    pub(super) fn take(&mut self, path: &str, text: &str, currency: &str) {
        match path {
            "/Amt" => {
                self.amount = text.to_owned();
                self.currency = currency.to_owned();
            }
            "/CdtDbtInd" => self.direction = text.to_owned(),
            "/RvslInd" => self.reversal = matches!(text, "true" | "1"),
            "/Sts" | "/Sts/Cd" | "/Sts/Prtry" => self.status = text.to_owned(),
            "/BookgDt/Dt" | "/BookgDt/DtTm" => self.booked = text.to_owned(),
            "/AcctSvcrRef" => self.servicer_reference = text.to_owned(),
            "/NtryRef" => self.entry_reference = text.to_owned(),
            "/NtryDtls/Btch/NbOfTxs" => self.batch_size = text.to_owned(),
            "/AddtlNtryInf" => self.additional = text.to_owned(),
            _ => {
                if let Some(path) = path.strip_prefix("/NtryDtls/TxDtls") {
                    self.take_detail(path, text);
                }
            }
        }
    }

    fn take_detail(&mut self, path: &str, text: &str) {
        let values = match path {
            "/Refs/EndToEndId" if text != NO_REFERENCE => &mut self.end_to_end,
            "/RltdPties/Dbtr/Nm" | "/RltdPties/Dbtr/Pty/Nm" => &mut self.debtors,
            "/RltdPties/Cdtr/Nm" | "/RltdPties/Cdtr/Pty/Nm" => &mut self.creditors,
            "/RmtInf/Ustrd" | "/RmtInf/Strd/CdtrRefInf/Ref" => &mut self.transaction.remittance,
            "/AddtlTxInf" | "/RtrInf/AddtlInf" => &mut self.transaction.additional,
            _ => return,
        };
        values.push(text.to_owned());
    }

    /// Notes that a transaction of the entry ended.
    pub(super) fn end_transaction(&mut self) {
        self.transactions += 1;
        let RawTransaction { remittance, additional } = std::mem::take(&mut self.transaction);
        let said = if remittance.is_empty() { additional } else { remittance };
        if !said.is_empty() {
            self.remittance.push(said.join(" "));
        }
    }

    /// Whether it stands for several payments, by its own word or by its transactions.
    pub(super) fn is_batch(&self) -> bool {
        let said = self.batch_size.trim_start_matches('0');
        self.transactions > 1 || !matches!(said, "" | "1")
    }

    /// The bank line of a booked entry; none where the entry is no fact yet.
    pub(super) fn check(&self, account: &str, account_currency: &str) -> Result<Option<Booked>, Fault> {
        if !self.is_booked()? {
            return Ok(None);
        }
        if account.is_empty() {
            return Err(Fault::new(IssueRule::MissingValue, "Acct/Id", ""));
        }
        let code = if self.currency.is_empty() { account_currency } else { &self.currency };
        let amount = signed(&self.amount, currency(code)?, &self.direction)?;
        let line = BankLine {
            account: account.to_owned(),
            amount,
            booked: self.booked()?,
            reference: self.reference().to_owned(),
            end_to_end: distinct(&self.end_to_end),
            remittance: self.remittance(),
            counterparty: None,
        };
        Ok(Some(Booked { line, counterparty: self.counterparty() }))
    }

    fn is_booked(&self) -> Result<bool, Fault> {
        match self.status.as_str() {
            "BOOK" => Ok(true),
            "PDNG" | "FUTR" | "INFO" => Ok(false),
            "" => Err(Fault::new(IssueRule::MissingValue, "Sts", "")),
            other => Err(Fault::new(IssueRule::UnknownValue, "Sts", other)),
        }
    }

    fn booked(&self) -> Result<Date, Fault> {
        if self.booked.is_empty() {
            return Err(Fault::new(IssueRule::MissingValue, "BookgDt", ""));
        }
        let day = self.booked.get(..DAY_CHARS).and_then(|day| day.parse().ok());
        day.ok_or_else(|| Fault::new(IssueRule::InvalidTime, "BookgDt", self.booked.as_str()))
    }

    fn reference(&self) -> &str {
        if self.servicer_reference.is_empty() { &self.entry_reference } else { &self.servicer_reference }
    }

    fn remittance(&self) -> String {
        if self.remittance.is_empty() { self.additional.clone() } else { distinct(&self.remittance) }
    }

    /// On a credit the other side is the debtor, on a debit the creditor; a reversal takes the opposite back.
    fn counterparty(&self) -> Option<String> {
        let credit = self.direction == "CRDT";
        let names = if credit == self.reversal { &self.creditors } else { &self.debtors };
        self.common(names).map(str::to_owned)
    }

    /// What all transactions of the entry say.
    fn common<'a>(&self, values: &'a [String]) -> Option<&'a str> {
        let (first, others) = values.split_first()?;
        let said_by_all = values.len() == self.transactions && others.iter().all(|other| other == first);
        said_by_all.then_some(first)
    }
}

/// Each text once, in the order of first appearance, joined by a space.
fn distinct(texts: &[String]) -> String {
    let mut seen = HashSet::new();
    let mut first: Vec<&str> = texts.iter().map(String::as_str).collect();
    first.retain(|text| seen.insert(*text));
    first.join(" ")
}

//! The fields to bank lines: one pass. Names need the whole file, so they come last.

use super::details::{Details, details};
use super::fields::{Field, fields};
use super::line::{balance, line};
use crate::bank::balance::Counted;
use crate::bank::encoding::{Places, decoded_or_western};
use crate::bank::{Kept, in_time, named, span};
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{BankLine, Currency, Digest, IssueRule, Money, Span};

/// Characters of an IBAN's country and check digits; a currency behind an IBAN has as many as a code.
const CURRENCY_CHARS: usize = 3;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let Some(decoded) = decoded_or_western(bytes) else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, 0);
    };
    if decoded.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let fields = fields(&decoded.text);
    let places = Places::new(&decoded);
    let mut reading =
        Reading { file, context, places, statement: None, statements: 0, kept: Vec::new(), parsed: Parsed::default() };
    let mut rest = fields.iter().peekable();
    while let Some(field) = rest.next() {
        let details = rest.next_if(|next| field.tag == "61" && next.tag == "86");
        reading.take(field, details);
    }
    reading.finish()
}

/// A statement that has begun.
struct Statement {
    account: String,
    opening: Option<Money>,
    closing: Option<Money>,
    lines: Counted,
    span: Span,
}

struct Reading<'a, 'c, 'p> {
    file: Digest,
    context: &'c mut Context<'p>,
    places: Places<'a>,
    statement: Option<Statement>,
    statements: usize,
    kept: Vec<Kept>,
    parsed: Parsed,
}

impl Reading<'_, '_, '_> {
    fn take(&mut self, field: &Field<'_>, details: Option<&Field<'_>>) {
        let (number, from) = self.places.of(field.from);
        let (_, to) = self.places.of(details.unwrap_or(field).to);
        let span = span(number, from, to);
        let begun = self.statement.as_ref().is_some_and(|statement| statement.closing.is_none());
        if field.tag == "20" || (field.tag == "25" && !begun) || self.statement.is_none() {
            self.begin(span);
        }
        match field.tag {
            "25" => self.set_account(field.first()),
            "60F" | "60M" | "62F" | "62M" => self.take_balance(field, span),
            "61" => self.take_line(field, details, span),
            _ => {}
        }
    }

    fn begin(&mut self, span: Span) {
        self.end_statement();
        self.statements += 1;
        self.statement =
            Some(Statement { account: String::new(), opening: None, closing: None, lines: Counted::default(), span });
    }

    fn set_account(&mut self, text: &str) {
        if let Some(statement) = &mut self.statement {
            statement.account = text.replace(' ', "");
        }
    }

    fn take_balance(&mut self, field: &Field<'_>, span: Span) {
        let Some(statement) = &mut self.statement else { return };
        match balance(field.first(), &format!(":{}:", field.tag)) {
            Ok(amount) if field.tag.starts_with("60") => {
                statement.opening = Some(amount);
                statement.account = without_currency(&statement.account, amount.currency);
            }
            Ok(amount) => statement.closing = Some(amount),
            Err(fault) => self.parsed.issues.push(fault.holding(self.file, span, 0)),
        }
    }

    fn take_line(&mut self, field: &Field<'_>, details: Option<&Field<'_>>, span: Span) {
        self.parsed.rows += 1;
        if let Err(fault) = self.keep(field, details, span) {
            if let Some(statement) = &mut self.statement {
                statement.lines.fail();
            }
            self.parsed.issues.push(fault.at(self.file, span));
        }
    }

    fn keep(&mut self, field: &Field<'_>, information: Option<&Field<'_>>, span: Span) -> Result<(), Fault> {
        let Some(statement) = &mut self.statement else { return Ok(()) };
        let missing = |column| Fault::new(IssueRule::MissingValue, column, "");
        let opening = statement.opening.ok_or_else(|| missing(":60F:"))?;
        if statement.account.is_empty() {
            return Err(missing(":25:"));
        }
        let read = line(field.first(), opening.currency)?;
        let booked = in_time(read.booked, ":61: date", self.context)?;
        let Details { end_to_end, remittance, counterparty } =
            information.map(|field| details(&field.lines)).unwrap_or_default();
        let supplement = || field.lines[1..].join(" ").trim().to_owned();
        let token = |name: &str| self.context.personal.token("counterparty", name, None);
        let line = BankLine {
            account: statement.account.clone(),
            amount: read.amount,
            booked,
            reference: read.bank_reference.to_owned(),
            end_to_end: if end_to_end.is_empty() { read.customer_reference.to_owned() } else { end_to_end },
            remittance: if remittance.is_empty() { supplement() } else { remittance },
            counterparty: Some(counterparty.as_str()).filter(|name| !name.is_empty()).map(token),
        };
        statement.lines.keep(&line, span);
        self.kept.push(Kept { line, key: read.bank_reference.to_owned(), by_amount: false, span });
        Ok(())
    }

    fn end_statement(&mut self) {
        let Some(Statement { opening: Some(opening), closing: Some(closing), lines, span, .. }) = self.statement.take()
        else {
            return;
        };
        if let Err(fault) = lines.check(opening, closing, ":62F:") {
            self.parsed.issues.push(fault.holding(self.file, span, 0));
        }
    }

    fn finish(mut self) -> Parsed {
        self.end_statement();
        if self.statements == 0 {
            let fault = Fault::new(IssueRule::MissingValue, ":20:", "");
            self.parsed.issues.push(fault.holding(self.file, Span { line: 1, ..Span::default() }, 0));
        }
        self.parsed.records = named(self.file, self.kept);
        self.parsed
    }
}

/// `NL91ABNA0417164300EUR` is the account `NL91ABNA0417164300`, as other formats have it.
fn without_currency(account: &str, currency: Currency) -> String {
    let head = account.as_bytes().get(..4).unwrap_or_default();
    let is_iban =
        head.len() == 4 && head[..2].iter().all(u8::is_ascii_alphabetic) && head[2..].iter().all(u8::is_ascii_digit);
    let cut = account.strip_suffix(currency.code()).filter(|rest| is_iban && rest.len() > 4 + CURRENCY_CHARS);
    cut.unwrap_or(account).to_owned()
}

//! The tags to bank lines: one pass. Names need the whole file, so they come last.

use super::tags::{Tag, Tags};
use super::transaction::{RawTransaction, amount, currency};
use crate::bank::balance::Counted;
use crate::bank::encoding::{Decoded, Places, decoded, decoded_or_western};
use crate::bank::{Kept, in_time, named, span};
use crate::fault::Fault;
use crate::{Context, Parsed, digest};
use domain::{Digest, IssueRule, Span, Token};
use std::collections::HashSet;

/// Aggregates within a transaction whose values are not the transaction's own.
const GROUPS: [&str; 5] = ["CURRENCY", "ORIGCURRENCY", "PAYEE", "BANKACCTTO", "CCACCTTO"];

/// Bytes in which a file declares its encoding.
const HEADER_BYTES: usize = 512;

/// Hexadecimal digits of the hash in a name.
const HASH_CHARS: usize = 16;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let header = String::from_utf8_lossy(&bytes[..bytes.len().min(HEADER_BYTES)]);
    let read = decoded(bytes, charset(&header).as_deref()).or_else(|| decoded_or_western(bytes));
    let Some(decoded) = read else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, 0);
    };
    if decoded.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let mut reading = Reading::new(file, &decoded, context);
    for tag in Tags::new(&decoded.text) {
        reading.take(&tag);
    }
    reading.finish(decoded.text.len())
}

/// `CHARSET:1252` of OFX 1, `encoding="…"` of OFX 2.
fn charset(header: &str) -> Option<String> {
    if let Some((_, behind)) = header.split_once("CHARSET:") {
        let name = behind.split(char::is_whitespace).next()?;
        return Some(if name.len() == 4 { format!("windows-{name}") } else { format!("iso-{name}") });
    }
    let (_, behind) = header.split_once("encoding=")?;
    behind.get(1..)?.split(['"', '\'']).next().map(str::to_owned)
}

/// A statement that has begun.
#[derive(Default)]
struct Statement {
    account: String,
    currency: String,
    /// The `BAL` that is being read: whether it is the opening one.
    opens: bool,
    opening: String,
    ledger: String,
    in_ledger: bool,
    lines: Counted,
    span: Span,
}

/// A transaction that has begun.
struct Open {
    raw: RawTransaction,
    group: String,
    pending: bool,
    line: u32,
    offset: usize,
}

struct Reading<'a, 'c, 'p> {
    file: Digest,
    context: &'c mut Context<'p>,
    places: Places<'a>,
    statement: Option<Statement>,
    transaction: Option<Open>,
    statements: usize,
    whole: bool,
    /// What was kept, to tell what is told twice.
    told: HashSet<(String, String, String, String, Option<Token>)>,
    kept: Vec<Kept>,
    parsed: Parsed,
}

impl<'a, 'c, 'p> Reading<'a, 'c, 'p> {
    fn new(file: Digest, decoded: &'a Decoded<'a>, context: &'c mut Context<'p>) -> Self {
        Self {
            file,
            context,
            places: Places::new(decoded),
            statement: None,
            transaction: None,
            statements: 0,
            whole: false,
            told: HashSet::new(),
            kept: Vec::new(),
            parsed: Parsed::default(),
        }
    }

    fn take(&mut self, tag: &Tag<'_>) {
        match (tag.name.as_str(), tag.closing) {
            ("OFX", true) => self.whole = true,
            ("STMTRS" | "CCSTMTRS", false) => self.begin_statement(tag),
            ("STMTRS" | "CCSTMTRS", true) => self.end_statement(tag.from),
            ("STMTTRN" | "STMTTRNP", false) => self.begin(tag),
            ("STMTTRN" | "STMTTRNP", true) => self.end(tag.to),
            ("BANKTRANLIST" | "BANKTRANLISTP", true) => self.end(tag.from),
            (name, closing) => match &mut self.transaction {
                Some(open) => open.take(name, closing, &tag.value),
                None => self.take_of_statement(name, closing, &tag.value),
            },
        }
    }

    fn begin_statement(&mut self, tag: &Tag<'_>) {
        self.end_statement(tag.from);
        let (line, offset) = self.places.of(tag.from);
        self.statements += 1;
        self.statement = Some(Statement { span: span(line, offset, offset), ..Statement::default() });
    }

    fn begin(&mut self, tag: &Tag<'_>) {
        self.end(tag.from);
        let (line, offset) = self.places.of(tag.from);
        let pending = tag.name == "STMTTRNP";
        self.transaction = Some(Open { raw: RawTransaction::default(), group: String::new(), pending, line, offset });
    }

    fn take_of_statement(&mut self, name: &str, closing: bool, value: &str) {
        let Some(statement) = &mut self.statement else { return };
        match name {
            "ACCTID" if !closing => statement.account = value.replace(' ', ""),
            "CURDEF" if !closing => value.clone_into(&mut statement.currency),
            "LEDGERBAL" => statement.in_ledger = !closing,
            "BALAMT" if statement.in_ledger && !closing => value.clone_into(&mut statement.ledger),
            "BAL" => statement.opens = false,
            "NAME" | "DESC" if !closing => statement.opens |= value.to_lowercase().starts_with("opening"),
            "VALUE" if statement.opens && !closing => value.clone_into(&mut statement.opening),
            _ => {}
        }
    }

    /// The transaction that is open ended at `at`.
    fn end(&mut self, at: usize) {
        let Some(open) = self.transaction.take() else { return };
        let (_, end) = self.places.of(at);
        let span = span(open.line, open.offset, end);
        self.parsed.rows += 1;
        if open.pending {
            self.parsed.skipped += 1;
        } else if let Err(fault) = self.keep(&open.raw, span) {
            if let Some(statement) = &mut self.statement {
                statement.lines.fail();
            }
            self.parsed.issues.push(fault.at(self.file, span));
        }
    }

    fn keep(&mut self, raw: &RawTransaction, span: Span) -> Result<(), Fault> {
        let mut none = Statement::default();
        let statement = self.statement.as_mut().unwrap_or(&mut none);
        let mut line = raw.check(&statement.account, &statement.currency)?;
        in_time(line.booked, "DTPOSTED", self.context)?;
        let name = Some(raw.name.as_str()).filter(|name| !name.is_empty());
        line.counterparty = name.map(|name| self.context.personal.token("counterparty", name, None));
        let key = key(&raw.fitid, &format!("{}\0{}", line.booked, line.amount));
        let said =
            (line.account.clone(), key.clone(), line.end_to_end.clone(), line.remittance.clone(), line.counterparty);
        if !key.is_empty() && !self.told.insert(said) {
            statement.lines.drop(&line, span);
            self.parsed.duplicates += 1;
            return Ok(());
        }
        statement.lines.keep(&line, span);
        self.kept.push(Kept { line, key, by_amount: false, span });
        Ok(())
    }

    fn end_statement(&mut self, at: usize) {
        self.end(at);
        let Some(statement) = self.statement.take() else { return };
        if let Err(fault) = statement.check() {
            self.parsed.issues.push(fault.holding(self.file, statement.span, 0));
        }
    }

    fn finish(mut self, end: usize) -> Parsed {
        if !self.whole {
            self.break_off(end);
        }
        self.end_statement(end);
        if self.statements == 0 {
            let fault = Fault::new(IssueRule::MissingValue, "STMTRS", "");
            self.parsed.issues.push(fault.holding(self.file, Span { line: 1, ..Span::default() }, 0));
        }
        self.parsed.records = named(self.file, self.kept);
        self.parsed
    }

    /// What was open when the file broke off is no sound row.
    fn break_off(&mut self, end: usize) {
        let (line, byte) = self.places.of(end);
        let open = self.transaction.take();
        let (rows, line, offset) = open.map_or((0, line, byte), |open| (1, open.line, open.offset));
        self.parsed.rows += rows;
        let fault = Fault::new(IssueRule::Malformed, "", "no </OFX>");
        self.parsed.issues.push(fault.holding(self.file, span(line, offset, byte), rows));
    }
}

impl Open {
    fn take(&mut self, name: &str, closing: bool, value: &str) {
        if GROUPS.contains(&name) {
            self.group = if closing { String::new() } else { name.to_owned() };
        } else if !closing && !value.is_empty() {
            self.raw.take(&self.group, name, value);
        }
    }
}

impl Statement {
    /// Whether opening balance and lines sum to the ledger's, where both are told.
    fn check(&self) -> Result<(), Fault> {
        if self.opening.is_empty() || self.ledger.is_empty() {
            return Ok(());
        }
        let currency = currency(&self.currency)?;
        let opening = amount(&self.opening, currency, "BAL")?;
        self.lines.check(opening, amount(&self.ledger, currency, "LEDGERBAL")?, "LEDGERBAL")
    }
}

/// What the bank calls the line, with the day and amount that make it that line.
fn key(fitid: &str, day_and_amount: &str) -> String {
    if fitid.is_empty() {
        return String::new();
    }
    format!("{fitid}#{}", &digest(day_and_amount.as_bytes()).to_string()[..HASH_CHARS])
}

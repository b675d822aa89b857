//! The document to bank lines: one pass over its elements. Names need the whole file, so they come last.

use super::entry::{Booked, RawEntry};
use super::statement::RawStatement;
use crate::bank::encoding::{Decoded, decoded};
use crate::bank::{Kept, in_time, named};
use crate::fault::Fault;
use crate::xml::{NotWellFormed, Step, Xml, attribute};
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Span};
use quick_xml::events::BytesStart;

/// The element that holds the statements, reports or notifications, and what one of them is called.
const MESSAGES: [(&str, &str); 3] =
    [("BkToCstmrStmt", "Stmt"), ("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")];

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let Some(decoded) = decoded(bytes, declared_encoding(bytes)) else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, count_entries(bytes));
    };
    if decoded.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let mut walk = Walk::new(file, &decoded, context);
    if walk.run().is_err() {
        walk.break_off();
    }
    walk.finish()
}

/// The `encoding` of the XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.strip_prefix(b"<?xml")?;
    let head = &head[..head.iter().position(|b| *b == b'>')?];
    let (_, value) = std::str::from_utf8(head).ok()?.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

/// A walk through the document's elements.
struct Walk<'a, 'c, 'p> {
    file: Digest,
    xml: Xml<'a>,
    context: &'c mut Context<'p>,
    /// `Ccy` of the current element.
    currency: String,
    statement: Option<Open<RawStatement>>,
    entry: Option<Open<RawEntry>>,
    statements: usize,
    kept: Vec<Kept>,
    parsed: Parsed,
}

/// An element that has begun.
struct Open<T> {
    raw: T,
    /// Length of its path.
    path: usize,
    /// Where it stands in the text.
    at: usize,
    line: u32,
    offset: usize,
}

impl<'a, 'c, 'p> Walk<'a, 'c, 'p> {
    fn new(file: Digest, decoded: &'a Decoded<'a>, context: &'c mut Context<'p>) -> Self {
        Self {
            file,
            xml: Xml::new(decoded),
            context,
            currency: String::new(),
            statement: None,
            entry: None,
            statements: 0,
            kept: Vec::new(),
            parsed: Parsed::default(),
        }
    }

    fn run(&mut self) -> Result<(), NotWellFormed> {
        loop {
            match self.xml.step()? {
                Step::Start(tag, offset) => self.start(&tag, offset)?,
                Step::End => self.end(),
                Step::Done => return Ok(()),
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<(), NotWellFormed> {
        self.xml.content.clear();
        self.currency = attribute(tag, "Ccy")?.unwrap_or_default();
        if self.entry.is_some() {
            return Ok(());
        }
        match self.below_statement() {
            None if self.begins_statement() => self.statement = Some(self.open(offset)),
            Some("/Ntry") => self.entry = Some(self.open(offset)),
            _ => {}
        }
        Ok(())
    }

    fn open<T: Default>(&mut self, at: usize) -> Open<T> {
        let (line, offset) = self.xml.place(at);
        Open { raw: T::default(), path: self.xml.path.len(), at, line, offset }
    }

    fn begins_statement(&self) -> bool {
        let mut names = self.xml.path.rsplit('/');
        let one = names.next();
        let all = names.next();
        MESSAGES.iter().any(|(message, name)| one == Some(name) && all == Some(message))
    }

    fn below_statement(&self) -> Option<&str> {
        self.statement.as_ref().map(|statement| &self.xml.path[statement.path..])
    }

    /// The current element ended: its text goes to the entry or statement around it.
    fn end(&mut self) {
        let text = self.xml.content.trim();
        if let Some(entry) = &mut self.entry {
            match &self.xml.path[entry.path..] {
                "" => self.end_entry(),
                "/NtryDtls/TxDtls" => entry.raw.end_transaction(),
                path if !text.is_empty() => entry.raw.take(path, text, &self.currency),
                _ => {}
            }
        } else if let Some(statement) = &mut self.statement {
            match &self.xml.path[statement.path..] {
                "" => self.end_statement(),
                "/Bal" => self.end_balance(),
                path if !text.is_empty() => statement.raw.take(path, text, &self.currency),
                _ => {}
            }
        }
        self.xml.content.clear();
        self.xml.leave();
    }

    fn end_entry(&mut self) {
        let (Some(entry), Some(statement)) = (self.entry.take(), &self.statement) else { return };
        let checked = entry.raw.check(&statement.raw.account, &statement.raw.currency);
        let span = self.span_of(&entry);
        self.parsed.rows += 1;
        match checked.and_then(|booked| self.in_time(booked)) {
            Ok(Some(booked)) => self.keep(booked, entry.raw, span),
            Ok(None) => self.parsed.skipped += 1,
            Err(fault) => self.refuse(fault, span),
        }
    }

    fn refuse(&mut self, fault: Fault, span: Span) {
        if let Some(statement) = &mut self.statement {
            statement.raw.lines.fail();
        }
        self.parsed.issues.push(fault.at(self.file, span));
    }

    fn in_time(&self, booked: Option<Booked>) -> Result<Option<Booked>, Fault> {
        booked.map(|booked| in_time(booked.line.booked, "BookgDt", self.context).map(|_| booked)).transpose()
    }

    fn keep(&mut self, booked: Booked, entry: RawEntry, span: Span) {
        let Booked { mut line, counterparty } = booked;
        line.counterparty = counterparty.map(|name| self.context.personal.token("counterparty", &name, None));
        if let Some(statement) = &mut self.statement {
            statement.raw.lines.keep(&line, span);
        }
        self.kept.push(Kept { line, by_amount: entry.is_batch(), key: entry.servicer_reference, span });
    }

    fn end_balance(&mut self) {
        let Some(statement) = &mut self.statement else { return };
        if let Err(fault) = statement.raw.end_balance() {
            let span = Span { line: statement.line, offset: statement.offset as u64, len: 0 };
            self.parsed.issues.push(fault.holding(self.file, span, 0));
        }
    }

    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else { return };
        self.statements += 1;
        if self.xml.path.ends_with("/Stmt")
            && let Err(fault) = statement.raw.check()
        {
            let span = self.span_of(&statement);
            self.parsed.issues.push(fault.holding(self.file, span, 0));
        }
    }

    fn span_of<T>(&mut self, open: &Open<T>) -> Span {
        self.xml.span_from(open.line, open.offset)
    }

    /// The rest of the document, from the entry that was open, is one issue.
    fn break_off(&mut self) {
        let position = self.xml.position();
        let (line, offset) = self.xml.place(position);
        let broken = self.entry.take().map(|entry| (entry.at, entry.line, entry.offset));
        let (at, line, offset) = broken.unwrap_or((position, line, offset));
        let rows = count_entries(self.xml.rest(at).as_bytes());
        let span = self.xml.rest_from(line, offset);
        self.parsed.rows += rows;
        self.parsed.issues.push(Fault::new(IssueRule::Malformed, "", "").holding(self.file, span, rows));
        self.statements += 1;
    }

    fn finish(mut self) -> Parsed {
        if self.statements == 0 {
            let fault = Fault::new(IssueRule::MissingValue, "Stmt", "");
            self.parsed.issues.push(fault.holding(self.file, Span { line: 1, ..Span::default() }, 0));
        }
        self.parsed.records = named(self.file, self.kept);
        self.parsed
    }
}

/// Start tags of entries, by a look at the bytes alone.
fn count_entries(bytes: &[u8]) -> u64 {
    let is_entry = |tag: &&[u8]| {
        let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(tag.len());
        matches!(tag[..end].rsplit(|b| *b == b':').next(), Some(b"Ntry"))
    };
    bytes.split(|b| *b == b'<').skip(1).filter(is_entry).count() as u64
}

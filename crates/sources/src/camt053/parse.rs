//! The document to bank lines: one pass over its elements. Names need the whole file, so they come last.

use super::entry::{Booked, RawEntry};
use super::statement::RawStatement;
use crate::bank::encoding::{Decoded, Places, decoded};
use crate::bank::{Kept, in_time, named, span};
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Span};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

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

/// The document is not well formed.
struct NotWellFormed;

impl From<quick_xml::Error> for NotWellFormed {
    fn from(_: quick_xml::Error) -> Self {
        Self
    }
}

/// A walk through the document's elements.
struct Walk<'a, 'c, 'p> {
    file: Digest,
    text: &'a str,
    xml: Reader<&'a [u8]>,
    context: &'c mut Context<'p>,
    places: Places<'a>,
    /// Local names down to the current element, each behind a slash.
    path: String,
    /// Text of the current element.
    content: String,
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
        let mut xml = Reader::from_str(&decoded.text);
        xml.config_mut().expand_empty_elements = true;
        Self {
            file,
            text: &decoded.text,
            xml,
            context,
            places: Places::new(decoded),
            path: String::new(),
            content: String::new(),
            currency: String::new(),
            statement: None,
            entry: None,
            statements: 0,
            kept: Vec::new(),
            parsed: Parsed::default(),
        }
    }

    /// Where in the text the last event ended.
    fn position(&self) -> usize {
        usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    fn run(&mut self) -> Result<(), NotWellFormed> {
        loop {
            let offset = self.position();
            match self.xml.read_event()? {
                Event::Start(tag) => self.start(&tag, offset)?,
                Event::End(_) => self.end(),
                Event::Text(text) => self.content += &text.xml_content(XmlVersion::Explicit1_0),
                Event::CData(text) => self.content += &text.xml_content(XmlVersion::Explicit1_0),
                Event::GeneralRef(reference) => self.content.push_str(&resolved(&reference)?),
                Event::Eof if self.path.is_empty() => return Ok(()),
                Event::Eof => return Err(NotWellFormed),
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<(), NotWellFormed> {
        self.path.push('/');
        self.path.push_str(tag.local_name().as_ref());
        self.content.clear();
        self.currency = currency_of(tag)?;
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
        let (line, offset) = self.places.of(at);
        Open { raw: T::default(), path: self.path.len(), at, line, offset }
    }

    fn begins_statement(&self) -> bool {
        let mut names = self.path.rsplit('/');
        let one = names.next();
        let all = names.next();
        MESSAGES.iter().any(|(message, name)| one == Some(name) && all == Some(message))
    }

    fn below_statement(&self) -> Option<&str> {
        self.statement.as_ref().map(|statement| &self.path[statement.path..])
    }

    /// The current element ended: its text goes to the entry or statement around it.
    fn end(&mut self) {
        let text = self.content.trim();
        if let Some(entry) = &mut self.entry {
            match &self.path[entry.path..] {
                "" => self.end_entry(),
                "/NtryDtls/TxDtls" => entry.raw.end_transaction(),
                path if !text.is_empty() => entry.raw.take(path, text, &self.currency),
                _ => {}
            }
        } else if let Some(statement) = &mut self.statement {
            match &self.path[statement.path..] {
                "" => self.end_statement(),
                "/Bal" => self.end_balance(),
                path if !text.is_empty() => statement.raw.take(path, text, &self.currency),
                _ => {}
            }
        }
        self.content.clear();
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
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
        if self.path.ends_with("/Stmt")
            && let Err(fault) = statement.raw.check()
        {
            let span = self.span_of(&statement);
            self.parsed.issues.push(fault.holding(self.file, span, 0));
        }
    }

    fn span_of<T>(&mut self, open: &Open<T>) -> Span {
        let (_, end) = self.places.of(self.position());
        span(open.line, open.offset, end)
    }

    /// The rest of the document, from the entry that was open, is one issue.
    fn break_off(&mut self) {
        let position = self.position();
        let (line, offset) = self.places.of(position);
        let broken = self.entry.take().map(|entry| (entry.at, entry.line, entry.offset));
        let (at, line, offset) = broken.unwrap_or((position, line, offset));
        let rows = count_entries(&self.text.as_bytes()[at..]);
        let (_, end) = self.places.of(self.text.len());
        let span = span(line, offset, end);
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

fn currency_of(tag: &BytesStart<'_>) -> Result<String, NotWellFormed> {
    let attribute = tag.try_get_attribute("Ccy").map_err(|_| NotWellFormed)?;
    Ok(attribute.map(|attribute| attribute.value.trim().to_owned()).unwrap_or_default())
}

/// A character by number, or one of XML's own five names.
fn resolved(reference: &BytesRef<'_>) -> Result<String, NotWellFormed> {
    match reference.resolve_char_ref()? {
        Some(character) => Ok(character.to_string()),
        None => resolve_predefined_entity(reference).map(str::to_owned).ok_or(NotWellFormed),
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

//! The document to bank lines: one pass over its elements. Names need the whole file, so they come last.

use super::entry::{Booked, RawEntry};
use super::naming::{Kept, named};
use super::statement::RawStatement;
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Span};
use jiff::tz::TimeZone;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, count_entries(bytes));
    };
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if body.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let mut walk = Walk::new(file, text, text.len() - body.len(), context);
    if walk.run().is_err() {
        walk.break_off();
    }
    walk.finish()
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
    /// Bytes before the reader's first.
    skipped: usize,
    xml: Reader<&'a [u8]>,
    context: &'c mut Context<'p>,
    lines: Lines<'a>,
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
    line: u32,
    offset: usize,
}

impl<'a, 'c, 'p> Walk<'a, 'c, 'p> {
    fn new(file: Digest, text: &'a str, skipped: usize, context: &'c mut Context<'p>) -> Self {
        let mut xml = Reader::from_str(&text[skipped..]);
        xml.config_mut().expand_empty_elements = true;
        Self {
            file,
            text,
            skipped,
            xml,
            context,
            lines: Lines { bytes: text.as_bytes(), at: 0, line: 1 },
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

    /// Where the last event ended.
    fn position(&self) -> usize {
        self.skipped + usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX)
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
            None if self.path.ends_with("/BkToCstmrStmt/Stmt") => self.statement = Some(self.open(offset)),
            Some("/Ntry") => self.entry = Some(self.open(offset)),
            _ => {}
        }
        Ok(())
    }

    fn open<T: Default>(&mut self, offset: usize) -> Open<T> {
        Open { raw: T::default(), path: self.path.len(), line: self.lines.line_of(offset), offset }
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
        let span = self.span_of(&entry);
        self.parsed.rows += 1;
        let checked = entry.raw.check(&statement.raw.account, &statement.raw.currency);
        match checked.and_then(|booked| self.in_time(booked)) {
            Ok(Some(booked)) => self.keep(booked, entry.raw.servicer_reference, span),
            Ok(None) => self.parsed.skipped += 1,
            Err(fault) => self.parsed.issues.push(fault.at(self.file, span)),
        }
    }

    fn in_time(&self, booked: Option<Booked>) -> Result<Option<Booked>, Fault> {
        let Some(booked) = booked else { return Ok(None) };
        let day = booked.line.booked;
        match TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)) {
            Ok(at) if at <= self.context.latest() => Ok(Some(booked)),
            _ => Err(Fault::new(IssueRule::DateInFuture, "BookgDt", day.to_string())),
        }
    }

    fn keep(&mut self, booked: Booked, servicer_reference: String, span: Span) {
        let Booked { mut line, counterparty } = booked;
        line.counterparty = counterparty.map(|name| self.context.personal.token("counterparty", &name, None));
        if let Some(statement) = &mut self.statement {
            statement.raw.add(line.amount);
        }
        self.kept.push(Kept { line, servicer_reference, span });
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
        if let Err(fault) = statement.raw.check() {
            self.parsed.issues.push(fault.holding(self.file, self.span_of(&statement), 0));
        }
    }

    fn span_of<T>(&self, open: &Open<T>) -> Span {
        span(open.line, open.offset, self.position())
    }

    /// The rest of the document, from the entry that was open, is one issue.
    fn break_off(&mut self) {
        let offset = self.entry.take().map_or_else(|| self.position().min(self.text.len()), |entry| entry.offset);
        let rows = count_entries(&self.text.as_bytes()[offset..]);
        let span = span(self.lines.line_of(offset), offset, self.text.len());
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

fn span(line: u32, from: usize, to: usize) -> Span {
    Span { line, offset: from as u64, len: u32::try_from(to.saturating_sub(from)).unwrap_or(u32::MAX) }
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

/// Line numbers of rising offsets.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn line_of(&mut self, offset: usize) -> u32 {
        let passed = self.bytes[self.at..offset].iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.at = offset;
        self.line
    }
}

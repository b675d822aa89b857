//! The document to facts: one pass over its elements. What facts name may stand behind them, so records come last.

use super::context::{RawContext, RawUnit};
use super::duplicates::Duplicates;
use super::fact::{Named, RawFact};
use crate::bank::encoding::{Decoded, Places, decoded};
use crate::bank::span;
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Span};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// What every fact carries.
const CONTEXT_REF: &str = "contextRef";

pub(super) fn parse(file: Digest, bytes: &[u8], _: &mut Context<'_>) -> Parsed {
    let Some(decoded) = decoded(bytes, Some("windows-1252")) else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, 0);
    };
    if decoded.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let mut walk = Walk::new(file, &decoded);
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

/// What is open: its attributes, and how deep it stands.
enum Open {
    Nothing,
    Context(String, RawContext),
    Unit(String, RawUnit),
    Fact(Box<RawFact>, usize),
}

/// A walk through the document's elements.
struct Walk<'a> {
    file: Digest,
    text: &'a str,
    xml: Reader<&'a [u8]>,
    places: Places<'a>,
    /// Local names down to the current element, each behind a slash.
    path: String,
    /// Length of the path of what is open.
    root: usize,
    open: Open,
    /// The dimension that is open in a context, and the length of its element's path.
    axis: Option<(String, usize)>,
    /// Text of the current element, or all within a fact.
    content: String,
    named: Named,
    facts: Vec<RawFact>,
    parsed: Parsed,
}

impl<'a> Walk<'a> {
    fn new(file: Digest, decoded: &'a Decoded<'a>) -> Self {
        let mut xml = Reader::from_str(&decoded.text);
        xml.config_mut().expand_empty_elements = true;
        Self {
            file,
            text: &decoded.text,
            xml,
            places: Places::new(decoded),
            path: String::new(),
            root: 0,
            open: Open::Nothing,
            axis: None,
            content: String::new(),
            named: Named::default(),
            facts: Vec::new(),
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
        match &self.open {
            Open::Fact(..) => return Ok(()),
            Open::Context(..) => {
                if let Some(axis) = attribute(tag, "dimension")? {
                    self.axis = Some((axis, self.path.len()));
                }
            }
            Open::Unit(..) => {}
            Open::Nothing => self.begin(tag, offset)?,
        }
        self.content.clear();
        Ok(())
    }

    fn begin(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<(), NotWellFormed> {
        let id = attribute(tag, "id")?.unwrap_or_default();
        self.open = match (tag.local_name().as_ref(), attribute(tag, CONTEXT_REF)?) {
            (_, Some(context)) => Open::Fact(Box::new(self.begin_fact(tag, context, offset)?), offset),
            ("context", None) => Open::Context(id, RawContext::default()),
            ("unit", None) => Open::Unit(id, RawUnit::default()),
            ("schemaRef", None) => {
                let href = attribute(tag, "xlink:href")?.unwrap_or_default();
                href.rsplit(['/', '\\']).next().unwrap_or_default().clone_into(&mut self.named.schema);
                Open::Nothing
            }
            _ => Open::Nothing,
        };
        self.root = self.path.len();
        Ok(())
    }

    fn begin_fact(&mut self, tag: &BytesStart<'_>, context: String, offset: usize) -> Result<RawFact, NotWellFormed> {
        let (line, start) = self.places.of(offset);
        let nil = attribute(tag, "xsi:nil")?.is_some_and(|nil| matches!(nil.as_str(), "true" | "1"));
        Ok(RawFact {
            concept: tag.name().as_ref().to_owned(),
            context,
            unit: attribute(tag, "unitRef")?,
            decimals: attribute(tag, "decimals")?,
            precision: attribute(tag, "precision")?,
            language: attribute(tag, "xml:lang")?.unwrap_or_default(),
            nil,
            text: String::new(),
            span: Span { line, offset: start as u64, len: 0 },
        })
    }

    /// The current element ended: its text goes to what is open around it.
    fn end(&mut self) {
        let below = self.path.get(self.root..).unwrap_or_default();
        let ended = below.is_empty();
        match &mut self.open {
            Open::Context(_, context) => {
                context.take(below, self.content.trim(), self.axis.as_ref().map(|(axis, _)| axis.as_str()));
                self.axis.take_if(|(_, depth)| *depth == self.path.len());
                self.content.clear();
            }
            Open::Unit(_, unit) => {
                unit.take(below, self.content.trim());
                self.content.clear();
            }
            Open::Fact(..) | Open::Nothing => {}
        }
        if ended && !self.path.is_empty() {
            self.close();
        }
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Context(id, context) => {
                self.named.contexts.insert(id, context);
                self.axis = None;
            }
            Open::Unit(id, unit) => {
                self.named.units.insert(id, unit);
            }
            Open::Fact(mut fact, _) => {
                let (_, end) = self.places.of(self.position());
                fact.span = span(fact.span.line, usize::try_from(fact.span.offset).unwrap_or(usize::MAX), end);
                fact.text = std::mem::take(&mut self.content);
                self.facts.push(*fact);
            }
        }
    }

    /// The rest of the document, from the fact that was open, is one issue.
    fn break_off(&mut self) {
        let position = self.position();
        let (at, line, offset) = match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Fact(fact, at) => (at, fact.span.line, usize::try_from(fact.span.offset).unwrap_or(usize::MAX)),
            _ => {
                let (line, offset) = self.places.of(position);
                (position, line, offset)
            }
        };
        let rows = self.text.get(at..).unwrap_or_default().matches(CONTEXT_REF).count() as u64;
        let (_, end) = self.places.of(self.text.len());
        self.parsed.rows += rows;
        let fault = Fault::new(IssueRule::Malformed, "", "");
        self.parsed.issues.push(fault.holding(self.file, span(line, offset, end), rows));
    }

    fn finish(mut self) -> Parsed {
        let mut duplicates = Duplicates::default();
        for fact in self.facts {
            self.parsed.rows += 1;
            let place = fact.span;
            match fact.record(self.file, &self.named) {
                Ok(record) => duplicates.keep(self.file, record, &mut self.parsed),
                Err(fault) => self.parsed.issues.push(fault.at(self.file, place)),
            }
        }
        self.parsed.issues.sort_by_key(|issue| issue.span.offset);
        self.parsed
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, NotWellFormed> {
    let found = tag.try_get_attribute(name).map_err(|_| NotWellFormed)?;
    Ok(found.map(|attribute| attribute.value.trim().to_owned()))
}

/// A character by number, or one of XML's own five names.
fn resolved(reference: &BytesRef<'_>) -> Result<String, NotWellFormed> {
    match reference.resolve_char_ref()? {
        Some(character) => Ok(character.to_string()),
        None => resolve_predefined_entity(reference).map(str::to_owned).ok_or(NotWellFormed),
    }
}

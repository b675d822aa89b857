//! The document to facts: one pass over its elements. What facts name may stand behind them, so records come last.

use super::context::{RawContext, RawUnit};
use super::duplicates::Duplicates;
use super::fact::{Named, RawFact};
use crate::bank::encoding::{Decoded, decoded};
use crate::fault::Fault;
use crate::xml::{NotWellFormed, Step, Xml, attribute};
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Span};
use quick_xml::events::BytesStart;

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
    xml: Xml<'a>,
    /// Length of the path of what is open.
    root: usize,
    open: Open,
    /// The dimension that is open in a context, and the length of its element's path.
    axis: Option<(String, usize)>,
    named: Named,
    facts: Vec<RawFact>,
    parsed: Parsed,
}

impl<'a> Walk<'a> {
    fn new(file: Digest, decoded: &'a Decoded<'a>) -> Self {
        Self {
            file,
            xml: Xml::new(decoded),
            root: 0,
            open: Open::Nothing,
            axis: None,
            named: Named::default(),
            facts: Vec::new(),
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
        match &self.open {
            Open::Fact(..) => return Ok(()),
            Open::Context(..) => {
                if let Some(axis) = attribute(tag, "dimension")? {
                    self.axis = Some((axis, self.xml.path.len()));
                }
            }
            Open::Unit(..) => {}
            Open::Nothing => self.begin(tag, offset)?,
        }
        self.xml.content.clear();
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
        self.root = self.xml.path.len();
        Ok(())
    }

    fn begin_fact(&mut self, tag: &BytesStart<'_>, context: String, offset: usize) -> Result<RawFact, NotWellFormed> {
        let (line, start) = self.xml.place(offset);
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
        let below = self.xml.path.get(self.root..).unwrap_or_default();
        let ended = below.is_empty();
        match &mut self.open {
            Open::Context(_, context) => {
                context.take(below, self.xml.content.trim(), self.axis.as_ref().map(|(axis, _)| axis.as_str()));
                self.axis.take_if(|(_, depth)| *depth == self.xml.path.len());
                self.xml.content.clear();
            }
            Open::Unit(_, unit) => {
                unit.take(below, self.xml.content.trim());
                self.xml.content.clear();
            }
            Open::Fact(..) | Open::Nothing => {}
        }
        if ended && !self.xml.path.is_empty() {
            self.close();
        }
        self.xml.leave();
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
                let offset = usize::try_from(fact.span.offset).unwrap_or(usize::MAX);
                fact.span = self.xml.span_from(fact.span.line, offset);
                fact.text = std::mem::take(&mut self.xml.content);
                self.facts.push(*fact);
            }
        }
    }

    /// The rest of the document, from the fact that was open, is one issue.
    fn break_off(&mut self) {
        let position = self.xml.position();
        let (at, line, offset) = match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Fact(fact, at) => (at, fact.span.line, usize::try_from(fact.span.offset).unwrap_or(usize::MAX)),
            _ => {
                let (line, offset) = self.xml.place(position);
                (position, line, offset)
            }
        };
        let rows = self.xml.rest(at).matches(CONTEXT_REF).count() as u64;
        let place = self.xml.rest_from(line, offset);
        self.parsed.rows += rows;
        let fault = Fault::new(IssueRule::Malformed, "", "");
        self.parsed.issues.push(fault.holding(self.file, place, rows));
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

//! XML documents, element by element: the path down to each, where it stands in the file, and the text within.

use crate::bank::encoding::{Decoded, Places};
use crate::bank::span;
use domain::Span;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The document is not well formed.
pub(crate) struct NotWellFormed;

impl From<quick_xml::Error> for NotWellFormed {
    fn from(_: quick_xml::Error) -> Self {
        Self
    }
}

/// What comes next in a document.
pub(crate) enum Step<'a> {
    /// An element began at this place of the text; the path ends with it.
    Start(BytesStart<'a>, usize),
    /// The current element ended; the path still ends with it, until [`Xml::leave`].
    End,
    /// All of it was read.
    Done,
}

/// A document that is being read.
pub(crate) struct Xml<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    places: Places<'a>,
    /// Local names down to the current element, each behind a slash.
    pub(crate) path: String,
    /// Text since whoever reads cleared it.
    pub(crate) content: String,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(decoded: &'a Decoded<'a>) -> Self {
        let mut reader = Reader::from_str(&decoded.text);
        reader.config_mut().expand_empty_elements = true;
        let places = Places::new(decoded);
        Self { text: &decoded.text, reader, places, path: String::new(), content: String::new() }
    }

    /// Goes on to the next begin or end of an element; text on the way is added to the content.
    ///
    /// # Errors
    /// [`NotWellFormed`].
    pub(crate) fn step(&mut self) -> Result<Step<'a>, NotWellFormed> {
        loop {
            let offset = self.position();
            match self.reader.read_event()? {
                Event::Start(tag) => {
                    self.path.push('/');
                    self.path.push_str(tag.local_name().as_ref());
                    return Ok(Step::Start(tag, offset));
                }
                Event::End(_) => return Ok(Step::End),
                Event::Text(text) => self.content += &text.xml_content(XmlVersion::Explicit1_0),
                Event::CData(text) => self.content += &text.xml_content(XmlVersion::Explicit1_0),
                Event::GeneralRef(reference) => self.content.push_str(&resolved(&reference)?),
                Event::Eof if self.path.is_empty() => return Ok(Step::Done),
                Event::Eof => return Err(NotWellFormed),
                _ => {}
            }
        }
    }

    /// Takes the element that ended off the path.
    pub(crate) fn leave(&mut self) {
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
    }

    /// Where in the text the last event ended.
    pub(crate) fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    /// Line and byte offset of a place of the text in the file as it came.
    pub(crate) fn place(&mut self, at: usize) -> (u32, usize) {
        self.places.of(at)
    }

    /// The bytes of the file from an offset to where the last event ended.
    pub(crate) fn span_from(&mut self, line: u32, offset: usize) -> Span {
        let (_, end) = self.places.of(self.position());
        span(line, offset, end)
    }

    /// The bytes of the file from an offset to its end.
    pub(crate) fn rest_from(&mut self, line: u32, offset: usize) -> Span {
        let (_, end) = self.places.of(self.text.len());
        span(line, offset, end)
    }

    /// The text from a place on.
    pub(crate) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }
}

/// An attribute without the blanks around it.
///
/// # Errors
/// [`NotWellFormed`].
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, NotWellFormed> {
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

//! A body to the events in it, each with its place.

use domain::Span;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One event as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its place in the body.
    pub span: Span,
    /// Its bytes; not UTF-8 where they are not.
    pub bytes: &'a [u8],
}

/// `{"events": […]}`
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// The events of a body: those of its one JSON document, else its lines that are not blank. A body whose first line is
/// no JSON value is one item: a document that ends too early.
pub fn items(body: &[u8]) -> Vec<Item<'_>> {
    let content = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut place = Place { at: body.len() - content.len(), line: 1 };
    let spanned = |part: &'_ [u8], start: usize, place: &mut Place| place.span(body, start, part.len());
    if let Some(parts) = std::str::from_utf8(content).ok().and_then(document) {
        let start_of = |part: &str| part.as_ptr().addr() - body.as_ptr().addr();
        let item = |part: &'_ str, place: &mut Place| spanned(part.as_bytes(), start_of(part), place);
        return parts.iter().map(|part| Item { span: item(part, &mut place), bytes: part.as_bytes() }).collect();
    }
    let lines = lines(body, place.at);
    match lines.first() {
        Some((start, first)) if !is_json(first) && lines.iter().all(|(_, line)| !is_object(line)) => {
            let whole = body[*start..].trim_ascii_end();
            vec![Item { span: place.span(body, *start, whole.len()), bytes: whole }]
        }
        _ => lines
            .into_iter()
            .map(|(start, line)| Item { span: place.span(body, start, line.len()), bytes: line })
            .collect(),
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(text).is_ok()
}

fn is_object(text: &[u8]) -> bool {
    text.starts_with(b"{") && is_json(text)
}

/// The events of one JSON document; none where the text is not one.
fn document(text: &str) -> Option<Vec<&str>> {
    let whole = serde_json::from_str::<&RawValue>(text).ok()?.get();
    let parts = if whole.starts_with('[') {
        serde_json::from_str::<Vec<&RawValue>>(whole).ok()?
    } else if let Ok(Envelope { events }) = serde_json::from_str(whole) {
        events
    } else {
        return Some(vec![whole]);
    };
    Some(parts.into_iter().map(RawValue::get).collect())
}

/// Lines that are not blank, each with its first byte, without white space around.
fn lines(body: &[u8], from: usize) -> Vec<(usize, &[u8])> {
    let mut start = from;
    let mut found = Vec::new();
    for line in body[from..].split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        if !text.is_empty() {
            found.push((start + line.len() - line.trim_ascii_start().len(), text));
        }
        start += line.len();
    }
    found
}

/// How far lines have been counted.
struct Place {
    at: usize,
    line: u32,
}

impl Place {
    /// The place of `len` bytes that start at `start`, which is never before the last one's.
    fn span(&mut self, body: &[u8], start: usize, len: usize) -> Span {
        let passed = body.get(self.at..start).unwrap_or_default();
        self.line = passed.iter().fold(self.line, |line, byte| line.saturating_add(u32::from(*byte == b'\n')));
        self.at = start;
        Span { line: self.line, offset: start as u64, len: u32::try_from(len).unwrap_or(u32::MAX) }
    }
}

//! JSON Lines: one object a line. Nested objects are columns with dotted names; lists are told as JSON; `null` is empty;
//! numbers stand digit by digit as they were written.

use super::TableRow;
use domain::{IssueRule, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Most columns of a table: what has more is a table turned on its side, with keys for names.
const MOST_COLUMNS: usize = 2_000;
/// How deep objects may stand in one another.
const MOST_DEPTH: usize = 8;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The objects of a text still to come.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl<'a> Lines<'a> {
    /// Goes over all lines once for their names, in order of first appearance.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let mut lines = Self { bytes, at, line: 0, names: Vec::new(), places: HashMap::new() };
        for line in bytes[at..].split(|byte| *byte == b'\n') {
            let known = &mut lines.places;
            let names = &mut lines.names;
            flatten(line, &mut |name, _| {
                if names.len() < MOST_COLUMNS && !known.contains_key(name) {
                    known.insert(name.to_owned(), names.len());
                    names.push(name.to_owned());
                }
            });
        }
        lines
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Fills the row with the next line that is not blank; false at the end.
    pub(super) fn read(&mut self, row: &mut TableRow) -> bool {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
            self.line = self.line.saturating_add(1);
            row.span =
                Span { line: self.line, offset: self.at as u64, len: u32::try_from(line.len()).unwrap_or(u32::MAX) };
            self.at += length + 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let places = &self.places;
            let sound = flatten(line, &mut |name, text| {
                if let Some(index) = places.get(name) {
                    row.set(*index, &text);
                }
            });
            row.fault = (!sound).then(|| (IssueRule::Malformed, "not one JSON object".to_owned()));
            return true;
        }
        false
    }
}

/// Whether a line is one JSON object.
pub(super) fn is_object(line: &[u8]) -> bool {
    serde_json::from_slice::<Object<'_>>(line).is_ok()
}

/// Tells every name and value of a line; false where it is no object.
fn flatten(line: &[u8], tell: &mut dyn FnMut(&str, Cow<'_, str>)) -> bool {
    let Ok(object) = serde_json::from_slice::<Object<'_>>(line) else { return false };
    object.tell("", 0, tell);
    true
}

/// An object's members in their order, values as they stand.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((Cow::Owned(name), value));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl Object<'_> {
    fn tell(&self, prefix: &str, depth: usize, tell: &mut dyn FnMut(&str, Cow<'_, str>)) {
        for (name, value) in &self.0 {
            let name = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
            let text = value.get();
            match text.as_bytes().first() {
                Some(b'{') if depth < MOST_DEPTH => {
                    if let Ok(inner) = serde_json::from_str::<Object<'_>>(text) {
                        inner.tell(&name, depth + 1, tell);
                    }
                }
                Some(b'"') => tell(&name, serde_json::from_str::<String>(text).unwrap_or_default().into()),
                Some(b'n') => tell(&name, "".into()),
                _ => tell(&name, text.into()),
            }
        }
    }
}

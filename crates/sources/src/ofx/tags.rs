//! The text to tags. SGML leaves most tags open, so a tag's value is the text up to the next tag, and nothing nests.

use std::borrow::Cow;

/// A start or end tag.
pub(super) struct Tag<'a> {
    /// In upper case.
    pub(super) name: String,
    pub(super) closing: bool,
    /// What follows it, without blanks around it, references resolved.
    pub(super) value: Cow<'a, str>,
    /// Where the tag begins, and ends, in the text.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Marked sections that hold text.
const CDATA: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";

/// The tags of a text, from its first.
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next mark begins; a `<` that begins none is text.
    fn next_mark(&self, from: usize) -> usize {
        let begins = |at: &usize| {
            let next = self.text.as_bytes().get(at + 1);
            next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
        };
        let mut marks = self.text[from..].match_indices('<').map(|(at, _)| from + at);
        marks.find(begins).unwrap_or(self.text.len())
    }

    /// Where a comment, declaration or instruction ends; none where `at` begins a tag.
    fn end_of_other(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with(CDATA) {
            CDATA_END
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            ">"
        } else {
            return None;
        };
        Some(rest.find(end).map_or(self.text.len(), |found| at + found + end.len()))
    }

    /// The text from `at` to the next tag, with marked sections in it and comments left out.
    fn value(&self, mut at: usize) -> (Cow<'a, str>, usize) {
        let mut end = self.next_mark(at);
        let mut value = resolved(self.text[at..end].trim());
        while let Some(behind) = self.end_of_other(end) {
            if let Some(inside) = self.text[end..behind].strip_prefix(CDATA) {
                value = Cow::Owned(value.into_owned() + inside.strip_suffix(CDATA_END).unwrap_or(inside));
            }
            at = behind;
            end = self.next_mark(at);
            let more = resolved(self.text[at..end].trim());
            if !more.is_empty() {
                value = Cow::Owned(value.into_owned() + &more);
            }
        }
        (value, end)
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        let mut from = self.next_mark(self.at);
        while let Some(behind) = self.end_of_other(from) {
            from = self.next_mark(behind);
        }
        let inside = self.text.get(from + 1..)?;
        let to = from + 1 + inside.find('>')? + 1;
        let inside = &self.text[from + 1..to - 1];
        let closing = inside.starts_with('/');
        let name = inside.trim_start_matches('/').split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        let (value, next) = self.value(to);
        self.at = next;
        Some(Tag { name: name.to_ascii_uppercase(), closing, value, from, to })
    }
}

/// With the references of OFX and XML replaced; what is none of them is text.
fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let known = behind.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest)));
        out.push(known.map_or('&', |(character, _)| character));
        rest = known.map_or(behind, |(_, rest)| rest);
    }
    Cow::Owned(out + rest)
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = number
                .strip_prefix(['x', 'X'])
                .map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
            char::from_u32(code?)
        }
    }
}

//! A file cut into the objects that it lists.

use super::scan::{self, Member, members, skip_blanks, value_end};
use domain::Span;
use std::ops::Range;

/// By what members an object is told to be an envelope, and not itself what is meant.
pub(crate) struct Envelope {
    /// Members that hold what is meant, whatever stands beside them.
    pub(crate) any: &'static [&'static str],
    /// Members that do so where they stand alone.
    pub(crate) sole: &'static [&'static str],
}

/// One object of a file, or what could not be told to be one.
pub(crate) struct Piece {
    pub(crate) range: Range<usize>,
    pub(crate) span: Span,
    /// Whether it ends.
    pub(crate) closed: bool,
}

/// Envelopes within envelopes that are opened: lists of events of lists are three.
const MOST_ENVELOPES: usize = 6;

/// The objects of a file in their order.
pub(crate) fn pieces(bytes: &[u8], envelope: &Envelope) -> Vec<Piece> {
    let mut cutter = Cutter { bytes, envelope, pieces: Vec::new(), line: 1, counted: 0 };
    let mut at = skip_blanks(bytes, scan::start(bytes));
    let mut by_lines = false;
    while at < bytes.len() {
        let limit = if by_lines { line_end(bytes, at) } else { bytes.len() };
        at = cutter.value(at, limit, &mut by_lines);
        at = skip_blanks(bytes, at);
    }
    cutter.pieces
}

struct Cutter<'a> {
    bytes: &'a [u8],
    envelope: &'a Envelope,
    pieces: Vec<Piece>,
    /// Of the byte `counted`.
    line: u32,
    counted: usize,
}

impl Cutter<'_> {
    /// Takes the value at `at`, which must end before `limit`; answers where to go on.
    fn value(&mut self, at: usize, limit: usize, by_lines: &mut bool) -> usize {
        if !matches!(self.bytes[at], b'{' | b'[') {
            let end = line_end(self.bytes, at);
            self.push(at..end, false);
            return end;
        }
        if let Some(end) = value_end(&self.bytes[..limit], at) {
            self.open(at..end, true, 0);
            return end;
        }
        let line = line_end(self.bytes, at);
        if *by_lines || self.is_of_lines(at..line) {
            *by_lines = true;
            self.push(at..line, false);
            return line;
        }
        self.open(at..limit, false, 0);
        limit
    }

    /// Whether a line is one of a file of lines: the next begins an object, and this one does not go on.
    fn is_of_lines(&self, line: Range<usize>) -> bool {
        let goes_on = matches!(self.bytes[line.clone()].trim_ascii_end().last(), Some(b',' | b'['));
        !goes_on && self.bytes.get(line.end + 1) == Some(&b'{')
    }

    /// Takes what an object or list holds: itself, or what it is the envelope of.
    fn open(&mut self, value: Range<usize>, closed: bool, depth: usize) {
        let bytes = &self.bytes[..value.end];
        let inner = if depth < MOST_ENVELOPES { self.inner(bytes, value.start) } else { None };
        let Some(inner) = inner else { return self.push(value, closed) };
        for member in inner {
            match bytes[member.value.start..].first() {
                Some(b'{' | b'[') => self.open(member.value, member.closed, depth + 1),
                _ => self.push(member.value, member.closed),
            }
        }
    }

    /// What a list holds, or what an envelope holds.
    fn inner(&self, bytes: &[u8], start: usize) -> Option<Vec<Member>> {
        let mut all: Vec<Member> = members(bytes, start).collect();
        if bytes[start] == b'[' {
            return Some(all);
        }
        let alone = all.len() == 1;
        let holds = |member: &Member| matches!(bytes.get(member.value.start), Some(b'{' | b'['));
        let named =
            |member: &Member, names: &[&str]| names.iter().any(|name| bytes[member.key.clone()] == *name.as_bytes());
        let meant = |member: &Member| {
            holds(member) && (named(member, self.envelope.any) || alone && named(member, self.envelope.sole))
        };
        all.retain(meant);
        (!all.is_empty()).then_some(all)
    }

    fn push(&mut self, range: Range<usize>, closed: bool) {
        let text = self.bytes[range.clone()].trim_ascii_end();
        let range = range.start..range.start + text.len();
        let lines = self.bytes[self.counted..range.start].iter().filter(|&&byte| byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted = range.start;
        let (offset, len) = (range.start as u64, u32::try_from(range.len()).unwrap_or(u32::MAX));
        self.pieces.push(Piece { range, span: Span { line: self.line, offset, len }, closed });
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORDERS: Envelope = Envelope { any: &["data"], sole: &["orders"] };

    fn cut(text: &str) -> Vec<(&str, u32, bool)> {
        let cut = pieces(text.as_bytes(), &ORDERS);
        cut.into_iter().map(|piece| (&text[piece.range], piece.span.line, piece.closed)).collect()
    }

    #[test]
    fn one_object_a_list_lines_and_envelopes_are_all_lists_of_objects() {
        for text in ["{\"a\":1}", "[{\"a\":1}]", "\u{feff}\n{\"a\":1}\n", "{\"orders\":[{\"a\":1}]}"] {
            assert_eq!(cut(text).iter().map(|piece| piece.0).collect::<Vec<_>>(), ["{\"a\":1}"], "{text}");
        }
        assert_eq!(cut("{\"a\":1}\r\n{\"a\":2}\n"), [("{\"a\":1}", 1, true), ("{\"a\":2}", 2, true)]);
        assert_eq!(
            cut("{\"more\":true,\"data\":[{\"a\":1},\n{\"a\":2}]}"),
            [("{\"a\":1}", 1, true), ("{\"a\":2}", 2, true)]
        );
        assert_eq!(cut("{\"data\":{\"orders\":{\"a\":1}}}"), [("{\"a\":1}", 1, true)]);
        let order = "{\"id\":1,\"orders\":[{\"a\":1}]}";
        assert_eq!(cut(order), [(order, 1, true)], "an object may have a list of that name among others");
        assert_eq!(cut("{\"data\":[]}"), []);
        assert_eq!(cut("{\"data\":\"text\"}").len(), 1);
    }

    #[test]
    fn what_is_broken_is_one_piece() {
        assert_eq!(cut("{\"a\":1\n{\"a\":2}\n"), [("{\"a\":1", 1, false), ("{\"a\":2}", 2, true)]);
        assert_eq!(cut("{\"a\":\"1\n{\"a\":2}\n").len(), 2);
        assert_eq!(cut("{\"orders\":[{\"a\":1},\n{\"a\":"), [("{\"a\":1}", 1, true), ("{\"a\":", 2, false)]);
        assert_eq!(cut("{\n \"a\": 1,\n \"b\": 2\n"), [("{\n \"a\": 1,\n \"b\": 2", 1, false)]);
        assert_eq!(cut("{\"a\":1}\nend\n"), [("{\"a\":1}", 1, true), ("end", 2, false)]);
    }

    /// Looked at again from every line, this would take hours.
    #[test]
    fn hostile_brackets_take_no_longer_than_others() {
        assert_eq!(pieces(&b"{\"a\":{\n".repeat(300_000), &ORDERS).len(), 300_000);
        assert_eq!(pieces(&b"[".repeat(3_000_000), &ORDERS).len(), 1);
    }

    proptest! {
        #[test]
        fn pieces_follow_each_other_within_the_file(text in "([{}\\[\\]\":,a\n ]|\"data\":|\"orders\":){0,60}") {
            let cut = pieces(text.as_bytes(), &ORDERS);
            prop_assert!(cut.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
            prop_assert!(cut.iter().all(|piece| piece.range.end <= text.len() && !piece.range.is_empty()));
            for piece in cut {
                prop_assert_eq!(text[..piece.range.start].matches('\n').count() + 1, piece.span.line as usize);
            }
        }
    }
}

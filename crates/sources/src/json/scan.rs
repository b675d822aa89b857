//! Where JSON values begin and end, without reading them: brackets and strings are all that it looks at.

use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A member of an object, or an element of a list.
pub(super) struct Member {
    /// Without its quotes; empty in a list.
    pub(super) key: Range<usize>,
    /// The value; to the end of the bytes where it does not end.
    pub(super) value: Range<usize>,
    /// Whether the value ends.
    pub(super) closed: bool,
}

/// Past a byte order mark.
pub(super) fn start(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Whether nothing but blanks stands in the file.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    skip_blanks(bytes, start(bytes)) == bytes.len()
}

pub(super) fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    skip(bytes, from, b" \t\r\n")
}

fn skip(bytes: &[u8], from: usize, among: &[u8]) -> usize {
    bytes[from..].iter().position(|byte| !among.contains(byte)).map_or(bytes.len(), |found| from + found)
}

/// Where the value at `start` ends; none where it does not.
pub(super) fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => string_end(bytes, start),
        b'{' | b'[' => brackets_end(bytes, start),
        _ => {
            let end = bytes[start..].iter().position(|byte| b",]} \t\r\n".contains(byte));
            Some(end.map_or(bytes.len(), |end| start + end)).filter(|end| *end > start)
        }
    }
}

fn brackets_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, start);
    loop {
        match bytes.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Strings hold no line end, so that a quote that is not closed spoils its own line.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            b'\n' => return None,
            _ => at += 1,
        }
    }
}

/// The members of the object or list at `start`, as far as they can be told.
pub(super) fn members(bytes: &[u8], start: usize) -> impl Iterator<Item = Member> + use<'_> {
    let named = bytes.get(start) == Some(&b'{');
    let mut next = Some(start + 1);
    std::iter::from_fn(move || {
        let member = member(bytes, next.take()?, named)?;
        next = member.closed.then_some(member.value.end);
        Some(member)
    })
}

fn member(bytes: &[u8], from: usize, named: bool) -> Option<Member> {
    let mut at = skip(bytes, from, b" \t\r\n,");
    if matches!(bytes.get(at)?, b'}' | b']') {
        return None;
    }
    let mut key = at..at;
    if named {
        let end = Some(at).filter(|&at| bytes[at] == b'"').and_then(|at| string_end(bytes, at))?;
        key = at + 1..end - 1;
        at = skip_blanks(bytes, end);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        at = skip_blanks(bytes, at + 1);
    }
    let end = value_end(bytes, at);
    Some(Member { key, value: at..end.unwrap_or(bytes.len()), closed: end.is_some() })
}

/// The keys of the first object of a file, of which the bytes may be the beginning only, with the first bytes of their
/// values; of a list, those of its first object. None where it is no JSON.
pub(crate) fn top_keys(head: &[u8]) -> Option<Vec<(&str, &[u8])>> {
    let mut at = skip_blanks(head, start(head));
    if head.get(at) == Some(&b'[') {
        at = skip_blanks(head, at + 1);
    }
    if head.get(at) != Some(&b'{') {
        return None;
    }
    let text = |range: Range<usize>| std::str::from_utf8(&head[range]).ok();
    Some(members(head, at).filter_map(|member| Some((text(member.key)?, &head[member.value]))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_count_and_a_line_end_closes_no_string() {
        for (text, end) in [
            (r#"{"a":"}\"]"},1"#, Some(12)),
            ("[[],{}]", Some(7)),
            ("-12.5,", Some(5)),
            ("\"a\nb\"", None),
            ("{\"a\":[}", None),
            ("", None),
            (",", None),
        ] {
            assert_eq!(value_end(text.as_bytes(), 0), end, "{text}");
        }
    }

    #[test]
    fn keys_are_told_from_a_beginning() {
        let keys = |text: &'static str| {
            top_keys(text.as_bytes()).map(|keys| keys.into_iter().map(|(key, _)| key).collect::<Vec<_>>())
        };
        assert_eq!(keys("{\"a\": 1, \"b\": {\"c\": [2,"), Some(vec!["a", "b"]));
        assert_eq!(keys(" [ {\"a\":1}, {\"b\":2}]"), Some(vec!["a"]));
        assert_eq!(keys("{}"), Some(vec![]));
        assert_eq!(keys("a,b\n1,2\n"), None);
    }
}

//! The text to fields: `:61:` and what follows, up to the next field or the message's end.

/// A field: its tag, its lines, and where it stands in the text.
pub(super) struct Field<'a> {
    /// `61`, `60F`.
    pub(super) tag: &'a str,
    /// Without line ends.
    pub(super) lines: Vec<&'a str>,
    pub(super) from: usize,
    /// Behind its last line, without the line end.
    pub(super) to: usize,
}

impl<'a> Field<'a> {
    /// The first line, without blanks around it.
    pub(super) fn first(&self) -> &'a str {
        self.lines.first().map(|line| line.trim()).unwrap_or_default()
    }
}

/// The fields of a file, in order. What stands outside of them (headers, trailers) says nothing about money.
pub(super) fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut within = false;
    let mut end = 0;
    for whole in text.split_inclusive('\n') {
        let start = end;
        end += whole.len();
        let whole = whole.trim_end_matches(['\n', '\r']);
        let line = text_block(whole);
        let from = start + whole.len() - line.len();
        if let Some((tag, first)) = tagged(line) {
            within = true;
            fields.push(Field { tag, lines: vec![first], from, to: start + whole.len() });
        } else if line == "-" || line.starts_with("-}") || line.starts_with('{') {
            within = false;
        } else if let Some(field) = fields.last_mut().filter(|_| within && !line.is_empty()) {
            field.lines.push(line);
            field.to = start + whole.len();
        }
    }
    fields
}

/// What stands behind the blocks `{1:…}{2:…}{4:` and a byte order mark.
pub(super) fn text_block(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    match line.strip_prefix('{').and_then(|line| line.split_once("{4:")) {
        Some((_, behind)) => behind,
        None => line,
    }
}

/// `:60F:…` as `60F` and what follows.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let (digits, letter) = tag.split_at_checked(2)?;
    let is_tag = digits.bytes().all(|b| b.is_ascii_digit()) && letter.len() <= 1;
    (is_tag && letter.bytes().all(|b| b.is_ascii_alphabetic())).then_some((tag, rest))
}

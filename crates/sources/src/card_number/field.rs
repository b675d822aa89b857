//! In which field of a file a place stands, whatever the file is: named by the header of a delimited file, the element
//! of XML, the name of JSON.

use std::ops::Range;

/// What a field's name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nature {
    Card,
    Id,
    Other,
}

/// Words of names; `card` beats `number`, as in `Card number`.
const CARD: [&str; 9] = ["card", "pan", "cc", "ccnum", "kartennummer", "carte", "tarjeta", "cartão", "卡号"];
const ID: [&str; 25] = [
    "id",
    "ids",
    "order",
    "orders",
    "account",
    "iban",
    "reference",
    "ref",
    "number",
    "no",
    "txn",
    "transaction",
    "invoice",
    "time",
    "timestamp",
    "date",
    "created",
    "updated",
    "sku",
    "barcode",
    "ean",
    "gtin",
    "tracking",
    "batch",
    "单号",
];

pub(super) fn nature(name: &str) -> Nature {
    let words: Vec<String> = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let within = |known: &str| name.contains(known);
    if has(&CARD) || within("卡号") {
        Nature::Card
    } else if has(&ID) || within("单号") {
        Nature::Id
    } else {
        Nature::Other
    }
}

/// Lower-case words of `camelCase`, `snake_case` and plain names.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if !letter.is_alphabetic() || (after_lower && letter.is_uppercase()) {
            words.push(String::new());
        }
        if letter.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase();
    }
    words
}

/// What kind of text the bytes are.
pub(super) enum Fields<'a> {
    Json(&'a [u8]),
    Xml(&'a [u8]),
    Delimited(&'a [u8], u8, Vec<String>),
    Plain,
}

/// Rows above which a header may stand.
const MOST_PREAMBLE: usize = 40;

impl<'a> Fields<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        match start.first() {
            Some(b'{' | b'[') => Self::Json(bytes),
            Some(b'<') => Self::Xml(bytes),
            _ => header(bytes).map_or(Self::Plain, |(delimiter, names)| Self::Delimited(bytes, delimiter, names)),
        }
    }

    /// The field of each place; the places rise.
    pub(super) fn names_at(&self, places: impl Iterator<Item = usize>) -> Vec<String> {
        match self {
            Self::Plain => places.map(|_| String::new()).collect(),
            Self::Xml(bytes) => places.map(|place| element(&bytes[..place])).collect(),
            Self::Json(bytes) => places.map(|place| json_name(&bytes[..place])).collect(),
            Self::Delimited(bytes, delimiter, names) => columns(bytes, *delimiter, names, places),
        }
    }

    /// Whether a JSON number stands there, in which only digits may.
    pub(super) fn is_bare_number(&self, place: &Range<usize>) -> bool {
        let Self::Json(bytes) = self else { return false };
        let before = bytes[..place.start].trim_ascii_end().last();
        let behind = bytes[place.end..].trim_ascii_start().first();
        matches!(before, Some(b':' | b',' | b'[')) && matches!(behind, None | Some(b',' | b'}' | b']'))
    }
}

/// Delimiter and names of the first row that has two fields or more and no other row's worth of digits in it.
fn header(bytes: &[u8]) -> Option<(u8, Vec<String>)> {
    let lines = bytes.split(|byte| *byte == b'\n').take(MOST_PREAMBLE);
    let rows = lines.filter_map(|line| {
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|delimiter| cells(line, *delimiter))?;
        let names: Vec<String> = split(line, delimiter);
        let named = names.iter().filter(|name| name.chars().any(char::is_alphabetic)).count();
        (names.len() >= 2 && 2 * named > names.len()).then_some((delimiter, names))
    });
    rows.max_by_key(|(_, names)| names.len()).and_then(|widest| header_of_width(bytes, widest.1.len()).or(Some(widest)))
}

/// The first row of the widest width: below it stand rows of the same width.
fn header_of_width(bytes: &[u8], width: usize) -> Option<(u8, Vec<String>)> {
    bytes.split(|byte| *byte == b'\n').take(MOST_PREAMBLE).find_map(|line| {
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|delimiter| cells(line, *delimiter))?;
        let names = split(line, delimiter);
        (names.len() == width).then_some((delimiter, names))
    })
}

fn cells(line: &[u8], delimiter: u8) -> usize {
    line.iter().filter(|byte| **byte == delimiter).count()
}

fn split(line: &[u8], delimiter: u8) -> Vec<String> {
    let text =
        |cell: &[u8]| String::from_utf8_lossy(cell).trim_matches(|c: char| c == '"' || c.is_whitespace()).to_owned();
    line.split(|byte| *byte == delimiter).map(text).collect()
}

/// The column of each place, in one pass; quotes may hold delimiters and line ends.
fn columns(bytes: &[u8], delimiter: u8, names: &[String], places: impl Iterator<Item = usize>) -> Vec<String> {
    let (mut at, mut column, mut quoted) = (0, 0, false);
    let mut field_start = true;
    let mut found = Vec::new();
    for place in places {
        for byte in &bytes[at..place] {
            match *byte {
                b'"' if quoted || field_start => quoted = !quoted,
                b'\n' if !quoted => column = 0,
                byte if byte == delimiter && !quoted => column += 1,
                _ => {}
            }
            field_start = !quoted && (*byte == delimiter || *byte == b'\n' || *byte == b'"');
        }
        at = place;
        let name = names.get(column).filter(|name| !name.is_empty());
        found.push(name.cloned().unwrap_or_else(|| format!("column {}", column + 1)));
    }
    found
}

/// How far back a name is looked for.
const REACH: usize = 4096;

fn tail(before: &[u8]) -> &[u8] {
    &before[before.len().saturating_sub(REACH)..]
}

/// The name of the last element or attribute that was begun.
fn element(before: &[u8]) -> String {
    let before = tail(before);
    let Some(open) = before.iter().rposition(|byte| *byte == b'<') else { return String::new() };
    let tag = &before[open + 1..];
    let name = match tag.iter().position(|byte| *byte == b'>') {
        Some(_) => tag.iter().take_while(|byte| !matches!(byte, b'>' | b' ' | b'/')).copied().collect::<Vec<u8>>(),
        // Within the tag: the attribute.
        None => {
            let equals = tag.iter().rposition(|byte| *byte == b'=').unwrap_or(tag.len());
            let start = tag[..equals].iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
            tag[start..equals].to_vec()
        }
    };
    String::from_utf8_lossy(&name).into_owned()
}

/// The last `"name":` before the place.
fn json_name(before: &[u8]) -> String {
    let before = tail(before);
    let mut end = before.len();
    while let Some(colon) = before[..end].iter().rposition(|byte| *byte == b':') {
        let head = before[..colon].trim_ascii_end();
        if let Some(name) = head.strip_suffix(b"\"") {
            let start = name.iter().rposition(|byte| *byte == b'"').map_or(0, |at| at + 1);
            return String::from_utf8_lossy(&name[start..]).into_owned();
        }
        end = colon;
    }
    String::new()
}

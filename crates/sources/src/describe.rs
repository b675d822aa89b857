//! What a file that no source recognises looks like, and what to do with it, in one sentence.
//!
//! It shows names that stand in the file's head (keys, columns), never values: issues are shown to people.

use crate::csv_rows::{Row, Rows};
use crate::json;
use std::fmt;

/// What a file looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// Nothing is in it.
    Empty,
    /// Rows and columns: a mapping can read it.
    Table,
    /// Objects: a mapping can read lists of them.
    Json,
    /// A description of an interface, without data.
    InterfaceDescription,
    /// Another program's books.
    Journal,
    /// Marked-up data or a web page.
    Xml,
    /// Prose.
    Text,
    /// A picture, a PDF, an archive or a workbook that could not be opened.
    Document,
    /// None of these.
    Binary,
}

/// A likeness with its sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// What it looks like.
    pub likeness: Likeness,
    /// What it is, as far as can be told.
    pub what: String,
    /// What to do.
    pub advice: &'static str,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.advice)
    }
}

/// Bytes from the start of a file that are looked at.
const HEAD_BYTES: usize = 65_536;

/// Names that a sentence lists.
const SHOWN: usize = 8;

/// Characters of a name that it shows.
const NAME_CHARS: usize = 40;

const MAP: &str = "`plimsoll map FILE` drafts how to read it";
const EXPORT: &str = "it is no export; import the files that the bank, shop or processor gave";
const OPEN: &str = "open it and save what it holds as CSV, or export it again";

/// Looks at the beginning of an unpacked file.
pub fn describe(bytes: &[u8]) -> Description {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let likeness = |likeness, what: &str, advice| Description { likeness, what: what.to_owned(), advice };
    if head.trim_ascii().is_empty() {
        return likeness(Likeness::Empty, "an empty file", "export it again");
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return likeness(Likeness::Document, what, OPEN);
    }
    if is_binary(head) {
        return likeness(Likeness::Binary, "binary data", EXPORT);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if let Some(keys) = json::top_keys(head) {
        return of_json(&keys.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    }
    if text.starts_with('<') {
        return of_xml(text);
    }
    if is_journal(text) {
        let advice =
            "it is another program's books, no export; import the bank's and processors' files that it was made of";
        return likeness(Likeness::Journal, "a Beancount or Ledger journal", advice);
    }
    table(head).unwrap_or_else(|| likeness(Likeness::Text, "a text document", EXPORT))
}

/// How files begin that are no text.
const MAGIC: [(&[u8], &str); 12] = [
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture or a sound (RIFF)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (such as .xls)"),
    (b"PK", "a zip archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf", "a 7z archive"),
];

/// Texts have no such bytes, whatever their encoding; of UTF-16 every other byte may be nothing.
fn is_binary(head: &[u8]) -> bool {
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let odd = head.iter().filter(|&&byte| byte < 9 || (14..27).contains(&byte)).count();
    !wide && odd * 50 > head.len()
}

fn of_json(keys: &[&str]) -> Description {
    let is = |wanted: &[&str]| wanted.iter().any(|wanted| keys.contains(wanted));
    if is(&["openapi", "swagger", "$schema"]) {
        let what = "an OpenAPI description or JSON schema".to_owned();
        let advice = "it says what objects look like and holds none; import what the interface answers";
        return Description { likeness: Likeness::InterfaceDescription, what, advice };
    }
    let what = format!("JSON with the keys {}", names(keys));
    let advice = "no source knows these objects; a list of them can be read by a mapping, `plimsoll map FILE`";
    Description { likeness: Likeness::Json, what, advice }
}

fn of_xml(text: &str) -> Description {
    let root = text.split('<').find(|tag| tag.starts_with(char::is_alphabetic)).unwrap_or_default();
    let root = root.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
    let page = root.eq_ignore_ascii_case("html") || text.to_ascii_lowercase().starts_with("<!doctype html");
    let (what, advice) = if page {
        ("a web page".to_owned(), "it may be a sign-in page saved in place of the export; download the file again")
    } else {
        (format!("XML with the root {}", names(&[root])), "no source knows it; export the same as camt.053, OFX or CSV")
    };
    Description { likeness: Likeness::Xml, what, advice }
}

/// Directives of Beancount, and transactions of Ledger, begin with a date.
fn is_journal(text: &str) -> bool {
    let directive = |line: &&str| {
        let mut words = line.split_whitespace();
        let dated = words.next().is_some_and(|word| {
            word.len() == 10 && jiff::civil::Date::strptime("%Y-%m-%d", word.replace('/', "-")).is_ok()
        });
        dated
            && matches!(
                words.next(),
                Some("*" | "!" | "open" | "close" | "balance" | "txn" | "commodity" | "pad" | "price")
            )
    };
    text.lines().filter(directive).count() >= 2
}

/// What may part the fields of a table, with its name.
const DELIMITERS: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// Rows that are looked at.
const ROWS: usize = 200;

/// A table: most rows behind its first have as many fields as it, and at least two.
fn table(head: &[u8]) -> Option<Description> {
    let found = DELIMITERS.iter().filter_map(|(byte, name)| Some((columns(head, *byte)?, name)));
    let (header, delimiter) = found.max_by_key(|(header, _)| header.len())?;
    let unnamed = header.iter().any(|name| name.contains('@') || name.bytes().filter(u8::is_ascii_digit).count() > 4);
    let what = if unnamed || header.iter().all(String::is_empty) {
        format!("a table of {} columns without names, parted by {delimiter}", header.len())
    } else {
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        format!("a table with the columns {}, parted by {delimiter}", names(&header))
    };
    Some(Description { likeness: Likeness::Table, what, advice: MAP })
}

/// The header's fields.
fn columns(head: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut rows = Rows::delimited(head, delimiter);
    let mut row = Row::default();
    let mut all: Vec<Vec<String>> = Vec::new();
    while all.len() < ROWS && rows.read(&mut row) {
        all.push(
            (0..row.len())
                .map(|index| String::from_utf8_lossy(row.bytes(index)).trim_matches(['"', ' ', '\r']).to_owned())
                .collect(),
        );
    }
    let fitting = |from: usize| all[from..].iter().filter(|row| row.len() == all[from].len()).count();
    // The last row may have been cut off with the head.
    let header = (0..all.len())
        .find(|&from| all[from].len() > 1 && fitting(from) > 1 && fitting(from) * 3 >= (all.len() - from) * 2)?;
    let preamble = header * 2 <= all.len();
    preamble.then(|| all.swap_remove(header))
}

/// `a`, `b`, `c` and 4 more.
fn names(all: &[&str]) -> String {
    let short = |name: &&str| format!("`{}`", name.chars().take(NAME_CHARS).collect::<String>());
    let shown: Vec<String> = all.iter().take(SHOWN).map(short).collect();
    match all.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_told_by_what_it_begins_with() {
        for (bytes, said) in [
            (b" \n".as_slice(), "an empty file: "),
            (b"%PDF-1.7\n", "a PDF document: open it and save"),
            (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG): "),
            (b"\x01\x02\x03\x04 abc", "binary data: it is no export"),
            (
                b"{\"openapi\":\"3.0.3\",\"info\":{}}",
                "an OpenAPI description or JSON schema: it says what objects look like",
            ),
            (b"{\"resources\":{\"a\":{\"b\":", "JSON with the keys `resources`: "),
            (b"<?xml version=\"1.0\"?>\n<!-- x -->\n<Invoice xmlns=\"y\">", "XML with the root `Invoice`: "),
            (b"<!DOCTYPE html>\n<html>", "a web page: it may be a sign-in page"),
            (
                b"option \"title\" \"x\"\n1970-01-01 open Assets:A CNY\n2024-01-01 * \"A\" \"B\"\n  Assets:A 1 CNY\n",
                "a Beancount or Ledger journal: ",
            ),
            (
                b"Date;Text;Amount\n1.2.2026;a, b;1,5\n2.2.2026;c;2,5\n",
                "a table with the columns `Date`, `Text`, `Amount`, parted by semicolons: `plimsoll map FILE`",
            ),
            (
                b"My bank\n\nDate\tAmount\n1\t2\n3\t4\n5\t6\n",
                "a table with the columns `Date`, `Amount`, parted by tabs: ",
            ),
            (
                b"2026-01-02,zoe@example.org\n2026-01-03,z@example.org\n",
                "a table of 2 columns without names, parted by commas: ",
            ),
            (
                b"a,b,c,d,e,f,g,h,i,j\n1,2,3,4,5,6,7,8,9,10\n",
                "a table with the columns `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 2 more, parted by commas: ",
            ),
            (b"Dear Sir,\nthank you.\nYours, Zoe\nand, as ever, so on\n", "a text document: it is no export"),
        ] {
            let told = describe(bytes).to_string();
            assert!(told.starts_with(said), "{told}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_described(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(!describe(&bytes).to_string().is_empty());
        }
    }
}

//! Bytes to text for bank files, which still come in the encodings of the eighties.
//!
//! - A byte order mark decides. Else a file that is UTF-8 is read as UTF-8, whatever it declares: banks declare
//!   `ISO-8859-1` and send UTF-8 more often than a sound Latin text happens to be UTF-8. UTF-16 without a mark is known
//!   by the zero byte beside its first `<`.
//! - Else the declared encoding counts; ISO-8859-1 is read as Windows-1252, as browsers do (WHATWG Encoding).
//! - A span points into the bytes of the file as it came: every character knows how many bytes it was.
//! - Bytes that are not of the encoding make no text: nothing is replaced by guesswork.

use encoding_rs::{Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A file as text.
pub(crate) struct Decoded<'a> {
    /// Without the byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Bytes of the byte order mark.
    mark: usize,
    encoding: &'static Encoding,
}

/// The text of a file that declares an encoding by `label`, if any; none where the bytes are not of it.
pub(crate) fn decoded<'a>(bytes: &'a [u8], label: Option<&str>) -> Option<Decoded<'a>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded_as(bytes, mark, encoding);
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return decoded_as(bytes, 0, encoding);
    }
    let declared = || decoded_as(bytes, 0, Encoding::for_label(label?.as_bytes())?);
    decoded_as(bytes, 0, UTF_8).or_else(declared)
}

/// The same, where Windows-1252 is what remains if the bytes are not UTF-8: it reads any bytes.
pub(crate) fn decoded_or_western(bytes: &[u8]) -> Option<Decoded<'_>> {
    decoded(bytes, Some(WINDOWS_1252.name()))
}

/// The text of a Chinese file that is not UTF-8.
pub(crate) fn decoded_as_gbk(bytes: &[u8]) -> Option<Decoded<'_>> {
    decoded_as(bytes, 0, GBK)
}

/// The text of a file in the encoding of this name, behind a byte order mark or not.
pub(crate) fn decoded_in<'a>(bytes: &'a [u8], label: &str) -> Option<Decoded<'a>> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    let mark = Encoding::for_bom(bytes).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, mark)| mark);
    decoded_as(bytes, mark, encoding)
}

fn decoded_as<'a>(bytes: &'a [u8], mark: usize, encoding: &'static Encoding) -> Option<Decoded<'a>> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..])?;
    let decoded = Decoded { text, mark, encoding };
    // Where characters do not add up to the bytes (odd halves of GBK), no span could be trusted.
    (mark + decoded.byte_len(&decoded.text) == bytes.len()).then_some(decoded)
}

fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..2)? {
        b"<\0" => Some(UTF_16LE),
        b"\0<" => Some(UTF_16BE),
        _ => None,
    }
}

impl Decoded<'_> {
    /// How many bytes a part of the text was in the file.
    pub(crate) fn byte_len(&self, part: &str) -> usize {
        if self.encoding == UTF_8 {
            part.len()
        } else if self.encoding == UTF_16LE || self.encoding == UTF_16BE {
            part.chars().map(char::len_utf16).sum::<usize>() * 2
        } else if self.encoding.is_single_byte() {
            part.chars().count()
        } else {
            self.encoding.encode(part).0.len()
        }
    }
}

/// The line and the byte in the file of rising places in its text.
pub(crate) struct Places<'a> {
    decoded: &'a Decoded<'a>,
    at: usize,
    line: u32,
    byte: usize,
}

impl<'a> Places<'a> {
    pub(crate) fn new(decoded: &'a Decoded<'a>) -> Self {
        Self { decoded, at: 0, line: 1, byte: decoded.mark }
    }

    /// Line and byte of the place `at`; a place before the last one asked for is taken as that one.
    pub(crate) fn of(&mut self, at: usize) -> (u32, usize) {
        let part = self.decoded.text.get(self.at..at).unwrap_or_default();
        let lines = part.bytes().filter(|b| *b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.byte += self.decoded.byte_len(part);
        self.at += part.len();
        (self.line, self.byte)
    }
}

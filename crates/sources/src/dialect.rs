//! How a table's bytes are split and read as text.
//!
//! GBK (read as GB 18030, of which it is a part) needs no other splitter: no byte of its characters beyond ASCII is a
//! comma, a tab, a quote or a line end, so rows are split, and placed, by the file's own bytes.

use encoding_rs::GBK;
use std::borrow::Cow;

/// What stands between fields, and what text is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dialect {
    /// One ASCII byte.
    pub(crate) delimiter: u8,
    /// GBK instead of UTF-8.
    pub(crate) gbk: bool,
}

impl Dialect {
    /// Commas, UTF-8.
    pub(crate) const COMMAS: Self = Self { delimiter: b',', gbk: false };
    /// Tabs, UTF-8.
    pub(crate) const TABS: Self = Self { delimiter: b'\t', gbk: false };
    /// Commas, GBK.
    pub(crate) const GBK: Self = Self { delimiter: b',', gbk: true };

    /// Whether bytes that are UTF-8 may be taken as such: what is GBK may look like UTF-8 by accident.
    pub(crate) fn takes_as_utf8(self, bytes: &[u8]) -> bool {
        !self.gbk || bytes.is_ascii()
    }

    /// The text of bytes, or none where they are none.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if self.gbk {
            return GBK.decode_without_bom_handling_and_without_replacement(bytes);
        }
        std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self::COMMAS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_has_no_byte_that_splits_rows() {
        for character in ('\u{80}'..='\u{ffff}').filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)) {
            let text = character.to_string();
            let (bytes, _, unmapped) = GBK.encode(&text);
            assert!(unmapped || !bytes.iter().any(|b| b",\t\"\r\n".contains(b)), "{character}");
        }
    }

    #[test]
    fn bytes_are_text_in_their_own_encoding_only() {
        let gbk: &[u8] = &[0xb1, 0xa6]; // 宝
        assert_eq!(Dialect::GBK.decode(gbk).as_deref(), Some("宝"));
        assert_eq!(Dialect::COMMAS.decode(gbk), None);
        assert_eq!(Dialect::GBK.decode(&[0xb1]), None);
        assert!(!Dialect::GBK.takes_as_utf8("宝".as_bytes()) && Dialect::TABS.takes_as_utf8("宝".as_bytes()));
    }
}

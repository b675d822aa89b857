//! Encodings: what decides, and where every character stands.

use super::encoding::{Places, decoded, decoded_as_gbk, decoded_or_western};
use encoding_rs::{Encoding, GBK, UTF_8, WINDOWS_1252};
use proptest::prelude::*;

/// The text as a file of UTF-16 in either order.
pub(crate) fn utf_16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn a_mark_then_utf_8_then_the_declared_encoding_decides() {
    let western = WINDOWS_1252.encode("<é€>").0.into_owned();
    for (bytes, label) in [
        ("<é€>".as_bytes().to_vec(), Some("iso-8859-1")),
        ("\u{feff}<é€>".as_bytes().to_vec(), None),
        (western.clone(), Some("ISO-8859-1")),
        (utf_16("<é€>", false), None),
        (utf_16("<é€>", true), Some("UTF-16")),
        (utf_16("\u{feff}<é€>", true), Some("UTF-8")),
    ] {
        assert_eq!(decoded(&bytes, label).unwrap().text, "<é€>", "{label:?} {bytes:?}");
    }
    assert!(decoded(&western, None).is_none(), "nothing is guessed");
    assert!(decoded(&western, Some("klingon")).is_none());
    assert!(decoded(b"\xff\xfe<\0\x00\xd8", None).is_none(), "half a surrogate");
    assert_eq!(decoded_or_western(&western).unwrap().text, "<é€>");
}

proptest! {
    #[test]
    fn every_character_knows_its_bytes(text in "[a-zé\n]{1,20}", encoding in 0_usize..4) {
        let text = format!("é{text}日");
        let western = text.replace('日', "ü");
        let (bytes, text) = match encoding {
            0 => (WINDOWS_1252.encode(&western).0.into_owned(), western),
            1 => (utf_16(&format!("\u{feff}{text}"), true), text),
            2 => (GBK.encode(&text).0.into_owned(), text),
            _ => (format!("\u{feff}{text}").into_bytes(), text),
        };
        let file = if encoding == 2 { decoded_as_gbk(&bytes) } else { decoded_or_western(&bytes) }.unwrap();
        prop_assume!(encoding != 0 || std::str::from_utf8(&bytes).is_err());
        prop_assert_eq!(&*file.text, text.as_str());
        let mut places = Places::new(&file);
        for (at, _) in text.char_indices() {
            let (line, byte) = places.of(at);
            prop_assert_eq!(line as usize, 1 + text[..at].matches('\n').count());
            let rest = match encoding {
                0 => WINDOWS_1252.decode_without_bom_handling(&bytes[byte..]).0,
                1 => encoding_rs::UTF_16BE.decode_without_bom_handling(&bytes[byte..]).0,
                2 => GBK.decode_without_bom_handling(&bytes[byte..]).0,
                _ => UTF_8.decode_without_bom_handling(&bytes[byte..]).0,
            };
            prop_assert_eq!(&*rest, &text[at..]);
        }
    }

    #[test]
    fn any_bytes_have_places_within_them(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let labels = ["utf-16", "gb18030", "shift_jis", "windows-1252"];
        for label in labels.into_iter().filter(|label| Encoding::for_label(label.as_bytes()).is_some()) {
            let Some(file) = decoded(&bytes, Some(label)) else { continue };
            let (_, end) = Places::new(&file).of(file.text.len());
            prop_assert_eq!(end, bytes.len());
        }
    }
}

//! How tables are laid out, and that every row of any bytes is told once, in its place.

use super::*;
use proptest::prelude::*;

fn read(bytes: &[u8], layout: &Layout) -> Option<(Vec<String>, Vec<TableRow>)> {
    let text = TableText::new(bytes, layout).ok()?;
    let mut rows = text.rows().ok()?;
    let names = rows.names().to_vec();
    let mut row = TableRow::default();
    let told = std::iter::from_fn(|| rows.read(&mut row).then(|| row.clone())).collect();
    Some((names, told))
}

fn delimited(delimiter: u8, header_row: usize) -> Shape {
    Shape::Delimited { delimiter, header_row }
}

#[test]
fn a_layout_is_found_by_looking() {
    for (text, shape) in [
        ("a,b\n1,2\n", delimited(b',', 1)),
        ("a;b\n1,5;2\n", delimited(b';', 1)),
        ("a\tb,c\n1\t2\n", delimited(b'\t', 1)),
        ("a|b\n1|2\n", delimited(b'|', 1)),
        ("About Acme\n\na,b\n1,2\n3,4\n", delimited(b',', 2)),
        ("About,,\na,b,c\n1,2,3\n", delimited(b',', 2)),
        ("1,2\n3,4\n", delimited(b',', 0)),
        ("\u{feff}{\"a\":1}\n", Shape::JsonLines),
        ("amount\n1\n2\n", delimited(b',', 1)),
    ] {
        assert_eq!(Layout::of(text.as_bytes()).map(|layout| layout.shape), Some(shape), "{text}");
    }
    for text in ["", "\n\n", "Dear Sir,\nhere they are.\n", "\0\0\0\u{1}"] {
        assert_eq!(Layout::of(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn an_encoding_is_found_by_looking() {
    let text = "Größe,Naïve,Straße\n1,2,3\n";
    let western = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let chinese = encoding_rs::GBK.encode("金额,交易时间\n1,2026-01-31\n").0.into_owned();
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let told = |bytes: &[u8]| Layout::of(bytes).unwrap().encoding;
    assert_eq!((told(text.as_bytes()), told(&western)), ("utf-8".to_owned(), "windows-1252".to_owned()));
    assert_eq!((told(&chinese), told(&utf_16)), ("gbk".to_owned(), "utf-16be".to_owned()));
}

#[test]
fn names_are_told_apart_and_rows_keep_their_faults() {
    let layout = Layout { encoding: "utf-8".to_owned(), shape: delimited(b',', 1) };
    let (names, rows) = read(b"a,,a\n1,2,3\n\n,,\n1,2\n1,2,3,4\n\"1,2,3\n", &layout).unwrap();
    assert_eq!(names, ["a", "column 2", "a (2)"]);
    let told: Vec<_> = rows.iter().map(|row| (row.span.line, row.fault.as_ref().map(|(rule, _)| *rule))).collect();
    let wrong = Some(IssueRule::WrongFieldCount);
    assert_eq!(told, [(2, None), (5, wrong), (6, wrong), (7, Some(IssueRule::Malformed))]);
}

proptest! {
    #[test]
    fn any_bytes_have_their_rows_in_order(bytes in prop::collection::vec(
        prop_oneof![Just(b','), Just(b'\n'), Just(b'"'), Just(b'{'), Just(b'}'), Just(b'a'), any::<u8>()], 0..200,
    )) {
        let Some(layout) = Layout::of(&bytes) else { return Ok(()) };
        let Some((names, rows)) = read(&bytes, &layout) else { return Ok(()) };
        prop_assert!(rows.iter().all(|row| row.fields.len() == names.len()));
        prop_assert!(rows.windows(2).all(|pair| pair[0].span.offset < pair[1].span.offset));
        prop_assert!(rows.iter().all(|row| row.span.offset + u64::from(row.span.len) <= bytes.len() as u64));
    }
}

//! What an upload may be packed as, what workbooks and Parquet files become, and what is refused.

use super::*;
use crate::csv_rows::{Row, Rows};
use crate::recognise;
use crate::testing::{parse, told as told_issues};
use domain::{Content, Money};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::Write;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `a,b\n1,2\n` by the xz utilities, as we write no xz.
const XZ_FILE: [u8; 64] = [
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00,
    0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x07, 0x61, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0x32, 0x0a, 0x00, 0xbe, 0x9c,
    0xbd, 0x49, 0xb5, 0x12, 0x2a, 0xfe, 0x00, 0x01, 0x20, 0x08, 0xbb, 0x19, 0xd9, 0xbb, 0x1f, 0xb6, 0xf3, 0x7d, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
];

/// Each member's name and text.
fn told(packed: &[u8]) -> Vec<(String, Result<String, IssueRule>)> {
    let text = |member: Member<'_>| {
        let text = member.text.map(|text| String::from_utf8(text.into_owned()).unwrap());
        (member.name, text.map_err(|refusal| refusal.rule))
    };
    unpack(packed).unwrap().into_iter().map(text).collect()
}

fn refused(packed: &[u8]) -> IssueRule {
    unpack(packed).unwrap_err().rule
}

#[test]
fn however_a_file_is_packed_it_is_the_same() {
    let plain = b"a,b\n1,2\n".as_slice();
    let twice = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
    let zstd = zstd::bulk::compress(plain, 3).unwrap();
    let packed = [plain.to_vec(), gzip(plain), twice, zstd, bzip2(plain), XZ_FILE.to_vec(), zip(&[("x/y.csv", plain)])];
    for packed in packed {
        let members = unpack(&packed).unwrap();
        assert_eq!(members, [Member { name: String::new(), text: Ok(plain.into()), made_from: None }]);
    }
    assert_eq!(unpack(&zip(&[("x.csv", plain), ("__MACOSX/x.csv", b"?")])).unwrap()[0].text, Ok(plain.into()));
}

#[test]
fn a_zip_of_several_files_gives_each_and_one_layer_only() {
    let inner = zip(&[("c.csv", b"c")]);
    let packed = zip(&[("a.csv", b"a"), ("deep/b.csv", b"b"), ("c.zip", &inner), ("d.gz", &gzip(b"d")), ("e", b"")]);
    let expected = [
        ("a.csv", Ok("a")),
        ("deep/b.csv", Ok("b")),
        ("c.zip", Err(IssueRule::UnknownFormat)),
        ("d.gz", Err(IssueRule::UnknownFormat)),
        ("e", Err(IssueRule::EmptyFile)),
    ];
    assert_eq!(told(&packed), expected.map(|(name, text)| (name.to_owned(), text.map(str::to_owned))));
    assert_eq!(refused(&zip(&[("c.zip", &inner)])), IssueRule::UnknownFormat);
    assert_eq!(refused(&gzip(&inner)), IssueRule::UnknownFormat);
}

#[test]
fn a_damaged_archive_is_named() {
    let plain: Vec<u8> = (0..50_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
    let mut wrong_checksum = gzip(&plain);
    let at = wrong_checksum.len() - 8;
    wrong_checksum[at] ^= 1;
    assert_eq!(refused(&wrong_checksum), IssueRule::DamagedArchive);
    let mut spoilt = zip(&[("x", &plain)]);
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    assert_eq!(refused(&spoilt), IssueRule::DamagedArchive);
    for packed in [gzip(&plain), zip(&[("x", &plain)]), zstd::bulk::compress(&plain, 3).unwrap(), bzip2(&plain)] {
        assert_eq!(refused(&packed[..packed.len() / 2]), IssueRule::DamagedArchive);
    }
    assert_eq!(refused(&XZ_FILE[..60]), IssueRule::DamagedArchive);
}

#[test]
fn nothing_in_it_or_too_much() {
    for packed in [vec![], gzip(b""), zip(&[]), zip(&[("folder/", b"")])] {
        assert_eq!(refused(&packed), IssueRule::EmptyFile);
    }
    let mut budget = Budget(10);
    assert_eq!(budget.read(&[1_u8; 6][..]).map(|bytes| bytes.len()), Ok(6));
    assert_eq!(budget.read(&[1_u8; 5][..]).unwrap_err().rule, IssueRule::DamagedArchive, "all members count");
}

#[test]
fn a_digest_is_sha_256() {
    // FIPS 180-4's own example.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest(b"abc").to_string(), abc);
}

/// A workbook with a blank row, a wide preamble row, every kind of cell, an empty sheet and a second one.
fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let percent = Format::new().set_num_format("0%");
    let sheet = book.add_worksheet().set_name("Jan").unwrap();
    sheet.write(0, 0, "Statement, \"January\"").unwrap();
    for (column, name) in ["Date", "At", "Text", "Number"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(column).unwrap(), name).unwrap();
    }
    sheet.write_with_format(3, 0, ExcelDateTime::from_ymd(2026, 1, 31).unwrap(), &day).unwrap();
    let at = ExcelDateTime::from_ymd(2024, 2, 29).unwrap().and_hms(12, 45, 27.0).unwrap();
    sheet.write_with_format(3, 1, &at, &moment).unwrap();
    sheet.write(3, 2, "two\nlines").unwrap();
    sheet.write(3, 3, 0.1 + 0.2).unwrap();
    sheet.write(4, 2, true).unwrap();
    sheet.write(4, 3, 9_007_199_254_740_991.0).unwrap();
    sheet.write_with_format(5, 3, 0.055, &percent).unwrap();
    sheet.write(6, 3, -1e-7).unwrap();
    sheet.write(7, 2, "00123").unwrap();
    book.add_worksheet().set_name("Empty").unwrap();
    book.add_worksheet().set_name("Feb").unwrap().write(0, 0, 1e21).unwrap();
    book.save_to_buffer().unwrap()
}

const JANUARY: &str = "\"Statement, \"\"January\"\"\",,,\n\nDate,At,Text,Number\n\
    2026-01-31,2024-02-29 12:45:27,two lines,0.3\n,,true,9007199254740991\n,,,0.055\n,,,-0.0000001\n,,00123,\n";

#[test]
fn every_sheet_is_a_text_whose_lines_are_its_rows() {
    let packed = book();
    let expected = [("Jan", JANUARY), ("Feb", "1000000000000000000000\n")];
    assert_eq!(told(&packed), expected.map(|(name, text)| (name.to_owned(), Ok(text.to_owned()))));
    for member in unpack(&packed).unwrap() {
        let original = member.made_from.unwrap();
        assert_eq!((original.kind, &*original.bytes), (OriginalKind::Workbook, packed.as_slice()));
    }
    let zipped = zip(&[("books/2026.xlsx", &packed), ("a.csv", b"a")]);
    let names: Vec<String> = told(&zipped).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["books/2026.xlsx#Jan", "books/2026.xlsx#Feb", "a.csv"]);
}

#[test]
fn a_workbook_that_cannot_be_read_is_kept_as_it_came() {
    let packed = book();
    let empty = Workbook::new().save_to_buffer().unwrap();
    let members = unpack(&empty).unwrap();
    assert_eq!(members[0].text.as_ref().unwrap_err().rule, IssueRule::EmptyFile);
    assert_eq!(members[0].made_from.as_ref().unwrap().bytes, empty);
    let compound = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    assert_eq!(unpack(&compound).unwrap()[0].text.as_ref().unwrap_err().rule, IssueRule::DamagedArchive);
    assert_eq!(refused(&packed[..packed.len() - 30]), IssueRule::DamagedArchive, "a zip cut short is no workbook yet");
}

/// One cell in the furthest corner is a row, not seventeen thousand million cells.
#[test]
fn a_far_corner_costs_its_own_row_only() {
    let mut book = Workbook::new();
    book.add_worksheet().write(1_048_575, 16_383, "far").unwrap();
    let packed = book.save_to_buffer().unwrap();
    let text = told(&packed).remove(0).1.unwrap();
    assert_eq!((text.lines().count(), text.len()), (1_048_576, 1_048_575 + 16_383 + 4));
}

#[test]
fn numbers_are_as_they_were_typed() {
    for (number, text) in [
        (0.1 + 0.2, "0.3"),
        (1.005, "1.005"),
        (-33.5, "-33.5"),
        (-0.0, "0"),
        (1_234_567_890_123_456.0, "1234567890123456"),
        (2.675 * 100.0, "267.5"),
        (1e-7, "0.0000001"),
    ] {
        assert_eq!(workbook::shortest(number), text);
    }
}

/// What a table says, wherever it stands: source, instants and amounts.
fn said(text: &[u8]) -> (&'static str, Vec<(jiff::Timestamp, Money)>) {
    let source = recognise(text).unwrap_or_else(|| panic!("not recognised: {}", String::from_utf8_lossy(text)));
    let amount = |content: &Content| match content {
        Content::Bank(line) => line.amount,
        Content::Processor(line) => line.net,
        other => panic!("{other:?}"),
    };
    let records = parse(source, text).records;
    (source.name(), records.iter().map(|record| (record.at, amount(&record.content))).collect())
}

/// A CSV as a sheet, with its days and amounts as a spreadsheet keeps them.
fn as_workbook(csv: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let mut rows = Rows::new(csv.as_bytes());
    let mut read = Row::default();
    for row in 0.. {
        if !rows.read(&mut read) {
            break;
        }
        let fields: Vec<_> = (0..read.len()).map(|index| read.text(index)).collect();
        for (column, field) in (0..).zip(fields.iter().map(AsRef::as_ref)) {
            let digits = field.trim_start_matches('¥');
            let is_number = digits.contains('.') && digits.parse::<f64>().is_ok();
            if let (true, Ok(at)) = (field.starts_with("2026-"), ExcelDateTime::parse_from_str(field)) {
                sheet.write_with_format(row, column, &at, &moment).unwrap();
            } else if is_number {
                sheet.write(row, column, digits.parse::<f64>().unwrap()).unwrap();
            } else {
                sheet.write(row, column, field).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_statement_and_a_bill_as_workbooks_say_what_they_say_as_csv() {
    for golden in [crate::bank_csv::tests::golden(), crate::wechat::tests::golden()] {
        let csv = String::from_utf8(golden).unwrap();
        let book = as_workbook(&csv);
        let members = unpack(&book).unwrap();
        let text = members[0].text.as_ref().unwrap();
        let source = recognise(text).unwrap();
        assert_eq!(told_issues(&parse(source, text).issues), vec![], "{}", String::from_utf8_lossy(text));
        assert_eq!(said(text), said(csv.as_bytes()));
    }
}

/// Samples that may not ship.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn sample_workbooks_say_what_their_twins_say() {
    let folder = format!("{}/formats", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    for name in ["bank/sample_statement_en", "wechat/example-wechat-records"] {
        let book = read(&format!("{name}.xlsx"));
        let csv = said(&read(&format!("{name}.csv")));
        for sheet in unpack(&book).unwrap() {
            assert_eq!(said(sheet.text.as_ref().unwrap()), csv, "{name}#{}", sheet.name);
        }
    }
}

proptest! {
    #[test]
    fn an_amount_in_a_cell_is_the_amount(minor in -99_999_999_999_999_i64..99_999_999_999_999) {
        let text = rust_decimal::Decimal::new(minor, 2).normalize().to_string();
        prop_assert_eq!(workbook::shortest(text.parse().unwrap()), text);
    }

    #[test]
    fn a_damaged_workbook_or_parquet_file_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), which in any::<bool>(),
    ) {
        let mut bytes = if which { book() } else { super::columnar::tests::golden() };
        for (at, byte) in changes {
            *at.get_mut(&mut bytes) = byte;
        }
        let _ = unpack(&bytes);
    }
}

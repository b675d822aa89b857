//! Goldens, rules and damage of SWIFT statements.

use super::{EntryRow, Mt940, Statement, write};
use crate::Source;
use crate::contract::{check_any, damage, damaged};
use crate::testing::{bytes_at, ids, parse, token, told};
use domain::{BankLine, Content, Currency, IssueRule, Money, Record};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const ACCOUNT: &str = "DE02120300000000202051";

/// Three lines, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    let rows = [(965, "R1", "po_1"), (-365, "R2", ""), (0, "", "")];
    let rows = rows.map(|(minor, reference, end_to_end)| row(minor, reference, end_to_end, "PAYOUT 礼品卡", "Ann Doe"));
    write(&[statement(rows.to_vec())])
}

fn row(minor: i64, reference: &str, end_to_end: &str, remittance: &str, counterparty: &str) -> EntryRow {
    EntryRow {
        amount: Money::new(minor, Currency::EUR),
        valued: date(2026, 1, 1),
        booked: date(2025, 12, 31),
        reference: reference.to_owned(),
        end_to_end: end_to_end.to_owned(),
        remittance: remittance.to_owned(),
        counterparty: counterparty.to_owned(),
    }
}

/// A statement that adds up.
fn statement(entries: Vec<EntryRow>) -> Statement {
    let sum: i64 = entries.iter().map(|entry| entry.amount.minor).sum();
    Statement {
        id: "S1".to_owned(),
        account: ACCOUNT.to_owned(),
        from: date(2025, 12, 1),
        to: date(2026, 1, 31),
        opening: Money::new(-500, Currency::EUR),
        closing: Money::new(sum - 500, Currency::EUR),
        entries,
    }
}

/// A statement in euros that opens with 100,00 and closes with `closing`.
fn document(lines: &str, closing: &str) -> String {
    format!(":20:S1\n:25:{ACCOUNT}\n:28C:1/1\n:60F:C251230EUR100,00\n{lines}:62F:C260131EUR{closing}\n-\n")
}

fn line(record: &Record) -> &BankLine {
    let Content::Bank(line) = &record.content else { panic!("{record:?}") };
    line
}

/// The one line of `:61:` and `:86:`.
fn only(lines: &str, closing: &str) -> BankLine {
    let parsed = parse(&Mt940, document(lines, closing).as_bytes());
    assert_eq!(told(&parsed.issues), [], "{lines}");
    assert_eq!(parsed.records.len(), 1);
    line(&parsed.records[0]).clone()
}

#[test]
fn a_line_has_its_sign_day_and_references() {
    let day = |y, m, d| date(y, m, d);
    for (text, closing, minor, booked, end_to_end, reference) in [
        ("2601021231CR10,00NTRFABC//BANK1", "110,00", 1000, day(2025, 12, 31), "ABC", "BANK1"),
        ("260102D10,NTRFNONREF", "90,00", -1000, day(2026, 1, 2), "", ""),
        ("2512310102RC10,5NMSCNONREF//NONREF", "89,50", -1050, day(2026, 1, 2), "", ""),
        ("2512311231RD0,01S940X//Y Z", "100,01", 1, day(2025, 12, 31), "X", "Y Z"),
        ("9912311231C1,00NTRF", "101,00", 100, day(1999, 12, 31), "", ""),
        ("2402280229C1,00NTRF", "101,00", 100, day(2024, 2, 29), "", ""),
    ] {
        let line = only(&format!(":61:{text}\n"), closing);
        assert_eq!((line.amount.minor, line.booked), (minor, booked), "{text}");
        assert_eq!((line.end_to_end.as_str(), line.reference.as_str()), (end_to_end, reference), "{text}");
    }
}

#[test]
fn subfields_are_joined_and_the_other_side_is_a_token() {
    let long = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1";
    for (text, remittance, end_to_end, name) in [
        ("166?00GUTSCHRIFT?20one?21two?32Ann?33Doe", "one two", "C1", "Ann Doe"),
        (&format!("166?20{long}?21234 five"), &format!("{long}234 five"), "C1", ""),
        (&format!("166?20{long}12345678?21{long}?22x"), &format!("{long}12345678{long} x"), "C1", ""),
        ("166?20EREF+po_1?21SVWZ+Payout po_?229 of May?23ABWA+Someone", "Payout po_ 9 of May", "po_1", ""),
        ("166?20EREF+NOTPROVIDED KREF+K1?21CRED+DE98", "KREF+K1 CRED+DE98", "C1", ""),
        ("171?00ENTGELT?3012030000?31202051", "ENTGELT", "C1", ""),
        ("?00FEE?20a?b ?2", "a?b ?2", "C1", ""),
        ("166@00X@20one@32Ann", "one", "C1", "Ann"),
        ("plain text, 10?20 of it", "plain text, 10?20 of it", "C1", ""),
        ("/TRTP/SEPA/IBAN/NL91/NAME/J. Doe/REMI/Invoice 12/34/EREF/E9", "Invoice 12/34", "E9", "J. Doe"),
        ("", "more of it", "C1", ""),
    ] {
        let line = only(&format!(":61:260102C10,00NTRFC1\nmore of it\n:86:{text}\n"), "110,00");
        assert_eq!((line.remittance.as_str(), line.end_to_end.as_str()), (remittance, end_to_end), "{text}");
        let token = (!name.is_empty()).then(|| token("counterparty", name));
        assert_eq!(line.counterparty, token, "{text}");
    }
}

#[test]
fn lines_of_an_86_are_cut_anywhere() {
    let text = "166?20The text of this entry is c?21ut wherever a line is full,?22 and goes on";
    let (first, second) = text.split_at(40);
    let line = only(&format!(":61:260102C10,00NTRFX\n:86:{first}\n{second}\n"), "110,00");
    assert_eq!(line.remittance, "The text of this entry is cut wherever a line is full, and goes on");
    let plain = "x".repeat(65);
    let line = only(&format!(":61:260102C10,00NTRFX\n:86:{plain}\ny\nz\n"), "110,00");
    assert_eq!(line.remittance, format!("{plain}y z"));
}

#[test]
fn blocks_several_statements_and_trailers() {
    let entry = ":61:2601020102C10,00NTRFNONREF//R1\n:86:fee\n";
    let plain = document(entry, "110,00");
    let second = plain.replace(ACCOUNT, "NL91ABNA0417164300USD").replace("EUR", "USD");
    let blocks = format!(
        "{{1:F01BANKDEFF}}{{2:I940}}{{4:\n{}}}{{5:}}\n{{1:F01}}{{2:I940}}{{4:{}}}\n",
        plain.trim_end(),
        second.trim_end()
    );
    for bytes in [blocks.clone(), blocks.replace('\n', "\r\n"), format!("BANKDEFF\n940\n{plain}\n{second}")] {
        assert!(Mt940.recognises(bytes.as_bytes()), "{bytes}");
        let parsed = parse(&Mt940, bytes.as_bytes());
        assert_eq!(told(&parsed.issues), []);
        assert_eq!(ids(&parsed.records), [&format!("bank:{ACCOUNT}/R1"), "bank:NL91ABNA0417164300/R1"]);
        assert_eq!(line(&parsed.records[1]).amount, Money::new(1000, Currency::from_code("USD").unwrap()));
        let row = bytes_at(bytes.as_bytes(), parsed.records[0].span);
        assert_eq!(String::from_utf8_lossy(row).replace('\r', ""), entry.trim_end());
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_western() {
    let text = document(":61:2601020102C10,00NTRFX\n:86:166?20Gebühr\n", "110,00");
    let bytes = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let parsed = parse(&Mt940, &bytes);
    assert_eq!(line(&parsed.records[0]).remittance, "Gebühr");
    assert!(bytes_at(&bytes, parsed.records[0].span).ends_with(b"\xfchr"));
}

#[test]
fn what_is_wrong_with_a_line_is_its_issue() {
    use IssueRule::*;
    for (text, rule, column, value) in [
        ("2613020102C10,00NTRFX", InvalidTime, ":61: date", "261302"),
        ("2601021302C10,00NTRFX", InvalidTime, ":61: entry date", "1302"),
        ("26010C10,00NTRFX", InvalidTime, ":61: date", ""),
        ("261130C10,00NTRFX", DateInFuture, ":61: date", "2026-11-30"),
        ("260102EC10,00NTRFX", UnknownValue, ":61: mark", "EC"),
        ("260102C10.00NTRFX", InvalidNumber, ":61: amount", "10.00"),
        ("260102C10,001NTRFX", InvalidNumber, ":61: amount", "10,001"),
        ("260102CNTRFX", MissingValue, ":61: amount", ""),
    ] {
        let bytes = document(&format!(":61:260102C10,00NTRFX\n:61:{text}\n:86:x\n"), "110,00");
        let parsed = parse(&Mt940, bytes.as_bytes());
        assert_eq!(told(&parsed.issues), [(6, rule, column, value, 1)]);
        assert_eq!((parsed.rows, parsed.records.len()), (2, 1));
    }
}

#[test]
fn what_is_wrong_with_a_statement_is_said_once() {
    let entry = ":61:260102C10,00NTRFX\n";
    let parsed = parse(&Mt940, document(entry, "109,99").as_bytes());
    let difference = "closing balance 0.01 EUR below opening balance and lines";
    assert_eq!(told(&parsed.issues), [(1, IssueRule::IdentityBroken, ":62F:", difference, 0)]);
    assert_eq!(parsed.records.len(), 1);
    let above = "closing balance 10.00 EUR above opening balance and lines; most likely a row that could not be read";
    for (from, to, issues) in [
        (":60F:C251230EUR100,00\n", "", vec![(4, IssueRule::MissingValue, ":60F:", "", 1)]),
        (
            ACCOUNT,
            "",
            vec![(5, IssueRule::MissingValue, ":25:", "", 1), (1, IssueRule::IdentityBroken, ":62F:", above, 0)],
        ),
        ("EUR110", "EUR11O", vec![(6, IssueRule::InvalidNumber, ":62F:", "C260131EUR11O,00", 0)]),
        ("C260131", "X260131", vec![(6, IssueRule::UnknownValue, ":62F:", "X260131EUR110,00", 0)]),
    ] {
        let bytes = document(entry, "110,00").replace(from, to);
        assert_eq!(told(&parse(&Mt940, bytes.as_bytes()).issues), issues, "{from}");
    }
    let none = parse(&Mt940, b"hello\n");
    assert_eq!(told(&none.issues), [(1, IssueRule::MissingValue, ":20:", "", 0)]);
}

#[test]
fn equal_lines_are_told_apart_by_their_number() {
    let same = ":61:260102C10,00NTRFX//R1\n";
    let parsed = parse(&Mt940, document(&same.repeat(2), "120,00").as_bytes());
    let ids = ids(&parsed.records);
    assert!(ids[0].ends_with("-1") && ids[1].ends_with("-2"), "{ids:?}");
}

#[test]
fn no_written_line_ends_a_message_early() {
    for length in 0..200 {
        let mut entry = row(1, "", "", &"x".repeat(length), "");
        entry.remittance.push_str("-:{-");
        let parsed = parse(&Mt940, &write(&[statement(vec![entry.clone()])]));
        assert_eq!(line(&parsed.records[0]).remittance, entry.remittance);
    }
}

/// Words of SWIFT's characters with single blanks between them.
fn words(count: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[A-Za-z0-9,.'()-]{1,12}",
        Just("po_1".to_owned()),
        Just("é".to_owned()),
        Just("礼品卡".to_owned())
    ];
    prop::collection::vec(word, 0..count).prop_map(|words| words.join(" "))
}

fn entry_row() -> impl Strategy<Value = EntryRow> {
    let texts = ("(R[A-Z0-9]{1,12})?", "(E[A-Z0-9_]{1,34})?", words(12), words(5));
    (any::<i32>(), 0_i64..28, -20_i64..20, texts).prop_map(|(minor, day, lag, texts)| EntryRow {
        amount: Money::new(minor.into(), Currency::EUR),
        valued: days_after(date(2025, 12, 20), day),
        booked: days_after(date(2025, 12, 20), day + lag),
        reference: texts.0,
        end_to_end: texts.1,
        remittance: texts.2,
        counterparty: texts.3.chars().take(54).collect::<String>().trim().to_owned(),
    })
}

fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap()
}

/// What a written entry must be read as.
fn expected(row: &EntryRow) -> BankLine {
    let remittance = if row.remittance.is_empty() { "TRANSFER" } else { &row.remittance };
    BankLine {
        account: ACCOUNT.to_owned(),
        amount: row.amount,
        booked: row.booked,
        reference: row.reference.clone(),
        end_to_end: row.end_to_end.clone(),
        remittance: remittance.to_owned(),
        counterparty: (!row.counterparty.is_empty()).then(|| token("counterparty", &row.counterparty)),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(entry_row(), 0..6)) {
        let parsed = parse(&Mt940, &write(&[statement(rows.clone())]));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let lines: Vec<_> = parsed.records.iter().map(|record| line(record).clone()).collect();
        prop_assert_eq!(lines, rows.iter().map(expected).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_statement_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Mt940, &damaged(golden(), &damage));
    }
}

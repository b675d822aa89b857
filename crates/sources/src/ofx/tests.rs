//! Goldens, rules and damage of OFX files.

use super::{EntryRow, Ofx, Statement, write_sgml, write_xml};
use crate::Source;
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use domain::{BankLine, Content, Currency, IssueRule, Money, Record};
use jiff::civil::date;
use proptest::prelude::*;

/// Three lines, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write_sgml(&statement(vec![row(965, "1", "Ann <& Doe>"), row(-365, "1", "Bob"), row(0, "", "Bob")]))
}

fn row(minor: i64, fitid: &str, name: &str) -> EntryRow {
    EntryRow {
        amount: Money::new(minor, Currency::GBP),
        booked: date(2026, 1, 21),
        fitid: fitid.to_owned(),
        reference: "po_1".to_owned(),
        memo: "PAYOUT 礼品卡".to_owned(),
        name: name.to_owned(),
    }
}

/// A statement that adds up.
fn statement(entries: Vec<EntryRow>) -> Statement {
    let sum: i64 = entries.iter().map(|entry| entry.amount.minor).sum();
    Statement {
        account: "12345678".to_owned(),
        to: date(2026, 1, 31),
        opening: Money::new(-500, Currency::GBP),
        closing: Money::new(sum - 500, Currency::GBP),
        entries,
    }
}

/// A card statement without an opening balance.
fn document(transactions: &str) -> String {
    format!(
        "OFXHEADER:100\nCHARSET:1252\n\n<OFX><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>C 1</CCACCTFROM><BANKTRANLIST>\n\
         {transactions}</BANKTRANLIST><LEDGERBAL><BALAMT>7<DTASOF>20260131</LEDGERBAL></CCSTMTRS></OFX>\n"
    )
}

const SOUND: &str = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260121<TRNAMT>-8.5<FITID>F1<NAME>Ann</STMTTRN>\n";

fn line(record: &Record) -> &BankLine {
    let Content::Bank(line) = &record.content else { panic!("{record:?}") };
    line
}

fn lines(document: &str) -> Vec<BankLine> {
    let parsed = parse(&Ofx, document.as_bytes());
    assert_eq!(told(&parsed.issues), [], "{document}");
    parsed.records.iter().map(|record| line(record).clone()).collect()
}

#[test]
fn a_transaction_is_a_line_with_its_sign_day_and_place() {
    let document = document(SOUND);
    let parsed = parse(&Ofx, document.as_bytes());
    assert_eq!(told(&parsed.issues), [], "a balance without an opening one is not compared");
    let said = line(&parsed.records[0]);
    assert!(parsed.records[0].id.0.starts_with("bank:C1/F1#"));
    assert_eq!((said.amount.minor, said.amount.currency.code(), said.booked), (-850, "USD", date(2026, 1, 21)));
    assert_eq!((said.remittance.as_str(), said.counterparty), ("POS", Some(token("counterparty", "Ann"))));
    assert_eq!(bytes_at(document.as_bytes(), parsed.records[0].span), SOUND.trim_end().as_bytes());
    assert_eq!(parsed.records[0].span.line, 5);
}

#[test]
fn tags_are_read_open_closed_in_lower_case_and_through_comments() {
    let closed = "<stmttrn><TRNTYPE>POS</TRNTYPE><DTPOSTED>20260121</DTPOSTED><!-- <TRNAMT>9 -->\n<TRNAMT>-8,50</TRNAMT>\
                  <FITID>F1</FITID><PAYEE><NAME><![CDATA[Ann]]></NAME><CITY>X</PAYEE><BANKACCTTO><ACCTID>9</BANKACCTTO>\
                  <MEMO/></stmttrn>";
    let never_closed = SOUND.replace("</STMTTRN>", "");
    let first = lines(&document(SOUND));
    assert_eq!(lines(&document(closed)), first);
    assert_eq!(lines(&document(&never_closed)), first);
    let three = lines(&document(&(never_closed.replace("F1", "F0") + &never_closed.replace("F1", "F2") + SOUND)));
    assert_eq!(three.iter().map(|line| line.reference.as_str()).collect::<Vec<_>>(), ["F0", "F2", "F1"]);
    let text = lines(&document(&SOUND.replace("<NAME>", "<MEMO>a < b &amp; c &lt;d&gt; &#233; &x;<NAME>")));
    assert_eq!(text[0].remittance, "a < b & c <d> é &x;");
}

#[test]
fn a_day_is_the_day_as_written() {
    for text in ["20260121", "20260121235959", "20260121235959.123[-5:EST]", "202601210000[+5.30:IST]", "20260121[0]"] {
        assert_eq!(lines(&document(&SOUND.replace("20260121", text)))[0].booked, date(2026, 1, 21), "{text}");
    }
}

#[test]
fn an_amount_may_be_of_another_currency() {
    let euros = SOUND.replace("</S", "<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY><MEMO>m</S");
    let before = euros.replace("CURRENCY", "ORIGCURRENCY");
    assert_eq!(lines(&document(&euros))[0].amount.currency, Currency::EUR);
    assert_eq!(lines(&document(&before))[0].amount.currency.code(), "USD");
    assert_eq!(lines(&document(&before))[0].remittance, "m");
}

#[test]
fn a_reused_fitid_is_a_line_of_its_own_and_the_same_line_twice_is_one() {
    let other_amount = SOUND.replace("8.5", "9.5");
    let other_text = SOUND.replace("Ann", "Bob");
    let parsed = parse(&Ofx, document(&[SOUND, &other_amount, SOUND].concat()).as_bytes());
    assert_eq!((parsed.rows, parsed.records.len(), parsed.duplicates), (3, 2, 1));
    assert!(ids(&parsed.records).iter().all(|id| id.starts_with("bank:C1/F1#")));
    let alone = parse(&Ofx, document(&other_amount).as_bytes());
    assert_eq!(alone.records[0].id, parsed.records[1].id, "another file names it alike");
    let parsed = parse(&Ofx, document(&[SOUND, &other_text].concat()).as_bytes());
    assert!(ids(&parsed.records).iter().all(|id| id.starts_with("bank:C1/#")));
    assert_eq!((parsed.records.len(), parsed.duplicates), (2, 0));
    let nameless = SOUND.replace("<FITID>F1", "");
    let parsed = parse(&Ofx, document(&nameless.repeat(2)).as_bytes());
    assert_eq!((parsed.records.len(), parsed.duplicates), (2, 0), "equal bookings are genuine");
}

#[test]
fn pending_transactions_are_no_facts_yet() {
    let pending = "<BANKTRANLISTP><STMTTRNP><TRNAMT>1</STMTTRNP><STMTTRNP><TRNAMT>2</BANKTRANLISTP>";
    let bytes = document(SOUND).replace("<LEDGERBAL>", &format!("{pending}<LEDGERBAL>"));
    let parsed = parse(&Ofx, bytes.as_bytes());
    assert_eq!((parsed.rows, parsed.skipped, parsed.records.len(), parsed.issues.len()), (3, 2, 1, 0));
}

#[test]
fn a_declared_charset_counts_where_the_bytes_are_not_utf_8() {
    let text = document(&SOUND.replace("<NAME>", "<MEMO>Café €<NAME>"));
    let western = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let parsed = parse(&Ofx, &western);
    assert_eq!(line(&parsed.records[0]).remittance, "Café €");
    assert!(bytes_at(&western, parsed.records[0].span).ends_with(b"</STMTTRN>"));
    assert_eq!(lines(&text)[0].remittance, "Café €");
}

#[test]
fn what_is_wrong_with_a_transaction_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("-8.5", "8.5.0", InvalidNumber, "TRNAMT", "8.5.0"),
        ("-8.5", "1,234", InvalidNumber, "TRNAMT", "1,234"),
        ("<TRNAMT>-8.5", "", MissingValue, "TRNAMT", ""),
        ("20260121", "21.01.2026", InvalidTime, "DTPOSTED", "21.01.2026"),
        ("20260121", "20261301", InvalidTime, "DTPOSTED", "20261301"),
        ("20260121", "20260121[x", InvalidTime, "DTPOSTED", "20260121[x"),
        ("20260121", "20261103", DateInFuture, "DTPOSTED", "2026-11-03"),
        ("<DTPOSTED>20260121", "", MissingValue, "DTPOSTED", ""),
        ("<NAME>", "<CURRENCY><CURSYM>EURO</CURRENCY><NAME>", InvalidCurrency, "CURDEF", "EURO"),
    ] {
        let parsed = parse(&Ofx, document(&(SOUND.to_owned() + &SOUND.replace(from, to))).as_bytes());
        assert_eq!(told(&parsed.issues), [(6, rule, column, value, 1)]);
        assert_eq!((parsed.rows, parsed.records.len()), (2, 1));
    }
}

#[test]
fn what_is_wrong_with_a_statement_or_the_file_is_said() {
    use IssueRule::*;
    for (from, to, issues) in [
        ("<ACCTID>C 1", "", vec![(5, MissingValue, "ACCTID", "", 1)]),
        ("<CURDEF>USD", "", vec![(5, MissingValue, "CURDEF", "", 1)]),
        ("</OFX>", "", vec![(7, Malformed, "", "no </OFX>", 0)]),
        ("CCSTMTRS", "X", vec![(5, MissingValue, "ACCTID", "", 1), (1, MissingValue, "STMTRS", "", 0)]),
    ] {
        assert_eq!(told(&parse(&Ofx, document(SOUND).replace(from, to).as_bytes()).issues), issues, "{from}");
    }
    let cut = document(SOUND);
    let parsed = parse(&Ofx, &cut.as_bytes()[..cut.find("<NAME>").unwrap()]);
    assert_eq!(told(&parsed.issues), [(5, Malformed, "", "no </OFX>", 1)]);
    let mut broken = statement(vec![row(100, "1", "")]);
    broken.closing.minor += 1;
    let difference = "closing balance 0.01 GBP above opening balance and lines";
    for bytes in [write_sgml(&broken), write_xml(&broken)] {
        let parsed = parse(&Ofx, &bytes);
        assert_eq!(parsed.records.len(), 1);
        let issue = told(&parsed.issues)[0];
        assert_eq!((issue.1, issue.2, issue.3, issue.4), (IdentityBroken, "LEDGERBAL", difference, 0));
    }
}

fn entry_row() -> impl Strategy<Value = EntryRow> {
    let text = || awkward().prop_map(|text| text.replace(['\r', '\n'], ""));
    let texts = (awkward_key(), text(), text(), text());
    (any::<i32>(), 1_i8..29, texts).prop_map(|(minor, day, texts)| EntryRow {
        amount: Money::new(minor.into(), Currency::GBP),
        booked: date(2026, 1, day),
        fitid: texts.0,
        reference: texts.1.trim().to_owned(),
        memo: texts.2.trim().to_owned(),
        name: texts.3.trim().to_owned(),
    })
}

/// What a written transaction must be read as.
fn expected(row: &EntryRow) -> BankLine {
    let kind = if row.amount.minor < 0 { "DEBIT" } else { "CREDIT" };
    BankLine {
        account: "12345678".to_owned(),
        amount: row.amount,
        booked: row.booked,
        reference: row.fitid.clone(),
        end_to_end: row.reference.clone(),
        remittance: if row.memo.is_empty() { kind.to_owned() } else { row.memo.clone() },
        counterparty: (!row.name.is_empty()).then(|| token("counterparty", &row.name)),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(entry_row(), 0..6), xml in any::<bool>()) {
        let bytes = if xml { write_xml(&statement(rows.clone())) } else { write_sgml(&statement(rows.clone())) };
        prop_assert!(Ofx.recognises(&bytes));
        let parsed = parse(&Ofx, &bytes);
        let mut lines: Vec<_> = rows.iter().map(expected).collect();
        if parsed.duplicates == 0 {
            prop_assert_eq!(told(&parsed.issues), vec![]);
        } else {
            lines.dedup();
        }
        let read: Vec<_> = parsed.records.iter().map(|record| line(record).clone()).collect();
        prop_assert!(read == lines || parsed.duplicates > 0, "{:?} {:?}", read, lines);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12), xml in any::<bool>()) {
        let bytes = if xml { write_xml(&statement(vec![row(1, "1", "Ann"), row(2, "2", "")])) } else { golden() };
        check_any(&Ofx, &damaged(bytes, &damage));
    }
}

/// Samples that may not ship. The second names neither account nor currency, as both stand in a comment.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn samples_of_banks_are_read() {
    let folder = format!("{}/formats/bank", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    for (name, amounts, held) in
        [("test_ofx.ofx", vec![-8_000, -9_000, -10_000, -9_000], 0), ("test_ofx_wrong.ofx", vec![], 4)]
    {
        #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        assert!(Ofx.recognises(&bytes), "{name}");
        let parsed = parse(&Ofx, &bytes);
        let read: Vec<_> = parsed.records.iter().map(|record| line(record).amount.minor).collect();
        assert_eq!((read, parsed.issues.len(), parsed.rows), (amounts, held, 4), "{name}");
        assert!(parsed.issues.iter().all(|issue| issue.column == "ACCTID"), "{name}");
    }
}

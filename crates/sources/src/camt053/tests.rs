//! Goldens, rules and damage of ISO 20022 messages.

use super::{Camt053, EntryRow, Statement, write};
use crate::Source;
use crate::bank::tests::utf_16;
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use domain::{BankLine, Content, Currency, IssueRule, Money, Record};
use jiff::civil::date;
use proptest::prelude::*;

/// A statement of these entries that opens with 100.00 EUR and closes with `closing`.
fn document(entries: &str, closing: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\n<Stmt>\
         <Acct><Id><IBAN>NL77 ABNA 0574 9087 65</IBAN></Id><Ccy>EUR</Ccy></Acct>\n\
         <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n\
         <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n\
         {entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

/// An entry of 10.00 EUR; `more` is what else it says.
fn entry(direction: &str, status: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>\
         <BookgDt><Dt>2014-01-05</Dt></BookgDt>{more}</Ntry>\n"
    )
}

fn line(record: &Record) -> &BankLine {
    let Content::Bank(line) = &record.content else { panic!("{record:?}") };
    line
}

fn lines(document: &str) -> Vec<BankLine> {
    let parsed = parse(&Camt053, document.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    parsed.records.iter().map(|record| line(record).clone()).collect()
}

/// One transaction of an entry.
fn transaction(inside: &str) -> String {
    format!("<TxDtls>{inside}</TxDtls>")
}

fn named(role: &str, name: &str) -> String {
    format!("<RltdPties><{role}><Nm>{name}</Nm></{role}><Ultmt{role}><Nm>?</Nm></Ultmt{role}></RltdPties>")
}

#[test]
fn an_entry_is_a_line_with_its_sign_day_and_place() {
    let credit = entry("CRDT", "BOOK", "<AcctSvcrRef>R1</AcctSvcrRef><NtryRef>7</NtryRef>");
    let debit = entry("DBIT", "<Cd>BOOK</Cd>", "<NtryRef>8</NtryRef>").replace("2014-01-05", "2014-01-06+01:00");
    let document = document(&(credit.clone() + &debit), "100.00");
    let parsed = parse(&Camt053, document.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(parsed.records[0].id.0, "bank:NL77ABNA0574908765/R1");
    assert!(parsed.records[1].id.0.starts_with("bank:NL77ABNA0574908765/#"), "`NtryRef` is no key");
    assert_eq!(parsed.records[1].at, "2014-01-06T00:00:00Z".parse().unwrap());
    let [first, second] = [line(&parsed.records[0]), line(&parsed.records[1])];
    assert_eq!((first.amount.minor, first.reference.as_str(), first.booked), (1000, "R1", date(2014, 1, 5)));
    assert_eq!((second.amount.minor, second.reference.as_str(), second.booked), (-1000, "8", date(2014, 1, 6)));
    assert_eq!(bytes_at(document.as_bytes(), parsed.records[0].span), credit.trim_end().as_bytes());
    assert_eq!(parsed.records[1].span.line, 6);
}

#[test]
fn prefixes_comments_cdata_and_references_are_read_through() {
    let more = "<AcctSvcrRef><![CDATA[R&1]]></AcctSvcrRef><!-- <Ntry> --><AddtlNtryInf>a &amp; b&#233;</AddtlNtryInf>";
    let document = document(&entry("CRDT", "BOOK", more), "110.00");
    let prefixed = document.replace("</", "\u{1}").replace('<', "<n:").replace('\u{1}', "</n:");
    let prefixed = prefixed.replace("<n:!", "<!").replace("xmlns=", "xmlns:n=");
    for document in [document, prefixed] {
        let lines = lines(&document);
        assert_eq!((lines[0].reference.as_str(), lines[0].remittance.as_str()), ("R&1", "a & bé"));
    }
}

#[test]
fn only_booked_entries_are_lines() {
    let entries = [entry("CRDT", "PDNG", ""), entry("CRDT", "INFO", ""), entry("CRDT", "BOOK", "")].concat();
    let parsed = parse(&Camt053, document(&entries, "110.00").as_bytes());
    assert_eq!((parsed.rows, parsed.skipped, parsed.records.len(), parsed.issues.len()), (3, 2, 1, 0));
}

#[test]
fn a_batch_stays_one_line_that_carries_the_references_of_all_its_transactions() {
    let first = transaction(
        &("<Refs><EndToEndId>E1</EndToEndId></Refs>".to_owned()
            + &named("Dbtr", "Ann")
            + "<RmtInf><Ustrd>one</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"),
    );
    let second = first.replace("E1", "E2").replace("one", "two").replace("<Strd>", "<x>").replace("</Strd>", "</x>");
    let batch = |inside: &str| entry("CRDT", "BOOK", &format!("<NtryDtls>{inside}</NtryDtls>"));
    let both = &lines(&document(&batch(&(first.clone() + &second)), "110.00"))[0];
    assert_eq!((both.end_to_end.as_str(), both.remittance.as_str()), ("E1 E2", "one RF18 two"));
    assert_eq!(both.counterparty, Some(token("counterparty", "Ann")));
    let silent = first.clone() + &transaction("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>");
    let partly = &lines(&document(&batch(&silent), "110.00"))[0];
    assert_eq!((partly.end_to_end.as_str(), partly.counterparty), ("E1", None));
    let alone = &lines(&document(&batch(&first), "110.00"))[0];
    assert_eq!(alone.end_to_end, "E1");
}

#[test]
fn the_other_side_is_the_one_that_gave_or_took_and_a_reversal_turns_it() {
    let parties = "<RltdPties><Dbtr><Pty><Nm>Debtor</Nm></Pty></Dbtr><Cdtr><Nm>Creditor</Nm></Cdtr></RltdPties>";
    let more = format!("<NtryDtls>{}</NtryDtls>", transaction(parties));
    for (direction, reversal, name) in [
        ("CRDT", "false", "Debtor"),
        ("DBIT", "false", "Creditor"),
        ("CRDT", "true", "Creditor"),
        ("DBIT", "true", "Debtor"),
    ] {
        let more = format!("<RvslInd>{reversal}</RvslInd>{more}");
        let closing = if direction == "CRDT" { "110.00" } else { "90.00" };
        let lines = lines(&document(&entry(direction, "BOOK", &more), closing));
        assert_eq!(lines[0].counterparty, Some(token("counterparty", name)), "{direction} {reversal}");
    }
}

#[test]
fn remittance_falls_back_to_what_else_is_said() {
    let more =
        |details: &str| format!("<NtryDtls>{}</NtryDtls><AddtlNtryInf>entry</AddtlNtryInf>", transaction(details));
    for (details, remittance) in [
        ("<RmtInf><Ustrd>a</Ustrd><Ustrd>b</Ustrd></RmtInf><AddtlTxInf>c</AddtlTxInf>", "a b"),
        ("<AddtlTxInf>c</AddtlTxInf>", "c"),
        ("<RtrInf><AddtlInf>returned</AddtlInf></RtrInf>", "returned"),
        ("", "entry"),
    ] {
        assert_eq!(lines(&document(&entry("CRDT", "BOOK", &more(details)), "110.00"))[0].remittance, remittance);
    }
}

#[test]
fn equal_entries_are_told_apart_by_their_number() {
    let same = entry("CRDT", "BOOK", "<AcctSvcrRef>R1</AcctSvcrRef>");
    let parsed = parse(&Camt053, document(&[same.clone(), same].concat(), "120.00").as_bytes());
    let ids = ids(&parsed.records);
    assert!(ids[0].ends_with("-1") && ids[1].ends_with("-2"), "{ids:?}");
    assert_eq!(ids[0].trim_end_matches('1'), ids[1].trim_end_matches('2'));
}

#[test]
fn what_is_wrong_with_an_entry_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("10.00", "10.0.0", InvalidNumber, "Amt", "10.0.0"),
        ("10.00", "10.001", InvalidNumber, "Amt", "10.001"),
        ("10.00", "-10.00", InvalidNumber, "Amt", "-10.00"),
        ("10.00", "", MissingValue, "Amt", ""),
        ("10.00", "99999999999999999999.00", AmountOverflow, "Amt", "99999999999999999999.00"),
        ("\"EUR\"", "\"EURO\"", InvalidCurrency, "Ccy", "EURO"),
        ("CRDT", "CREDIT", UnknownValue, "CdtDbtInd", "CREDIT"),
        ("BOOK", "DONE", UnknownValue, "Sts", "DONE"),
        ("BOOK", "", MissingValue, "Sts", ""),
        ("2014-01-05", "05.01.2014", InvalidTime, "BookgDt", "05.01.2014"),
        ("2014-01-05", "2026-11-03", DateInFuture, "BookgDt", "2026-11-03"),
        ("<Dt>2014-01-05</Dt>", "", MissingValue, "BookgDt", ""),
    ] {
        let good = entry("CRDT", "BOOK", "");
        let bad = good.replace(from, to);
        let parsed = parse(&Camt053, document(&(good + &bad), "110.00").as_bytes());
        assert_eq!(told(&parsed.issues), [(6, rule, column, value, 1)]);
        assert_eq!((parsed.rows, parsed.records.len()), (2, 1));
    }
}

#[test]
fn a_statement_that_does_not_add_up_says_by_how_much_and_keeps_its_lines() {
    let parsed = parse(&Camt053, document(&entry("CRDT", "BOOK", ""), "109.99").as_bytes());
    let difference = "closing balance 0.01 EUR below opening balance and lines";
    assert_eq!(told(&parsed.issues), [(2, IssueRule::IdentityBroken, "Bal/CLBD", difference, 0)]);
    assert_eq!(parsed.records.len(), 1);
    let parsed = parse(&Camt053, document("", "1OO").as_bytes());
    assert_eq!(told(&parsed.issues), [(2, IssueRule::InvalidNumber, "Amt", "1OO", 0)]);
}

#[test]
fn where_the_document_breaks_off_the_rest_is_one_issue() {
    let whole = document(&entry("CRDT", "BOOK", "").repeat(3), "130.00");
    let second = whole.match_indices("<Ntry>").nth(1).unwrap().0;
    for cut in [second + 30, second + 1] {
        let parsed = parse(&Camt053, &whole.as_bytes()[..cut]);
        let held = u32::from(cut > second + 5);
        assert_eq!(told(&parsed.issues), [(6, IssueRule::Malformed, "", "", held)]);
        assert_eq!(parsed.records.len(), 1);
    }
    let spoilt = whole.replacen("</Sts>", "</Stz>", 1);
    let parsed = parse(&Camt053, spoilt.as_bytes());
    assert_eq!(told(&parsed.issues), [(5, IssueRule::Malformed, "", "", 3)]);
    let unknown = whole.replacen("BOOK", "&bomb;", 1);
    assert_eq!(told(&parse(&Camt053, unknown.as_bytes()).issues), [(5, IssueRule::Malformed, "", "", 3)]);
}

#[test]
fn bytes_that_are_not_utf8_hold_all_entries() {
    let bytes: Vec<u8> = document(&entry("CRDT", "BOOK", "é").repeat(2), "120.00").chars().map(|c| c as u8).collect();
    let parsed = parse(&Camt053, &bytes);
    assert_eq!(told(&parsed.issues), [(1, IssueRule::InvalidUtf8, "", "", 2)]);
}

#[test]
fn several_statements_and_none() {
    let one = document(&entry("CRDT", "BOOK", ""), "110.00");
    let (from, to) = (one.find("<Stmt>").unwrap(), one.find("</BkTo").unwrap());
    let other = one[from..to].replace("NL77 ABNA 0574 9087 65", "CH93").replace("EUR", "CHF");
    let both = one.replace("</BkTo", &(other + "</BkTo"));
    let lines = lines(&both);
    assert_eq!(lines.iter().map(|line| line.account.as_str()).collect::<Vec<_>>(), ["NL77ABNA0574908765", "CH93"]);
    let parsed = parse(&Camt053, b"<Document><BkToCstmrStmt/></Document>");
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingValue, "Stmt", "", 0)]);
}

#[test]
fn long_remittance_is_cut_at_spaces_to_the_schemas_length() {
    let words = "paiement reçu ".repeat(40).trim().to_owned();
    let xml = String::from_utf8(write(&statement(vec![row(1, words.clone(), "")]))).unwrap();
    let ustrd: Vec<_> = xml.split("<Ustrd>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert!(ustrd.len() > 3 && ustrd.iter().all(|line| line.chars().count() <= 140));
    assert_eq!(ustrd.join(" "), words);
}

fn row(minor: i64, remittance: String, name: &str) -> EntryRow {
    EntryRow {
        amount: Money::new(minor, Currency::GBP),
        booked: date(2026, 1, 21),
        reference: String::new(),
        end_to_end: String::new(),
        remittance,
        counterparty: name.to_owned(),
    }
}

/// A statement that adds up.
fn statement(entries: Vec<EntryRow>) -> Statement {
    let sum: i64 = entries.iter().map(|entry| entry.amount.minor).sum();
    Statement {
        id: "S1".to_owned(),
        account: "GB33BUKB20201555555555".to_owned(),
        account_name: "Gift Shop <Ltd>".to_owned(),
        from: date(2026, 1, 1),
        to: date(2026, 1, 31),
        opening: Money::new(-500, Currency::GBP),
        closing: Money::new(sum - 500, Currency::GBP),
        entries,
    }
}

fn entry_row() -> impl Strategy<Value = EntryRow> {
    let texts = (awkward_key(), awkward_key(), awkward(), awkward());
    (any::<i32>(), 1_i8..29, texts).prop_map(|(minor, day, texts)| EntryRow {
        amount: Money::new(minor.into(), Currency::GBP),
        booked: date(2026, 1, day),
        reference: texts.0,
        end_to_end: texts.1,
        remittance: texts.2,
        counterparty: texts.3,
    })
}

/// What a written entry must be read as.
fn expected(row: &EntryRow) -> BankLine {
    BankLine {
        account: "GB33BUKB20201555555555".to_owned(),
        amount: row.amount,
        booked: row.booked,
        reference: row.reference.clone(),
        end_to_end: row.end_to_end.clone(),
        remittance: row.remittance.clone(),
        counterparty: (!row.counterparty.is_empty()).then(|| token("counterparty", &row.counterparty)),
    }
}

/// The same document as a report (`camt.052`) or a notification (`camt.054`).
fn as_message(document: &str, message: &str, number: &str, element: &str) -> String {
    let renamed = document.replace("BkToCstmrStmt", message).replace("camt.053", number);
    renamed.replace("<Stmt>", &format!("<{element}>")).replace("</Stmt>", &format!("</{element}>"))
}

#[test]
fn a_report_and_a_notification_name_an_entry_as_the_statement_does() {
    let plain = entry("DBIT", "BOOK", "<AddtlNtryInf>fee</AddtlNtryInf>");
    let entries = [&plain, &plain, &entry("CRDT", "BOOK", "<AcctSvcrRef>R1</AcctSvcrRef>"), &entry("CRDT", "PDNG", "")];
    let statement = document(&entries.map(String::as_str).concat(), "90.00");
    let first = parse(&Camt053, statement.as_bytes());
    for (message, number, element) in
        [("BkToCstmrAcctRpt", "camt.052", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "camt.054", "Ntfctn")]
    {
        let other = as_message(&statement, message, number, element).replace("90.00", "1.00");
        assert!(Camt053.recognises(other.as_bytes()));
        let parsed = parse(&Camt053, other.as_bytes());
        assert_eq!(told(&parsed.issues), [], "only a statement must add up");
        assert_eq!((parsed.rows, parsed.skipped), (4, 1));
        assert_eq!(ids(&parsed.records), ids(&first.records));
        let same = parsed.records.iter().zip(&first.records).all(|(a, b)| a.content == b.content);
        assert!(same, "{message}");
    }
}

#[test]
fn a_batch_is_named_alike_with_and_without_its_transactions() {
    let size = "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>";
    let details = ["E1", "E2"].map(|name| transaction(&format!("<Refs><EndToEndId>{name}</EndToEndId></Refs>")));
    let told_in_full = format!("<NtryDtls>{}</NtryDtls>", details.concat());
    let said = |more: &str| parse(&Camt053, document(&entry("CRDT", "BOOK", more), "110.00").as_bytes());
    assert_eq!(ids(&said(size).records), ids(&said(&told_in_full).records));
}

#[test]
fn older_encodings_are_read_and_spans_point_into_the_bytes_as_they_came() {
    let one = entry("CRDT", "BOOK", "<AddtlNtryInf>é1</AddtlNtryInf>");
    let two = entry("CRDT", "BOOK", "<AddtlNtryInf>é2</AddtlNtryInf>");
    let body = document(&(one.clone() + &two), "120.00");
    let declared = |label: &str| format!("<?xml version=\"1.0\" encoding='{label}'?>\n{body}");
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    for (bytes, encode) in [
        (latin(&declared("ISO-8859-1")), &latin as &dyn Fn(&str) -> Vec<u8>),
        (latin(&declared("windows-1252")), &latin),
        (utf_16(&format!("\u{feff}{}", declared("UTF-16")), false), &|text| utf_16(text, false)),
        (utf_16(&declared("UTF-16"), true), &|text| utf_16(text, true)),
        (declared("ISO-8859-1").into_bytes(), &|text| text.as_bytes().to_vec()),
    ] {
        assert!(Camt053.recognises(&bytes));
        let parsed = parse(&Camt053, &bytes);
        assert_eq!(told(&parsed.issues), []);
        assert_eq!(line(&parsed.records[1]).remittance, "é2");
        assert_eq!(parsed.records[1].span.line, 7);
        assert_eq!(bytes_at(&bytes, parsed.records[0].span), encode(one.trim_end()));
        assert_eq!(bytes_at(&bytes, parsed.records[1].span), encode(two.trim_end()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_message_is_read(damage in prop::collection::vec(damage(), 1..12), wide in any::<bool>()) {
        let golden = write(&statement(vec![row(1, "é".to_owned(), "Ann"), row(-2, String::new(), "")]));
        let bytes = if wide { utf_16(std::str::from_utf8(&golden).unwrap(), false) } else { golden };
        check_any(&Camt053, &damaged(bytes, &damage));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(entry_row(), 0..6)) {
        let parsed = parse(&Camt053, &write(&statement(rows.clone())));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let lines: Vec<_> = parsed.records.iter().map(|record| line(record).clone()).collect();
        prop_assert_eq!(lines, rows.iter().map(expected).collect::<Vec<_>>());
    }
}

/// Samples that may not ship. The first does not add up: 15,568.27 − 754.25 − 664.05 + 1,405.31 is not 15,121.12.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn samples_of_banks_are_read() {
    let folder = format!("{}/formats/bank", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    let short = "closing balance 434.16 EUR below opening balance and lines";
    for (name, amounts, issues) in [
        ("test-camt053", vec![-75_425, -66_405, 140_531], vec![(7, IssueRule::IdentityBroken, "Bal/CLBD", short, 0)]),
        ("test-camt053-txdtls", vec![348_300], vec![]),
        ("test-camt054", vec![500], vec![]),
    ] {
        #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        let parsed = parse(&Camt053, &bytes);
        assert_eq!(told(&parsed.issues), issues, "{name}");
        let read: Vec<_> = parsed.records.iter().map(|record| line(record).amount.minor).collect();
        assert_eq!(read, amounts, "{name}");
    }
}

//! Layouts, rules and damage of statements as CSV.

use super::{BankCsv, EntryRow, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use crate::{Source, recognise};
use domain::{BankLine, Content, Currency, IssueRule, Money, Record};
use jiff::civil::date;
use proptest::prelude::*;

/// Three lines, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&[row(965, "T1"), row(-365, "T2"), row(0, "")])
}

fn row(minor: i64, id: &str) -> EntryRow {
    EntryRow {
        account: "GB33BUKB20201555555555".to_owned(),
        amount: Money::new(minor, Currency::GBP),
        booked: date(2026, 1, 21),
        id: id.to_owned(),
        reference: "po_1".to_owned(),
        description: "PAYOUT, 礼品卡".to_owned(),
        counterparty: "Ann Doe".to_owned(),
    }
}

fn line(record: &Record) -> &BankLine {
    let Content::Bank(line) = &record.content else { panic!("{record:?}") };
    line
}

/// Lines as `(amount with currency, day, remittance)`.
fn lines(bytes: &[u8]) -> Vec<(String, String, String)> {
    let parsed = parse(&BankCsv, bytes);
    assert_eq!(told(&parsed.issues), [], "{}", String::from_utf8_lossy(bytes));
    let lines = parsed.records.iter().map(line);
    lines.map(|line| (line.amount.to_string(), line.booked.to_string(), line.remittance.clone())).collect()
}

#[test]
fn headers_of_six_languages_delimiters_and_preambles() {
    for (text, amounts, day) in [
        ("Date,Amount (USD),Description\n13/01/2026,\"1,250.00\",a\n", vec!["1250.00 USD"], "2026-01-13"),
        ("Buchungstag;Verwendungszweck;Betrag;Währung\n13.01.26;a;-1.250,00;EUR\n", vec!["-1250.00 EUR"], "2026-01-13"),
        (
            "Konto;DE02 1203 0000 0000 2020 51\n\nBuchung\tBuchungstext\tSoll\tHaben\n13.1.2026\ta\t5,00\t\n13.1.2026\ta\t\t7,5\n",
            vec!["-5.00 GBP", "7.50 GBP"],
            "2026-01-13",
        ),
        (
            "Fecha;Concepto;Importe;Saldo\n13/01/2026;a;-5,00;95,00\n13/01/2026;a;1,00;96,00\n",
            vec!["-5.00 GBP", "1.00 GBP"],
            "2026-01-13",
        ),
        ("Data;Descrição;Valor\n13-01-2026;a;R\n", vec![], ""),
        ("Date;Libellé;Débit;Crédit\n13/01/2026;a;5,00;0,00\n", vec!["-5.00 GBP"], "2026-01-13"),
        ("交易日期,摘要,借方金额,贷方金额,余额\n2026年1月13日,a,5.00,,1.00\n", vec!["-5.00 GBP"], "2026-01-13"),
        (
            "Date,Label,Amount,D/C\n01/13/2026,a,-5.00,C\n20260113,a,5.00,D\n",
            vec!["5.00 GBP", "-5.00 GBP"],
            "2026-01-13",
        ),
    ] {
        assert!(BankCsv.recognises(text.as_bytes()), "{text}");
        if !amounts.is_empty() {
            let expected: Vec<_> = amounts.iter().map(|a| ((*a).to_owned(), day.to_owned(), "a".to_owned())).collect();
            assert_eq!(lines(text.as_bytes()), expected, "{text}");
        }
    }
}

#[test]
fn other_exports_are_not_taken() {
    for header in [
        "Date,Description,Gross,Fee,Net,Amount\n",
        "交易时间,商品说明,收/支,金额,备注\n",
        "Date,Amount,Balance\n",
        "order,date,amount,description\n",
        "Date,Description\n",
    ] {
        assert!(!BankCsv.recognises(header.as_bytes()), "{header}");
        assert!(recognise(header.as_bytes()).is_none_or(|source| source.name() != "bank-csv"));
    }
}

#[test]
fn an_order_of_day_and_month_is_decided_by_the_file_or_not_at_all() {
    let text = "Date,Amount,Description\n05/01/2026,1,a\n13/01/2026,2,b\n";
    assert_eq!(lines(text.as_bytes())[0].1, "2026-01-05");
    assert_eq!(lines(text.replace("13/01", "01/13").as_bytes())[0].1, "2026-05-01");
    let parsed = parse(&BankCsv, text.replace("13/01", "05/05").as_bytes());
    assert_eq!(told(&parsed.issues), [(2, IssueRule::InvalidTime, "Date", "05/01/2026", 1)]);
    assert_eq!(parsed.records.len(), 1, "5/5 is the same both ways");
}

#[test]
fn a_running_balance_is_held_to_its_amounts_in_either_order() {
    let oldest_first = "Date,Amount,Description,Balance\n2026-01-01,5,a,105\n2026-01-02,-1,b,104\n2026-01-03,2,c,106\n";
    let newest_first = "Date,Amount,Description,Balance\n2026-01-03,2,c,106\n2026-01-02,-1,b,104\n2026-01-01,5,a,105\n";
    for (text, row) in [(oldest_first, 4), (newest_first, 2)] {
        assert_eq!(lines(text.as_bytes()).len(), 3);
        let parsed = parse(&BankCsv, text.replace(",2,c", ",3,c").as_bytes());
        assert_eq!((parsed.records.len(), parsed.issues.len()), (3, 1));
        let issue = told(&parsed.issues)[0];
        assert_eq!((issue.0, issue.1, issue.2, issue.4), (row, IssueRule::IdentityBroken, "Balance", 0));
    }
}

#[test]
fn accounts_names_and_keys() {
    let text = "My account: DE02 1203 0000 0000 2020 51\nDate,Amount,Description,Transaction ID,Reference\n\
                2026-01-01,5,a,T1,R\n2026-01-01,5,a,,R\n2026-01-01,5,a,,R\n";
    let parsed = parse(&BankCsv, text.as_bytes());
    let ids = ids(&parsed.records);
    assert_eq!(ids[0], "bank:DE02120300000000202051/T1");
    assert!(ids[1].ends_with("-1") && ids[2].ends_with("-2"), "{ids:?}");
    assert_eq!(line(&parsed.records[0]).end_to_end, "R");
    let unnamed = parse(&BankCsv, b"Date,Amount,Description\n2026-01-01,5,a\n");
    assert_eq!(line(&unnamed.records[0]).account, "unnamed");
}

#[test]
fn older_encodings_are_read_in_place() {
    let german = "Buchungstag;Verwendungszweck;Betrag;Währung\n13.01.26;Gebühr;-5,00;EUR\n";
    let chinese = "交易日期,摘要,金额\n2026-01-13,转账,5.00\n";
    let western = encoding_rs::WINDOWS_1252.encode(german).0.into_owned();
    let gbk = encoding_rs::GBK.encode(chinese).0.into_owned();
    for (bytes, said, last) in [(western, "Gebühr", b"EUR"), (gbk, "转账", b".00")] {
        assert!(BankCsv.recognises(&bytes));
        let parsed = parse(&BankCsv, &bytes);
        assert_eq!(line(&parsed.records[0]).remittance, said);
        assert!(bytes_at(&bytes, parsed.records[0].span).ends_with(last));
    }
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("x,5,a,GBP", InvalidTime, "Date", "x"),
        (",5,a,GBP", MissingValue, "Date", ""),
        ("2026-11-03,5,a,GBP", DateInFuture, "Date", "2026-11-03"),
        ("2026-01-01,5.001,a,GBP", InvalidNumber, "Amount", "5.001"),
        ("2026-01-01,,a,GBP", MissingValue, "Amount", ""),
        ("2026-01-01,5,a,POUND", InvalidCurrency, "Currency", "POUND"),
        ("2026-01-01,5,a", WrongFieldCount, "", "3 of 4 fields"),
        ("2026-01-01,5,a,GBP,x", WrongFieldCount, "", "5 of 4 fields"),
    ] {
        let text = format!("Date,Amount,Description,Currency\n2026-01-01,5.25,a,GBP,\n,,,\n{row}\n");
        let parsed = parse(&BankCsv, text.as_bytes());
        assert_eq!(told(&parsed.issues), [(4, rule, column, value, 1)]);
        assert_eq!((parsed.rows, parsed.records.len()), (2, 1));
    }
    let both = "Date,Description,Debit,Credit\n2026-01-01,a,1,2\n2026-01-01,a,,\n";
    let parsed = parse(&BankCsv, both.as_bytes());
    assert_eq!(told(&parsed.issues), [(2, InvalidNumber, "Credit", "2", 1), (3, MissingValue, "Debit", "", 1)]);
    let none = parse(&BankCsv, b"a,b\n1,2\n");
    assert_eq!(told(&none.issues), [(1, MissingColumn, "date, amount, description", "", 1)]);
}

fn entry_row() -> impl Strategy<Value = EntryRow> {
    let texts = (awkward_key(), awkward(), awkward(), awkward());
    (any::<i32>(), 1_i8..29, texts).prop_map(|(minor, day, texts)| EntryRow {
        account: "GB33BUKB20201555555555".to_owned(),
        amount: Money::new(minor.into(), Currency::GBP),
        booked: date(2026, 1, day),
        id: texts.0,
        reference: texts.1,
        description: texts.2,
        counterparty: texts.3,
    })
}

/// What a written line must be read as.
fn expected(row: &EntryRow) -> BankLine {
    BankLine {
        account: row.account.clone(),
        amount: row.amount,
        booked: row.booked,
        reference: row.id.clone(),
        end_to_end: row.reference.clone(),
        remittance: row.description.clone(),
        counterparty: (!row.counterparty.is_empty()).then(|| token("counterparty", &row.counterparty)),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(entry_row(), 0..6)) {
        let parsed = parse(&BankCsv, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let lines: Vec<_> = parsed.records.iter().map(|record| line(record).clone()).collect();
        prop_assert_eq!(lines, rows.iter().map(expected).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&BankCsv, &damaged(golden(), &damage));
    }
}

/// Samples that may not ship; the first has debit and credit marks and a running balance.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn samples_of_banks_are_read() {
    let folder = format!("{}/formats/bank", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    for (name, amounts) in [
        ("debit_credit.csv", ["-33.50 GBP", "1533.50 GBP"]),
        ("multi_currency.csv", ["-33.50 USD", "1525.00 EUR"]),
        ("sample_statement_en.csv", ["-33.50 USD", "1525.00 EUR"]),
    ] {
        #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        assert_eq!(recognise(&bytes).map(Source::name), Some("bank-csv"), "{name}");
        let read = lines(&bytes);
        assert_eq!(read.iter().map(|line| line.0.as_str()).collect::<Vec<_>>(), amounts, "{name}");
        assert!(read.iter().all(|line| line.1 == "2018-12-15"), "{name}");
    }
}

const OTHER_SAMPLES: [&str; 4] = [
    "alipay/example-alipay-records.csv",
    "amazon_settlement_v1_flatfile.tsv",
    "shopify/orders_export_tiny.csv",
    "wechat/example-wechat-records.csv",
];

/// Every file of other formats that begins as a table does.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn samples_of_other_formats_are_not_taken() {
    let folder = format!("{}/formats", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    for name in OTHER_SAMPLES {
        #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        assert!(!BankCsv.recognises(&bytes[..bytes.len().min(4096)]), "{name}");
        assert_ne!(recognise(&bytes).map(Source::name), Some("bank-csv"), "{name}");
    }
}

//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{PayPalActivity, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::recognise;
use crate::testing::{awkward_key, bytes_at, ids, parse, token, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

const HEADER: &str = "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,\
                      To Email Address,Transaction ID,Invoice Number,Reference Txn ID,Balance Impact";
const PAID: &str = "2/13/2026,09:15:00,PST,Zoe Q,Website Payment,Completed,USD,\"1,048.20\",-30.70,\"1,017.50\",\
                    Zoe@example.org,shop@example.com,8AB,INV-71,,Credit";
const BACK: &str = "2/14/2026,10:00:00,PST,Zoe Q,Payment Refund,Completed,USD,-48.20,0.00,-48.20,\
                    shop@example.com,zoe@example.org,9CD,INV-71,8AB,Debit";

/// Three rows, without a byte order mark.
pub(crate) fn golden() -> Vec<u8> {
    let row = |id: &str| Row {
        at: "2026-01-19T12:07:45Z".parse().unwrap(),
        name: "Zoe, \"Q\"".to_owned(),
        kind: "Website Payment".to_owned(),
        status: "Completed".to_owned(),
        gross: Money::new(104_820, Currency::EUR),
        fee: Money::new(3070, Currency::EUR),
        net: Money::new(101_750, Currency::EUR),
        from: "zoe@example.org".to_owned(),
        to: "shop@example.com".to_owned(),
        transaction_id: id.to_owned(),
        invoice_number: "礼品卡".to_owned(),
        reference: String::new(),
    };
    write(&[row("1"), row("2"), row("3")])[3..].to_vec()
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_payment_is_a_charge_and_its_refund_names_it() {
    let bytes = file(&[PAID, BACK]);
    let parsed = parse(&PayPalActivity, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["paypal:8AB", "paypal:9CD"]);
    assert_eq!(parsed.records[0].at, "2026-02-13T17:15:00Z".parse().unwrap());
    let [charge, refund] = [line(&parsed.records[0]), line(&parsed.records[1])];
    assert_eq!((charge.gross.minor, charge.fee.minor, charge.net.minor), (104_820, 3070, 101_750));
    assert_eq!((charge.category, charge.charge.as_deref()), (ProcessorCategory::Charge, Some("8AB")));
    assert_eq!((refund.category, refund.charge.as_deref()), (ProcessorCategory::Refund, Some("8AB")));
    assert_eq!(refund.order_reference.as_deref(), Some("INV-71"));
    assert_eq!(charge.customer, Some(token("processor_customer", "zoe@example.org")));
    assert_eq!(refund.customer, charge.customer, "the side that was paid back");
    assert_eq!(bytes_at(bytes.as_bytes(), parsed.records[1].span), BACK.as_bytes());
}

/// Rows of 10.00, −2.50 and 5.00 dollars, and one of 7.00 euros between them.
fn with_balances(balances: [&str; 4]) -> String {
    let rows = [("10.00", "USD"), ("7.00", "EUR"), ("-2.50", "USD"), ("5.00", "USD")];
    let rows = rows.iter().zip(balances).enumerate().map(|(index, ((gross, currency), balance))| {
        format!(
            "2/{}/2026,09:15:00,PST,General Payment,Completed,{currency},{gross},0.00,{gross},T{index},{balance}",
            13 + index
        )
    });
    let rows: Vec<String> = rows.collect();
    format!("Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance\n{}\n", rows.join("\n"))
}

#[test]
fn each_currencys_balance_is_held_to_its_rows() {
    let broken = |text: &str| {
        let parsed = parse(&PayPalActivity, text.as_bytes());
        assert_eq!(parsed.records.len() as u64, parsed.rows);
        parsed.issues.iter().map(|issue| (issue.span.line, issue.value.clone())).collect::<Vec<_>>()
    };
    assert_eq!(broken(&with_balances(["110.00", "7.00", "107.50", "112.50"])), []);
    assert_eq!(broken(&with_balances(["", "", "", ""])), []);
    let left_out = "104.50 USD where amounts lead to 107.50 USD; most likely a line of -3.00 USD between lines 2 and 4";
    assert_eq!(broken(&with_balances(["110.00", "7.00", "104.50", "109.50"])), [(4, left_out.to_owned())]);
    let other_order = with_balances(["1.00", "7.00", "1.00", "1.00"]);
    assert_eq!(broken(&other_order), [], "the rows are not in the order of their balances");
}

#[test]
fn other_languages_are_read_in_their_own_manner() {
    for (header, row) in [
        (
            "\u{feff}\"Datum\";\"Uhrzeit\";\"Zeitzone\";Name;Typ;Status;Währung;Brutto;Gebühr;Netto;Transaktionscode;Auswirkung auf Guthaben",
            "13.02.2026;18:15:00;CET;Zoe;Website-Zahlung;Abgeschlossen;USD;1.048,20;-30,70;1.017,50;8AB;Haben",
        ),
        (
            "Fecha,Hora,Zona horaria,Nombre,Tipo,Estado,Divisa,Bruto,Comisión,Neto,Id. de transacción",
            "13/02/2026,18:15:00,CET,Zoe,Pago de sitio web,Completado,USD,\"1.048,20\",\"-30,70\",\"1.017,50\",8AB",
        ),
        (
            "Data,Hora,Fuso horário,Nome,Tipo,Status,Moeda,Bruto,Tarifa,Líquido,ID da transação",
            "13/02/2026,14:15:00,BRT,Zoe,Pagamento do site,Concluído,USD,\"1.048,20\",\"-30,70\",\"1.017,50\",8AB",
        ),
        (
            "日期,时间,时区,姓名,类型,状态,币种,总额,费用,净额,交易号",
            "2026/2/14,01:15:00,CST,Zoe,网站付款,已完成,USD,\"1,048.20\",-30.70,\"1,017.50\",8AB",
        ),
    ] {
        let bytes = format!("{header}\r\n{row}\r\n");
        assert_eq!(recognise(bytes.as_bytes()).map(crate::Source::name), Some("paypal"), "{header}");
        let parsed = parse(&PayPalActivity, bytes.as_bytes());
        assert_eq!(told(&parsed.issues), [], "{header}");
        assert_eq!(parsed.records[0].at, "2026-02-13T17:15:00Z".parse().unwrap(), "{header}");
        let line = line(&parsed.records[0]);
        assert_eq!((line.category, line.gross.minor, line.fee.minor), (ProcessorCategory::Charge, 104_820, 3070));
    }
}

#[test]
fn a_conversion_is_two_adjustments_beside_its_payment() {
    let out = "2/13/2026,09:15:00,PST,,General Currency Conversion,Completed,EUR,-10.00,0.00,-10.00,,,7X,,8AB,Debit";
    let into = "2/13/2026,09:15:00,PST,,General Currency Conversion,Completed,USD,10.80,0.00,10.80,,,7X,,8AB,Credit";
    let parsed = parse(&PayPalActivity, file(&[PAID, out, into]).as_bytes());
    assert_eq!(
        (told(&parsed.issues), ids(&parsed.records)),
        (vec![], vec!["paypal:8AB", "paypal:7X/EUR", "paypal:7X/USD"])
    );
    let said = |index: usize| (line(&parsed.records[index]).category, line(&parsed.records[index]).charge.clone());
    assert_eq!((said(1), said(2)), ((ProcessorCategory::Adjustment, Some("8AB".to_owned())), said(1)));
}

#[test]
fn what_has_not_moved_is_skipped_and_what_is_repeated_counted() {
    let waiting = PAID.replace("Completed", "Pending");
    let memo = BACK.replace("Debit", "Memo");
    let parsed = parse(&PayPalActivity, file(&[&waiting, &memo, BACK, BACK]).as_bytes());
    assert_eq!((parsed.records.len(), parsed.skipped, parsed.duplicates), (1, 2, 1));
}

#[test]
fn categories_follow_type_and_sign() {
    use ProcessorCategory::*;
    for (word, gross, category) in [
        ("General Withdrawal", "-48.20", Payout),
        ("Bank Deposit to PP Account", "48.20", Payout),
        ("Website Payment", "-48.20", Adjustment),
        ("Chargeback", "-48.20", Dispute),
        ("Chargeback Reversal", "48.20", DisputeReversal),
        ("Dispute Fee", "-48.20", Fee),
        ("Something new", "48.20", Adjustment),
    ] {
        let row = BACK.replace("Payment Refund", word).replace("-48.20", gross);
        let parsed = parse(&PayPalActivity, file(&[&row]).as_bytes());
        assert_eq!(told(&parsed.issues), []);
        let line = line(&parsed.records[0]);
        assert_eq!((line.category, line.description.as_str()), (category, word));
    }
}

#[test]
fn ambiguous_days_follow_the_file_and_the_zone() {
    let day = |rows: &[&str]| parse(&PayPalActivity, file(rows).as_bytes()).records[0].at.to_string()[..10].to_owned();
    let row =
        |date: &str, zone: &str, id: &str| PAID.replace("2/13/2026", date).replace("PST", zone).replace("8AB", id);
    assert_eq!(day(&[&row("1/2/2026", "PST", "1")]), "2026-01-02");
    assert_eq!(day(&[&row("1/2/2026", "GMT", "1")]), "2026-02-01");
    assert_eq!(day(&[&row("1/2/2026", "PST", "1"), &row("13/2/2026", "PST", "2")]), "2026-02-01");
    let blank = BACK.replace("0.00,-48.20", ",");
    assert_eq!(line(&parse(&PayPalActivity, file(&[&blank]).as_bytes()).records[0]).net.minor, -4820);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("8AB", "", MissingValue, "Transaction ID", ""),
        ("2/13/2026", "30/30/2026", InvalidTime, "Date", "30/30/2026"),
        ("2/13/2026", "2/13/2027", DateInFuture, "Date", "2/13/2027"),
        ("09:15:00", "25:00", InvalidTime, "Time", "25:00"),
        ("PST", "IST", InvalidTime, "TimeZone", "IST"),
        ("Completed", "Vollendet", UnknownValue, "Status", "Vollendet"),
        ("USD", "dollars", InvalidCurrency, "Currency", "dollars"),
        ("\"1,048.20\"", "1.2.3", InvalidNumber, "Gross", "1.2.3"),
        ("-30.70", "-30.705", InvalidNumber, "Fee", "-30.705"),
        ("\"1,017.50\"", "1017.51", IdentityBroken, "net", "1048.20 - 30.70 is not 1017.51"),
        (",Credit", "", WrongFieldCount, "", "15 of 16 fields"),
    ] {
        let parsed = parse(&PayPalActivity, file(&[&PAID.replacen(from, to, 1), BACK]).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["paypal:9CD"]);
    }
    let lacking = file(&[PAID]).replace(",Net,", ",Nothing,");
    assert_eq!(told(&parse(&PayPalActivity, lacking.as_bytes()).issues), [(1, MissingColumn, "Net", "", 1)]);
}

fn row() -> impl Strategy<Value = Row> {
    let kind = prop::sample::select(vec!["Website Payment", "Payment Refund", "General Withdrawal", "Chargeback Fee"]);
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD"]).prop_map(|code| Currency::from_code(code).unwrap());
    let amounts = (any::<i32>(), any::<i32>(), currency);
    let keys = (awkward_key(), awkward_key(), awkward_key(), awkward_key());
    (1_577_836_800_i64..1_790_000_000, kind, amounts, keys).prop_map(
        |(second, kind, (gross, fee, currency), (transaction_id, invoice_number, reference, name))| Row {
            at: Timestamp::from_second(second).unwrap(),
            from: format!("{name}@example.org"),
            to: format!("{name}@example.org"),
            name,
            kind: kind.to_owned(),
            status: "Completed".to_owned(),
            gross: Money::new(gross.into(), currency),
            fee: Money::new(fee.into(), currency),
            net: Money::new(i64::from(gross) - i64::from(fee), currency),
            transaction_id,
            invoice_number,
            reference,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.transaction_id += &index.to_string();
        }
        let parsed = parse(&PayPalActivity, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let read = line(record);
            prop_assert_eq!((record.at, &read.source_id), (row.at, &row.transaction_id));
            prop_assert_eq!((read.gross, read.fee, read.net), (row.gross, row.fee, row.net));
            prop_assert_eq!(read.order_reference.as_ref(), Some(&row.invoice_number));
            prop_assert_eq!(&read.description, &row.kind);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&PayPalActivity, &damaged(golden(), &damage));
    }
}

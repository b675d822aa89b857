//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{AdyenSettlement, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use proptest::prelude::*;

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn row(kind: &str, psp: &str, net: i64, commission: i64) -> Row {
    Row {
        merchant_account: "ShopEU".to_owned(),
        psp_reference: psp.to_owned(),
        merchant_reference: "O-1".to_owned(),
        created: "2026-07-19T12:07:45Z".parse().unwrap(),
        kind: kind.to_owned(),
        modification_reference: "M1".to_owned(),
        gross: Some(money(net + commission)),
        net: money(net),
        commission: money(commission),
        batch: "7".to_owned(),
    }
}

/// A sale, a refund of a part, and the payout.
fn rows() -> Vec<Row> {
    let payout = Row { gross: None, ..row("MerchantPayout", "", -7500, 0) };
    vec![row("Settled", "P1", 9965, 35), row("Refunded", "P1", -2465, 0), payout]
}

pub(crate) fn golden() -> Vec<u8> {
    write(&rows())
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn every_type_has_its_category_and_the_batch_is_the_payout() {
    let parsed = parse(&AdyenSettlement, &golden());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records)[..2], ["adyen:P1/Settled/M1", "adyen:P1/Refunded/M1"]);
    assert!(parsed.records[2].id.0.starts_with("adyen:ShopEU/7/MerchantPayout/#"));
    assert_eq!(parsed.records[0].at, "2026-07-19T12:07:45Z".parse().unwrap());
    let [sale, refund, payout] = [0, 1, 2].map(|index| line(&parsed.records[index]));
    assert_eq!((sale.category, sale.gross, sale.fee), (ProcessorCategory::Charge, money(10_000), money(35)));
    assert_eq!((refund.category, refund.net), (ProcessorCategory::Refund, money(-2465)));
    assert_eq!((refund.charge.as_deref(), refund.order_reference.as_deref()), (Some("P1"), Some("O-1")));
    assert_eq!((payout.category, payout.source_id.as_str()), (ProcessorCategory::Payout, "ShopEU/7"));
    assert_eq!(sale.payout.as_deref(), Some("ShopEU/7"));
    use ProcessorCategory::*;
    for (kind, category) in [
        ("Chargeback", Dispute),
        ("SecondChargeback", Dispute),
        ("ChargebackReversed", DisputeReversal),
        ("InvoiceDeduction", Fee),
        ("DepositCorrection", Adjustment),
    ] {
        let parsed = parse(&AdyenSettlement, &write(&[row(kind, "P1", -500, 0)]));
        assert_eq!(line(&parsed.records[0]).category, category, "{kind}");
    }
    let parsed = parse(&AdyenSettlement, &write(&[Row { gross: None, ..row("Fee", "", -1000, 0) }]));
    let fee = line(&parsed.records[0]);
    assert_eq!((fee.gross, fee.fee, fee.net), (money(0), money(1000), money(-1000)));
}

#[test]
fn a_gross_in_another_currency_is_what_the_buyer_saw() {
    let yen = Money::new(16_000, Currency::from_code("JPY").unwrap());
    let parsed = parse(&AdyenSettlement, &write(&[Row { gross: Some(yen), ..row("Settled", "P1", 9965, 35) }]));
    let sale = line(&parsed.records[0]);
    assert_eq!((sale.gross, sale.presentment), (money(10_000), Some(yen)));
}

#[test]
fn equal_rows_with_a_reference_are_duplicates_and_without_are_genuine() {
    let fee = Row { gross: None, ..row("Fee", "", -10, 0) };
    let sale = row("Settled", "P1", 9965, 35);
    let other = row("Settled", "P1", 9964, 36);
    let parsed = parse(&AdyenSettlement, &write(&[sale.clone(), sale, other, fee.clone(), fee]));
    assert_eq!((parsed.records.len(), parsed.duplicates), (3, 1));
    let conflict = (4, IssueRule::IdempotencyConflict, "Psp Reference", "adyen:P1/Settled/M1", 1);
    assert_eq!(told(&parsed.issues), [conflict]);
    assert!(parsed.records[1].id.0.ends_with("-1") && parsed.records[2].id.0.ends_with("-2"));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        ("100.00", "100.0.0", InvalidNumber, "Gross Credit (GC)", "100.0.0"),
        ("0.35", "0.355", InvalidNumber, "Commission (NC)", "0.355"),
        ("99.65", "99.66", IdentityBroken, "Net Credit (NC)", "100.00 - 0.35 is not 99.66"),
        ("99.65", "99999999999999999999.00", AmountOverflow, "Net Credit (NC)", "99999999999999999999.00"),
        ("99.65", "", MissingValue, "Net Debit (NC)", ""),
        ("EUR,,100.00,1,EUR", "EUR,,100.00,1,Euro", InvalidCurrency, "Net Currency", "Euro"),
        ("EUR,,100.00", ",,100.00", MissingValue, "Gross Currency", ""),
        ("2026-07-19", "19 July", InvalidTime, "Creation Date", "19 July 13:07:45"),
        ("2026-07-19", "2026-11-19", DateInFuture, "Creation Date", "2026-11-19 13:07:45"),
        ("CET", "XXX", InvalidTime, "TimeZone", "XXX"),
        ("ShopEU", "", MissingValue, "Merchant Account", ""),
        (",7\n", ",\n", MissingValue, "Batch Number", ""),
        (",7\n", "\n", WrongFieldCount, "", "20 of 21 fields"),
    ] {
        let parsed = parse(&AdyenSettlement, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 2);
    }
    let missing = sound.replace("Net Currency", "Currency");
    assert_eq!(told(&parse(&AdyenSettlement, missing.as_bytes()).issues), [(1, MissingColumn, "Net Currency", "", 3)]);
}

#[test]
fn a_batch_that_does_not_sum_to_zero_names_what_most_likely_lacks() {
    let rows_of = |batch: &str, payout: Option<i64>| {
        let mut rows =
            vec![row("Settled", &format!("P{batch}"), 9965, 35), row("Refunded", &format!("P{batch}"), -2465, 0)];
        rows.extend(payout.map(|minor| Row { gross: None, ..row("MerchantPayout", "", minor, 0) }));
        rows.into_iter().map(|row| Row { batch: batch.to_owned(), ..row }).collect::<Vec<_>>()
    };
    let said = |rows: &[Row]| -> Vec<String> {
        let parsed = parse(&AdyenSettlement, &write(rows));
        parsed.issues.iter().map(|issue| format!("{} {}", issue.span.line, issue.value)).collect()
    };
    let none: Vec<String> = vec![];
    assert_eq!(said(&[rows_of("9", Some(-7500)), rows_of("10", Some(-7500))].concat()), none);
    assert_eq!(said(&[rows_of("9", Some(-7500)), rows_of("10", None)].concat()), none, "the last may not be paid yet");
    let unpaid = "3 batch 9: rows sum to 75.00 EUR, not to 0.00 EUR: -75.00 EUR lacks; \
                  most likely the transfer to the bank, -75.00 EUR: the total is zero and no line moves it";
    assert_eq!(said(&[rows_of("9", None), rows_of("10", Some(-7500))].concat()), [unpaid]);
    let refund = "3 batch 9: rows sum to 24.65 EUR, not to 0.00 EUR: -24.65 EUR lacks; \
                  most likely a `Balancetransfer` to the next batch, of which the file has no line";
    assert_eq!(said(&[&rows_of("9", Some(-7500))[..1], &rows_of("9", Some(-7500))[2..]].concat()), [refund]);
    let mut turned = rows_of("9", Some(-7500));
    turned[1] = Row { gross: Some(money(2465)), net: money(2465), ..turned[1].clone() };
    assert!(said(&turned)[0].ends_with("most likely line 3 has the wrong sign: 24.65 EUR"), "{:?}", said(&turned));
}

fn any_row() -> impl Strategy<Value = Row> {
    let kinds = prop::sample::select(vec!["Settled", "Refunded", "Chargeback", "Fee", "Other"]);
    (kinds, awkward_key(), awkward_key(), any::<i32>(), any::<i16>()).prop_map(|(kind, psp, order, net, fee)| Row {
        merchant_reference: order,
        ..row(kind, &psp, net.into(), fee.into())
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(any_row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.psp_reference += &index.to_string();
        }
        let sum: i64 = rows.iter().map(|row| row.net.minor).sum();
        rows.push(Row { gross: None, ..row("MerchantPayout", "last", -sum, 0) });
        let parsed = parse(&AdyenSettlement, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let line = line(record);
            prop_assert_eq!((line.net, record.at), (row.net, row.created));
            prop_assert_eq!(line.gross.minor - line.fee.minor, row.net.minor);
            prop_assert_eq!(line.charge.as_ref(), Some(&row.psp_reference));
            prop_assert_eq!(line.order_reference.as_ref(), Some(&row.merchant_reference));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&AdyenSettlement, &damaged(golden(), &damage));
    }
}

//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{AmazonSettlement, Component, Settlement, write};
use crate::Source;
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, bytes_at, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn component(kind: [&str; 3], order_id: &str, minor: i64) -> Component {
    Component {
        transaction_type: kind[0].to_owned(),
        order_id: order_id.to_owned(),
        amount_type: kind[1].to_owned(),
        amount_description: kind[2].to_owned(),
        amount: Money::new(minor, Currency::EUR),
        posted: "2026-01-19T12:07:45Z".parse().unwrap(),
        sku: "MUG-1".to_owned(),
    }
}

fn settlement(total: i64, components: Vec<Component>) -> Settlement {
    Settlement {
        id: "6016".to_owned(),
        started: "2026-01-06T00:00:00Z".parse().unwrap(),
        ended: "2026-01-20T00:00:00Z".parse().unwrap(),
        deposited: "2026-01-22T00:00:00Z".parse().unwrap(),
        total: Money::new(total, Currency::EUR),
        components,
    }
}

/// Three rows, each a record.
pub(crate) fn golden() -> Vec<u8> {
    write(&settlement(121_956, trade()[..2].to_vec()), false)
}

/// A sale, its commission, and half of both given back.
fn trade() -> Vec<Component> {
    vec![
        component(["Order", "ItemPrice", "Principal"], "O-1", 123_456),
        component(["Order", "ItemFees", "Commission"], "O-1", -1500),
        component(["Refund", "ItemPrice", "Principal"], "O-1", -61_728),
        component(["Refund", "ItemFees", "Commission"], "O-1", 600),
    ]
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn components_of_one_movement_are_a_record_and_the_first_row_the_payout() {
    for comma in [false, true] {
        let bytes = write(&settlement(60_828, trade()), comma);
        let parsed = parse(&AmazonSettlement, &bytes);
        assert_eq!(told(&parsed.issues), []);
        let at = "2026-01-19T12:07:45Z";
        let names =
            [format!("amazon:O-1/charge/{at}"), format!("amazon:O-1/refund/{at}"), "amazon:6016/payout".to_owned()];
        assert_eq!(ids(&parsed.records), names);
        assert_eq!((parsed.rows, parsed.skipped), (5, 2));
        assert_eq!(parsed.notes, ["2 rows are further parts of movements that earlier rows began"]);
        use ProcessorCategory::*;
        let said: Vec<_> = parsed.records.iter().map(line).map(|l| (l.category, l.gross.minor, l.fee.minor)).collect();
        assert_eq!(said, [(Charge, 123_456, 1500), (Refund, -61_728, -600), (Payout, -60_828, 0)]);
        let refund = line(&parsed.records[1]);
        assert_eq!((refund.order_reference.as_deref(), refund.payout.as_deref()), (Some("O-1"), Some("6016")));
        assert_eq!(refund.charge.as_deref(), Some("O-1"));
        let both = bytes_at(&bytes, parsed.records[1].span);
        assert_eq!(both.split(|byte| *byte == b'\n').filter(|row| row.starts_with(b"6016\t")).count(), 2);
        assert!(bytes_at(&bytes, parsed.records[2].span).starts_with(b"6016\t2026-01-06 00:00:00 UTC\t"));
    }
}

#[test]
fn equal_components_are_genuine_and_a_transfer_is_the_payout() {
    let fee = component(["ServiceFee", "Cost of Advertising", "TransactionTotalAmount"], "", -100);
    let mut rows = vec![trade().remove(0), trade().remove(0), fee.clone(), fee];
    rows.push(component(["Transfer", "other-transaction", ""], "", -246_712));
    let parsed = parse(&AmazonSettlement, &write(&settlement(246_712, rows), false));
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.skipped, parsed.records.len()), (6, 2, 4));
    assert_eq!(line(&parsed.records[0]).gross.minor, 246_912);
    let at = "2026-01-19T12:07:45Z";
    assert_eq!(ids(&parsed.records)[1..3], [1, 2].map(|n| format!("amazon:{at}/-1.00 EUR-{n}")));
    let transfer = line(&parsed.records[3]);
    assert_eq!((transfer.category, transfer.source_id.as_str()), (ProcessorCategory::Payout, "6016"));
}

#[test]
fn a_total_that_rows_do_not_reach_names_what_most_likely_lacks() {
    let reserve = || component(["other-transaction", "other-transaction", "Current Reserve Amount"], "", -100);
    let before = || component(["other-transaction", "other-transaction", "Previous Reserve Amount Balance"], "", 100);
    for (total, more, lacks, likely) in [
        (
            60_728,
            vec![],
            "-1.00 EUR",
            "a `Current Reserve Amount`, of which the file has no line, or a `Loan Repayment`, of which the file has no line",
        ),
        (60_700, vec![reserve()], "-0.28 EUR", "a `Loan Repayment`, of which the file has no line"),
        (
            60_829,
            vec![],
            "0.01 EUR",
            "a `Previous Reserve Amount Balance`, of which the file has no line, or an `FBA Inventory Reimbursement`, of which the file has no line",
        ),
        (60_929, vec![before()], "0.01 EUR", "an `FBA Inventory Reimbursement`, of which the file has no line"),
    ] {
        let rows = [trade(), more].concat();
        let sum: i64 = rows.iter().map(|row| row.amount.minor).sum();
        let parsed = parse(&AmazonSettlement, &write(&settlement(total, rows), false));
        let [sum, total] = [sum, total].map(|minor| Money::new(minor, Currency::EUR));
        let said = format!("rows sum to {sum}, not to {total}: {lacks} lacks; most likely {likely}");
        assert_eq!(told(&parsed.issues), [(2, IssueRule::IdentityBroken, "total-amount", said.as_str(), 0)]);
    }
    let transfer = component(["Transfer", "other-transaction", ""], "", -1);
    let parsed = parse(&AmazonSettlement, &write(&settlement(60_828, [trade(), vec![transfer]].concat()), false));
    let said = "Transfer of -0.01 EUR is not -608.28 EUR";
    assert_eq!(told(&parsed.issues), [(7, IssueRule::IdentityBroken, "amount", said, 0)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(write(&settlement(60_828, trade()), false)).unwrap();
    for (from, to, rule, column, value) in [
        ("1234.56", "1234.5.6", InvalidNumber, "amount", "1234.5.6"),
        ("1234.56", "", MissingValue, "amount", ""),
        ("1234.56", "99999999999999999999.00", AmountOverflow, "amount", "99999999999999999999.00"),
        ("6016\t\t\t\t\t\tOrder", "\t\t\t\t\t\tOrder", MissingValue, "settlement-id", ""),
        ("6016\t\t\t\t\t\tOrder", "6017\t\t\t\t\t\tOrder", MissingValue, "total-amount", ""),
        ("Order", "", MissingValue, "transaction-type", ""),
        ("2026-01-19 12:07:45 UTC", "noon", InvalidTime, "posted-date-time", "noon"),
        ("2026-01-19 12:07:45 UTC", "2026-11-03", DateInFuture, "posted-date-time", "2026-11-03"),
        ("Principal\t", "Principal", WrongFieldCount, "", "23 of 24 fields"),
    ] {
        let parsed = parse(&AmazonSettlement, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues[..1]), [(3, rule, column, value, 1)], "{to}");
        assert!(parsed.issues[1].value.contains("most likely a row that could not be read"), "{}", parsed.issues[1]);
    }
    for (from, to, rule, column, value) in [
        ("EUR", "Euro", InvalidCurrency, "currency", "Euro"),
        ("608.28", "608,2.8", InvalidNumber, "total-amount", "608,2.8"),
        ("2026-01-20", "2026-13-20", InvalidTime, "settlement-end-date", "2026-13-20 00:00:00 UTC"),
    ] {
        let parsed = parse(&AmazonSettlement, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues[..1]), [(2, rule, column, value, 1)]);
        assert_eq!((parsed.issues.len(), parsed.records.len()), (5, 0), "no row has a settlement");
    }
    let missing = sound.replace("posted-date\t", "posted\t").replace("\tamount\t", "\tsize\t");
    assert_eq!(told(&parse(&AmazonSettlement, missing.as_bytes()).issues), [(1, MissingColumn, "posted-date", "", 5)]);
}

#[test]
fn a_wide_row_has_its_amounts_in_columns_of_their_own() {
    let bytes = "settlement-id\tsettlement-end-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tposted-date\t\
                 price-type\tprice-amount\titem-related-fee-type\titem-related-fee-amount\tmisc-fee-amount\n\
                 7\t2026-01-16T03:27:08+00:00\t8,50\tEUR\t\t\t\t\t\t\t\t\n\
                 7\t\t\t\tOrder\tO-2\t2026-01-02T04:15:26+00:00\t\t\t\t\t\n\
                 7\t\t\t\tOrder\tO-2\t2026-01-02T04:15:26+00:00\tPrincipal\t10,00\tCommission\t-1,00\t\n\
                 7\t\t\t\tOrder\tO-2\t2026-01-02T04:15:26+00:00\t\t\t\t\t-0,50\n";
    let parsed = parse(&AmazonSettlement, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.skipped), (4, 2), "a quantity alone moves nothing");
    let said: Vec<_> = parsed.records.iter().map(line).map(|l| (l.gross.minor, l.fee.minor, l.net.minor)).collect();
    assert_eq!(said, [(1000, 150, 850), (-850, 0, -850)]);
}

fn any_component() -> impl Strategy<Value = Component> {
    let types = prop::sample::select(vec!["Order", "Refund", "Transfer", "Liquidations", "ServiceFee"]);
    let kinds = prop::sample::select(vec!["ItemPrice", "ItemFees", "Promotion", "ItemWithheldTax"]);
    (types, kinds, awkward_key(), awkward_key(), -1_000_000_i64..1_000_000).prop_map(
        |(transaction_type, kind, order, description, minor)| Component {
            amount_description: description,
            ..component([transaction_type, kind, ""], &order, minor)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(any_component(), 0..6), comma: bool) {
        let sum: i64 = rows.iter().filter(|row| row.transaction_type != "Transfer").map(|row| row.amount.minor).sum();
        let parsed = parse(&AmazonSettlement, &write(&settlement(sum, rows.clone()), comma));
        prop_assert!(parsed.issues.iter().all(|issue| issue.value.starts_with("Transfer")), "{:?}", parsed.issues);
        let mut expected: BTreeMap<(String, bool), i64> = BTreeMap::new();
        for row in &rows {
            let is_payout = row.transaction_type == "Transfer";
            let order = if is_payout { String::new() } else { row.order_id.clone() };
            *expected.entry((order, is_payout)).or_default() += row.amount.minor;
        }
        if !rows.iter().any(|row| row.transaction_type == "Transfer") && sum != 0 {
            expected.insert((String::new(), true), -sum);
        }
        let mut found: BTreeMap<(String, bool), i64> = BTreeMap::new();
        for line in parsed.records.iter().map(line) {
            let is_payout = line.category == ProcessorCategory::Payout;
            let order = line.order_reference.clone().filter(|_| !is_payout).unwrap_or_default();
            *found.entry((order, is_payout)).or_default() += line.net.minor;
            prop_assert_eq!(line.gross.minor - line.fee.minor, line.net.minor);
        }
        prop_assert_eq!(found, expected);
    }
}

/// Amazon writes no preamble: a note about the format, with the header somewhere in it, is no settlement.
#[test]
fn a_text_that_quotes_the_header_is_not_taken() {
    let quoting = [b"How to read a settlement\n".as_slice(), golden().as_ref()].concat();
    assert!(AmazonSettlement.recognises(golden().as_ref()));
    assert!(!AmazonSettlement.recognises(&quoting));
}

/// A sample that may not ship: the head of a settlement, so that nothing but the price and one fee are there.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_sample_of_version_1_is_read() {
    let folder = format!("{}/formats", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    let bytes = std::fs::read(format!("{folder}/amazon_settlement_v1_flatfile.tsv")).unwrap();
    let parsed = parse(&AmazonSettlement, &bytes);
    assert_eq!((parsed.rows, parsed.skipped), (4, 2));
    let said: Vec<_> = parsed.records.iter().map(line).map(|l| (l.gross.minor, l.fee.minor)).collect();
    assert_eq!(said, [(2799, 100), (-1_663_013, 0)]);
    assert_eq!(parsed.issues.len(), 1, "the rest of the settlement lacks");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&AmazonSettlement, &damaged(golden(), &damage));
    }
}

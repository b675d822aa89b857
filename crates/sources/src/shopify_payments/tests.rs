//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Row, ShopifyPayments, write};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

const HEADER: &str = "Transaction Date,Type,Order,Payout Status,Payout Date,Payout ID,Amount,Fee,Net,Checkout,\
                      Payment Method Name,Presentment Amount,Presentment Currency,Currency";
const CHARGE: &str =
    "2026-02-03 09:15:00 +0100,charge,#881,paid,2026-02-09,77001,48.20,1.35,46.85,#9001,card,48.20,EUR,EUR";
const REFUND: &str = "2026-02-04 10:00:00 +0100,refund,#881,pending,,,-8.20,0.00,-8.20,#9001,card,-8.20,EUR,EUR";

fn file(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

fn only(row: &str) -> ProcessorLine {
    let parsed = parse(&ShopifyPayments, file(&[row]).as_bytes());
    assert_eq!(told(&parsed.issues), []);
    line(&parsed.records[0]).clone()
}

#[test]
fn a_refund_shares_its_charges_checkout_and_has_no_payout_while_pending() {
    let bytes = file(&[CHARGE, REFUND]);
    let parsed = parse(&ShopifyPayments, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    let [charge, refund] = [line(&parsed.records[0]), line(&parsed.records[1])];
    assert_eq!(parsed.records[0].at, "2026-02-03T08:15:00Z".parse().unwrap());
    assert_eq!((charge.gross.minor, charge.fee.minor, charge.net.minor), (4820, 135, 4685));
    assert_eq!((charge.source_id.as_str(), charge.charge.as_deref()), ("#9001", Some("#9001")));
    assert_eq!((charge.order_reference.as_deref(), charge.payout.as_deref()), (Some("#881"), Some("77001")));
    assert_eq!(charge.payout_at, Some("2026-02-09T00:00:00Z".parse().unwrap()));
    assert_eq!((refund.category, refund.charge.as_deref()), (ProcessorCategory::Refund, Some("#9001")));
    assert_eq!((refund.gross.minor, refund.payout.as_deref(), refund.payout_at), (-820, None, None));
    assert_eq!(bytes_at(bytes.as_bytes(), parsed.records[1].span), REFUND.as_bytes());
}

#[test]
fn variants_are_read_alike() {
    let signs = only("2026/2/3,adjustment,,paid,2026/2/9,77001,\"−$1,048.20\",$0.00,\"($1,048.20)\",,,,,USD");
    assert_eq!((signs.gross.minor, signs.category), (-104_820, ProcessorCategory::Adjustment));
    assert_eq!((signs.charge, signs.presentment), (None, None));
    let commas = only("2026-02-03,charge,#1,paid,2026-02-09,1,\"1.048,20\",\"1,20\",\"1.047,00\",,,,,EUR");
    assert_eq!((commas.gross.minor, commas.charge.as_deref()), (104_820, Some("#1")));
    let dirhams = only("2026-02-03,charge,#1,paid,2026-02-09,1,98.10,5.10,93.00,,card,100.40,SAR,AED");
    assert_eq!(dirhams.presentment, Currency::from_code("SAR").map(|sar| Money::new(10_040, sar)));
    let bytes = format!("{HEADER},VAT,Business Entity Name,Business Entity ID\n{CHARGE},0.21,Shop,4\n");
    let taxed = bytes.replace("46.85", "46.64");
    for (bytes, fee) in [(bytes, 135), (taxed, 156)] {
        let parsed = parse(&ShopifyPayments, bytes.as_bytes());
        assert_eq!(told(&parsed.issues), []);
        assert_eq!(line(&parsed.records[0]).fee.minor, fee);
    }
}

#[test]
fn equal_rows_are_two_facts_with_names_that_overlapping_exports_share() {
    let once = parse(&ShopifyPayments, file(&[REFUND]).as_bytes());
    let twice = parse(&ShopifyPayments, file(&[CHARGE, REFUND, REFUND]).as_bytes());
    assert_eq!(ids(&twice.records)[1], ids(&once.records)[0]);
    assert_eq!(ids(&twice.records)[2], ids(&once.records)[0].replace("-1", "-2"));
    let paid = REFUND.replace("pending,,", "paid,2026-02-12,77002");
    assert_eq!(ids(&parse(&ShopifyPayments, file(&[&paid]).as_bytes()).records), ids(&once.records));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("48.20", "48.2.0", InvalidNumber, "Amount", "48.2.0"),
        ("48.20", "48.205", InvalidNumber, "Amount", "48.205"),
        ("48.20", "99999999999999999999.00", AmountOverflow, "Amount", "99999999999999999999.00"),
        ("1.35", "", MissingValue, "Fee", ""),
        ("46.85", "46.86", IdentityBroken, "net", "48.20 - 1.35 is not 46.86"),
        ("EUR,EUR", "EUR,euros", InvalidCurrency, "Currency", "euros"),
        ("charge,", "charged,", UnknownValue, "Type", "charged"),
        ("2026-02-03 09:15:00 +0100", "2/3/2026", InvalidTime, "Transaction Date", "2/3/2026"),
        ("2026-02-03 09:15:00 +0100", "2026-11-03", DateInFuture, "Transaction Date", "2026-11-03"),
        ("2026-02-09", "soon", InvalidTime, "Payout Date", "soon"),
        ("EUR,EUR", "EUR", WrongFieldCount, "", "13 of 14 fields"),
    ] {
        let bad = CHARGE.replacen(from, to, 1);
        let parsed = parse(&ShopifyPayments, file(&[&bad, REFUND]).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 1);
    }
    let lacking = file(&[CHARGE]).replace(",Net,", ",Nett,");
    let parsed = parse(&ShopifyPayments, lacking.as_bytes());
    assert_eq!(told(&parsed.issues), [(1, MissingColumn, "Net", "", 1)]);
}

fn row() -> impl Strategy<Value = Row> {
    use ProcessorCategory::*;
    let category = prop::sample::select(vec![Charge, Refund, Payout, Dispute, DisputeReversal, Fee, Adjustment]);
    let currency =
        || prop::sample::select(vec!["EUR", "JPY", "KWD"]).prop_map(|code| Currency::from_code(code).unwrap());
    let payout = prop::option::of((awkward_key(), (1_i8..28).prop_map(|day| date(2026, 3, day))));
    let amounts = (any::<i32>(), any::<i32>(), currency(), any::<i32>(), currency());
    let texts = (awkward_key(), awkward_key(), awkward());
    (1_577_836_800_i64..1_790_000_000, category, payout, amounts, texts).prop_map(
        |(second, category, payout, (gross, fee, currency, shown, other), (order, checkout, method))| Row {
            date: Timestamp::from_second(second).unwrap(),
            category,
            order,
            payout,
            available_on: date(2026, 3, 1),
            gross: Money::new(gross.into(), currency),
            fee: Money::new(fee.into(), currency),
            net: Money::new(i64::from(gross) - i64::from(fee), currency),
            checkout,
            method,
            presentment: Money::new(shown.into(), other),
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(row(), 0..6)) {
        let parsed = parse(&ShopifyPayments, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let read = line(record);
            prop_assert_eq!(record.at, row.date);
            prop_assert_eq!((read.category, read.gross, read.fee, read.net), (row.category, row.gross, row.fee, row.net));
            prop_assert_eq!(read.order_reference.as_ref(), Some(&row.order));
            prop_assert_eq!(&read.payout, &row.payout.as_ref().map(|(id, _)| id.clone()));
            prop_assert_eq!(&read.description, &row.method);
            let shown = (row.presentment.currency != row.gross.currency).then_some(row.presentment);
            prop_assert_eq!(read.presentment, shown);
        }
    }
}

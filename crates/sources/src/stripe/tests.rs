//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Row, Stripe, write};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

const HEADER: &str = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,charge_id";
const CHARGE: &str = "txn_1,2026-01-19 12:07:45,gbp,10.00,0.35,9.65,charge,ch_1,";
const REFUND: &str = "txn_2,2026-01-20 09:00:00,gbp,-4.00,0.00,-4.00,refund,re_1,ch_1";

fn file(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_charge_names_itself_and_a_refund_names_its_charge() {
    let bytes = file(&[CHARGE, REFUND]);
    let parsed = parse(&Stripe, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["stripe:txn_1", "stripe:txn_2"]);
    assert_eq!(parsed.records[0].at, "2026-01-19T12:07:45Z".parse().unwrap());
    assert_eq!(line(&parsed.records[0]).charge.as_deref(), Some("ch_1"));
    let refund = line(&parsed.records[1]);
    assert_eq!((refund.category, refund.charge.as_deref()), (ProcessorCategory::Refund, Some("ch_1")));
    assert_eq!((refund.gross, refund.net), (Money::new(-400, Currency::GBP), Money::new(-400, Currency::GBP)));
    assert_eq!(bytes_at(bytes.as_bytes(), parsed.records[1].span), REFUND.as_bytes());
}

#[test]
fn the_country_of_a_card_is_read_where_the_report_has_it() {
    let header = "balance_transaction_id,created,currency,gross,fee,net,reporting_category,card_country";
    let row = |id: &str, country: &str| format!("{id},2026-01-19,GBP,10.00,0.35,9.65,charge,{country}");
    let bytes = [header, &row("txn_1", "IE"), &row("txn_2", ""), &row("txn_3", "??")].join("\n");
    let parsed = parse(&Stripe, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    let countries: Vec<_> = parsed.records.iter().map(|record| line(record).card_country).collect();
    assert_eq!(countries, [domain::Country::named("IE"), None, None]);
}

#[test]
fn older_spellings_other_orders_and_further_columns_are_read() {
    let bytes = "reporting_category,net,fee,gross,currency,card_brand,created,automatic_payout_effective_at,\
                 automatic_payout_id,balance_transaction_id\n\
                 payout_reversal,5000,0,5000,JPY,visa,2026-01-19,2026-01-21 00:00:00,po_1,txn_1\n";
    let parsed = parse(&Stripe, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    let line = line(&parsed.records[0]);
    assert_eq!((line.category, line.gross.minor), (ProcessorCategory::Adjustment, 5000));
    assert_eq!(line.payout.as_deref(), Some("po_1"));
    assert_eq!(line.payout_at, Some("2026-01-21T00:00:00Z".parse().unwrap()));
}

/// "Balance change from activity", itemised: the same records, with a byte order mark and Windows line ends.
#[test]
fn the_activity_report_says_the_same() {
    let bytes = "\u{feff}balance_transaction_id,created (UTC),available_on_utc,currency,gross,fee,net,\
                 reporting_category,source_id,description,automatic_payout_id,automatic_payout_effective_at_utc\r\n\
                 txn_1,2026-01-19 12:07:45,2026-01-21,gbp,10.00,0.35,9.65,charge,ch_1,,po_1,2026-01-22 00:00:00\r\n";
    let parsed = parse(&Stripe, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["stripe:txn_1"]);
    let said = line(&parsed.records[0]);
    assert_eq!((said.net.minor, said.payout.as_deref(), said.charge.as_deref()), (965, Some("po_1"), Some("ch_1")));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("10.00", "10.0.0", InvalidNumber, "gross", "10.0.0"),
        ("10.00", "10.001", InvalidNumber, "gross", "10.001"),
        ("10.00", "99999999999999999999.00", AmountOverflow, "gross", "99999999999999999999.00"),
        ("0.35", "", MissingValue, "fee", ""),
        ("9.65", "9.66", IdentityBroken, "net", "10.00 - 0.35 is not 9.66"),
        ("gbp", "pounds", InvalidCurrency, "currency", "pounds"),
        ("charge,", "charged,", UnknownValue, "reporting_category", "charged"),
        ("2026-01-19 12:07:45", "19/01/2026", InvalidTime, "created_utc", "19/01/2026"),
        ("2026-01-19", "2026-11-03", DateInFuture, "created_utc", "2026-11-03 12:07:45"),
        ("txn_1", " ", MissingValue, "balance_transaction_id", ""),
        ("ch_1,", "ch_1", WrongFieldCount, "", "8 of 9 fields"),
    ] {
        let bad = CHARGE.replacen(from, to, 1);
        let parsed = parse(&Stripe, file(&[&bad, REFUND]).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["stripe:txn_2"]);
    }
}

#[test]
fn a_facing_amount_needs_its_currency() {
    let file = |amount: &str, currency: &str| {
        format!("{HEADER},customer_facing_amount,customer_facing_currency\n{CHARGE},{amount},{currency}\n")
    };
    let parsed = parse(&Stripe, file("12.00", "eur").as_bytes());
    assert_eq!(line(&parsed.records[0]).presentment, Some(Money::new(1200, Currency::EUR)));
    for (amount, currency, missing) in
        [("12.00", "", "customer_facing_currency"), ("", "eur", "customer_facing_amount")]
    {
        let parsed = parse(&Stripe, file(amount, currency).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, IssueRule::MissingValue, missing, "", 1)]);
    }
}

#[test]
fn the_same_row_again_is_a_duplicate_and_another_of_its_id_a_conflict() {
    let other = CHARGE.replace("10.00,0.35,9.65", "10.00,0.36,9.64");
    let parsed = parse(&Stripe, file(&[CHARGE, CHARGE, &other]).as_bytes());
    assert_eq!((parsed.rows, parsed.records.len(), parsed.duplicates), (3, 1, 1));
    let conflict = (4, IssueRule::IdempotencyConflict, "balance_transaction_id", "stripe:txn_1", 1);
    assert_eq!(told(&parsed.issues), [conflict]);
    assert_eq!(line(&parsed.records[0]).fee.minor, 35, "the first stands");
}

#[test]
fn a_missing_column_holds_all_rows() {
    let bytes = file(&[CHARGE, REFUND]).replace("created_utc", "made").replace(",net", ",nett");
    let parsed = parse(&Stripe, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingColumn, "created_utc, net", "", 2)]);
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (1_577_836_800_i64..1_790_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn category() -> impl Strategy<Value = ProcessorCategory> {
    use ProcessorCategory::*;
    prop::sample::select(vec![Charge, Refund, Payout, Dispute, DisputeReversal, Fee, Adjustment, Reserve])
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["GBP", "EUR", "JPY", "KWD", "CLF"]).prop_map(|code| Currency::from_code(code).unwrap())
}

fn row() -> impl Strategy<Value = Row> {
    let keys = (awkward_key(), awkward_key(), awkward_key(), awkward_key(), awkward_key());
    let amounts = (any::<i32>(), any::<i32>(), currency(), prop::option::of((any::<i64>(), currency())));
    let times = (prop::option::of(moment()), moment(), moment());
    (keys, amounts, times, category(), awkward(), awkward_key()).prop_map(
        |(keys, (gross, fee, currency, facing), times, category, description, order_id)| Row {
            automatic_payout_id: keys.0,
            automatic_payout_effective_at_utc: times.0,
            balance_transaction_id: keys.1,
            created_utc: times.1,
            available_on_utc: times.2,
            category,
            gross: Money::new(gross.into(), currency),
            fee: Money::new(fee.into(), currency),
            net: Money::new(i64::from(gross) - i64::from(fee), currency),
            source_id: keys.2,
            description,
            customer_id: keys.3,
            charge_id: keys.4,
            payment_intent_id: String::new(),
            customer_facing: facing.map(|(minor, currency)| Money::new(minor, currency)),
            order_id,
        },
    )
}

/// What a written row must be read as.
fn expected(row: &Row) -> ProcessorLine {
    ProcessorLine {
        category: row.category,
        gross: row.gross,
        fee: row.fee,
        net: row.net,
        source_id: row.source_id.clone(),
        charge: Some(row.charge_id.clone()),
        payout: Some(row.automatic_payout_id.clone()),
        payout_at: row.automatic_payout_effective_at_utc,
        order_reference: Some(row.order_id.clone()),
        customer: Some(token("processor_customer", &row.customer_id)),
        description: row.description.clone(),
        presentment: row.customer_facing.filter(|shown| shown.currency != row.gross.currency),
        card_country: None,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.balance_transaction_id += &index.to_string();
        }
        let parsed = parse(&Stripe, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            prop_assert_eq!(line(record), &expected(row));
            prop_assert_eq!(record.at, row.created_utc);
            prop_assert_eq!(&record.id.0, &format!("stripe:{}", row.balance_transaction_id));
        }
    }
}

//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Row, ShopifyPayouts, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{parse, told};
use domain::{Currency, IssueRule, Money};
use jiff::civil::date;
use proptest::prelude::*;

fn row(day: i8) -> Row {
    Row {
        date: date(2026, 2, day),
        status: "paid".to_owned(),
        charges: Money::new(4452, Currency::EUR),
        refunds_minor: -354,
        adjustments_minor: 213,
        reserved_minor: -100,
        fees_minor: 121,
        retried_minor: 0,
    }
}

/// Three payouts.
pub(crate) fn golden() -> Vec<u8> {
    write(&[row(1), row(2), row(3)])
}

#[test]
fn a_payout_that_adds_up_is_no_fact_of_its_own() {
    let parsed = parse(&ShopifyPayouts, &golden());
    assert_eq!((parsed.rows, parsed.skipped, told(&parsed.issues)), (3, 3, vec![]));
    let negative = String::from_utf8(golden()).unwrap().replace(",1.21,", ",-1.21,");
    assert_eq!(told(&parse(&ShopifyPayouts, negative.as_bytes()).issues), [], "fees may be written negative");
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        ("44.52", "44.50", IdentityBroken, "Total", "the parts make 40.88, not 40.90: -0.02 apart"),
        ("44.52", "44.5.2", InvalidNumber, "Charges", "44.5.2"),
        ("2.13", "2.135", InvalidNumber, "Adjustments", "2.135"),
        ("1.21", "", MissingValue, "Fees", ""),
        ("EUR", "euros", InvalidCurrency, "Currency", "euros"),
        ("paid", "lost", UnknownValue, "Status", "lost"),
        ("2026-02-01", "01.02.2026", InvalidTime, "Payout Date", "01.02.2026"),
        ("2026-02-01", "2027-02-01", DateInFuture, "Payout Date", "2027-02-01"),
    ] {
        let parsed = parse(&ShopifyPayouts, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(parsed.skipped, 2);
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let amount = || -100_000_i64..100_000;
    (0_i64..1_000_000, amount(), amount(), amount(), 0_i64..100_000, amount(), 1_i8..28).prop_map(
        |(charges, refunds_minor, adjustments_minor, reserved_minor, fees_minor, retried_minor, day)| Row {
            charges: Money::new(charges, Currency::EUR),
            refunds_minor,
            adjustments_minor,
            reserved_minor,
            fees_minor,
            retried_minor,
            ..row(day)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(any_row(), 0..6)) {
        let parsed = parse(&ShopifyPayouts, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.skipped, rows.len() as u64);
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&ShopifyPayouts, &damaged(golden(), &damage));
    }
}

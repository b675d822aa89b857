//! Profiles: every figure against a table that can be counted by hand, and the bounds of what is estimated.

use super::*;
use proptest::prelude::*;

fn of(text: &str) -> Profile {
    let layout = Layout::of(text.as_bytes()).unwrap();
    profile(text.as_bytes(), &layout, crate::testing::now()).unwrap()
}

fn odd(column: &ColumnProfile) -> Vec<(&str, u64)> {
    column.odd.iter().map(|odd| (odd.what.as_str(), odd.count)).collect()
}

#[test]
fn a_small_table_is_told_to_the_last_value() {
    let told = of("id,amount,day,who,note\n1,10.00,2026-01-31,ann@shop.org,a\n2,-2.50,2026-02-01,bob@shop.org,N/A\n\
        3,0,2026-02-02,ann@shop.org,\n3,0,2026-02-02,ann@shop.org,\n");
    assert_eq!((told.rows, told.repeated_rows, told.faulty_rows, told.total_rows), (4, 1, 0, 0));
    let [id, amount, day, who, note] = &told.columns[..] else { panic!() };
    assert_eq!((id.kind, id.different, id.different_exact), (Type::Whole, 3, true));
    assert_eq!((amount.kind, amount.signs), (Type::Number, [1, 2, 1]));
    assert_eq!(
        (amount.min.as_deref(), amount.max.as_deref(), amount.mean.as_deref()),
        (Some("-2.50"), Some("10.00"), Some("1.875"))
    );
    assert_eq!((day.kind, day.min.as_deref()), (Type::Date, Some("2026-01-31T00:00:00Z")));
    assert!(who.personal && who.frequent[0] == ("a•••g".to_owned(), 3), "{:?}", who.frequent);
    assert_eq!((note.filled, note.nulls["N/A"], note.nulls[""]), (1, 1, 2));
}

#[test]
fn what_is_odd_is_told() {
    for (values, what, count) in [
        (vec!["a ", " b", "c"], "blanks before or behind", 2),
        (vec!["MÃ¼ller", "x"], "characters of a wrong encoding", 1),
        (vec!["9999", "12", "13"], "placeholders", 1),
        (vec!["4111 1111 1111 1111", "x"], "looks like a card number", 1),
        (vec!["1.23E+15", "x"], "numbers that a spreadsheet shortened", 1),
        (vec!["17850.0", "13047.0"], "whole numbers written as", 2),
        (vec!["2099-01-01", "2026-01-01"], "dates in the future", 1),
        (vec!["1.50", "2,50", "3,50"], "decimals behind a point and behind a comma", 1),
        (vec!["31/01/2026", "01/31/2026", "13/02/2026"], "days first and months first", 1),
        (vec!["2026-01-31", "31/01/2026"], "the year first and the year last", 1),
    ] {
        let rows: String = values.iter().map(|value| format!("\"{value}\";k\n")).collect();
        let told = of(&format!("name;key\n{rows}"));
        let found = odd(&told.columns[0]);
        assert!(found.iter().any(|(told, many)| told.starts_with(what) && *many == count), "{values:?}: {found:?}");
    }
    let sound = of("name;key\nMüller;1\nÅse;2\n4111111111111112;3\n2026-01-31;4\n");
    assert_eq!(odd(&sound.columns[0]), vec![]);
}

#[test]
fn faulty_and_total_rows_are_counted() {
    let told = of("a,b\n1,2\n1\n3,4\nTotal,6\n");
    assert_eq!((told.rows, told.faulty_rows, told.first_faulty_line, told.total_rows), (4, 1, Some(3), 1));
}

#[test]
fn many_values_are_estimated_within_five_percent() {
    let rows: String = (0..100_000).map(|n| format!("{n},{}\n", n % 7)).collect();
    let told = of(&format!("id,seven\n{rows}"));
    let different = told.columns[0].different;
    assert!(!told.columns[0].different_exact && (95_000..105_000).contains(&different), "{different}");
    let middle = told.columns[0].quantiles.unwrap();
    assert!(
        !middle.exact && (middle.p50 - 50_000.0).abs() < 100.0 && (middle.p95 - 95_000.0).abs() < 200.0,
        "{middle:?}"
    );
    assert_eq!((told.columns[1].different, told.columns[1].frequent[0].clone()), (7, ("0".to_owned(), 14_286)));
}

proptest! {
    #[test]
    fn any_bytes_are_profiled_or_not(bytes in prop::collection::vec(
        prop_oneof![Just(b','), Just(b'\n'), Just(b'"'), Just(b'{'), Just(b'1'), any::<u8>()], 0..200,
    )) {
        if let Some(layout) = Layout::of(&bytes) {
            let _ = profile(&bytes, &layout, crate::testing::now());
        }
    }
}

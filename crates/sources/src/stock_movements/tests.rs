//! Layouts and damage of stock movements.

use super::{StockMovements, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, told};
use crate::{Source, recognise};
use domain::{Content, Currency, IssueRule, Record, StockMovement, StockReason, UnitCost};
use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn at() -> Timestamp {
    "2026-01-19T12:07:45Z".parse().unwrap()
}

fn movement(stock_code: &str, quantity: i64) -> StockMovement {
    StockMovement {
        stock_code: stock_code.to_owned(),
        location: "Main".to_owned(),
        quantity,
        reason: StockReason::Purchase,
        unit_cost: Some(UnitCost { amount: Decimal::new(12_345, 4), currency: Currency::EUR }),
        reference: "PO-7".to_owned(),
    }
}

/// Three movements, two of them equal, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&[movement("M-1", 12), movement("M-2", 5), movement("M-2", 5)].map(|movement| (at(), movement)))
}

fn read(record: &Record) -> &StockMovement {
    let Content::StockMovement(movement) = &record.content else { panic!("{record:?}") };
    movement
}

/// Movements as `M-1 -2 sale`.
fn said(text: &str) -> Vec<String> {
    assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("stock-movements"), "{text}");
    let parsed = parse(&StockMovements, text.as_bytes());
    assert_eq!(told(&parsed.issues), [], "{text}");
    let movements = parsed.records.iter().map(read);
    movements.map(|moved| format!("{} {} {}", moved.stock_code, moved.quantity, moved.reason.name())).collect()
}

#[test]
fn tables_of_five_languages() {
    for (text, expected) in [
        ("date,sku,warehouse,quantity_change,reason\n2026-01-19,M-1,Main,-2,sale\n", "M-1 -2 sale"),
        (
            "Datum;Artikelnummer;Lagerort;Zugang;Abgang;Bewegungsart\n19.01.2026;M-1;Berlin;1.200;;Wareneingang\n",
            "M-1 1200 purchase",
        ),
        (
            "Fecha;Código de artículo;Almacén;Entradas;Salidas;Motivo\n19/01/2026;M-1;Madrid;;3;Merma\n",
            "M-1 -3 adjustment",
        ),
        ("Data;Código do produto;Depósito;Variação;Motivo\n19/01/2026;M-1;SP;4;Devolução\n", "M-1 4 return"),
        ("日期,商品编码,仓库,入库数量,出库数量,业务类型\n2026年1月19日,M-1,上海,0,6,调拨出库\n", "M-1 -6 transfer"),
        ("Date,SKU,In,Out\n2026-01-19,M-1,,-2\n", "M-1 -2 adjustment"),
    ] {
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn a_plain_quantity_without_any_minus_has_its_sign_from_the_reason() {
    let head = "Date,SKU,Location,Quantity,Reason\n";
    let unsigned =
        format!("{head}2026-01-19,A,Main,5,Purchase\n2026-01-19,A,Main,2,Sale\n2026-01-19,A,Main,1,damaged\n");
    assert_eq!(said(&unsigned), ["A 5 purchase", "A -2 sale", "A -1 adjustment"]);
    let notes = parse(&StockMovements, unsigned.as_bytes()).notes;
    assert_eq!(notes, ["`Quantity` is negative nowhere: what was sold, lost or sent elsewhere is read as leaving"]);
    let signed = format!("{head}2026-01-19,A,Main,2,Sale\n2026-01-19,A,Main,-2,Sale\n");
    assert_eq!(said(&signed), ["A 2 sale", "A -2 sale"]);
}

#[test]
fn a_movement_is_known_by_its_number_else_by_what_it_says() {
    let text = "Movement ID,Date,SKU,Change\n7,2026-01-19,A,1\n7,2026-01-19,A,1\n7,2026-01-19,A,2\n";
    let parsed = parse(&StockMovements, text.as_bytes());
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["stock-movements:7"], 1));
    let conflict = (4, IssueRule::IdempotencyConflict, "Movement ID", "stock-movements:7", 1);
    assert_eq!(told(&parsed.issues), [conflict]);

    let parsed = parse(&StockMovements, &golden());
    let [_, one, two] = ids(&parsed.records)[..] else { panic!() };
    assert_eq!(one.strip_suffix("-1"), two.strip_suffix("-2"));
}

#[test]
fn what_is_no_table_of_movements_is_not_taken() {
    for header in [
        "Date,SKU,Quantity,Reason",
        "Date,SKU,Location,Quantity",
        "Date,Change,Reason",
        "SKU,Change",
        "Date,In,Out,Balance",
        "Date,Amount,Description",
    ] {
        assert!(!StockMovements.recognises(format!("{header}\n").as_bytes()), "{header}");
    }
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("x,A,1,sale,,", InvalidTime, "Date", "x"),
        (",A,1,sale,,", MissingValue, "Date", ""),
        ("2027-01-19,A,1,sale,,", DateInFuture, "Date", "2027-01-19"),
        ("2026-01-19,,1,sale,,", MissingValue, "SKU", ""),
        ("2026-01-19,A,,sale,,", MissingValue, "Change", ""),
        ("2026-01-19,A,1.5,sale,,", InvalidNumber, "Change", "1.5"),
        ("2026-01-19,A,99999999999999999999,sale,,", InvalidNumber, "Change", "99999999999999999999"),
        ("2026-01-19,A,1,magic,,", UnknownValue, "Reason", "magic"),
        ("2026-01-19,A,1,sale,x,", InvalidNumber, "Unit cost", "x"),
        ("2026-01-19,A,1,sale,2.5,EURO", InvalidCurrency, "Currency", "EURO"),
        ("2026-01-19,A", WrongFieldCount, "", "2 of 6 fields"),
    ] {
        let parsed = parse(&StockMovements, format!("Date,SKU,Change,Reason,Unit cost,Currency\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)], "{row}");
    }
    for (row, rule, column, value) in [
        ("2026-01-19,A,,", MissingValue, "In", ""),
        ("2026-01-19,A,-9223372036854775808,1", AmountOverflow, "Out", "1"),
    ] {
        let parsed = parse(&StockMovements, format!("Date,SKU,In,Out\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)], "{row}");
    }
}

prop_compose! {
    pub(crate) fn any_movement()(
        stock_code in awkward_key(), location in awkward(), quantity in any::<i64>(), reference in awkward(),
        reason in prop::sample::select(StockReason::ALL.to_vec()), cost in prop::option::of((any::<i64>(), 0_u32..8)),
    ) -> StockMovement {
        let unit_cost = cost.map(|(digits, scale)| UnitCost { amount: Decimal::new(digits, scale), currency: Currency::EUR });
        StockMovement { stock_code, location, quantity, reason, unit_cost, reference }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(movements in prop::collection::vec(any_movement(), 1..5)) {
        let written: Vec<_> = movements.into_iter().map(|movement| (at(), movement)).collect();
        let parsed = parse(&StockMovements, &write(&written));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| (record.at, read(record).clone())).collect::<Vec<_>>(), written);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&StockMovements, &damaged(golden(), &damage));
    }
}

//! Layouts and damage of shipments.

use super::{Shipments, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, told};
use crate::{Source, recognise};
use domain::{Content, Currency, IssueRule, Money, Record, Shipment, ShipmentState};
use jiff::Timestamp;
use proptest::prelude::*;

fn created() -> Timestamp {
    "2026-01-19T12:07:45Z".parse().unwrap()
}

fn parcel(order: &str, tracking: &str) -> Shipment {
    Shipment {
        order_reference: order.to_owned(),
        carrier: "DHL".to_owned(),
        tracking: tracking.to_owned(),
        state: ShipmentState::Delivered,
        shipped: "2026-01-20T08:00:00Z".parse().ok(),
        delivered: "2026-01-22T10:30:00Z".parse().ok(),
        promised: "2026-01-23T00:00:00Z".parse().ok(),
        cost: Some(Money::new(490, Currency::EUR)),
    }
}

/// Three parcels, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&[("O-1", "T1"), ("O-2", "T2"), ("O-3", "T3")].map(|(order, tracking)| (created(), parcel(order, tracking))))
}

fn read(record: &Record) -> &Shipment {
    let Content::Shipment(shipment) = &record.content else { panic!("{record:?}") };
    shipment
}

#[test]
fn tables_of_five_languages() {
    for (text, id, expected) in [
        (
            "order_id,carrier,tracking_number,status,shipped_at,delivered_at\nO-1,UPS,1Z9,in_transit,2026-01-19T08:00:00Z,\n",
            "shipments:1Z9/O-1",
            "shipped 2026-01-19T08:00:00Z –",
        ),
        (
            "Bestellnummer;Paketdienst;Sendungsnummer;Status;Versendet am;Zugestellt am;Versandkosten (EUR)\nO-1;DHL;00340;Zugestellt;19.01.2026;21.01.2026;4,90\n",
            "shipments:00340/O-1",
            "delivered 2026-01-19T00:00:00Z 4.90 EUR",
        ),
        (
            "Número de pedido;Transportista;Número de seguimiento;Estado;Fecha de envío;Coste de envío;Moneda\nO-1;SEUR;S-1;Devuelto;19/01/2026;1.234,50;EUR\n",
            "shipments:S-1/O-1",
            "returned 2026-01-19T00:00:00Z 1234.50 EUR",
        ),
        (
            "Pedido;Transportadora;Código de rastreamento;Situação;Postado em;Frete;Moeda\nO-1;Correios;BR1;Em trânsito;19/01/2026 14:30;22,90;BRL\n",
            "shipments:BR1/O-1",
            "shipped 2026-01-19T14:30:00Z 22.90 BRL",
        ),
        (
            "订单号,快递公司,快递单号,物流状态,发货时间,运费,币种\nO-1,顺丰,SF1,已签收,2026年1月19日,12.00,CNY\n",
            "shipments:SF1/O-1",
            "delivered 2026-01-19T00:00:00Z 12.00 CNY",
        ),
        ("Carrier,Tracking number,Shipped\nUPS,1Z9,2026-01-19\n", "shipments:1Z9", "shipped 2026-01-19T00:00:00Z –"),
    ] {
        assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("shipments"), "{text}");
        let parsed = parse(&Shipments, text.as_bytes());
        assert_eq!((told(&parsed.issues), ids(&parsed.records)), (vec![], vec![id]), "{text}");
        let parcel = read(&parsed.records[0]);
        let cost = parcel.cost.map_or_else(|| "–".to_owned(), |cost| cost.to_string());
        assert_eq!(format!("{} {} {cost}", parcel.state.name(), parcel.shipped.unwrap()), expected, "{text}");
    }
}

#[test]
fn what_is_no_table_of_parcels_is_not_taken() {
    for header in [
        "Order,Status,Shipped",
        "Tracking number,Order",
        "Tracking number,Status",
        "Order,Tracking number,Status,Total,Email",
        "订单号,快递单号,状态,实付金额",
    ] {
        assert!(!Shipments.recognises(format!("{header}\n").as_bytes()), "{header}");
    }
}

#[test]
fn the_same_parcel_is_as_far_as_any_row_says_and_rows_without_a_number_are_counted() {
    let head = "Order,Carrier,Tracking number,Shipped,Delivered\n";
    let text = format!("{head}O-1,UPS,1Z9,2026-01-19,\nO-1,UPS,1Z9,2026-01-19,2026-01-21\nO-2,UPS,1Z9,2026-01-19,\n");
    let parsed = parse(&Shipments, text.as_bytes());
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["shipments:1Z9/O-1", "shipments:1Z9/O-2"], 1));
    let first = read(&parsed.records[0]);
    assert_eq!((first.state, first.delivered), (ShipmentState::Delivered, "2026-01-21T00:00:00Z".parse().ok()));

    let row = "O-1,UPS,,2026-01-19,\n";
    let parsed = parse(&Shipments, format!("{head}{row}{row}").as_bytes());
    let [one, two] = ids(&parsed.records)[..] else { panic!() };
    assert_eq!(one.strip_suffix("-1"), two.strip_suffix("-2"));
    assert!(one.starts_with("shipments:#"));
}

#[test]
fn a_file_whose_days_could_be_read_two_ways_says_which_was_taken() {
    let text = "Order,Tracking number,Shipped,Delivered\nO-1,T1,03/04/2026,03/19/2026\n";
    let parsed = parse(&Shipments, text.as_bytes());
    assert_eq!(read(&parsed.records[0]).shipped, "2026-03-04T00:00:00Z".parse().ok());
    assert!(parsed.notes.iter().any(|note| note.contains("`03/04/2026` are read month first")), "{:?}", parsed.notes);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("O,UPS,T,teleported,2026-01-19,,,,", UnknownValue, "Status", "teleported"),
        ("O,UPS,T,,x,,,,", InvalidTime, "Shipped", "x"),
        ("O,UPS,T,,03/04/2026,,,,", InvalidTime, "Shipped", "03/04/2026"),
        ("O,UPS,T,,2027-01-19,,,,", DateInFuture, "Shipped", "2027-01-19"),
        ("O,UPS,T,,2026-01-19,2027-01-19,,,", DateInFuture, "Delivered", "2027-01-19"),
        ("O,UPS,T,,2026-01-19,,soon,,", InvalidTime, "Promised", "soon"),
        ("O,UPS,T,created,,,2027-01-19,,", MissingValue, "Shipped", ""),
        ("O,UPS,T,,2026-01-19,,,4x,EUR", InvalidNumber, "Cost", "4x"),
        ("O,UPS,T,,2026-01-19,,,4.905,EUR", InvalidNumber, "Cost", "4.905"),
        ("O,UPS,T,,2026-01-19,,,4.90,EURO", InvalidCurrency, "Currency", "EURO"),
        ("O,UPS,T", WrongFieldCount, "", "3 of 9 fields"),
    ] {
        let head = "Order,Carrier,Tracking number,Status,Shipped,Delivered,Promised,Cost,Currency";
        let parsed = parse(&Shipments, format!("{head}\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)], "{row}");
    }
    let later = parse(&Shipments, b"Order,Tracking number,Shipped,Promised\nO,T,2026-01-19,2027-01-19\n");
    assert_eq!(told(&later.issues), [], "what is promised may lie ahead");
    let lacking = parse(&Shipments, b"Order,Status\nO,shipped\n");
    assert_eq!(told(&lacking.issues)[0].1, MissingColumn);
}

prop_compose! {
    pub(crate) fn any_parcel()(
        order in awkward(), carrier in awkward(), tracking in awkward_key(), state in prop::sample::select(ShipmentState::ALL.to_vec()),
        seconds in prop::collection::vec(prop::option::of(1_700_000_000_i64..1_790_000_000), 3), minor in prop::option::of(any::<i32>()),
    ) -> Shipment {
        let time = |place: usize| seconds[place].map(|second| Timestamp::from_second(second).unwrap());
        let cost = minor.map(|minor| Money::new(minor.into(), Currency::EUR));
        Shipment { order_reference: order, carrier, tracking, state, shipped: time(0), delivered: time(1), promised: time(2), cost }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut parcels in prop::collection::vec(any_parcel(), 1..5)) {
        for (place, parcel) in parcels.iter_mut().enumerate() {
            parcel.tracking = format!("{}{place}", parcel.tracking);
        }
        let written: Vec<_> = parcels.iter().map(|parcel| (created(), parcel.clone())).collect();
        let parsed = parse(&Shipments, &write(&written));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| (record.at, read(record).clone())).collect::<Vec<_>>(), written);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Shipments, &damaged(golden(), &damage));
    }
}

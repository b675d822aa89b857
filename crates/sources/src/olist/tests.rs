//! Each rule of the header with the rows that break it; what is written is read; the real sets are read whole.

use super::{
    Item, Olist, Order, Payment, Review, write_customers, write_items, write_orders, write_payments, write_reviews,
};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, parse_beside, token, told};
use domain::{Content, Currency, IssueRule, Money, OrderState, Record};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

fn reais(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("BRL").unwrap())
}

fn placed() -> DateTime {
    date(2018, 1, 10).at(21, 57, 5, 0)
}

fn order(id: &str, status: &str) -> Order {
    Order {
        order_id: id.to_owned(),
        customer_id: format!("c-{id}"),
        status: status.to_owned(),
        purchased: placed(),
        approved: Some(date(2018, 1, 11).at(8, 0, 0, 0)),
        delivered: None,
    }
}

fn item(order: &str, number: u32, price: i64) -> Item {
    Item { order_id: order.to_owned(), number, product_id: "p1".to_owned(), price: reais(price), freight: reais(877) }
}

fn payment(order: &str, sequential: u32, value: i64) -> Payment {
    let method = "credit_card".to_owned();
    Payment { order_id: order.to_owned(), sequential, method, instalments: 2, value: reais(value) }
}

/// The table of orders, which stands alone.
pub(crate) fn golden() -> Vec<u8> {
    write_orders(&[order("o1", "delivered"), order("o2", "shipped"), order("o3", "canceled")])
}

fn invoice(record: &Record) -> &domain::Invoice {
    let Content::Invoice(invoice) = &record.content else { panic!("{record:?}") };
    invoice
}

#[test]
fn an_order_is_its_state_and_times() {
    let parsed = parse(&Olist, &golden());
    assert_eq!(ids(&parsed.records), ["olist:o1/status", "olist:o2/status", "olist:o3/status"]);
    let Content::OrderStatus(first) = &parsed.records[0].content else { panic!() };
    assert_eq!((first.order_reference.as_str(), first.state), ("o1", OrderState::Delivered));
    assert_eq!(parsed.records[0].at, "2018-01-10T23:57:05Z".parse().unwrap(), "summer time in São Paulo");
    assert_eq!(first.buyer, Some(token("customer", "c-o1")));
    let people = write_customers(&[("c-o1", "ann"), ("c-o2", "ann")]);
    let parsed = parse_beside(&Olist, &golden(), &[&people]);
    let Content::OrderStatus(second) = &parsed.records[1].content else { panic!() };
    assert_eq!(second.buyer, Some(token("customer", "ann")), "a person has a customer number in every order");
}

#[test]
fn the_items_of_an_order_are_its_invoice() {
    let rows = [item("o1", 1, 9990), item("o2", 1, 500), item("o1", 2, 100), item("o1", 2, 100), item("o3", 1, 7)];
    let bytes = write_items(&rows);
    let goods = b"product_id,product_category_name,product_photos_qty\np1,bebes,1\n".as_slice();
    let english = b"product_category_name,product_category_name_english\nbebes,baby\n".as_slice();
    let parsed = parse_beside(&Olist, &bytes, &[&golden(), goods, english]);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.duplicates, parsed.skipped), (5, 1, 1), "o3 was called off");
    assert_eq!(ids(&parsed.records), ["olist:o1", "olist:o2"]);
    let first = invoice(&parsed.records[0]);
    let lines: Vec<_> =
        first.lines.iter().map(|line| (line.stock_code.as_str(), line.unit_price.to_string())).collect();
    assert_eq!(lines, [("p1", "99.90".to_owned()), ("p1", "1.00".to_owned()), ("SHIPPING", "17.54".to_owned())]);
    assert_eq!((first.lines[0].description.as_str(), first.country.as_str()), ("baby", "BR"));
    assert_eq!(
        (first.buyer, parsed.records[0].at),
        (Some(token("customer", "c-o1")), "2018-01-10T23:57:05Z".parse().unwrap())
    );
}

#[test]
fn payments_are_dated_by_their_orders() {
    let bytes = write_payments(&[payment("o1", 1, 12_845), payment("o1", 2, 0), payment("o3", 1, 500)]);
    let parsed = parse_beside(&Olist, &bytes, &[&golden()]);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((ids(&parsed.records), parsed.skipped), (vec!["olist:o1/payment/1", "olist:o3/payment/1"], 1));
    let Content::BuyerPayment(paid) = &parsed.records[0].content else { panic!() };
    assert_eq!((paid.order_reference.as_str(), paid.amount, paid.instalments), ("o1", reais(12_845), 2));
    assert_eq!(parsed.records[0].at, "2018-01-11T10:00:00Z".parse().unwrap());
}

#[test]
fn rows_without_their_order_are_held_back_and_say_why() {
    for bytes in [write_items(&[item("o9", 1, 100)]), write_payments(&[payment("o9", 1, 100)])] {
        let alone = parse(&Olist, &bytes);
        let needs = "needs the table of orders beside this file in the same run";
        assert_eq!(told(&alone.issues), [(2, IssueRule::MissingValue, "order_purchase_timestamp", needs, 1)]);
        let beside = parse_beside(&Olist, &bytes, &[&golden()]);
        let lacks = "o9 is not in the table of orders beside this file";
        assert_eq!(told(&beside.issues), [(2, IssueRule::UnknownValue, "order_id", lacks, 1)]);
    }
}

#[test]
fn a_review_is_of_its_order_and_tells_its_language() {
    let review = |id: &str, score, message: &str| Review {
        review_id: id.to_owned(),
        order_id: "o1".to_owned(),
        score,
        title: String::new(),
        message: message.to_owned(),
        created: placed(),
    };
    let bytes = write_reviews(&[
        review("r1", 5, "Recebi bem antes\ndo prazo, muito bom"),
        review("r2", 1, ""),
        review("r3", 6, ""),
    ]);
    let parsed = parse(&Olist, &bytes);
    assert_eq!(ids(&parsed.records), ["olist:review/r1/o1", "olist:review/r2/o1"]);
    assert_eq!(told(&parsed.issues), [(5, IssueRule::InvalidNumber, "review_score", "6", 1)]);
    let Content::Review(first) = &parsed.records[0].content else { panic!() };
    assert_eq!((first.rating, first.out_of, first.language.as_deref()), (5, 5, Some("pt")));
}

/// As a spreadsheet leaves them: blank rows behind, American days.
#[test]
fn what_a_spreadsheet_did_is_undone_for_the_whole_file() {
    let header =
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date\n";
    let text = format!(
        "{header}o1,c1,delivered,10/2/2017 9:45,10/2/2017 11:07,\no2,c2,shipped,7/24/2018 20:41,,\n,,,,,\n,,,,,\n"
    );
    let parsed = parse(&Olist, text.as_bytes());
    assert_eq!((told(&parsed.issues), parsed.skipped), (vec![], 2));
    assert_eq!(parsed.records[0].at, "2017-10-02T12:45:00Z".parse().unwrap());
    assert_eq!(
        parsed.notes,
        ["days such as `10/2/2017 9:45` are read month first, since `7/24/2018 20:41` can be read in no other way"]
    );
    let undecided = text.replace("7/24/2018", "7/7/2018");
    let parsed = parse(&Olist, undecided.as_bytes());
    let told = told(&parsed.issues);
    assert_eq!(told, [(2, IssueRule::InvalidTime, "order_purchase_timestamp", "10/2/2017 9:45", 1)]);
}

#[test]
fn tables_without_facts_are_skipped_and_nothing_of_them_is_kept() {
    for table in [
        write_customers(&[("c1", "ann"), ("c2", "bob")]),
        b"seller_id,seller_zip_code_prefix,seller_city,seller_state\ns1,04726,x,SP\ns2,04726,x,SP\n".to_vec(),
        b"geolocation_zip_code_prefix,geolocation_lat,geolocation_lng\n01012,-23.5,-46.6\n01012,-23.5,-46.6\n".to_vec(),
    ] {
        assert_eq!(crate::recognise(&table).map(crate::Source::name), Some("olist"));
        let parsed = parse(&Olist, &table);
        assert_eq!((parsed.rows, parsed.skipped, parsed.records.len()), (2, 2, 0));
    }
}

/// Up to eight items of three orders: which order, and the price.
fn prices() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0_usize..3, 0_i64..1_000_000), 0..8)
}

proptest! {
    #[test]
    fn items_that_are_written_are_read(prices in prices(), id in awkward_key()) {
        let orders: Vec<Order> = (0..3).map(|number| order(&format!("{id}{number}"), "delivered")).collect();
        let item = |((of, price), number): (&(usize, i64), u32)| item(&orders[*of].order_id, number, *price);
        let rows: Vec<Item> = prices.iter().zip(1..).map(item).collect();
        let parsed = parse_beside(&Olist, &write_items(&rows), &[&write_orders(&orders)]);
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let lines = parsed.records.iter().flat_map(|record| &invoice(record).lines);
        let sum: rust_decimal::Decimal = lines.map(|line| line.unit_price).sum();
        let expected: i64 = rows.iter().map(|row| row.price.minor + row.freight.minor).sum();
        prop_assert_eq!(sum, reais(expected).to_decimal());
    }

    #[test]
    fn a_review_that_is_written_is_read(message in awkward(), title in awkward(), review_id in awkward_key()) {
        let (text, heading) = (message.clone(), title.clone());
        let review = Review { review_id, order_id: "o".to_owned(), score: 3, title, message, created: placed() };
        let parsed = parse(&Olist, &write_reviews(&[review]));
        let Content::Review(read) = &parsed.records[0].content else { panic!() };
        prop_assert_eq!((&read.text, &read.title), (&text, &heading));
    }

    #[test]
    fn a_damaged_table_is_read(damage in prop::collection::vec(damage(), 1..12), which in 0_usize..4) {
        let items = write_items(&[item("o1", 1, 5)]);
        let payments = write_payments(&[payment("o1", 1, 5)]);
        let tables = [golden(), items, payments, write_customers(&[("c", "p")])];
        check_any(&Olist, &damaged(tables[which].clone(), &damage));
    }
}

/// The real sets may not ship.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_real_set_is_read_whole() {
    let set = real("olist");
    let read = |name: &str| {
        let beside: Vec<&[u8]> =
            set.iter().filter(|(other, _)| other != name).map(|(_, bytes)| bytes.as_slice()).collect();
        let bytes = &set.iter().find(|(other, _)| other == name).unwrap().1;
        assert_eq!(crate::recognise(bytes).map(crate::Source::name), Some("olist"), "{name}");
        parse_beside(&Olist, bytes, &beside)
    };
    let places = |name: &str| {
        let parsed = read(name);
        (parsed.records.len(), parsed.issues.len(), parsed.duplicates, parsed.skipped)
    };
    assert_eq!(places("olist_orders_dataset.csv"), (8_135, 0, 0, 0));
    assert_eq!(places("olist_order_payments_dataset.csv"), (8_919, 0, 0, 5));
    assert_eq!(places("olist_order_reviews_dataset.csv"), (8_225, 0, 0, 0));
    let items = read("olist_order_items_dataset.csv");
    let lines = items.records.iter().flat_map(|record| &invoice(record).lines);
    let sum: rust_decimal::Decimal = lines.map(|line| line.unit_price).sum();
    assert_eq!(
        (items.rows, items.records.len(), items.skipped, sum.to_string().as_str()),
        (8_365, 6_893, 549, "1157526.53")
    );
    for (name, _) in &set {
        let parsed = read(name);
        assert_eq!(told(&parsed.issues), [], "{name}");
    }
}

/// The unpacked files of a set, by name.
fn real(set: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!("{}/shops/{set}", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let unpacked = files.iter().map(|path| {
        #[expect(clippy::disallowed_methods, reason = "the set may not ship, so it cannot be compiled in")]
        let packed = std::fs::read(path).unwrap();
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            crate::unpack(&packed).unwrap().remove(0).text.unwrap().into_owned(),
        )
    });
    unpacked.collect()
}

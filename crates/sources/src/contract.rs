//! What every source promises, checked on every member of [`SOURCES`] with a golden of its own writer.

use crate::testing::{Tokens, bytes_at, now, parse, parse_with, told};
use crate::{
    SOURCES, Source, SourceSettings, camt053, ecb_rates, kept_promises, online_retail, recognise, shopify_orders,
    shopify_payments, stripe,
};
use domain::{Currency, IssueRule, Money, ProcessorCategory, RateSheet};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// A sound file of three rows.
pub(crate) fn golden(source: &dyn Source) -> Vec<u8> {
    match source.name() {
        "online-retail" => {
            online_retail::write(&[invoice_line("536365"), invoice_line("536366"), invoice_line("536365")])
        }
        "stripe" => stripe::write(&[movement("txn_1"), movement("txn_2"), movement("txn_3")]),
        "camt053" => camt053::write(&statement()),
        "mt940" => crate::mt940::tests::golden(),
        "ofx" => crate::ofx::tests::golden(),
        "bank-csv" => crate::bank_csv::tests::golden(),
        "ecb" => ecb_rates::write(&[sheet(3), sheet(4), sheet(5)]),
        "shopify-payments" => shopify_payments::write(&[shop_charge("#1"), shop_charge("#2"), shop_charge("#2")]),
        "amazon-settlement" => crate::amazon_settlement::tests::golden(),
        "shopify-orders" => shopify_orders::write(&[shop_order("#1", 1), shop_order("#2", 2)]),
        "adyen" => crate::adyen_settlement::tests::golden(),
        "amazon-transactions" => crate::amazon_transactions::tests::golden(),
        "olist" => crate::olist::tests::golden(),
        "alipay" => crate::alipay::tests::golden(),
        "stripe-activity" => crate::stripe_activity::tests::golden(),
        "shopify-payouts" => crate::shopify_payouts::tests::golden(),
        "paypal-objects" => crate::paypal_objects::tests::golden(),
        "paypal-settlement" => crate::paypal_settlement::tests::golden(),
        "shopify-objects" => crate::shopify_objects::tests::golden(),
        "adyen-objects" => crate::adyen_objects::tests::golden(),
        "stripe-objects" => crate::stripe_objects::tests::golden(),
        "paypal" => crate::paypal_activity::tests::golden(),
        "wechat" => crate::wechat::tests::golden(),
        "event" => crate::standard_event::tests::golden(),
        "trial-balance" => crate::trial_balance::tests::golden(),
        "xbrl" => crate::xbrl::tests::golden(),
        "user-rates" => crate::user_rates::tests::golden(),
        "prices" => crate::prices::tests::golden(),
        "shipments" => crate::shipments::tests::golden(),
        "stock-movements" => crate::stock_movements::tests::golden(),
        "reviews" => crate::reviews::tests::golden(),
        other => panic!("`{other}` needs a golden"),
    }
}

fn invoice_line(number: &str) -> online_retail::Row {
    online_retail::Row {
        invoice_no: number.to_owned(),
        stock_code: "85123A".to_owned(),
        description: "HEART, \"WHITE\"\nT-LIGHT".to_owned(),
        quantity: 6,
        invoice_date: date(2010, 12, 1).at(8, 26, 0, 0),
        unit_price: Decimal::new(255, 2),
        customer_id: "17850".to_owned(),
        country: "United Kingdom".to_owned(),
    }
}

fn movement(id: &str) -> stripe::Row {
    let pounds = |minor| Money::new(minor, Currency::GBP);
    stripe::Row {
        automatic_payout_id: "po_1".to_owned(),
        automatic_payout_effective_at_utc: Some("2026-01-21T00:00:00Z".parse().unwrap()),
        balance_transaction_id: id.to_owned(),
        created_utc: "2026-01-19T12:07:45Z".parse().unwrap(),
        available_on_utc: "2026-01-20T00:00:00Z".parse().unwrap(),
        category: ProcessorCategory::Charge,
        gross: pounds(1000),
        fee: pounds(35),
        net: pounds(965),
        source_id: "ch_1".to_owned(),
        description: "Order, 礼品卡".to_owned(),
        customer_id: "cus_1".to_owned(),
        charge_id: String::new(),
        payment_intent_id: "pi_1".to_owned(),
        customer_facing: Some(Money::new(1200, Currency::EUR)),
        order_id: "536365".to_owned(),
    }
}

fn shop_charge(order: &str) -> shopify_payments::Row {
    let euros = |minor| Money::new(minor, Currency::EUR);
    shopify_payments::Row {
        date: "2026-01-19T12:07:45Z".parse().unwrap(),
        category: ProcessorCategory::Charge,
        order: order.to_owned(),
        payout: Some(("77001".to_owned(), date(2026, 1, 22))),
        available_on: date(2026, 1, 21),
        gross: euros(1000),
        fee: euros(35),
        net: euros(965),
        checkout: "#9001".to_owned(),
        method: "card".to_owned(),
        presentment: Money::new(1200, Currency::GBP),
    }
}

fn shop_order(name: &str, items: usize) -> shopify_orders::Order {
    let item = shopify_orders::Item {
        quantity: 2,
        name: "Mug, \"礼品卡\"".to_owned(),
        price: Decimal::new(500, 2),
        sku: "M-1".to_owned(),
    };
    shopify_orders::Order {
        name: name.to_owned(),
        email: "zoe@example.org".to_owned(),
        status: "paid".to_owned(),
        subtotal: Money::new(1000 * i64::try_from(items).unwrap() - 100, Currency::EUR),
        shipping_minor: 400,
        taxes_minor: 0,
        discount_minor: 100,
        created_at: "2026-01-19T12:07:45Z".parse().unwrap(),
        country: "DE".to_owned(),
        items: vec![item; items],
    }
}

fn statement() -> camt053::Statement {
    let pounds = |minor| Money::new(minor, Currency::GBP);
    let entry = |minor, reference: &str| camt053::EntryRow {
        amount: pounds(minor),
        booked: date(2026, 1, 21),
        reference: reference.to_owned(),
        end_to_end: "po_1".to_owned(),
        remittance: "STRIPE <PAYOUT> & more".to_owned(),
        counterparty: "Stripe Payments Ltd".to_owned(),
    };
    camt053::Statement {
        id: "S1".to_owned(),
        account: "GB33BUKB20201555555555".to_owned(),
        account_name: "Gift Shop Ltd".to_owned(),
        from: date(2026, 1, 21),
        to: date(2026, 1, 21),
        opening: pounds(10_000),
        closing: pounds(10_600),
        entries: vec![entry(965, "R1"), entry(-365, "R2"), entry(0, "")],
    }
}

fn sheet(day: i8) -> RateSheet {
    let rates = ["USD", "JPY"].map(|code| (Currency::from_code(code).unwrap(), Decimal::new(11_789, 4)));
    RateSheet { date: date(1999, 1, day), base: Currency::EUR, rates: rates.to_vec() }
}

/// What holds of any bytes.
pub(crate) fn check_any(source: &dyn Source, bytes: &[u8]) {
    if let Err(broken) = kept_promises(source, bytes, now()) {
        panic!("{}: {broken}", source.name());
    }
}

#[test]
fn a_golden_is_recognised_by_its_source_alone_and_read_without_issues() {
    for source in SOURCES {
        let bytes = golden(*source);
        assert_eq!(recognise(&bytes).map(Source::name), Some(source.name()));
        assert_eq!(SOURCES.iter().filter(|other| other.recognises(&bytes)).count(), 1, "{}", source.name());
        let parsed = parse(*source, &bytes);
        assert_eq!((parsed.rows, told(&parsed.issues)), (3, vec![]), "{}", source.name());
        check_any(*source, &bytes);
    }
    assert!(recognise(b"hello").is_none());
}

#[test]
fn every_span_points_at_its_rows_own_bytes() {
    for source in SOURCES {
        let bytes = golden(*source);
        let text = std::str::from_utf8(&bytes).unwrap();
        for record in &parse(*source, &bytes).records {
            for span in record.spans() {
                let row = std::str::from_utf8(bytes_at(&bytes, span)).unwrap();
                let before = &text[..usize::try_from(span.offset).unwrap()];
                assert_eq!(before.matches('\n').count() + 1, span.line as usize, "{}", source.name());
                assert!(row.starts_with(starts(*source)) && row.ends_with(ends(*source)), "{}: {row}", source.name());
            }
        }
    }
}

/// How a row of the golden starts.
fn starts(source: &dyn Source) -> &'static str {
    match source.name() {
        "online-retail" => "53636",
        "stripe" => "po_1,",
        "camt053" => "<Ntry>",
        "mt940" => ":61:",
        "ofx" => "<STMTTRN>",
        "bank-csv" => "GB33BUKB20201555555555,",
        "shopify-orders" => "#",
        "stripe-activity" => "txn_",
        "stripe-objects" => "{\"id\":\"txn_",
        "paypal-objects" => "{\"transaction_info\":",
        "paypal-settlement" => "SB,",
        "shopify-objects" => "{\"id\":450789469,",
        "adyen-objects" => "{\"id\":\"E",
        "paypal" => "01/19/2026,",
        "shopify-payments" => "2026-01-19 12:07:45 +0000,charge,#",
        "amazon-settlement" => "6016\t",
        "adyen" => "Company,ShopEU,",
        "amazon-transactions" => "\"Dec 1, 2017 12:38:23 AM PST\",",
        "alipay" => "2026-01-19 21:32:14,",
        "wechat" => "2026-01-19 21:32:14,二维码收款,",
        "event" => "{\"plimsoll\":1,",
        "olist" => "o",
        "trial-balance" => "1",
        "xbrl" => "<us-gaap:Assets",
        "user-rates" => "2026-01-05,EUR,",
        "prices" => "AMZN,2026-01-0",
        "shipments" => "2026-01-19T12:07:45Z,O-",
        "stock-movements" => "2026-01-19T12:07:45Z,M-",
        "reviews" => "R-",
        _ => "1999-01-0",
    }
}

/// How a row of the golden ends.
fn ends(source: &dyn Source) -> &'static str {
    match source.name() {
        "online-retail" => ",United Kingdom",
        "stripe" => ",eur,536365",
        "camt053" => "</Ntry>",
        "mt940" => "Ann Doe",
        "ofx" => "</STMTTRN>",
        "bank-csv" => ",Ann Doe",
        "shopify-orders" => ",M-1,DE",
        "stripe-activity" => ",2026-01-19 12:07:45",
        "stripe-objects" => "\"status\":\"available\"}",
        "paypal-objects" => "\"zoe@example.org\"}}",
        "paypal-settlement" => ",USD,,,,,,,,",
        "shopify-objects" => "\"sku\":\"M-1\"}]}",
        "adyen-objects" => "\"O-1\"}}}",
        "paypal" => ",Credit",
        "shopify-payments" => ",12.00,GBP,EUR",
        "amazon-settlement" => "\t",
        "adyen" => ",7",
        "amazon-transactions" => ",\"1,219.56\"",
        "alipay" => ",O-1,,",
        "wechat" => ",O-1,/",
        "event" => "}",
        "olist" => ",",
        "trial-balance" => ",GBP",
        "xbrl" => ">",
        "user-rates" => ",1.0625",
        "prices" => ",USD,XNAS",
        "shipments" => ",4.90,EUR",
        "stock-movements" => ",EUR,PO-7",
        "reviews" => ",zoe@example.org,de",
        _ => "1.1789,",
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_change_no_record_but_its_place() {
    for source in SOURCES {
        let plain = String::from_utf8(golden(*source)).unwrap().replace("WHITE\"\"\n", "WHITE\"\" ");
        let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let said = |bytes: &str| {
            let parsed = parse(*source, bytes.as_bytes());
            assert_eq!(told(&parsed.issues), vec![], "{}", source.name());
            parsed.records.into_iter().map(|record| (record.id, record.at, record.span.line)).collect::<Vec<_>>()
        };
        assert_eq!(recognise(windows.as_bytes()).map(Source::name), Some(source.name()));
        assert_eq!(said(&plain), said(&windows), "{}", source.name());
    }
}

#[test]
fn nothing_is_an_empty_file() {
    for source in SOURCES {
        for bytes in [b"".as_slice(), b"\n\n", b"\xef\xbb\xbf"] {
            let parsed = parse(*source, bytes);
            assert_eq!(told(&parsed.issues), [(0, IssueRule::EmptyFile, "", "", 0)], "{}", source.name());
        }
    }
}

/// Formats without personal fields.
const NAMES_NOBODY: [&str; 15] = [
    "stripe-activity",
    "ecb",
    "shopify-payments",
    "amazon-settlement",
    "adyen",
    "amazon-transactions",
    "paypal-settlement",
    "adyen-objects",
    "shopify-payouts",
    "trial-balance",
    "xbrl",
    "user-rates",
    "prices",
    "shipments",
    "stock-movements",
];

#[test]
fn no_personal_value_stands_in_a_record_or_an_issue() {
    for source in SOURCES {
        let mut tokens = Tokens::default();
        let bytes = golden(*source);
        let parsed = parse_with(*source, &bytes, &SourceSettings::default(), &mut tokens);
        let said = format!("{:?} {:?}", parsed.records, parsed.issues);
        assert!(tokens.asked.iter().all(|(_, value)| !said.contains(value.as_str())), "{}", source.name());
        assert_eq!(tokens.asked.is_empty(), NAMES_NOBODY.contains(&source.name()), "{}", source.name());
    }
}

/// One change to a file.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let byte = || prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'<'), Just(b'/'), Just(b'&'), any::<u8>()];
    prop_oneof![
        (at(), byte()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        at().prop_map(Damage::Cut),
        at().prop_map(Damage::Remove),
        (at(), prop::collection::vec(byte(), 1..6)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

pub(crate) fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for change in damage {
        if bytes.is_empty() {
            break;
        }
        match change {
            Damage::Set(at, byte) => *at.get_mut(&mut bytes) = *byte,
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Damage::Remove(at) => {
                bytes.remove(at.index(bytes.len()));
            }
            Damage::Insert(at, new) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, new.clone());
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for source in SOURCES {
            check_any(*source, &bytes);
        }
        let _ = crate::unpack(&bytes);
    }

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        for source in SOURCES {
            check_any(*source, &damaged(golden(*source), &damage));
        }
    }
}

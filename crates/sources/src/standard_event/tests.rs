//! Goldens, what is written is read, and a row for every rule that an event can break.

use super::{Event, StandardEvent, items, write};
use crate::Source;
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use domain::{
    BankLine, BuyerPayment, Content, Currency, Invoice, InvoiceLine, IssueRule, Money, OrderState, OrderStatus, Price,
    ProcessorCategory, ProcessorLine, Review, Shipment, ShipmentState, Span, StockMovement, StockReason, UnitCost,
};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

const PAYMENT: &str = r#""type":"payment","id":"ch_1","at":"2026-01-19T12:07:45Z","currency":"GBP""#;

pub(crate) fn golden() -> Vec<u8> {
    let invoice = Content::Invoice(invoice("礼品卡 \"big\"", Decimal::new(255, 2)));
    let payment = Content::Processor(payment(ProcessorCategory::Charge, 1000, "ch_1"));
    let line = Content::Bank(bank_line(965));
    write(&[event("1001", Some("c-17850"), invoice), event("ch_1", Some("cus_1"), payment), event("b1", None, line)])
}

fn event(id: &str, person: Option<&str>, content: Content) -> Event {
    let at = "2026-01-19T12:07:45Z".parse().unwrap();
    Event { id: id.to_owned(), at, person: person.map(str::to_owned), content }
}

fn invoice(description: &str, unit_price: Decimal) -> Invoice {
    let (stock_code, description) = ("85123A".to_owned(), description.to_owned());
    Invoice {
        number: "1001".to_owned(),
        buyer: None,
        country: "DE".to_owned(),
        currency: Currency::EUR,
        lines: vec![InvoiceLine { stock_code, description, quantity: 2, unit_price, span: Span::default() }],
    }
}

fn payment(category: ProcessorCategory, minor: i64, source_id: &str) -> ProcessorLine {
    let pounds = |minor| Money::new(minor, Currency::GBP);
    ProcessorLine {
        source_id: source_id.to_owned(),
        charge: Some("ch_1".to_owned()),
        payout: Some("po_1".to_owned()),
        payout_at: "2026-01-21T00:00:00Z".parse().ok(),
        order_reference: Some("1001".to_owned()),
        presentment: Some(Money::new(1200, Currency::EUR)),
        card_country: domain::Country::named("IE"),
        ..crate::processor_line::movement(category, pounds(minor), pounds(35), pounds(minor - 35))
    }
}

fn bank_line(minor: i64) -> BankLine {
    BankLine {
        account: "GB33BUKB20201555555555".to_owned(),
        amount: Money::new(minor, Currency::GBP),
        booked: date(2026, 1, 21),
        reference: "R1".to_owned(),
        end_to_end: "po_1".to_owned(),
        remittance: "STRIPE <PAYOUT>".to_owned(),
        counterparty: None,
    }
}

/// The content as a parser gives it: with the person's token, and lines where the event stands.
fn tokenised(event: &Event, span: Span) -> Content {
    let token = |field: &str| event.person.as_ref().map(|person| token(field, person));
    match event.content.clone() {
        Content::Invoice(mut invoice) => {
            invoice.lines.iter_mut().for_each(|line| line.span = span);
            Content::Invoice(Invoice { buyer: token("customer"), ..invoice })
        }
        Content::Processor(line) => Content::Processor(ProcessorLine { customer: token("processor_customer"), ..line }),
        Content::Bank(line) => Content::Bank(BankLine { counterparty: token("counterparty"), ..line }),
        Content::OrderStatus(status) => Content::OrderStatus(OrderStatus { buyer: token("customer"), ..status }),
        Content::Review(review) => Content::Review(Review { reviewer: token("customer"), ..review }),
        other => other,
    }
}

#[test]
fn every_type_is_read_under_its_own_id() {
    let types = ["payment", "refund", "payout", "dispute", "dispute_reversal", "fee", "adjustment"];
    for kind in types {
        let amount = if matches!(kind, "refund" | "payout" | "dispute") { "-10.00" } else { "10.00" };
        let text = format!(r#"{{{},"gross":"{amount}"}}"#, PAYMENT.replacen("payment", kind, 1));
        let parsed = parse(&StandardEvent, text.as_bytes());
        assert_eq!(told(&parsed.issues), [], "{kind}");
        assert_eq!(ids(&parsed.records), [format!("event:{kind}/ch_1")], "{kind}");
    }
}

#[test]
fn a_body_is_lines_or_one_document_and_each_event_has_its_place() {
    let one = format!(r#"{{{PAYMENT},"gross":10.00}}"#);
    let two = one.replace("ch_1", "ch_2");
    let spread = one.replace(',', ",\n  ");
    for (body, places) in [
        (one.clone(), vec![(1, &one)]),
        (format!("{one}\n\n  {two}\r\n"), vec![(1, &one), (3, &two)]),
        (format!("{{\"events\": [\n{one},\n{two}]}}"), vec![(2, &one), (3, &two)]),
        (format!("[{one},{two}]"), vec![(1, &one), (1, &two)]),
        (format!("\n{spread}\n"), vec![(2, &spread)]),
    ] {
        let parsed = parse(&StandardEvent, body.as_bytes());
        assert_eq!(told(&parsed.issues), [], "{body}");
        let found = parsed.records.iter().map(|record| (record.span.line, bytes_at(body.as_bytes(), record.span)));
        let found: Vec<_> = found.map(|(line, bytes)| (line, std::str::from_utf8(bytes).unwrap().to_owned())).collect();
        let places: Vec<_> = places.into_iter().map(|(line, text)| (line, text.clone())).collect();
        assert_eq!(found, places, "{body}");
    }
}

#[test]
fn what_is_wrong_with_an_event_is_named() {
    use IssueRule::{
        AmountOverflow, DateInFuture, IdentityBroken, InvalidCurrency, InvalidNumber, InvalidTime, Malformed,
        MissingValue, UnknownValue,
    };
    let bank = r#""type":"bank_line","id":"1","account":"A","currency":"GBP","booked":"2026-01-21""#;
    let fact = r#""id":"1","at":"2026-01-19T12:07:45Z""#;
    let invoice = r#""type":"invoice","id":"1","at":"2026-01-19T12:07:45Z","currency":"EUR""#;
    for (text, rule, column, value) in [
        ("[1]".to_owned(), Malformed, "", "not a JSON object"),
        ("{\"type\":\"payment\"".to_owned(), Malformed, "", "not a JSON object"),
        ("{\"type\":\"payment\"}".to_owned(), MissingValue, "id", ""),
        ("{\"id\":\"1\"}".to_owned(), MissingValue, "type", ""),
        ("{\"plimsoll\":2}".to_owned(), UnknownValue, "plimsoll", "2"),
        ("{\"type\":\"order\",\"id\":\"1\"}".to_owned(), UnknownValue, "type", "order"),
        (format!("{{{PAYMENT}}}"), MissingValue, "gross", ""),
        (format!("{{{PAYMENT},\"gross\":\"ten\"}}"), InvalidNumber, "gross", "ten"),
        (format!("{{{PAYMENT},\"gross\":1.005}}"), InvalidNumber, "gross", "1.005"),
        (format!("{{{PAYMENT},\"gross\":1e3}}"), InvalidNumber, "gross", "1e3"),
        (format!("{{{PAYMENT},\"gross\":-1}}"), InvalidNumber, "gross", "-1.00"),
        (format!("{{{PAYMENT},\"gross\":{{}}}}"), Malformed, "gross", "{}"),
        (format!("{{{PAYMENT},\"gross\":99999999999999999999}}"), AmountOverflow, "gross", "99999999999999999999"),
        (format!("{{{PAYMENT},\"gross\":2,\"fee\":1,\"net\":2}}"), IdentityBroken, "net", "2.00 - 1.00 is not 2.00"),
        (format!("{{{PAYMENT},\"gross\":2,\"ordr\":\"7\"}}"), UnknownValue, "ordr", "\"7\""),
        (format!("{{{PAYMENT},\"gross\":2,\"customer\":[\"zoe\"]}}"), Malformed, "customer", ""),
        (format!("{{{PAYMENT},\"gross\":2,\"presentment_amount\":1}}"), MissingValue, "presentment_currency", ""),
        (format!("{{{},\"gross\":2}}", PAYMENT.replace("GBP", "£")), InvalidCurrency, "currency", "£"),
        (format!("{{{},\"gross\":2}}", PAYMENT.replace("45Z", "45")), InvalidTime, "at", "2026-01-19T12:07:45"),
        (format!("{{{},\"gross\":2}}", PAYMENT.replace("2026", "2099")), DateInFuture, "at", "2099-01-19T12:07:45Z"),
        (format!("{{{bank}}}"), MissingValue, "amount", ""),
        (format!("{{{bank},\"amount\":1}}").replace("2026", "2099"), DateInFuture, "booked", "2099-01-21"),
        (format!("{{{fact},\"type\":\"shipment\",\"state\":\"lost at sea\"}}"), UnknownValue, "state", "lost at sea"),
        (format!("{{{fact},\"type\":\"review\",\"rating\":6}}"), InvalidNumber, "rating", "6 of 5"),
        (format!("{{{fact},\"type\":\"review\"}}"), MissingValue, "rating", ""),
        (
            format!("{{{fact},\"type\":\"stock_movement\",\"stock_code\":\"A\",\"quantity\":\"-\"}}"),
            InvalidNumber,
            "quantity",
            "-",
        ),
        (
            format!("{{{fact},\"type\":\"buyer_payment\",\"currency\":\"EUR\",\"amount\":0}}"),
            InvalidNumber,
            "amount",
            "0.00",
        ),
        (format!("{{{fact},\"type\":\"price\",\"date\":\"2099-01-02\"}}"), DateInFuture, "date", "2099-01-02"),
        (format!("{{{invoice},\"lines\":[]}}"), MissingValue, "lines", ""),
        (format!("{{{invoice},\"lines\":[{{\"quantity\":1.5}}]}}"), InvalidNumber, "quantity", "1.5"),
    ] {
        let parsed = parse(&StandardEvent, text.as_bytes());
        assert_eq!(told(&parsed.issues), [(1, rule, column, value, 1)], "{text}");
    }
}

#[test]
fn a_bad_line_harms_no_other_and_a_cut_document_is_one_issue() {
    let good = format!("{{{PAYMENT},\"gross\":10}}");
    let body = [good.as_bytes(), b"\n{\"type\":\n", b"\xff\xfe\n", good.replace("ch_1", "ch_2").as_bytes()].concat();
    let parsed = parse(&StandardEvent, &body);
    assert_eq!(ids(&parsed.records), ["event:payment/ch_1", "event:payment/ch_2"]);
    let lines: Vec<_> = told(&parsed.issues).into_iter().map(|(line, rule, ..)| (line, rule)).collect();
    assert_eq!(lines, [(2, IssueRule::Malformed), (3, IssueRule::InvalidUtf8)]);

    let cut = "{\n  \"type\": \"payment\",\n  \"id\":";
    assert_eq!(told(&parse(&StandardEvent, cut.as_bytes()).issues).len(), 1);
}

#[test]
fn the_same_again_is_a_duplicate_and_another_content_a_conflict() {
    let good = format!("{{{PAYMENT},\"gross\":10}}");
    let parsed = parse(&StandardEvent, format!("{good}\n{good}\n{}", good.replace(":10}", ":11}")).as_bytes());
    assert_eq!((parsed.records.len(), parsed.duplicates), (1, 1));
    let value = "event:payment/ch_1";
    assert_eq!(told(&parsed.issues), [(3, IssueRule::IdempotencyConflict, "id", value, 1)]);
}

#[test]
fn other_json_is_not_taken_for_it() {
    for text in ["{\"id\":\"evt_1\"}", "", "plimsoll", "\"plimsoll\"", "{}"] {
        assert!(!StandardEvent.recognises(text.as_bytes()), "{text}");
    }
    assert!(StandardEvent.recognises(b" [ {\"plimsoll\":1}]"));
}

fn any_event() -> impl Strategy<Value = Event> {
    let category = prop::sample::select(super::PROCESSOR_TYPES.to_vec());
    let processor = (category, 0_i64..1_000_000_000_000, awkward_key()).prop_map(|((_, category), minor, text)| {
        let sign =
            if matches!(category, ProcessorCategory::Charge | ProcessorCategory::DisputeReversal) { 1 } else { -1 };
        Content::Processor(payment(category, sign * minor, &text))
    });
    let price = (any::<i64>(), 0_u32..10).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale));
    let invoices = (awkward(), price).prop_map(|(text, price)| Content::Invoice(invoice(&text, price)));
    let bank = any::<i64>().prop_map(|minor| Content::Bank(bank_line(minor)));
    let euros = |minor| Money::new(minor, Currency::EUR);
    let amounts = 1_i64..1_000_000_000_000;
    let paid = (awkward_key(), amounts.clone(), 1_u32..24).prop_map(move |(order_reference, minor, instalments)| {
        let method = "voucher".to_owned();
        Content::BuyerPayment(BuyerPayment { order_reference, method, instalments, amount: euros(minor) })
    });
    let at = || prop::option::of((0_i64..1_790_000_000).prop_map(|second| Timestamp::from_second(second).unwrap()));
    let state = prop::sample::select(OrderState::ALL.to_vec());
    let statuses = (awkward_key(), state, at(), at()).prop_map(|(order_reference, state, shipped, promised)| {
        let (buyer, approved, delivered) = (None, None, shipped);
        Content::OrderStatus(OrderStatus { order_reference, buyer, state, approved, shipped, delivered, promised })
    });
    let state = prop::sample::select(ShipmentState::ALL.to_vec());
    let parcels = (awkward(), state, at(), prop::option::of(amounts)).prop_map(move |(text, state, shipped, cost)| {
        let (order_reference, carrier, tracking) = (text.clone(), "DHL".to_owned(), text);
        let (delivered, promised, cost) = (None, shipped, cost.map(euros));
        Content::Shipment(Shipment { order_reference, carrier, tracking, state, shipped, delivered, promised, cost })
    });
    let reason = prop::sample::select(StockReason::ALL.to_vec());
    let cost = prop::option::of((any::<i64>(), 0_u32..10));
    let stock = (awkward_key(), any::<i64>(), reason, cost).prop_map(|(stock_code, quantity, reason, cost)| {
        let unit_cost =
            cost.map(|(digits, scale)| UnitCost { amount: Decimal::new(digits, scale), currency: Currency::GBP });
        let (location, reference) = ("A-1".to_owned(), String::new());
        Content::StockMovement(StockMovement { stock_code, location, quantity, reason, unit_cost, reference })
    });
    let reviews = (awkward(), 1_u8..6, prop::option::of(awkward_key())).prop_map(|(text, rating, order_reference)| {
        let (title, language) = (text.clone(), Some("pt".to_owned()));
        let (stock_code, reviewer, out_of) = (None, None, 5);
        Content::Review(Review { order_reference, stock_code, reviewer, rating, out_of, title, text, language })
    });
    let prices = (awkward_key(), any::<i64>(), 0_u32..10).prop_map(|(instrument, digits, scale)| {
        let (close, volume) = (Decimal::new(digits, scale), Some(Decimal::ONE));
        let (market, currency, date) = ("XETR".to_owned(), Some(Currency::EUR), date(2026, 1, 21));
        let (open, high, low, adjusted) = (Some(close), None, None, None);
        Content::Price(Price { instrument, market, currency, date, close, open, high, low, adjusted, volume })
    });
    let facts = prop_oneof![paid, statuses, parcels, stock, reviews, prices];
    let at = (0_i64..1_790_000_000).prop_map(|second| Timestamp::from_second(second).unwrap());
    (prop_oneof![processor, invoices, bank, facts], awkward_key(), at, prop::option::of(awkward_key()))
        .prop_map(|(content, id, at, person)| Event { id, at, person, content })
}

proptest! {
    #[test]
    fn what_is_written_is_read(events in prop::collection::vec(any_event(), 1..6)) {
        let events: Vec<Event> =
            events.into_iter().enumerate().map(|(n, event)| Event { id: format!("{n}{}", event.id), ..event }).collect();
        let bytes = write(&events);
        let parsed = parse(&StandardEvent, &bytes);
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let spans: Vec<Span> = items(&bytes).iter().map(|item| item.span).collect();
        let expected: Vec<_> =
            events.iter().zip(&spans).map(|(event, span)| (event.at, tokenised(event, *span))).collect();
        let read: Vec<_> = parsed.records.into_iter().map(|record| (record.at, record.content)).collect();
        prop_assert_eq!(read, expected);
    }
}

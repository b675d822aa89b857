//! A small seeded shop, and what must hold of every world that is made from it.

mod files;
mod real_shop;
mod shop;
mod worlds;

use crate::calendar::{self, DAY, MINUTE};
use crate::random::{Seed, Stream};
use crate::{Params, World, processor_world};
use domain::policy::LineRule;
use domain::{
    Account, Content, Currency, Digest, Invoice, InvoiceLine, LineNature, Policy, RateSheet, Record, RecordId, Span,
    Token,
};
use jiff::Timestamp;
use jiff::civil::date;
use rust_decimal::Decimal;
use sources::{Context, Personal, Source, SourceSettings};

/// What moves at the processor is all that a world asks a policy about.
pub(super) fn policy() -> Policy {
    let outside = LineNature::OutsideProcessor(Account::MarketplaceFees);
    Policy {
        version: 1,
        reporting_currency: Currency::GBP,
        credit_note_prefix: "C".to_owned(),
        adjustment_prefix: "A".to_owned(),
        line_rules: vec![
            LineRule { stock_code: "AMAZON*".to_owned(), nature: outside },
            LineRule { stock_code: "BANK CHARGES".to_owned(), nature: outside },
            LineRule {
                stock_code: "CRUK".to_owned(),
                nature: LineNature::OutsideProcessor(Account::CharityCommission),
            },
            LineRule { stock_code: "POST".to_owned(), nature: LineNature::Booked(Account::ShippingIncome) },
        ],
        ..Policy::default()
    }
}

/// The second of March 2011, 08:00: a Wednesday.
pub(super) fn opening() -> Timestamp {
    calendar::within_day(date(2011, 3, 2), 8 * 3_600)
}

/// One line of so many at so many pence.
pub(super) fn line(stock_code: &str, quantity: i64, pence: i64) -> InvoiceLine {
    InvoiceLine {
        stock_code: stock_code.to_owned(),
        description: String::new(),
        quantity,
        unit_price: Decimal::new(pence, 2),
        span: Span::default(),
    }
}

pub(super) fn invoice(number: &str, at: Timestamp, buyer: Option<u8>, lines: Vec<InvoiceLine>) -> Record {
    let country = match buyer {
        Some(buyer) if buyer % 7 == 0 => "Germany",
        Some(buyer) if buyer % 11 == 0 => "Norway",
        _ => "United Kingdom",
    };
    let invoice = Invoice {
        number: number.to_owned(),
        buyer: buyer.map(|buyer| Token([buyer; 16])),
        country: country.to_owned(),
        currency: Currency::GBP,
        lines,
    };
    Record {
        id: RecordId::from(format!("online-retail:{number}")),
        at,
        file: Digest::default(),
        span: Span::default(),
        content: Content::Invoice(invoice),
    }
}

pub(super) fn rates() -> Vec<RateSheet> {
    let rate = |cents| vec![(Currency::GBP, Decimal::new(cents, 4))];
    (1..=28)
        .map(|day| RateSheet { date: date(2011, 3, day), base: Currency::EUR, rates: rate(8_400 + i64::from(day)) })
        .collect()
}

/// Two thousand orders over some three months: round amounts that repeat, guests, credit notes soon and late, in part,
/// in full and beyond, lines that a marketplace settles, and numbers that move nothing.
pub(super) fn small_shop(seed: u64) -> Vec<Record> {
    let mut draw = Seed(seed).stream("small shop", "");
    let mut at = opening();
    let mut records = Vec::new();
    for number in 536_000..538_000_u32 {
        at = calendar::after(at, draw.between(MINUTE, 130 * MINUTE));
        let buyer = Some(draw.between(0, 255)).filter(|buyer| *buyer >= 20).and_then(|buyer| u8::try_from(buyer).ok());
        let goods = ["85123A", "71053", "22423", "84029G"][usize::try_from(draw.between(0, 3)).unwrap()];
        let (quantity, pence) = (draw.between(1, 300), draw.between(50, 1_500) / 5 * 5);
        records.push(invoice(&number.to_string(), at, buyer, order_lines(&mut draw, goods, quantity, pence)));
        if draw.chance(1_500) {
            let (delay, returned) = credited(&mut draw, quantity);
            let lines = vec![line(goods, -returned, pence)];
            records.push(invoice(&format!("C{number}"), calendar::after(at, delay), buyer, lines));
        }
    }
    records.push(invoice("A563185", at, None, vec![line("B", 1, 1_106_206)]));
    records.push(invoice("538000", at, None, vec![line("85123A", -5, 0)]));
    records.push(invoice("C538001", at, Some(30), vec![line("AMAZONFEE", -1, 500_000)]));
    records
}

fn order_lines(draw: &mut Stream, goods: &str, quantity: i64, pence: i64) -> Vec<InvoiceLine> {
    let mut lines = vec![line(goods, quantity, pence)];
    if draw.chance(500) {
        lines.push(line("CRUK", -1, 100));
        lines.push(line("post", 1, 1_800));
    }
    lines
}

/// How long after the order, and how much of it.
fn credited(draw: &mut Stream, quantity: i64) -> (i64, i64) {
    match draw.between(0, 9) {
        0 | 1 => (draw.between(0, 59) * MINUTE, quantity),
        2..=4 => (draw.between(1, 20) * DAY, quantity),
        5 => (draw.between(1, 20) * DAY, quantity * 3),
        _ => (draw.between(1, 20) * DAY, (quantity / 4).max(1)),
    }
}

pub(super) fn world(seed: u64) -> World {
    processor_world(&small_shop(seed), &rates(), &policy(), &Params::new(seed))
}

/// What the parsers of a user's own files read from the world's: nothing may be held back.
pub(super) fn parsed(source: &dyn Source, bytes: &[u8]) -> Vec<Record> {
    struct Tokens;
    impl Personal for Tokens {
        fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
            let [first, second] = ["a", "b"].map(|half| Seed(0).stream(field, &format!("{half}{value}")).word());
            Token((u128::from(first) << 64 | u128::from(second)).to_be_bytes())
        }
    }
    let settings = SourceSettings::default();
    let now = calendar::within_day(date(2100, 1, 1), 0);
    let mut context = Context { personal: &mut Tokens, now, settings: &settings, beside: &[] };
    let parsed = source.parse(Digest::default(), bytes, &mut context);
    assert_eq!(parsed.issues.first(), None);
    parsed.records
}

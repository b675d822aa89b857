//! Small worlds in which everything collides: few numbers, few amounts, few names.

use crate::case::token;
use domain::seller::SellerRule;
use domain::{
    Authorisation, AuthorisationOutcome, BankLine, Body, BuyerPayment, Content, Currency, Digest, Event, Invoice,
    InvoiceLine, Money, Policy, ProcessorCategory, ProcessorLine, RateSheet, Record, RecordId, Span, TrialBalance,
    TrialBalanceLine,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

pub(crate) const HOUR: i64 = 3_600;
const START: i64 = 1_700_000_000;

/// Amounts that meet, halve and sum to each other, and miss each other by one.
const AMOUNTS: [i64; 10] = [0, 1, 50, 99, 100, 101, 150, 200, -50, -100];

pub(crate) fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(START + hours * HOUR).unwrap()
}

/// When every grace is over.
pub(crate) fn the_end() -> Timestamp {
    at(24 * 400)
}

/// What a record says, before it has an id.
type Unnamed = (Timestamp, &'static str, Content);

/// Up to `most` records in order of time.
pub(crate) fn records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    named(select(&AMOUNTS[..]).boxed(), most)
}

/// As [`records`], with amounts up to the ends of 64 bits.
pub(crate) fn extreme_records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    let ends = select(vec![i64::MIN, i64::MIN + 1, i64::MAX, 100_000_000_000_000, -100_000_000_000_000, 0]);
    named(prop_oneof![ends, any::<i64>(), select(&AMOUNTS[..])].boxed(), most)
}

fn named(amount: BoxedStrategy<i64>, most: usize) -> impl Strategy<Value = Vec<Record>> {
    let one = prop_oneof![
        4 => invoice(amount.clone()),
        5 => processor_line(amount.clone()),
        2 => bank_line(amount.clone()),
        2 => authorisation(amount.clone()),
        1 => buyer_payment(amount),
        1 => rates(),
    ];
    prop::collection::vec(one, 0..most).prop_map(|mut all| {
        all.sort_by_key(|(at, ..)| *at);
        let record = |(index, (at, source, content)): (usize, Unnamed)| Record {
            id: RecordId::from(format!("{source}:{index}")),
            at,
            file: Digest::default(),
            span: Span::default(),
            content,
        };
        all.into_iter().enumerate().map(record).collect()
    })
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (0..24 * 60_i64).prop_map(at)
}

fn currency() -> impl Strategy<Value = Currency> {
    prop_oneof![9 => Just(Currency::GBP), 1 => Just(Currency::EUR)]
}

fn number() -> impl Strategy<Value = String> {
    select(vec!["1", "2", "3", "4", "C5", "C6", "C7", "A8"]).prop_map(str::to_owned)
}

fn person(kind: &'static str) -> impl Strategy<Value = Option<domain::Token>> {
    prop_oneof![2 => Just(None), 5 => (0..3).prop_map(move |who| Some(token(&format!("{kind}{who}"))))]
}

fn invoice(amount: BoxedStrategy<i64>) -> BoxedStrategy<Unnamed> {
    let lines = prop::collection::vec((select(vec!["W", "V", "POST"]), -2..4_i64, amount), 0..4);
    (instant(), number(), person("buyer"), currency(), lines)
        .prop_map(|(at, number, buyer, currency, lines)| {
            let line = |(code, quantity, pence): (&str, i64, i64)| InvoiceLine {
                stock_code: code.to_owned(),
                description: String::new(),
                quantity,
                unit_price: Decimal::new(pence, 2),
                span: Span::default(),
            };
            let lines = lines.into_iter().map(line).collect();
            let country = "United Kingdom".to_owned();
            (at, "shop", Content::Invoice(Invoice { number, buyer, country, currency, lines }))
        })
        .boxed()
}

fn processor_line(amount: BoxedStrategy<i64>) -> BoxedStrategy<Unnamed> {
    use ProcessorCategory::{Adjustment, Charge, Dispute, DisputeReversal, Fee, Payout, Refund, Reserve, Transfer};
    let often = vec![Charge, Charge, Charge, Charge, Refund, Refund, Payout, Payout, Transfer, Transfer];
    let category = select([often, vec![Dispute, DisputeReversal, Fee, Adjustment, Reserve]].concat());
    let names = (0..4_u8, prop::option::of(0..4_u8), prop::option::of(0..3_u8), prop::option::of(number()));
    let shown = prop::option::weighted(0.2, amount.clone());
    let text = select(vec!["", "", "refund of C5", "C6", "C5 C6", SELLER]);
    (instant(), category, amount, 0..3_i64, names, person("cus"), currency(), shown, text)
        .prop_map(|(at, category, amount, fee, names, customer, currency, shown, text)| {
            let (name, charge, payout, order_reference) = names;
            let out = matches!(category, Refund | Payout | Dispute | Fee | Transfer | Reserve);
            let gross = if out { amount.wrapping_neg() } else { amount };
            let prefix = if category == Payout { "po" } else { "ch" };
            let line = ProcessorLine {
                category,
                gross: Money::new(gross, currency),
                fee: Money::new(fee, currency),
                net: Money::new(gross.wrapping_sub(fee), currency),
                source_id: format!("{prefix}_{name}"),
                charge: charge.map(|charge| format!("ch_{charge}")),
                payout: payout.map(|payout| format!("po_{payout}")),
                payout_at: None,
                order_reference,
                customer,
                description: text.to_owned(),
                presentment: shown.map(|shown| Money::new(shown, Currency::EUR)),
                card_country: None,
            };
            (at, "stripe", Content::Processor(line))
        })
        .boxed()
}

fn bank_line(amount: BoxedStrategy<i64>) -> BoxedStrategy<Unnamed> {
    let text = select(vec!["TRANSFER", "STRIPE", "STRIPE po_1", "po_1 po_2", "po_0", "to w ltd"]);
    (instant(), amount, currency(), text)
        .prop_map(|(at, amount, currency, text)| {
            let line = BankLine {
                account: "GB00".to_owned(),
                amount: Money::new(amount, currency),
                booked: at.to_zoned(TimeZone::UTC).date(),
                reference: String::new(),
                end_to_end: String::new(),
                remittance: text.to_owned(),
                counterparty: None,
            };
            (at, "bank", Content::Bank(line))
        })
        .boxed()
}

fn buyer_payment(amount: BoxedStrategy<i64>) -> BoxedStrategy<Unnamed> {
    let method = select(vec!["gift_card", "credit_card"]);
    (instant(), number(), amount, currency(), method, 1..4_u32)
        .prop_map(|(at, order_reference, amount, currency, method, instalments)| {
            let (method, amount) = (method.to_owned(), Money::new(amount, currency));
            (at, "paid", Content::BuyerPayment(BuyerPayment { order_reference, method, instalments, amount }))
        })
        .boxed()
}

/// Few people, few charges, so that refunds and disputes of `processor_line` find them.
fn authorisation(amount: BoxedStrategy<i64>) -> BoxedStrategy<Unnamed> {
    let people = (select(vec!["ann", "bob"]), select(vec!["c1", "c2", "c3"]), select(vec!["d1", "d2"]));
    let outcome = select(AuthorisationOutcome::ALL.to_vec());
    (instant(), amount, currency(), people, outcome, select(vec!["ch_1", "ch_2"]))
        .prop_map(|(at, amount, currency, (buyer, card, device), outcome, charge)| {
            let said = Authorisation {
                amount: Money::new(amount, currency),
                outcome,
                reason: String::new(),
                latency_ms: Some(200),
                charge: Some(charge.to_owned()),
                order_reference: None,
                buyer: Some(token(buyer)),
                card: Some(token(card)),
                device: Some(token(device)),
                address: None,
                seller: String::new(),
                merchant: "till".to_owned(),
                country: "GB".to_owned(),
            };
            (at, "auth", Content::Authorisation(said))
        })
        .boxed()
}

/// The rate depends on the day alone, as a source's would.
fn rates() -> BoxedStrategy<Unnamed> {
    let sheet = |at: Timestamp| {
        let date = at.to_zoned(TimeZone::UTC).date();
        let rate = Decimal::new(84 + i64::from(date.day() % 3), 2);
        (at, "rate", Content::Rates(RateSheet { date, base: Currency::EUR, rates: vec![(Currency::GBP, rate)] }))
    };
    instant().prop_map(sheet).boxed()
}

/// Other books that have so much at the bank and nothing else of ours, at the end of the day of that hour.
pub(crate) fn trial_balance(hour: i64, bank: i64) -> Record {
    let line = |account: &str, minor| TrialBalanceLine {
        account_code: String::new(),
        account_name: account.to_owned(),
        amount: Money::new(minor, Currency::GBP),
        span: Span::default(),
    };
    let cut_over = at(hour).to_zoned(TimeZone::UTC).date();
    let end = TimeZone::UTC.to_timestamp(cut_over.at(23, 59, 59, 0)).unwrap();
    let balance = TrialBalance { cut_over, lines: vec![line("Bank", bank), line("Capital", -bank)] };
    let (id, content) = (RecordId::from("trial-balance:1"), Content::TrialBalance(balance));
    Record { id, at: end, file: Digest::default(), span: Span::default(), content }
}

/// Whose goods `W` are.
pub(crate) const SELLER: &str = "W Ltd";

/// As [`events`], of a marketplace that sells `W` for a seller.
pub(crate) fn marketplace(records: &[Record], reconciled: &[bool]) -> Vec<Event> {
    let rule =
        SellerRule { stock_code: "W".to_owned(), seller: SELLER.to_owned(), from: None, commission_ppm: 125_000 };
    let policy = Policy { seller_rules: vec![rule], ..Policy::default() };
    let mut all = vec![Event { now: at(0), body: Body::PolicyInstalled(Box::new(policy)) }];
    all.extend(events(records, reconciled));
    all
}

/// Each record as an event of its own instant; where `reconciled` says so, everything is reconciled and refreshed after it.
pub(crate) fn events(records: &[Record], reconciled: &[bool]) -> Vec<Event> {
    let mut events = Vec::new();
    for (index, record) in records.iter().enumerate() {
        events.push(Event { now: record.at, body: Body::Record(record.clone()) });
        if reconciled.get(index).copied().unwrap_or(false) {
            events.push(Event { now: record.at, body: Body::Reconcile });
            events.push(Event { now: record.at, body: Body::Refresh });
        }
    }
    events
}

pub(crate) fn reconcile_at(now: Timestamp) -> Event {
    Event { now, body: Body::Reconcile }
}

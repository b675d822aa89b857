//! Compliance and system risk on the whole way: what is loaded and installed judges what comes after it.

use crate::case::token;
use crate::tables::Tables;
use crate::worlds::at;
use domain::{
    Authorisation, AuthorisationOutcome, BankLine, Body, Content, Currency, Digest, Event, Money, Record, RecordId,
    RiskKind, RoundTripRule, Screening, ScreeningHit, Span, StructuringRule, Subject, WatchRules,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn record(name: &str, hours: i64, content: Content) -> Event {
    let (at, id) = (at(hours), RecordId::from(name));
    Event { now: at, body: Body::Record(Record { id, at, file: Digest::default(), span: Span::default(), content }) }
}

fn bank(name: &str, hours: i64, counterparty: &str, minor: i64) -> Event {
    let line = BankLine {
        account: "GB00".to_owned(),
        amount: Money::new(minor, Currency::GBP),
        booked: at(hours).to_zoned(TimeZone::UTC).date(),
        reference: String::new(),
        end_to_end: String::new(),
        remittance: String::new(),
        counterparty: Some(token(counterparty)),
    };
    record(name, hours, Content::Bank(line))
}

fn attempt(name: &str, hours: i64, outcome: AuthorisationOutcome) -> Event {
    let said = Authorisation {
        amount: Money::new(1_000, Currency::GBP),
        outcome,
        reason: String::new(),
        latency_ms: Some(150),
        charge: None,
        order_reference: None,
        buyer: None,
        card: Some(token("card")),
        device: None,
        address: None,
        seller: String::new(),
        merchant: "till".to_owned(),
        country: String::new(),
    };
    record(name, hours, Content::Authorisation(said))
}

fn rules() -> Event {
    let rules = WatchRules {
        structuring: Some(StructuringRule { threshold_minor: 1_000_000, near_bps: 9_000, count: 3, days: 7 }),
        round_trips: Some(RoundTripRule { least_minor: 100_000, tolerance_bps: 500, days: 10 }),
        ..WatchRules::default()
    };
    Event { now: at(0), body: Body::WatchRulesInstalled(rules) }
}

/// A life in which everything is found once.
fn life() -> Vec<Event> {
    let hit = ScreeningHit {
        token: token("ivan"),
        list: "eu".to_owned(),
        entry: "P1".to_owned(),
        name: "Ivan Sidorov".to_owned(),
        similarity_bps: 9_800,
    };
    let screening = Screening { people: vec![token("ivan")], hits: vec![hit] };
    let mut life = vec![
        rules(),
        bank("bank:before", 1, "ivan", 5_000),
        Event { now: at(2), body: Body::PeopleScreened(Box::new(screening)) },
        bank("bank:listed", 3, "ivan", 5_000),
        bank("bank:in", 10, "carousel", 500_000),
        bank("bank:back", 60, "carousel", -490_000),
    ];
    life.extend((0..4).map(|number| bank(&format!("bank:small{number}"), 20 + 24 * number, "mules", 950_000)));
    life.extend((0..30).map(|number| attempt(&format!("auth:{number}"), 200, AuthorisationOutcome::Failed)));
    life
}

fn found(tables: &Tables, kind: RiskKind) -> Vec<String> {
    let of_kind = tables.scores.values().filter(|score| score.kind == kind);
    let name = |subject: &Subject| subject.to_string();
    let first = |score: &domain::Score| {
        let reasons = score.reasons.iter().filter(|reason| reason.name != "base rate");
        reasons.map(|reason| reason.name.as_str()).collect::<Vec<&str>>().join(" + ")
    };
    of_kind.map(|score| format!("{}: {}", name(&score.subject), first(score))).collect()
}

#[test]
fn what_is_found_has_a_score_with_its_reasons_and_what_is_not_has_none() {
    let tables = Tables::after(&[life()]);
    let expected = [
        "transaction/bank:back: money that returned",
        "transaction/bank:listed: listed person or company",
        "transaction/bank:small2: amounts just under a threshold",
        "transaction/bank:small3: amounts just under a threshold",
    ];
    assert_eq!(found(&tables, RiskKind::Compliance), expected);
    let more = |name: &str| {
        let key = (Subject::Transaction(RecordId::from(name)), RiskKind::Compliance);
        tables.scores[&key].probability
    };
    assert!(more("bank:small3") > more("bank:small2"), "a further one is worse");
    assert_eq!(found(&tables, RiskKind::System), ["business: payment failures"]);
}

#[test]
fn without_rules_and_lists_nothing_of_it_is_scored() {
    let told = |event: &Event| !matches!(event.body, Body::WatchRulesInstalled(_) | Body::PeopleScreened(_));
    let tables = Tables::after(&[life().into_iter().filter(told).collect()]);
    assert_eq!(found(&tables, RiskKind::Compliance), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_batch_or_many_leave_the_same_scores(places in prop::collection::vec(any::<bool>(), 60)) {
        let mut batches = vec![Vec::new()];
        for (event, cut) in life().into_iter().zip(places) {
            if cut {
                batches.push(Vec::new());
            }
            batches.last_mut().unwrap().push(event);
        }
        let (one, many) = (Tables::after(&[batches.concat()]), Tables::after(&batches));
        prop_assert_eq!(format!("{:?}", one.scores), format!("{:?}", many.scores));
        prop_assert_eq!(format!("{:?}", one.features), format!("{:?}", many.features));
    }
}

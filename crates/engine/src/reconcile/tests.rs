//! The header's example. The rules and their near misses stand as cases in `crates/engine/tests/cases/reconcile`.

use super::*;
use crate::document::{Document, Kind, SalesDocument, SalesKind};
use domain::{Currency, ExceptionRule, Money, ProcessorCategory, ProcessorLine};

struct Nobody;

impl WhoIsWho for Nobody {
    fn party_of_customer(&self, _: Token) -> Option<&PartyId> {
        None
    }

    fn party(&self, _: &PartyId) -> Option<&Party> {
        None
    }
}

const HUNDRED: Money = Money::new(10_000, Currency::GBP);

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * 3_600).unwrap()
}

fn order() -> Document {
    let sales = SalesDocument {
        number: "1".to_owned(),
        kind: SalesKind::Sale,
        buyer: None,
        country: domain::WrittenCountry::default(),
        lines: vec![],
        total: HUNDRED,
        due: HUNDRED,
    };
    Document { id: RecordId::from("shop:1"), at: at(0), kind: Kind::Sales(sales) }
}

fn payment(id: &str, hour: i64) -> Document {
    let line = ProcessorLine {
        category: ProcessorCategory::Charge,
        gross: HUNDRED,
        fee: Money::zero(Currency::GBP),
        net: HUNDRED,
        source_id: id.to_owned(),
        charge: None,
        payout: None,
        payout_at: None,
        order_reference: Some("1".to_owned()),
        customer: None,
        description: String::new(),
        presentment: None,
        card_country: None,
    };
    Document { id: RecordId::from(id), at: at(hour), kind: Kind::Processor(line) }
}

#[test]
fn the_example_by_hand() {
    let mut items = Items::default();
    items.take(&payment("second", 3), None);
    items.take(&payment("first", 1), None);
    items.take(&order(), Some(&PartyId::from("buyer")));
    let standing = reconcile(&items, &Nobody, &Rates::default(), &Policy::default(), at(24));
    let paid: Vec<&str> = standing.settlements().flat_map(|s| &s.by).map(|share| share.record.0.as_str()).collect();
    assert_eq!(paid, ["first"]);
    let raised: Vec<_> = standing.exceptions().map(|e| (e.rule, e.record.0.as_str(), e.money_at_risk)).collect();
    assert_eq!(raised, [(ExceptionRule::DuplicateCharge, "second", HUNDRED)]);
}

//! The header's example: most of a customer's orders tell whose they are.

use super::*;
use crate::document::SalesKind;
use domain::{Currency, Money, ProcessorCategory, RecordId, WrittenCountry};

const CUSTOMER: Token = Token([9; 16]);

fn sale(number: &str, buyer: u8) -> Document {
    let sales = SalesDocument {
        number: number.to_owned(),
        kind: SalesKind::Sale,
        buyer: Some(Token([buyer; 16])),
        country: WrittenCountry::of("France"),
        lines: vec![],
        total: Money::zero(Currency::GBP),
        due: Money::zero(Currency::GBP),
    };
    Document { id: RecordId::from(number), at: Timestamp::UNIX_EPOCH, kind: Kind::Sales(sales) }
}

fn payment_naming(order: &str) -> Document {
    let zero = Money::zero(Currency::GBP);
    let line = ProcessorLine {
        category: ProcessorCategory::Charge,
        gross: zero,
        fee: zero,
        net: zero,
        source_id: String::new(),
        charge: None,
        payout: None,
        payout_at: None,
        order_reference: Some(order.to_owned()),
        customer: Some(CUSTOMER),
        description: String::new(),
        presentment: None,
        card_country: None,
    };
    Document { id: RecordId::from(format!("payment {order}")), at: Timestamp::UNIX_EPOCH, kind: Kind::Processor(line) }
}

#[test]
fn the_example_by_hand() {
    let mut links = Links::default();
    let [b, c] = [1, 2].map(|buyer: u8| PartyId::from(format!("buyer:{}", Token([buyer; 16]))));
    for document in [sale("1", 1), sale("2", 1), sale("3", 2)] {
        links.link(&document);
    }
    assert_eq!(links.party_of_customer(CUSTOMER), None, "nothing paid yet");
    links.link(&payment_naming("3"));
    assert_eq!(links.party_of_customer(CUSTOMER), Some(&c));
    links.link(&payment_naming("1"));
    assert_eq!(links.party_of_customer(CUSTOMER), None, "as many orders of either: nobody");
    links.link(&payment_naming("2"));
    assert_eq!(links.party_of_customer(CUSTOMER), Some(&b));
}

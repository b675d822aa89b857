//! The header's example, and its way back.

use super::*;
use crate::document::{Document, Kind, SalesDocument, SalesKind, SalesLine};
use domain::{Account, Currency, Entry, LineNature, Money, RecordId, Settlement, SettlementKind, Share};
use jiff::Timestamp;

fn line(stock_code: &str, pence: i64, nature: LineNature) -> SalesLine {
    SalesLine { stock_code: stock_code.to_owned(), quantity: 1, amount: Money::new(pence, Currency::GBP), nature }
}

fn sums(entry: &Entry) -> Vec<(&'static str, i64)> {
    entry.postings.iter().map(|posting| (posting.account.name(), posting.amount.minor)).collect()
}

#[test]
fn the_example_by_hand() {
    let postage = LineNature::Booked(Account::ShippingIncome);
    let sale = SalesDocument {
        number: "1".to_owned(),
        kind: SalesKind::Sale,
        buyer: None,
        country: domain::WrittenCountry::default(),
        lines: vec![line("LAMP", 100, LineNature::Goods), line("POST", 500, postage)],
        total: Money::new(600, Currency::GBP),
        due: Money::new(600, Currency::GBP),
    };
    let document = Document { id: RecordId::from("shop:1"), at: Timestamp::UNIX_EPOCH, kind: Kind::Sales(sale) };
    let entry = post_document(&document).unwrap();
    assert_eq!(entry.id.0, "sale/shop:1");
    assert_eq!(sums(&entry), [("receivables", 600), ("sales", -100), ("shipping_income", -500)]);
}

#[test]
fn a_settlement_taken_back_is_a_linked_reversal() {
    let share = |record: &str| Share { record: RecordId::from(record), amount: Money::new(600, Currency::GBP) };
    let paid = Settlement {
        id: "order-paid/shop:1".to_owned(),
        kind: SettlementKind::OrderPaid,
        reason: String::new(),
        settled: vec![share("shop:1")],
        by: vec![share("stripe:1")],
        withdrawn: false,
    };
    let entry = post_settlement(&paid, 0, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(sums(&entry), [("receivables", -600), ("payments_unapplied", 600)]);
    let back = reverse_settlement(&paid, 0, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(sums(&back), [("receivables", 600), ("payments_unapplied", -600)]);
    assert_eq!(back.reverses.as_ref(), Some(&entry.id));
    assert_ne!(back.id, entry.id);
}

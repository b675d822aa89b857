//! The header's example, and its way back.

use super::*;
use crate::document::{Document, Kind, SalesDocument, SalesKind, SalesLine};
use domain::seller::{SellerRule, Sellers};
use domain::{
    Account, Currency, Entry, LineNature, Money, PostingRole, PostingRule, ProcessorCategory, ProcessorLine, RecordId,
    Settlement, SettlementKind, Share,
};
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
    let entry = post_document(rules(&[]), &document).unwrap();
    assert_eq!(entry.id.0, "sale/shop:1");
    assert_eq!(sums(&entry), [("receivables", 600), ("sales", -100), ("shipping_income", -500)]);
}

#[test]
fn a_settlement_taken_back_is_a_linked_reversal() {
    let share = |record: &str| Share { record: RecordId::from(record), amount: Money::new(600, Currency::GBP) };
    let paid = Settlement {
        id: "order-paid/shop:1".into(),
        kind: SettlementKind::OrderPaid,
        reason: "".into(),
        seller: None,
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

fn processor_line(category: ProcessorCategory, gross: i64) -> Document {
    let money = |minor| Money::new(minor, Currency::GBP);
    let line = ProcessorLine {
        category,
        gross: money(gross),
        fee: money(10),
        net: money(gross - 10),
        source_id: String::new(),
        charge: None,
        payout: None,
        payout_at: None,
        order_reference: None,
        customer: None,
        description: String::new(),
        presentment: None,
        card_country: None,
    };
    Document { id: RecordId::from("stripe:1"), at: Timestamp::UNIX_EPOCH, kind: Kind::Processor(line) }
}

/// Every account that an entry moves stands in the rows of its rule, and every row of these rules says something that
/// happens.
#[test]
fn the_table_is_what_the_code_does() {
    use ProcessorCategory::{Adjustment, Charge, Dispute, DisputeReversal, Fee, Payout, Refund, Reserve, Transfer};
    let lines = [
        (Charge, 500),
        (Refund, -500),
        (Payout, -500),
        (Dispute, -500),
        (DisputeReversal, 500),
        (Fee, -500),
        (Adjustment, 500),
        (Reserve, -500),
        (Transfer, -500),
    ];
    let mut entries: Vec<Entry> = lines
        .into_iter()
        .filter_map(|(category, gross)| post_document(rules(&[]), &processor_line(category, gross)))
        .collect();
    let share =
        |record: &str, minor| vec![Share { record: RecordId::from(record), amount: Money::new(minor, Currency::GBP) }];
    for kind in SettlementKind::ALL {
        // A seller is paid by what leaves the bank, and what comes back is of the other sign.
        let (settled, by) = match kind {
            SettlementKind::SellerPaid | SettlementKind::TransferReturned => (600, -600),
            SettlementKind::BankPaymentReturned => (-600, 600),
            _ => (600, 600),
        };
        let (settled, by) = (share("a", settled), share("b", by));
        let (id, reason, seller) = ("".into(), "".into(), None);
        let settlement = Settlement { id, kind, reason, seller, settled, by, withdrawn: false };
        entries.extend(post_settlement(&settlement, 0, Timestamp::UNIX_EPOCH));
    }
    assert_eq!(
        entries.len(),
        lines.len() + SettlementKind::ALL.len() - 4,
        "four move nothing: an order cancelled, a payout drawn, two ways of coming back"
    );
    for entry in &entries {
        let rows: Vec<&Row> = TABLE.iter().filter(|row| row.rule == entry.rule).collect();
        let moved: Vec<&str> = entry.postings.iter().map(|posting| posting.account.name()).collect();
        for account in &moved {
            assert!(rows.iter().any(|row| [row.debit, row.credit].contains(account)), "{}: {account}", entry.rule);
        }
        for row in rows
            .iter()
            .filter(|row| !["difference of rates", "paid into a balance of another currency"].contains(&row.part))
        {
            assert!(moved.contains(&row.debit) || moved.contains(&row.credit), "{row:?}");
        }
    }
    for row in TABLE.iter().filter(|row| row.role.is_some()) {
        let account = row.role.map(|role| role.account().name()).unwrap();
        assert!([row.debit, row.credit].contains(&account), "{row:?}");
    }
}

fn rules(postings: &[PostingRule]) -> Rules<'_> {
    static NONE: std::sync::LazyLock<Sellers> = std::sync::LazyLock::new(Sellers::default);
    Rules { postings, sellers: &NONE }
}

/// Of another's goods the marketplace earns its commission, and owes the rest; what is credited goes back the same way.
#[test]
fn a_sellers_goods_are_owed_to_the_seller_less_the_commission() {
    let rule = SellerRule {
        stock_code: "LAMP*".to_owned(),
        seller: "Lamps Ltd".to_owned(),
        from: None,
        commission_ppm: 125_000,
    };
    let known = Sellers::of(&[rule]);
    let sellers = Rules { postings: &[], sellers: &known };
    let mut sale = SalesDocument {
        number: "1".to_owned(),
        kind: SalesKind::Sale,
        buyer: None,
        country: domain::WrittenCountry::default(),
        lines: vec![line("LAMP", 1_000, LineNature::Goods), line("BOWL", 300, LineNature::Goods)],
        total: Money::new(1_300, Currency::GBP),
        due: Money::new(1_300, Currency::GBP),
    };
    let posted = |sale: &SalesDocument| {
        let kind = Kind::Sales(sale.clone());
        let document = Document { id: RecordId::from("shop:1"), at: Timestamp::UNIX_EPOCH, kind };
        sums(&post_document(sellers, &document).unwrap())
    };
    let expected = [("receivables", 1_300), ("seller_payables", -875), ("sales", -300), ("commission_income", -125)];
    assert_eq!(posted(&sale), expected);
    sale.kind = SalesKind::CreditNote;
    sale.lines = vec![line("LAMP", -1_000, LineNature::Goods)];
    assert_eq!(posted(&sale), [("receivables", -1_000), ("seller_payables", 875), ("commission_income", 125)]);
}

/// A fee stands on another account from a day on; the processor's balance stays what it is.
#[test]
fn the_policy_moves_a_part_from_a_day_on() {
    let rule = |from: &str| PostingRule {
        role: PostingRole::FeeOfLine,
        source: Some("stripe".to_owned()),
        from: Some(from.parse().unwrap()),
        account: Account::BankCharges,
    };
    let document = processor_line(ProcessorCategory::Charge, 500);
    let entry = post_document(rules(&[rule("1970-01-01")]), &document).unwrap();
    assert_eq!(sums(&entry), [("processor_balance", 490), ("payments_unapplied", -500), ("bank_charges", 10)]);
    let before = post_document(rules(&[rule("1970-01-02")]), &document).unwrap();
    assert_eq!(sums(&before), [("processor_balance", 490), ("payments_unapplied", -500), ("processor_fees", 10)]);
}

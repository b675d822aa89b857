//! The days of a marketplace's sellers, from the records of the books: whose goods a line is says the policy's table of
//! sellers.
//!
//! The rules:
//! - A line of goods that the table gives to a seller is a sale of that seller; in a credit note it is a refund.
//! - Money that a buyer's bank took back is spread over all lines of its order by their amounts, to the minor unit; what
//!   falls on the business's own lines is the business's. A dispute that was won takes it back on its day.
//! - An order came late where one of its parcels came after the promised day.
//! - Money in other currencies than that of the books is left out and counted.
//!
//! Whatever the order of arrival, the same records make the same days.
//!
//! Example: an order of 60.00 of A and 40.00 of the business's own; of 10.00 that are taken back 6.00 are A's.

use super::one_sum::spread;
use super::sellers::{Seller, SellerDay, SellerSale};
use crate::document::{Document, Kind, SalesDocument, SalesKind};
use domain::seller::{self, SellerRule};
use domain::{Currency, LineNature, Money, ProcessorCategory, ProcessorLine, RecordId, Shipment};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// What was read so far.
#[derive(Clone, Debug)]
pub struct BookSellers {
    rules: seller::Sellers,
    currency: Currency,
    /// By the shop's number, then by record: an order may come in several.
    orders: BTreeMap<String, BTreeMap<RecordId, Order>>,
    /// Refunds: by record.
    credited: BTreeMap<RecordId, (Date, BTreeMap<String, i64>)>,
    order_of_charge: BTreeMap<String, String>,
    disputes: BTreeMap<RecordId, Dispute>,
    late: BTreeSet<String>,
    /// Documents in other currencies.
    pub left_out: usize,
}

#[derive(Clone, Debug)]
struct Order {
    day: Date,
    buyer: String,
    /// By seller; the business's own under the empty name.
    shares: BTreeMap<String, i64>,
}

#[derive(Clone, Debug)]
struct Dispute {
    day: Date,
    order: Option<String>,
    charge: Option<String>,
    /// Negative where one was won.
    minor: i64,
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl BookSellers {
    /// Of a marketplace with this table of sellers.
    pub fn new(rules: &[SellerRule], currency: Currency) -> Self {
        Self {
            rules: seller::Sellers::of(rules),
            currency,
            orders: BTreeMap::new(),
            credited: BTreeMap::new(),
            order_of_charge: BTreeMap::new(),
            disputes: BTreeMap::new(),
            late: BTreeSet::new(),
            left_out: 0,
        }
    }

    /// Takes a document in.
    pub fn take(&mut self, document: &Document) {
        match &document.kind {
            Kind::Sales(sales) => self.sales(document, sales),
            Kind::Processor(line) => self.processor(document, line),
            _ => {}
        }
    }

    /// Takes a parcel in.
    pub fn parcel(&mut self, of: &Shipment) {
        if of.delivered.zip(of.promised).is_some_and(|(came, promised)| came > promised) {
            self.late.insert(of.order_reference.clone());
        }
    }

    fn sales(&mut self, document: &Document, sales: &SalesDocument) {
        if !matches!(sales.kind, SalesKind::Sale | SalesKind::CreditNote) {
            return;
        }
        if sales.total.currency != self.currency {
            self.left_out += 1;
            return;
        }
        let day = day_of(document.at);
        let mut shares: BTreeMap<String, i64> = BTreeMap::new();
        for line in &sales.lines {
            let rule = self.rules.seller_of(&line.stock_code, day).filter(|_| line.nature == LineNature::Goods);
            let seller = rule.map(|rule| rule.seller.clone()).unwrap_or_default();
            *shares.entry(seller).or_default() += line.amount.minor;
        }
        if sales.kind == SalesKind::CreditNote {
            self.credited.insert(document.id.clone(), (day, shares));
            return;
        }
        // As parties are named.
        let buyer = sales.buyer.map_or_else(|| format!("guest:{}", document.id), |token| format!("buyer:{token}"));
        let of_number = self.orders.entry(sales.number.clone()).or_default();
        of_number.insert(document.id.clone(), Order { day, buyer, shares });
    }

    fn processor(&mut self, document: &Document, line: &ProcessorLine) {
        let sign = match line.category {
            ProcessorCategory::Charge => {
                let charge = line.charge.as_ref().unwrap_or(&line.source_id);
                if let Some(order) = &line.order_reference {
                    self.order_of_charge.insert(charge.clone(), order.clone());
                }
                return;
            }
            ProcessorCategory::Dispute => 1,
            ProcessorCategory::DisputeReversal => -1,
            _ => return,
        };
        if line.gross.currency != self.currency {
            self.left_out += 1;
            return;
        }
        let (day, minor) = (day_of(document.at), sign * Money::abs(line.gross).minor);
        let (order, charge) = (line.order_reference.clone(), line.charge.clone());
        self.disputes.insert(document.id.clone(), Dispute { day, order, charge, minor });
    }

    /// The sellers, by name.
    pub fn sellers(&self) -> Vec<Seller> {
        let mut days: BTreeMap<String, BTreeMap<Date, SellerDay>> = BTreeMap::new();
        let mut sales: BTreeMap<String, Vec<SellerSale>> = BTreeMap::new();
        let mut add = |seller: &str, day: Date, change: &dyn Fn(&mut SellerDay)| {
            if !seller.is_empty() {
                change(days.entry(seller.to_owned()).or_default().entry(day).or_insert_with(|| nothing(day)));
            }
        };
        for (number, records) in &self.orders {
            let late = u32::from(self.late.contains(number));
            for (record, order) in records {
                for (seller, minor) in order.shares.iter().filter(|(seller, _)| !seller.is_empty()) {
                    add(seller, order.day, &|day| {
                        day.sales += minor;
                        day.orders += 1;
                        day.late += late;
                    });
                    let (transaction, buyer) = (record.to_string(), order.buyer.clone());
                    let sale = SellerSale { day: order.day, transaction, buyer, minor: *minor };
                    sales.entry(seller.clone()).or_default().push(sale);
                }
            }
        }
        for (day, shares) in self.credited.values() {
            shares.iter().for_each(|(seller, minor)| add(seller, *day, &|day| day.refunds -= minor));
        }
        for dispute in self.disputes.values() {
            for (seller, minor) in self.shared(dispute) {
                add(&seller, dispute.day, &|day| day.chargebacks += minor);
            }
        }
        let seller = |(name, days): (String, BTreeMap<Date, SellerDay>)| {
            let mut sales = sales.remove(&name).unwrap_or_default();
            sales.sort();
            Seller { name, segment: String::new(), days: days.into_values().collect(), sales }
        };
        days.into_iter().map(seller).collect()
    }

    /// A dispute by seller; nobody's where its order is not known.
    fn shared(&self, dispute: &Dispute) -> Vec<(String, i64)> {
        let of_charge = || self.order_of_charge.get(dispute.charge.as_ref()?);
        let Some(records) = dispute.order.as_ref().or_else(of_charge).and_then(|order| self.orders.get(order)) else {
            return Vec::new();
        };
        let mut shares: BTreeMap<&str, i64> = BTreeMap::new();
        for (seller, minor) in records.values().flat_map(|order| &order.shares) {
            *shares.entry(seller).or_default() += minor;
        }
        let weights: Vec<i64> = shares.values().map(|minor| (*minor).max(0)).collect();
        let parts = spread(dispute.minor.abs(), &weights).unwrap_or_default();
        let of = |(seller, part): (&str, i64)| (seller.to_owned(), part * dispute.minor.signum());
        shares.into_keys().zip(parts).map(of).collect()
    }
}

fn nothing(day: Date) -> SellerDay {
    SellerDay { day, sales: 0, refunds: 0, chargebacks: 0, orders: 0, late: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SalesLine;
    use domain::{Token, WrittenCountry};
    use jiff::civil::date;

    fn rules() -> Vec<SellerRule> {
        let rule = |code: &str, seller: &str| SellerRule {
            stock_code: code.to_owned(),
            seller: seller.to_owned(),
            from: None,
            commission_ppm: 100_000,
        };
        vec![rule("A*", "ann"), rule("B*", "bob")]
    }

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::GBP)
    }

    fn document(id: &str, day: i8, kind: Kind) -> Document {
        let at = date(2025, 3, day).to_zoned(TimeZone::UTC).unwrap().timestamp();
        Document { id: RecordId::from(id), at, kind }
    }

    fn sales(id: &str, day: i8, number: &str, kind: SalesKind, lines: &[(&str, i64)]) -> Document {
        let line = |(code, minor): &(&str, i64)| SalesLine {
            stock_code: (*code).to_owned(),
            quantity: 1,
            amount: money(*minor),
            nature: LineNature::Goods,
        };
        let total = money(lines.iter().map(|(_, minor)| minor).sum());
        let sale = SalesDocument {
            number: number.to_owned(),
            kind,
            buyer: Some(Token::default()),
            country: WrittenCountry::of("United Kingdom"),
            lines: lines.iter().map(line).collect(),
            total,
            due: total,
        };
        document(id, day, Kind::Sales(sale))
    }

    fn processor(id: &str, day: i8, category: ProcessorCategory, order: Option<&str>, gross: i64) -> Document {
        let line = ProcessorLine {
            card_country: None,
            category,
            gross: money(gross),
            fee: money(0),
            net: money(gross),
            source_id: "ch_1".to_owned(),
            charge: Some("ch_1".to_owned()),
            payout: None,
            payout_at: None,
            order_reference: order.map(str::to_owned),
            customer: None,
            description: String::new(),
            presentment: None,
        };
        document(id, day, Kind::Processor(line))
    }

    fn documents() -> Vec<Document> {
        vec![
            sales("shop:1", 1, "1", SalesKind::Sale, &[("A1", 6_000), ("own", 4_000)]),
            sales("shop:2", 2, "2", SalesKind::Sale, &[("A2", 500), ("B1", 700)]),
            sales("shop:C2", 5, "C2", SalesKind::CreditNote, &[("A2", -500)]),
            processor("pay:1", 1, ProcessorCategory::Charge, Some("1"), 10_000),
            processor("pay:2", 20, ProcessorCategory::Dispute, None, -1_001),
        ]
    }

    fn told(documents: &[Document]) -> Vec<Seller> {
        let rules = rules();
        let mut book = BookSellers::new(&rules, Currency::GBP);
        documents.iter().for_each(|document| book.take(document));
        let late = Shipment {
            order_reference: "2".to_owned(),
            carrier: String::new(),
            tracking: String::new(),
            state: domain::ShipmentState::Delivered,
            shipped: None,
            delivered: Some(Timestamp::from_second(90).unwrap()),
            promised: Some(Timestamp::from_second(60).unwrap()),
            cost: None,
        };
        book.parcel(&late);
        book.sellers()
    }

    #[test]
    fn by_hand_in_any_order() {
        let mut all = documents();
        let sellers = told(&all);
        let names: Vec<&str> = sellers.iter().map(|seller| seller.name.as_str()).collect();
        assert_eq!(names, ["ann", "bob"], "the business's own goods are no seller's");
        let ann: Vec<(i8, i64, i64, i64, u32)> = sellers[0]
            .days
            .iter()
            .map(|day| (day.day.day(), day.sales, day.refunds, day.chargebacks, day.late))
            .collect();
        // Of 10.01 six tenths are 6.006: 6.01 by the larger remainder, and 4.00 the business's own.
        assert_eq!(ann, [(1, 6_000, 0, 0, 0), (2, 500, 0, 0, 1), (5, 0, 500, 0, 0), (20, 0, 0, 601, 0)]);
        assert_eq!(sellers[0].sales.len(), 2);
        all.reverse();
        assert_eq!(sellers, told(&all));
    }

    #[test]
    fn a_dispute_that_was_won_is_taken_back_and_another_currency_is_counted() {
        let mut all = documents();
        all.push(processor("pay:3", 25, ProcessorCategory::DisputeReversal, None, 1_001));
        let sellers = told(&all);
        assert_eq!(sellers[0].days.iter().map(|day| day.chargebacks).sum::<i64>(), 0);
        let rules = rules();
        let mut book = BookSellers::new(&rules, Currency::EUR);
        documents().iter().for_each(|document| book.take(document));
        assert_eq!((book.left_out, book.sellers().len()), (4, 0));
    }
}

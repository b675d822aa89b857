//! The days of a marketplace's sellers, from the records of the books: whose goods a line is says the policy's table of
//! sellers.
//!
//! The rules:
//! - A line of goods that the table gives to a seller is a sale of that seller; in a credit note it is a refund.
//! - Money that a buyer's bank took back is spread over all lines of its order by their amounts, to the minor unit; what
//!   falls on the business's own lines is the business's. A dispute that was won takes it back on its day.
//! - An order came late where one of its parcels came after the promised day.
//! - Money in other currencies than that of the books is worth what the last rate before its day says; without a rate it
//!   is left out and counted.
//!
//! Whatever the order of arrival, the same records and rates make the same days.
//!
//! Example: an order of 60.00 of A and 40.00 of the business's own; of 10.00 that are taken back 6.00 are A's.

use super::one_sum::spread;
use super::sellers::{Seller, SellerDay, SellerSale};
use crate::document::{Document, Kind, SalesDocument, SalesKind};
use crate::rates::Rates;
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
    credited: BTreeMap<RecordId, Shares>,
    order_of_charge: BTreeMap<String, String>,
    disputes: BTreeMap<RecordId, Dispute>,
    late: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Order {
    buyer: String,
    shares: Shares,
}

/// Of one document.
#[derive(Clone, Debug)]
struct Shares {
    day: Date,
    currency: Currency,
    /// By seller; the business's own under the empty name.
    minor: BTreeMap<String, i64>,
}

impl Shares {
    /// In another currency; none where there is no rate.
    fn told_in(&self, currency: Currency, rates: &Rates) -> Option<BTreeMap<String, i64>> {
        let told = |(seller, minor): (&String, &i64)| {
            let money = Money::new(*minor, self.currency);
            let told = if self.currency == currency { money } else { rates.convert(money, currency, self.day)? };
            Some((seller.clone(), told.minor))
        };
        self.minor.iter().map(told).collect()
    }
}

#[derive(Clone, Debug)]
struct Dispute {
    day: Date,
    order: Option<String>,
    charge: Option<String>,
    /// Negative where one was won.
    money: Money,
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
        let (day, currency) = (day_of(document.at), sales.total.currency);
        let mut minor: BTreeMap<String, i64> = BTreeMap::new();
        for line in &sales.lines {
            let rule = self.rules.seller_of(&line.stock_code, day).filter(|_| line.nature == LineNature::Goods);
            let seller = rule.map(|rule| rule.seller.clone()).unwrap_or_default();
            *minor.entry(seller).or_default() += line.amount.minor;
        }
        let shares = Shares { day, currency, minor };
        if sales.kind == SalesKind::CreditNote {
            self.credited.insert(document.id.clone(), shares);
            return;
        }
        // As parties are named.
        let buyer = sales.buyer.map_or_else(|| format!("guest:{}", document.id), |token| format!("buyer:{token}"));
        let of_number = self.orders.entry(sales.number.clone()).or_default();
        of_number.insert(document.id.clone(), Order { buyer, shares });
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
        let money = Money::new(sign * Money::abs(line.gross).minor, line.gross.currency);
        let (order, charge) = (line.order_reference.clone(), line.charge.clone());
        self.disputes.insert(document.id.clone(), Dispute { day: day_of(document.at), order, charge, money });
    }

    /// The sellers, by name, and how many documents no rate is known for.
    pub fn sellers(&self, rates: &Rates) -> (Vec<Seller>, usize) {
        let mut left_out = 0;
        let mut told = |shares: &Shares| {
            let told = shares.told_in(self.currency, rates);
            left_out += usize::from(told.is_none());
            told.unwrap_or_default()
        };
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
                let day = order.shares.day;
                for (seller, minor) in told(&order.shares).into_iter().filter(|(seller, _)| !seller.is_empty()) {
                    add(&seller, day, &|day| {
                        day.sales += minor;
                        day.orders += 1;
                        day.late += late;
                    });
                    let (transaction, buyer) = (record.to_string(), order.buyer.clone());
                    sales.entry(seller).or_default().push(SellerSale { day, transaction, buyer, minor });
                }
            }
        }
        for shares in self.credited.values() {
            told(shares).iter().for_each(|(seller, minor)| add(seller, shares.day, &|day| day.refunds -= minor));
        }
        for dispute in self.disputes.values() {
            let shares = self.shared(dispute);
            told(&shares).iter().for_each(|(seller, minor)| add(seller, shares.day, &|day| day.chargebacks += minor));
        }
        let seller = |(name, days): (String, BTreeMap<Date, SellerDay>)| {
            let mut sales = sales.remove(&name).unwrap_or_default();
            sales.sort();
            Seller { name, segment: String::new(), days: days.into_values().collect(), sales }
        };
        (days.into_iter().map(seller).collect(), left_out)
    }

    /// A dispute by seller; the business's own where its order is not known.
    fn shared(&self, dispute: &Dispute) -> Shares {
        let Dispute { day, money: Money { minor, currency }, .. } = *dispute;
        let of_charge = || self.order_of_charge.get(dispute.charge.as_ref()?);
        let order = dispute.order.as_ref().or_else(of_charge);
        let mut sold: BTreeMap<&str, i64> = BTreeMap::new();
        for order in order.and_then(|order| self.orders.get(order)).into_iter().flat_map(BTreeMap::values) {
            order.shares.minor.iter().for_each(|(seller, minor)| *sold.entry(seller).or_default() += minor);
        }
        let weights: Vec<i64> = sold.values().map(|minor| (*minor).max(0)).collect();
        let shares = match spread(minor.abs(), &weights) {
            Some(parts) => {
                let of = |(seller, part): (&str, i64)| (seller.to_owned(), part * minor.signum());
                sold.into_keys().zip(parts).map(of).collect()
            }
            None => BTreeMap::from([(String::new(), minor)]),
        };
        Shares { day, currency, minor: shares }
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
        book.sellers(&Rates::default()).0
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
    }

    #[test]
    fn another_currency_is_worth_what_the_day_before_says_and_without_a_rate_it_is_counted() {
        let mut book = BookSellers::new(&rules(), Currency::EUR);
        documents().iter().for_each(|document| book.take(document));
        let (nobody, left_out) = book.sellers(&Rates::default());
        assert_eq!((nobody.len(), left_out), (0, 4), "three orders and notes, and a dispute");
        let mut rates = Rates::default();
        let pounds = vec![(Currency::GBP, rust_decimal::Decimal::new(8, 1))];
        let sheet = domain::RateSheet { date: date(2025, 2, 28), base: Currency::EUR, rates: pounds };
        rates.add(domain::RateProvider::EuropeanCentralBank, sheet).unwrap();
        let (sellers, left_out) = book.sellers(&rates);
        let sold: Vec<i64> = sellers[0].days.iter().map(|day| day.sales).collect();
        assert_eq!(sold, [7_500, 625, 0], "60.00 and 5.00 at 0.80");
        assert_eq!(left_out, 1, "20 March is more than a week after the rate");
    }
}

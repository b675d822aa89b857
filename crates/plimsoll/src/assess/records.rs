//! What the records of a data directory say of a year beside its ledger: parcels, reviews, disputes, payouts, stock, and
//! how soon goods come back.

use super::ledger::counted;
use domain::{
    Body, Content, Currency, Label, ProcessorCategory, ProcessorLine, Record, Review, Shipment, ShipmentState,
    StockMovement, StockReason,
};
use engine::assess::Fact;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use store::Reader;

/// Goods that were not sold for so long are aged.
const AGED_DAYS: i64 = 180;

/// What was read.
struct Seen {
    year: (Date, Date),
    currency: Currency,
    orders: u32,
    /// By order and number of the parcel: the newest word.
    parcels: BTreeMap<(String, String), Shipment>,
    reviews: [u32; 2],
    disputes: [u32; 2],
    /// Days and payments.
    payouts: (i64, u32),
    /// By stock code: what is there, and when it was sold last.
    stock: BTreeMap<String, (i64, Option<Date>)>,
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Facts of the year; a thing that no record tells of is not told.
///
/// # Errors
/// As the reader.
pub fn facts(reader: &Reader, currency: Currency, year: (Date, Date)) -> anyhow::Result<Vec<Fact>> {
    let mut seen = Seen {
        year,
        currency,
        orders: 0,
        parcels: BTreeMap::new(),
        reviews: [0; 2],
        disputes: [0; 2],
        payouts: (0, 0),
        stock: BTreeMap::new(),
    };
    for batch in reader.batches() {
        let (_, batch) = batch?;
        for event in &batch.events {
            if let Body::Record(record) = &event.body {
                seen.take(record);
            }
        }
    }
    let mut facts = seen.facts();
    facts.extend(returns(reader, year)?);
    Ok(facts)
}

impl Seen {
    fn take(&mut self, record: &Record) {
        let day = day_of(record.at);
        if let Content::StockMovement(of) = &record.content {
            return self.stock(of, day);
        }
        if !(self.year.0..=self.year.1).contains(&day) {
            return;
        }
        match &record.content {
            Content::Invoice(invoice) => {
                let is_sale = invoice.lines.iter().any(|line| line.quantity > 0 && line.unit_price > Decimal::ZERO);
                self.orders += u32::from(is_sale);
            }
            Content::Shipment(of) => {
                self.parcels.insert((of.order_reference.clone(), of.tracking.clone()), of.clone());
            }
            Content::Review(of) => self.review(of),
            Content::Processor(of) => self.processor(of, day),
            _ => {}
        }
    }

    /// Two of five stars or fewer are negative.
    fn review(&mut self, of: &Review) {
        self.reviews[0] += 1;
        self.reviews[1] += u32::from(5 * u32::from(of.rating) <= 2 * u32::from(of.out_of));
    }

    fn processor(&mut self, of: &ProcessorLine, day: Date) {
        match of.category {
            ProcessorCategory::Dispute => self.disputes[0] += 1,
            ProcessorCategory::DisputeReversal => self.disputes[1] += 1,
            ProcessorCategory::Charge => {
                if let Some(at) = of.payout_at {
                    self.payouts.0 += i64::from((day_of(at) - day).get_days());
                    self.payouts.1 += 1;
                }
            }
            _ => {}
        }
    }

    fn stock(&mut self, of: &StockMovement, day: Date) {
        if day > self.year.1 {
            return;
        }
        let (quantity, sold) = self.stock.entry(of.stock_code.clone()).or_default();
        *quantity += of.quantity;
        if of.reason == StockReason::Sale {
            *sold = (*sold).max(Some(day));
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let mut told = Told { year: self.year, facts: Vec::new() };
        told.some("orders", self.orders, "invoices", self.orders);
        told.some("reviews", self.reviews[0], "reviews", self.reviews[0]);
        told.some("reviews_negative", self.reviews[1], "reviews of two stars or fewer", self.reviews[0]);
        // A processor whose payments are told tells its disputes too.
        told.some("disputes_opened", self.disputes[0], "the processor's disputes", self.payouts.1);
        told.some("disputes_won", self.disputes[1], "the processor's reversals of disputes", self.disputes[0]);
        told.some("payments_paid_out", self.payouts.1, "the processor's payments", self.payouts.1);
        if self.payouts.1 > 0 {
            told.number("days_until_payouts", self.payouts.0.to_f64(), "the processor's payments");
        }
        self.of_parcels(&mut told);
        self.of_stock(&mut told);
        told.facts
    }

    fn of_parcels(&self, told: &mut Told) {
        let all = || self.parcels.values();
        let count = |holds: &dyn Fn(&Shipment) -> bool| counted_of(all().filter(|of| holds(of)).count());
        let left = |of: &Shipment| !matches!(of.state, ShipmentState::Created | ShipmentState::Cancelled);
        let sent = count(&left);
        let promised = count(&|of| of.delivered.is_some() && of.promised.is_some());
        let on_time = count(&|of| of.delivered.zip(of.promised).is_some_and(|(came, promised)| came <= promised));
        told.some("parcels_sent", sent, "parcels", sent);
        told.some("parcels_lost", count(&|of| of.state == ShipmentState::Lost), "parcels", sent);
        told.some("parcels_delivered", promised, "parcels with a promised day", promised);
        told.some("parcels_on_time", on_time, "parcels with a promised day", promised);
        let costs = all().filter_map(|of| of.cost).filter(|cost| cost.currency == self.currency);
        let (minor, priced) = costs.fold((0_i64, 0), |(sum, count), cost| (sum + cost.minor, count + 1));
        if priced > 0 {
            let cost = domain::Money::new(minor, self.currency).to_decimal().to_f64();
            told.number("logistics_cost", cost, "what carriers charge");
        }
        let mut carriers: BTreeMap<&str, f64> = BTreeMap::new();
        all().filter(|of| left(of)).for_each(|of| *carriers.entry(of.carrier.as_str()).or_default() += 1.0);
        if sent > 0 {
            let hhi = carriers.values().map(|parcels| (parcels / f64::from(sent)).powi(2)).sum();
            told.number("carrier_concentration", Some(hhi), "parcels");
        }
    }

    fn of_stock(&self, told: &mut Told) {
        let listed = counted_of(self.stock.len());
        let old = self.year.1.checked_sub(AGED_DAYS.days()).unwrap_or(self.year.0);
        let out = self.stock.values().filter(|(quantity, _)| *quantity <= 0).count();
        let aged = self.stock.values().filter(|(quantity, sold)| *quantity > 0 && sold.is_none_or(|day| day < old));
        told.some("goods_in_stock_lists", listed, "stock movements", listed);
        told.some("goods_out_of_stock", counted_of(out), "stock movements", listed);
        told.some("goods_not_sold_in_180_days", counted_of(aged.count()), "stock movements", listed);
    }
}

/// Facts in the making.
struct Told {
    year: (Date, Date),
    facts: Vec<Fact>,
}

impl Told {
    /// A count, where there are records that could tell it.
    fn some(&mut self, name: &str, count: u32, source: &str, records: u32) {
        if records > 0 {
            self.number(name, Some(f64::from(count)), source);
        }
    }

    fn number(&mut self, name: &str, value: Option<f64>, source: &str) {
        self.facts.extend(value.map(|value| counted(name, self.year, value, source)));
    }
}

fn counted_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How soon goods came back: from a sale to the credit note that followed it.
fn returns(reader: &Reader, year: (Date, Date)) -> anyhow::Result<Vec<Fact>> {
    let labels: Vec<Label> = reader.labels()?;
    let sold: BTreeMap<_, Timestamp> = reader.features()?.into_iter().map(|row| (row.record, row.at)).collect();
    let (mut days, mut count) = (0.0, 0_u32);
    for label in labels.iter().filter(|label| (year.0..=year.1).contains(&day_of(label.known_at))) {
        if let Some(at) = sold.get(&label.record) {
            days += f64::from((day_of(label.known_at) - day_of(*at)).get_days());
            count += 1;
        }
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    let source = "credit notes after sales";
    Ok(vec![
        counted("days_until_returns", year, days, source),
        counted("goods_returned", year, f64::from(count), source),
    ])
}

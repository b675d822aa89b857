//! Sellers of a marketplace by their days: indicators of the last twelve months, a score by stated rules, what the
//! platform may lose on each to the minor unit, and on what terms each may borrow.
//!
//! Until sellers' failures have been seen, rules score them (a cold start): each says how much log-odds a point beyond
//! what is usual adds. Nothing of one seller depends on another, so the order of sellers changes nothing and a chargeback
//! moves its seller and the sum by the same money.
//!
//! Example: 30 days of sales of 1,000.00 and a probability of .10 with a loss of .45 put 45.00 at risk that the seller
//! fails.

use super::one_sum::{OneSum, leaves};
use super::platform::{PlatformRisk, platform};
use domain::Grade;
use jiff::ToSpan;
use jiff::civil::Date;
use learn::{log_odds_of, probability_of};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// Days of a year, of the exposure to a seller that fails, and of that to chargebacks, which come later.
pub(super) const YEAR: i64 = 365;
const EXPOSED: i64 = 30;
const CHARGEABLE: i64 = 120;
const WEEK: i64 = 7;
/// Silence counts up to so many days.
const MOST_SILENCE: i64 = 60;

/// One day of a seller, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SellerDay {
    /// Which.
    pub day: Date,
    /// Sold.
    pub sales: i64,
    /// Refunded.
    pub refunds: i64,
    /// Taken back by buyers' banks.
    pub chargebacks: i64,
    /// How many orders.
    pub orders: u32,
    /// How many of them came late.
    pub late: u32,
}

impl SellerDay {
    /// Both, of this day.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            day: self.day,
            sales: self.sales + other.sales,
            refunds: self.refunds + other.refunds,
            chargebacks: self.chargebacks + other.chargebacks,
            orders: self.orders + other.orders,
            late: self.late + other.late,
        }
    }
}

/// One sale of a seller, where its transactions are told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SellerSale {
    /// When.
    pub day: Date,
    /// Which.
    pub transaction: String,
    /// Who bought.
    pub buyer: String,
    /// How much, in minor units.
    pub minor: i64,
}

/// A seller.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seller {
    /// Who.
    pub name: String,
    /// Of which part of the business; may be empty.
    pub segment: String,
    /// By day, the oldest first.
    pub days: Vec<SellerDay>,
    /// Its sales, where transactions are told.
    pub sales: Vec<SellerSale>,
}

impl Seller {
    /// The last days up to `as_of`, itself among them.
    pub(super) fn within(&self, as_of: Date, days: i64) -> &[SellerDay] {
        let from = as_of.checked_sub((days - 1).days()).unwrap_or(Date::MIN);
        let known = self.days.partition_point(|day| day.day <= as_of);
        let first = self.days[..known].partition_point(|day| day.day < from);
        &self.days[first..known]
    }
}

/// The rules, as their file says them. Shares are in per cent.
#[derive(Clone, PartialEq, Debug)]
pub struct SellerTerms {
    /// Of a seller with nothing unusual.
    pub base_probability: f64,
    /// Lost of what is exposed where a seller fails.
    pub loss_given_failure: f64,
    /// By name of the indicator: what is usual, and the log-odds that one more adds.
    pub rules: BTreeMap<String, (f64, f64)>,
    /// Log-odds of a history shorter than `young_days`.
    pub young: f64,
    /// Days.
    pub young_days: i64,
    /// The ends of 0–5.
    pub scale: super::Scale,
    /// Loans: at most so many months of net sales, to nobody from so many points on.
    pub loan_months: f64,
    /// Points.
    pub loan_until_points: f64,
    /// Yearly, in hundredths of a per cent: what money costs, and the margin.
    pub funding_bps: f64,
    /// Hundredths of a per cent.
    pub margin_bps: f64,
}

/// What may be lost on a seller, by kind, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SellerLoss {
    /// It fails and orders of the last 30 days are paid back by the platform.
    pub failure: i64,
    /// Refunds to come of the last 30 days' sales, at the year's rate, were it to fail.
    pub refunds: i64,
    /// Chargebacks to come of the last 120 days' sales, at the year's rate.
    pub chargebacks: i64,
}

impl SellerLoss {
    /// All kinds.
    pub fn sum(self) -> i64 {
        self.failure + self.refunds + self.chargebacks
    }

    fn add(&mut self, other: Self) {
        self.failure += other.failure;
        self.refunds += other.refunds;
        self.chargebacks += other.chargebacks;
    }
}

/// A seller's slice.
#[derive(Clone, PartialEq, Debug)]
pub struct SellerRisk {
    /// Who.
    pub name: String,
    /// Of which part.
    pub segment: String,
    /// Sold in the last twelve months.
    pub sales: i64,
    /// By name; none where the days are too few to tell.
    pub indicators: Vec<(&'static str, Option<f64>)>,
    /// Of failing within a year.
    pub probability: f64,
    /// 0–5.
    pub points: f64,
    /// A–E.
    pub grade: Grade,
    /// What moved the log-odds, and by how much; they sum to its log-odds.
    pub reasons: Vec<(&'static str, f64)>,
    /// What may be lost.
    pub at_risk: SellerLoss,
    /// What it may borrow.
    pub loan_limit: i64,
    /// At which yearly rate, in hundredths of a per cent.
    pub rate_bps: f64,
}

/// All sellers, and what may be lost on them together.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sellers {
    /// By money at risk, the most first; equal ones by name.
    pub sellers: Vec<SellerRisk>,
    /// By segment.
    pub segments: BTreeMap<String, SellerLoss>,
    /// Together.
    pub at_risk: SellerLoss,
    /// The same from transactions up, where they are told.
    pub sum: OneSum,
    /// The platform; none without sellers.
    pub platform: Option<PlatformRisk>,
}

/// The indicators, in the order in which they are shown.
pub const SELLER_INDICATORS: [&str; 6] = ["growth", "volatility", "refund rate", "chargeback rate", "late", "silence"];

/// Sums of days.
#[derive(Clone, Copy, Default)]
struct Sums {
    sales: i64,
    refunds: i64,
    chargebacks: i64,
    orders: i64,
    late: i64,
}

fn sums<'a>(days: impl Iterator<Item = &'a SellerDay>) -> Sums {
    days.fold(Sums::default(), |sums, day| Sums {
        sales: sums.sales + day.sales,
        refunds: sums.refunds + day.refunds,
        chargebacks: sums.chargebacks + day.chargebacks,
        orders: sums.orders + i64::from(day.orders),
        late: sums.late + i64::from(day.late),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a ratio of two sums")]
fn percent(over: i64, under: i64) -> Option<f64> {
    (under > 0).then(|| 100.0 * over as f64 / under as f64)
}

/// Deviation over mean of the last 52 weeks' sales, in per cent; none where fewer than eight weeks are known.
fn volatility(year: &[SellerDay], as_of: Date) -> Option<f64> {
    let mut weeks = [0.0_f64; 52];
    let mut known = 0;
    for day in year {
        let back = usize::try_from(i64::from((as_of - day.day).get_days()) / WEEK).ok()?;
        if let Some(week) = weeks.get_mut(back) {
            #[expect(clippy::cast_precision_loss, reason = "a week's sales as a number to compare")]
            let sales = day.sales as f64;
            *week += sales;
            known = known.max(back + 1);
        }
    }
    let weeks = &weeks[..known];
    #[expect(clippy::cast_precision_loss, reason = "at most 52")]
    let count = weeks.len() as f64;
    let mean = weeks.iter().sum::<f64>() / count;
    let squares: f64 = weeks.iter().map(|week| (week - mean).powi(2)).sum();
    (weeks.len() >= 8 && mean > 0.0).then(|| 100.0 * (squares / (count - 1.0)).sqrt() / mean)
}

/// In the order of their names.
pub(super) fn indicators_of(seller: &Seller, as_of: Date) -> [Option<f64>; 6] {
    let year = seller.within(as_of, YEAR);
    let both = seller.within(as_of, 2 * YEAR);
    let (now, before) = (sums(year.iter()), sums(both[..both.len() - year.len()].iter()));
    // A growth needs the whole year before: its first day must be known.
    let reaches = seller.days.first().is_some_and(|day| i64::from((as_of - day.day).get_days()) >= 2 * YEAR - WEEK);
    let growth = percent(now.sales - before.sales, before.sales).filter(|_| reaches);
    let sold = year.iter().rev().find(|day| day.sales > 0);
    let silence = sold.map_or(MOST_SILENCE, |day| i64::from((as_of - day.day).get_days()).min(MOST_SILENCE));
    #[expect(clippy::cast_precision_loss, reason = "at most 60")]
    let silence = silence as f64;
    [
        growth.map(|growth| growth.clamp(-100.0, 100.0)),
        volatility(year, as_of),
        percent(now.refunds, now.sales),
        percent(now.chargebacks, now.sales),
        percent(now.late, now.orders),
        Some(silence),
    ]
}

/// A share of money, half to even.
fn share_of(minor: i64, share: f64) -> i64 {
    let share = Decimal::from_f64_retain(share).unwrap_or_default();
    let product = Decimal::from(minor).checked_mul(share).unwrap_or_default();
    product.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64().unwrap_or(i64::MAX).max(0)
}

/// Assesses one seller as of the end of a day: nothing of it depends on any other.
pub fn assess_seller(seller: &Seller, as_of: Date, terms: &SellerTerms) -> SellerRisk {
    let values = indicators_of(seller, as_of);
    let mut reasons = vec![("base", log_odds_of(terms.base_probability))];
    for (name, value) in SELLER_INDICATORS.iter().zip(values) {
        if let (Some(value), Some((usual, weight))) = (value, terms.rules.get(*name)) {
            reasons.push((*name, weight * (value - usual)));
        }
    }
    let age = seller.days.first().map_or(0, |day| i64::from((as_of - day.day).get_days()) + 1);
    if age < terms.young_days {
        reasons.push(("short history", terms.young));
    }
    let log_odds: f64 = reasons.iter().map(|(_, moves)| moves).sum();
    let probability = probability_of(log_odds);
    let points = terms.scale.points(log_odds);
    let year = sums(seller.within(as_of, YEAR).iter());
    let rate = |of: i64| percent(of, year.sales).map_or(0.0, |percent| (percent / 100.0).clamp(0.0, 1.0));
    let month = sums(seller.within(as_of, EXPOSED).iter()).sales;
    let chargeable = sums(seller.within(as_of, CHARGEABLE).iter()).sales;
    let at_risk = SellerLoss {
        failure: share_of(month, probability * terms.loss_given_failure),
        refunds: share_of(month, probability * rate(year.refunds)),
        chargebacks: share_of(chargeable, rate(year.chargebacks)),
    };
    let is_lent = points < terms.loan_until_points && age >= terms.young_days;
    let share = if is_lent { terms.loan_months / 12.0 * (1.0 - points / 5.0) } else { 0.0 };
    SellerRisk {
        name: seller.name.clone(),
        segment: seller.segment.clone(),
        sales: year.sales,
        indicators: SELLER_INDICATORS.iter().copied().zip(values).collect(),
        probability,
        points,
        grade: Grade::of(points),
        reasons,
        at_risk,
        loan_limit: share_of((year.sales - year.refunds).max(0), share),
        rate_bps: terms.funding_bps + terms.margin_bps + 10_000.0 * probability * terms.loss_given_failure,
    }
}

/// Assesses every seller as of the end of a day, and the platform of them all.
pub fn assess_sellers(sellers: &[Seller], as_of: Date, terms: &SellerTerms) -> Sellers {
    // In an order of their own: a mean is the same to its last digit whatever order they came in.
    let mut sellers: Vec<&Seller> = sellers.iter().collect();
    sellers.sort_by(|a, b| a.name.cmp(&b.name));
    let month = |seller: &Seller| sums(seller.within(as_of, EXPOSED).iter()).sales;
    let risks: Vec<(SellerRisk, i64)> =
        sellers.iter().map(|seller| (assess_seller(seller, as_of, terms), month(seller))).collect();
    let windows = [EXPOSED, EXPOSED, CHARGEABLE];
    let of_seller = |(seller, (risk, _)): (&&Seller, &(SellerRisk, i64))| leaves(seller, risk, as_of, windows);
    let mut told = Sellers {
        sum: OneSum::of(sellers.iter().zip(&risks).flat_map(of_seller)),
        platform: (!sellers.is_empty()).then(|| platform(&sellers, &risks, as_of, terms)),
        ..Sellers::default()
    };
    let mut all: Vec<SellerRisk> = risks.into_iter().map(|(risk, _)| risk).collect();
    all.sort_by(|a, b| b.at_risk.sum().cmp(&a.at_risk.sum()).then_with(|| a.name.cmp(&b.name)));
    for seller in &all {
        told.segments.entry(seller.segment.clone()).or_default().add(seller.at_risk);
        told.at_risk.add(seller.at_risk);
    }
    told.sellers = all;
    told
}

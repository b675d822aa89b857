//! The registry of features: each a name, a sentence, a linear form, and one function of what was known before.
//!
//! Chosen on three time folds inside the fitting period (April, May and June 2011 as cuts) of the shop's own label; the
//! test period was looked at once. Missing = NaN, which the trees have a branch for.

use super::SECONDS_A_DAY;
use super::buyer::Buyer;
use super::goods::{Goods, as_f64, goods_lines};
use super::maturity::Maturity;
use crate::document::SalesDocument;
use domain::Money;

/// How a linear model sees a feature.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LinearForm {
    /// As it is; the number stands in for a missing value.
    Raw(f32),
    /// ln(1 + x); the number stands in for a missing x.
    Log1p(f32),
    /// ln(max(x, 1e-4)).
    Ln,
    /// √x, x cut to 0..1.
    SqrtShare,
    /// ln(x / (1 − x)), x cut to .01–.99.
    LogOdds,
    /// 1 on Thursdays (3) and Sundays (6), when this kind of shop ships least like other days.
    ThursdayOrSunday,
}

/// What was known before a sale.
pub(super) struct Known<'a> {
    pub at: i64,
    pub buyer: Option<&'a Buyer>,
    pub goods: &'a Goods,
    pub maturity: &'a Maturity,
    pub sale: &'a SalesDocument,
}

/// One feature.
pub struct Feature {
    /// As shown in reasons.
    pub name: &'static str,
    /// One sentence for people, with the unit.
    pub sentence: &'static str,
    /// How a linear model sees it.
    pub linear: LinearForm,
    value: fn(&Known) -> f64,
}

macro_rules! feature {
    ($name:literal, $sentence:literal, $linear:expr, $value:expr) => {
        Feature { name: $name, sentence: $sentence, linear: $linear, value: $value }
    };
}

use LinearForm::{Ln, Log1p, LogOdds, Raw, SqrtShare, ThursdayOrSunday};

/// All features, in the order of columns.
pub const FEATURES: &[Feature] = &[
    feature!("sales", "Earlier sales to the buyer.", Log1p(0.0), |k| of(k, |b| f64::from(b.sales))),
    feature!("credit notes", "Earlier credit notes of the buyer.", Raw(0.0), |k| of(k, |b| f64::from(b.credits))),
    feature!(
        "own event rate",
        "Share of the buyer's matured sales with the event, pulled to the shop's.",
        LogOdds,
        |k| {
            let (rate, weight) = (k.maturity.rate(), 2.0);
            k.buyer.map_or(rate, |b| b.matured.rate(rate, weight))
        }
    ),
    feature!("credit notes a day", "Credit notes a day since first seen, pulled to one in a hundred days.", Ln, |k| {
        (of(k, |b| f64::from(b.credits)) + 0.3) / (days_known(k) + 30.0)
    }),
    feature!("recent credit chance", "Chance of a credit note in 30 days at the pace of the last 90.", LogOdds, |k| {
        let recent = k.buyer.map_or(0, |b| b.credits_within(k.at, 90));
        1.0 - (-30.0 * (f64::from(recent) + 0.3) / (days_known(k).min(90.0) + 30.0)).exp()
    }),
    feature!("credited lines", "Credited lines over sold lines plus ten.", SqrtShare, |k| {
        of(k, |b| f64::from(b.credit_lines) / (f64::from(b.sale_lines) + 10.0))
    }),
    feature!("credited share", "Credited money over sold money, at most 1.", SqrtShare, |k| {
        of(k, |b| if b.value_minor > 0 { (as_f64(b.credited_minor) / as_f64(b.value_minor)).min(1.0) } else { 0.0 })
    }),
    feature!("days since credit note", "Days since the last credit note.", Log1p(400.0), |k| {
        k.buyer.and_then(|b| b.last_credit).map_or(f64::NAN, |last| days(k.at - last))
    }),
    feature!("days since sale", "Days since the last sale.", Log1p(400.0), |k| {
        k.buyer.and_then(|b| b.last_sale).map_or(f64::NAN, |last| days(k.at - last))
    }),
    feature!("mean gap", "Mean days between the buyer's sales.", Log1p(120.0), |k| match k.buyer {
        Some(b) if b.sales >= 2 => days(b.last_sale.unwrap_or(b.first) - b.first) / (f64::from(b.sales) - 1.0),
        _ => f64::NAN,
    }),
    feature!("sales 30d", "Sales to the buyer in the last 30 days.", Log1p(0.0), |k| {
        of(k, |b| f64::from(b.sales_within(k.at, 30).0))
    }),
    feature!("sales 90d", "Sales to the buyer in the last 90 days.", Log1p(0.0), |k| {
        of(k, |b| f64::from(b.sales_within(k.at, 90).0))
    }),
    feature!("value 90d", "Money of the buyer's sales in the last 90 days, major units.", Log1p(0.0), |k| {
        of(k, |b| as_f64(b.sales_within(k.at, 90).1) / 100.0)
    }),
    feature!("log value so far", "ln(1 + money of all earlier sales).", Raw(0.0), |k| {
        of(k, |b| (as_f64(b.value_minor) / 100.0).max(0.0).ln_1p())
    }),
    feature!("mean log value", "Mean ln(1 + money) of earlier sales, pulled to 6.", Raw(6.0), |k| {
        (of(k, |b| b.log_value) + 6.0) / (of(k, |b| f64::from(b.sales)) + 1.0)
    }),
    feature!("log value", "ln(1 + money) of this sale.", Raw(0.0), |k| super::log_value(k.sale)),
    feature!("value against own mean", "ln of this sale's money less the buyer's mean.", Raw(0.0), |k| match k.buyer {
        Some(b) if b.sales > 0 => super::log_value(k.sale) - b.log_value / f64::from(b.sales),
        _ => f64::NAN,
    }),
    feature!("largest line", "Money of the largest line of goods, major units.", Log1p(0.0), largest_line),
    feature!("units", "Units of goods in this sale.", Log1p(0.0), |k| {
        goods_lines(k.sale).map(|line| as_f64(line.quantity)).sum::<f64>().max(0.0)
    }),
    feature!("largest line share", "Largest line over this sale's money.", LogOdds, |k| {
        if k.sale.total.minor > 0 { largest_line(k) / major(k.sale.total) } else { f64::NAN }
    }),
    feature!("quantity against usual", "Mean ln of quantity over the usual quantity of the goods.", Raw(0.0), |k| {
        mean(goods_lines(k.sale).filter_map(|line| {
            let usual = k.goods.mean_units(&line.stock_code)?;
            Some(((as_f64(line.quantity) + 1.0) / (usual + 1.0)).max(1e-4).ln())
        }))
    }),
    feature!("new goods share", "Share of lines with goods that are new to the buyer.", Raw(0.0), |k| {
        let known = |code: &str| k.goods.id(code).is_some_and(|id| k.buyer.is_some_and(|b| b.bought(id)));
        mean(goods_lines(k.sale).map(|line| if known(&line.stock_code) { 0.0 } else { 1.0 }))
    }),
    feature!("goods credit rate", "Past credit rate of these goods over the rate of all goods, by money.", Ln, |k| {
        let weighted = |(money, rated): (f64, f64), line: &crate::document::SalesLine| {
            let value = major(line.amount);
            (money + value, rated + value * k.goods.stock_credit_rate(&line.stock_code))
        };
        let (money, rated) = goods_lines(k.sale).fold((0.0, 0.0), weighted);
        if money > 0.0 { rated / money / k.goods.credit_rate() } else { 1.0 }
    }),
    feature!("weekday", "Day of the week, Monday = 0, in UTC.", ThursdayOrSunday, |k| {
        as_f64((k.at.div_euclid(SECONDS_A_DAY) + 3).rem_euclid(7))
    }),
    feature!(
        "country event rate",
        "Share of the country's matured sales with the event, pulled to the shop's.",
        LogOdds,
        |k| { k.maturity.country_rate(&k.sale.country.key()) }
    ),
];

/// Names of the columns.
pub fn names() -> Vec<String> {
    FEATURES.iter().map(|feature| feature.name.to_owned()).collect()
}

/// A row as a linear model sees it: nothing missing.
pub fn linear_form(values: &[f32]) -> Vec<f32> {
    FEATURES.iter().zip(values).map(|(feature, value)| feature.linear.of(*value)).collect()
}

impl LinearForm {
    fn of(self, value: f32) -> f32 {
        let or = |stand_in: f32| if value.is_nan() { stand_in } else { value };
        match self {
            Self::Raw(stand_in) => or(stand_in),
            Self::Log1p(stand_in) => or(stand_in).max(0.0).ln_1p(),
            Self::Ln => or(1e-4).max(1e-4).ln(),
            Self::SqrtShare => or(0.0).clamp(0.0, 1.0).sqrt(),
            Self::LogOdds => {
                let share = or(0.5).clamp(0.01, 0.99);
                (share / (1.0 - share)).ln()
            }
            Self::ThursdayOrSunday => f32::from(u8::from(value == 3.0 || value == 6.0)),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a feature; 24 bits are enough")]
pub(super) fn values(known: &Known) -> Vec<f32> {
    FEATURES.iter().map(|feature| (feature.value)(known) as f32).collect()
}

/// Major units of an amount, for features only.
pub(super) fn major(amount: Money) -> f64 {
    as_f64(amount.minor) / 10_f64.powi(amount.currency.minor_digits().cast_signed())
}

fn of(known: &Known, value: impl Fn(&Buyer) -> f64) -> f64 {
    known.buyer.map_or(0.0, value)
}

fn days(seconds: i64) -> f64 {
    as_f64(seconds.max(0)) / as_f64(SECONDS_A_DAY)
}

fn days_known(known: &Known) -> f64 {
    known.buyer.map_or(0.0, |buyer| days(known.at - buyer.first))
}

fn largest_line(known: &Known) -> f64 {
    goods_lines(known.sale).map(|line| major(line.amount)).fold(0.0, f64::max)
}

/// The mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The sale's money in major units, as a row of features holds it.
pub fn value_of(values: &[f32]) -> f64 {
    let column = FEATURES.iter().position(|feature| feature.name == "log value");
    column.and_then(|column| values.get(column)).map_or(0.0, |value| f64::from(*value).exp_m1())
}

/// Minor units as major units of a two-digit currency, to weigh against [`value_of`].
pub fn minor_as_major(minor: i64) -> f64 {
    as_f64(minor) / 100.0
}

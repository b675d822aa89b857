//! What a report says of one seller, made from its slice of the days alone: score with reasons, indicators with history,
//! loan limit and rate, what changed, what is to come, and what a bad quarter would do.

use super::changed::{ChangedRow, row};
use super::drivers::Drivers;
use super::outlook::{OutlookView, filled, view};
use super::report::letter;
use super::sellers::money;
use domain::Currency;
use engine::assess::{SELLER_INDICATORS, Seller, SellerDay, SellerRisk, SellerTerms, assess_seller};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Days before which the score is told again, to say what changed: a quarter.
const QUARTER: i64 = 91;
const YEAR: i64 = 365;
/// Weeks of the drawn history.
const WEEKS: usize = 52;
/// Years of an indicator.
const YEARS: i64 = 3;

/// An indicator of a seller.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerIndicator {
    /// Name.
    pub name: &'static str,
    /// What is usual, by the rules.
    pub usual: Option<f64>,
    /// Of the twelve months to the day, and of those before.
    pub values: Vec<Option<f64>>,
    /// What it adds to the log-odds.
    pub adds: Option<f64>,
}

/// A bad quarter.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerStress {
    /// What happens.
    pub what: &'static str,
    /// 0–5 after it.
    pub points: f64,
    /// Money at risk after it.
    pub at_risk: String,
    /// The loan limit after it.
    pub loan_limit: String,
}

/// A week of a seller, in major units.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerWeek {
    /// Its last day.
    pub to: String,
    /// Sold.
    pub sales: f64,
    /// Refunded, and taken back by buyers' banks.
    pub back: f64,
}

/// The report of a seller.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerReport {
    /// The product's version.
    pub product: &'static str,
    /// The version of the rules.
    pub rules: String,
    /// Who.
    pub seller: String,
    /// Of which part of the business; may be empty.
    pub segment: String,
    /// Of all amounts.
    pub currency: String,
    /// The last day that counts.
    pub as_of: String,
    /// Days since the first that is known.
    pub known_days: i64,
    /// Sold in the last twelve months.
    pub sales: String,
    /// Of failing within a year.
    pub probability: f64,
    /// 0–5.
    pub points: f64,
    /// A–E.
    pub grade: char,
    /// What it may borrow.
    pub loan_limit: String,
    /// Yearly, in per cent: what money costs, the margin, the expected loss.
    pub rate_percent: f64,
    /// The three parts of the rate, in per cent.
    pub rate_parts: [f64; 3],
    /// What may be lost: should it fail, refunds, chargebacks, and together.
    pub at_risk: BTreeMap<&'static str, String>,
    /// What moved the log-odds, and by how much; they sum to its log-odds.
    pub reasons: Vec<(&'static str, f64)>,
    /// Each indicator with its history.
    pub indicators: Vec<SellerIndicator>,
    /// Since a quarter before.
    pub changed: Vec<ChangedRow>,
    /// The newest last.
    pub weeks: Vec<SellerWeek>,
    /// Its sales to come; none where its days are too few.
    pub outlook: Option<OutlookView>,
    /// What if.
    pub stress: Vec<SellerStress>,
    /// What the reader should know before believing it.
    pub notes: Vec<String>,
}

/// Makes it, as of the end of a day.
pub fn seller_report(
    seller: &Seller,
    as_of: Date,
    (version, terms): &(String, SellerTerms),
    currency: Currency,
) -> SellerReport {
    let risk = assess_seller(seller, as_of, terms);
    let known_days = seller.days.first().map_or(0, |day| i64::from((as_of - day.day).get_days()) + 1);
    let mut notes = Vec::new();
    if known_days < terms.young_days {
        notes.push(format!(
            "{known_days} days are known: a history shorter than {} days earns no loan",
            terms.young_days
        ));
    }
    if risk.points >= terms.loan_until_points {
        notes.push(format!("nobody from {} points on is lent to", terms.loan_until_points));
    }
    let outlook = outlook_of(seller, as_of, currency, &mut notes);
    let loss = [
        ("failure", risk.at_risk.failure),
        ("refunds", risk.at_risk.refunds),
        ("chargebacks", risk.at_risk.chargebacks),
        ("sum", risk.at_risk.sum()),
    ];
    let expected = risk.rate_bps - terms.funding_bps - terms.margin_bps;
    SellerReport {
        product: env!("CARGO_PKG_VERSION"),
        rules: version.clone(),
        seller: seller.name.clone(),
        segment: seller.segment.clone(),
        currency: currency.code().to_owned(),
        as_of: as_of.to_string(),
        known_days,
        sales: money(risk.sales, currency),
        probability: risk.probability,
        points: risk.points,
        grade: letter(risk.points),
        loan_limit: money(risk.loan_limit, currency),
        rate_percent: risk.rate_bps / 100.0,
        rate_parts: [terms.funding_bps, terms.margin_bps, expected].map(|bps| bps / 100.0),
        at_risk: loss.into_iter().map(|(kind, minor)| (kind, money(minor, currency))).collect(),
        indicators: indicators(seller, as_of, terms, &risk),
        changed: changed(seller, as_of, terms, &risk, currency),
        weeks: weeks(seller, as_of, currency),
        stress: stress(seller, as_of, terms, currency),
        reasons: risk.reasons,
        outlook,
        notes,
    }
}

fn back(as_of: Date, days: i64) -> Date {
    as_of.checked_sub(days.days()).unwrap_or(Date::MIN)
}

fn indicators(seller: &Seller, as_of: Date, terms: &SellerTerms, risk: &SellerRisk) -> Vec<SellerIndicator> {
    let years: Vec<SellerRisk> =
        (1..YEARS).map(|year| assess_seller(seller, back(as_of, year * YEAR), terms)).collect();
    let first = seller.days.first().map_or(Date::MAX, |day| day.day);
    let of = |(at, &name): (usize, &&'static str)| {
        let value = |of: &SellerRisk| of.indicators.get(at).and_then(|(_, value)| *value);
        // What was before the first day is not told: silence since then is none.
        let before = (1..YEARS).zip(&years).map(|(year, of)| value(of).filter(|_| first <= back(as_of, year * YEAR)));
        SellerIndicator {
            name,
            usual: terms.rules.get(name).map(|(usual, _)| *usual),
            values: std::iter::once(value(risk)).chain(before).collect(),
            adds: risk.reasons.iter().find(|(what, _)| *what == name).map(|(_, adds)| *adds),
        }
    };
    SELLER_INDICATORS.iter().enumerate().map(of).collect()
}

fn changed(seller: &Seller, as_of: Date, terms: &SellerTerms, now: &SellerRisk, currency: Currency) -> Vec<ChangedRow> {
    let day = back(as_of, QUARTER);
    if seller.days.first().is_none_or(|first| first.day > day) {
        return Vec::new();
    }
    let before = assess_seller(seller, day, terms);
    let major = |minor: i64| money(minor, currency).parse::<f64>().ok();
    let mut rows: Vec<ChangedRow> = Vec::new();
    rows.extend(row("score, 0–5", Some(before.points), Some(now.points), '+'));
    rows.extend(row("loan limit", major(before.loan_limit), major(now.loan_limit), '-'));
    rows.extend(row("rate", Some(before.rate_bps / 100.0), Some(now.rate_bps / 100.0), '+'));
    rows.extend(row("money at risk", major(before.at_risk.sum()), major(now.at_risk.sum()), '+'));
    for ((name, was), (_, is)) in before.indicators.iter().zip(&now.indicators) {
        let weight = terms.rules.get(*name).map_or(0.0, |(_, weight)| *weight);
        let direction = if weight > 0.0 {
            '+'
        } else if weight < 0.0 {
            '-'
        } else {
            '0'
        };
        rows.extend(row(name, *was, *is, direction));
    }
    rows
}

fn weeks(seller: &Seller, as_of: Date, currency: Currency) -> Vec<SellerWeek> {
    let major = |minor: i64| money(minor, currency).parse::<f64>().unwrap_or_default();
    let week = |at: usize| {
        let to = back(as_of, 7 * i64::try_from(at).unwrap_or(0));
        let days = seller.days.iter().filter(|day| day.day <= to && day.day > back(to, 7));
        let (sales, returned) =
            days.fold((0, 0), |(sales, returned), day| (sales + day.sales, returned + day.refunds + day.chargebacks));
        SellerWeek { to: to.to_string(), sales: major(sales), back: major(returned) }
    };
    let known = seller.days.first().map_or(0, |day| usize::try_from((as_of - day.day).get_days() / 7 + 1).unwrap_or(0));
    (0..WEEKS.min(known)).rev().map(week).collect()
}

fn outlook_of(seller: &Seller, as_of: Date, currency: Currency, notes: &mut Vec<String>) -> Option<OutlookView> {
    let major = |day: &SellerDay| (day.day, money(day.sales, currency).parse::<f64>().unwrap_or_default());
    let mut days: BTreeMap<Date, f64> = seller.days.iter().filter(|day| day.day <= as_of).map(major).collect();
    days.first_key_value()?;
    // Days after the last sale are days without.
    days.entry(as_of).or_insert(0.0);
    let (first, series) = filled(&days)?;
    match view("sales", first, &series, &Drivers::default()) {
        Ok(view) => Some(view),
        Err(why) => {
            notes.push(format!("sales are not forecast: {why}"));
            None
        }
    }
}

/// What makes a day worse.
type Worse = fn(&mut SellerDay);

/// Bad quarters: what each does to a day of the last 91.
const BAD: [(&str, Worse); 3] = [
    ("a quarter with a fifth fewer sales", |day| day.sales -= day.sales / 5),
    ("a tenth of a quarter's sales is sent back", |day| day.refunds += day.sales / 10),
    ("a hundredth of a quarter's sales is charged back", |day| day.chargebacks += day.sales / 100),
];

fn stress(seller: &Seller, as_of: Date, terms: &SellerTerms, currency: Currency) -> Vec<SellerStress> {
    let told = |what: &'static str, days: Vec<SellerDay>| {
        let risk = assess_seller(&Seller { days, ..seller.clone() }, as_of, terms);
        let (at_risk, loan_limit) = (money(risk.at_risk.sum(), currency), money(risk.loan_limit, currency));
        SellerStress { what, points: risk.points, at_risk, loan_limit }
    };
    let since = back(as_of, QUARTER);
    let bad = |(what, change): (&'static str, fn(&mut SellerDay))| {
        let mut days = seller.days.clone();
        days.iter_mut().filter(|day| day.day > since && day.day <= as_of).for_each(change);
        told(what, days)
    };
    let mut all: Vec<SellerStress> = BAD.into_iter().map(bad).collect();
    let silent = seller.days.iter().filter(|day| day.day <= back(as_of, 30)).copied().collect();
    all.push(told("nothing is sold for thirty days", silent));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::sellers::terms;
    use jiff::civil::date;

    const AS_OF: Date = date(2025, 12, 31);

    fn seller(days: i64) -> Seller {
        let day = |at: i64| SellerDay {
            day: back(AS_OF, at),
            sales: 10_000 + 1_000 * (at % 7),
            refunds: 300,
            chargebacks: if at < 60 { 40 } else { 0 },
            orders: 5,
            late: 0,
        };
        Seller { name: "corner".to_owned(), days: (0..days).rev().map(day).collect(), ..Seller::default() }
    }

    fn report(days: i64) -> SellerReport {
        seller_report(&seller(days), AS_OF, &terms(None).unwrap(), Currency::EUR)
    }

    #[test]
    fn three_years_tell_every_part() {
        let report = report(1_100);
        let sum: f64 = report.reasons.iter().map(|(_, adds)| adds).sum();
        assert!((learn::log_odds_of(report.probability) - sum).abs() < 1e-9);
        let refunds = report.indicators.iter().find(|of| of.name == "refund rate").unwrap();
        assert!(refunds.values.iter().all(Option::is_some) && refunds.usual == Some(5.0));
        let worse = report.changed.iter().find(|row| row.what == "chargeback rate").unwrap();
        assert_eq!((worse.before.as_str(), worse.change), ("0.00", Some("worse")));
        assert!(report.outlook.is_some() && report.weeks.len() == 52 && report.notes.is_empty(), "{:?}", report.notes);
        let parts: f64 = report.rate_parts.iter().sum();
        assert!((parts - report.rate_percent).abs() < 1e-9 && report.loan_limit != "0.00");
        for bad in &report.stress {
            assert!(bad.points >= report.points, "{bad:?}");
        }
        assert!(report.stress.iter().any(|bad| bad.points > report.points));
    }

    #[test]
    fn ten_days_say_so_and_earn_no_loan() {
        let report = report(10);
        assert_eq!((report.loan_limit.as_str(), report.changed.len(), report.outlook.is_none()), ("0.00", 0, true));
        let notes = report.notes.join("; ");
        assert!(notes.contains("10 days are known: a history shorter than 90 days earns no loan"), "{notes}");
        assert!(notes.contains("sales are not forecast: the series has"), "{notes}");
        let volatility = report.indicators.iter().find(|of| of.name == "volatility").unwrap();
        assert_eq!(volatility.values, [None, None, None]);
    }
}

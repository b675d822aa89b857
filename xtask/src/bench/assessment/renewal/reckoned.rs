//! What a renewal must say, reckoned anew from all raw days by plain loops: nothing of the engine is used, only the rules'
//! numbers.

use super::world::{Day, World};
use engine::assess::SellerTerms;
use serde_json::Value;

/// How far two numbers may lie apart, of the larger: the order of adding.
const WITHIN: f64 = 1e-9;

/// A seller.
struct Seller {
    name: String,
    segment: &'static str,
    /// growth, volatility, refund rate, chargeback rate, late, silence
    indicators: [Option<f64>; 6],
    probability: f64,
    points: f64,
    sales: i64,
    /// failure, refunds, chargebacks
    at_risk: [i64; 3],
    loan_limit: i64,
    rate_percent: f64,
}

/// All of it.
pub(super) struct Reckoned {
    sellers: Vec<Seller>,
    platform: [Option<f64>; 6],
    concentration: f64,
    platform_points: f64,
    total: i64,
}

const NAMES: [&str; 6] = ["growth", "volatility", "refund rate", "chargeback rate", "late", "silence"];

impl Reckoned {
    pub(super) fn of(world: &World, terms: &SellerTerms) -> Self {
        let last = world.days() - 1;
        let mut sellers = Vec::new();
        let mut together = vec![Day::default(); world.days()];
        let (mut weighted, mut month) = (0.0, 0);
        for (at, days) in world.days.iter().enumerate() {
            let opens = world.opens(at);
            for (day, sum) in days.iter().zip(&mut together[opens..]) {
                sum.sales += day.sales;
                sum.refunds += day.refunds;
                sum.chargebacks += day.chargebacks;
                sum.orders += day.orders;
                sum.late += day.late;
            }
            let one = seller(world, at, last, terms);
            let sold: i64 = days.iter().rev().take(30).map(|day| day.sales).sum();
            weighted += one.probability * sold as f64;
            month += sold;
            sellers.push(one);
        }
        let year: i64 = sellers.iter().map(|one| one.sales).sum();
        Self {
            platform: indicators(&together, 0, last),
            concentration: sellers.iter().map(|one| (one.sales as f64 / year as f64).powi(2)).sum(),
            platform_points: points(weighted / month as f64, terms),
            total: sellers.iter().flat_map(|one| one.at_risk).sum(),
            sellers,
        }
    }
}

fn odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn points(probability: f64, terms: &SellerTerms) -> f64 {
    let (best, worst) = (odds(terms.scale.best), odds(terms.scale.worst));
    (5.0 * (odds(probability) - best) / (worst - best)).clamp(0.0, 5.0)
}

fn share(over: i64, under: i64) -> Option<f64> {
    if under > 0 { Some(100.0 * over as f64 / under as f64) } else { None }
}

/// Of days that begin at `opens`, as of `last`.
fn indicators(days: &[Day], opens: usize, last: usize) -> [Option<f64>; 6] {
    let (mut now, mut before, mut weeks) = (Day::default(), 0, vec![0.0_f64; 52]);
    let (mut known_weeks, mut silence) = (0, 60.0_f64);
    for (day, at) in days.iter().zip(opens..) {
        let back = last - at;
        if back < 365 {
            now.sales += day.sales;
            now.refunds += day.refunds;
            now.chargebacks += day.chargebacks;
            now.orders += day.orders;
            now.late += day.late;
            if back / 7 < 52 {
                weeks[back / 7] += day.sales as f64;
                known_weeks = known_weeks.max(back / 7 + 1);
            }
            if day.sales > 0 {
                silence = silence.min(back as f64);
            }
        } else if back < 730 {
            before += day.sales;
        }
    }
    let weeks = &weeks[..known_weeks];
    let mean = weeks.iter().sum::<f64>() / known_weeks as f64;
    let spread = weeks.iter().map(|week| (week - mean) * (week - mean)).sum::<f64>() / (known_weeks as f64 - 1.0);
    let growth = share(now.sales - before, before).filter(|_| last - opens >= 723);
    [
        growth.map(|growth| growth.clamp(-100.0, 100.0)),
        if known_weeks >= 8 && mean > 0.0 { Some(100.0 * spread.sqrt() / mean) } else { None },
        share(now.refunds, now.sales),
        share(now.chargebacks, now.sales),
        share(now.late, now.orders),
        Some(silence),
    ]
}

fn seller(world: &World, at: usize, last: usize, terms: &SellerTerms) -> Seller {
    let (days, opens) = (&world.days[at], world.opens(at));
    let indicators = indicators(days, opens, last);
    let mut log_odds = odds(terms.base_probability);
    for (name, value) in NAMES.iter().zip(indicators) {
        if let (Some(value), Some((usual, weight))) = (value, terms.rules.get(*name)) {
            log_odds += weight * (value - usual);
        }
    }
    let age = i64::try_from(last - opens).unwrap_or(0) + 1;
    if age < terms.young_days {
        log_odds += terms.young;
    }
    let probability = 1.0 / (1.0 + (-log_odds).exp());
    let sum = |count: usize, of: fn(&Day) -> i64| days.iter().rev().take(count).map(of).sum::<i64>();
    let (year, refunded) = (sum(365, |day| day.sales), sum(365, |day| day.refunds));
    let rate = |over: i64| if year > 0 { (over as f64 / year as f64).clamp(0.0, 1.0) } else { 0.0 };
    let part = |of: i64, share: f64| rounded(of as f64 * share);
    let points = points(probability, terms);
    let lent = if points < terms.loan_until_points && age >= terms.young_days {
        terms.loan_months / 12.0 * (1.0 - points / 5.0)
    } else {
        0.0
    };
    Seller {
        name: World::name(at),
        segment: World::segment(at),
        indicators,
        probability,
        points,
        sales: year,
        at_risk: [
            part(sum(30, |day| day.sales), probability * terms.loss_given_failure),
            part(sum(30, |day| day.sales), probability * rate(refunded)),
            part(sum(120, |day| day.sales), rate(sum(365, |day| day.chargebacks))),
        ],
        loan_limit: part((year - refunded).max(0), lent),
        rate_percent: (terms.funding_bps + terms.margin_bps) / 100.0 + 100.0 * probability * terms.loss_given_failure,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "an amount of money")]
fn rounded(minor: f64) -> i64 {
    minor.round_ties_even() as i64
}

fn near(said: &Value, wanted: Option<f64>) -> bool {
    match (said.as_f64(), wanted) {
        (None, None) => said.is_null(),
        (Some(said), Some(wanted)) => (said - wanted).abs() <= WITHIN * wanted.abs().max(1.0),
        _ => false,
    }
}

fn money(said: &Value, minor: i64) -> bool {
    said.as_str() == Some(&format!("{}.{:02}", minor / 100, minor % 100))
}

fn all_near(said: &Value, wanted: [Option<f64>; 6]) -> bool {
    NAMES.iter().zip(wanted).all(|(name, value)| near(&said[*name], value))
}

/// The share of the sellers and the platform of which everything is said as it was reckoned here.
pub(super) fn agreeing(said: &Value, wanted: &Reckoned) -> f64 {
    let none = Vec::new();
    let rows = said["sellers"].as_array().unwrap_or(&none);
    let of_name = |name: &str| rows.iter().find(|row| row["seller"] == name);
    let right = wanted.sellers.iter().filter(|one| of_name(&one.name).is_some_and(|row| is_right(row, one))).count();
    let platform = &said["platform"];
    let is_right = all_near(&platform["indicators"], wanted.platform)
        && near(&platform["concentration"], Some(wanted.concentration))
        && near(&platform["points"], Some(wanted.platform_points))
        && money(&said["at_risk"]["sum"], wanted.total)
        && money(&said["sum"]["total"], wanted.total)
        && rows.len() == wanted.sellers.len();
    (right as f64 + f64::from(u8::from(is_right))) / (wanted.sellers.len() as f64 + 1.0)
}

fn is_right(row: &Value, one: &Seller) -> bool {
    let [failure, refunds, chargebacks] = one.at_risk;
    row["segment"] == one.segment
        && all_near(&row["indicators"], one.indicators)
        && near(&row["probability"], Some(one.probability))
        && near(&row["points"], Some(one.points))
        && near(&row["rate_percent"], Some(one.rate_percent))
        && money(&row["sales"], one.sales)
        && money(&row["at_risk"]["failure"], failure)
        && money(&row["at_risk"]["refunds"], refunds)
        && money(&row["at_risk"]["chargebacks"], chargebacks)
        && money(&row["loan_limit"], one.loan_limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use domain::Digest;
    use engine::assess::assess_sellers;
    use plimsoll::assess::seller_book::SellerBook;
    use plimsoll::assess::sellers;

    /// What the product says after a file was added to the book.
    fn renewed(home: &std::path::Path, file: u8, text: &str, terms: &SellerTerms) -> Value {
        let path = home.join("days.csv");
        std::fs::write(&path, text).unwrap();
        let read = sellers::read(&path, Currency::GBP).unwrap();
        let mut book = SellerBook::open(&home.join("sellers.book"), Currency::GBP).unwrap();
        book.take(Digest([file; 32]), &read.sellers).unwrap();
        let told = assess_sellers(book.sellers(), book.newest().unwrap(), terms);
        sellers::as_json(&read, &told, "")
    }

    #[test]
    fn the_product_agrees_with_the_plain_loops_and_not_without_the_new_day() {
        let (_, terms) = sellers::terms(None).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut world = World::new(3, 24, 760);
        renewed(home.path(), 1, &world.csv(0), &terms);
        let before = Reckoned::of(&world, &terms);
        world.one_more_day();
        let said = renewed(home.path(), 2, &world.csv(world.days() - 1), &terms);
        assert_eq!(agreeing(&said, &Reckoned::of(&world, &terms)), 1.0);
        assert!(agreeing(&said, &before) < 0.1);
    }
}

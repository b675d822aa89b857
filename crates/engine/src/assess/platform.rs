//! The platform as a whole: the indicators of all its sellers' days together, how concentrated its sales are, and the mean
//! of its sellers' probabilities by what each has sold in the last month.
//!
//! Example: two sellers of equal sales make a concentration (HHI) of .5.

use super::sellers::{SELLER_INDICATORS, Seller, SellerDay, SellerRisk, SellerTerms, YEAR, indicators_of};
use domain::Grade;
use jiff::ToSpan;
use jiff::civil::Date;
use learn::log_odds_of;

/// The platform.
#[derive(Clone, PartialEq, Debug)]
pub struct PlatformRisk {
    /// Sold in the last twelve months.
    pub sales: i64,
    /// By name; none where the days are too few to tell.
    pub indicators: Vec<(&'static str, Option<f64>)>,
    /// The sum of the squared shares of its sellers' sales; none where nothing was sold.
    pub concentration: Option<f64>,
    /// The mean of its sellers' probabilities by their sales of the last month; none where nothing was sold in it.
    pub probability: Option<f64>,
    /// 0–5.
    pub points: Option<f64>,
    /// A–E.
    pub grade: Option<Grade>,
}

/// The platform of these sellers, each with its risk and the sales of its last month.
pub(super) fn platform(
    sellers: &[&Seller],
    risks: &[(SellerRisk, i64)],
    as_of: Date,
    terms: &SellerTerms,
) -> PlatformRisk {
    let together = together(sellers, as_of);
    let sales: i64 = risks.iter().map(|(risk, _)| risk.sales).sum();
    let month: i64 = risks.iter().map(|(_, month)| month).sum();
    let weighted = risks.iter().map(|(risk, month)| number(*month) * risk.probability).sum::<f64>();
    let probability = (month > 0).then(|| weighted / number(month));
    let points = probability.map(|probability| terms.scale.points(log_odds_of(probability)));
    let share = |risk: &SellerRisk| number(risk.sales) / number(sales);
    PlatformRisk {
        sales,
        indicators: SELLER_INDICATORS.iter().copied().zip(indicators_of(&together, as_of)).collect(),
        concentration: (sales > 0).then(|| risks.iter().map(|(risk, _)| share(risk).powi(2)).sum()),
        probability,
        points,
        grade: points.map(Grade::of),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of money")]
fn number(minor: i64) -> f64 {
    minor as f64
}

/// The days of two years of all sellers, added up.
fn together(sellers: &[&Seller], as_of: Date) -> Seller {
    let span = usize::try_from(2 * YEAR).unwrap_or(0);
    let mut days: Vec<Option<SellerDay>> = vec![None; span];
    for day in sellers.iter().flat_map(|seller| seller.within(as_of, 2 * YEAR)) {
        let back = usize::try_from((as_of - day.day).get_days()).unwrap_or(span);
        let Some(sum) = days.get_mut(back) else { continue };
        *sum = Some(sum.map_or(*day, |sum| sum.plus(*day)));
    }
    let day =
        |(back, day): (i64, Option<SellerDay>)| Some(SellerDay { day: as_of.checked_sub(back.days()).ok()?, ..day? });
    let mut days: Vec<SellerDay> = (0..).zip(days).filter_map(day).collect();
    days.reverse();
    Seller { days, ..Seller::default() }
}

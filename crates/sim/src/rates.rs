//! Euro prices: what one euro cost in pounds, by the last reference rate that was known.

use crate::calendar;
use domain::{Currency, Money, RateSheet};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Pounds for one euro, by day.
#[derive(Debug)]
pub(crate) struct EuroRates(BTreeMap<Date, Decimal>);

/// An amount in euro, and what it comes to in pounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Conversion {
    /// What the buyer sees.
    pub(crate) euro: Money,
    /// What the balance receives. With a rate below one, as the pound's has always been, it is the amount that the
    /// euro were made from; above one it may be a penny off.
    pub(crate) pence: i64,
}

impl EuroRates {
    /// Sheets with another base, and days without a pound, say nothing.
    pub(crate) fn new(sheets: &[RateSheet]) -> Self {
        let of_euro = sheets.iter().filter(|sheet| sheet.base == Currency::EUR);
        Self(of_euro.filter_map(|sheet| Some((sheet.date, pounds(sheet)?))).collect())
    }

    /// The last rate on or before the business day before `day`.
    pub(crate) fn before(&self, day: Date) -> Option<Decimal> {
        self.0.range(..=calendar::business_day_before(day)).next_back().map(|(_, rate)| *rate)
    }
}

fn pounds(sheet: &RateSheet) -> Option<Decimal> {
    let (_, rate) = sheet.rates.iter().find(|(currency, _)| *currency == Currency::GBP)?;
    (*rate > Decimal::ZERO).then_some(*rate)
}

/// Pence in euro and back, each rounded half to even; none beyond 64 bits.
///
/// £100.00 at 0.84 are €119.05 (119.0476…), which come to £100.00 (100.002).
pub(crate) fn convert(pence: i64, pounds_per_euro: Decimal) -> Option<Conversion> {
    let pounds = Money::new(pence, Currency::GBP).to_decimal();
    let euro = Money::from_decimal(pounds.checked_div(pounds_per_euro)?, Currency::EUR)?;
    let back = Money::from_decimal(euro.to_decimal().checked_mul(pounds_per_euro)?, Currency::GBP)?;
    Some(Conversion { euro, pence: back.minor })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn sheet(day: Date, rate: &str) -> RateSheet {
        RateSheet { date: day, base: Currency::EUR, rates: vec![(Currency::GBP, rate.parse().unwrap())] }
    }

    #[test]
    fn the_rate_is_of_the_business_day_before_or_the_last_one_known() {
        let rates = EuroRates::new(&[sheet(date(2011, 3, 3), "0.85"), sheet(date(2011, 3, 4), "0.86")]);
        assert_eq!(rates.before(date(2011, 3, 4)), Some(Decimal::new(85, 2)));
        assert_eq!(rates.before(date(2011, 3, 7)), Some(Decimal::new(86, 2)));
        assert_eq!(rates.before(date(2011, 5, 1)), Some(Decimal::new(86, 2)));
        assert_eq!(rates.before(date(2011, 3, 3)), None);
    }

    #[test]
    fn pounds_become_euro_and_come_back() {
        let euro = |minor| Money::new(minor, Currency::EUR);
        let conversion = convert(10_000, Decimal::new(84, 2)).unwrap();
        assert_eq!(conversion, Conversion { euro: euro(11_905), pence: 10_000 });
        let above_one = convert(10_001, Decimal::new(16, 1)).unwrap();
        assert_eq!(above_one, Conversion { euro: euro(6_251), pence: 10_002 });
        assert_eq!(convert(1, Decimal::ZERO), None);
    }
}

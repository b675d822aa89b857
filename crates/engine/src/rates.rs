//! Reference rates: what an amount is worth in another currency, by the last business day before.

use domain::{Currency, Money, RateProvider, RateSheet};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Days that a rate may be old: over Easter and Christmas the European Central Bank pauses for up to five.
const MAX_AGE_DAYS: i32 = 7;

/// All rate sheets, by provider and day.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    sheets: BTreeMap<RateProvider, BTreeMap<Date, RateSheet>>,
}

impl Rates {
    /// Adds a day, or replaces it.
    pub fn add(&mut self, provider: RateProvider, sheet: RateSheet) {
        self.sheets.entry(provider).or_default().insert(sheet.date, sheet);
    }

    /// The amount in `to`, at the last rates before `day`, rounded half to even once; none where no rate of the week
    /// before is known. The business's own rates stand before others.
    ///
    /// Example: at 1 EUR = 0.85 GBP, 100.00 GBP are 117.65 EUR.
    pub fn convert(&self, amount: Money, to: Currency, day: Date) -> Option<Money> {
        if amount.currency == to {
            return Some(amount);
        }
        self.sheets.values().find_map(|sheets| convert_by(sheets, amount, to, day))
    }
}

fn convert_by(sheets: &BTreeMap<Date, RateSheet>, amount: Money, to: Currency, day: Date) -> Option<Money> {
    let (date, sheet) = sheets.range(..day).next_back()?;
    if day.since(*date).ok()?.get_days() > MAX_AGE_DAYS {
        return None;
    }
    let in_base = amount.to_decimal().checked_div(units_a_base(sheet, amount.currency)?)?;
    Money::from_decimal(in_base.checked_mul(units_a_base(sheet, to)?)?, to)
}

fn units_a_base(sheet: &RateSheet, currency: Currency) -> Option<Decimal> {
    if currency == sheet.base {
        return Some(Decimal::ONE);
    }
    sheet.rates.iter().find(|(code, rate)| *code == currency && *rate > Decimal::ZERO).map(|(_, rate)| *rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Rates {
        let mut rates = Rates::default();
        for (day, pence) in [("2011-03-04", 85), ("2011-03-07", 86)] {
            let quotes = vec![(Currency::GBP, Decimal::new(pence, 2))];
            let sheet = RateSheet { date: day.parse().unwrap(), base: Currency::EUR, rates: quotes };
            rates.add(RateProvider::EuropeanCentralBank, sheet);
        }
        rates
    }

    #[test]
    fn the_last_rate_before_the_day_counts() {
        let pounds = Money::new(10_000, Currency::GBP);
        let on = |day: &str| book().convert(pounds, Currency::EUR, day.parse().unwrap()).map(|m| m.minor);
        assert_eq!(on("2011-03-07"), Some(11_765), "Monday still has Friday's rate");
        assert_eq!(on("2011-03-08"), Some(11_628));
        assert_eq!(on("2011-03-04"), None, "nothing before");
        assert_eq!(on("2011-04-08"), None, "too old");
    }

    #[test]
    fn the_business_s_own_rates_stand_before_others() {
        let mut rates = book();
        let (date, base) = ("2011-03-04".parse().unwrap(), Currency::GBP);
        rates.add(RateProvider::User, RateSheet { date, base, rates: vec![(Currency::EUR, Decimal::TWO)] });
        let euros = |day: &str| rates.convert(Money::new(100, Currency::GBP), Currency::EUR, day.parse().unwrap());
        assert_eq!(euros("2011-03-08"), Some(Money::new(200, Currency::EUR)));
        assert_eq!(euros("2011-03-12"), Some(Money::new(116, Currency::EUR)), "its own are too old");
    }
}

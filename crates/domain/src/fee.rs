//! What processors agreed to take: rows of a price list, each from a day on.

use crate::{Country, Currency, Money, ProcessorCategory, ProcessorLine};
use jiff::civil::Date;

/// Shares are told in millionths: 1.5 % are 15,000.
pub const WHOLE_PPM: i64 = 1_000_000;

/// A row of a price list: a share of the gross amount and a fixed part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeeRule {
    /// Of lines of this source, the word before the colon of their ids.
    pub source: String,
    /// Of lines of this kind.
    pub of: ProcessorCategory,
    /// Of lines in this currency.
    pub currency: Currency,
    /// Of cards that were issued in these countries; empty = of any card.
    pub card_countries: Vec<Country>,
    /// The first day of the lines that it is for; none = from the beginning.
    pub from: Option<Date>,
    /// Of the gross amount.
    pub share_ppm: i64,
    /// Beside, where the buyer saw another currency.
    pub conversion_ppm: i64,
    /// Beside, for every line.
    pub fixed_minor: i64,
}

/// The fee that a line should bear: of the rules that fit, one for the card's country stands before one for any card, a
/// later day before an earlier, a later row before an earlier. None where none fits.
///
/// Example: 1.5 % and 0.20 on 100.00 are 1.70; with 2 % for conversion 3.70. A share of half a minor unit goes to the
/// even one: 1.5 % of 1.00 are 2, of 3.00 are 4.
pub fn expected_fee(rules: &[FeeRule], source: &str, line: &ProcessorLine, day: Date) -> Option<Money> {
    let currency = line.gross.currency;
    let fits = |rule: &&FeeRule| {
        rule.source == source
            && rule.of == line.category
            && rule.currency == currency
            && rule.is_of_card(line)
            && rule.from.is_none_or(|from| from <= day)
    };
    let rule = rules.iter().filter(fits).max_by_key(|rule| (!rule.card_countries.is_empty(), rule.from))?;
    let is_converted = line.presentment.is_some_and(|shown| shown.currency != currency);
    let ppm = rule.share_ppm + if is_converted { rule.conversion_ppm } else { 0 };
    let share = half_even(i128::from(line.gross.minor.unsigned_abs()) * i128::from(ppm), i128::from(WHOLE_PPM));
    Some(Money::new(i64::try_from(share).ok()?.checked_add(rule.fixed_minor)?, currency))
}

impl FeeRule {
    fn is_of_card(&self, line: &ProcessorLine) -> bool {
        self.card_countries.is_empty() || line.card_country.is_some_and(|card| self.card_countries.contains(&card))
    }
}

/// A quotient, rounded half to even.
pub fn half_even(of: i128, by: i128) -> i128 {
    let (whole, twice_rest) = (of.div_euclid(by), 2 * of.rem_euclid(by));
    let up = twice_rest > by || (twice_rest == by && whole.rem_euclid(2) == 1);
    whole + i128::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(gross_minor: i64, shown: Option<Money>) -> ProcessorLine {
        let gross = Money::new(gross_minor, Currency::GBP);
        ProcessorLine {
            category: ProcessorCategory::Charge,
            gross,
            fee: Money::zero(Currency::GBP),
            net: gross,
            source_id: String::new(),
            charge: None,
            payout: None,
            payout_at: None,
            order_reference: None,
            customer: None,
            description: String::new(),
            presentment: shown,
            card_country: None,
        }
    }

    fn rule(from: Option<&str>, share_ppm: i64) -> FeeRule {
        FeeRule {
            source: "stripe".to_owned(),
            of: ProcessorCategory::Charge,
            currency: Currency::GBP,
            card_countries: Vec::new(),
            from: from.map(|day| day.parse().unwrap()),
            share_ppm,
            conversion_ppm: 20_000,
            fixed_minor: 20,
        }
    }

    #[test]
    fn the_example_by_hand() {
        let day: Date = "2025-06-01".parse().unwrap();
        let rules = [rule(None, 15_000)];
        let fee = |minor, shown| expected_fee(&rules, "stripe", &line(minor, shown), day).unwrap().minor;
        let euros = Some(Money::new(11_700, Currency::EUR));
        assert_eq!((fee(10_000, None), fee(10_000, euros)), (170, 370));
        assert_eq!((fee(100, None), fee(300, None)), (22, 24));
        assert_eq!(expected_fee(&rules, "paypal", &line(100, None), day), None);
    }

    #[test]
    fn cards_of_a_country_have_a_price_of_their_own() {
        let (day, home) = ("2025-06-01".parse().unwrap(), Country::named("GB"));
        let domestic = FeeRule { card_countries: home.into_iter().collect(), ..rule(None, 15_000) };
        let rules = [domestic, rule(Some("2025-01-01"), 32_500)];
        let fee = |card| {
            let line = ProcessorLine { card_country: card, ..line(10_000, None) };
            expected_fee(&rules, "stripe", &line, day).unwrap().minor
        };
        assert_eq!([fee(home), fee(Country::named("US")), fee(None)], [170, 345, 345]);
    }

    #[test]
    fn a_price_holds_from_its_day_on() {
        let rules = [rule(Some("2025-06-01"), 14_000), rule(None, 15_000)];
        let on = |day: &str| expected_fee(&rules, "stripe", &line(10_000, None), day.parse().unwrap()).unwrap().minor;
        assert_eq!((on("2025-05-31"), on("2025-06-01")), (170, 160));
    }

    #[test]
    fn halves_go_to_the_even_one_below_zero_too() {
        let rounded: Vec<i128> = [5, 15, 25, -5, -15, 14, -16].into_iter().map(|of| half_even(of, 10)).collect();
        assert_eq!(rounded, [0, 2, 2, 0, -2, 1, -2]);
    }
}

//! Exchange rates: what an amount is worth in another currency, by the last business day before.
//!
//! The rules:
//! 1. The last day before, within a week, on which one provider quotes both currencies against one base: a cross through
//!    that base. The business's own rates stand before the European Central Bank's. Two providers are never mixed in one
//!    figure, nor two days.
//! 2. A currency that has ended counts as its successor, at the rate that was fixed by law ([`ENDED`]), from the day on
//!    from which it does.
//! 3. Where there is no rate there is no figure, and the reason is said ([`NoRate`]).
//!
//! Example: at 1 EUR = 0.85 GBP and 1 EUR = 1.25 USD, 100.00 GBP are 147.06 USD; at 1 EUR = 1.95583 DEM, 100.00 DEM are
//! 51.13 EUR and 43.46 GBP.

use crate::snapshot::{Kept, array, kept_struct};
use domain::{Currency, Money, RateProvider, RateSheet};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;

/// Days that a rate may be old: over Easter and Christmas the European Central Bank pauses for up to five.
pub const MAX_AGE_DAYS: i64 = 7;

/// A currency that has ended.
struct Ended {
    code: &'static str,
    successor: &'static str,
    /// Units of it that are one of its successor: the digits, and how many of them stand behind the point.
    units: (i64, u32),
    since: Date,
}

const fn ended(code: &'static str, successor: &'static str, units: (i64, u32), since: Date) -> Ended {
    Ended { code, successor, units, since }
}

/// The irrevocable rates of the euro: Council Regulation (EC) No 2866/98 for the first eleven, and No 1478/2000,
/// 1086/2006, 1134/2007, 1135/2007, 694/2008, 671/2010, 870/2013, 851/2014, 2022/1208 and 2025/1409 for those that
/// joined later. Then the new lira (Turkish law 5083) and the new leu (Romanian law 348/2004).
const ENDED: [Ended; 23] = [
    ended("ATS", "EUR", (137_603, 4), date(1999, 1, 1)),
    ended("BEF", "EUR", (403_399, 4), date(1999, 1, 1)),
    ended("DEM", "EUR", (195_583, 5), date(1999, 1, 1)),
    ended("ESP", "EUR", (166_386, 3), date(1999, 1, 1)),
    ended("FIM", "EUR", (594_573, 5), date(1999, 1, 1)),
    ended("FRF", "EUR", (655_957, 5), date(1999, 1, 1)),
    ended("IEP", "EUR", (787_564, 6), date(1999, 1, 1)),
    ended("ITL", "EUR", (193_627, 2), date(1999, 1, 1)),
    ended("LUF", "EUR", (403_399, 4), date(1999, 1, 1)),
    ended("NLG", "EUR", (220_371, 5), date(1999, 1, 1)),
    ended("PTE", "EUR", (200_482, 3), date(1999, 1, 1)),
    ended("GRD", "EUR", (340_750, 3), date(2001, 1, 1)),
    ended("SIT", "EUR", (239_640, 3), date(2007, 1, 1)),
    ended("CYP", "EUR", (585_274, 6), date(2008, 1, 1)),
    ended("MTL", "EUR", (429_300, 6), date(2008, 1, 1)),
    ended("SKK", "EUR", (301_260, 4), date(2009, 1, 1)),
    ended("EEK", "EUR", (156_466, 4), date(2011, 1, 1)),
    ended("LVL", "EUR", (702_804, 6), date(2014, 1, 1)),
    ended("LTL", "EUR", (345_280, 5), date(2015, 1, 1)),
    ended("HRK", "EUR", (753_450, 5), date(2023, 1, 1)),
    ended("BGN", "EUR", (195_583, 5), date(2026, 1, 1)),
    ended("TRL", "TRY", (1_000_000, 0), date(2005, 1, 1)),
    ended("ROL", "RON", (10_000, 0), date(2005, 7, 1)),
];

/// All rate sheets, by provider and day. Those of one day and base add up: a table may have a row a rate.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    sheets: BTreeMap<RateProvider, BTreeMap<Date, BTreeMap<Currency, Quotes>>>,
}

kept_struct!(Rates { sheets });

const PROVIDERS: [RateProvider; 3] = [RateProvider::User, RateProvider::EuropeanCentralBank, RateProvider::Law];

impl Kept for RateProvider {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let [place] = array(from)?;
        PROVIDERS.get(usize::from(place)).copied()
    }
}

/// Units of each currency that one unit of a base buys.
type Quotes = BTreeMap<Currency, Decimal>;

/// An amount in another currency, and by which rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Conversion {
    /// Rounded half to even, once.
    pub amount: Money,
    /// Units of its currency that one unit of the original is.
    pub rate: Decimal,
    /// The day of the rate.
    pub date: Date,
    /// Whose rate it is.
    pub provider: RateProvider,
}

/// Why there is no figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoRate {
    /// Nobody quotes both within the week before the day.
    NotQuoted {
        /// Of the amount.
        from: Currency,
        /// What it was wanted in.
        to: Currency,
        /// When it was wanted.
        day: Date,
    },
    /// The figure is beyond 64 bits.
    TooLarge,
}

impl fmt::Display for NoRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotQuoted { from, to, day } => write!(f, "no rate of {from} in {to} in the week before {day}"),
            Self::TooLarge => f.write_str("too large to be told in this currency"),
        }
    }
}

impl std::error::Error for NoRate {}

/// A rate that contradicts another of the same day and provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircularRate {
    /// Of this currency.
    pub from: Currency,
    /// In this one.
    pub to: Currency,
}

/// Buying and selling rates of one day differ by a few hundredths; what differs by more is no spread.
const MOST_SPREAD: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

impl Rates {
    /// Adds a day's rates; one that was there against the same base is replaced.
    ///
    /// # Errors
    /// The first rate that contradicts what other bases of the day say, or that a currency is not one of itself. Nothing
    /// of the sheet is added then.
    pub fn add(&mut self, provider: RateProvider, sheet: RateSheet) -> Result<(), CircularRate> {
        let bases = self.sheets.entry(provider).or_default().entry(sheet.date).or_default();
        if let Some(circular) = contradiction(bases, &sheet) {
            return Err(circular);
        }
        let quotes = bases.entry(sheet.base).or_default();
        quotes.insert(sheet.base, Decimal::ONE);
        quotes.extend(sheet.rates.into_iter().filter(|(_, rate)| *rate > Decimal::ZERO));
        Ok(())
    }

    /// The amount in `to`, as [`Rates::conversion`] has it.
    pub fn convert(&self, amount: Money, to: Currency, day: Date) -> Option<Money> {
        if amount.currency == to {
            return Some(amount);
        }
        self.conversion(amount, to, day).ok().map(|conversion| conversion.amount)
    }

    /// The amount in `to`, at the last rates before `day`.
    ///
    /// # Errors
    /// Why there is no figure.
    pub fn conversion(&self, amount: Money, to: Currency, day: Date) -> Result<Conversion, NoRate> {
        let ([from, wanted], [units_from, units_to], fixed) = successors([amount.currency, to], day);
        let found = if from == wanted {
            fixed.map(|since| (Decimal::ONE, Decimal::ONE, since, RateProvider::Law))
        } else {
            self.quotes(from, wanted, day)
        };
        let not_quoted = NoRate::NotQuoted { from: amount.currency, to, day };
        let (one_from, one_to, date, provider) = found.ok_or(not_quoted)?;
        let scaled = |number: Decimal| {
            number.checked_div(units_from)?.checked_div(one_from)?.checked_mul(one_to)?.checked_mul(units_to)
        };
        let amount = scaled(amount.to_decimal()).and_then(|major| Money::from_decimal(major, to));
        let (amount, rate) = amount.zip(scaled(Decimal::ONE)).ok_or(NoRate::TooLarge)?;
        Ok(Conversion { amount, rate, date, provider })
    }

    /// What one base was in both currencies on the last day on which one provider knows both.
    fn quotes(&self, from: Currency, to: Currency, day: Date) -> Option<(Decimal, Decimal, Date, RateProvider)> {
        let oldest = day.checked_sub(MAX_AGE_DAYS.days()).unwrap_or(Date::MIN);
        self.sheets.iter().find_map(|(provider, days)| {
            days.range(oldest..day).rev().find_map(|(date, bases)| {
                let both = |quotes: &Quotes| Some((*quotes.get(&from)?, *quotes.get(&to)?));
                bases.values().find_map(both).map(|(one_from, one_to)| (one_from, one_to, *date, *provider))
            })
        })
    }
}

/// The first two currencies of a sheet that stand to each other in another way than by a second base of the day. What both
/// bases quote must be in one proportion.
fn contradiction(bases: &BTreeMap<Currency, Quotes>, sheet: &RateSheet) -> Option<CircularRate> {
    if let Some((to, _)) = sheet.rates.iter().find(|(to, rate)| *to == sheet.base && *rate != Decimal::ONE) {
        return Some(CircularRate { from: sheet.base, to: *to });
    }
    bases.iter().filter(|(base, _)| **base != sheet.base).find_map(|(_, quotes)| {
        let own = (sheet.base, Decimal::ONE);
        // A table of a rate a row comes one rate at a time: what was known of the same base counts, too.
        let known = bases.get(&sheet.base).into_iter().flatten().map(|(to, rate)| (*to, *rate));
        let known = known.filter(|(to, _)| sheet.rates.iter().all(|(new, _)| new != to));
        let rates = known.chain(sheet.rates.iter().copied());
        let rates = rates.filter(|(to, rate)| *to != sheet.base && *rate > Decimal::ZERO);
        let in_both = |(to, rate): (Currency, Decimal)| Some((to, rate.checked_div(*quotes.get(&to)?)?));
        let mut proportions = std::iter::once(own).chain(rates).filter_map(in_both);
        let (from, first) = proportions.next()?;
        let off = |other: Decimal| (other - first).abs() > first.saturating_mul(MOST_SPREAD);
        proportions.find(|(_, other)| off(*other)).map(|(to, _)| CircularRate { from, to })
    })
}

/// What each of two currencies is on a day: its successor, how many of it are one of that, and since when the later of
/// them is so; none where neither has ended.
fn successors(currencies: [Currency; 2], day: Date) -> ([Currency; 2], [Decimal; 2], Option<Date>) {
    let ends = currencies.map(|currency| {
        let ended = ENDED.iter().find(|ended| ended.code == currency.code() && ended.since <= day);
        ended.and_then(|ended| Some((Currency::from_code(ended.successor)?, ended)))
    });
    let [from, to] = currencies;
    let names = [ends[0].map_or(from, |(successor, _)| successor), ends[1].map_or(to, |(successor, _)| successor)];
    let units = ends.map(|end| end.map_or(Decimal::ONE, |(_, ended)| Decimal::new(ended.units.0, ended.units.1)));
    (names, units, ends.iter().flatten().map(|(_, ended)| ended.since).max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    fn sheet(day: &str, base: &str, rates: &[(&str, &str)]) -> RateSheet {
        let rates = rates.iter().map(|(code, rate)| (currency(code), rate.parse().unwrap()));
        RateSheet { date: day.parse().unwrap(), base: currency(base), rates: rates.collect() }
    }

    fn book() -> Rates {
        let mut rates = Rates::default();
        for (day, pounds) in [("2011-03-04", "0.85"), ("2011-03-07", "0.86")] {
            let quoted = [("GBP", pounds), ("USD", "1.25"), ("JPY", "115"), ("TRY", "2.2")];
            rates.add(RateProvider::EuropeanCentralBank, sheet(day, "EUR", &quoted)).unwrap();
        }
        rates
    }

    fn euros(rates: &Rates, day: &str) -> Option<i64> {
        rates.convert(Money::new(10_000, Currency::GBP), Currency::EUR, day.parse().unwrap()).map(|money| money.minor)
    }

    #[test]
    fn the_last_rate_before_the_day_counts() {
        assert_eq!(euros(&book(), "2011-03-07"), Some(11_765), "Monday still has Friday's rate");
        assert_eq!(euros(&book(), "2011-03-08"), Some(11_628));
        assert_eq!(euros(&book(), "2011-03-04"), None, "nothing before");
        assert_eq!(euros(&book(), "2011-04-08"), None, "too old");
    }

    /// Each by hand: amount ÷ units of the first a euro × units of the second a euro.
    #[test]
    fn crosses_and_ended_currencies_by_hand() {
        for (amount, from, to, expected) in [
            ("100.00", "GBP", "USD", "147.06"),    // 100 ÷ 0.85 × 1.25 = 147.0588…
            ("100.00", "USD", "GBP", "68.00"),     // 100 ÷ 1.25 × 0.85
            ("100.00", "USD", "JPY", "9200"),      // 100 ÷ 1.25 × 115
            ("9200", "JPY", "USD", "100.00"),      // and back
            ("100.00", "DEM", "EUR", "51.13"),     // 100 ÷ 1.95583 = 51.1292
            ("100.00", "DEM", "GBP", "43.46"),     // 51.1292 × 0.85 = 43.4598
            ("100.00", "DEM", "FRF", "335.39"),    // 51.1292 × 6.55957 = 335.3855
            ("100.00", "USD", "ITL", "154901.60"), // 100 ÷ 1.25 × 1936.27
            ("1000000.00", "TRL", "GBP", "0.39"),  // 1 TRY: 1 ÷ 2.2 × 0.85 = 0.3864
            ("2.20", "TRY", "EUR", "1.00"),
        ] {
            let money = Money::from_decimal(amount.parse().unwrap(), currency(from)).unwrap();
            let found = book().conversion(money, currency(to), date(2011, 3, 7)).unwrap();
            assert_eq!(found.amount.to_decimal().to_string(), expected, "{amount} {from} in {to}");
        }
    }

    #[test]
    fn a_figure_names_its_rate_or_why_there_is_none() {
        let pounds = Money::new(100, Currency::GBP);
        let found = book().conversion(pounds, currency("USD"), date(2011, 3, 8)).unwrap();
        assert_eq!((found.date, found.provider), (date(2011, 3, 7), RateProvider::EuropeanCentralBank));
        assert_eq!(found.rate.round_dp(6).to_string(), "1.453488");
        let marks = book().conversion(Money::new(100, currency("DEM")), Currency::EUR, date(2011, 3, 8)).unwrap();
        assert_eq!((marks.date, marks.provider), (date(1999, 1, 1), RateProvider::Law));
        let none = book().conversion(pounds, currency("AED"), date(2011, 3, 8)).unwrap_err();
        assert_eq!(none.to_string(), "no rate of GBP in AED in the week before 2011-03-08");
        let early = book().conversion(Money::new(100, currency("LTL")), Currency::EUR, date(2011, 3, 8));
        assert!(early.is_err(), "the litas still had years to go, and nobody quotes it here");
        let most = Money::new(i64::MAX, currency("EUR"));
        assert_eq!(book().conversion(most, currency("USD"), date(2011, 3, 8)), Err(NoRate::TooLarge));
    }

    #[test]
    fn the_business_s_own_rates_stand_before_others_and_are_not_mixed_with_them() {
        let mut rates = book();
        rates.add(RateProvider::User, sheet("2011-03-04", "GBP", &[("EUR", "2")])).unwrap();
        rates.add(RateProvider::User, sheet("2011-03-04", "GBP", &[("AED", "5")])).unwrap();
        assert_eq!(euros(&rates, "2011-03-08"), Some(20_000));
        assert_eq!(euros(&rates, "2011-03-12"), Some(11_628), "its own are too old");
        let on =
            |from: &str, to: &str| rates.conversion(Money::new(100, currency(from)), currency(to), date(2011, 3, 8));
        assert_eq!(on("EUR", "AED").unwrap().amount.minor, 250, "two rows of one day are one table");
        assert_eq!(on("USD", "GBP").unwrap().provider, RateProvider::EuropeanCentralBank);
        assert!(on("USD", "AED").is_err(), "a dollar of the one and a dirham of the other make no cross");
    }

    #[test]
    fn a_rate_that_goes_round_to_another_amount_is_not_taken() {
        let mut rates = Rates::default();
        let mut add =
            |base: &str, quoted: &[(&str, &str)]| rates.add(RateProvider::User, sheet("2011-03-04", base, quoted));
        assert_eq!(add("EUR", &[("EUR", "1"), ("GBP", "0.85"), ("USD", "1.25")]), Ok(()));
        let circular = |from: &str, to: &str| Err(CircularRate { from: currency(from), to: currency(to) });
        assert_eq!(add("GBP", &[("AED", "5"), ("EUR", "2")]), circular("GBP", "EUR"), "1 ÷ 0.85 = 1.1765");
        assert_eq!(add("GBP", &[("USD", "3")]), circular("GBP", "USD"), "1.25 ÷ 0.85 = 1.4706, by way of the euro");
        assert_eq!(add("USD", &[("USD", "1.01")]), circular("USD", "USD"));
        assert_eq!(add("GBP", &[("EUR", "1.19"), ("USD", "1.48")]), Ok(()), "a bank's other side of the day");
        assert!(rates.convert(Money::new(100, Currency::GBP), currency("AED"), date(2011, 3, 7)).is_none());
    }

    /// A dollar is 0.80 ÷ 0.85 = 0.94 euros by way of the pound; not half of one.
    #[test]
    fn a_rate_a_row_is_held_to_the_rows_before_it() {
        let mut rates = Rates::default();
        let mut add =
            |base: &str, quoted: (&str, &str)| rates.add(RateProvider::User, sheet("2011-03-04", base, &[quoted]));
        assert_eq!([add("EUR", ("GBP", "0.85")), add("USD", ("GBP", "0.80"))], [Ok(()), Ok(())]);
        assert_eq!(add("USD", ("EUR", "0.50")), Err(CircularRate { from: Currency::GBP, to: Currency::EUR }));
        assert_eq!(add("USD", ("EUR", "0.94")), Ok(()));
    }

    proptest! {
        /// Half a minor unit is lost each way at most; the way back turns it into the other currency.
        #[test]
        fn there_and_back_is_the_same_within_rounding(minor in 0_i64..1_000_000_000_000, rate in 1_u32..1_000_000) {
            let mut rates = Rates::default();
            let quoted = Decimal::new(rate.into(), 4);
            rates.add(RateProvider::User, RateSheet { date: date(2011, 3, 4), base: Currency::EUR, rates: vec![(Currency::GBP, quoted)] }).unwrap();
            let there = rates.convert(Money::new(minor, Currency::EUR), Currency::GBP, date(2011, 3, 7)).unwrap();
            let back = rates.convert(there, Currency::EUR, date(2011, 3, 7)).unwrap();
            let lost = Decimal::from((back.minor - minor).abs());
            prop_assert!(lost <= Decimal::new(5, 1) / quoted + Decimal::new(5, 1), "{} {}", lost, quoted);
        }
    }
}

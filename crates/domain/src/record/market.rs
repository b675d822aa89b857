//! What the world outside says: exchange rates and prices.

use crate::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Who says what an exchange rate was, first the one that stands before the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RateProvider {
    /// The business's own table.
    User,
    /// The European Central Bank.
    EuropeanCentralBank,
    /// The law that ended a currency, and fixed what its successor is worth in it.
    Law,
}

impl RateProvider {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "own rates",
            Self::EuropeanCentralBank => "European Central Bank",
            Self::Law => "fixed by law",
        }
    }
}

/// Exchange rates of one day: how many units of each currency one unit of `base` buys.
#[derive(Clone, PartialEq, Debug)]
pub struct RateSheet {
    /// The day.
    pub date: Date,
    /// Euro for the European Central Bank.
    pub base: Currency,
    /// In the file's order; a currency without a rate that day is absent.
    pub rates: Vec<(Currency, Decimal)>,
}

/// A day's price of a share, fund or good. Posts nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Price {
    /// Ticker, ISIN or name, as the source writes it.
    pub instrument: String,
    /// The exchange, where the source says it; else empty.
    pub market: String,
    /// The currency, where the source says it.
    pub currency: Option<Currency>,
    /// The trading day.
    pub date: Date,
    /// Major units, as exact as the source gives them; so the other four.
    pub close: Decimal,
    /// The day's first.
    pub open: Option<Decimal>,
    /// The day's highest.
    pub high: Option<Decimal>,
    /// The day's lowest.
    pub low: Option<Decimal>,
    /// Close adjusted for splits and dividends.
    pub adjusted: Option<Decimal>,
    /// Pieces traded.
    pub volume: Option<Decimal>,
}

//! Whether the business is sound: what its figures say, whoever tells them.
//!
//! Charge: facts (a concept, a period, a value, where it stands) become indicators and scores that readable definitions
//! name; a missing input is derived by an identity or named, never guessed. Limits: it reads no file and knows no format
//! of a filing; definitions come as text that the binary read.
//!
//! The rules:
//! - A flow is the fact of a year (350–380 days), else the sum of its months or quarters without a gap. Where some lack,
//!   the flow is missing, and it is said how many days are told: nothing is scaled up.
//! - Years are told by their ends, within a week: the 53-week year of a retailer is a year.
//! - A figure told twice stands as its last filing tells it; the earlier one is kept as a restatement.
//! - Facts in another currency than most of the others are left out and counted.
//! - A ratio over nought has no value, and says over what. One that says nothing where a part is not positive (a return
//!   on negative equity) says so.
//!
//! Example: assets 100 and equity 40 are told, liabilities are not. `total_liabilities / total_assets` is .6, and says
//! that liabilities are assets less equity.

mod ahead;
mod book_sellers;
mod books;
mod evaluate;
mod facts;
mod formula;
mod market;
mod one_sum;
mod platform;
mod scenarios;
mod scores;
mod sellers;
#[cfg(test)]
mod sellers_tests;
#[cfg(test)]
mod tests;

pub use ahead::{LEAST_YEARS, NextOf, TooFewYears, YearAhead, year_ahead};
pub use book_sellers::BookSellers;
pub use books::{LedgerMonth, facts_of_ledger};
pub use evaluate::{Definitions, Evaluator, How, Lack, Used};
pub use facts::{Fact, Facts, Kind, Restatement};
pub use formula::{Expression, FormulaError, Function, Operator};
pub use market::{LEVELS, MarketRisk, MarketScale, Tested, market_risk};
pub use one_sum::{Leaf, LossKind, OneSum, spread};
pub use platform::PlatformRisk;
pub use scenarios::Scenario;
pub use scores::{
    Applies, Concept, Cuts, Definition, Direction, InYear, Indicator, Link, Measured, Scale, ScoreDefinition, Scored,
    Zone, disagreements, headline, indicators, scores,
};
pub use sellers::{
    SELLER_INDICATORS, Seller, SellerDay, SellerLoss, SellerRisk, SellerSale, SellerTerms, Sellers, assess_seller,
    assess_sellers,
};

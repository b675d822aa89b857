//! All that a data directory tells of its business beside the facts: money at risk, liquidity, exchange rates, what is to
//! come, and its statements after each scenario.

use super::at_risk::{self, AtRiskView};
use super::definition_file::DefinitionFile;
use super::drivers::Drivers;
use super::fx::{self, FxView};
use super::ledger::{self, Books};
use super::liquidity::{self, LiquidityDetail};
use super::outlook::{OutlookView, outlooks};
use super::report::Report;
use super::sellers::SellersView;
use super::stressed::stressed;
use super::told::Told;
use super::{book_sellers, records, sellers};
use anyhow::Context as _;
use engine::assess::{Facts, Leaf, LossKind, OneSum, SellerTerms, assess_sellers};
use jiff::tz::TimeZone;
use std::path::Path;
use store::Reader;

/// What was read.
pub struct FromLedger {
    books: Books,
    outlook: Vec<OutlookView>,
    at_risk: AtRiskView,
    liquidity: LiquidityDetail,
    fx: Option<FxView>,
    sellers: Option<SellersView>,
}

/// What a user gives beside a data directory.
pub struct Beside<'a> {
    /// A marketplace's sellers by a table of their days.
    pub marketplace: Option<&'a Path>,
    /// How sellers are scored: the version of the rules, and the rules.
    pub terms: &'a (String, SellerTerms),
    /// Outside series for the forecasts.
    pub drivers: &'a Drivers,
}

/// Reads it, with the facts. The sellers that the policy names join the one sum, and a marketplace's where their table is
/// given.
///
/// # Errors
/// As the reader; or the table is none.
pub fn read(dir: &Path, file: &DefinitionFile, beside: &Beside<'_>) -> anyhow::Result<(Told, FromLedger)> {
    let reader = Reader::open(dir)?;
    let mut told = ledger::told(&reader)?;
    told.files = vec![dir.display().to_string()];
    let (books, _) = ledger::books(&reader, &mut Vec::new())?;
    if let Some(year) = books.year() {
        told.facts.extend(records::facts(&reader, books.currency, year)?);
    }
    let outlook = outlooks(&reader, books.currency, beside.drivers, &mut told.notes)?;
    if let Some(last) = reader.last_entry_at()? {
        let stopped = beside.drivers.stopped_by(last.to_zoned(TimeZone::UTC).date());
        let said = |(name, day)| format!("the outside series {name} ends on {day}: its last figure stands since");
        told.notes.extend(stopped.into_iter().map(said));
    }
    let mut leaves = leaves(&reader, &books, &mut told)?;
    let sellers = sellers_of(&reader, &mut told, beside, &mut leaves)?;
    let from = FromLedger {
        sellers,
        outlook,
        at_risk: at_risk::view(&OneSum::of(leaves), books.currency),
        liquidity: liquidity::detail(&reader, &books)?,
        fx: fx::exposure(&reader, books.currency, file)?,
        books,
    };
    Ok((told, from))
}

/// What may be lost on the business's own: returns of live sales as they are scored, and chargebacks to come.
fn leaves(reader: &Reader, books: &Books, told: &mut Told) -> anyhow::Result<Vec<Leaf>> {
    let mut leaves = at_risk::own_leaves(reader, &told.name)?;
    let [sales, buyers, business] = at_risk::own_sums(reader)?;
    if sales != buyers || buyers != business {
        told.notes.push(format!(
            "money at risk does not add up: {sales} by sale, {buyers} by buyer, {business} of the business, in minor units"
        ));
    }
    leaves.push(Leaf {
        seller: told.name.clone(),
        segment: at_risk::OWN.to_owned(),
        buyer: String::new(),
        transaction: String::new(),
        kind: LossKind::Chargebacks,
        minor: i64::try_from(liquidity::chargebacks_to_come(books)).unwrap_or(i64::MAX),
    });
    Ok(leaves)
}

/// The sellers that the policy names, as they are shown; their leaves, and those of a table's, join the others.
fn sellers_of(
    reader: &Reader,
    told: &mut Told,
    beside: &Beside<'_>,
    leaves: &mut Vec<Leaf>,
) -> anyhow::Result<Option<SellersView>> {
    let (version, terms) = beside.terms;
    if let Some(path) = beside.marketplace {
        let read = sellers::read(path, ledger::currency(reader)?)?;
        let as_of = read.as_of.with_context(|| format!("{} holds no day", path.display()))?;
        leaves.extend(assess_sellers(&read.sellers, as_of, terms).sum.leaves);
        told.files.push(path.display().to_string());
    }
    let Some(read) = book_sellers::of_books(reader)? else { return Ok(None) };
    let Some(as_of) = read.as_of else { return Ok(None) };
    let assessed = assess_sellers(&read.sellers, as_of, terms);
    leaves.extend(assessed.sum.leaves.iter().cloned());
    Ok(Some(sellers::view(&read, &assessed, version)))
}

impl FromLedger {
    /// Makes it part of a report.
    pub fn tell(self, file: &DefinitionFile, facts: &Facts, report: &mut Report) {
        report.stressed = stressed(file, facts, &self.books);
        report.outlook = self.outlook;
        report.at_risk = Some(self.at_risk);
        report.liquidity_detail = Some(self.liquidity);
        report.fx = self.fx;
        report.sellers = self.sellers;
    }
}

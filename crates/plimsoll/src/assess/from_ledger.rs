//! All that a data directory tells of its business beside the facts: money at risk, liquidity, exchange rates, what is to
//! come, and its statements after each scenario.

use super::at_risk::{self, AtRiskView};
use super::definition_file::DefinitionFile;
use super::fx::{self, FxView};
use super::ledger::{self, Books};
use super::liquidity::{self, LiquidityDetail};
use super::outlook::{OutlookView, outlooks};
use super::report::Report;
use super::stressed::stressed;
use super::told::Told;
use super::{records, sellers};
use anyhow::Context as _;
use engine::assess::{Facts, Leaf, LossKind, OneSum, SellerTerms, assess_sellers};
use std::path::Path;
use store::Reader;

/// What was read.
pub struct FromLedger {
    books: Books,
    outlook: Vec<OutlookView>,
    at_risk: AtRiskView,
    liquidity: LiquidityDetail,
    fx: Option<FxView>,
}

/// Reads it, with the facts. A marketplace's sellers join the one sum where their table is given.
///
/// # Errors
/// As the reader; or the table is none.
pub fn read(
    dir: &Path,
    file: &DefinitionFile,
    marketplace: Option<(&Path, &SellerTerms)>,
) -> anyhow::Result<(Told, FromLedger)> {
    let reader = Reader::open(dir)?;
    let mut told = ledger::told(&reader)?;
    told.files = vec![dir.display().to_string()];
    let (books, _) = ledger::books(&reader, &mut Vec::new())?;
    if let Some(year) = books.year() {
        told.facts.extend(records::facts(&reader, books.currency, year)?);
    }
    let outlook = outlooks(&reader, books.currency, &mut told.notes)?;
    let leaves = leaves(&reader, &books, &mut told, marketplace)?;
    let from = FromLedger {
        outlook,
        at_risk: at_risk::view(&OneSum::of(leaves), books.currency),
        liquidity: liquidity::detail(&reader, &books)?,
        fx: fx::exposure(&reader, books.currency, file)?,
        books,
    };
    Ok((told, from))
}

/// What may be lost: returns of live sales as they are scored, chargebacks to come, and a marketplace's sellers.
fn leaves(
    reader: &Reader,
    books: &Books,
    told: &mut Told,
    marketplace: Option<(&Path, &SellerTerms)>,
) -> anyhow::Result<Vec<Leaf>> {
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
    if let Some((path, terms)) = marketplace {
        let read = sellers::read(path, books.currency)?;
        let as_of = read.as_of.with_context(|| format!("{} holds no day", path.display()))?;
        leaves.extend(assess_sellers(&read.sellers, as_of, terms).sum.leaves);
        told.files.push(path.display().to_string());
    }
    Ok(leaves)
}

impl FromLedger {
    /// Makes it part of a report.
    pub fn tell(self, file: &DefinitionFile, facts: &Facts, report: &mut Report) {
        report.stressed = stressed(file, facts, &self.books);
        report.outlook = self.outlook;
        report.at_risk = Some(self.at_risk);
        report.liquidity_detail = Some(self.liquidity);
        report.fx = self.fx;
    }
}

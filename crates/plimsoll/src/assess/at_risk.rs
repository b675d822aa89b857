//! Money at risk in one sum: from transactions to buyers, sellers, segments and the business.

use crate::terminal;
use domain::{Currency, Money, RiskKind, Subject};
use engine::assess::{Leaf, LossKind, OneSum};
use serde::Serialize;
use std::fmt::Write as _;
use store::{Reader, ScoreFilter, StoreError, SubjectKind};

/// Rows of buyers and sellers that are shown.
const SHOWN: usize = 10;
/// The part of the business that its own sales are.
pub const OWN: &str = "own sales";
/// Scores of a page.
const PAGE: u32 = 10_000;

/// One sum, as it is shown; amounts in major units, exact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AtRiskView {
    /// Of all.
    pub total: String,
    /// Whether every way of adding gives the total.
    pub adds: bool,
    /// Leaves: transactions, or sellers whose transactions are not told.
    pub leaves: usize,
    /// By what may happen.
    pub kinds: Vec<(&'static str, String)>,
    /// By part of the business and what may happen.
    pub segments: Vec<(String, &'static str, String)>,
    /// The sellers with the most.
    pub sellers: Vec<(String, String)>,
    /// The buyers with the most; none where no buyer is told.
    pub buyers: Vec<(String, String)>,
}

/// As it is shown.
pub fn view(sum: &OneSum, currency: Currency) -> AtRiskView {
    let money = |minor: i64| Money::new(minor, currency).to_decimal().to_string();
    let most = |of: &std::collections::BTreeMap<String, i64>| {
        let mut rows: Vec<(&String, i64)> =
            of.iter().filter(|(name, _)| !name.is_empty()).map(|(n, m)| (n, *m)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        rows.into_iter().take(SHOWN).map(|(name, minor)| (name.clone(), money(minor))).collect()
    };
    AtRiskView {
        total: money(sum.total),
        adds: sum.adds(),
        leaves: sum.leaves.len(),
        kinds: sum.kinds.iter().map(|(kind, minor)| (kind.name(), money(*minor))).collect(),
        segments: sum.segments.iter().map(|((name, kind), minor)| (name.clone(), kind.name(), money(*minor))).collect(),
        sellers: most(&sum.sellers),
        buyers: most(&sum.buyers),
    }
}

/// For a terminal: by part and kind, and the buyers with the most.
pub fn text(view: &AtRiskView) -> String {
    let mut table = terminal::table(&["segment", "what may happen", ">money at risk"]);
    for (segment, kind, minor) in &view.segments {
        terminal::row(&mut table, [segment.clone(), (*kind).to_owned(), minor.clone()]);
    }
    let mut out = format!("{table}\n");
    if !view.buyers.is_empty() {
        let buyers: Vec<String> = view.buyers.iter().map(|(name, minor)| format!("{name} {minor}")).collect();
        let _ = writeln!(out, "Buyers with the most: {}.", buyers.join(", "));
    }
    let _ = writeln!(out, "{} in all, from {} leaves.", view.total, view.leaves);
    out
}

/// The leaves of the business's own live sales, as they are scored: one a sale, under its buyer.
///
/// # Errors
/// As the reader.
pub fn own_leaves(reader: &Reader, business: &str) -> Result<Vec<Leaf>, StoreError> {
    let mut leaves = Vec::new();
    for buyer in pages(reader, SubjectKind::Buyer)? {
        let Subject::Buyer(party) = &buyer.subject else { continue };
        leaves.push(Leaf {
            seller: business.to_owned(),
            segment: OWN.to_owned(),
            buyer: party.to_string(),
            transaction: String::new(),
            kind: LossKind::Returns,
            minor: buyer.money_at_risk.minor,
        });
    }
    Ok(leaves)
}

/// What the live sales come to one by one, by buyer, and as the business: equal, or the books are wrong.
///
/// # Errors
/// As the reader.
pub fn own_sums(reader: &Reader) -> Result<[i64; 3], StoreError> {
    let sum = |kind| -> Result<i64, StoreError> {
        Ok(pages(reader, kind)?.iter().map(|score| score.money_at_risk.minor).sum())
    };
    let business = reader.score(&Subject::Business, RiskKind::Transaction)?;
    let of_business = business.map_or(0, |score| score.money_at_risk.minor);
    Ok([sum(SubjectKind::Transaction)?, sum(SubjectKind::Buyer)?, of_business])
}

fn pages(reader: &Reader, subject: SubjectKind) -> Result<Vec<domain::Score>, StoreError> {
    let mut filter = ScoreFilter {
        subject: Some(subject),
        kind: Some(RiskKind::Transaction),
        limit: PAGE,
        ..ScoreFilter::default()
    };
    let mut all = Vec::new();
    loop {
        let page = reader.scores(&filter)?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
        filter.offset += PAGE;
    }
}

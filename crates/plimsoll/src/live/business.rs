//! The business itself in the refresh cycle: its indicators and its credit score, from the books as they stand.

use crate::assess::{DefinitionFile, assess, ledger};
use engine::assess::Facts;
use serde::Serialize;
use store::Reader;

/// The business, as a turn renewed it.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Business {
    /// 0–5 (5 worst); none where the books tell too little.
    pub credit_points: Option<f64>,
    /// Indicators that the books tell, by name.
    pub indicators: Vec<(String, f64)>,
    /// How many they do not tell.
    pub missing: usize,
}

/// Reads the ledger's whole months and measures anew.
///
/// # Errors
/// When the books cannot be read.
pub fn renewed(reader: &Reader) -> anyhow::Result<Business> {
    let file = DefinitionFile::shipped()?;
    let told = ledger::told(reader)?;
    let facts = Facts::new(told.facts.clone(), None);
    let report = assess(file, &told, &facts, None);
    let all = report.indicators.len();
    let known = |row: crate::assess::report::IndicatorRow| Some((row.name, (*row.values.first()?)?));
    let indicators: Vec<(String, f64)> = report.indicators.into_iter().filter_map(known).collect();
    Ok(Business { credit_points: report.credit.points, missing: all - indicators.len(), indicators })
}

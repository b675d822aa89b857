//! What if: a scenario moves told figures, and everything is reckoned anew.
//!
//! A scenario is changes of concepts, each a formula over the figures as they are. It keeps the books: what it takes from
//! assets it takes from equity, or adds to liabilities; [`Scenario::gap`] says by how much one does not.

use super::evaluate::{Definitions, Evaluator, Lack};
use super::facts::Facts;
use super::scores::Definition;
use domain::Account;
use std::collections::BTreeMap;

/// A scenario, as its file defines it.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// Name.
    pub name: String,
    /// What happens, in a sentence.
    pub says: String,
    /// How far each concept moves.
    pub changes: Vec<(String, Definition)>,
    /// The same as postings of a ledger: debit, credit, amount.
    pub postings: Vec<(Account, Account, Definition)>,
}

impl Scenario {
    /// How far each concept moves of these facts.
    ///
    /// # Errors
    /// What the facts lack for it.
    pub fn shifts(&self, definitions: &Definitions, facts: &Facts) -> Result<BTreeMap<String, f64>, Lack> {
        let of = |(name, change): &(String, Definition)| {
            Ok((name.clone(), Evaluator::new(definitions, facts, 0).value(&change.formula)?))
        };
        self.changes.iter().map(of).collect()
    }

    /// What the shifts take from assets and not from equity or liabilities: nought where the books are kept.
    pub fn gap(shifts: &BTreeMap<String, f64>) -> f64 {
        let of = |name: &str| shifts.get(name).copied().unwrap_or(0.0);
        of("total_assets") - of("equity") - of("total_liabilities")
    }
}

//! How well the exceptions meet the truth of a simulated world. Only the demo and the benches know the truth; no import
//! reads it.

use domain::{Exception, ExceptionRule};
use serde::Serialize;
use sim::{Class, Truth};
use std::collections::BTreeSet;

/// One rule against the truth.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// The rule.
    pub kind: &'static str,
    /// Planted breaks.
    pub planted: usize,
    /// Planted breaks that were raised.
    pub found: usize,
    /// Breaks that the real invoices or the bank bring along, and the truth lists.
    pub natural: usize,
    /// Those that were raised.
    pub natural_found: usize,
    /// Raised, and neither planted nor natural.
    pub wrong: usize,
    /// Planted breaks that were not raised, by record.
    pub missed: Vec<String>,
    /// Wrongly raised, by record.
    pub wrongly_raised: Vec<String>,
}

/// Every rule that was planted, is natural or was raised.
pub fn findings(truth: &Truth, exceptions: &[Exception]) -> Vec<Finding> {
    let rules = ExceptionRule::ALL.iter();
    rules.map(|rule| finding(*rule, truth, exceptions)).filter(Finding::says_something).collect()
}

fn finding(rule: ExceptionRule, truth: &Truth, exceptions: &[Exception]) -> Finding {
    let of = |class| truth.of(class, rule).map(|row| row.record.0.as_str()).collect::<BTreeSet<&str>>();
    let (planted, natural) = (of(Class::Planted), of(Class::Natural));
    let raised: BTreeSet<&str> =
        exceptions.iter().filter(|e| e.rule == rule).map(|exception| exception.record.0.as_str()).collect();
    let list = |records: &mut dyn Iterator<Item = &&str>| records.map(|record| (*record).to_owned()).collect();
    let wrongly_raised: Vec<String> =
        list(&mut raised.iter().filter(|record| !planted.contains(*record) && !natural.contains(*record)));
    Finding {
        kind: rule.name(),
        planted: planted.len(),
        found: planted.intersection(&raised).count(),
        natural: natural.len(),
        natural_found: natural.intersection(&raised).count(),
        wrong: wrongly_raised.len(),
        missed: list(&mut planted.difference(&raised)),
        wrongly_raised,
    }
}

impl Finding {
    fn says_something(&self) -> bool {
        self.planted + self.natural + self.wrong > 0
    }
}

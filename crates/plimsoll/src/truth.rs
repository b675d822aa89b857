//! How well the exceptions meet the truth of a simulated world. Only the demo and the benches know the truth; no import
//! reads it.

use domain::{Exception, ExceptionRule, Money};
use serde::Serialize;
use sim::{Class, Truth};
use std::collections::{BTreeMap, BTreeSet};

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

/// One rule against the truth, by money: minor units of one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MoneyFinding {
    /// The rule.
    pub kind: &'static str,
    /// What is truly at stake.
    pub planted: i64,
    /// What was raised.
    pub raised: i64,
    /// What is both: of each true break the smaller of its two amounts.
    pub right: i64,
}

/// What every rule found in money; `worth` makes amounts of several currencies comparable.
///
/// Example: a break of 10.00 raised as 8.00, one of 5.00 not raised, and 2.00 raised for nothing: 8.00 of 15.00 and of
/// 10.00 are right.
pub fn by_money(truth: &Truth, exceptions: &[Exception], worth: impl Fn(Money) -> i64) -> Vec<MoneyFinding> {
    let finding = |rule: &ExceptionRule| {
        let told = exceptions.iter().filter(|exception| exception.rule == *rule);
        let raised: BTreeMap<&str, i64> =
            told.map(|exception| (exception.record.as_str(), worth(exception.money_at_risk))).collect();
        let rows = || truth.rows.iter().filter(|row| row.rule == *rule);
        let right = rows().filter_map(|row| Some(worth(row.amount).min(*raised.get(row.record.as_str())?)));
        let (right, planted) = (right.sum(), rows().map(|row| worth(row.amount)).sum());
        MoneyFinding { kind: rule.name(), planted, raised: raised.values().sum(), right }
    };
    ExceptionRule::ALL.iter().map(finding).filter(|finding| finding.planted + finding.raised > 0).collect()
}

impl Finding {
    fn says_something(&self) -> bool {
        self.planted + self.natural + self.wrong > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, RecordId, Status};
    use jiff::Timestamp;
    use sim::TruthRow;

    #[test]
    fn the_example_by_hand() {
        let money = |minor| Money::new(minor, Currency::GBP);
        let rule = ExceptionRule::PayoutShort;
        let row = |record: &str, minor| TruthRow {
            class: Class::Planted,
            rule,
            record: RecordId::from(record),
            amount: money(minor),
            note: String::new(),
        };
        let raised = |record: &str, minor| Exception {
            id: String::new(),
            rule,
            record: RecordId::from(record),
            related: Vec::new(),
            at: Timestamp::UNIX_EPOCH,
            money_at_risk: money(minor),
            explanation: String::new(),
            status: Status::Open,
        };
        let truth = Truth { rows: vec![row("a", 1_000), row("b", 500)], decoys: Vec::new() };
        let exceptions = [raised("a", 800), raised("c", 200)];
        let found = by_money(&truth, &exceptions, |money| money.minor);
        assert_eq!(found, [MoneyFinding { kind: "PayoutShort", planted: 1_500, raised: 1_000, right: 800 }]);
        let counted = findings(&truth, &exceptions);
        assert_eq!((counted[0].found, counted[0].wrong, counted[0].missed.len()), (1, 1, 1));
    }
}

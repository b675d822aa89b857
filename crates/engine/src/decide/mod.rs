//! What to do about a transaction.
//!
//! Charge: turns a score into exactly one decision, by the first rule of the policy whose bars are all reached. Limits:
//! it sees one score. What is about to be done is ruled on by typed rules with memory: which one is reached
//! (`rules.rs`), what it limits from then on (`limits.rs`), when it stops itself (`budgets.rs`), what is lent (`loan.rs`).
//!
//! Example: rules `hold` from 4.5 points, `review` from 3.5 points and £50.00 at risk: a score of 3.7 with £80.00 at
//! risk is reviewed, with £20.00 at risk it is allowed by `default`.

pub mod budgets;
pub mod limits;
pub mod loan;
pub mod rules;
#[cfg(test)]
mod tests;

use domain::{Action, Decision, Money, Policy, RecordId};
use jiff::Timestamp;

/// The decision on a transaction with this score and money at risk.
pub fn decide(policy: &Policy, record: &RecordId, at: Timestamp, points: f64, money_at_risk: Money) -> Decision {
    let reached = policy
        .decision_rules
        .iter()
        .find(|rule| points >= rule.min_points && money_at_risk.minor >= rule.min_money_at_risk_minor);
    let (action, rule) = reached.map_or((Action::Allow, "default"), |rule| (rule.action, rule.name.as_str()));
    Decision { record: record.clone(), at, action, rule: rule.to_owned(), points }
}

/// The decision on an attempt that was asked about before it was told of: its ruling stands, and there is no other.
pub fn ruled_on_before(record: &RecordId, at: Timestamp) -> Decision {
    Decision { record: record.clone(), at, action: Action::Allow, rule: "ruled on before".to_owned(), points: 0.0 }
}

/// The decision on a document that is not a sale: there is nothing to hold back.
pub fn not_a_sale(record: &RecordId, at: Timestamp) -> Decision {
    Decision { record: record.clone(), at, action: Action::Allow, rule: "not a sale".to_owned(), points: 0.0 }
}

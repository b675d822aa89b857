//! The header's example, and how bars are met.

use super::*;
use domain::Currency;
use domain::policy::DecisionRule;

#[test]
fn the_example_by_hand() {
    let rule = |name: &str, min_points, min_money_at_risk_minor, action| DecisionRule {
        name: name.to_owned(),
        min_points,
        min_money_at_risk_minor,
        action,
    };
    let rules = vec![rule("hold", 4.5, 0, Action::Hold), rule("review", 3.5, 5_000, Action::Review)];
    let policy = Policy { decision_rules: rules, ..Policy::default() };
    let decided = |points, pence| {
        let at_risk = Money::new(pence, Currency::GBP);
        decide(&policy, &RecordId::from("shop:1"), Timestamp::UNIX_EPOCH, points, at_risk)
    };
    assert_eq!((decided(3.7, 8_000).action, decided(3.7, 8_000).rule.as_str()), (Action::Review, "review"));
    assert_eq!((decided(3.7, 2_000).action, decided(3.7, 2_000).rule.as_str()), (Action::Allow, "default"));
    assert_eq!(decided(4.5, 0).action, Action::Hold);
}

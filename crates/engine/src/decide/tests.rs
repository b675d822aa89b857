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

mod live {
    //! The examples of the modules about attempts.

    use super::super::budgets::{Budgets, Verdict};
    use super::super::limits::Limits;
    use super::super::loan::{Offer, offer};
    use super::super::rules::{Case, reaches};
    use domain::live_policy::{Budget, FeatureBar, LimitRule, LiveRule, LoanTerms};
    use domain::{Action, Attempt, Currency, Digest, Money, RiskKind, Token};
    use jiff::Timestamp;

    fn attempt(at: i64, minor: i64) -> Attempt {
        Attempt {
            id: "a".into(),
            payload: Digest::default(),
            at: Timestamp::from_second(at).unwrap(),
            kind: RiskKind::Transaction,
            doing: "payment".into(),
            amount: Money::new(minor, Currency::EUR),
            card: Token([1; 16]),
            terminal: None,
            order: "".into(),
            fell_back: false,
        }
    }

    fn rule(name: &str) -> LiveRule {
        LiveRule {
            name: name.to_owned(),
            kind: None,
            doing: String::new(),
            min_points: 0.0,
            min_money_at_risk_minor: 0,
            min_amount_minor: 0,
            features: Vec::new(),
            action: Action::Refuse,
            limit: None,
            budget: Budget::default(),
        }
    }

    #[test]
    fn every_bar_of_a_rule_must_be_reached() {
        let bar = FeatureBar { feature: "card_count_1h".to_owned(), at_least: 5.0, at_most: f64::INFINITY };
        let review = LiveRule { min_points: 3.0, features: vec![bar], ..rule("review") };
        let table = [(3.4, 6.0, true), (3.4, 5.0, true), (3.4, 2.0, false), (2.9, 6.0, false), (3.4, f32::NAN, false)];
        for (points, count, expected) in table {
            let attempt = attempt(0, 100);
            let (amount, features) = (Some(attempt.amount), [count]);
            let names = ["card_count_1h"];
            let case =
                Case { attempt: &attempt, points, amount, money_at_risk: amount, features: &features, names: &names };
            assert_eq!(reaches(&review, &case), expected, "{points} {count}");
        }
    }

    #[test]
    fn money_that_cannot_be_weighed_reaches_its_bar() {
        let large = LiveRule { min_amount_minor: 5_000, ..rule("large") };
        let attempt = attempt(0, 100);
        let case =
            |amount| Case { attempt: &attempt, points: 0.0, amount, money_at_risk: None, features: &[], names: &[] };
        assert!(reaches(&large, &case(None)));
        assert!(!reaches(&large, &case(Some(Money::new(4_999, Currency::GBP)))));
    }

    #[test]
    fn a_limit_tightens_is_lifted_and_ends() {
        let limit = |most| LimitRule {
            most_minor: Some(most),
            most_attempts: None,
            per_seconds: 60,
            for_seconds: 3_600,
            release_below_points: 2.0,
        };
        let mut limits = Limits::default();
        limits.set(&attempt(0, 100), "r", &limit(5_000));
        assert_eq!(limits.set(&attempt(10, 100), "r", &limit(9_000)).most_minor, Some(5_000), "never looser");
        assert!(limits.broken(&attempt(20, 6_000), 3.0, |_| 1).is_some());
        assert!(limits.broken(&attempt(20, 5_000), 3.0, |_| 1).is_none());
        assert!(limits.broken(&attempt(30, 6_000), 2.0, |_| 1).is_some(), "the bar itself does not release");
        assert!(limits.broken(&attempt(40, 6_000), 1.5, |_| 1).is_none());
        assert!(limits.broken(&attempt(50, 6_000), 3.0, |_| 1).is_none(), "it was lifted");
        limits.set(&attempt(100, 1), "r", &limit(5_000));
        assert!(limits.broken(&attempt(3_699, 6_000), 3.0, |_| 1).is_some());
        assert!(limits.broken(&attempt(3_700, 6_000), 3.0, |_| 1).is_none(), "it has ended");
    }

    #[test]
    fn a_limit_of_attempts_counts_them() {
        let limit = LimitRule {
            most_minor: None,
            most_attempts: Some(2),
            per_seconds: 60,
            for_seconds: 3_600,
            release_below_points: 0.0,
        };
        let mut limits = Limits::default();
        limits.set(&attempt(0, 100), "r", &limit);
        assert!(limits.broken(&attempt(1, 100), 3.0, |_| 2).is_none());
        assert_eq!(limits.broken(&attempt(2, 100), 3.0, |_| 3).map(|limit| limit.rule.as_str()), Some("r"));
    }

    #[test]
    fn a_rule_stops_itself_and_comes_back_after_an_hour() {
        let rule = LiveRule { budget: Budget { subjects: Some(2), money_minor: None }, ..rule("r") };
        let mut budgets = Budgets::default();
        let mut spend = |at, card: u8, retry| budgets.spend(&rule, at, Token([card; 16]), 100, retry);
        let table = [
            (0, 1, false, Verdict::Acts),
            (1, 1, true, Verdict::Acts),
            (2, 2, false, Verdict::Acts),
            (3, 3, false, Verdict::StopsNow),
            (4, 1, false, Verdict::Stopped),
            (3_602, 1, false, Verdict::Stopped),
            (3_603, 3, false, Verdict::Acts),
        ];
        for (at, card, retry, expected) in table {
            assert_eq!(spend(at, card, retry), expected, "{at}");
        }
    }

    #[test]
    fn a_rule_has_a_budget_of_money_too_and_a_retry_costs_nothing() {
        let rule = LiveRule { budget: Budget { subjects: None, money_minor: Some(250) }, ..rule("r") };
        let mut budgets = Budgets::default();
        let mut spend = |retry| budgets.spend(&rule, 0, Token([1; 16]), 100, retry);
        let verdicts = [false, true, true, false, false].map(&mut spend);
        assert_eq!(verdicts[..4], [Verdict::Acts; 4]);
        assert_eq!(verdicts[4], Verdict::StopsNow);
    }

    #[test]
    fn a_loan_by_hand() {
        let terms = LoanTerms {
            most_expected_loss_minor: 10_000,
            most_minor: 1_000_000,
            funding_bps: 300,
            margin_bps: 200,
            most_rate_bps: 3_000,
        };
        assert_eq!(offer(&terms, 0.05, 5_000), Some(Offer { most_minor: 400_000, rate_bps: 770 }));
        assert_eq!(offer(&terms, 0.0, 5_000), Some(Offer { most_minor: 1_000_000, rate_bps: 500 }));
        assert_eq!(offer(&terms, 0.9, 10_000), None, "no rate that the policy allows carries it");
    }
}

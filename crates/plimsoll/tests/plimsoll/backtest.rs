//! A backtest decides as live did, and counts what came of it.

use crate::shop::{Books, World, policy, run};
use crate::small_model;
use domain::{Body, Decision, Policy};
use learn::logistic::LogisticModel;
use learn::{Model, ModelFile};
use plimsoll::backtest::{Judge, Tried, Window, play};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Looks at more sales than the built-in policy does, so that there is something to tell apart; in a shop of weeks, labels
/// mature within days, and the model scores every buyer.
fn watchful() -> Policy {
    let mut policy = policy();
    policy.version += 1;
    (policy.event_horizon_days, policy.cold_start_invoices) = (5, 0);
    for (rule, points) in policy.decision_rules.iter_mut().zip([4.0, 3.5, 3.0, 2.5]) {
        (rule.min_points, rule.min_money_at_risk_minor) = (points, 0);
    }
    policy
}

fn judge() -> Judge {
    Judge { model: Arc::new(small_model::model()), loss_given_event_bps: 4_000, base_rate_bps: 2_500 }
}

/// A shop that installed a model half way, and traded on.
fn lived() -> (Books, Window) {
    let (half, whole) = (World::of(700, 1), World::of(1_400, 1));
    let mut books = Books::new();
    let now = jiff::Timestamp::UNIX_EPOCH;
    books.session.tell(now, vec![Body::PolicyInstalled(Box::new(watchful()))]).unwrap();
    books.import(&[("rates.csv", &half.rates), ("shop.csv", &half.shop)]);
    small_model::install(&mut books.session);
    let from = books.session.working().latest().unwrap() + jiff::SignedDuration::from_secs(1);
    books.import(&[("more.csv", &whole.shop)]);
    let to = books.session.working().latest().unwrap() + jiff::SignedDuration::from_secs(1);
    (books, Window { from, to })
}

fn live(books: &Books, tried: &Tried) -> Decision {
    let decisions = books.read().decisions_of(&tried.record).unwrap();
    assert_eq!(decisions.len(), 1, "{tried:?}");
    decisions[0].clone()
}

#[test]
fn a_backtest_decides_as_live_did_and_another_model_is_found_out() {
    let (books, window) = lived();
    let tried = play(books.read(), &watchful(), Some(&judge()), &window).unwrap();
    assert!(tried.len() > 400, "{}", tried.len());
    let differs = |tried: &Tried| {
        let live = live(&books, tried);
        (live.action, live.rule, live.points) != (tried.action, tried.rule.clone(), tried.points)
    };
    assert_eq!(tried.iter().filter(|tried| differs(tried)).count(), 0);
    let actions: BTreeSet<_> = tried.iter().map(|tried| tried.action).collect();
    assert!(actions.len() > 1, "{actions:?} tell nothing apart");

    let Model::Logistic(line) = &small_model::model().model().clone() else { unreachable!() };
    let other = LogisticModel::new(0.5, line.coefficients().to_vec()).unwrap();
    let other = ModelFile::new(engine::observe::names(), Model::Logistic(other)).unwrap();
    let tried = play(books.read(), &watchful(), Some(&Judge { model: Arc::new(other), ..judge() }), &window).unwrap();
    assert!(tried.iter().any(differs));
}

#[test]
fn what_a_stricter_policy_stops_is_told_in_sales_and_money() {
    let (books, window) = lived();
    let (dir, folder) = books.close();
    let stricter = folder.path().join("stricter.toml");
    let text = plimsoll::policy_file::DEFAULT
        .replace("event_horizon_days = 30", "event_horizon_days = 5")
        .replace("min_points = 2.5\nmin_money_at_risk = \"5000.00\"", "min_points = 0.5\nmin_money_at_risk = \"0.00\"");
    assert_ne!(text, plimsoll::policy_file::DEFAULT);
    std::fs::write(&stricter, text).unwrap();
    let (from, to) = (window.from.to_string(), window.to.to_string());
    let path = stricter.display().to_string();
    let told = run(&dir, &["backtest", &path, "--from", &from, "--to", &to, "--rules-only", "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let side = |index: usize| &told["policies"][index];
    let sales = |index: usize| {
        let groups = side(index)["figures"]["groups"].as_array().unwrap();
        groups.iter().map(|group| group["sales"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(sales(0), sales(1));
    let number = |index: usize, figure: &str| side(index)["figures"][figure]["minor"].as_i64().unwrap();
    // All that events cost is either caught or missed, whoever decides.
    assert_eq!(number(0, "caught") + number(0, "missed"), number(1, "caught") + number(1, "missed"));
    assert!(number(1, "stopped_in_vain") > number(0, "stopped_in_vain"));
}

#[test]
fn a_window_without_sales_and_one_that_ends_before_it_begins_are_refused() {
    let (books, _) = lived();
    let (dir, _folder) = books.close();
    for (from, to, says) in
        [("1999-01-01", "1999-02-01", "no sale was made"), ("2011-02-01", "2011-01-01", "is not before")]
    {
        let told = run(&dir, &["backtest", "--from", from, "--to", to, "--rules-only"]);
        assert!(told.code == 1 && told.err.contains(says), "{}", told.err);
    }
}

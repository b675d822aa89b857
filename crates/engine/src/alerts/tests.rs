//! The header's example, grouping, and works with their undoing.

use super::*;
use domain::live_policy::Plan;
use domain::{Assessed, Attempt, Currency, Digest, Method, RiskKind, Token, Worked};

fn policy() -> LivePolicy {
    let plan =
        Plan { level: Level::Warning, tell: vec!["A".to_owned(), "B".to_owned()], escalate_seconds: 600, limit: None };
    LivePolicy { plans: vec![plan], ..LivePolicy::default() }
}

fn second(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap()
}

fn ruling(id: &str, at: i64, level: Level, action: Action) -> Ruling {
    let amount = Money::new(1_000, Currency::EUR);
    let attempt = Attempt {
        id: id.into(),
        payload: Digest::default(),
        at: second(at),
        kind: RiskKind::Transaction,
        doing: "payment".into(),
        amount,
        card: Token([7; 16]),
        terminal: None,
        order: "".into(),
        fell_back: false,
    };
    let score = Assessed {
        method: Method::ColdStart,
        probability: 0.5,
        points: 3.0,
        level,
        money_at_risk: Money::new(500, Currency::EUR),
        moved: vec![0.0],
    };
    Ruling {
        attempt,
        features: Vec::new(),
        score,
        action,
        rule: "r".to_owned(),
        terms: None,
        stopped: Vec::new(),
        would_have: Vec::new(),
    }
}

fn follow(alerts: &mut Alerts, ruling: &Ruling) -> Changes {
    let mut out = Changes::default();
    alerts.follow(&policy(), ruling.attempt.at, ruling, false, &mut out);
    out
}

fn work(alerts: &mut Alerts, id: &str, what: WorkKind) -> Changes {
    let worked = Worked { exception: id.to_owned(), money_at_risk: Money::zero(Currency::EUR), needs_second: false };
    let about = if matches!(what, WorkKind::Undone { .. }) { Vec::new() } else { vec![worked] };
    let mut out = Changes::default();
    alerts.work(&Work { about, by: "ann".to_owned(), what }, &mut out);
    out
}

fn told(changes: &Changes) -> Vec<&str> {
    changes.notices.iter().map(|notice| notice.to.as_str()).collect()
}

fn pass(alerts: &mut Alerts, at: i64) -> Changes {
    let mut out = Changes::default();
    alerts.pass(&policy(), second(at), &mut out);
    out
}

#[test]
fn the_example_by_hand() {
    let mut alerts = Alerts::default();
    assert_eq!(told(&follow(&mut alerts, &ruling("a", 0, Level::Warning, Action::Allow))), ["A"]);
    assert_eq!(alerts.next_due(), Some(second(600)));
    assert!(told(&pass(&mut alerts, 599)).is_empty());
    assert_eq!(told(&pass(&mut alerts, 600)), ["B"]);
    assert_eq!(alerts.next_due(), None, "nobody is left");
}

#[test]
fn whoever_takes_it_ends_the_escalation_and_an_undo_brings_the_alert_back() {
    let mut alerts = Alerts::default();
    let id = follow(&mut alerts, &ruling("a", 0, Level::Warning, Action::Allow)).alerts[0].id.clone();
    work(&mut alerts, &id, WorkKind::Assigned { owner: "bob".to_owned() });
    assert!(told(&pass(&mut alerts, 600)).is_empty());
    let closed = work(&mut alerts, &id, WorkKind::Resolved { reason: "a friend".to_owned() });
    assert!(closed.alerts[0].closed);
    let open = work(&mut alerts, &id, WorkKind::Undone { work: 2 });
    assert!(!open.alerts[0].closed && open.alerts[0].acknowledged);
}

#[test]
fn a_card_has_one_open_alert_and_another_once_that_is_closed() {
    let mut alerts = Alerts::default();
    let first = follow(&mut alerts, &ruling("a", 0, Level::Warning, Action::Allow)).alerts[0].clone();
    let second = follow(&mut alerts, &ruling("b", 9, Level::Normal, Action::Refuse));
    assert!(second.notices.is_empty(), "not louder");
    let grouped = &second.alerts[0];
    assert_eq!((&grouped.id, grouped.rulings, grouped.money_at_risk.minor), (&first.id, 2, 1_000));
    let louder = follow(&mut alerts, &ruling("c", 10, Level::Critical, Action::Refuse));
    assert_eq!((told(&louder), louder.notices[0].why.as_str()), (vec!["A"], "louder"));
    work(&mut alerts, &first.id, WorkKind::Resolved { reason: "done".to_owned() });
    let next = follow(&mut alerts, &ruling("d", 20, Level::Warning, Action::Allow));
    assert_ne!(next.alerts[0].id, first.id);
    assert!(follow(&mut alerts, &ruling("e", 21, Level::Watch, Action::Warn)).alerts.is_empty(), "not loud enough");
}

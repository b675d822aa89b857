//! Attempts that are told of after the fact: one decision each, and one attempt with the one that was asked about.

use crate::server::{Server, attempt, new_business};
use crate::shop::run;
use domain::{Decision, RecordId};
use plimsoll::policy_file;
use serde_json::{Value, json};
use std::path::Path;
use store::Reader;

const RULES: &str = r#"
[[live.rule]]
name = "large"
min_amount = "500.00"
action = "refuse"

[[live.rule]]
name = "declined before"
at_least = { card_declined_1h = 1 }
action = "review"
"#;

/// A business whose labels mature after so many days.
fn business(maturity_days: u32) -> (std::path::PathBuf, tempfile::TempDir) {
    let (dir, kept) = new_business();
    let file = kept.path().join("policy.toml");
    let live = format!("[live]\nmaturity_days = {maturity_days}\n{RULES}");
    std::fs::write(&file, format!("{}\n{live}", policy_file::DEFAULT)).unwrap();
    assert_eq!(run(&dir, &["policy", "--install", file.to_str().unwrap()]).code, 0);
    (dir, kept)
}

fn told(id: &str, at: &str, amount: &str, card: &str, outcome: &str) -> Value {
    json!({
        "plimsoll": 1, "type": "authorisation", "id": id, "at": at, "currency": "GBP", "amount": amount,
        "outcome": outcome, "card": card,
    })
}

fn decisions(dir: &Path, id: &str) -> Vec<(&'static str, String)> {
    let record = RecordId::from(format!("event:authorisation/{id}").as_str());
    let decisions = Reader::open(dir).unwrap().decisions_of(&record).unwrap();
    decisions.into_iter().map(|Decision { action, rule, .. }| (action.name(), rule)).collect()
}

/// What was known of an attempt when it was ruled on.
fn feature(dir: &Path, attempt: &str, name: &str) -> f32 {
    let place = engine::observe::payment_columns().iter().position(|column| *column == name).unwrap();
    Reader::open(dir).unwrap().ruling(attempt).unwrap().unwrap().features[place]
}

fn one(action: &'static str, rule: &str) -> Vec<(&'static str, String)> {
    vec![(action, rule.to_owned())]
}

#[test]
fn an_attempt_that_a_file_tells_of_ends_in_one_decision_by_the_lists_and_rules_and_wakes_nobody() {
    let (dir, kept) = business(7);
    assert_eq!(run(&dir, &["lists", "block", "--card", "c9", "--reason", "stolen"]).code, 0);
    let at = |minute: u32| format!("2026-01-19T12:{minute:02}:00Z");
    let file = kept.path().join("attempts.jsonl");
    let lines = [
        told("a", &at(0), "10.00", "c1", "approved"),
        told("b", &at(1), "900.00", "c2", "approved"),
        told("c", &at(2), "10.00", "c3", "declined"),
        told("d", &at(3), "10.00", "c3", "approved"),
        told("e", &at(4), "10.00", "c9", "approved"),
    ];
    std::fs::write(&file, lines.map(|line| format!("{line}\n")).concat()).unwrap();
    for _ in 0..2 {
        assert_eq!(run(&dir, &["import", file.to_str().unwrap()]).code, 0);
    }
    assert_eq!(decisions(&dir, "a"), one("allow", "default"));
    assert_eq!(decisions(&dir, "b"), one("refuse", "large"));
    assert_eq!(decisions(&dir, "c"), one("review", "declined before"), "its own decline is known when it is told");
    assert_eq!(decisions(&dir, "d"), one("review", "declined before"));
    assert_eq!(decisions(&dir, "e"), one("refuse", "block list"));
    assert_eq!(run(&dir, &["alerts", "--json"]).out, "");
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn one_that_was_asked_about_and_is_told_of_is_one_attempt_and_its_end_is_known() {
    let (dir, _kept) = business(7);
    let server = Server::start(&dir, &[]);
    let ask = |id: &str, at: &str, card: &str| {
        let answer = server.score(&[], &attempt(id, at, "10.00", card).to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    ask("pay-1", "2026-01-19T12:00:00Z", "c1");
    ask("pay-2", "2026-01-19T12:01:00Z", "c2");
    // By its own name a moment later, by the processor's name of it, and under a name that nobody knows.
    let mut by_charge = told("auth-77", "2026-01-19T12:01:03Z", "10.00", "c2", "declined");
    by_charge["charge"] = json!("pay-2");
    let lines = [
        told("pay-1", "2026-01-19T12:00:02Z", "10.00", "c1", "declined"),
        by_charge,
        told("other", "2026-01-19T12:02:00Z", "10.00", "c1", "approved"),
    ];
    assert_eq!(server.post(lines.map(|line| format!("{line}\n")).concat()).status, 200);
    ask("pay-3", "2026-01-19T12:05:00Z", "c1");
    ask("pay-4", "2026-01-19T12:06:00Z", "c2");
    // Of the same card and amount a moment later, under the bank's own name; a second time there is none left.
    ask("pay-5", "2026-01-19T12:07:00Z", "c5");
    for (id, at) in [("bank-9", "2026-01-19T12:07:20Z"), ("bank-10", "2026-01-19T12:07:40Z")] {
        assert_eq!(server.post(told(id, at, "10.00", "c5", "approved").to_string()).status, 200);
    }
    ask("pay-6", "2026-01-19T12:09:00Z", "c5");
    server.stop();
    assert_eq!(feature(&dir, "pay-6", "card_count_1h"), 3.0);
    assert_eq!(decisions(&dir, "bank-9"), one("allow", "ruled on before"));
    assert_eq!(decisions(&dir, "bank-10"), one("allow", "default"));
    assert_eq!(["card_count_1h", "card_declined_1h"].map(|name| feature(&dir, "pay-3", name)), [3.0, 1.0]);
    assert_eq!(["card_count_1h", "card_declined_1h"].map(|name| feature(&dir, "pay-4", name)), [2.0, 1.0]);
    assert_eq!(decisions(&dir, "pay-1"), one("allow", "ruled on before"));
    assert_eq!(decisions(&dir, "auth-77"), one("allow", "ruled on before"));
    assert_eq!(decisions(&dir, "other"), one("review", "declined before"));
    let reader = Reader::open(&dir).unwrap();
    let rules: Vec<String> = reader.rulings_after(0, 10).unwrap().into_iter().map(|row| row.ruling.rule).collect();
    let default = "default";
    assert_eq!(rules, [default, default, "declined before", "declined before", default, default]);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn one_setting_says_when_labels_mature_to_windows_and_to_training_sets() {
    let over = |days: u32| {
        let (dir, kept) = business(days);
        let listed = run(&dir, &["features", "list", "--of", "payments", "--json"]).json_lines();
        let risk = listed.iter().find(|line| line["columns"][0] == "terminal_risk_1d").unwrap();
        let file = kept.path().join("attempts.jsonl");
        let line = told("a", "2026-01-19T12:00:00Z", "10.00", "c1", "approved");
        std::fs::write(&file, format!("{line}\n")).unwrap();
        assert_eq!(run(&dir, &["import", file.to_str().unwrap()]).code, 0);
        let out = kept.path().join("set.parquet");
        let args = ["features", "export", out.to_str().unwrap(), "--of", "payments", "--as-of", "2026-01-28T12:00:00Z"];
        let export = run(&dir, &[&args[..], &["--json"]].concat());
        let exported = export.json();
        (risk["over"].clone(), exported["none"].clone(), exported["open"].clone())
    };
    assert_eq!(over(7), (json!("1d 7d late"), json!(1), json!(0)));
    assert_eq!(over(10), (json!("1d 10d late"), json!(0), json!(1)), "nine days are too few now");
}

//! `[live]`: how attempts are ruled on.

use super::place::{Faults, Part};
use domain::live_policy::{Budget, Fallback, FeatureBar, LimitRule, LivePolicy, LiveRule, LoanTerms, Mode, Plan};
use domain::{Action, Currency, Level, Money, RiskKind};
use engine::observe::payment_columns;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

const KINDS: [(&str, Option<RiskKind>); 2] =
    [("transaction", Some(RiskKind::Transaction)), ("credit", Some(RiskKind::Credit))];

/// The part `[live]` of a policy file, and its faults with their places; the default where the file has none.
pub(super) fn parse(text: &str, currency: Currency) -> (LivePolicy, Vec<String>) {
    let faults = Faults::of(text);
    let policy = match DeTable::parse(text) {
        // The whole file was read before: what is no TOML is told there.
        Err(_) => LivePolicy::default(),
        Ok(file) => match file.get_ref().get("live") {
            None => LivePolicy::default(),
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => live(Part::new("[live]", value.span(), table, &faults), currency),
                _ => LivePolicy::default(),
            },
        },
    };
    (policy, faults.told())
}

fn live(part: Part<'_, '_>, currency: Currency) -> LivePolicy {
    let usual = LivePolicy::default();
    let policy = LivePolicy {
        mode: part.word("mode", &Mode::ALL.map(|mode| (mode.name(), mode)), usual.mode),
        base_rate: part.number("base_rate", 1e-6..0.999, usual.base_rate),
        loss_given_event_bps: percent(&part, "loss_given_event_percent", usual.loss_given_event_bps),
        maturity_days: part.count("maturity_days").unwrap_or(usual.maturity_days),
        retry_seconds: part.count("retry_seconds").unwrap_or(usual.retry_seconds),
        most_ahead_seconds: part.count("most_ahead_seconds").unwrap_or(usual.most_ahead_seconds),
        rules: part.parts("[[live.rule]]", "rule").into_iter().map(|part| rule(part, currency)).collect(),
        loan: part.part("[live.loan]", "loan").map(|part| loan(part, currency)),
        fallbacks: part.parts("[[live.fallback]]", "fallback").into_iter().map(fallback).collect(),
        plans: part.parts("[[live.plan]]", "plan").into_iter().map(|part| plan(part, currency)).collect(),
    };
    part.end();
    policy
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100,000,000")]
fn percent(part: &Part<'_, '_>, key: &'static str, default_bps: u32) -> u32 {
    (part.number(key, 0.0..1_000.0, f64::from(default_bps) / 100.0) * 100.0).round() as u32
}

fn rule(part: Part<'_, '_>, currency: Currency) -> LiveRule {
    let action = part.action(Action::Review);
    let rule = LiveRule {
        name: part.needed("name"),
        kind: part.word("kind", &KINDS, None),
        doing: part.text("doing").unwrap_or_default(),
        min_points: part.number("min_points", 0.0..5.0, 0.0),
        min_money_at_risk_minor: part.money("min_money_at_risk", currency).unwrap_or(0),
        min_amount_minor: part.money("min_amount", currency).unwrap_or(0),
        features: bars(&part),
        action,
        limit: part.part("[live.rule.limit]", "limit").map(|part| limit(part, currency)),
        budget: part.part("[live.rule.budget]", "budget").map(|part| budget(part, currency)).unwrap_or_default(),
    };
    let limits = matches!(action, Action::LimitAmount | Action::LimitFrequency);
    if limits && part.absent("limit") {
        part.lacks("limit");
    }
    part.end();
    rule
}

/// `at_least = { feature = number }` and `at_most` are one bar for each feature.
fn bars(part: &Part<'_, '_>) -> Vec<FeatureBar> {
    let mut bars: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for (feature, number) in part.named_numbers("at_least", payment_columns()) {
        bars.entry(feature).or_insert((f64::NEG_INFINITY, f64::INFINITY)).0 = number;
    }
    for (feature, number) in part.named_numbers("at_most", payment_columns()) {
        bars.entry(feature).or_insert((f64::NEG_INFINITY, f64::INFINITY)).1 = number;
    }
    bars.into_iter().map(|(feature, (at_least, at_most))| FeatureBar { feature, at_least, at_most }).collect()
}

fn limit(part: Part<'_, '_>, currency: Currency) -> LimitRule {
    let limit = LimitRule {
        most_minor: part.money("most", currency),
        most_attempts: part.count("most_attempts"),
        per_seconds: part.count("per_seconds").unwrap_or(3_600),
        for_seconds: part.count("for_seconds").unwrap_or(3_600),
        release_below_points: part.number("release_below_points", 0.0..5.0, 0.0),
    };
    if part.absent("most") && part.absent("most_attempts") {
        part.lacks("most` or `most_attempts");
    }
    part.end();
    limit
}

fn budget(part: Part<'_, '_>, currency: Currency) -> Budget {
    let budget =
        Budget { subjects: part.count("subjects_an_hour"), money_minor: part.money("money_an_hour", currency) };
    part.end();
    budget
}

fn loan(part: Part<'_, '_>, currency: Currency) -> LoanTerms {
    let most_expected_loss_minor = part.money("most_expected_loss", currency);
    let most_minor = part.money("most", currency);
    if part.absent("most_expected_loss") {
        part.lacks("most_expected_loss");
    }
    if part.absent("most") {
        part.lacks("most");
    }
    let terms = LoanTerms {
        most_expected_loss_minor: most_expected_loss_minor.unwrap_or(0),
        most_minor: most_minor.unwrap_or(0),
        funding_bps: percent(&part, "funding_percent", 0),
        margin_bps: percent(&part, "margin_percent", 0),
        most_rate_bps: percent(&part, "most_rate_percent", 10_000),
    };
    part.end();
    terms
}

fn fallback(part: Part<'_, '_>) -> Fallback {
    let fallback = Fallback { doing: part.text("doing").unwrap_or_default(), action: part.action(Action::Allow) };
    part.end();
    fallback
}

fn plan(part: Part<'_, '_>, currency: Currency) -> Plan {
    let plan = Plan {
        level: part.level(Level::Warning),
        tell: part.texts("tell"),
        escalate_seconds: part.count("escalate_minutes").unwrap_or(30).saturating_mul(60),
        limit: part.part("[live.plan.limit]", "limit").map(|part| limit(part, currency)),
    };
    for to in &plan.tell {
        if !["mailto:", "http://"].iter().any(|scheme| to.starts_with(scheme)) {
            part.lacks(&format!("tell` with addresses that begin with `mailto:` or `http://`, not `{to}"));
        }
    }
    part.end();
    plan
}

/// The part as a file says it; none where it is the default.
pub(super) fn file_of(policy: &LivePolicy, currency: Currency) -> Option<Table> {
    if *policy == LivePolicy::default() {
        return None;
    }
    let money = |minor: i64| Value::String(Money::new(minor, currency).to_decimal().to_string());
    let mut table = Table::new();
    put(&mut table, "mode", policy.mode.name());
    put(&mut table, "base_rate", policy.base_rate);
    put(&mut table, "loss_given_event_percent", f64::from(policy.loss_given_event_bps) / 100.0);
    put(&mut table, "maturity_days", i64::from(policy.maturity_days));
    put(&mut table, "retry_seconds", i64::from(policy.retry_seconds));
    put(&mut table, "most_ahead_seconds", i64::from(policy.most_ahead_seconds));
    list(&mut table, "rule", policy.rules.iter().map(|rule| rule_of(rule, &money)));
    if let Some(loan) = &policy.loan {
        let mut told = Table::new();
        put(&mut told, "most_expected_loss", money(loan.most_expected_loss_minor));
        put(&mut told, "most", money(loan.most_minor));
        put(&mut told, "funding_percent", f64::from(loan.funding_bps) / 100.0);
        put(&mut told, "margin_percent", f64::from(loan.margin_bps) / 100.0);
        put(&mut told, "most_rate_percent", f64::from(loan.most_rate_bps) / 100.0);
        put(&mut table, "loan", told);
    }
    list(
        &mut table,
        "fallback",
        policy.fallbacks.iter().map(|fallback| {
            let mut told = Table::new();
            put(&mut told, "doing", fallback.doing.clone());
            put(&mut told, "action", fallback.action.name());
            told
        }),
    );
    list(
        &mut table,
        "plan",
        policy.plans.iter().map(|plan| {
            let mut told = Table::new();
            put(&mut told, "level", plan.level.name());
            put(&mut told, "tell", plan.tell.clone());
            put(&mut told, "escalate_minutes", i64::from(plan.escalate_seconds / 60));
            if let Some(limit) = &plan.limit {
                put(&mut told, "limit", limit_of(limit, &money));
            }
            told
        }),
    );
    Some(table)
}

fn rule_of(rule: &LiveRule, money: &impl Fn(i64) -> Value) -> Table {
    let mut told = Table::new();
    put(&mut told, "name", rule.name.clone());
    if let Some(kind) = rule.kind {
        put(&mut told, "kind", kind.name());
    }
    put(&mut told, "doing", rule.doing.clone());
    put(&mut told, "min_points", rule.min_points);
    put(&mut told, "min_money_at_risk", money(rule.min_money_at_risk_minor));
    put(&mut told, "min_amount", money(rule.min_amount_minor));
    let ends = |end: fn(&FeatureBar) -> f64| {
        let told = rule.features.iter().map(move |bar| (bar.feature.clone(), Value::Float(end(bar))));
        told.filter(|(_, value)| value.as_float().is_some_and(f64::is_finite)).collect::<Table>()
    };
    put(&mut told, "at_least", ends(|bar| bar.at_least));
    put(&mut told, "at_most", ends(|bar| bar.at_most));
    put(&mut told, "action", rule.action.name());
    if let Some(limit) = &rule.limit {
        put(&mut told, "limit", limit_of(limit, money));
    }
    let mut budget = Table::new();
    if let Some(subjects) = rule.budget.subjects {
        put(&mut budget, "subjects_an_hour", i64::from(subjects));
    }
    if let Some(minor) = rule.budget.money_minor {
        put(&mut budget, "money_an_hour", money(minor));
    }
    put(&mut told, "budget", budget);
    told
}

fn limit_of(limit: &LimitRule, money: &impl Fn(i64) -> Value) -> Table {
    let mut told = Table::new();
    if let Some(most) = limit.most_minor {
        put(&mut told, "most", money(most));
    }
    if let Some(most) = limit.most_attempts {
        put(&mut told, "most_attempts", i64::from(most));
    }
    put(&mut told, "per_seconds", i64::from(limit.per_seconds));
    put(&mut told, "for_seconds", i64::from(limit.for_seconds));
    put(&mut told, "release_below_points", limit.release_below_points);
    told
}

fn put(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn list(table: &mut Table, key: &str, parts: impl Iterator<Item = Table>) {
    let parts: Vec<Value> = parts.map(Value::Table).collect();
    if !parts.is_empty() {
        table.insert(key.to_owned(), Value::Array(parts));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[live]
mode = "static"
base_rate = 0.02
loss_given_event_percent = 60
maturity_days = 10

[[live.rule]]
name = "card testing"
kind = "transaction"
min_points = 2.5
at_least = { card_count_1h = 5 }
action = "limit_frequency"
limit = { most_attempts = 3, per_seconds = 600, for_seconds = 3600, release_below_points = 1.0 }
budget = { subjects_an_hour = 50, money_an_hour = "1000.00" }

[live.loan]
most_expected_loss = "100.00"
most = "5000.00"
funding_percent = 3
margin_percent = 2.5

[[live.fallback]]
doing = "payout"
action = "hold"

[[live.plan]]
level = "warning"
tell = ["mailto:risk@example.com"]
escalate_minutes = 10
limit = { most_attempts = 1, per_seconds = 60, for_seconds = 7200 }
"#;

    #[test]
    fn what_is_shown_can_be_installed() {
        let (policy, faults) = parse(WHOLE, Currency::GBP);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!((policy.rules[0].budget.money_minor, policy.loan.unwrap().margin_bps), (Some(100_000), 250));
        let mut file = Table::new();
        file.insert("live".to_owned(), Value::Table(file_of(&policy, Currency::GBP).unwrap()));
        assert_eq!(parse(&toml::to_string(&file).unwrap(), Currency::GBP), (policy, Vec::new()));
    }

    #[test]
    fn every_fault_is_told_at_once_with_a_caret_and_what_was_meant() {
        let text = WHOLE
            .replace("mode = \"static\"", "mode = \"statik\"")
            .replace("card_count_1h", "card_count_1hr")
            .replace("min_points = 2.5", "min_point = 2.5")
            .replace("\"hold\"", "\"holt\"")
            .replace("most = \"5000.00\"", "most = 5000");
        let (_, faults) = parse(&text, Currency::GBP);
        let told = faults.join("\n");
        assert_eq!(faults.len(), 5, "{told}");
        for meant in [
            "did you mean `static`?",
            "did you mean `card_count_1h`?",
            "did you mean `min_points`?",
            "did you mean `hold`?",
        ] {
            assert!(told.contains(meant), "{meant}: {told}");
        }
        assert!(told.contains("line 11: [[live.rule]] has no `min_point`"), "{told}");
        assert!(told.contains("    min_point = 2.5\n    ^^^^^^^^^"), "{told}");
    }
}

//! `plimsoll policy`: show the policy in force, or install another.

use super::{Outcome, Setting};
use crate::cli::PolicyArgs;
use crate::policy_file;
use crate::session::Session;
use crate::terminal;
use anyhow::Context;
use domain::policy::LineRule;
use domain::{Body, LineNature, Money, Policy};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Reader;

pub(super) fn run(setting: &Setting, args: &PolicyArgs) -> anyhow::Result<Outcome> {
    if args.default {
        return default(setting);
    }
    let Some(path) = &args.install else { return show(setting) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut session = Session::open(&setting.dir)?;
    let policy = policy_file::parse(&text, session.working().policy().version + 1)?;
    let version = policy.version;
    let now = session.working().latest().unwrap_or_else(Timestamp::now);
    session.tell(now, vec![Body::PolicyInstalled(Box::new(policy)), Body::Reconcile, Body::Refresh])?;
    if setting.json {
        terminal::json(&json!({ "installed": version }))?;
    } else {
        println!("Installed version {version} of the policy.");
    }
    Ok(Outcome::Done)
}

fn default(setting: &Setting) -> anyhow::Result<Outcome> {
    if setting.json {
        terminal::json(&json_of(&policy_file::parse(policy_file::DEFAULT, 1)?))?;
    } else {
        print!("{}", policy_file::DEFAULT);
    }
    Ok(Outcome::Done)
}

fn show(setting: &Setting) -> anyhow::Result<Outcome> {
    let policy = Reader::open(&setting.dir)?.policy()?.unwrap_or_else(Policy::default);
    if setting.json {
        terminal::json(&json_of(&policy))?;
    } else {
        println!("{policy:#?}");
    }
    Ok(Outcome::Done)
}

/// The policy under the names of its file.
fn json_of(policy: &Policy) -> Value {
    let currency = policy.reporting_currency;
    let lines = policy.line_rules.iter().map(line_json);
    let decisions = policy.decision_rules.iter().map(|rule| {
        let least = Money::new(rule.min_money_at_risk_minor, currency).to_decimal().to_string();
        let action = rule.action.name();
        json!({ "name": rule.name, "min_points": rule.min_points, "min_money_at_risk": least, "action": action })
    });
    json!({
        "version": policy.version, "reporting_currency": currency.code(),
        "payment_grace_days": policy.payment_grace_days, "refund_grace_days": policy.refund_grace_days,
        "payout_grace_days": policy.payout_grace_days, "event_horizon_days": policy.event_horizon_days,
        "cold_start_invoices": policy.cold_start_invoices, "best_probability": policy.best_probability,
        "worst_probability": policy.worst_probability, "level_cuts": policy.level_cuts,
        "line": lines.collect::<Vec<_>>(), "decision": decisions.collect::<Vec<_>>(),
    })
}

fn line_json(rule: &LineRule) -> Value {
    let (account, outside_processor) = match rule.nature {
        LineNature::Goods => (None, false),
        LineNature::Booked(account) => (Some(account.name()), false),
        LineNature::OutsideProcessor(account) => (Some(account.name()), true),
    };
    json!({ "stock_code": rule.stock_code, "account": account, "outside_processor": outside_processor })
}

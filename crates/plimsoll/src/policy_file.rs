//! The policy file: TOML, checked whole, every error named with its place.

mod chart;
mod fees;
mod live;
mod place;
mod postings;
mod sellers;

pub use chart::{ChartFile, file_of as chart_of};

pub(crate) use fees::kind_name;

use chart::ChartLine;
use domain::policy::{AccountRule, DecisionRule, LineRule};
use domain::{Account, Action, Chart, CostMethod, Currency, LineNature, Money, Policy};
use fees::FeeLine;
use postings::PostingLine;
use rust_decimal::Decimal;
use sellers::SellerLine;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The policy that `init` installs where none is given.
pub const DEFAULT: &str = include_str!("../policy/default.toml");

/// The file's shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    reporting_currency: String,
    payment_grace_days: i64,
    refund_grace_days: i64,
    payout_grace_days: i64,
    event_horizon_days: i64,
    cold_start_invoices: u32,
    raw_retention_days: Option<u32>,
    best_probability: f64,
    worst_probability: f64,
    level_cuts: [f64; 3],
    #[serde(default)]
    credit_note_prefix: String,
    #[serde(default)]
    adjustment_prefix: String,
    #[serde(default)]
    line: Vec<Line>,
    #[serde(default)]
    decision: Vec<Rule>,
    #[serde(default)]
    account: Vec<AccountLine>,
    #[serde(default = "january")]
    financial_year_starts: i8,
    #[serde(default = "a_hundred")]
    materiality: String,
    #[serde(default)]
    posting: Vec<PostingLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost_of_goods: Option<String>,
    #[serde(default)]
    fee: Vec<FeeLine>,
    #[serde(default)]
    seller: Vec<SellerLine>,
    #[serde(default)]
    chart: Vec<ChartLine>,
    /// Read by [`live`], which knows the place of each fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<toml::Table>,
}

fn january() -> i8 {
    1
}

fn a_hundred() -> String {
    "100.00".to_owned()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    stock_code: String,
    account: String,
    #[serde(default)]
    outside_processor: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountLine {
    theirs: String,
    ours: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    min_points: f64,
    min_money_at_risk: String,
    action: String,
}

/// Why a policy file was refused: every fault, not only the first.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or not of this shape; the message shows the line.
    #[error("the policy file cannot be read\n{0}")]
    Shape(String),
    /// Read, but wrong.
    #[error("the policy file has {} faults:\n  {}", .0.len(), .0.join("\n  "))]
    Faults(Vec<String>),
}

/// The policy that a file says.
///
/// # Errors
/// [`PolicyError`].
pub fn parse(text: &str, version: u32) -> Result<Policy, PolicyError> {
    let file: File = toml::from_str(text).map_err(|error| PolicyError::Shape(error.to_string()))?;
    let mut faults = Vec::new();
    let currency = Currency::from_code(&file.reporting_currency).unwrap_or_else(|| {
        faults.push(format!("`reporting_currency`: `{}` is not a currency code", file.reporting_currency));
        Currency::GBP
    });
    check_ranges(&file, &mut faults);
    let materiality = amount("materiality", &file.materiality, currency, &mut faults);
    let rows = chart::rows(&file.chart, &mut faults);
    let chart = Chart::new(&rows);
    let line_rules = file.line.iter().map(|line| line_rule(line, &chart, &mut faults)).collect();
    let posting_rules = file.posting.iter().filter_map(|line| line.rule(&chart, &mut faults)).collect();
    let cost_method = file.cost_of_goods.as_deref().and_then(|name| cost_method(name, &mut faults));
    let fee_rules = file.fee.iter().filter_map(|line| line.rule(&mut faults)).collect();
    let seller_rules = file.seller.iter().filter_map(|line| line.rule(&mut faults)).collect();
    let decision_rules = file.decision.iter().map(|rule| decision_rule(rule, currency, &mut faults)).collect();
    let account_rules = file.account.iter().map(|line| account_rule(line, &chart, &mut faults)).collect();
    let (live, live_faults) = live::parse(text, currency);
    faults.extend(live_faults);
    if !faults.is_empty() {
        return Err(PolicyError::Faults(faults));
    }
    Ok(Policy {
        version,
        reporting_currency: currency,
        credit_note_prefix: file.credit_note_prefix,
        adjustment_prefix: file.adjustment_prefix,
        line_rules,
        payment_grace_days: file.payment_grace_days,
        refund_grace_days: file.refund_grace_days,
        payout_grace_days: file.payout_grace_days,
        event_horizon_days: file.event_horizon_days,
        cold_start_invoices: file.cold_start_invoices,
        best_probability: file.best_probability,
        worst_probability: file.worst_probability,
        level_cuts: file.level_cuts,
        decision_rules,
        raw_retention_days: file.raw_retention_days,
        account_rules,
        chart: rows,
        financial_year_starts: file.financial_year_starts,
        materiality_minor: materiality.minor,
        posting_rules,
        live,
        fee_rules,
        cost_method,
        seller_rules,
    })
}

/// The file that says a policy; [`parse`] reads the same policy from it.
pub fn file_of(policy: &Policy) -> File {
    File {
        reporting_currency: policy.reporting_currency.code().to_owned(),
        payment_grace_days: policy.payment_grace_days,
        refund_grace_days: policy.refund_grace_days,
        payout_grace_days: policy.payout_grace_days,
        event_horizon_days: policy.event_horizon_days,
        cold_start_invoices: policy.cold_start_invoices,
        raw_retention_days: policy.raw_retention_days,
        best_probability: policy.best_probability,
        worst_probability: policy.worst_probability,
        level_cuts: policy.level_cuts,
        credit_note_prefix: policy.credit_note_prefix.clone(),
        adjustment_prefix: policy.adjustment_prefix.clone(),
        line: policy.line_rules.iter().map(line_of).collect(),
        decision: policy.decision_rules.iter().map(|rule| rule_of(rule, policy.reporting_currency)).collect(),
        account: policy.account_rules.iter().map(account_line_of).collect(),
        financial_year_starts: policy.financial_year_starts,
        materiality: Money::new(policy.materiality_minor, policy.reporting_currency).to_decimal().to_string(),
        posting: policy.posting_rules.iter().map(PostingLine::of).collect(),
        seller: policy.seller_rules.iter().map(SellerLine::of).collect(),
        cost_of_goods: policy.cost_method.map(|method| method.name().to_owned()),
        fee: policy.fee_rules.iter().map(FeeLine::of).collect(),
        chart: policy.chart.iter().map(ChartLine::of).collect(),
        live: live::file_of(&policy.live, policy.reporting_currency),
    }
}

fn line_of(rule: &LineRule) -> Line {
    let (account, outside_processor) = match rule.nature {
        LineNature::Goods => (Account::Sales, false),
        LineNature::Booked(account) => (account, false),
        LineNature::OutsideProcessor(account) => (account, true),
    };
    Line { stock_code: rule.stock_code.clone(), account: account.name().to_owned(), outside_processor }
}

fn account_line_of(rule: &AccountRule) -> AccountLine {
    AccountLine { theirs: rule.theirs.clone(), ours: rule.ours.name().to_owned() }
}

fn rule_of(rule: &DecisionRule, currency: Currency) -> Rule {
    Rule {
        name: rule.name.clone(),
        min_points: rule.min_points,
        min_money_at_risk: Money::new(rule.min_money_at_risk_minor, currency).to_decimal().to_string(),
        action: rule.action.name().to_owned(),
    }
}

fn check_ranges(file: &File, faults: &mut Vec<String>) {
    let days = [
        ("payment_grace_days", file.payment_grace_days, 0),
        ("refund_grace_days", file.refund_grace_days, 0),
        ("payout_grace_days", file.payout_grace_days, 0),
        ("event_horizon_days", file.event_horizon_days, 1),
    ];
    if !(1..=12).contains(&file.financial_year_starts) {
        faults.push(format!("`financial_year_starts`: {} is not a month from 1 to 12", file.financial_year_starts));
    }
    for (name, value, least) in days {
        if !(least..=3_650).contains(&value) {
            faults.push(format!("`{name}`: {value} is not between {least} and 3650"));
        }
    }
    let (best, worst) = (file.best_probability, file.worst_probability);
    if !(0.0 < best && best < worst && worst < 1.0) {
        faults.push(format!("`best_probability` {best} and `worst_probability` {worst} do not rise within 0 and 1"));
    }
    if !file.level_cuts.is_sorted() {
        faults.push(format!("`level_cuts`: {:?} do not rise", file.level_cuts));
    }
}

fn cost_method(name: &str, faults: &mut Vec<String>) -> Option<CostMethod> {
    let method = CostMethod::from_name(name);
    if method.is_none() {
        faults.push(format!("`cost_of_goods`: `{name}`; use fifo or weighted-average"));
    }
    method
}

fn account_rule(line: &AccountLine, chart: &Chart, faults: &mut Vec<String>) -> AccountRule {
    AccountRule { theirs: line.theirs.clone(), ours: account_named(&line.ours, &line.theirs, chart, faults) }
}

fn account_named(name: &str, of: &str, chart: &Chart, faults: &mut Vec<String>) -> Account {
    chart.account(name).unwrap_or_else(|| {
        let near = nearest(name, chart.accounts().iter().map(|account| account.name()));
        faults.push(format!("`{of}`: no account `{name}`; did you mean `{near}`?"));
        Account::Sales
    })
}

fn line_rule(line: &Line, chart: &Chart, faults: &mut Vec<String>) -> LineRule {
    let account = account_named(&line.account, &line.stock_code, chart, faults);
    let nature =
        if line.outside_processor { LineNature::OutsideProcessor(account) } else { LineNature::Booked(account) };
    LineRule { stock_code: line.stock_code.clone(), nature }
}

fn amount(of: &str, text: &str, currency: Currency, faults: &mut Vec<String>) -> Money {
    let amount = text.parse::<Decimal>().ok().and_then(|decimal| Money::from_decimal(decimal, currency));
    amount.unwrap_or_else(|| {
        faults.push(format!("`{of}`: `{text}` is not an amount"));
        Money::zero(currency)
    })
}

fn decision_rule(rule: &Rule, currency: Currency, faults: &mut Vec<String>) -> DecisionRule {
    let least = amount(&rule.name, &rule.min_money_at_risk, currency, faults);
    let action = Action::from_name(&rule.action);
    if action.is_none() {
        faults.push(format!("`{}`: no action `{}`; use allow, warn, review, hold or refuse", rule.name, rule.action));
    }
    DecisionRule {
        name: rule.name.clone(),
        min_points: rule.min_points,
        min_money_at_risk_minor: least.minor,
        action: action.unwrap_or(Action::Allow),
    }
}

/// The name that shares the longest beginning, else the first.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> &'a str {
    let shared = |name: &&str| name.bytes().zip(wrong.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    names.min_by_key(|name| Reverse(shared(name))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_sound() {
        let policy = parse(DEFAULT, 1).unwrap();
        assert_eq!(policy.line_rules.len(), 15);
        assert_eq!(policy.decision_rules[0].min_money_at_risk_minor, 10_000);
    }

    #[test]
    fn what_is_shown_can_be_installed() {
        let policy = parse(DEFAULT, 3).unwrap();
        assert_eq!(parse(&toml::to_string(&file_of(&policy)).unwrap(), 3).unwrap(), policy);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let text = DEFAULT
            .replace("\"shipping_income\"", "\"shiping_income\"")
            .replace("payout_grace_days = 7", "payout_grace_days = -7")
            .replace("\"100.00\"", "\"1.2.3\"")
            .replacen("\"review\"", "\"revue\"", 1);
        let PolicyError::Faults(faults) = parse(&text, 1).unwrap_err() else { panic!("it is TOML") };
        assert_eq!(faults.len(), 8, "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("did you mean `shipping_income`?")));
    }

    #[test]
    fn an_unknown_field_is_shown_with_its_line() {
        let error = parse("grace = 3\n", 1).unwrap_err().to_string();
        assert!(error.contains("grace"), "{error}");
    }
}

//! The tables of the first page.

use super::super::call::Call;
use super::super::words::Word;
use super::parts;
use crate::view::{FileView, IndicatorView, ModelView, Overview, RuleTotalView, ScoreView};
use maud::{Markup, html};

/// Rows of the lists of the riskiest.
const RISKIEST: usize = 5;

/// Exceptions by rule.
pub(super) fn rules(call: &Call, overview: &Overview) -> Markup {
    html! {
        table.rows {
            thead { tr { th scope="col" { (call.word(Word::Rule)) } th.n scope="col" { (call.word(Word::Open)) }
                th.n scope="col" { (call.word(Word::MoneyAtRisk)) } } }
            tbody { @for rule in &overview.exceptions { (rule_row(call, rule)) } }
        }
        @if overview.exceptions_cleared > 0 {
            p.muted { (parts::count(overview.exceptions_cleared)) " " (call.word(Word::ClearedByThemselves)) }
        }
    }
}

fn rule_row(call: &Call, rule: &RuleTotalView) -> Markup {
    html! {
        tr {
            td { a href=(call.link("/exceptions", &[("rule", rule.rule)])) { (rule.rule) }
                small { (call.phrase(rule.sentence)) } }
            td.n { (parts::count(rule.count)) }
            td.n { (parts::money(call, &rule.money_at_risk))
                @if let Some(sum) = &rule.reporting { " " (parts::sum(call, sum)) } }
        }
    }
}

/// How much of each currency's money is matched, where there is another than the reporting one, and what is left out.
pub(super) fn matched(call: &Call, overview: &Overview) -> Markup {
    let rows = &overview.matched_money;
    let foreign = rows.iter().any(|row| row.to_settle.currency != overview.currency);
    html! {
        @if foreign { @for row in rows {
            dd.note { (parts::percent(row.share)) " " (call.word(Word::Of)) " " (parts::money(call, &row.to_settle)) }
        } }
    }
}

/// What the months and indicators do not show.
pub(super) fn sales_left_out(call: &Call, overview: &Overview) -> Markup {
    let left_out = &overview.sales_left_out;
    html! {
        @if !left_out.is_empty() {
            p.muted { (call.word(Word::SalesLeftOut)) " "
                @for (place, money) in left_out.iter().enumerate() { @if place > 0 { " · " } (parts::money(call, money)) } }
        }
    }
}

/// The riskiest sales and buyers.
pub(super) fn riskiest(call: &Call, overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="riskiest" {
            h2 id="riskiest" { (call.word(Word::Riskiest)) }
            @if overview.transactions.is_empty() { (parts::empty(call.word(Word::NoScores), "plimsoll import PATH…")) }
            @else {
                (riskiest_table(call, Word::Transactions, "transaction", &overview.transactions))
                (riskiest_table(call, Word::Buyers, "buyer", &overview.buyers))
            }
            @if !overview.decisions.is_empty() {
                p.muted { (call.word(Word::Decisions)) ": "
                    @for (place, row) in overview.decisions.iter().enumerate() {
                        @if place > 0 { " · " } (call.phrase(&row.name)) " " (parts::count(row.count)) } }
            }
        }
    }
}

fn riskiest_table(call: &Call, word: Word, kind: &str, scores: &[ScoreView]) -> Markup {
    html! {
        table.rows {
            thead { tr { th scope="col" { a href=(call.link("/scores", &[("subject", kind)])) { (call.word(word)) } }
                th scope="col" { (call.word(Word::Score)) } th.n scope="col" { (call.word(Word::MoneyAtRisk)) } } }
            tbody { @for score in scores.iter().take(RISKIEST) {
                tr { td { (parts::subject(call, score)) } td.nowrap { (parts::points(call, score)) }
                    td.n { (parts::stake(call, score, &score.money_at_risk)) } }
            } }
        }
    }
}

/// What each stage took and passed.
pub(super) fn stages(call: &Call, overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="stages" {
            h2 id="stages" { (call.word(Word::Stages)) }
            table {
                thead { tr { th scope="col" { (call.word(Word::Stage)) } th.n scope="col" { (call.word(Word::In)) } th {}
                    th.n scope="col" { (call.word(Word::Out)) } th {} th.n scope="col" { (call.word(Word::Issues)) }
                    th scope="col" { (call.word(Word::Holds)) } } }
                tbody { @for stage in &overview.stages {
                    tr { td { (call.phrase(stage.stage)) } td.n { (parts::count(stage.taken)) } td.sign { "=" }
                        td.n { (parts::count(stage.passed)) } td.sign { "+" } td.n { (parts::count(stage.issues)) }
                        td { (parts::yes_or_no(call, stage.holds)) } }
                } }
            }
            @if !overview.issues.is_empty() {
                p.muted { (call.word(Word::IssuesByRule)) ": "
                    @for (place, row) in overview.issues.iter().enumerate() {
                        @if place > 0 { " · " } a href=(call.link("/issues", &[("rule", &row.name)])) { (row.name) } " " (parts::count(row.count)) } }
            }
        }
    }
}

/// Source files and what became of them.
pub(super) fn files(call: &Call, overview: &Overview) -> Markup {
    let heads = [Word::Rows, Word::Records, Word::Duplicates, Word::Issues];
    html! {
        section aria-labelledby="files" {
            h2 id="files" { (call.word(Word::Files)) }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::Name)) } th scope="col" { (call.word(Word::Origin)) }
                    th scope="col" { (call.word(Word::Source)) }
                    @for head in heads { th.n scope="col" { (call.word(head)) } }
                    th scope="col" { "SHA-256" } } }
                tbody { @for file in &overview.files { (file_row(call, file)) } }
            } }
        }
    }
}

fn file_row(call: &Call, file: &FileView) -> Markup {
    html! {
        tr {
            td { a href=(call.link("/lines", &[("file", &file.digest), ("line", "1")])) { (file.name) } }
            td { (parts::origin(call, file.simulated)) }
            td { (file.source) }
            @for number in [file.rows, file.records, file.duplicates] { td.n { (parts::count(number)) } }
            td.n { @if file.issues > 0 { a href=(call.link("/issues", &[("file", &file.digest)])) { (parts::count(file.issues)) } }
                @else { "0" } }
            td { code title=(file.digest) { (file.digest.get(..12).unwrap_or_default()) } }
        }
    }
}

/// Indicators that the books allow, and behind them those that they do not, with what is missing.
pub(super) fn indicators(call: &Call, overview: &Overview) -> Markup {
    let (known, others): (Vec<&IndicatorView>, Vec<&IndicatorView>) =
        overview.indicators.iter().partition(|indicator| indicator.value.is_some());
    html! {
        section aria-labelledby="indicators" {
            h2 id="indicators" { (call.word(Word::Indicators)) " " small { (overview.currency) } }
            (indicator_table(call, &known))
            @if !others.is_empty() {
                details {
                    summary { (call.word(Word::Missing)) ": " (others.len()) " / " (overview.indicators.len()) }
                    (indicator_table(call, &others))
                }
            }
        }
    }
}

fn indicator_table(call: &Call, rows: &[&IndicatorView]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { (call.word(Word::Side)) } th scope="col" { (call.word(Word::Name)) }
                th scope="col" { (call.word(Word::RiskierWhen)) } th.n scope="col" { (call.word(Word::Value)) } } }
            tbody { @for indicator in rows { (indicator_row(call, indicator)) } }
        }
    }
}

fn indicator_row(call: &Call, indicator: &IndicatorView) -> Markup {
    let direction = match indicator.direction {
        '+' => Word::Higher,
        '−' => Word::Lower,
        _ => Word::EitherWay,
    };
    html! {
        tr {
            td { (call.phrase(&indicator.side)) }
            td { (call.phrase(&indicator.name)) small { (indicator.formula) } }
            td { (call.word(direction)) }
            td.n { @match indicator.value {
                Some(value) => { (value_text(value, &indicator.unit)) " " small { (call.phrase(&indicator.unit)) } }
                None => span.missing { (call.word(Word::Missing)) ": " (missing(call, indicator)) }
            } }
        }
    }
}

fn value_text(value: f64, unit: &str) -> String {
    let digits = if unit.is_empty() { 4 } else { 1 };
    format!("{value:.digits$}").replace('-', "−")
}

fn missing(call: &Call, indicator: &IndicatorView) -> String {
    indicator.missing.iter().map(|name| call.phrase(name)).collect::<Vec<_>>().join(", ")
}

/// Sales and returns, month by month.
pub(super) fn months(call: &Call, overview: &Overview) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { (call.word(Word::Month)) } th.n scope="col" { (call.word(Word::Sales)) }
                th.n scope="col" { (call.word(Word::Returns)) } } }
            tbody { @for month in &overview.months {
                tr { td { (month.month) } td.n { (parts::money(call, &month.sales)) } td.n { (parts::money(call, &month.returns)) } }
            } }
        }
    }
}

/// What the model says of itself.
pub(super) fn model(call: &Call, overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="model" {
            h2 id="model" { (call.word(Word::Model)) }
            @match &overview.model {
                Some(model) => (model_card(call, model)),
                None => (parts::empty(call.word(Word::NoModel), "plimsoll train")),
            }
        }
    }
}

fn model_card(call: &Call, model: &ModelView) -> Markup {
    html! {
        dl.card {
            div { dt { "SHA-256" } dd { code title=(model.digest) { (model.digest.get(..12).unwrap_or_default()) } } }
            div { dt { (call.word(Word::InstalledAt)) } dd { (parts::time(&model.installed_at)) } }
            div { dt { (call.word(Word::BaseRate)) } dd { (parts::percent(model.base_rate)) } }
            div { dt { (call.word(Word::LossGivenEvent)) } dd { (parts::percent(model.loss_given_event)) } }
            div { dt { (call.word(Word::Features)) } dd { (model.features) } }
            @for (name, text) in &model.notes { div { dt { (call.phrase(name)) } dd { (text) } } }
        }
    }
}

//! The first page: is everything in, does it tie out, what is at risk.

use super::super::App;
use super::super::call::Call;
use super::super::live;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::load_line::load_line;
use super::overview_tables as tables;
use super::{charts, parts};
use crate::view::{Overview, ScoreView};
use maud::{Markup, html};

/// Reasons of the business's score that the first page shows.
const REASONS: usize = 6;

/// `GET /`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let overview = app.overview()?;
    let turning = super::turning::drawn(call, &live::turning(app, call)?);
    let body = if overview.files.is_empty() { nothing_yet(call) } else { body(call, &overview) };
    let body = html! { (body) (turning) };
    Ok(layout(call, call.word(Word::Overview), &body))
}

fn nothing_yet(call: &Call) -> Markup {
    html! {
        h1 { (call.word(Word::Overview)) }
        (parts::empty(call.word(Word::NoFiles), "plimsoll import PATH…"))
        (parts::empty(call.word(Word::OrSeeTheDemo), "plimsoll demo"))
    }
}

fn body(call: &Call, overview: &Overview) -> Markup {
    html! {
        (heading(call, overview))
        (figures(call, overview))
        div.columns {
            div {
                (business(call, overview))
                (tables::riskiest(call, overview))
                (tables::indicators(call, overview))
            }
            div {
                (months(call, overview))
                (exceptions(call, overview))
                (tables::stages(call, overview))
            }
        }
        (tables::files(call, overview))
        (tables::model(call, overview))
    }
}

fn heading(call: &Call, overview: &Overview) -> Markup {
    let simulated = overview.files.iter().filter(|file| file.simulated).count();
    let real = overview.files.len() - simulated;
    html! {
        h1 { (overview.partition.business) " " small { (overview.partition.tenant) } }
        p.standing {
            (call.word(Word::Books)) " " (overview.currency) " · " (call.word(Word::Policy)) " " (overview.policy_version)
            @if let Some(at) = &overview.reconciled_at { " · " (call.word(Word::ReconciledAt)) " " (parts::time(at)) }
        }
        p.origins {
            @if real > 0 { (parts::origin(call, false)) " " (names(overview, false)) " " }
            @if simulated > 0 { (parts::origin(call, true)) " " (names(overview, true)) " "
                span.muted { (call.word(Word::SimulatedMeans)) } }
        }
    }
}

/// Files that the heading names; the table below names each.
const NAMES: usize = 6;

fn names(overview: &Overview, simulated: bool) -> String {
    let files = overview.files.iter().filter(|file| file.simulated == simulated);
    let names: Vec<&str> = files.map(|file| file.name.as_str()).collect();
    match names.split_at_checked(NAMES) {
        Some((first, more @ [_, ..])) => format!("{} + {}", first.join(", "), more.len()),
        _ => names.join(", "),
    }
}

fn figures(call: &Call, overview: &Overview) -> Markup {
    let records: u64 = overview.records.iter().map(|row| row.count).sum();
    let open: u64 = overview.exceptions.iter().map(|row| row.count).sum();
    html! {
        dl.figures {
            div { dt { (call.word(Word::LedgerBalanced)) } dd { (parts::yes_or_no(call, overview.ledger_balanced)) }
                dd.note { a href=(call.link("/ledger", &[])) { (call.word(Word::Balances)) } } }
            div { dt { (call.word(Word::MoneyMatched)) }
                dd { @if let Some(share) = overview.matched_money_share { (parts::percent(share)) } @else { "–" } }
                dd.note { (call.word(Word::MoneyMatchedMeans)) } (tables::matched(call, overview)) }
            div { dt { (call.word(Word::RiskInExceptions)) }
                dd { @for money in &overview.exceptions_money { (parts::money(call, money)) " " }
                    @if overview.exceptions_money.is_empty() { "–" } }
                @if overview.exceptions_sum.converted + overview.exceptions_sum.left_out > 0 {
                    dd.note { (parts::together(call, &overview.exceptions_sum)) } }
                dd.note { a href=(call.link("/exceptions", &[])) { (parts::count(open)) " " (call.word(Word::Open)) } } }
            div { dt { (call.word(Word::RiskInSales)) }
                dd { @if let Some(score) = &overview.business { (parts::stake(call, score, &score.money_at_risk)) } @else { "–" } }
                dd.note { a href=(call.link("/scores", &[])) { (call.word(Word::Scores)) } } }
            div { dt { (call.word(Word::Records)) } dd { (parts::count(records)) }
                dd.note { (parts::count(overview.parties)) " " (call.word(Word::Parties)) } }
        }
    }
}

fn business(call: &Call, overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="business" {
            h2 id="business" { (call.word(Word::BusinessScore)) }
            @match &overview.business {
                Some(score) => (business_score(call, score, overview.level_cuts[0])),
                None => (parts::empty(call.word(Word::NoScores), "plimsoll import PATH…")),
            }
        }
    }
}

fn business_score(call: &Call, score: &ScoreView, watch_from: f64) -> Markup {
    html! {
        div.business {
            (load_line(call, score, watch_from))
            div {
                p.large { (parts::points(call, score)) }
                p { (call.word(Word::Probability)) " " (parts::percent(score.probability)) " · "
                    (call.word(Word::Exposure)) " " (parts::stake(call, score, &score.exposure)) }
                p.muted { (call.word(Word::LoadLineMeans)) " " (format!("{watch_from:.1}")) "." }
                ul.reasons { @for reason in score.reasons.iter().take(REASONS) {
                    li { span { (call.phrase(&reason.name)) }
                        span class={ "n " (if reason.log_odds >= 0.0 { "up" } else { "down" }) }
                            { (format!("{:+.2}", reason.log_odds).replace('-', "−")) } }
                } }
                p { a href=(parts::subject_address(call, score)) { (call.word(Word::AllReasons)) } }
            }
        }
    }
}

fn months(call: &Call, overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="months" {
            h2 id="months" { (call.word(Word::MonthlySalesAndReturns)) " " small { (call.word(Word::Thousands)) ", " (overview.currency) } }
            @if overview.months.is_empty() { p.empty { (call.word(Word::NoSalesIn)) " " (overview.currency) } }
            @else {
                p.legend { span { (call.word(Word::Sales)) } span.returns { (call.word(Word::Returns)) } }
                (charts::months(call, &overview.months, &overview.currency))
                details { summary { (call.word(Word::AsTable)) } (tables::months(call, overview)) }
            }
            (tables::sales_left_out(call, overview))
        }
    }
}

fn exceptions(call: &Call, overview: &Overview) -> Markup {
    let drawn: Vec<_> =
        overview.exceptions.iter().filter(|rule| rule.money_at_risk.currency == overview.currency).cloned().collect();
    html! {
        section aria-labelledby="by-rule" {
            h2 id="by-rule" { (call.word(Word::MoneyAtRiskByRule)) " " small { (call.word(Word::Thousands)) ", " (overview.currency) } }
            @if overview.exceptions.is_empty() { (parts::empty(call.word(Word::NoExceptions), "")) }
            @else {
                @if !drawn.is_empty() { (charts::rules(call, &drawn, &overview.currency)) }
                (tables::rules(call, overview))
            }
        }
    }
}

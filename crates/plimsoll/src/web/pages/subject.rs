//! One subject: its score, why, what was decided, and the way to the source.

use super::super::App;
use super::super::answers::{self, SaleAnswer, SubjectAnswer};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use super::waterfall::waterfall;
use crate::view::{DecisionView, RecordView, ScoreView};
use maud::{Markup, html};

/// `GET /scores/{subject}`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let answer = answers::score(&app.reader, call.captured("subject"))?;
    let record = match answer.score.of {
        "transaction" => Some(answers::record(&app.reader, &answer.score.id)?.record),
        _ => None,
    };
    let name = if answer.score.id.is_empty() { call.word(Word::Business) } else { &answer.score.id };
    let body = html! {
        p.crumbs { a href=(call.link("/scores", &[("subject", answer.score.of)])) { (call.word(Word::Scores)) } }
        h1 { (name) }
        (figures(call, &answer.score))
        @if let Some(record) = &record { (source(call, record)) }
        (decisions(call, &answer.decisions))
        section aria-labelledby="why" {
            h2 id="why" { (call.word(Word::Why)) }
            div.scroll { (waterfall(call, &answer.score)) }
            @if answer.score.of == "buyer" { p.muted { (call.word(Word::BuyerReasons)) } }
        }
        (sales(call, &answer))
    };
    Ok(layout(call, name, &body))
}

fn figures(call: &Call, score: &ScoreView) -> Markup {
    html! {
        dl.figures {
            div { dt { (call.word(Word::Score)) } dd { (parts::points(call, score)) } }
            div { dt { (call.word(Word::Probability)) } dd { (parts::percent(score.probability)) } }
            div { dt { (call.word(Word::Exposure)) } dd { (parts::stake(call, score, &score.exposure)) } }
            div { dt { (call.word(Word::MoneyAtRisk)) } dd { (parts::stake(call, score, &score.money_at_risk)) } }
            div { dt { (call.word(Word::Method)) } dd { (call.phrase(score.method)) }
                dd.note { (parts::time(&score.at)) } }
        }
    }
}

fn source(call: &Call, record: &RecordView) -> Markup {
    html! {
        p.crumbs {
            (call.word(Word::Record)) " " (parts::record(call, &record.id)) " → "
            (record.file_name) ", " (parts::line(call, &record.file, record.span)) " "
            (parts::origin(call, record.simulated))
        }
    }
}

/// What was decided, and by which rule.
pub(super) fn decisions(call: &Call, decisions: &[DecisionView]) -> Markup {
    html! {
        @for decision in decisions {
            p.decision { (call.word(Word::Decision)) " " strong { (call.phrase(decision.action)) } " · "
                (call.word(Word::Rule)) " " code { (decision.rule) } " · "
                (call.word(Word::ScoreThen)) " " (format!("{:.2}", decision.points)) " / 5 · "
                (parts::time(&decision.at)) }
        }
    }
}

fn sales(call: &Call, answer: &SubjectAnswer) -> Markup {
    html! {
        @if !answer.sales.is_empty() {
            section aria-labelledby="sales" {
                h2 id="sales" { (call.word(Word::Sales)) " " small { (answer.sales.len()) } }
                div.scroll { table.rows {
                    thead { tr { th scope="col" { (call.word(Word::Record)) } th scope="col" { (call.word(Word::At)) }
                        th scope="col" { (call.word(Word::Score)) } th.n scope="col" { (call.word(Word::Exposure)) }
                        th.n scope="col" { (call.word(Word::MoneyAtRisk)) } } }
                    tbody { @for sale in &answer.sales { (sale_row(call, sale)) } }
                } }
            }
        }
    }
}

fn sale_row(call: &Call, sale: &SaleAnswer) -> Markup {
    html! {
        tr {
            td { (parts::record(call, &sale.record)) }
            td.nowrap { (parts::time(&sale.at)) }
            @match &sale.score {
                Some(score) => {
                    td.nowrap { a href=(parts::subject_address(call, score)) { (parts::points(call, score)) } }
                    td.n { (parts::stake(call, score, &score.exposure)) }
                    td.n { (parts::stake(call, score, &score.money_at_risk)) }
                }
                None => { td.muted { (call.word(Word::Matured)) } td {} td {} }
            }
        }
    }
}

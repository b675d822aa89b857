//! Live scores, the most money at risk first; which subjects stands in the address.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::ScoreView;
use maud::{Markup, html};

const TABS: [(&str, Word); 3] =
    [("transaction", Word::Transactions), ("buyer", Word::Buyers), ("business", Word::Business)];

/// `GET /scores?subject=&order=&limit=&offset=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let listing = answers::scores(&app.reader, call)?;
    let title = call.word(Word::Scores);
    let body = html! {
        h1 { (title) }
        (tabs(call))
        @if listing.items.is_empty() { (parts::empty(call.word(Word::NoScores), "plimsoll import PATH…")) }
        @else {
            (table(call, &listing.items))
            (parts::paging(call, listing.total, listing.offset, listing.items.len(), listing.limit, listing.more))
        }
        p.muted { (call.word(Word::ScoreMeans)) }
    };
    Ok(layout(call, title, &body))
}

fn tabs(call: &Call) -> Markup {
    let (subject, order) = (call.params.text("subject").unwrap_or("transaction"), call.params.text("order"));
    html! {
        nav.tabs aria-label=(call.word(Word::Subject)) {
            @for (name, word) in TABS {
                a href=(call.link("/scores", &[("subject", name), ("order", order.unwrap_or_default())]))
                    aria-current=[(name == subject).then_some("true")] { (call.word(word)) }
            }
            a href=(call.link("/sellers", &[])) { (call.word(Word::Sellers)) }
            span.order { (call.word(Word::Order)) ": "
                @for (name, word) in [("money", Word::MoneyAtRisk), ("points", Word::Score)] {
                    a href=(call.link("/scores", &[("subject", subject), ("order", name)]))
                        aria-current=[(name == order.unwrap_or("money")).then_some("true")] { (call.word(word)) } " "
                }
            }
        }
    }
}

fn table(call: &Call, scores: &[ScoreView]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (call.word(Word::Subject)) }
                th scope="col" { (call.word(Word::Score)) }
                th.n scope="col" { (call.word(Word::Probability)) }
                th.n scope="col" { (call.word(Word::Exposure)) }
                th.n scope="col" { (call.word(Word::MoneyAtRisk)) }
                th scope="col" { (call.word(Word::FirstReason)) }
                th scope="col" { (call.word(Word::Method)) }
                th scope="col" { (call.word(Word::At)) }
            } }
            tbody { @for score in scores { (row(call, score)) } }
        } }
    }
}

fn row(call: &Call, score: &ScoreView) -> Markup {
    let first = score.reasons.iter().find(|reason| reason.name != "base rate" && reason.log_odds > 0.0);
    html! {
        tr {
            td { (parts::subject(call, score)) }
            td.nowrap { (parts::points(call, score)) }
            td.n { (parts::percent(score.probability)) }
            td.n { (parts::stake(call, score, &score.exposure)) }
            td.n { (parts::stake(call, score, &score.money_at_risk)) }
            td { @if let Some(reason) = first { (call.phrase(&reason.name)) " " span.muted { (call.phrase(&reason.value)) } } }
            td { (call.phrase(score.method)) }
            td.nowrap { (parts::time(&score.at)) }
        }
    }
}

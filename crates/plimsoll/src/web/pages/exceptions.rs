//! Exceptions, the most money at risk first; rule and status stand in the address.

use super::super::App;
use super::super::answers::{self, Listing};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::ExceptionView;
use domain::ExceptionRule;
use maud::{Markup, html};

/// `GET /exceptions?rule=&status=&limit=&offset=`, or one by `?id=`.
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let listing = match call.params.text("id") {
        Some(id) => one(answers::exception(&app.reader, id)?),
        None => answers::exceptions(&app.reader, call)?,
    };
    let title = call.word(Word::Exceptions);
    let body = html! {
        h1 { (title) }
        (filters(call))
        @if listing.items.is_empty() { (parts::empty(call.word(Word::NoExceptions), "")) }
        @else { (table(call, &listing.items)) (paging(call, &listing)) }
    };
    Ok(layout(call, title, &body))
}

fn one(exception: ExceptionView) -> Listing<ExceptionView> {
    Listing { total: Some(1), limit: 1, offset: 0, more: false, items: vec![exception] }
}

fn paging(call: &Call, listing: &Listing<ExceptionView>) -> Markup {
    parts::paging(call, listing.total, listing.offset, listing.items.len(), listing.limit, listing.more)
}

fn filters(call: &Call) -> Markup {
    let chosen = |name: &str| call.params.text(name).unwrap_or_default();
    let (rule, status) = (chosen("rule"), chosen("status"));
    let csv = call.link("/exceptions.csv", &[("rule", rule), ("status", status)]);
    html! {
        form.filters method="get" action="/exceptions" {
            label { (call.word(Word::Rule)) " "
                select name="rule" {
                    option value="" { (call.word(Word::All)) }
                    @for known in ExceptionRule::ALL {
                        option value=(known.name()) selected[known.name() == rule] { (known.name()) } }
                } }
            label { (call.word(Word::Status)) " "
                select name="status" {
                    @for (name, word) in [("open", Word::Open), ("cleared", Word::Cleared), ("all", Word::All)] {
                        option value=(name) selected[name == status] { (call.word(word)) } }
                } }
            @if let Some(lang) = call.params.text("lang") { input type="hidden" name="lang" value=(lang); }
            button { (call.word(Word::Show)) }
            a href=(csv) download="exceptions.csv" { (call.word(Word::AsCsv)) }
        }
    }
}

/// Exceptions as a table.
pub(super) fn table(call: &Call, exceptions: &[ExceptionView]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th.n scope="col" { (call.word(Word::MoneyAtRisk)) }
                th scope="col" { (call.word(Word::Rule)) }
                th scope="col" { (call.word(Word::Explanation)) }
                th scope="col" { (call.word(Word::Record)) }
                th scope="col" { (call.word(Word::Related)) }
                th.n scope="col" { (call.word(Word::AgeDays)) }
                th scope="col" { (call.word(Word::Status)) }
            } }
            tbody { @for exception in exceptions { (row(call, exception)) } }
        } }
    }
}

fn row(call: &Call, exception: &ExceptionView) -> Markup {
    let status = if exception.status == "open" { Word::Open } else { Word::Cleared };
    html! {
        tr {
            td.n { (parts::money(call, &exception.money_at_risk)) }
            td { a href=(call.link("/exceptions", &[("id", &exception.id)])) title=(call.phrase(exception.sentence))
                { (exception.rule) } }
            td.wide { (exception.explanation) }
            td { (parts::record(call, &exception.record)) }
            td { (parts::records(call, &exception.related)) }
            td.n title=(exception.at) { @if let Some(days) = exception.age_days { (days) } @else { "–" } }
            td { (call.word(status)) }
        }
    }
}

//! Exceptions, the most money at risk first; rule and status stand in the address.

use super::super::App;
use super::super::answers::{self, Listing};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::{ExceptionView, HandlingView, WorkView};
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
        @else if app.posts.is_some() {
            form method="post" action="/exceptions" {
                (table_of(call, &listing.items, true)) (paging(call, &listing)) (actions(call))
            }
        }
        @else { (table(call, &listing.items)) (paging(call, &listing)) }
        @if let [one] = &listing.items[..] { (help(call, one)) }
        @if app.posts.is_some() { (history(call, &answers::works(&app.reader, call)?)) }
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
                    @for (name, word) in [("open", Word::Open), ("handled", Word::OpenAndHandled), ("cleared", Word::Cleared), ("all", Word::All)] {
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
    table_of(call, exceptions, false)
}

/// With boxes to choose some of them by, where something can be done about them.
fn table_of(call: &Call, exceptions: &[ExceptionView], choose: bool) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                @if choose { th scope="col" { (call.word(Word::Choose)) } }
                th.n scope="col" { (call.word(Word::MoneyAtRisk)) }
                th scope="col" { (call.word(Word::Rule)) }
                th scope="col" { (call.word(Word::Explanation)) }
                th scope="col" { (call.word(Word::Record)) }
                th scope="col" { (call.word(Word::Related)) }
                th.n scope="col" { (call.word(Word::AgeDays)) }
                th scope="col" { (call.word(Word::Status)) }
            } }
            tbody { @for exception in exceptions { (row(call, exception, choose)) } }
        } }
    }
}

fn row(call: &Call, exception: &ExceptionView, choose: bool) -> Markup {
    let status = if exception.status == "open" { Word::Open } else { Word::Cleared };
    html! {
        tr {
            @if choose { td { input type="checkbox" name="exceptions" value=(exception.id) aria-label=(exception.id); } }
            td.n { (parts::money(call, &exception.money_at_risk)) }
            td { a href=(call.link("/exceptions", &[("id", &exception.id)])) title=(call.phrase(exception.sentence))
                { (exception.rule) } }
            td.wide { (exception.explanation) }
            td { (parts::record(call, &exception.record)) }
            td { (parts::records(call, &exception.related)) }
            td.n title=(exception.at) { @if let Some(days) = exception.age_days { (days) } @else { "–" } }
            td { (call.word(status)) @if let Some(handling) = &exception.handling { " · " (stands(call, handling)) } }
        }
    }
}

/// Where it stands with people.
fn stands(call: &Call, handling: &HandlingView) -> Markup {
    html! {
        (call.phrase(handling.state))
        @if !handling.owner.is_empty() { " · " (call.word(Word::Owner)) " " (handling.owner) }
        @if !handling.reason.is_empty() { small { " " (handling.by) ": " (handling.reason)
            @if let Some(until) = &handling.until { " (" (until) ")" } } }
        @for note in &handling.notes { br; small { (note) } }
    }
}

/// What can be done about those that are chosen.
fn actions(call: &Call) -> Markup {
    let kinds = [
        ("assign", Word::Assign),
        ("note", Word::WriteNote),
        ("resolve", Word::Resolve),
        ("approve", Word::Approve),
        ("suppress", Word::Suppress),
        ("reopen", Word::Reopen),
    ];
    html! {
        div.filters {
            label { (call.word(Word::WithTheChosen)) " "
                select name="what" { @for (name, word) in kinds { option value=(name) { (call.word(word)) } } } }
            label { (call.word(Word::ReasonNoteOrOwner)) " " input name="words" size="30"; }
            label { (call.word(Word::Until)) " " input name="until" size="10" placeholder="2011-12-31"; }
            label { (call.word(Word::By)) " " input name="by" size="10" required; }
            button { (call.word(Word::Do)) }
        }
    }
}

/// What usually helps, and what comes nearest.
fn help(call: &Call, exception: &ExceptionView) -> Markup {
    html! {
        p { (call.word(Word::UsuallyHelps)) " " (exception.suggested_fix) }
        @if !exception.nearest.is_empty() {
            h2 { (call.word(Word::Nearest)) }
            table.rows { tbody { @for near in &exception.nearest { tr {
                td { (parts::record(call, &near.record)) }
                td { (near.rule) }
                td.n { (parts::money(call, &near.left)) }
                td { (near.why_not) }
            } } } }
        }
    }
}

/// What was done, and the way back.
fn history(call: &Call, works: &[WorkView]) -> Markup {
    html! {
        @if !works.is_empty() {
            h2 { (call.word(Word::WhatWasDone)) }
            table.rows { tbody { @for work in works { tr {
                td.n { (work.number) }
                td.nowrap { (parts::time(&work.at)) }
                td { (work.by) }
                td { (call.phrase(work.what)) " " small { (work.words) } }
                td.n title=(work.exceptions.join("\n")) { (work.count) }
                td { @if !work.undone && work.what != "undone" {
                    form method="post" action="/exceptions" {
                        input type="hidden" name="what" value="undo";
                        input type="hidden" name="number" value=(work.number);
                        input name="by" size="8" required aria-label=(call.word(Word::By));
                        button { (call.word(Word::Undo)) }
                    } } @else if work.undone { (call.phrase("undone")) } }
            } } } }
        }
    }
}

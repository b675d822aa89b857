//! Closing a month: what speaks against it, and the command that shows it. Closing itself is a command, as it is final.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::close::{Check, Checklist, Verdict};
use crate::period::{self, Period};
use jiff::Timestamp;
use maud::{Markup, html};

/// `GET /close?month=`: the last month of the books where none is said.
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let last = Period::month(period::day(app.reader.reconciled_at()?.unwrap_or_else(Timestamp::now))).to_string();
    let month = call.params.text("month").unwrap_or(&last);
    let list = answers::checklist(&app.reader, month)?;
    let title = call.word(Word::CloseOfMonth);
    let body = html! {
        h1 { (title) " " small { (list.month) } }
        (books::places(call))
        (books::asks_for(call, "month", Word::Month, &list.month))
        (checks(call, &list))
        @if !list.split_payouts.is_empty() { (split(call, &list)) }
    };
    Ok(layout(call, title, &body))
}

fn checks(call: &Call, list: &Checklist) -> Markup {
    let command = format!("plimsoll close {} --lock", list.month);
    html! {
        section aria-labelledby="checks" {
            h2 id="checks" { (call.word(Word::Checks)) }
            @if let Some(through) = &list.locked_through { p { (call.word(Word::ClosedThrough)) " " (through) } }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::Check)) } th scope="col" { (call.word(Word::Status)) }
                    th.n scope="col" { (call.word(Word::Found)) } th scope="col" { (call.word(Word::Explanation)) } } }
                tbody { @for check in &list.checks { (row(call, check)) } }
            } }
            p { @if list.blocking == 0 { (call.word(Word::NothingBlocks)) " " code { (command) } }
                @else { span.bad { "✗ " (call.word(Word::Blocking)) " " (parts::count(list.blocking as u64)) } } }
        }
    }
}

fn row(call: &Call, check: &Check) -> Markup {
    html! {
        tr {
            td { (check.name) }
            td { (verdict(call, check.verdict)) }
            td.n { (parts::count(check.count as u64)) }
            td { (check.says)
                @for first in &check.first { small { (first) } }
                @if !check.see.is_empty() { small { code { (check.see) } } } }
        }
    }
}

fn verdict(call: &Call, verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Ok => html! { span.good { "✓ " (call.word(Word::InOrder)) } },
        Verdict::Note => html! { span { "△ " (call.word(Word::ToBeKnown)) } },
        Verdict::Blocks => html! { span.bad { "✗ " (call.word(Word::Blocks)) } },
    }
}

fn split(call: &Call, list: &Checklist) -> Markup {
    html! {
        section aria-labelledby="split" {
            h2 id="split" { (call.word(Word::PayoutsOverTheEnd)) }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::Payout)) } th.n scope="col" { (call.word(Word::ThisMonth)) }
                    th.n scope="col" { (call.word(Word::Later)) } th scope="col" { (call.word(Word::PayoutAt)) } } }
                tbody { @for part in &list.split_payouts { tr {
                    td { (part.payout) }
                    td.n { (parts::money(call, &part.before)) }
                    td.n { (parts::money(call, &part.after)) }
                    td { @if let Some(at) = &part.paid_out { (parts::time(at)) } }
                } } }
            } }
        }
    }
}

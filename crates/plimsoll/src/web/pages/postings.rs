//! The table of posting rules: what moves which account, and what the policy moved elsewhere.

use super::super::App;
use super::super::api;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::books;
use super::layout::layout;
use crate::view::PostingTableView;
use maud::{Markup, html};

/// `GET /postings`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let view = api::postings(app, call)?;
    let title = call.word(Word::PostingRules);
    let body = html! {
        h1 { (title) " " small { (call.word(Word::Policy)) " " (view.policy_version) } }
        (books::places(call))
        (table(call, &view))
        @if !view.moved.is_empty() { (moved(call, &view)) }
    };
    Ok(layout(call, title, &body))
}

fn table(call: &Call, view: &PostingTableView) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::Rule)) } th scope="col" { (call.word(Word::Part)) }
                th scope="col" { (call.word(Word::Debit)) } th scope="col" { (call.word(Word::Credit)) }
                th scope="col" { (call.word(Word::MayBeMovedAs)) } } }
            tbody { @for row in &view.table { tr {
                td { (call.phrase(row.rule)) } td { (row.part) } td { (row.debit) } td { (row.credit) }
                td { (row.may_be_moved_as.unwrap_or_default()) }
            } } }
        } }
    }
}

fn moved(call: &Call, view: &PostingTableView) -> Markup {
    html! {
        section aria-labelledby="moved" {
            h2 id="moved" { (call.word(Word::MovedByPolicy)) }
            table.rows {
                thead { tr { th scope="col" { (call.word(Word::Part)) } th scope="col" { (call.word(Word::Source)) }
                    th scope="col" { (call.word(Word::From)) } th scope="col" { (call.word(Word::Account)) } } }
                tbody { @for row in &view.moved { tr {
                    td { (row.part) } td { (row.source.as_deref().unwrap_or("*")) }
                    td { (row.from.as_deref().unwrap_or_default()) } td { (row.account) }
                } } }
            }
        }
    }
}

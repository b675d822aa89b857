//! Quarantine: rows that were kept and not used, each with its rule and a way to its line.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::IssueView;
use maud::{Markup, html};

/// `GET /issues?rule=&file=&limit=&offset=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let listing = answers::issues(&app.reader, call)?;
    let title = call.word(Word::QuarantinedRows);
    let body = html! {
        h1 { (title) }
        @if listing.items.is_empty() { (parts::empty(call.word(Word::NoIssues), "")) }
        @else {
            (table(call, &listing.items))
            (parts::paging(call, None, listing.offset, listing.items.len(), listing.limit, listing.more))
        }
    };
    Ok(layout(call, title, &body))
}

fn table(call: &Call, issues: &[IssueView]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (call.word(Word::Rule)) }
                th scope="col" { (call.word(Word::File)) }
                th scope="col" { (call.word(Word::Line)) }
                th scope="col" { (call.word(Word::Column)) }
                th scope="col" { (call.word(Word::Value)) }
                th.n scope="col" { (call.word(Word::Rows)) }
            } }
            tbody { @for issue in issues { (row(call, issue)) } }
        } }
    }
}

fn row(call: &Call, issue: &IssueView) -> Markup {
    html! {
        tr {
            td { a href=(call.link("/issues", &[("rule", &issue.rule)])) { (issue.rule) } }
            td { (issue.file_name) }
            td { (parts::line(call, &issue.file, issue.span)) }
            td { (issue.column) }
            td.wide { (issue.value) }
            td.n { (issue.rows) }
        }
    }
}

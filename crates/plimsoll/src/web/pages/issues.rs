//! Quarantine: rows that were kept and not used, each with its rule, a way to its line, and how to mend it.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::IssueView;
use domain::IssueStatus;
use maud::{Markup, html};

/// `GET /issues?rule=&file=&status=&limit=&offset=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let listing = answers::issues(&app.reader, call)?;
    let title = call.word(Word::QuarantinedRows);
    let body = html! {
        h1 { (title) }
        (statuses(call))
        @if listing.items.is_empty() { (parts::empty(call.word(Word::NoIssues), "")) }
        @else {
            p.muted { (call.word(Word::HowToMend)) " " code { "plimsoll quarantine show ID" } }
            (table(call, &listing.items))
            (parts::paging(call, None, listing.offset, listing.items.len(), listing.limit, listing.more))
        }
    };
    Ok(layout(call, title, &body))
}

/// Which issues are shown, and the way to the others.
fn statuses(call: &Call) -> Markup {
    let shown = call.params.text("status").unwrap_or(IssueStatus::Open.name());
    html! {
        p { @for status in IssueStatus::ALL.map(IssueStatus::name).into_iter().chain(["all"]) {
            @if status == shown { strong { (call.phrase(status)) } }
            @else { a href=(call.here_with("status", status)) { (call.phrase(status)) } }
            " "
        } }
    }
}

fn table(call: &Call, issues: &[IssueView]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { "ID" }
                th scope="col" { (call.word(Word::Status)) }
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
            td { code { (issue.id) } }
            td { (standing(call, issue)) }
            td { a href=(call.link("/issues", &[("rule", &issue.rule)])) { (issue.rule) } }
            td { (issue.file_name) }
            td { (parts::line(call, &issue.file, issue.span)) }
            td { (issue.column) }
            td.wide { (issue.value) }
            td.n { (issue.rows) }
        }
    }
}

/// The status, since when, and what is staged.
fn standing(call: &Call, issue: &IssueView) -> Markup {
    let status = if issue.note { "note" } else { issue.status };
    html! {
        (call.phrase(status))
        @if issue.edit == Some("staged") { " · " (call.phrase("edit staged")) }
        @if let Some(at) = &issue.changed_at { " · " (parts::time(at)) }
        @if let Some(copy) = &issue.mended_by {
            " · " a href=(call.link("/lines", &[("file", copy), ("line", "1")])) { (call.word(Word::File)) }
        }
        @if !issue.reason.is_empty() { " · " (issue.reason) }
    }
}

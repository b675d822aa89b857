//! One entry: both sides, and what proves them.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::view::{EntryView, MoneyView};
use maud::{Markup, html};

/// `GET /entries?id=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let entry = answers::entry(&app.reader, call.id()?)?;
    let body = html! {
        p.crumbs { a href=(call.link("/ledger", &[])) { (call.word(Word::Ledger)) } }
        h1 { (call.word(Word::Entry)) " " span.id { (entry.id) } }
        p { (parts::time(&entry.at)) " · " (call.phrase(entry.rule)) }
        @if let Some(at) = &entry.belongs_at { p { (call.word(Word::BelongsAt)) " " (parts::time(at)) } }
        (postings(call, &entry))
        h2 { (call.word(Word::Evidence)) }
        p { (parts::records(call, &entry.evidence)) }
        @if let Some(reversed) = &entry.reverses { p { (call.word(Word::Reverses)) " " (parts::entry(call, reversed)) } }
    };
    Ok(layout(call, &entry.id, &body))
}

/// Both sides of an entry.
pub(super) fn postings(call: &Call, entry: &EntryView) -> Markup {
    html! {
        table.rows.postings {
            thead { tr { th scope="col" { (call.word(Word::Account)) } th.n scope="col" { (call.word(Word::Debit)) }
                th.n scope="col" { (call.word(Word::Credit)) } } }
            tbody { @for posting in &entry.postings {
                tr {
                    td { span.muted { (posting.code) " " }
                        a href=(call.link("/ledger", &[("account", posting.account)])) { (posting.account) } }
                    (sides(call, &posting.amount))
                }
            } }
        }
    }
}

/// A debit or a credit, each in its own column.
pub(super) fn sides(call: &Call, amount: &MoneyView) -> Markup {
    let credit = amount.minor < 0;
    let shown = amount.unsigned();
    html! {
        td.n { @if !credit { (parts::money(call, &shown)) } }
        td.n { @if credit { (parts::money(call, &shown)) } }
    }
}

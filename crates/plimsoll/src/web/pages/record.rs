//! One record: what its source says, where that stands, and all that came of it.

use super::super::App;
use super::super::answers::{self, RecordAnswer};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{entry, exceptions, parts, record_content, subject};
use crate::view::{EntryView, SettlementView, ShareView};
use maud::{Markup, html};

/// `GET /records?id=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let answer = answers::record(&app.reader, call.id()?)?;
    let record = &answer.record;
    let body = html! {
        h1 { (call.word(Word::Record)) " " span.id { (record.id) } }
        p { (parts::time(&record.at)) " · " (call.phrase(record.kind)) " · " (record.file_name) ", "
            (parts::line(call, &record.file, record.span)) " " (parts::origin(call, record.simulated)) }
        @if let Some(score) = &answer.score {
            p { (call.word(Word::Score)) " " a href=(parts::subject_address(call, score)) { (parts::points(call, score)) }
                " · " (call.word(Word::MoneyAtRisk)) " " (parts::stake(call, score, &score.money_at_risk)) }
        }
        (subject::decisions(call, &answer.decisions))
        (consequences(call, &answer))
        (record_content::content(call, record))
    };
    Ok(layout(call, &record.id, &body))
}

fn consequences(call: &Call, answer: &RecordAnswer) -> Markup {
    html! {
        @if !answer.exceptions.is_empty() {
            section { h2 { (call.word(Word::Exceptions)) } (exceptions::table(call, &answer.exceptions)) }
        }
        @if !answer.settlements.is_empty() {
            section { h2 { (call.word(Word::Settlements)) }
                @for settlement in &answer.settlements { (settlement_table(call, settlement)) } }
        }
        @if !answer.entries.is_empty() {
            section { h2 { (call.word(Word::Entries)) } @for view in &answer.entries { (entry_block(call, view)) } }
        }
    }
}

fn entry_block(call: &Call, view: &EntryView) -> Markup {
    html! {
        h3 { (parts::entry(call, &view.id)) " " small { (parts::time(&view.at)) " · " (call.phrase(view.rule)) } }
        (entry::postings(call, view))
    }
}

fn settlement_table(call: &Call, settlement: &SettlementView) -> Markup {
    html! {
        h3 { (call.phrase(settlement.kind)) " " small { (settlement.reason)
            @if settlement.withdrawn { " · " (call.word(Word::Withdrawn)) } } }
        table.rows.postings {
            thead { tr { th scope="col" { (call.word(Word::Record)) } th.n scope="col" { (call.word(Word::Settled)) }
                th.n scope="col" { (call.word(Word::SettledBy)) } } }
            tbody {
                @for share in &settlement.settled { (share_row(call, share, true)) }
                @for share in &settlement.by { (share_row(call, share, false)) }
            }
        }
    }
}

fn share_row(call: &Call, share: &ShareView, settled: bool) -> Markup {
    html! {
        tr {
            td { (parts::record(call, &share.record)) }
            td.n { @if settled { (parts::money(call, &share.amount)) } }
            td.n { @if !settled { (parts::money(call, &share.amount)) } }
        }
    }
}

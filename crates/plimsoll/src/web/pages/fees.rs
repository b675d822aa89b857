//! Fees against the price lists: sums by month, source and currency, and the lines that differ with their way back.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::fees::{FeeAudit, FeeLine, FeeRow};
use maud::{Markup, html};

/// `GET /fees?period=&source=&limit=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let audit = answers::fees(&app.reader, call)?;
    let title = call.word(Word::FeeAudit);
    let priced = audit.rows.iter().any(|row| row.lines > 0);
    let csv: Vec<(&str, &str)> =
        ["period", "source"].into_iter().filter_map(|name| Some((name, call.params.text(name)?))).collect();
    let body = html! {
        h1 { (title) " " small { (call.word(Word::Policy)) " " (audit.policy_version) } }
        (books::places(call))
        (books::asks_for(call, "period", Word::Period, call.params.text("period").unwrap_or_default()))
        @if priced { (sums(call, &audit)) } @else { (parts::empty(call.word(Word::NoPriceList), "plimsoll help fees")) }
        @if priced { p { a href=(call.link("/fees.csv", &csv)) download="fees.csv" { (call.word(Word::AsCsv)) } } }
        @if !audit.lines.is_empty() { (lines(call, &audit)) }
    };
    Ok(layout(call, title, &body))
}

fn sums(call: &Call, audit: &FeeAudit) -> Markup {
    let heads = [Word::Gross, Word::ByPriceList, Word::Charged, Word::Difference, Word::LinesDiffer, Word::Unpriced];
    html! {
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::Month)) } th scope="col" { (call.word(Word::Source)) }
                th scope="col" { (call.word(Word::Category)) } th scope="col" { (call.word(Word::Currency)) }
                @for word in heads { th.n scope="col" { (call.word(word)) } } } }
            tbody { @for row in &audit.rows { (sum(row)) } }
        } }
    }
}

fn sum(row: &FeeRow) -> Markup {
    html! {
        tr {
            td { (row.month) } td { (row.source) } td { (row.of) } td { (row.currency) }
            @for amount in [&row.gross, &row.expected, &row.charged, &row.difference] {
                td.n { (amount.text.replace('-', "−")) }
            }
            td.n { (parts::count(row.differing)) } td.n { (parts::count(row.unpriced)) }
        }
    }
}

fn lines(call: &Call, audit: &FeeAudit) -> Markup {
    let heads = [Word::Gross, Word::ByPriceList, Word::Charged, Word::Difference];
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { (call.word(Word::LinesDiffer)) " " small { (parts::count(audit.differing)) } }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::At)) } th scope="col" { (call.word(Word::Record)) }
                    @for word in heads { th.n scope="col" { (call.word(word)) } } } }
                tbody { @for line in &audit.lines { (row(call, line)) } }
            } }
        }
    }
}

fn row(call: &Call, line: &FeeLine) -> Markup {
    html! {
        tr {
            td.nowrap { (parts::time(&line.at)) }
            td { (parts::record(call, &line.record)) " " small { (line.source_line) } }
            @for amount in [&line.gross, &line.expected, &line.charged, &line.difference] {
                td.n { (parts::money(call, amount)) }
            }
        }
    }
}

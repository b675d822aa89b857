//! The parts of an assessment that are tables: statements, money at risk, liquidity, exchange rates, scenarios, selection.

use super::super::sentences::told;
use super::super::words::Lang;
use crate::assess::print_more::{self, Part};
use crate::assess::report::Report;
use maud::{Markup, html};

/// Rows beyond which a table is folded.
const FOLDED_FROM: usize = 30;

pub(super) fn parts(lang: Lang, report: &Report) -> Markup {
    tables(lang, print_more::parts(report))
}

pub(super) fn tables(lang: Lang, parts: Vec<Part>) -> Markup {
    html! {
        @for part in parts {
            section {
                h2 { (told(lang, part.title)) }
                @if !part.says.is_empty() { p { (told(lang, &part.says)) } }
                @if part.cells.rows.len() > FOLDED_FROM {
                    details { summary { (part.cells.rows.len()) } (table(lang, &part)) }
                } @else {
                    (table(lang, &part))
                }
            }
        }
    }
}

fn table(lang: Lang, part: &Part) -> Markup {
    let is_number = |at: usize| part.cells.header[at].starts_with('>');
    html! {
        div.scroll { table.rows {
            thead { tr { @for (at, head) in part.cells.header.iter().enumerate() {
                th.n[is_number(at)] scope="col" { (told(lang, head.trim_start_matches('>'))) }
            } } }
            tbody { @for row in &part.cells.rows { tr { @for (at, cell) in row.iter().enumerate() {
                td.n[is_number(at)] { (cell_of(lang, part.cells.header[at], cell)) }
            } } } }
        } }
    }
}

/// A ratio is called as its data call it; what stands in back-quotes is so too.
fn cell_of(lang: Lang, head: &str, text: &str) -> Markup {
    if head == "ratio" {
        return html! { code { (text) } };
    }
    let told = told(lang, text);
    html! {
        @for (at, piece) in told.split('`').enumerate() {
            @if at % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

//! Sales tax by jurisdiction: what was sold, what was charged of it, what a marketplace withheld, and what is owed.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::sales::TaxView;
use maud::{Markup, html};

/// `GET /tax?period=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let period = answers::period_or_last_month(&app.reader, call)?.to_string();
    let taxes = answers::taxes(&app.reader, call)?;
    let title = call.word(Word::SalesTax);
    let body = html! {
        h1 { (title) " " small { (period) } }
        (books::places(call))
        (books::asks_for(call, "period", Word::Period, &period))
        @if taxes.is_empty() { (parts::empty(call.word(Word::NoEntries), "plimsoll help tax")) }
        @else {
            (table(call, &taxes))
            p { a href=(call.link("/tax.csv", &[("period", period.as_str())])) download="tax.csv" { (call.word(Word::AsCsv)) } }
        }
    };
    Ok(layout(call, title, &body))
}

fn table(call: &Call, taxes: &[TaxView]) -> Markup {
    let heads = [Word::Taxable, Word::TaxCharged, Word::Withheld, Word::TaxOwed];
    html! {
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::Jurisdiction)) } th scope="col" { (call.word(Word::Currency)) }
                th.n scope="col" { (call.word(Word::Documents)) }
                @for word in heads { th.n scope="col" { (call.word(word)) } } } }
            tbody { @for tax in taxes { tr {
                td { (tax.jurisdiction) } td { (tax.currency) } td.n { (parts::count(tax.documents)) }
                @for amount in [&tax.taxable, &tax.charged, &tax.withheld, &tax.owed] {
                    td.n { (amount.text.replace('-', "−")) }
                }
            } } }
        } }
    }
}

//! Clearing accounts over a period: what stood there, what moved, what is left, how old that is, and of what it consists.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::clearing::AGES;
use crate::view::{MoneyView, RollView};
use maud::{Markup, html};

/// `GET /rollforward?period=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let rolls = answers::rollforward(&app.reader, call)?;
    let title = call.word(Word::ClearingAccounts);
    let body = html! {
        h1 { (title) }
        (books::places(call))
        (books::asks_for(call, "period", Word::Period, call.params.text("period").unwrap_or_default()))
        @if rolls.is_empty() { (parts::empty(call.word(Word::NoEntries), "")) }
        @for roll in &rolls { (section(call, roll)) }
    };
    Ok(layout(call, title, &body))
}

fn section(call: &Call, roll: &RollView) -> Markup {
    let id = format!("{}-{}", roll.account, roll.currency);
    let [first, second, third] = AGES;
    let ages = [format!("≤ {first}"), format!("≤ {second}"), format!("≤ {third}"), format!("> {third}")];
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { a href=(call.link("/ledger", &[("account", roll.account)])) { (roll.account) } " "
                small { (call.phrase(roll.account)) " · " (roll.currency) } }
            table.rows { tbody {
                (line(call.word(Word::AtTheStart), &roll.opening))
                @for moved in &roll.moved { (line(call.phrase(moved.rule), &moved.amount)) }
                (line(call.word(Word::AtTheEnd), &roll.closing))
                @for (days, amount) in ages.iter().zip(&roll.ages).filter(|(_, amount)| amount.minor != 0) {
                    (line(&format!("{} {days}", call.word(Word::AgeDays)), amount))
                }
                @if roll.brought_in.minor != 0 { (line(call.word(Word::BroughtIn), &roll.brought_in)) }
                @if roll.unexplained.minor != 0 { (line(call.word(Word::NotExplained), &roll.unexplained)) }
            } }
            @if roll.items.iter().any(|item| !item.record.is_empty()) { (items(call, roll)) }
        }
    }
}

fn line(name: &str, amount: &MoneyView) -> Markup {
    html! { tr { th scope="row" { (name) } td.n { (amount.text.replace('-', "−")) } } }
}

fn items(call: &Call, roll: &RollView) -> Markup {
    html! {
        details {
            summary { (call.word(Word::OpenItems)) " " (parts::count(roll.open_items as u64)) }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::At)) } th scope="col" { (call.word(Word::Record)) }
                    th.n scope="col" { (call.word(Word::Amount)) } } }
                tbody { @for item in roll.items.iter().filter(|item| !item.record.is_empty()) { tr {
                    td.nowrap { (parts::time(&item.at)) }
                    td { (parts::record(call, &item.record)) }
                    td.n { (item.left.text.replace('-', "−")) }
                } } }
            } }
        }
    }
}

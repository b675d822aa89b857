//! The ledger: balances, and from each account to its entries.

use super::super::App;
use super::super::answers::{self, Listing};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, entry, parts};
use crate::view::{BalanceView, EntryView};
use domain::Account;
use maud::{Markup, html};

/// `GET /ledger?account=&from=&to=&limit=&offset=`: with an account, its entries too.
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let balances = answers::balances(&app.reader)?;
    let account = call.params.text("account");
    let entries = account.map(|_| answers::entries(&app.reader, call)).transpose()?;
    let title = call.word(Word::Ledger);
    let balanced = app.overview()?.ledger_balanced;
    let body = html! {
        h1 { (title) " " small { (call.word(Word::LedgerBalanced)) " " (parts::yes_or_no(call, balanced)) } }
        (books::places(call))
        @if balances.is_empty() { (parts::empty(call.word(Word::NoFiles), "plimsoll import PATH…")) }
        @else {
            div class=[entries.is_some().then_some("columns ledger")] {
                (balance_table(call, &balances, account))
                @if let Some(entries) = &entries { (entry_list(call, account.unwrap_or_default(), entries)) }
            }
        }
    };
    Ok(layout(call, title, &body))
}

fn balance_table(call: &Call, balances: &[BalanceView], chosen: Option<&str>) -> Markup {
    html! {
        section aria-labelledby="balances" {
            h2 id="balances" { (call.word(Word::Balances)) }
            table.rows {
                thead { tr { th.n scope="col" { (call.word(Word::Code)) } th scope="col" { (call.word(Word::Account)) }
                    th.n scope="col" { (call.word(Word::Debit)) }
                    th.n scope="col" { (call.word(Word::Credit)) } } }
                tbody { @for row in balances { (balance_row(call, row, chosen == Some(row.account))) } }
            }
            p.muted { (call.word(Word::ClearingMeans)) }
            @if balances.iter().any(|row| row.balance.reporting.is_some()) { p.muted { (call.word(Word::BalancesCountAt)) } }
        }
    }
}

fn balance_row(call: &Call, row: &BalanceView, chosen: bool) -> Markup {
    html! {
        tr class=[chosen.then_some("chosen")] {
            td.n { (row.code) }
            td { a href=(call.link("/ledger", &[("account", row.account)])) { (row.account) }
                small { (call.phrase(row.class)) @if account_word(call, row.account) != row.account { " · " (account_word(call, row.account)) } } }
            (entry::sides(call, &row.balance))
        }
    }
}

/// An account in the page's language. The phrase `sales` is a feature's: earlier sales to a buyer.
fn account_word<'c>(call: &'c Call, account: &'static str) -> &'c str {
    if account == Account::Sales.name() { call.word(Word::Sales) } else { call.phrase(account) }
}

fn entry_list(call: &Call, account: &str, entries: &Listing<EntryView>) -> Markup {
    html! {
        section aria-labelledby="entries" {
            h2 id="entries" { (call.word(Word::Entries)) " " small { (account) } }
            @if entries.items.is_empty() { (parts::empty(call.word(Word::NoEntries), "")) }
            @else {
                div.scroll { table.rows {
                    thead { tr { th scope="col" { (call.word(Word::At)) } th scope="col" { (call.word(Word::Entry)) }
                        th.n scope="col" { (call.word(Word::Debit)) } th.n scope="col" { (call.word(Word::Credit)) } } }
                    tbody { @for view in &entries.items { (entry_row(call, account, view)) } }
                } }
            }
            (parts::paging(call, None, entries.offset, entries.items.len(), entries.limit, entries.more))
        }
    }
}

fn entry_row(call: &Call, account: &str, view: &EntryView) -> Markup {
    html! {
        @for posting in view.postings.iter().filter(|posting| posting.account == account) {
            tr {
                td.nowrap { (parts::time(&view.at)) }
                td { (parts::entry(call, &view.id)) }
                (entry::sides(call, &posting.amount))
            }
        }
    }
}

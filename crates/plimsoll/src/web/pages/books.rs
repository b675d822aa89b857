//! What the pages of the books share: the way from one to the other.

use super::super::call::Call;
use super::super::words::Word;
use maud::{Markup, html};

/// The pages behind the ledger, in the order in which a month is worked off.
const PLACES: [(&str, Word); 8] = [
    ("/ledger", Word::Ledger),
    ("/statements", Word::Statements),
    ("/rollforward", Word::ClearingAccounts),
    ("/fees", Word::FeeAudit),
    ("/payables", Word::Payables),
    ("/tax", Word::SalesTax),
    ("/close", Word::CloseOfMonth),
    ("/postings", Word::PostingRules),
];

/// Links to the pages of the books.
pub(super) fn places(call: &Call) -> Markup {
    let current = |path: &str| (path == call.path).then_some("page");
    html! {
        nav.tabs aria-label=(call.word(Word::Ledger)) {
            @for (path, word) in PLACES {
                a href=(call.link(path, &[])) aria-current=[current(path)] { (call.word(word)) } " "
            }
        }
    }
}

/// A form that asks for a period or a month.
pub(super) fn asks_for(call: &Call, name: &str, word: Word, value: &str) -> Markup {
    html! {
        form.filters method="get" action=(call.path) {
            label { (call.word(word)) " " input name=(name) value=(value) size="24" placeholder="2011-06"; }
            @if let Some(lang) = call.params.text("lang") { input type="hidden" name="lang" value=(lang); }
            button { (call.word(Word::Show)) }
        }
    }
}

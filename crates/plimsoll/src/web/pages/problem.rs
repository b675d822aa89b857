//! A problem as a page: what, where and what next.

use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use maud::{Markup, html};

/// The page of a problem.
pub(in super::super) fn page(call: &Call, problem: &Problem) -> Markup {
    let title = call.phrase(problem.title);
    let body = html! {
        h1 { (title) }
        p { (problem.detail) }
        p { (problem.next) }
        p { a href=(call.link("/", &[])) { (call.word(Word::Overview)) } }
    };
    layout(call, title, &body)
}

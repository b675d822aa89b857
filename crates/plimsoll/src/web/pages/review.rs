//! The review queue: two records side by side, why they may be one thing and why not, and three answers.
//!
//! Each answer is a form's button, so that the page works without scripts; with them one key does it.

use super::super::App;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::review::{LastView, ReviewView, review};
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use crate::linking::review::Asked;
use maud::{Markup, html};

/// Reasons that are shown of a pair.
const REASONS: usize = 10;

/// `GET /review`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let title = call.word(Word::Review);
    let body = match review(app, call)? {
        None => html! { h1 { (title) } (parts::empty(call.word(Word::NothingToReview), "plimsoll link A B --review")) },
        Some(view) => html! {
            h1 { (title) }
            p.muted data-answered=(view.answered) {
                (view.tables) " · " (view.answered) " / " (view.pairs) " " (call.word(Word::Answered))
            }
            @match &view.next {
                Some(asked) => { (pair(call, asked)) (answers(call, &view, asked)) }
                None => { (parts::empty(call.word(Word::AllAnswered), "plimsoll link A B")) }
            }
            @if let Some(last) = &view.last { (undo(call, &view, last)) }
        },
    };
    Ok(layout(call, title, &body))
}

fn pair(call: &Call, asked: &Asked) -> Markup {
    html! {
        div.scroll { table.pair {
            thead { tr {
                th scope="col" { (call.word(Word::Column)) }
                th scope="col" { (asked.left.name) }
                th scope="col" { (asked.right.name) }
            } }
            tbody { @for column in asked.columns() {
                @let (left, right) = (asked.left.value(column), asked.right.value(column));
                tr.differs[left != right] { th scope="row" { (column) } td { (left) } td { (right) } }
            } }
        } }
        p { (call.word(Word::Probability)) " " (format!("{:.2}", asked.chance)) }
        ul.reasons { @for (name, part) in asked.reasons.iter().filter(|(_, part)| *part != 0.0).take(REASONS) {
            li { span.n { (format!("{part:+.2}").replace('-', "−")) } " " (name) }
        } }
    }
}

fn answers(call: &Call, view: &ReviewView, asked: &Asked) -> Markup {
    let buttons =
        [("same", "y", Word::OneThing), ("different", "n", Word::NotOneThing), ("unsure", "u", Word::CannotTell)];
    if !view.takes_answers {
        return html! { p.muted { (call.word(Word::AnswerByCommand)) " " code { "plimsoll review" } } };
    }
    html! {
        form method="post" action=(call.link("/review", &[])) {
            input type="hidden" name="pair" value=(asked.pair);
            @for (answer, key, word) in buttons {
                button type="submit" name="answer" value=(answer) data-key=(key) accesskey=(key) {
                    kbd { (key) } " " (call.word(word))
                }
                " "
            }
        }
    }
}

fn undo(call: &Call, view: &ReviewView, last: &LastView) -> Markup {
    html! {
        form method="post" action=(call.link("/review", &[])) {
            p.muted {
                (last.left) " · " (last.right) ": " (call.phrase(last.answer)) " "
                @if view.takes_answers {
                    button type="submit" name="answer" value="undo" data-key="z" accesskey="z" {
                        kbd { "z" } " " (call.word(Word::TakeBack))
                    }
                }
            }
        }
    }
}

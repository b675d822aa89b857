//! A line of a source file among its neighbours.

use super::super::App;
use super::super::call::Call;
use super::super::lines::{LineAnswer, LinesAnswer, lines};
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::parts;
use maud::{Markup, html};

/// `GET /lines?file=&line=&offset=&len=&around=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let file = call.params.text("file").unwrap_or_default();
    let line = call.params.text("line").unwrap_or("1");
    let answer = lines(&app.reader, call, file, line)?;
    let title = format!("{}, {} {}", answer.file.name, call.word(Word::Line), answer.line);
    let body = html! {
        h1 { (answer.file.name) " " small { (call.word(Word::Line)) " " (parts::count(answer.line.into())) } }
        p { (parts::origin(call, answer.file.simulated)) " " (answer.file.source) " · "
            (parts::count(answer.file.bytes)) " " (call.word(Word::Bytes)) " · "
            (call.word(Word::ByteOffset)) " " (parts::count(offset(&answer))) }
        p.muted { "SHA-256 " code.digest { (answer.file.digest) } }
        div.scroll { table.source { tbody { @for line in &answer.lines { (row(call, line)) } } } }
        (steps(call, &answer))
    };
    Ok(layout(call, &title, &body))
}

fn offset(answer: &LinesAnswer) -> u64 {
    answer.lines.iter().find(|line| line.line == answer.line).map_or(0, |line| line.offset)
}

fn row(call: &Call, line: &LineAnswer) -> Markup {
    html! {
        tr class=[line.marked.then_some("marked")] {
            th.n scope="row" { @if line.marked { span.visually-hidden { (call.word(Word::Marked)) " " } "▸ " } (line.line) }
            td.n.muted title=(call.word(Word::ByteOffset)) { (line.offset) }
            td { code { (line.text) } @if line.cut > 0 { span.muted { " … " (parts::count(line.cut)) " " (call.word(Word::Bytes)) } } }
        }
    }
}

/// The neighbourhood before and after.
fn steps(call: &Call, answer: &LinesAnswer) -> Markup {
    let to = |line: u32| call.link("/lines", &[("file", &answer.file.digest), ("line", &line.to_string())]);
    let last = answer.lines.last().map_or(0, |line| line.line);
    let end =
        answer.lines.last().is_none_or(|line| line.offset + line.text.len() as u64 + line.cut + 2 >= answer.file.bytes);
    html! {
        nav.paging aria-label=(call.word(Word::Rows)) {
            @if answer.line > 1 { a rel="prev" href=(to(answer.line.saturating_sub(10).max(1))) { "← " (call.word(Word::Previous)) } }
            @if !end { a rel="next" href=(to(last)) { (call.word(Word::Next)) " →" } }
        }
    }
}

//! Why a score changed: its parts then and now, and what happened between.

use super::super::App;
use super::super::call::Call;
use super::super::live;
use super::super::problem::Problem;
use super::layout::layout;
use super::parts;
use maud::{Markup, html};

/// `GET /changes/{card}?since=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let change = live::changes(app, call)?;
    let title = call.phrase("why the score changed");
    let value = |value: Option<f32>| value.map_or(String::new(), |value| format!("{value:.2}"));
    let body = html! {
        h1 { (title) }
        p { @if let Some(then) = &change.then { (format!("{:.2}", then.points)) " (" (call.phrase(then.action)) ") → " }
            (format!("{:.2}", change.now.points)) " (" (call.phrase(change.now.action)) ")" }
        form.filters method="get" { label { (call.phrase("since")) " "
            input name="since" value=(call.params.text("since").unwrap_or_default()) placeholder="2026-01-19T09:42:00Z"; }
            button { (call.phrase("do it")) } }
        div.scroll { table.rows {
            thead { tr { @for name in ["part", "then", "now", "moved"] { th scope="col" { (call.phrase(name)) } } } }
            tbody { @for part in &change.parts { tr {
                td { (part.name) }
                td.n { (value(part.value_then)) " " small { (format!("{:+.3}", part.then)) } }
                td.n { (value(part.value_now)) " " small { (format!("{:+.3}", part.now)) } }
                td.n { (format!("{:+.3}", part.moved)) }
            } } }
        } }
        h2 { (call.phrase("what happened between")) }
        ol { @for happened in &change.between { li { (parts::time(&happened.at)) " " (happened.what) } } }
    };
    Ok(layout(call, title, &body))
}

//! Alerts: the queue, and one of them with its rulings and notices.

use super::super::App;
use super::super::call::Call;
use super::super::live::{self, AlertAnswer};
use super::super::problem::Problem;
use super::layout::layout;
use super::parts;
use crate::view::live::AlertView;
use maud::{Markup, html};

/// `GET /alerts?all=1`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let alerts = live::alerts(app, call)?;
    let title = call.phrase("Alerts");
    let body = html! {
        h1 { (title) }
        p { a href=(call.link("/alerts", &[("all", "1")])) { (call.phrase("closed ones, too")) } }
        @if alerts.is_empty() { (parts::empty(call.phrase("No alert is open."), "")) }
        @else if app.posts.is_some() {
            form method="post" action="/alerts" { (table(call, &alerts, true)) (actions(call)) }
        }
        @else { (table(call, &alerts, false)) }
    };
    Ok(layout(call, title, &body))
}

fn table(call: &Call, alerts: &[AlertView], choose: bool) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                @if choose { th scope="col" { } }
                @for name in ["level", "alert", "rule", "rulings", "money at risk", "last", "state"] {
                    th scope="col" { (call.phrase(name)) }
                }
            } }
            tbody { @for alert in alerts { tr {
                @if choose { td { input type="checkbox" name="exceptions" value=(alert.id) aria-label=(alert.id); } }
                td { (call.phrase(alert.level)) }
                td { a href=(link(call, &alert.id)) { (alert.about) } }
                td { (alert.rule) }
                td.n { (alert.rulings) }
                td.n { (parts::plain(&alert.money_at_risk, &alert.currency)) }
                td { (parts::time(&alert.last_at)) }
                td { (call.phrase(alert.state)) @if !alert.owner.is_empty() { " · " (alert.owner) } }
            } } }
        } }
    }
}

fn link(call: &Call, id: &str) -> String {
    call.link(&format!("/alerts/{}", super::super::params::path_end(id)), &[])
}

fn actions(call: &Call) -> Markup {
    html! {
        fieldset {
            label { (call.phrase("what")) " " select name="what" {
                @for what in ["acknowledge", "assign", "close", "reopen", "note"] { option value=(what) { (call.phrase(what)) } }
            } }
            label { (call.phrase("what it was")) " " select name="disposition" {
                @for what in ["unclear", "event", "genuine"] { option value=(what) { (call.phrase(what)) } }
            } }
            label { (call.phrase("who")) " " input name="by" required; }
            label { (call.phrase("words")) " " input name="words"; }
            button { (call.phrase("do it")) }
        }
    }
}

/// `GET /alerts/{id}`
pub(in super::super) fn one(app: &App, call: &Call) -> Result<Markup, Problem> {
    let AlertAnswer { alert, rulings, notices } = live::alert(app, call)?;
    let body = html! {
        h1 { (alert.about) " " small { (call.phrase(alert.level)) " · " (call.phrase(alert.state)) } }
        p { (alert.rule) " · " (parts::plain(&alert.money_at_risk, &alert.currency)) " · " (alert.reason) }
        @if let Some(card) = alert.about.strip_prefix("card:") {
            p { a href=(call.link(&format!("/changes/{card}"), &[])) { (call.phrase("why the score changed")) } }
        }
        div.scroll { table.rows {
            thead { tr { @for name in ["attempt", "last", "action", "rule", "points", "most of it from"] {
                th scope="col" { (call.phrase(name)) } } } }
            tbody { @for ruling in &rulings { tr {
                td { (ruling.id) }
                td { (parts::time(&ruling.at)) }
                td { (call.phrase(ruling.action)) }
                td { (ruling.rule) }
                td.n { (format!("{:.2}", ruling.points)) }
                td { @for part in ruling.contributions.iter().take(3) { (part.name) " " (format!("{:+.2}", part.log_odds)) " " } }
            } } }
        } }
        h2 { (call.phrase("who was told")) }
        @if notices.is_empty() { p { "–" } }
        ul { @for notice in &notices {
            li { (parts::time(&notice.at)) " " (notice.to) " (" (call.phrase(&notice.why)) "): " (call.phrase(notice.state))
                @if !notice.error.is_empty() { " " (notice.error) } }
        } }
    };
    Ok(layout(call, call.phrase("Alerts"), &body))
}

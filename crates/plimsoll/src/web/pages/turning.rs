//! The loop, drawn: what comes in is scored, alerts are told, what came of it renews the model.

use super::super::call::Call;
use super::super::live::LoopAnswer;
use maud::{Markup, html};

/// The six stations with what each last did; nothing where nothing was ever asked.
pub(super) fn drawn(call: &Call, looped: &LoopAnswer) -> Markup {
    let count: u64 = looped.rulings.iter().map(|(_, count)| count).sum();
    if count == 0 {
        return html! {};
    }
    let age = looped.newest_attempt_age_seconds.map_or("–".to_owned(), |age| format!("{age} s"));
    let turn = looped.turn.as_ref();
    let matured = turn.map_or("–".to_owned(), |turn| turn.matured.to_string());
    let drift =
        turn.and_then(|turn| turn.drift.as_ref()).map_or("–".to_owned(), |(name, psi)| format!("{name} {psi:.2}"));
    let took = turn.map_or("–".to_owned(), |turn| format!("{:.1} s", turn.seconds));
    let turns = format!("{} / {}", looped.turns - looped.turns_failed.min(looped.turns), looped.turns);
    let alerts = format!("{} · {}", looped.open_alerts, looped.dead_notices);
    let stations = [
        ("collect", age),
        ("preprocess", drift),
        ("train", format!("{matured} · {took}")),
        ("score", count.to_string()),
        ("alert", alerts),
        ("update", turns),
    ];
    html! {
        section {
            h2 { (call.phrase("the loop")) }
            ol.loop { @for (name, figure) in &stations { li { strong { (call.phrase(name)) } " " span { (figure) } } } }
            @if let Some(turn) = turn { p { (turn.told) } }
        }
    }
}

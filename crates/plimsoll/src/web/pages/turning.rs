//! The loop, drawn: what comes in is scored, alerts are told, what came of it renews the model; and how fresh all is.

use super::super::call::Call;
use super::super::live::LoopAnswer;
use crate::live::meters::Turn;
use maud::{Markup, html};

/// What the second paper prints of its method and two before it: minutes between renewals, seconds of one (the mean of
/// three), share that succeeded.
const PUBLISHED: [(u32, f64, f64); 3] = [(30, 15.2, 0.90), (20, 12.5, 0.86), (2, 1.1, 0.995)];

/// The six stations with what each last did; nothing where nothing was ever asked and nothing turned.
pub(super) fn drawn(call: &Call, looped: &LoopAnswer) -> Markup {
    let count: u64 = looped.rulings.iter().map(|(_, count)| count).sum();
    if count == 0 && looped.turn.is_none() {
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
            (freshness(call, looped))
            @if let Some(turn) = turn { p { (turn.told) } (renewal(call, looped, turn)) }
        }
    }
}

/// How old the oldest score is, and the newest record of each source.
fn freshness(call: &Call, looped: &LoopAnswer) -> Markup {
    html! {
        @if let Some(seconds) = looped.oldest_score_age_seconds {
            p { (call.phrase("oldest score")) ": " (span(seconds)) }
        }
        @if !looped.sources.is_empty() {
            p { (call.phrase("newest record")) ": "
                @for (place, source) in looped.sources.iter().enumerate() {
                    @if place > 0 { " · " } code { (source.source) } " " span title=(source.newest) { (span(source.age_seconds)) }
                } }
        }
    }
}

/// What the last renewal included, and what others published of theirs.
fn renewal(call: &Call, looped: &LoopAnswer, turn: &Turn) -> Markup {
    let parts: Vec<String> =
        turn.parts.iter().map(|part| format!("{} {:.2} s", call.phrase(part.name), part.seconds)).collect();
    let share = |done: u64, all: u64| f64::from(u32::try_from(done * 1_000 / all.max(1)).unwrap_or(0)) / 1_000.0;
    let succeeded = share(looped.turns.saturating_sub(looped.turns_failed), looped.turns);
    html! {
        details {
            summary { (call.phrase("what the last renewal included")) }
            p { (parts.join(" · ")) }
            table {
                thead { tr { th { (call.phrase("renewal")) } th.n { (call.phrase("took")) } th.n { (call.phrase("succeeded")) } } }
                tbody {
                    tr { th scope="row" { (call.phrase("here")) } td.n { (format!("{:.2} s", turn.seconds)) }
                        td.n { (format!("{:.1} %", succeeded * 100.0)) } }
                    @for (minutes, seconds, share) in PUBLISHED {
                        tr { th scope="row" { (call.phrase("published, every")) " " (minutes) " min" }
                            td.n { (format!("{seconds:.1} s")) } td.n { (format!("{:.1} %", share * 100.0)) } }
                    }
                }
            }
        }
    }
}

/// A stretch of time in one unit.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_stretch_of_time_has_one_unit() {
        let told = [0, 119, 120, 7_199, 7_200, 172_799, 172_800].map(super::span);
        assert_eq!(told, ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d"]);
    }
}

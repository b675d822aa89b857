//! A score's reasons as a waterfall: a row a reason, its bar from where the reasons before it left off.
//!
//! Drawn here and not by the chart crate: its waterfall stands upright, and two dozen names, values and sentences do not
//! fit under bars. The bars stand in the table that is their text alternative.

use super::super::call::Call;
use super::super::words::Word;
use crate::view::{ReasonView, ScoreView};
use maud::{Markup, html};

/// Width of the drawing, in its own units.
const WIDTH: f64 = 300.0;

/// Room left and right of the outermost bar, as a share of what the bars span.
const ROOM: f64 = 0.04;

/// Reason, and the log-odds before and after it.
type Step<'a> = (&'a ReasonView, f64, f64);

struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, log_odds: f64) -> f64 {
        let room = ROOM * (self.high - self.low);
        WIDTH * (log_odds - self.low + room) / (self.high - self.low + 2.0 * room)
    }
}

/// The table of reasons with their bars and their sum.
pub(super) fn waterfall(call: &Call, score: &ScoreView) -> Markup {
    let steps = steps(&score.reasons);
    let scale = scale(&steps);
    html! {
        table.waterfall {
            thead { tr {
                th scope="col" { (call.word(Word::Reason)) }
                th.n scope="col" { (call.word(Word::Value)) }
                th scope="col" { span.visually-hidden { (call.word(Word::Bar)) } }
                th.n scope="col" { (call.word(Word::LogOdds)) }
            } }
            tbody { @for step in &steps { (row(call, &scale, step)) } }
            tfoot { tr {
                th scope="row" { (call.word(Word::Sum)) small { (sum_sentence(call, score)) } }
                td {}
                td.bar { (bar(&scale, 0.0, score.log_odds, "total")) }
                td.n { strong { (signed(score.log_odds)) } }
            } }
        }
    }
}

fn sum_sentence(call: &Call, score: &ScoreView) -> String {
    format!(
        "{} = 1 / (1 + e^{:.2}) = {:.1} %",
        call.word(Word::Probability),
        -score.log_odds,
        100.0 * score.probability
    )
}

/// The base rate first, as every score starts there; then as they come, the largest first.
fn steps(reasons: &[ReasonView]) -> Vec<Step<'_>> {
    let (base, others): (Vec<_>, Vec<_>) = reasons.iter().partition(|reason| reason.name == "base rate");
    let mut sum = 0.0;
    let step = |reason: &'_ ReasonView| {
        let before = sum;
        sum += reason.log_odds;
        (before, sum)
    };
    let ordered: Vec<&ReasonView> = base.into_iter().chain(others).collect();
    let places: Vec<(f64, f64)> = ordered.iter().copied().map(step).collect();
    ordered.into_iter().zip(places).map(|(reason, (before, after))| (reason, before, after)).collect()
}

fn scale(steps: &[Step]) -> Scale {
    let ends = || steps.iter().flat_map(|(_, before, after)| [*before, *after]);
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    Scale { low, high: if high > low { high } else { low + 1.0 } }
}

fn row(call: &Call, scale: &Scale, (reason, before, after): &Step) -> Markup {
    let side = if reason.log_odds >= 0.0 { "up" } else { "down" };
    html! {
        tr {
            th scope="row" { (call.phrase(&reason.name)) small { (call.phrase(reason.sentence)) } }
            td.n { (call.phrase(&reason.value)) }
            td.bar { (bar(scale, *before, *after, side)) }
            td.n class=(side) { (signed(reason.log_odds)) }
        }
    }
}

fn bar(scale: &Scale, before: f64, after: f64, side: &str) -> Markup {
    let (left, right) = (scale.x(before.min(after)), scale.x(before.max(after)));
    let (zero, after) = (scale.x(0.0), scale.x(after));
    html! {
        svg viewBox="0 0 300 20" preserveAspectRatio="none" aria-hidden="true" {
            path.zero d={ "M" (place(zero)) " 0V20" } {}
            rect class=(side) x=(place(left)) y="4" width=(place((right - left).max(0.8))) height="12" rx="1.5" {}
            @if side != "total" { path.carry d={ "M" (place(after)) " 10V20" } {} }
        }
    }
}

fn place(x: f64) -> String {
    format!("{x:.1}")
}

/// Log-odds with their sign, a true minus.
fn signed(log_odds: f64) -> String {
    format!("{log_odds:+.3}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_starts_where_the_last_one_ended() {
        let reason =
            |name: &str, log_odds| ReasonView { name: name.into(), sentence: "", value: String::new(), log_odds };
        let reasons = [reason("units", 0.5), reason("base rate", -1.0), reason("weekday", -0.25)];
        let steps = steps(&reasons);
        let places: Vec<_> =
            steps.iter().map(|(reason, before, after)| (reason.name.as_str(), *before, *after)).collect();
        assert_eq!(places, [("base rate", 0.0, -1.0), ("units", -1.0, -0.5), ("weekday", -0.5, -0.75)]);
        let scale = scale(&steps);
        assert!((scale.low, scale.high) == (-1.0, 0.0) && scale.x(-1.0) > 0.0 && scale.x(0.0) < WIDTH);
    }
}

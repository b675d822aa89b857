//! A score as a hull with its Plimsoll line: the water stands at the score, the mark where the policy starts to watch.
//! Water above the mark says that the business carries more than it safely can.

use super::super::call::Call;
use super::super::words::Word;
use crate::view::ScoreView;
use maud::{Markup, html};

/// The drawing's top and bottom water levels, in its own units.
const TOP: f64 = 14.0;
const BOTTOM: f64 = 146.0;

/// Where the water stands at so many points.
fn level(points: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * points.clamp(0.0, 5.0) / 5.0
}

/// The drawing. Its words stand beside it on the page; the title says the same to those who do not see it.
pub(super) fn load_line(call: &Call, score: &ScoreView, watch_from: f64) -> Markup {
    let (water, mark) = (level(score.points), level(watch_from));
    let title = format!("{}: {:.2} / 5, {}", call.word(Word::BusinessScore), score.points, score.grade);
    html! {
        svg.load-line viewBox="0 0 220 160" role="img" aria-label=(title) {
            path.hull d="M10 8H170V122Q170 152 140 152H40Q10 152 10 122Z" {}
            clipPath id="hull" { path d="M10 8H170V122Q170 152 140 152H40Q10 152 10 122Z" {} }
            rect class={ "water level-" (score.level) } x="0" y=(place(water)) width="180" height="160" clip-path="url(#hull)" {}
            path class={ "surface level-" (score.level) } d={ "M10 " (place(water)) "H170" } clip-path="url(#hull)" {}
            circle.disc cx="76" cy=(place(mark)) r="17" {}
            path.disc d={ "M48 " (place(mark)) "H104" } {}
            (ticks())
        }
    }
}

fn ticks() -> Markup {
    html! {
        @for tick in 0..=5_u8 {
            @let y = level(f64::from(tick));
            path.tick d={ "M170 " (place(y)) "h8" } {}
            text.tick x="184" y=(place(y + 4.0)) { (tick) }
        }
        @for (grade, at) in [("A", 0.5), ("B", 1.5), ("C", 2.5), ("D", 3.5), ("E", 4.5)] {
            text.letter x="204" y=(place(level(at) + 4.0)) { (grade) }
        }
    }
}

fn place(y: f64) -> String {
    format!("{y:.1}")
}

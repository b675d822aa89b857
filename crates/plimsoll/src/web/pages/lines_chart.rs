//! Charts of lines over numbers, as SVG of our own: the crate that draws the bars places x by category, not by number.
//!
//! Lines are told apart by colour and by dashes, so that they are on paper too; each has its name as a title.

use maud::{Markup, html};

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 42.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 34.0;

/// Steps between ticks of an axis, at most.
const MOST_TICKS: f64 = 5.0;

/// Dashes of the lines, one after the other; the style sheet has a colour for each.
const DASHES: [&str; 6] = ["none", "7 3", "2 2", "9 3 2 3", "4 4", "12 4"];

/// One line.
pub(in super::super) struct Series<'a> {
    /// What it is.
    pub name: &'a str,
    /// Its colour and dashes; none for one among others.
    pub place: Option<usize>,
    /// From left to right.
    pub points: Vec<[f64; 2]>,
}

/// A chart.
pub(in super::super) struct Chart<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What runs to the right, and up.
    pub axes: [&'a str; 2],
    /// The range of both; none to take that of the points.
    pub ranges: [Option<[f64; 2]>; 2],
    /// Whether guessing, or perfection, is the diagonal.
    pub diagonal: bool,
    /// Whether each point is marked.
    pub dots: bool,
    /// The lines, those without a place first, so that the others stand above them.
    pub series: Vec<Series<'a>>,
}

/// From the values of an axis to the drawing.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    fn at(self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// Round numbers within the range.
    fn ticks(self) -> Vec<f64> {
        let rough = (self.high - self.low) / MOST_TICKS;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(10.0 * power);
        let first = (self.low / step - 1e-6).ceil();
        (0..=10)
            .map(|count| (first + f64::from(count)) * step)
            .take_while(|tick| *tick <= self.high + step * 1e-6)
            .collect()
    }
}

fn scale(chart: &Chart, axis: usize) -> Scale {
    let values = || chart.series.iter().flat_map(|series| series.points.iter().map(|point| point[axis]));
    let [low, high] = chart.ranges[axis].unwrap_or_else(|| {
        values().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
    });
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
    let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
    match axis {
        0 => Scale { low, high, from: LEFT, to: WIDTH - RIGHT },
        _ => Scale { low, high, from: HEIGHT - BOTTOM, to: TOP },
    }
}

/// The drawing under its title.
pub(in super::super) fn chart(chart: &Chart) -> Markup {
    let [x, y] = [scale(chart, 0), scale(chart, 1)];
    html! {
        figure.lines {
            figcaption { (chart.title) }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(chart.title) {
                (grid(chart, x, y))
                @if chart.diagonal {
                    path.diagonal d=(format!("M{} {}L{} {}", place(x.at(x.low)), place(y.at(x.low)), place(x.at(x.high)), place(y.at(x.high)))) {}
                }
                @for series in &chart.series { (line(chart, series, x, y)) }
            }
        }
    }
}

fn grid(chart: &Chart, x: Scale, y: Scale) -> Markup {
    html! {
        @for tick in y.ticks() {
            path.grid d=(format!("M{LEFT} {}H{}", place(y.at(tick)), WIDTH - RIGHT)) {}
            text.end x=(place(LEFT - 5.0)) y=(place(y.at(tick) + 3.5)) { (number(tick)) }
        }
        @for tick in x.ticks() {
            path.grid d=(format!("M{} {TOP}V{}", place(x.at(tick)), HEIGHT - BOTTOM)) {}
            text.middle x=(place(x.at(tick))) y=(place(HEIGHT - BOTTOM + 13.0)) { (number(tick)) }
        }
        text.middle.axis x=(place((LEFT + WIDTH - RIGHT) / 2.0)) y=(place(HEIGHT - 5.0)) { (chart.axes[0]) }
        text.middle.axis x="0" y="0" transform=(format!("translate(11 {}) rotate(-90)", place((TOP + HEIGHT - BOTTOM) / 2.0))) {
            (chart.axes[1])
        }
    }
}

fn line(chart: &Chart, series: &Series, x: Scale, y: Scale) -> Markup {
    let points: Vec<String> =
        series.points.iter().map(|point| format!("{} {}", place(x.at(point[0])), place(y.at(point[1])))).collect();
    let class = series.place.map_or("series other".to_owned(), |place| format!("series s{}", place % DASHES.len()));
    html! {
        @if !points.is_empty() {
            path class=(class) stroke-dasharray=(dashes(series.place)) d=(format!("M{}", points.join("L"))) { title { (series.name) } }
            @if chart.dots && series.place.is_some() {
                @for point in &series.points {
                    circle class=(class) cx=(place(x.at(point[0]))) cy=(place(y.at(point[1]))) r="2.2" {}
                }
            }
        }
    }
}

fn dashes(place: Option<usize>) -> &'static str {
    place.map_or("none", |place| DASHES[place % DASHES.len()])
}

/// Names of the lines that have a place, each with a piece of it.
pub(in super::super) fn legend(names: &[(usize, &str)]) -> Markup {
    html! {
        p.keys-of-lines {
            @for (place, name) in names {
                span {
                    svg viewBox="0 0 34 8" width="34" height="8" aria-hidden="true" {
                        path class=(format!("series s{}", place % DASHES.len())) stroke-dasharray=(dashes(Some(*place))) d="M1 4H33" {}
                    }
                    " " (name)
                }
            }
        }
    }
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}

/// Without ends that say nothing: `.25`, `1`, `−.5`, `200`.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let text = if matches!(text, "" | "-0" | "-") { "0" } else { text };
    match text.strip_prefix("0.") {
        Some(rest) => format!(".{rest}"),
        None => text.replacen("-0.", "−.", 1).replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        let ticks = |low, high| Scale { low, high, from: 0.0, to: 1.0 }.ticks();
        let near = |told: Vec<f64>, wanted: &[f64]| {
            assert!(
                told.len() == wanted.len() && told.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9),
                "{told:?}"
            );
        };
        near(ticks(0.0, 1.0), &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        near(ticks(1.0, 60.0), &[20.0, 40.0, 60.0]);
        near(ticks(-0.3, 0.2), &[-0.3, -0.2, -0.1, 0.0, 0.1, 0.2]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.25, 1.0, -0.5, 200.0, 0.0, -0.0001].map(number), [".25", "1", "−.5", "200", "0", "0"]);
    }

    #[test]
    fn a_name_is_escaped_and_a_line_stays_in_its_frame() {
        let series = vec![Series { name: "<b>", place: Some(0), points: vec![[0.0, 0.0], [2.0, 1.0]] }];
        let drawn = chart(&Chart {
            title: "t",
            axes: ["x", "y"],
            ranges: [Some([0.0, 1.0]); 2],
            diagonal: true,
            dots: false,
            series,
        });
        let drawn = drawn.into_string();
        assert!(drawn.contains("&lt;b&gt;") && !drawn.contains("<b>"));
        assert!(drawn.contains("M42.0 216.0L332.0 8.0"), "{drawn}");
    }
}

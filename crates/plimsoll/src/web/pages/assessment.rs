//! Whether the business is sound, as one page that needs nothing else and prints well.

use super::super::phrases::phrase;
use super::super::sentences::told;
use super::super::words::{Lang, Word};
use super::assessment_parts;
use super::layout;
use super::lines_chart::{Chart, Series, chart, legend};
use crate::assess::definition_file::SIDES;
use crate::assess::outlook::OutlookView;
use crate::assess::print;
use crate::assess::print_more::outlook_lines;
use crate::assess::report::{Credit, Figure, IndicatorRow, Report, ScoreRow};
use maud::{Markup, html};

/// The whole page as one file.
pub(in super::super) fn alone(lang: Lang, report: &Report) -> String {
    layout::alone(lang, Word::IsItSound.text(lang), report.head.product, &body(lang, report))
}

fn body(lang: Lang, report: &Report) -> Markup {
    let word = |word: Word| word.text(lang);
    let head = &report.head;
    html! {
        h1 { (word(Word::IsItSound)) " " @if !head.business.is_empty() { (head.business) } }
        p.muted {
            (word(Word::YearTo)) " " (head.year_end) " · " (head.currency) " · " (word(Word::Definitions)) " " (head.definitions)
            @for file in &head.files { " · " code { (file) } }
        }
        (headline(lang, &report.credit, report))
        section { h2 { (word(Word::Scores)) } (scores(lang, &report.scores)) @for one in &report.disagreements { p.bad { (told(lang, one)) } } }
        @if let Some(line) = print::learned_line(report) {
            section {
                h2 { (word(Word::LearnedProbability)) }
                p { (told(lang, &line)) }
                ul { @for (ratio, moves) in report.learned.iter().flat_map(|of| &of.reasons) { li { code { (ratio) } " " (format!("{moves:+.2}")) } } }
            }
        }
        (tested(lang, report))
        @for of in &report.outlook { (outlook(lang, &report.head.currency, of)) }
        section { h2 { (word(Word::Scenarios)) } (scenarios(lang, report)) }
        (assessment_parts::parts(lang, report))
        section { h2 { (word(Word::IndicatorTree)) } (tree(lang, report)) }
        section { h2 { (word(Word::Indicators)) } (indicators(lang, &report.indicators)) }
        section { h2 { (word(Word::FiguresAndPlaces)) } (figures(lang, &report.figures)) (restated(lang, report)) }
        section {
            h2 { (word(Word::MethodsAndLimits)) }
            p { (phrase(lang, print::CREDIT_MEANS)) }
            ul { @for limit in print::LIMITS { li { (phrase(lang, limit)) } } }
            ul { @for note in &report.notes { li { (told(lang, note)) } } }
            (methods(lang, &report.scores))
        }
    }
}

/// A letter with its colour.
pub(super) fn grade(letter: char) -> Markup {
    html! { span class=(format!("grade grade-{}", letter.to_ascii_lowercase())) { (letter) } }
}

fn headline(lang: Lang, credit: &Credit, report: &Report) -> Markup {
    html! {
        dl.figures {
            div {
                dt { (Word::CreditRisk.text(lang)) }
                @if let (Some(points), Some(letter), Some(probability)) = (credit.points, credit.grade, credit.probability) {
                    dd { (format!("{points:.2}")) small { " / 5" } " " (grade(letter)) }
                    dd.note { (Word::Probability.text(lang)) " " (format!("{:.1} %", 100.0 * probability)) }
                } @else {
                    dd { "–" }
                    dd.note { (Word::NoScoreHasAll.text(lang)) }
                }
            }
            (risk(lang, Word::MarketRisk.text(lang), report.market.as_ref().map(|market| (market.points, market.grade)), &print::market_line(report)))
            (risk(lang, Word::LiquidityRisk.text(lang), report.liquidity.points.zip(report.liquidity.grade), &print::liquidity_line(report)))
            @for claim in &report.claims {
                div {
                    dt.claim { (Word::Claimed.text(lang)) ": " (phrase(lang, &claim.who)) }
                    dd.claim { (format!("{:.1}", claim.credit)) small { " / 5" } }
                    dd.note { (Word::Market.text(lang)) " " (format!("{:.1}", claim.market)) }
                }
            }
        }
    }
}

fn risk(lang: Lang, name: &str, points: Option<(f64, char)>, line: &str) -> Markup {
    html! {
        div {
            dt { (name) }
            @match points {
                Some((points, letter)) => dd { (format!("{points:.2}")) small { " / 5" } " " (grade(letter)) },
                None => dd { "–" },
            }
            dd.note { (told(lang, line)) }
        }
    }
}

fn scenarios(lang: Lang, report: &Report) -> Markup {
    let points = |points: Option<f64>| points.map_or_else(|| "–".to_owned(), |points| format!("{points:.2}"));
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (Word::Scenario.text(lang)) }
                th.n scope="col" { (Word::CreditRisk.text(lang)) }
                th.n scope="col" { (Word::LiquidityRisk.text(lang)) }
                th.n scope="col" { (Word::EquityTaken.text(lang)) }
            } }
            tbody { @for of in &report.scenarios { tr {
                th scope="row" { (phrase(lang, &of.name)) small { (phrase(lang, &of.says)) } }
                td.n { (points(of.credit)) }
                td.n { (points(of.liquidity)) }
                td.n {
                    @if let Some(why) = &of.lack { span.missing { (lack(lang, Some(why))) } }
                    @else { (of.equity.map_or(String::new(), |taken| print::amount(taken.round()))) }
                }
            } } }
        } }
    }
}

pub(super) fn outlook(lang: Lang, currency: &str, of: &OutlookView) -> Markup {
    let days = |from: usize, values: &[f64]| values.iter().zip(from..).map(|(y, x)| [day(x), *y]).collect::<Vec<_>>();
    let known = of.known.len();
    let word = |word: Word| word.text(lang);
    let mut series = vec![
        Series { name: word(Word::Known), place: Some(0), points: days(0, &of.known) },
        Series { name: word(Word::Expected), place: Some(1), points: days(known, &of.expected) },
    ];
    if let Some(interval) = &of.interval {
        let (low, high): (Vec<f64>, Vec<f64>) = interval.iter().copied().unzip();
        series.push(Series { name: word(Word::Interval), place: Some(5), points: days(known, &low) });
        series.push(Series { name: word(Word::Interval), place: Some(5), points: days(known, &high) });
    }
    html! {
        section {
            h2 { (word(Word::Outlook)) ": " (phrase(lang, of.of)) }
            @for line in outlook_lines(of, currency) { p { (told(lang, &line)) } }
            (legend(&[(0, word(Word::Known)), (1, word(Word::Expected)), (5, word(Word::Interval))]))
            (chart(&Chart {
                title: phrase(lang, of.of), axes: [word(Word::Day), currency],
                ranges: [None; 2], diagonal: false, dots: false, series,
            }))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few days")]
fn day(at: usize) -> f64 {
    at as f64
}

fn tested(lang: Lang, report: &Report) -> Markup {
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    html! {
        @if let Some(market) = report.market.as_ref().filter(|market| !market.tested.is_empty()) {
            section {
                h2 { (Word::ValueAtRisk.text(lang)) }
                p.muted { (market.span.0) " – " (market.span.1) " · GARCH(1, 1) μ, ω, α, β: " (market.garch.map(|p| format!("{p:.3e}")).join(", ")) }
                div.scroll { table.rows {
                    thead { tr {
                        th scope="col" { (Word::Method.text(lang)) }
                        @for head in [Word::LevelOfRisk, Word::ValueAtRisk, Word::ExpectedShortfall, Word::Exceeded] { th.n scope="col" { (head.text(lang)) } }
                        th.n scope="col" { "p Kupiec" }
                        th.n scope="col" { "p Christoffersen" }
                    } }
                    tbody { @for of in &market.tested { tr {
                        th scope="row" { (phrase(lang, of.method)) }
                        td.n { (percent(1.0 - of.level)) }
                        td.n { (percent(of.value_at_risk)) }
                        td.n { (percent(of.expected_shortfall)) }
                        td.n { (of.exceeded) " / " (of.days) }
                        @for p in of.p_values { td.n { (format!("{p:.3}")) } }
                    } } }
                } }
            }
        }
    }
}

fn scores(lang: Lang, rows: &[ScoreRow]) -> Markup {
    let heads = [Word::Value, Word::Zone, Word::CutsSafeDistress, Word::Score, Word::Probability];
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (Word::Name.text(lang)) }
                @for head in heads { th.n scope="col" { (head.text(lang)) } }
            } }
            tbody { @for row in rows { tr {
                th scope="row" { (row.name) small { (phrase(lang, &row.variant)) } }
                td.n { @if row.value.is_some() { (print::value_of(row)) } @else { span.missing { (lack(lang, row.lack.as_deref())) } } }
                td.n { (phrase(lang, row.zone.unwrap_or_default())) }
                td.n { @if let Some((safe, distress)) = row.cuts { (safe) " / " (distress) } }
                td.n { (row.points.map_or(String::new(), |points| format!("{points:.2}"))) }
                td.n { (row.probability.map_or(String::new(), |chance| format!("{:.1} %", 100.0 * chance))) }
            } } }
        } }
    }
}

/// Why there is no value.
fn lack(lang: Lang, why: Option<&str>) -> String {
    told(lang, why.unwrap_or_default())
}

fn indicators(lang: Lang, rows: &[IndicatorRow]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (Word::Side.text(lang)) }
                th scope="col" { (Word::Name.text(lang)) }
                th scope="col" { "±" }
                th.n scope="col" { (Word::Value.text(lang)) }
                th.n scope="col" { (Word::YearBefore.text(lang)) }
                th.n scope="col" { (Word::TwoYearsBefore.text(lang)) }
                th scope="col" { (Word::Formula.text(lang)) }
            } }
            tbody { @for row in rows { tr {
                td { (phrase(lang, &row.side)) }
                th scope="row" { (phrase(lang, &row.name)) }
                td.sign { (row.direction) }
                td.n {
                    @if let Some(why) = &row.lack { span.missing { (lack(lang, Some(why))) } }
                    @else { (print::in_year(row, 0)) " " (phrase(lang, &row.unit)) (change(lang, row)) }
                }
                td.n { (print::in_year(row, 1)) }
                td.n { (print::in_year(row, 2)) }
                td { code { (row.formula) } }
            } } }
        } }
    }
}

fn change(lang: Lang, row: &IndicatorRow) -> Markup {
    html! {
        @match row.change {
            Some("worse") => { " " span.bad { "▼ " (phrase(lang, "worse")) } }
            Some(better) => { " " span.good { "▲ " (phrase(lang, better)) } }
            None => {}
        }
    }
}

/// Height of an indicator in the tree.
const STEP: usize = 17;

/// The business, its eight sides and their indicators: in ink those with a value that no other one tells already.
fn tree(lang: Lang, report: &Report) -> Markup {
    let rows = &report.indicators;
    let is_out = |at: usize| {
        let choice = report.sides.get(at).and_then(|row| row.choice.as_ref());
        rows[at].lack.is_some() || choice.is_some_and(|choice| choice.left_out.is_some())
    };
    let height = rows.len() * STEP + 2 * STEP;
    let y = |place: usize| STEP + place * STEP;
    let mut sides: Vec<(&str, Vec<usize>)> = Vec::new();
    for side in SIDES {
        sides.push((side, (0..rows.len()).filter(|at| rows[*at].side == side).collect()));
    }
    sides.retain(|(_, places)| !places.is_empty());
    let middle = |places: &[usize]| (y(places[0]) + y(places[places.len() - 1])) / 2;
    html! {
        svg.tree viewBox=(format!("0 0 760 {height}")) role="img" aria-label=(Word::IndicatorTree.text(lang)) {
            text x="4" y=(height / 2 + 4) { (Word::Business.text(lang)) }
            @for (side, places) in &sides {
                path d=(format!("M108 {} C150 {0} 150 {1} 190 {1}", height / 2, middle(places))) {}
                text.side x="196" y=(middle(places) + 4) { (phrase(lang, side)) }
                @for at in places {
                    @let row = &rows[*at];
                    path d=(format!("M290 {0} C330 {0} 330 {1} 368 {1}", middle(places), y(*at))) {}
                    text class=(if is_out(*at) { "lacks" } else { "has" }) x="374" y=(y(*at) + 4) {
                        (phrase(lang, &row.name)) " " (row.direction)
                        @if row.lack.is_none() { "  " (print::in_year(row, 0)) " " (phrase(lang, &row.unit)) }
                    }
                }
            }
        }
    }
}

fn figures(lang: Lang, all: &[Figure]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (Word::Concept.text(lang)) }
                th.n scope="col" { (Word::Value.text(lang)) }
                th scope="col" { (Word::Source.text(lang)) }
            } }
            tbody { @for figure in all { tr {
                th scope="row" { code { (print::name_of(figure)) } }
                td.n { (print::amount(figure.value)) }
                td { code { (print::place_of(figure)) } }
            } } }
        } }
    }
}

fn restated(lang: Lang, report: &Report) -> Markup {
    html! {
        @if !report.restated.is_empty() {
            h3 { (Word::Restated.text(lang)) }
            table { tbody { @for row in &report.restated { tr {
                th scope="row" { code { (row.name) } }
                td { (row.period) }
                td.n { s { (row.before) } }
                td.n { (row.after) }
                td { code { (row.source) } }
            } } } }
        }
    }
}

/// Each score once, with its terms and who published it.
fn methods(lang: Lang, rows: &[ScoreRow]) -> Markup {
    let mut shown: Vec<&ScoreRow> = Vec::new();
    for row in rows {
        if !shown.iter().any(|other| other.key == row.key) {
            shown.push(row);
        }
    }
    html! {
        @for row in shown {
            h3 { (row.name) }
            p { code { (row.formula) } }
            ul { @for term in &row.terms { li { code { (term.name) " = " (term.formula) } } } }
            p.muted { cite { (row.source) } }
            @if !row.note.is_empty() { p.muted { (told(lang, &row.note)) } }
        }
    }
}

//! An assessment as text: for a terminal, and as Markdown.

use super::definition_file::SIDES;
use super::print_more::{outlook_lines, parts};
use super::report::{Figure, IndicatorRow, Report, ScoreRow};
use super::risks::MarketView;
use crate::terminal;
use std::fmt::Write as _;

/// How 0–5 came about, in one sentence.
pub const CREDIT_MEANS: &str = "0 is best, 5 worst. Of each Altman score that speaks of the business the safe cut is 2 points and the distress cut 3, on by the same slope; the credit score is the mean of their points, each definition counting alike.";

/// What a report cannot say, in sentences.
pub const LIMITS: [&str; 4] = [
    "One year's figures of one business say little of the next year's; an interval holds only as far as the years told are like the next.",
    "Altman's weights are those of American manufacturers of the 1960s (Z) and of later services (Z″); the learned probability is of Polish companies.",
    "Books without opening balances tell no totals of a balance sheet; what nobody posts to is unknown, not nought.",
    "No figure here is an audit: what a source tells wrongly is told wrongly here, with its place.",
];

/// A table in either form.
pub struct Cells {
    /// Heads; those of numbers begin with `>`.
    pub header: Vec<&'static str>,
    /// A text a head.
    pub rows: Vec<Vec<String>>,
}

/// For a terminal.
pub fn text(report: &Report) -> String {
    whole(report, boxed, "")
}

/// For a document.
pub fn markdown(report: &Report) -> String {
    whole(report, piped, "## ")
}

fn whole(report: &Report, style: fn(&Cells) -> String, section: &str) -> String {
    let mut out = String::new();
    let title = if section.is_empty() { "" } else { "# " };
    let mut line = |text: &str| writeln!(out, "{text}").unwrap_or_default();
    line(&format!("{title}{}", heading(report)));
    line("");
    line(&credit_line(report));
    line(CREDIT_MEANS);
    if let Some(learned) = learned_line(report) {
        line(&learned);
    }
    line(&market_line(report));
    line(&liquidity_line(report));
    for outlook in &report.outlook {
        line(&outlook_lines(outlook, &report.head.currency).join(" "));
    }
    for claim in &report.claims {
        line(&format!("Claimed by the {}: credit {:.1}, market {:.1}.", claim.who, claim.credit, claim.market));
    }
    let mut part = |name: &str, cells: Cells| {
        if !cells.rows.is_empty() {
            line(&format!("\n{section}{name}\n\n{}", style(&cells)));
        }
    };
    let reasons = report.learned.iter().flat_map(|of| &of.reasons);
    let reasons = reasons.map(|(ratio, moves)| vec![ratio.clone(), format!("{moves:+.2}")]).collect();
    part("What moves the learned probability", Cells { header: vec!["ratio", ">log-odds"], rows: reasons });
    part("Value at risk of a day, and its backtests", tested(report.market.as_ref()));
    part("Scenarios", scenarios(report));
    part("Scores", scores(&report.scores));
    part("Disagreements", Cells { header: vec!["where"], rows: one_a_row(&report.disagreements) });
    for side in SIDES {
        part(side, indicators(report.indicators.iter().filter(|indicator| indicator.side == side)));
    }
    for more in parts(report) {
        line(&format!("\n{section}{}\n", more.title));
        if !more.says.is_empty() {
            line(&format!("{}\n", more.says));
        }
        line(&style(&more.cells));
    }
    let mut part = |name: &str, cells: Cells| {
        if !cells.rows.is_empty() {
            line(&format!("\n{section}{name}\n\n{}", style(&cells)));
        }
    };
    part("Figures and where they stand", figures(&report.figures));
    let restated = report.restated.iter().map(|row| {
        vec![row.name.clone(), row.period.clone(), row.before.clone(), row.after.clone(), row.source.clone()]
    });
    part("Restated", Cells { header: vec!["figure", "period", ">before", ">now", "where"], rows: restated.collect() });
    part("Notes", Cells { header: vec!["note"], rows: one_a_row(&report.notes) });
    part("Limits", Cells { header: vec!["limit"], rows: one_a_row(&LIMITS.map(str::to_owned)) });
    out
}

/// The title of a report.
pub fn heading(report: &Report) -> String {
    let head = &report.head;
    let name = if head.business.is_empty() { "The business" } else { &head.business };
    let year = if head.year_end.is_empty() { String::new() } else { format!(", year to {}", head.year_end) };
    format!("{name}{year}")
}

/// The credit score in a sentence.
pub fn credit_line(report: &Report) -> String {
    match (report.credit.points, report.credit.grade, report.credit.probability) {
        (Some(points), Some(grade), Some(probability)) => {
            format!("Credit risk {points:.2} of 5, grade {grade} (probability {:.1} %).", 100.0 * probability)
        }
        _ => "Credit risk: no score of the headline has all that it needs.".to_owned(),
    }
}

/// What a model of other companies says, in a sentence.
pub fn learned_line(report: &Report) -> Option<String> {
    let of = report.learned.as_ref()?;
    let blended = of.blended.zip(of.blended_points).map_or(String::new(), |(blended, points)| {
        format!(" Half and half with the credit score in log-odds: {:.1} %, {points:.2} of 5.", 100.0 * blended)
    });
    let (companies, failed) = of.fitted;
    Some(format!(
        "Learned beside it, on {companies} Polish companies of which {failed} failed: {:.1} % within five years, {:.2} of 5, by {} of {} ratios; another population, so it is no part of the score.{blended}",
        100.0 * of.probability,
        of.points,
        of.known,
        of.of
    ))
}

/// Market risk in a sentence.
pub fn market_line(report: &Report) -> String {
    let Some(market) = &report.market else {
        return "Market risk: no prices of a share were given.".to_owned();
    };
    let [garch, weights, all] = market.volatility.map(|volatility| 100.0 * volatility);
    format!(
        "Market risk {:.2} of 5, grade {}: the next day swings by {garch:.1} % a year (exponential weights {weights:.1} %); all {} days alike {all:.1} %, which is {:.2}.",
        market.points, market.grade, market.days, market.static_points
    )
}

/// Liquidity risk in a sentence.
pub fn liquidity_line(report: &Report) -> String {
    let liquidity = &report.liquidity;
    match (liquidity.points, liquidity.grade, liquidity.cover) {
        (Some(points), Some(grade), Some(cover)) => {
            format!("Liquidity risk {points:.2} of 5, grade {grade}: 30 days of stress are covered {cover:.2} times.")
        }
        _ => format!("Liquidity risk: {}.", liquidity.lack.as_deref().unwrap_or_default()),
    }
}

/// Values at risk and their backtests.
pub(super) fn tested(market: Option<&MarketView>) -> Cells {
    let rows = market.into_iter().flat_map(|market| &market.tested).map(|of| {
        let percent = |share: f64| format!("{:.2} %", 100.0 * share);
        let expected = format!("{:.1}", of.level * of.days as f64);
        vec![
            of.method.to_owned(),
            percent(1.0 - of.level),
            percent(of.value_at_risk),
            percent(of.expected_shortfall),
            format!("{} of {}", of.exceeded, of.days),
            expected,
            format!("{:.3}", of.p_values[0]),
            format!("{:.3}", of.p_values[1]),
        ]
    });
    let header = vec![
        "method",
        ">level",
        ">value at risk",
        ">expected shortfall",
        ">exceeded",
        ">expected",
        ">p Kupiec",
        ">p Christoffersen",
    ];
    Cells { header, rows: rows.collect() }
}

fn scenarios(report: &Report) -> Cells {
    let points = |points: Option<f64>| points.map_or_else(|| "–".to_owned(), |points| format!("{points:.2}"));
    let rows = report.scenarios.iter().map(|of| {
        let equity =
            of.lack.clone().unwrap_or_else(|| of.equity.map(|taken| amount(taken.round())).unwrap_or_default());
        vec![of.name.clone(), points(of.credit), points(of.liquidity), equity, of.says.clone()]
    });
    Cells { header: vec!["scenario", ">credit", ">liquidity", ">equity", "what happens"], rows: rows.collect() }
}

fn one_a_row(texts: &[String]) -> Vec<Vec<String>> {
    texts.iter().map(|text| vec![text.clone()]).collect()
}

/// The value, or why there is none.
pub fn value_of(row: &ScoreRow) -> String {
    row.value.map_or_else(|| row.lack.clone().unwrap_or_default(), |value| format!("{value:.3}"))
}

fn scores(rows: &[ScoreRow]) -> Cells {
    let rows = rows.iter().map(|row| {
        let cuts = row.cuts.map_or(String::new(), |(safe, distress)| format!("{safe} / {distress}"));
        let points = row.points.map_or(String::new(), |points| format!("{points:.2}"));
        let chance = row.probability.map_or(String::new(), |chance| format!("{:.1} %", 100.0 * chance));
        let zone = row.zone.unwrap_or("").to_owned();
        vec![row.name.clone(), row.variant.clone(), value_of(row), zone, cuts, points, chance]
    });
    let header = vec!["score", "definition", ">value", "zone", "safe / distress", ">points", ">probability"];
    Cells { header, rows: rows.collect() }
}

/// A value of an indicator in a year.
pub fn in_year(row: &IndicatorRow, year: usize) -> String {
    row.values.get(year).copied().flatten().map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn indicators<'a>(rows: impl Iterator<Item = &'a IndicatorRow>) -> Cells {
    let rows = rows.map(|row| {
        let now = row.lack.clone().unwrap_or_else(|| in_year(row, 0));
        let change = row.change.unwrap_or("").to_owned();
        vec![
            row.name.clone(),
            row.unit.clone(),
            row.direction.to_string(),
            now,
            in_year(row, 1),
            in_year(row, 2),
            change,
        ]
    });
    let header = vec!["indicator", "unit", "±", ">year", ">before", ">before that", "change"];
    Cells { header, rows: rows.collect() }
}

/// Where a figure stands, or what derives it.
pub fn place_of(figure: &Figure) -> String {
    let told: Vec<String> = figure.told.iter().map(|(name, place)| format!("{name} at {place}")).collect();
    figure.derived.as_ref().map_or_else(|| told.join("; "), |by| format!("= {by}"))
}

/// A concept with its year, as formulas write it.
pub fn name_of(figure: &Figure) -> String {
    if figure.years_back == 0 { figure.concept.clone() } else { format!("{}[-{}]", figure.concept, figure.years_back) }
}

fn figures(all: &[Figure]) -> Cells {
    let rows = all.iter().map(|figure| vec![name_of(figure), amount(figure.value), place_of(figure)]);
    Cells { header: vec!["figure", ">value", "where"], rows: rows.collect() }
}

/// A number with thousands apart, and decimals only where it has them.
pub fn amount(value: f64) -> String {
    let text = if value.fract() == 0.0 { format!("{:.0}", value.abs()) } else { format!("{:.4}", value.abs()) };
    let (whole, decimals) = text.split_once('.').map_or((text.as_str(), ""), |parts| parts);
    let groups: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{}{}{point}{decimals}", if value < 0.0 { "−" } else { "" }, groups.join(","))
}

pub(super) fn boxed(cells: &Cells) -> String {
    let mut table = terminal::table(&cells.header);
    cells.rows.iter().for_each(|row| terminal::row(&mut table, row));
    table.to_string()
}

pub(super) fn piped(cells: &Cells) -> String {
    let heads: Vec<&str> = cells.header.iter().map(|name| name.trim_start_matches('>')).collect();
    let rule: Vec<&str> = cells.header.iter().map(|name| if name.starts_with('>') { "--:" } else { "---" }).collect();
    let mut out = format!("| {} |\n|{}|\n", heads.join(" | "), rule.join("|"));
    for row in &cells.rows {
        let row: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let told = [513_983_000_000.0, -2_722.0, 84.5, 0.0].map(amount);
        assert_eq!(told, ["513,983,000,000", "−2,722", "84.5000", "0"]);
    }
}

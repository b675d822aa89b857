//! The report of a seller as tables: one set for the terminal, Markdown and the page.

use super::print::{Cells, boxed, piped};
use super::print_more::{Part, outlook_lines};
use super::seller_report::SellerReport;
use std::fmt::Write as _;

/// How a seller is scored, in sentences.
pub const METHOD: [&str; 4] = [
    "Until sellers' failures have been seen, rules score them: each point of an indicator beyond what is usual adds log-odds.",
    "The scale from 0 (best) to 5 is linear in log-odds between the two ends that the rules state.",
    "At risk are thirty days of sales should it fail, refunds then to come, and chargebacks to come of a hundred and twenty days.",
    "The rate is what money costs, a margin, and the expected loss; the limit is some months of net sales, less by each point.",
];

/// What a seller's report cannot say, in sentences.
pub const LIMITS: [&str; 2] = [
    "Nothing is known here of what the seller sells elsewhere, owes, or holds.",
    "The rules were set before any seller was looked at; no failure has confirmed them yet.",
];

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

/// The heading.
pub fn heading(report: &SellerReport) -> String {
    format!("{}, {}", report.seller, report.as_of)
}

/// The score in a sentence.
pub fn score_line(of: &SellerReport) -> String {
    format!("Score {:.2} of 5, grade {}: {:.1} % to fail within a year.", of.points, of.grade, 100.0 * of.probability)
}

/// Loan limit and rate in sentences.
pub fn loan_line(of: &SellerReport) -> String {
    let [funding, margin, expected] = of.rate_parts;
    format!(
        "Loan limit {} {}, rate {:.2} % a year: {funding:.2} % for money, {margin:.2} % margin, {expected:.2} % expected loss.",
        of.currency, of.loan_limit, of.rate_percent
    )
}

/// Every part that the report has.
pub fn parts(of: &SellerReport) -> Vec<Part> {
    let all = [indicators(of), reasons(of), at_risk(of), changed(of), stress(of)];
    all.into_iter().filter(|part| !part.cells.rows.is_empty()).collect()
}

fn part(title: &'static str, says: &str, header: Vec<&'static str>, rows: Vec<Vec<String>>) -> Part {
    Part { title, says: says.to_owned(), cells: Cells { header, rows } }
}

fn indicators(of: &SellerReport) -> Part {
    let rows = of.indicators.iter().map(|one| {
        let now = one.values.first().copied().flatten();
        let now = now.map_or_else(|| "too few days".to_owned(), |value| format!("{value:.2}"));
        let before = |at: usize| number(one.values.get(at).copied().flatten());
        let adds = one.adds.map_or_else(String::new, |adds| format!("{adds:+.3}"));
        vec![one.name.to_owned(), now, before(1), before(2), number(one.usual), adds]
    });
    let header = vec!["indicator", ">year", ">before", ">before that", ">usual", ">log-odds"];
    part("Indicators", "Per cent; silence in days since the last sale.", header, rows.collect())
}

fn reasons(of: &SellerReport) -> Part {
    let rows = of.reasons.iter().map(|(what, adds)| vec![(*what).to_owned(), format!("{adds:+.3}")]).collect();
    part("Reasons", "They sum to the log-odds of failing.", vec!["reason", ">log-odds"], rows)
}

fn at_risk(of: &SellerReport) -> Part {
    let named = [
        ("failure", "sellers fail"),
        ("refunds", "refunds of sellers that fail"),
        ("chargebacks", "chargebacks"),
        ("sum", "in all"),
    ];
    let row = |(key, name): (&str, &str)| Some(vec![name.to_owned(), of.at_risk.get(key)?.clone()]);
    let rows = named.into_iter().filter_map(row).collect();
    part("Money at risk", "", vec!["what may happen", ">money at risk"], rows)
}

fn changed(of: &SellerReport) -> Part {
    let rows = of.changed.iter().map(|row| {
        let change = row.change.unwrap_or_default().to_owned();
        vec![row.what.clone(), row.before.clone(), row.now.clone(), change]
    });
    let header = vec!["figure", ">before", ">now", "change"];
    part("What changed", "Since a quarter before.", header, rows.collect())
}

fn stress(of: &SellerReport) -> Part {
    let rows = of.stress.iter().map(|row| {
        vec![row.what.to_owned(), format!("{:.2}", row.points), row.at_risk.clone(), row.loan_limit.clone()]
    });
    let header = vec!["scenario", ">score", ">money at risk", ">loan limit"];
    part(
        "Stress",
        "Each is put on the days of the last quarter, and the seller is scored anew.",
        header,
        rows.collect(),
    )
}

/// For a terminal.
pub fn text(report: &SellerReport) -> String {
    whole(report, boxed, "", "")
}

/// For a document.
pub fn markdown(report: &SellerReport) -> String {
    whole(report, piped, "# ", "## ")
}

fn whole(of: &SellerReport, style: fn(&Cells) -> String, title: &str, section: &str) -> String {
    let mut out = format!("{title}{}\n\n{}\n{}\n", heading(of), score_line(of), loan_line(of));
    let mut line = |text: &str| writeln!(out, "{text}").unwrap_or_default();
    if let Some(outlook) = &of.outlook {
        line(&outlook_lines(outlook, &of.currency).join(" "));
    }
    for part in parts(of) {
        line(&format!("\n{section}{}\n", part.title));
        if !part.says.is_empty() {
            line(&format!("{}\n", part.says));
        }
        line(&style(&part.cells));
    }
    for (name, sentences) in [("Methods", &METHOD[..]), ("Limits", &LIMITS[..])] {
        line(&format!("\n{section}{name}\n"));
        sentences.iter().for_each(|sentence| line(sentence));
    }
    line(&format!("Rules {}.", of.rules));
    of.notes.iter().for_each(|note| line(&format!("{note}.")));
    out
}

//! A comparison as text: tables for a terminal, and the same as Markdown.

use super::report::{Estimate, ModelRow, Report, SetReport, Spread, SummaryRow};
use super::trial::MISSED_OVER_FALSE_ALARM;
use crate::terminal::{self, count, row};
use std::fmt::Write;

/// A table in either form: a heading, rows of cells.
struct Cells {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// How a table is written.
type Style = fn(&Cells) -> String;

/// For a terminal.
pub fn text(report: &Report) -> String {
    whole(report, boxed, "", "")
}

/// For a document.
pub fn markdown(report: &Report) -> String {
    whole(report, piped, "# ", "## ")
}

fn whole(report: &Report, style: Style, title: &str, section: &str) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").unwrap_or_default();
    let quick = if report.head.quick { " A QUICK LOOK: smaller samples, fewer epochs, no folds." } else { "" };
    line(format!("{title}Models compared"));
    line(String::new());
    line(head(report) + quick);
    line(String::new());
    line(format!("{section}The first paper's table, measured beside claimed"));
    line(String::new());
    line(style(&summary(report)));
    line(SUMMARY_MEANS.to_owned());
    if report.summary.iter().all(|row| row.integration.is_none()) {
        line(String::new());
        line(NO_PAIRS.to_owned());
    }
    for set in &report.sets {
        line(String::new());
        line(format!("{section}{}", set.name));
        line(String::new());
        about(set).into_iter().for_each(&mut line);
        line(String::new());
        line(style(&models(set)));
        below(set).into_iter().for_each(&mut line);
    }
    line(String::new());
    line(format!("{section}Recommended"));
    line(String::new());
    for one in &report.recommended {
        line(format!("- {}: {}, {}", one.kind.name(), one.title, one.reason));
    }
    for one in &report.left_out {
        line(format!("- not compared on {one}"));
    }
    line(String::new());
    line(MEANS.to_owned());
    out
}

/// What the columns of the first table mean.
pub const SUMMARY_MEANS: &str = "Measured: median over the sets [least, greatest]. Claimed: as the paper prints it, on \
data and a split that it does not tell.";

/// Why the integration column is empty, and how it is filled.
pub const NO_PAIRS: &str = "No labelled pairs among these sets, so integration accuracy is not measured. `--sets products` has simulated \
ones; a folder with `matching/NAME/{train,valid,test}.txt` has yours: --data-sets DIR, or PLIMSOLL_DATA.";

/// What the columns mean.
pub const MEANS: &str = "Test parts are looked at once; thresholds, calibration and the choice of models come from \
validation parts. Brackets: 95 % of resamples of the tested rows. Against best: AUC less that of the model with the \
highest AUC on the validation part, in pairs; p by DeLong. Saved: share of the loss that the threshold of least cost \
saves, a missed event costing 45 % of what it exposes and a false alarm a fifth of that.";

/// Machine, seed and time in one line.
pub fn head(report: &Report) -> String {
    let head = &report.head;
    format!(
        "plimsoll {}; {}; {}; seed {}; {} resamples; {:.0} s in all.",
        head.version, head.made_at, head.machine, head.seed, head.resamples, head.seconds
    )
}

fn summary(report: &Report) -> Cells {
    let header =
        vec!["model", "integration accuracy", ">claimed", "risk accuracy", ">claimed", "fit seconds", ">claimed"];
    let cells = |row: &SummaryRow| {
        let claimed = |of: fn(&super::candidates::Claim) -> String| row.claim.as_ref().map_or(String::new(), of);
        vec![
            row.title.clone(),
            row.integration.map_or("–".to_owned(), share_spread),
            claimed(|claim| percent(claim.integration_accuracy)),
            row.risk.map_or("–".to_owned(), share_spread),
            claimed(|claim| percent(claim.risk_accuracy)),
            row.seconds.map_or("–".to_owned(), seconds_spread),
            claimed(|claim| format!("{:.0}", claim.seconds)),
        ]
    };
    Cells { header, rows: report.summary.iter().map(cells).collect() }
}

/// `82.0 % [75.1, 96.1]`.
pub fn share_spread(spread: Spread) -> String {
    let one = |share: f64| format!("{:.1}", 100.0 * share);
    match spread.sets {
        1 => percent(spread.median),
        _ => format!("{} [{}, {}]", percent(spread.median), one(spread.least), one(spread.greatest)),
    }
}

/// `.21 [.02, 1.30]`.
pub fn seconds_spread(spread: Spread) -> String {
    match spread.sets {
        1 => format!("{:.2}", spread.median),
        _ => format!("{:.2} [{:.2}, {:.2}]", spread.median, spread.least, spread.greatest),
    }
}

/// `82.0 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What is to be known of a set, a line each.
pub fn about(set: &SetReport) -> Vec<String> {
    let number = |rows: usize| count(rows as u64);
    let mut lines = vec![
        format!(
            "{}. {} rows, {} columns, event in {}.",
            set.about,
            number(set.rows),
            set.columns,
            percent(set.base_rate)
        ),
        format!("Split {}; {} rows tested.", set.split, number(set.tested_rows)),
    ];
    lines.extend(set.notes.iter().map(|note| format!("Note: {note}.")));
    lines.extend(subsampled(set));
    lines
}

/// Which models were fitted on a part of the rows, and on how many.
fn subsampled(set: &SetReport) -> Option<String> {
    let parts: Vec<&ModelRow> = set.models.iter().filter(|row| row.subsampled).collect();
    let first = parts.first()?;
    let all = parts.len() == set.models.len() && parts.iter().all(|row| row.fitted_rows == first.fitted_rows);
    let told = if all {
        format!("every model, {} rows", count(first.fitted_rows as u64))
    } else {
        parts.into_iter().map(subsample).collect::<Vec<String>>().join(", ")
    };
    Some(format!("Fitted on a seeded part of the rows (†): {told}."))
}

fn subsample(row: &ModelRow) -> String {
    format!("{} ({} rows)", row.title, count(row.fitted_rows as u64))
}

/// What stands below a set's table.
pub fn below(set: &SetReport) -> Vec<String> {
    let mut lines = vec![format!("Recommended: {}.", set.reason)];
    lines.extend(set.failed.iter().map(|one| format!("Could not be tried: {}: {}.", one.model, one.reason)));
    if set.kind == super::labelled::Kind::Pairs {
        let told = set.models.iter().map(|row| format!("{} {}", row.title, interval(row.f1)));
        lines.push(format!("F1 of the pairs that are of one thing: {}.", told.collect::<Vec<String>>().join("; ")));
        return lines;
    }
    let unit = set.currency.as_ref().map(|currency| format!("Money in {currency}; "));
    let unit =
        unit.unwrap_or_else(|| format!("Rows count alike, a missed event {MISSED_OVER_FALSE_ALARM} false alarms; "));
    if let Some(row) = set.models.iter().find(|row| row.model == set.recommended) {
        lines.push(format!(
            "{unit}the recommended model stops {} of the rows and saves {} of the loss.",
            percent(row.money.stopped_share),
            percent(row.money.saved_share())
        ));
    }
    lines
}

fn models(set: &SetReport) -> Cells {
    let header = vec![
        "model",
        "accuracy",
        ">claimed",
        "AUC",
        "AP",
        "Brier",
        "ECE",
        "KS",
        "against best",
        ">p",
        ">saved",
        ">fit s",
        ">µs a row",
    ];
    Cells { header, rows: set.models.iter().map(|row| cells(set, row)).collect() }
}

fn cells(set: &SetReport, row: &ModelRow) -> Vec<String> {
    let claimed = row.claim.map(|claim| claimed(set, claim));
    let against = row.against_best;
    vec![
        format!("{}{}", row.title, mark(set, row)),
        interval(row.accuracy),
        claimed.unwrap_or_default(),
        interval(row.auc),
        interval(row.average_precision),
        interval(row.brier),
        interval(row.calibration_error),
        interval(row.ks),
        against.map_or("best".to_owned(), |against| signed(against.difference)),
        against.map_or(String::new(), |against| p_value(against.p_value)),
        percent(row.money.saved_share()),
        format!("{:.2}", row.fit_seconds),
        format!("{:.1}", row.microseconds_a_row),
    ]
}

/// What the paper claims for data of this kind.
pub fn claimed(set: &SetReport, claim: super::candidates::Claim) -> String {
    let pairs = set.kind == super::labelled::Kind::Pairs;
    percent(if pairs { claim.integration_accuracy } else { claim.risk_accuracy })
}

fn mark(set: &SetReport, row: &ModelRow) -> &'static str {
    match (row.model == set.recommended, row.subsampled) {
        (true, true) => " * †",
        (true, false) => " *",
        (false, true) => " †",
        (false, false) => "",
    }
}

/// `.785 [.771, .800]`: a share without its 0.
pub fn interval(estimate: Estimate) -> String {
    let one = |value: f64| short(&format!("{value:.3}"));
    format!("{} [{}, {}]", one(estimate.value), one(estimate.low), one(estimate.high))
}

/// `−.012 [−.020, −.004]`.
pub fn signed(estimate: Estimate) -> String {
    let one = |value: f64| short(&format!("{value:+.3}")).replace('-', "−");
    format!("{} [{}, {}]", one(estimate.value), one(estimate.low), one(estimate.high))
}

/// `.03`, or `< .001`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "< .001".to_owned() } else { short(&format!("{p:.3}")) }
}

fn short(number: &str) -> String {
    match number.strip_prefix("0.") {
        Some(rest) => format!(".{rest}"),
        None => number.replacen("+0.", "+.", 1).replacen("-0.", "-.", 1),
    }
}

fn boxed(cells: &Cells) -> String {
    let mut table = terminal::table(&cells.header);
    cells.rows.iter().for_each(|cells| row(&mut table, cells));
    table.to_string()
}

fn piped(cells: &Cells) -> String {
    let name = |name: &&str| name.trim_start_matches('>').to_owned();
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let rule = cells.header.iter().map(|name| if name.starts_with('>') { "--:" } else { "---" }.to_owned()).collect();
    let mut lines = vec![line(cells.header.iter().map(name).collect()), line(rule)];
    lines.extend(cells.rows.iter().map(|row| line(row.iter().map(|cell| cell.replace('|', "\\|")).collect())));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let estimate = Estimate { value: 0.785, low: -0.02, high: 1.0 };
        assert_eq!(interval(estimate), ".785 [-.020, 1.000]");
        assert_eq!(signed(Estimate { value: -0.0124, ..estimate }), "−.012 [−.020, +1.000]");
        assert_eq!((p_value(0.0001), p_value(0.25)), ("< .001".to_owned(), ".250".to_owned()));
    }

    #[test]
    fn a_table_can_be_piped() {
        let cells = Cells { header: vec!["a", ">b"], rows: vec![vec!["x|y".to_owned(), "1".to_owned()]] };
        assert_eq!(piped(&cells), "| a | b |\n| --- | --: |\n| x\\|y | 1 |\n");
    }
}

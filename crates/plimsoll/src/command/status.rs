//! `plimsoll status`: everything at a glance.

use super::{Outcome, Setting};
use crate::terminal::{self, count, row};
use crate::view::{self, MoneyView, Overview, ReportingView, ScoreView, SumView};
use store::Reader;

/// Reasons shown beside a score.
const REASONS: usize = 3;

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    let overview = view::overview(&Reader::open(&setting.dir)?)?;
    if setting.json {
        terminal::json(&overview)?;
    } else {
        print(&overview);
    }
    Ok(if overview.ledger_balanced { Outcome::Done } else { Outcome::Integrity })
}

pub(super) fn print(overview: &Overview) {
    println!("\n{} of {}", overview.partition.business, overview.partition.tenant);
    print_files(overview);
    print_stages(overview);
    print_money(overview);
    print_exceptions(overview);
    print_scores(overview);
}

fn print_files(overview: &Overview) {
    let mut table = terminal::table(&["file", "", "read as", ">rows", ">in records", ">duplicates", ">issues"]);
    for file in &overview.files {
        let mark = if file.simulated { "SIMULATED" } else { "real" };
        row(
            &mut table,
            [
                file.name.clone(),
                mark.to_owned(),
                file.source.clone(),
                count(file.rows),
                count(file.rows_in_records),
                count(file.duplicates),
                count(file.issues),
            ],
        );
    }
    println!("{table}");
}

fn print_stages(overview: &Overview) {
    let mut table = terminal::table(&["stage", ">taken", ">passed", ">issues", "taken = passed + issues"]);
    for stage in &overview.stages {
        let holds = if stage.holds { "yes" } else { "NO" };
        row(
            &mut table,
            [stage.stage.to_owned(), count(stage.taken), count(stage.passed), count(stage.issues), holds.to_owned()],
        );
    }
    println!("{table}");
}

fn print_money(overview: &Overview) {
    let balanced = if overview.ledger_balanced { "balanced" } else { "NOT BALANCED" };
    println!("Ledger: {balanced}, {} accounts in use.", overview.balances.len());
    if let Some(share) = overview.matched_money_share {
        println!("Matched: {:.3} % of the money that is to be settled.", 100.0 * share);
    }
    if overview.matched_money.iter().any(|row| row.to_settle.currency != overview.currency) {
        for row in &overview.matched_money {
            println!("  {:.3} % of {}", 100.0 * row.share, money(&row.to_settle));
        }
    }
    if !overview.sales_left_out.is_empty() {
        let left_out: Vec<String> = overview.sales_left_out.iter().map(money).collect();
        println!(
            "Months and indicators are of sales in {} alone; beside them: {}.",
            overview.currency,
            left_out.join(", ")
        );
    }
    if let Some(at) = &overview.reconciled_at {
        println!("Settled as of {at}.");
    }
}

fn print_exceptions(overview: &Overview) {
    let mut table = terminal::table(&["exception", ">open", ">money at risk", ""]);
    for total in &overview.exceptions {
        let told = total.reporting.as_ref().map_or(String::new(), |told| format!("\n{}", sum(told)));
        let at_risk = format!("{}{told}", money(&total.money_at_risk));
        row(&mut table, [total.rule.to_owned(), count(total.count), at_risk, total.sentence.to_owned()]);
    }
    println!("{table}");
    let all = &overview.exceptions_sum;
    if all.converted + all.left_out > 0 {
        let left_out = format!("; {} more have no rate in {}", count(all.left_out), all.money.currency);
        println!("Together: {}{}", money(&all.money), if all.left_out > 0 { left_out.as_str() } else { "" });
    }
}

fn print_scores(overview: &Overview) {
    if let Some(business) = &overview.business {
        println!(
            "Risk of credit notes in the next days: {:.1} of 5 ({}, {}); {} at risk of {} live sales.",
            business.points,
            business.grade,
            business.level,
            money(&business.money_at_risk),
            money(&business.exposure)
        );
    }
    println!("{}", scores_table(&overview.transactions));
    println!("{}", scores_table(&overview.buyers));
}

/// Scores with their strongest reasons.
pub(super) fn scores_table(scores: &[ScoreView]) -> comfy_table::Table {
    let mut table = terminal::table(&[
        "subject",
        ">score",
        "grade",
        "level",
        ">probability",
        ">money at risk",
        "reasons (log-odds)",
    ]);
    for score in scores {
        row(
            &mut table,
            [
                shortened(&score.subject),
                format!("{:.2}", score.points),
                score.grade.clone(),
                score.level.to_owned(),
                format!("{:.3}", score.probability),
                score
                    .not_converted
                    .as_ref()
                    .map_or_else(|| money(&score.money_at_risk), |reason| reason.missing.clone()),
                reasons(score),
            ],
        );
    }
    table
}

fn reasons(score: &ScoreView) -> String {
    let told = score.reasons.iter().filter(|reason| !reason.value.is_empty() || score.of == "business");
    let text = told.take(REASONS).map(|reason| format!("{} {} {:+.2}", reason.name, reason.value, reason.log_odds));
    text.collect::<Vec<String>>().join("; ")
}

/// A token is 32 digits long; eight tell it apart for people, and `--json` has all.
fn shortened(subject: &str) -> String {
    match subject.split_once("buyer:") {
        Some((before, token)) if token.len() > 8 => format!("{before}buyer:{}…", &token[..8]),
        _ => subject.to_owned(),
    }
}

/// The amount with its currency, and what it is in the reporting one.
pub(super) fn money(money: &MoneyView) -> String {
    match reporting(money) {
        Some(told) => format!("{} {} ({told})", money.text, money.currency),
        None => format!("{} {}", money.text, money.currency),
    }
}

/// As [`money`], on two lines of a cell.
pub(super) fn money_cell(money: &MoneyView) -> String {
    match reporting(money) {
        Some(told) => format!("{} {}\n{told}", money.text, money.currency),
        None => format!("{} {}", money.text, money.currency),
    }
}

/// What an amount of another currency is in the reporting one, or why there is no figure.
pub(super) fn reporting(money: &MoneyView) -> Option<String> {
    Some(match money.reporting.as_ref()? {
        ReportingView::Converted(told) => {
            format!("= {} {}, {} of {}", told.text, told.currency, told.provider, told.rate_date)
        }
        ReportingView::NotConverted(reason) => format!("not in {}: {}", reason.currency, reason.missing),
    })
}

/// Amounts together in the reporting currency, and how many are left out of it.
fn sum(sum: &SumView) -> String {
    let told = (sum.converted > 0).then(|| format!("= {}", money(&sum.money)));
    let left_out =
        (sum.left_out > 0).then(|| format!("{} have no rate in {}", count(sum.left_out), sum.money.currency));
    told.into_iter().chain(left_out).collect::<Vec<String>>().join("; ")
}

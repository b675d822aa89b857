//! `plimsoll status`: everything at a glance.

use super::{Outcome, Setting};
use crate::terminal::{self, count, row};
use crate::view::{self, MoneyView, Overview, ScoreView};
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
    if let Some(at) = &overview.reconciled_at {
        println!("Settled as of {at}.");
    }
}

fn print_exceptions(overview: &Overview) {
    let mut table = terminal::table(&["exception", ">open", ">money at risk", ""]);
    for total in &overview.exceptions {
        let cells = [total.rule.to_owned(), count(total.count), money(&total.money_at_risk), total.sentence.to_owned()];
        row(&mut table, cells);
    }
    println!("{table}");
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
                money(&score.money_at_risk),
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

/// The amount with its currency.
pub(super) fn money(money: &MoneyView) -> String {
    format!("{} {}", money.text, money.currency)
}

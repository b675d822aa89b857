//! `plimsoll fees`: what processors took against what they agreed to take, down to the lines of the files.

use super::{Outcome, Setting, UsageError};
use crate::cli::Fees;
use crate::fees::{Ask, FeeAudit, audit};
use crate::terminal::{self, count, row};
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Fees) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let period = args.period.as_deref().map(str::parse).transpose();
    let period = period.map_err(|no_period: crate::period::NoPeriod| UsageError(format!("{no_period}")))?;
    let limit = if args.lines || setting.json { args.limit } else { 0 };
    let found = audit(&reader, &Ask { period, source: args.source.clone(), limit })?;
    if setting.json {
        terminal::json(&found)?;
    } else if args.csv {
        print!("{}", if args.lines { found.lines_csv() } else { found.rows_csv() });
    } else if args.lines {
        print_lines(&found);
    } else {
        print_rows(&found);
    }
    Ok(Outcome::Done)
}

fn print_rows(found: &FeeAudit) {
    let header = ["month", "source", "of", ">lines", ">gross", ">expected", ">charged", ">difference", ">differ"];
    let mut table = terminal::table(&header);
    for line in found.rows.iter().filter(|line| line.lines > 0) {
        let charged = format!("{} {}", line.charged.text, line.currency);
        row(
            &mut table,
            [
                &line.month,
                &line.source,
                line.of,
                &count(line.lines),
                &line.gross.text,
                &line.expected.text,
                &charged,
                &line.difference.text,
                &count(line.differing),
            ],
        );
    }
    println!("{table}");
    let unpriced: u64 = found.rows.iter().map(|line| line.unpriced).sum();
    if unpriced > 0 {
        println!("No price of version {} of the policy is for {} lines.", found.policy_version, count(unpriced));
    }
    if found.differing > 0 {
        println!("{} lines differ; `plimsoll fees --lines` shows them.", count(found.differing));
    }
}

fn print_lines(found: &FeeAudit) {
    let mut table = terminal::table(&["record", "at", ">gross", ">expected", ">charged", ">difference", "from"]);
    for line in &found.lines {
        let gross = format!("{} {}", line.gross.text, line.gross.currency);
        let amounts = [&line.expected, &line.charged, &line.difference].map(|amount| &amount.text);
        let [expected, charged, difference] = amounts;
        row(&mut table, [&line.record, &line.at, &gross, expected, charged, difference, &line.source_line]);
    }
    println!("{table}\n{} of {} lines that differ", found.lines.len(), count(found.differing));
}

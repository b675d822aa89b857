//! `plimsoll chart`: every account with its class, its line in the statements, and its part of the cash flow.

use super::{Outcome, Setting};
use crate::cli::ChartArgs;
use crate::policy_file::chart_of;
use crate::terminal::{self, row};
use domain::Chart;
use store::{Reader, StoreError};

pub(super) fn run(setting: &Setting, args: &ChartArgs) -> anyhow::Result<Outcome> {
    let rows = match Reader::open(&setting.dir) {
        Ok(reader) => reader.policy()?.unwrap_or_default().chart,
        Err(StoreError::NoStore(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let chart = chart_of(&Chart::new(&rows));
    if setting.json {
        chart.rows().iter().try_for_each(terminal::json)?;
    } else if args.toml {
        print!("{}", toml::to_string(&chart)?);
    } else {
        let mut table = terminal::table(&[">code", "account", "class", "side", "line", "cash flow"]);
        for line in chart.rows() {
            let code = line.code.to_string();
            row(&mut table, [&code, line.name, line.class, line.normal_side, &line.line, line.cash_flow]);
        }
        println!("{table}");
    }
    Ok(Outcome::Done)
}

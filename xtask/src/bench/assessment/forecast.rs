//! Forecasts at rolling origins: the shop's daily sales, a chain's weekly ones, four daily series of M4.

use super::folder;
use crate::bench::line::{Bar, Line, Report};
use anyhow::Context;
use learn::forecast::{LstmParams, Method, Rolled, RollingParams, choose, mase, roll};
use plimsoll::linking::UserTable;
use std::collections::BTreeMap;

/// Nominal coverage of the intervals.
const COVERAGE: f64 = 0.8;

/// A series with how it is tried: the first half of the origins chooses, the second is looked at once.
struct Task {
    name: String,
    series: Vec<f64>,
    season: usize,
    horizon: usize,
    origins: usize,
    stride: usize,
    most_history: usize,
}

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(7);
    for task in tasks()? {
        tried(report, &task, seed)?;
    }
    Ok(())
}

fn tasks() -> anyhow::Result<Vec<Task>> {
    let folder = folder()?.join("series");
    let mut tasks = vec![Task {
        name: "online_retail daily".to_owned(),
        series: plimsoll::assess::outlook::shipped_daily_sales()?,
        season: 7,
        horizon: 14,
        origins: 24,
        stride: 7,
        most_history: 0,
    }];
    for (name, series) in of_table(&folder.join("walmart_sales_weekly.csv"), "Weekly_Sales")? {
        let name = format!("walmart {name}");
        tasks.push(Task { name, series, season: 52, horizon: 4, origins: 16, stride: 2, most_history: 0 });
    }
    for (name, series) in of_table(&folder.join("m4_daily.csv"), "value")? {
        let name = format!("m4 {name}");
        tasks.push(Task { name, series, season: 7, horizon: 14, origins: 16, stride: 14, most_history: 500 });
    }
    Ok(tasks)
}

/// The series of a table by its first column, in the table's order.
fn of_table(path: &std::path::Path, column: &str) -> anyhow::Result<BTreeMap<String, Vec<f64>>> {
    let table = UserTable::read(path)?;
    let at = table.names.iter().position(|name| name == column).with_context(|| format!("no column {column}"))?;
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in 0..table.rows.len() {
        let value = table.rows.value(row, at).parse().with_context(|| format!("row {row} of {}", path.display()))?;
        all.entry(table.rows.value(row, 0).to_owned()).or_default().push(value);
    }
    Ok(all)
}

fn tried(report: &mut Report, task: &Task, seed: u64) -> anyhow::Result<()> {
    let params = RollingParams {
        season: task.season,
        horizon: task.horizon,
        origins: task.origins,
        stride: task.stride,
        coverage: COVERAGE,
        most_history: task.most_history,
        lstm: Some(LstmParams { seed, ..LstmParams::default() }),
    };
    let rolled = roll(&task.series, &params).map_err(|error| anyhow::anyhow!("{}: {error}", task.name))?;
    let (first, last) = (0..task.origins / 2, task.origins / 2..task.origins);
    let history = &task.series[..task.series.len() - task.horizon - (task.origins - 1) * task.stride];
    let scaled = |one: &Rolled| mase(one.mean_error(last.clone()), history, task.season).unwrap_or(f64::NAN);
    let line = |figure: String, value: f64| Line::new(figure, value, seed).data("series");
    let of = |method: Method| rolled.iter().find(|one| one.method == method);
    let naive = of(Method::SeasonalNaive).map(scaled).context("no seasonal naive rule")?;
    for one in &rolled {
        let name = format!("{} {}", task.name, one.method.name());
        report.add(&line(format!("mase {name}"), scaled(one)).beside_known("seasonal naive", naive));
        if let Some(held) = one.held(last.clone()) {
            report.add(&line(format!("coverage {name}"), held).beside_known("what it says", COVERAGE));
        }
    }
    let chosen = choose(&rolled, &first).context("nothing was chosen")?;
    let of_chosen = of(chosen.method).map(scaled).unwrap_or(f64::NAN);
    let default = format!("mase {} default ({})", task.name, chosen.method.name());
    report.add(&line(default, of_chosen).bar(Bar::AtMost(naive)).beside_known("seasonal naive", naive));
    if let (Some(updated), Some(frozen)) = (of(Method::Lstm), of(Method::LstmFrozen)) {
        let change = updated.mean_error(last.clone()) / frozen.mean_error(last.clone()) - 1.0;
        let figure = format!("lstm_updated_against_frozen {}", task.name);
        report.add(&line(figure, change).beside_known("first paper, claimed", -0.10));
    }
    Ok(())
}

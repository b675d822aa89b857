//! Forecasts at rolling origins: the shop's daily sales, a chain's weekly ones, daily series of M4.
//!
//! The first half of the origins chooses the method that would be the default, by the rule that the product uses; all
//! that is printed is of the second half, which is looked at once. The intervals of an origin are made of errors that had
//! come due by then.

use super::folder;
use crate::bench::line::{Bar, Line, Report};
use anyhow::Context;
use learn::forecast::{Driver, LstmParams, Method, Rolled, RollingParams, choose, mase, roll};
use plimsoll::linking::UserTable;
use std::collections::BTreeMap;

/// Nominal coverage of the intervals.
const COVERAGE: f64 = 0.8;
const SEED: u64 = 7;

/// A series with how it is tried.
struct Task {
    set: &'static str,
    name: String,
    series: Vec<f64>,
    season: usize,
    horizon: usize,
    origins: usize,
    stride: usize,
    most_history: usize,
    drivers: Vec<Driver>,
}

/// Outside series that the chain's table tells beside its sales.
const DRIVERS: [&str; 3] = ["CPI", "Fuel_Price", "Unemployment"];

/// Of one method on the second half of the origins: its error over the naive rule's of the history, and the outcomes that
/// its intervals held, with their number.
#[derive(Clone, Copy)]
struct Figures {
    mase: f64,
    held: Option<f64>,
}

/// By set and method, a row a series.
type Table = BTreeMap<(&'static str, &'static str), Vec<Figures>>;

const DEFAULT: &str = "default";
/// Tried only where there are drivers.
const NEEDS_DRIVERS: [Method; 2] = [Method::Regression, Method::Driven];

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let mut table = Table::new();
    let mut worse = Vec::new();
    for task in tasks()? {
        worse.extend(tried(report, &task, seed, &mut table)?);
    }
    together(report, &table, seed);
    let line = Line::new("series on which the default is worse than seasonal naive", worse.len() as f64, seed);
    report.add(&line.data("series").bar(Bar::AtMost(0.0)));
    worse.iter().for_each(|name| eprintln!("forecast: the default is worse than seasonal naive on {name}"));
    Ok(())
}

fn tasks() -> anyhow::Result<Vec<Task>> {
    let folder = folder()?.join("series");
    let daily = |set, name: String, series, origins, stride, most_history| Task {
        set,
        name,
        series,
        season: 7,
        horizon: 14,
        origins,
        stride,
        most_history,
        drivers: Vec::new(),
    };
    let shop = plimsoll::assess::outlook::shipped_daily_sales()?;
    let mut tasks = vec![daily("online_retail daily", "all".to_owned(), shop, 24, 7, 0)];
    let chain = folder.join("walmart_sales_weekly.csv");
    let outside: Vec<_> = DRIVERS.iter().map(|name| of_table(&chain, name)).collect::<anyhow::Result<_>>()?;
    for (name, series) in of_table(&chain, "Weekly_Sales")? {
        let driver = |(driver, of): (&&str, &BTreeMap<String, Vec<f64>>)| {
            Some(Driver { name: (*driver).to_owned(), values: of.get(&name)?.clone() })
        };
        let drivers = DRIVERS.iter().zip(&outside).filter_map(driver).collect();
        let (set, most_history) = ("walmart weekly", 0);
        tasks.push(Task { set, name, series, season: 52, horizon: 4, origins: 16, stride: 2, most_history, drivers });
    }
    for (name, series) in of_table(&folder.join("m4_daily.csv"), "value")? {
        tasks.push(daily("m4 daily", name, series, 16, 14, 500));
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

impl Task {
    fn params(&self, seed: u64) -> RollingParams {
        RollingParams {
            season: self.season,
            horizon: self.horizon,
            origins: self.origins,
            stride: self.stride,
            coverage: COVERAGE,
            most_history: self.most_history,
            lstm: Some(LstmParams { seed, ..LstmParams::default() }),
            drivers: self.drivers.clone(),
        }
    }

    /// What every method may know at the first origin.
    fn history(&self) -> &[f64] {
        &self.series[..self.series.len() - self.horizon - (self.origins - 1) * self.stride]
    }
}

/// The name of the task where the default is worse than the naive rule.
fn tried(report: &mut Report, task: &Task, seed: u64, table: &mut Table) -> anyhow::Result<Option<String>> {
    let params = task.params(seed);
    let rolled = roll(&task.series, &params).map_err(|error| anyhow::anyhow!("{}: {error}", task.name))?;
    let (first, last) = (0..task.origins / 2, task.origins / 2..task.origins);
    let figures = |one: &Rolled| Figures {
        mase: mase(one.mean_error(last.clone()), task.history(), task.season).unwrap_or(f64::NAN),
        held: one.held(last.clone()),
    };
    let of = |method: Method| rolled.iter().find(|one| one.method == method);
    let name = format!("{} {}", task.set, task.name);
    let line = |figure: String, value: f64| Line::new(figure, value, seed).data("series");
    let naive = of(Method::SeasonalNaive).map(figures).context("no seasonal naive rule")?.mase;
    let with_drivers = |method: &Method| !task.drivers.is_empty() || !NEEDS_DRIVERS.contains(method);
    for method in Method::ALL.into_iter().filter(with_drivers) {
        let Some(found) = of(method).map(figures) else {
            report.add(&line(format!("left out, could not be fitted: {name} {}", method.name()), 1.0));
            continue;
        };
        add(report, &line, &format!("{name} {}", method.name()), found, naive);
        table.entry((task.set, method.name())).or_default().push(found);
    }
    let chosen = choose(&rolled, &params, &first).context("nothing was chosen")?;
    let found = of(chosen.method).map(figures).context("the chosen method was not rolled")?;
    add(report, &line, &format!("{name} {DEFAULT} ({})", chosen.method.name()), found, naive);
    table.entry((task.set, DEFAULT)).or_default().push(found);
    if let (Some(updated), Some(frozen)) = (of(Method::Lstm), of(Method::LstmFrozen)) {
        let change = updated.mean_error(last.clone()) / frozen.mean_error(last.clone()) - 1.0;
        let figure = line(format!("lstm_updated_against_frozen {name}"), change);
        report.add(&figure.beside_known("first paper, claimed", -0.10));
    }
    Ok((found.mase > naive).then_some(name))
}

fn add(report: &mut Report, line: &dyn Fn(String, f64) -> Line, name: &str, found: Figures, naive: f64) {
    report.add(&line(format!("mase {name}"), found.mase).beside_known("seasonal naive", naive));
    if let Some(held) = found.held {
        report.add(&line(format!("coverage {name}"), held).beside_known("what it says", COVERAGE));
    }
}

/// The means over the series of each set.
fn together(report: &mut Report, table: &Table, seed: u64) {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    for ((set, method), rows) in table {
        let errors: Vec<f64> = rows.iter().map(|row| row.mase).collect();
        let naive: Vec<f64> = table
            .get(&(*set, Method::SeasonalNaive.name()))
            .map_or(Vec::new(), |rows| rows.iter().map(|row| row.mase).collect());
        let line = |figure: &str, value: f64| {
            Line::new(format!("{figure} {set}, mean of {} series, {method}", rows.len()), value, seed).data("series")
        };
        let figure = line("mase", mean(&errors)).beside_known("seasonal naive", mean(&naive));
        report.add(&if *method == DEFAULT { figure.bar(Bar::AtMost(mean(&naive))) } else { figure });
        let held: Vec<f64> = rows.iter().filter_map(|row| row.held).collect();
        if !held.is_empty() {
            report.add(&line("coverage", mean(&held)).beside_known("what it says", COVERAGE));
        }
    }
}

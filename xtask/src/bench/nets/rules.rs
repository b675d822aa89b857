//! How many epochs and seconds each rule of back-propagation takes to one stated error.

use super::SEED;
use crate::bench::line::{Line, Report};
use learn::Dataset;
use learn::nets::{Activation, Architecture, NetParams, Rule, Samples};
use plimsoll::compare::seeded::{Seeded, single};
use plimsoll::compare::sets::users;
use std::time::Instant;

const MOST_EPOCHS: usize = 5_000;

/// A set, the mean squared error to reach, and the units that reach it.
struct Set {
    name: &'static str,
    rows: Dataset,
    error: f64,
}

/// The rules in the order of their age. The two with a fixed rate stand twice: with .1 as a first
/// guess, and with 10, the best of .1, .3, 1, 3 and 10 on these very sets.
fn each_rule() -> [(&'static str, Rule); 9] {
    [
        ("plain at .1", Rule::Plain { rate: 0.1 }),
        ("plain at 10", Rule::Plain { rate: 10.0 }),
        ("momentum at .1", Rule::Momentum { rate: 0.1, momentum: 0.9 }),
        ("momentum at 10", Rule::Momentum { rate: 10.0, momentum: 0.9 }),
        ("adaptive", Rule::adaptive()),
        ("rprop+", Rule::RpropPlus),
        ("irprop+", Rule::IrpropPlus),
        ("levenberg-marquardt", Rule::Levenberg { damping: 0.001 }),
        ("adam", Rule::Adam { rate: 0.01, batch_rows: 32 }),
    ]
}

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let users = users::simulate(2_000, seed).table()?;
    let sets = [
        Set { name: "xor", rows: xor(400, seed)?, error: 0.05 },
        Set { name: "rings", rows: rings(400, seed)?, error: 0.05 },
        Set { name: "users-2k", rows: users, error: 0.09 },
    ];
    for set in &sets {
        for (name, rule) in each_rule() {
            measure(report, set, (name, rule), seed)?;
        }
    }
    Ok(())
}

fn measure(report: &mut Report, set: &Set, (name, rule): (&str, Rule), seed: u64) -> anyhow::Result<()> {
    let architecture = Architecture::Mlp { hidden: vec![12], activation: Activation::Tanh };
    let params = NetParams {
        architecture,
        rule,
        epochs: MOST_EPOCHS,
        target_error: Some(set.error),
        seed,
        ..NetParams::back_propagation()
    };
    let start = Instant::now();
    let model = params.check()?.fit(&Samples::from(&set.rows), None)?;
    let seconds = start.elapsed().as_secs_f64();
    let log = model.log();
    let reached = log.last().is_some_and(|epoch| epoch.training.loss <= set.error);
    let note = if reached { "" } else { ", error not reached" };
    let line = |figure: &str, value: f64| {
        Line::new(format!("{figure} {name} to {}{note}", set.error), value, seed).data(set.name)
    };
    report.add(&line("epochs", log.len() as f64));
    report.add(&line("seconds", seconds).unit("s"));
    let discarded = log.iter().filter(|epoch| epoch.discarded).count();
    if name == "adaptive" {
        report.add(&line("discarded_steps", discarded as f64));
    }
    Ok(())
}

/// The label is whether exactly one of two columns is above 0.
fn xor(rows: usize, seed: u64) -> anyhow::Result<Dataset> {
    let mut random = Seeded::new(seed);
    let values: Vec<f32> = (0..2 * rows).map(|_| single(random.normal())).collect();
    let labels = values.chunks(2).map(|row| (row[0] > 0.0) != (row[1] > 0.0)).collect();
    Ok(Dataset::new(vec!["a".to_owned(), "b".to_owned()], values, labels)?)
}

/// Two rings around one centre, the inner one the event.
fn rings(rows: usize, seed: u64) -> anyhow::Result<Dataset> {
    let mut random = Seeded::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let (inner, angle) = (random.chance(0.5), random.uniform() * std::f64::consts::TAU);
        let radius = if inner { 1.0 } else { 2.0 } + 0.25 * random.normal();
        values.extend([radius * angle.cos(), radius * angle.sin()].map(single));
        labels.push(inner);
    }
    Ok(Dataset::new(vec!["x".to_owned(), "y".to_owned()], values, labels)?)
}

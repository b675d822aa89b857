//! The model of the shop's own, beside LightGBM on the same rows, columns and split, in the same run.

use super::line::{Bar, Line, Peer, Report};
use super::{peers, runs};
use crate::project;
use anyhow::{Context, bail};
use domain::Policy;
use engine::training::boost_params;
use learn::Dataset;
use learn::split::{TimeCuts, time_split};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;
use store::Reader;

/// Seed of the training, as `plimsoll train` has it by default.
pub(super) const SEED: u64 = 7;

/// Seed of the demo's world; the invoices do not depend on it.
const WORLD_SEED: u64 = 2011;

/// The cuts of the published figures (data manifest): fitted before September 2011, tried on its first ten weeks.
const FIT_BEFORE: &str = "2011-09-01T00:00:00Z";
const TEST_TO: &str = "2011-11-09T00:00:00Z";

pub(super) const PUBLISHED_PEER: &str = "lightgbm, untuned, data manifest";

/// The published figure of this name.
pub(super) fn published(figure: &str) -> Option<f64> {
    match figure {
        "auc" => Some(0.724),
        "average_precision" => Some(0.556),
        _ => None,
    }
}

/// One estimator's figures by name.
pub(super) struct Figures {
    pub model: String,
    pub is_champion: bool,
    pub values: [(&'static str, f64); 4],
}

/// `plimsoll train --dry-run` with the cuts.
pub(super) fn dry_run(binary: &Path, dir: &Path, seed: u64) -> anyhow::Result<Value> {
    let seed = seed.to_string();
    let cuts = ["--fit-before", FIT_BEFORE, "--test-from", FIT_BEFORE, "--test-to", TEST_TO, "--seed", &seed];
    runs::verb(binary, dir, &[&["train", "--dry-run"], &cuts[..]].concat())
}

/// Each estimator that `train` compared.
pub(super) fn figures(trained: &Value) -> anyhow::Result<Vec<Figures>> {
    let models =
        trained["models"].as_array().with_context(|| format!("`train` compared nothing: {}", trained["reason"]))?;
    let figures = models.iter().map(|model| {
        let name = model["model"].as_str().context("a model without a name")?;
        let number = |value: &Value| value.as_f64().with_context(|| format!("`{name}` lacks a figure"));
        let values = [
            ("auc", number(&model["auc"]["value"])?),
            ("average_precision", number(&model["average_precision"]["value"])?),
            ("brier", number(&model["brier"])?),
            ("calibration_error", number(&model["calibration_error"])?),
        ];
        Ok(Figures { model: name.to_owned(), is_champion: trained["champion"] == name, values })
    });
    figures.collect()
}

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let binary = project::build_release()?;
    let run = runs::demo(&binary, WORLD_SEED)?;
    let trained = dry_run(&binary, &run.dir, seed)?;
    let rows = Rows::read(&run.dir)?;
    rows.check(&trained)?;
    let figures = figures(&trained)?;
    let trees = figures.iter().find(|figures| figures.model == "boosted trees").context("no boosted trees")?;
    let mut ours: Vec<(&str, f64)> = trees.values[..3].to_vec();
    ours.push(("fit_seconds", rows.fit_seconds(seed)?));
    let table = run.dir.join("features.csv");
    std::fs::write(&table, rows.csv())?;
    let peers =
        peers::lightgbm(&table, seed, &lightgbm_parameters(seed)).unwrap_or_else(|error| vec![Err(error.to_string())]);
    for peer in &peers {
        for (name, value) in &ours {
            report.add(&beside(name, *value, seed, peer));
        }
    }
    Ok(())
}

fn beside(name: &str, value: f64, seed: u64, peer: &Result<Value, String>) -> Line {
    let line = Line::new(name, value, seed).unit(if name == "fit_seconds" { "s" } else { "" });
    let line = published(name).map_or(line.clone(), |bar| line.bar(Bar::AtLeast(bar)));
    line.beside(match peer {
        Err(reason) => Peer::Missing { reason: reason.clone() },
        Ok(told) => Peer::Known {
            name: told["peer"].as_str().unwrap_or_default().to_owned(),
            value: told[name].as_f64().unwrap_or(f64::NAN),
        },
    })
}

/// Our parameters in LightGBM's words.
fn lightgbm_parameters(seed: u64) -> Value {
    let ours = boost_params(seed);
    json!({
        "rounds": ours.trees, "num_leaves": ours.max_leaves, "learning_rate": ours.learning_rate,
        "lambda_l2": ours.lambda_l2, "min_data_in_leaf": ours.min_data_in_leaf, "bagging_fraction": ours.row_share,
        "bagging_freq": 1, "feature_fraction": ours.column_share,
    })
}

/// The features and labels of the store, split as `train` splits them.
struct Rows {
    names: Vec<String>,
    values: Vec<Vec<f32>>,
    labels: Vec<bool>,
    fit: Vec<usize>,
    test: Vec<usize>,
}

impl Rows {
    fn read(dir: &Path) -> anyhow::Result<Self> {
        let reader = Reader::open(dir)?;
        let (rows, events) = (reader.features()?, reader.labels()?);
        let events: BTreeSet<_> = events.iter().map(|label| &label.record).collect();
        let times: Vec<i64> = rows.iter().map(|row| row.at.as_second()).collect();
        let second = |time: &str| anyhow::Ok(time.parse::<jiff::Timestamp>()?.as_second());
        let policy = reader.policy()?.unwrap_or_else(Policy::default);
        let cuts = TimeCuts {
            fit_before_s: second(FIT_BEFORE)?,
            test_from_s: second(FIT_BEFORE)?,
            test_to_s: second(TEST_TO)?,
            maturity_s: policy.event_horizon_days * 86_400,
        };
        let split = time_split(&times, cuts).map_err(|error| anyhow::anyhow!("{error}"))?;
        let labels = rows.iter().map(|row| events.contains(&row.record)).collect();
        let names = engine::observe::names();
        Ok(Self {
            names,
            values: rows.into_iter().map(|row| row.values).collect(),
            labels,
            fit: split.fit,
            test: split.test,
        })
    }

    /// The rows must be those that `train` saw, or nothing is compared.
    fn check(&self, trained: &Value) -> anyhow::Result<()> {
        let (fit, test) = (trained["fit_rows"].as_u64(), trained["test_rows"].as_u64());
        if (fit, test) != (Some(self.fit.len() as u64), Some(self.test.len() as u64)) {
            bail!(
                "`train` saw {fit:?} and {test:?} rows, the peer would see {} and {}",
                self.fit.len(),
                self.test.len()
            );
        }
        Ok(())
    }

    /// Seconds that our boosted trees take on the fit rows.
    fn fit_seconds(&self, seed: u64) -> anyhow::Result<f64> {
        let values = self.fit.iter().flat_map(|row| self.values[*row].iter().copied()).collect();
        let labels = self.fit.iter().map(|row| self.labels[*row]).collect();
        let dataset = Dataset::new(self.names.clone(), values, labels).map_err(|error| anyhow::anyhow!("{error}"))?;
        let valid = boost_params(seed).check().map_err(|error| anyhow::anyhow!("{error}"))?;
        let start = Instant::now();
        valid.fit(&dataset, None).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// `part,label,features…`; empty = missing.
    fn csv(&self) -> String {
        let mut text = format!("part,label,{}\n", self.names.join(","));
        for (part, rows) in [("fit", &self.fit), ("test", &self.test)] {
            for row in rows {
                let cells = self.values[*row]
                    .iter()
                    .map(|value| if value.is_nan() { String::new() } else { value.to_string() });
                let cells: Vec<String> = cells.collect();
                let _ = writeln!(text, "{part},{},{}", u8::from(self.labels[*row]), cells.join(","));
            }
        }
        text
    }
}

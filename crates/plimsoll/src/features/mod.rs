//! Features as they were known, with what came of them: the point-in-time training set.
//!
//! Promise: the features of a row are those that its event was scored by when it happened; nothing is computed anew. A
//! label is in it only where it was known at the instant that the set is of, and is said to be none only where its time
//! had passed by then.

mod parquet;

use crate::cli::FeatureSet;
use crate::export::whole;
use domain::{FeatureRow, Label, Policy, RecordId};
use engine::observe;
use engine::observe::windows::payments;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use store::{Reader, StoreError};

/// One feature of a registry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FeatureView {
    /// Its columns; more than one of a sequence.
    pub columns: Vec<String>,
    /// What it is, with the unit.
    pub sentence: String,
    /// Of whom, over which window, where it is a window's: `card`, `7d`.
    pub of: Option<&'static str>,
    /// See `of`.
    pub over: Option<String>,
}

/// The registry, in the order of columns, where labels of attempts mature after so many days.
pub fn registry(set: FeatureSet, maturity_days: u32) -> Vec<FeatureView> {
    let plain = |name: &str, sentence: &str| FeatureView {
        columns: vec![name.to_owned()],
        sentence: sentence.to_owned(),
        of: None,
        over: None,
    };
    match set {
        FeatureSet::Sales => observe::FEATURES.iter().map(|feature| plain(feature.name, feature.sentence)).collect(),
        FeatureSet::Payments => {
            let own = observe::PAYMENT_OWN.iter().map(|(name, sentence)| plain(name, sentence));
            let windows = payments(maturity_days);
            let windows = windows.iter().map(|definition| FeatureView {
                columns: definition.columns(),
                sentence: definition.sentence().replace("minor units", "major units"),
                of: Some(definition.of.name()),
                over: Some(definition.over.to_string()),
            });
            own.chain(windows).collect()
        }
    }
}

/// Which rows, and what was known of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Of what.
    pub of: FeatureSet,
    /// Events from here on.
    pub from: Option<Timestamp>,
    /// Events before this.
    pub to: Option<Timestamp>,
    /// Labels known by then.
    pub as_of: Timestamp,
}

/// One row of the training set.
#[derive(Clone, PartialEq, Debug)]
pub struct TrainingRow {
    /// What was known.
    pub features: FeatureRow,
    /// Whether the event came; none where it has not come and its time has not passed.
    pub event: Option<bool>,
    /// When that was first known.
    pub known_at: Option<Timestamp>,
    /// What it cost, minor units.
    pub cost_minor: i64,
}

/// The rows that are asked for, by (at, record).
///
/// # Errors
/// When the tables cannot be read.
pub fn training_rows(reader: &Reader, policy: &Policy, asked: &Asked) -> Result<Vec<TrainingRow>, StoreError> {
    let rows = match asked.of {
        FeatureSet::Sales => reader.features()?,
        FeatureSet::Payments => reader.payment_features()?,
    };
    let mut labels: BTreeMap<RecordId, (Timestamp, i64)> = BTreeMap::new();
    for Label { record, known_at, cost_minor } in reader.labels()? {
        if known_at <= asked.as_of {
            // They come by when they were known: the first stays.
            labels.entry(record).or_insert((known_at, 0)).1 += cost_minor;
        }
    }
    let horizon_days = match asked.of {
        FeatureSet::Sales => policy.event_horizon_days,
        FeatureSet::Payments => i64::from(policy.live.maturity_days),
    };
    let horizon = SignedDuration::from_hours(24 * horizon_days);
    let wanted =
        |row: &FeatureRow| asked.from.is_none_or(|from| row.at >= from) && asked.to.is_none_or(|to| row.at < to);
    let with_label = |features: FeatureRow| {
        let label = labels.get(&features.record).copied();
        let matured = features.at.checked_add(horizon).is_ok_and(|matured_at| matured_at <= asked.as_of);
        TrainingRow {
            event: label.map(|_| true).or(matured.then_some(false)),
            known_at: label.map(|(known_at, _)| known_at),
            cost_minor: label.map_or(0, |(_, cost_minor)| cost_minor),
            features,
        }
    };
    Ok(rows.into_iter().filter(wanted).map(with_label).collect())
}

/// Writes the training set to a file, which is there whole or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn export(rows: &[TrainingRow], of: FeatureSet, out: &Path) -> anyhow::Result<()> {
    let names = match of {
        FeatureSet::Sales => observe::names(),
        FeatureSet::Payments => observe::payment_names(),
    };
    whole(out, |file| parquet::write(rows, &names, file))
}

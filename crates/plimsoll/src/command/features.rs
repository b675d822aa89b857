//! `plimsoll features`: the registry, and the training set.

use super::{Outcome, Setting, UsageError};
use crate::cli::{FeatureSet, Features, FeaturesExport, FeaturesVerb};
use crate::features::{Asked, FeatureView, TrainingRow, export, registry, training_rows};
use crate::terminal::{self, count, row};
use jiff::Timestamp;
use serde_json::json;
use store::{Reader, StoreError};

pub(super) fn run(setting: &Setting, args: &Features) -> anyhow::Result<Outcome> {
    match &args.verb {
        FeaturesVerb::List { of } => list(setting, *of),
        FeaturesVerb::Export(args) => write(setting, args),
    }
}

fn list(setting: &Setting, of: FeatureSet) -> anyhow::Result<Outcome> {
    // Of the policy in force, where there are books.
    let policy = Reader::open(&setting.dir).ok().and_then(|reader| reader.policy().ok().flatten()).unwrap_or_default();
    let features = registry(of, policy.live.maturity_days);
    if setting.json {
        features.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["feature", "of", "over", "what it is"]);
    for feature in &features {
        let (of, over) = (feature.of.unwrap_or_default(), feature.over.as_deref().unwrap_or_default());
        row(&mut table, [named(feature), of.to_owned(), over.to_owned(), feature.sentence.clone()]);
    }
    println!("{table}");
    let columns: usize = features.iter().map(|feature| feature.columns.len()).sum();
    println!("{} features in {} columns.", count(features.len() as u64), count(columns as u64));
    Ok(Outcome::Done)
}

/// `card_amount@0…4` for a sequence.
fn named(feature: &FeatureView) -> String {
    match feature.columns.as_slice() {
        [only] => only.clone(),
        columns => format!("{}…{}", columns.first().map_or("", String::as_str), columns.len().saturating_sub(1)),
    }
}

fn write(setting: &Setting, args: &FeaturesExport) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let policy = reader.policy()?.unwrap_or_default();
    let as_of = args.as_of.map_or_else(|| end_of_books(&reader), Ok)?;
    let asked = Asked { of: args.of, from: args.from, to: args.to, as_of };
    let rows = training_rows(&reader, &policy, &asked)?;
    if rows.is_empty() {
        let says = match args.of {
            FeatureSet::Sales => {
                "no sale to a known buyer is in these books and that time; see `plimsoll import --help`"
            }
            FeatureSet::Payments => "no attempt to pay is in these books and that time; see `plimsoll events`",
        };
        return Err(UsageError(says.to_owned()).into());
    }
    setting.progress.step("exporting", || export(&rows, args.of, &args.file))?;
    print(setting, args, as_of, &rows)
}

/// The instant of the last record of the business's own doings.
fn end_of_books(reader: &Reader) -> Result<Timestamp, StoreError> {
    Ok(reader.reaches()?.into_iter().map(|reach| reach.last).max().unwrap_or_default())
}

fn print(setting: &Setting, args: &FeaturesExport, as_of: Timestamp, rows: &[TrainingRow]) -> anyhow::Result<Outcome> {
    let of = |wanted: Option<bool>| rows.iter().filter(|row| row.event == wanted).count() as u64;
    let (with, without, open) = (of(Some(true)), of(Some(false)), of(None));
    let out = args.file.display().to_string();
    if setting.json {
        terminal::json(&json!({
            "out": out, "rows": rows.len(), "as_of": as_of.to_string(), "events": with, "none": without, "open": open,
        }))?;
    } else {
        let rows = count(rows.len() as u64);
        println!(
            "{rows} rows as known by {as_of}: {} with the event, {} without, {} not matured: {out}",
            count(with),
            count(without),
            count(open)
        );
    }
    Ok(Outcome::Done)
}

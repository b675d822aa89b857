//! `plimsoll model`: what is in a model's file, and which models a business has installed.

use super::{Outcome, Setting, UsageError};
use crate::cli::{ModelInspect, ModelVerb};
use crate::compare::print::percent;
use crate::compare::sets::table::Texts;
use crate::terminal::{self, count, row};
use anyhow::Context;
use domain::{Body, Digest, RiskKind};
use learn::metrics::roc_auc;
use learn::nets::{Architecture, NetModel};
use learn::{Dataset, Model, ModelFile, PermutationLoss, permutation_importance};
use serde_json::{Value, json};
use sources::tabular::Layout;
use std::path::Path;
use store::Reader;

/// Shuffles of a column.
const SHUFFLES: usize = 5;
const SEED: u64 = 7;
/// Heights of a learning curve's bars, and how many there are.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const MOST_BARS: usize = 60;

pub(super) fn run(setting: &Setting, verb: &ModelVerb) -> anyhow::Result<Outcome> {
    match verb {
        ModelVerb::Inspect(args) => inspect(setting, args),
        ModelVerb::List => list(setting),
        ModelVerb::Rollback { reason } => super::live::rollback(setting, RiskKind::Transaction, reason),
    }
}

/// Model files as they lie in a folder, or a digest of the data directory's models.
fn bytes_of(setting: &Setting, model: &Path) -> anyhow::Result<Vec<u8>> {
    if let Some(digest) = model.to_str().filter(|_| !model.exists()).and_then(|text| text.parse::<Digest>().ok()) {
        return Ok(Reader::open(&setting.dir)?.model(&digest)?);
    }
    std::fs::read(model).with_context(|| format!("cannot read {}", model.display()))
}

fn inspect(setting: &Setting, args: &ModelInspect) -> anyhow::Result<Outcome> {
    let bytes = bytes_of(setting, &args.model)?;
    let file = match ModelFile::from_bytes(&bytes) {
        Ok(file) => file,
        Err(error) => {
            let size = count(bytes.len() as u64);
            eprintln!("error: {} ({size} bytes) cannot be used: {error}", args.model.display());
            return Ok(Outcome::Integrity);
        }
    };
    let losses = match &args.file {
        Some(rows) => Some(losses(&file, rows, args)?),
        None => None,
    };
    let digest = sources::digest(&bytes).to_string();
    if setting.json {
        terminal::json(&json_of(&file, &bytes, &digest, losses.as_deref()))?;
    } else {
        print(&file, &bytes, &digest, losses.as_deref(), args.limit);
    }
    Ok(Outcome::Done)
}

/// What it is, in words.
fn kind(model: &Model) -> &'static str {
    match model {
        Model::Boost(_) => "boosted trees",
        Model::CategoryBoost(_) => "boosted trees over categories",
        Model::Logistic(_) => "logistic regression",
        Model::Tree(_) => "decision tree",
        Model::Forest(_) => "random forest",
        Model::LinearSvm(_) => "linear SVM",
        Model::RbfSvm(_) => "RBF SVM",
        Model::Ftrl(_) => "online logistic regression",
        Model::Net(net) => match net.architecture() {
            Architecture::Mlp { .. } => "perceptron",
            Architecture::Lstm { .. } => "LSTM",
            Architecture::Cnn { .. } => "CNN over sequences",
            Architecture::BehaviourMap { .. } => "network over a behaviour map",
        },
        Model::Ensemble(_) => "ensemble",
    }
}

/// Its parts: names and how many there are.
fn size(model: &Model) -> Vec<(&'static str, String)> {
    let number = |count_of: usize| count(count_of as u64);
    match model {
        Model::Boost(trees) => vec![("trees", number(trees.trees()))],
        Model::Tree(votes) | Model::Forest(votes) => vec![("trees", number(votes.trees()))],
        Model::Logistic(line) | Model::LinearSvm(line) | Model::Ftrl(line) => {
            let used = line.coefficients().iter().filter(|column| column.coefficient != 0.0).count();
            vec![("intercept", format!("{:.6}", line.intercept())), ("coefficients that are not 0", number(used))]
        }
        Model::RbfSvm(machine) => vec![("support vectors", number(machine.vectors()))],
        Model::Net(net) => {
            let layers = format!("{:?}", net.architecture());
            vec![("layers", layers), ("weights", number(net.weights())), ("epochs", number(net.log().len()))]
        }
        Model::Ensemble(members) => {
            let kinds: Vec<&str> = members.members().iter().map(kind).collect();
            vec![("members", kinds.join(", ")), ("rule", format!("{:?}", members.rule()))]
        }
        Model::CategoryBoost(_) => Vec::new(),
    }
}

/// Columns with their share of what the model explains, the most first.
fn importance(file: &ModelFile) -> Vec<(usize, f64)> {
    let mut shares: Vec<(usize, f64)> = file.model().gain_importance().into_iter().enumerate().collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares
}

/// What each column is worth on these rows.
fn losses(file: &ModelFile, path: &Path, args: &ModelInspect) -> anyhow::Result<Vec<PermutationLoss>> {
    let table = crate::table_file::open(path, args.columns.sheet.as_deref())?;
    let layout = Layout::of(&table.text).ok_or_else(|| UsageError(format!("{} is no table", path.display())))?;
    let texts = Texts::of_layout(&table.text, &layout)?;
    let name = args.columns.label.as_deref().unwrap_or_default();
    let positive = args.columns.positive.as_deref().unwrap_or("1");
    let labels = texts.cells(texts.column(name)?).map(|cell| cell == positive).collect();
    let lacking: Vec<&str> =
        file.feature_names().iter().filter(|name| !texts.names.contains(name)).map(String::as_str).collect();
    if !lacking.is_empty() {
        let few = lacking[..lacking.len().min(5)].join("`, `");
        let says = format!("{} lacks {} of the model's columns: `{few}`", path.display(), lacking.len());
        return Err(UsageError(says).into());
    }
    let columns = file.feature_names().iter().map(|name| texts.column(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let numbers: Vec<Vec<f32>> = columns.iter().map(|&column| texts.numbers(column).0).collect();
    let values = (0..texts.rows.len()).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    let rows = Dataset::new(file.feature_names().to_vec(), values, labels)?;
    Ok(permutation_importance(file.model(), &rows, SHUFFLES, SEED, roc_auc)?)
}

fn print(file: &ModelFile, bytes: &[u8], digest: &str, losses: Option<&[PermutationLoss]>, limit: usize) {
    println!("{}, {} columns, {} bytes", kind(file.model()), file.feature_names().len(), count(bytes.len() as u64));
    println!("  sha-256  {digest}");
    size(file.model()).iter().for_each(|(name, value)| println!("  {name}: {value}"));
    match file.platt() {
        Some(line) => println!("  calibration: log-odds × {:.4} {:+.4}", line.slope, line.intercept),
        None => println!("  calibration: none"),
    }
    if file.notes().is_empty() {
        println!("  notes: none");
    }
    file.notes().iter().for_each(|(key, text)| println!("  {key}: {text}"));
    if let Model::Net(net) = file.model() {
        print_curve(net);
    }
    let mut header = vec!["column", ">share of what it explains"];
    if losses.is_some() {
        header.push(">AUC lost when shuffled");
    }
    let mut table = terminal::table(&header);
    let shares = importance(file);
    for (column, share) in shares.iter().take(limit) {
        let mut cells = vec![file.feature_names()[*column].clone(), percent(*share)];
        cells.extend(losses.map(|losses| format!("{:.4} ± {:.4}", losses[*column].mean, losses[*column].deviation)));
        row(&mut table, cells);
    }
    println!("\n{table}");
    if shares.len() > limit {
        println!("… and {} columns more (--limit)", shares.len() - limit);
    }
}

/// Loss and accuracy over the epochs, as bars, and where they ended.
fn print_curve(net: &NetModel) {
    let log = net.log();
    let Some(last) = log.last() else { return };
    println!("\nLearning, {} epochs:", log.len());
    println!("  loss                 {} {:.4}", bars(log.iter().map(|epoch| epoch.training.loss)), last.training.loss);
    println!(
        "  accuracy             {} {:.4}",
        bars(log.iter().map(|epoch| epoch.training.accuracy)),
        last.training.accuracy
    );
    if let Some(score) = last.validation {
        let of = |pick: fn(learn::nets::Score) -> f64| bars(log.iter().filter_map(|epoch| epoch.validation.map(pick)));
        println!("  validation loss      {} {:.4}", of(|score| score.loss), score.loss);
        println!("  validation accuracy  {} {:.4}", of(|score| score.accuracy), score.accuracy);
    }
}

/// From the least to the greatest of the values.
fn bars(values: impl Iterator<Item = f64>) -> String {
    let all: Vec<f64> = values.collect();
    let (low, high) = all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    let every = all.len().div_ceil(MOST_BARS).max(1);
    let bar = |value: &f64| BARS[crate::compare::seeded::whole((value - low) / (high - low).max(1e-12) * 7.99).min(7)];
    all.iter().step_by(every).map(bar).collect()
}

fn json_of(file: &ModelFile, bytes: &[u8], digest: &str, losses: Option<&[PermutationLoss]>) -> Value {
    let shares = file.model().gain_importance();
    let columns = file.feature_names().iter().enumerate().map(|(at, name)| {
        let loss = losses.map(|losses| json!({ "mean": losses[at].mean, "deviation": losses[at].deviation }));
        json!({ "name": name, "share": shares[at], "permutation_loss": loss })
    });
    let size: serde_json::Map<String, Value> =
        size(file.model()).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let epochs: Option<Vec<Value>> = match file.model() {
        Model::Net(net) => Some(net.log().iter().map(|epoch| json!(epoch)).collect()),
        _ => None,
    };
    json!({
        "kind": kind(file.model()), "bytes": bytes.len(), "digest": digest, "size": size,
        "calibration": file.platt().map(|line| json!({ "slope": line.slope, "intercept": line.intercept })),
        "notes": file.notes(), "columns": columns.collect::<Vec<_>>(), "epochs": epochs,
    })
}

/// Every model that the journal installed, the newest last.
fn list(setting: &Setting) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let mut installed = Vec::new();
    for batch in reader.batches() {
        installed.extend(batch?.1.events.into_iter().filter_map(|event| match event.body {
            Body::ModelInstalled { model, .. } => Some((event.now, model)),
            _ => None,
        }));
    }
    let decides = installed.last().map(|(_, model)| *model);
    let mut table = terminal::table(&["installed", "model", ">columns", "fitted on", "decides", "sha-256"]);
    let mut values = Vec::new();
    for (at, digest) in &installed {
        let file =
            ModelFile::from_bytes(&reader.model(digest)?).with_context(|| format!("model {}", digest.short()))?;
        let fitted_on = file.notes().get("fitted on").cloned().unwrap_or_default();
        let decides = Some(*digest) == decides;
        values.push(json!({
            "installed": at.to_string(), "kind": kind(file.model()), "columns": file.feature_names().len(),
            "notes": file.notes(), "decides": decides, "digest": digest.to_string(),
        }));
        let columns = count(file.feature_names().len() as u64);
        let decides = if decides { "yes" } else { "" };
        let cells =
            [at.to_string(), kind(file.model()).to_owned(), columns, fitted_on, decides.to_owned(), digest.to_string()];
        row(&mut table, cells);
    }
    if setting.json {
        return terminal::json(&values).map(|()| Outcome::Done);
    }
    if installed.is_empty() {
        println!("No model is installed: `plimsoll train` fits one.");
    } else {
        println!("{table}\nplimsoll model inspect SHA-256 shows what is in one.");
    }
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_runs_from_its_least_to_its_greatest() {
        assert_eq!(bars([1.0, 0.5, 0.0].into_iter()), "█▄▁");
        assert_eq!(bars([2.0, 2.0].into_iter()), "▁▁");
        assert_eq!(bars((0..200).map(f64::from)).chars().count(), 50);
    }
}

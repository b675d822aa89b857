//! Every model that is compared, from the simplest to the least simple, with what the papers claim of it.

use super::prepare::View;
use super::tuned::Tuned;
use learn::boost::BoostParams;
use learn::category::CategoryBoostParams;
use learn::ensemble::{Combination, EnsembleParams};
use learn::forest::{DecisionTreeParams, ForestParams};
use learn::logistic::{LinearColumn, LogisticModel, LogisticParams};
use learn::nets::{EarlyStopping, NetParams, Rule, Samples, Targets};
use learn::svm::{LinearSvmParams, RbfSvmParams};
use learn::{Dataset, Estimator, FitError, Model, ModelError, ParamError};
use serde::{Deserialize, Serialize};

/// What a paper prints of a model. It is a claim: its data and its split are not told.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// Accuracy of matching records.
    pub integration_accuracy: f64,
    /// Accuracy of telling risk.
    pub risk_accuracy: f64,
    /// Seconds, of what it does not say.
    pub seconds: f64,
}

const fn claim(integration_percent: u8, risk_percent: u8, seconds: u8) -> Option<Claim> {
    let (integration_accuracy, risk_accuracy) = (integration_percent as f64 / 100.0, risk_percent as f64 / 100.0);
    Some(Claim { integration_accuracy, risk_accuracy, seconds: seconds as f64 })
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

/// What a fit gets.
pub struct Material<'a> {
    /// Rows to fit, as the view has them.
    pub fit: &'a Dataset,
    /// Rows that may end the fit.
    pub validation: &'a Dataset,
    /// Grades of both, where the set has them.
    pub grades: Option<[Vec<usize>; 2]>,
    /// Columns whose numbers stand for categories, in the view `AsIs`.
    pub categories: &'a [String],
    /// The ratios of Altman's Z′.
    pub z_columns: Option<[&'static str; 5]>,
    /// What the fit draws by.
    pub seed: u64,
    /// Nets stop after a third of their epochs.
    pub quick: bool,
    /// Parameters found by `tune`.
    pub tuned: &'a Tuned,
}

type Fit = fn(&Material) -> Result<Model, String>;

/// One model.
pub struct Candidate {
    /// As `--models` knows it.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// How it sees rows.
    pub view: View,
    /// The most rows of a fit; a seeded part is taken of more.
    pub most_rows: usize,
    /// What the first paper claims.
    pub claim: Option<Claim>,
    /// Whether its decision is as published, not chosen on the validation part.
    pub fixed_decision: bool,
    /// Fits it.
    pub fit: Fit,
}

const NO_LIMIT: usize = usize::MAX;

const fn candidate(name: &'static str, title: &'static str, view: View, fit: Fit) -> Candidate {
    Candidate { name, title, view, most_rows: NO_LIMIT, claim: None, fixed_decision: false, fit }
}

/// The majority class, by name.
pub const MAJORITY: &str = "majority";
/// Altman's Z′, by name.
pub const ALTMAN: &str = "altman_z";
/// The third paper's network, by name.
pub const PRESET: &str = "behaviour_map";

/// Every model in order of simplicity: of those that are as good as the best, the first is recommended.
pub const CANDIDATES: &[Candidate] = &[
    candidate(MAJORITY, "majority class", View::AsIs, majority),
    Candidate { fixed_decision: true, ..candidate(ALTMAN, "Altman Z′", View::AsIs, altman) },
    Candidate { claim: claim(75, 78, 50), ..candidate("logistic", "logistic regression", View::Full, logistic) },
    candidate("linear_svm", "linear SVM", View::Full, linear_svm),
    Candidate { claim: claim(80, 82, 60), ..candidate("tree", "decision tree", View::OneHot, tree) },
    Candidate { claim: claim(85, 85, 90), ..candidate("forest", "random forest", View::OneHot, forest) },
    candidate("boost", "boosted trees", View::AsIs, boost),
    Candidate { most_rows: 10_000, ..candidate("bp_plain", "BP network, plain rate", View::Full, bp_plain) },
    Candidate { most_rows: 10_000, ..candidate("bp_adaptive", "BP network, adaptive rate", View::Full, bp_adaptive) },
    Candidate { most_rows: 60_000, ..candidate("mlp", "perceptron, Adam", View::Full, mlp) },
    Candidate { most_rows: 4_000, ..candidate("rbf_svm", "RBF SVM", View::Full, rbf_svm) },
    Candidate {
        most_rows: 20_000,
        claim: claim(88, 89, 100),
        ..candidate("cnn", "CNN over sequences", View::Sequence, cnn)
    },
    Candidate { most_rows: 20_000, claim: claim(90, 92, 120), ..candidate("lstm", "LSTM", View::Sequence, lstm) },
    Candidate { most_rows: 20_000, ..candidate(PRESET, "third paper's network", View::Map, behaviour_map) },
    candidate("vote", "vote of line, forest, trees", View::Full, vote),
    candidate("stack", "stack of line, forest, trees", View::Full, stack),
];

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Material<'_> {
    fn by(&self, estimator: &dyn Estimator) -> Result<Model, String> {
        estimator.fit_model(self.fit, Some(self.validation)).map_err(told)
    }

    /// What `tune` found under this name, else the usual parameters.
    fn tuned_or<E: Estimator + 'static>(&self, name: &str, usual: Result<E, ParamError>) -> Result<Model, String> {
        match self.tuned.estimator(name, self.seed)? {
            Some(estimator) => self.by(estimator.as_ref()),
            None => self.by(&usual.map_err(told)?),
        }
    }
}

/// The log-odds of the fit's base rate for every row.
fn majority(material: &Material) -> Result<Model, String> {
    if !material.fit.has_both_labels() {
        return Err(told(FitError::OneLabelOnly));
    }
    let nothing = LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
    let odds = learn::log_odds_of(material.fit.base_rate());
    Ok(Model::Logistic(LogisticModel::new(odds, vec![nothing; material.fit.columns()]).map_err(told)?))
}

/// Z′ = .717 X1 + .847 X2 + 3.107 X3 + .420 X4 + .998 X5, for private firms (Altman 1983); distress below 1.23.
const Z_WEIGHTS: [f64; 5] = [0.717, 0.847, 3.107, 0.420, 0.998];
const Z_CUT: f64 = 1.23;

/// The cut less Z′, so that what is above 0 is called distressed. A missing ratio counts as the fit's median.
fn altman(material: &Material) -> Result<Model, String> {
    let ratios = material.z_columns.ok_or("the set has no ratios of Altman's")?;
    let rows = material.fit;
    let mut intercept = Z_CUT;
    let mut columns = vec![LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 }; rows.columns()];
    for (ratio, weight) in ratios.iter().zip(Z_WEIGHTS) {
        let at = rows.names().iter().position(|name| name == ratio).ok_or_else(|| format!("no ratio `{ratio}`"))?;
        let mut values: Vec<f32> = (0..rows.rows()).map(|row| rows.row(row)[at]).filter(|x| !x.is_nan()).collect();
        values.sort_by(f32::total_cmp);
        let median = values.get(values.len() / 2).map_or(0.0, |value| f64::from(*value));
        intercept -= weight * median;
        columns[at] = LinearColumn { mean: median, scale: 1.0, coefficient: -weight };
    }
    Ok(Model::Logistic(LogisticModel::new(intercept, columns).map_err(|error: ModelError| told(error))?))
}

fn logistic(material: &Material) -> Result<Model, String> {
    material.tuned_or("logistic", LogisticParams::default().check())
}

/// A cost at which it converges on rare events with many columns too; the default's did not on Polish companies.
fn linear_svm(material: &Material) -> Result<Model, String> {
    let params = LinearSvmParams { cost: 0.1, max_passes: 3_000, seed: material.seed, ..LinearSvmParams::default() };
    material.tuned_or("linear_svm", params.check())
}

fn tree(material: &Material) -> Result<Model, String> {
    material.tuned_or("tree", DecisionTreeParams::default().check())
}

fn forest(material: &Material) -> Result<Model, String> {
    material.tuned_or("forest", forest_params(material.seed).check())
}

fn forest_params(seed: u64) -> ForestParams {
    ForestParams { seed, ..ForestParams::default() }
}

/// Smaller steps than the defaults', ended by the validation part.
fn boost_params(seed: u64) -> BoostParams {
    BoostParams {
        trees: 400,
        max_leaves: 15,
        learning_rate: 0.05,
        lambda_l2: 5.0,
        row_share: 0.8,
        column_share: 0.7,
        patience_trees: Some(40),
        seed,
        ..BoostParams::default()
    }
}

fn boost(material: &Material) -> Result<Model, String> {
    let boost = boost_params(material.seed);
    if material.categories.is_empty() {
        return material.tuned_or("boost", boost.check());
    }
    let categories = material.categories.to_vec();
    let boost = material.tuned.boost(material.seed)?.unwrap_or(boost);
    material.by(&CategoryBoostParams { boost, categories, ..CategoryBoostParams::default() }.check().map_err(told)?)
}

fn net(material: &Material, params: NetParams) -> NetParams {
    let epochs = if material.quick { params.epochs.div_ceil(3) } else { params.epochs };
    NetParams { epochs, seed: material.seed, ..params }
}

/// The second paper's network; its validation part ends it, as it ends the others.
fn back_propagation(material: &Material, rule: Rule) -> NetParams {
    let early_stopping = Some(EarlyStopping { patience: 60, validation_share: 0.1 });
    net(material, NetParams { rule, epochs: 600, early_stopping, ..NetParams::back_propagation() })
}

fn bp_plain(material: &Material) -> Result<Model, String> {
    let rule = Rule::Plain { rate: 1.0 };
    material.by(&back_propagation(material, rule).check().map_err(told)?)
}

fn bp_adaptive(material: &Material) -> Result<Model, String> {
    material.by(&back_propagation(material, Rule::adaptive()).check().map_err(told)?)
}

fn mlp(material: &Material) -> Result<Model, String> {
    material.tuned_or("mlp", net(material, NetParams::mlp()).check())
}

fn rbf_svm(material: &Material) -> Result<Model, String> {
    material.tuned_or("rbf_svm", RbfSvmParams { seed: material.seed, ..RbfSvmParams::default() }.check())
}

fn cnn(material: &Material) -> Result<Model, String> {
    material.tuned_or("cnn", net(material, NetParams::cnn()).check())
}

fn lstm(material: &Material) -> Result<Model, String> {
    material.tuned_or("lstm", net(material, NetParams::lstm()).check())
}

/// As the third paper trains it: ten grades where the set has them, else the label.
fn behaviour_map(material: &Material) -> Result<Model, String> {
    let params = net(material, NetParams::behaviour_map()).check().map_err(told)?;
    let Some([fit, validation]) = &material.grades else { return material.by(&params) };
    let samples = |rows: &Dataset, grades: &[usize]| {
        let targets = Targets::Classes { count: 10, of_row: grades.to_vec() };
        Samples::new(rows.names().to_vec(), rows.values().to_vec(), targets).map_err(told)
    };
    let (fit, validation) = (samples(material.fit, fit)?, samples(material.validation, validation)?);
    Ok(Model::Net(params.fit(&fit, Some(&validation)).map_err(told)?))
}

fn ensemble(material: &Material, combination: Combination) -> Result<Model, String> {
    let members: Vec<Box<dyn Estimator>> = vec![
        Box::new(LogisticParams::default().check().map_err(told)?),
        Box::new(forest_params(material.seed).check().map_err(told)?),
        Box::new(boost_params(material.seed).check().map_err(told)?),
    ];
    material.by(&EnsembleParams { members, combination }.check().map_err(told)?)
}

fn vote(material: &Material) -> Result<Model, String> {
    ensemble(material, Combination::Vote(vec![1.0; 3]))
}

fn stack(material: &Material) -> Result<Model, String> {
    ensemble(material, Combination::Stack { folds: 3, seed: material.seed })
}

//! Training: from sealed history to a model file, with figures that can be believed. Not a part of [`crate::advance`]:
//! replay never trains.
//!
//! The split is by time. Only sales whose label has matured count; the last fifth of their time is the test; the fit is
//! made at the test's start, with the labels that had matured by then. Inside the fit three such cuts are made again:
//! there the champion is chosen. It is calibrated on buyers left out of the fit. The test is looked at once, by the refitted models. What is
//! installed at the end is the champion, refitted on all matured sales.

use crate::observe::{linear_form, names};
use crate::score::LINEAR_PREFIX;
use domain::{FeatureRow, Label, Policy, RecordId};
use jiff::Timestamp;
use learn::boost::BoostParams;
use learn::calibrate::Platt;
use learn::logistic::LogisticParams;
use learn::metrics::{
    Interval, MetricError, average_precision, bootstrap_interval, brier, expected_calibration_error, roc_auc,
};
use learn::split::{Split, TimeCuts, time_split};
use learn::{Dataset, Model, ModelFile};
use std::collections::BTreeMap;
use std::fmt;

/// Matured sales, and matured events among them, that a business needs before a model of its own is fitted.
pub const LEAST_SALES: usize = 500;
/// See [`LEAST_SALES`].
pub const LEAST_EVENTS: usize = 50;

type Metric = fn(&[bool], &[f64]) -> Result<f64, MetricError>;

/// Bins of equal count for the calibration error.
const CALIBRATION_BINS: usize = 10;
const BOOTSTRAP_ROUNDS: usize = 200;

/// When to cut; none = the last fifth of the matured time is the test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cuts {
    /// The fit sees labels that had matured by here.
    pub fit_before: Option<Timestamp>,
    /// First instant of the test.
    pub test_from: Option<Timestamp>,
    /// End of the test, exclusive.
    pub test_to: Option<Timestamp>,
}

/// The estimators that are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Estimator {
    /// Gradient-boosted trees.
    BoostedTrees,
    /// Logistic regression on the linear forms of the features.
    LogisticRegression,
}

impl Estimator {
    const ALL: [Self; 2] = [Self::BoostedTrees, Self::LogisticRegression];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::BoostedTrees => "boosted trees",
            Self::LogisticRegression => "logistic regression",
        }
    }
}

/// One estimator's figures on the test, with 95 % bootstrap intervals where a rank is measured.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    /// Which.
    pub estimator: Estimator,
    /// Mean area under the ROC curve on the validation folds, by which the champion was chosen.
    pub validation_auc: f64,
    /// Area under the ROC curve.
    pub auc: Interval,
    /// Average precision.
    pub average_precision: Interval,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Mean gap between probability and share over ten bins of equal count.
    pub calibration_error: f64,
}

/// What was fitted on what, and how good it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The fit knew labels that had matured by here.
    pub fit_before: Timestamp,
    /// The test's first instant.
    pub test_from: Timestamp,
    /// The test's end, exclusive.
    pub test_to: Timestamp,
    /// Rows.
    pub fit_rows: usize,
    /// Rows.
    pub test_rows: usize,
    /// Share of the test's sales with the event: average precision of guessing.
    pub base_rate: f64,
    /// Brier score of always saying the fit's base rate.
    pub base_brier: f64,
    /// In order of [`Estimator`].
    pub figures: Vec<Figures>,
    /// Chosen on the validation folds.
    pub champion: Estimator,
    /// Seed of samples and bootstrap.
    pub seed: u64,
    /// Matured sales that the installed model was fitted on.
    pub installed_rows: usize,
}

/// A model ready to be installed.
pub struct Trained {
    /// The champion, refitted on all matured sales, calibrated.
    pub model: ModelFile,
    /// Money credited over money sold, among matured sales with the event, in hundredths of a percent.
    pub loss_given_event_bps: u32,
    /// Share of matured sales with the event, in hundredths of a percent.
    pub base_rate_bps: u32,
    /// Figures.
    pub report: Report,
}

/// Why nothing was fitted.
#[derive(Clone, PartialEq, Debug)]
pub enum TrainingError {
    /// Too little history of its own: the cold-start rules stay in force.
    TooYoung {
        /// Matured sales.
        sales: usize,
        /// Matured sales with the event.
        events: usize,
    },
    /// A cut leaves a part without rows, or would leak.
    Split(learn::split::SplitError),
    /// The mathematics refused.
    Fit(String),
}

impl fmt::Display for TrainingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooYoung { sales, events } => write!(
                f,
                "{sales} sales with matured labels, {events} of them with the event: a model of its own needs \
                 {LEAST_SALES} and {LEAST_EVENTS}; the cold-start rules stay in force"
            ),
            Self::Split(error) => write!(f, "the history cannot be cut by time: {error}"),
            Self::Fit(error) => write!(f, "the fit failed: {error}"),
        }
    }
}

impl std::error::Error for TrainingError {}

fn fit_error(error: impl fmt::Display) -> TrainingError {
    TrainingError::Fit(error.to_string())
}

/// Sales with matured labels, in order of time.
struct Matured {
    times: Vec<i64>,
    /// By first sale: 0 is the earliest buyer.
    buyers: Vec<usize>,
    values: Vec<f32>,
    linear: Vec<f32>,
    labels: Vec<bool>,
    loss_given_event: f64,
}

/// The estimators with their parameters.
pub struct Fits {
    /// On the features as they are.
    pub boosted_trees: Box<dyn learn::Estimator>,
    /// On their linear forms.
    pub logistic_regression: Box<dyn learn::Estimator>,
}

impl Fits {
    /// Those that the shipped shop preferred.
    ///
    /// # Errors
    /// None as long as these parameters keep their own rules.
    pub fn usual(seed: u64) -> Result<Self, TrainingError> {
        let line = LogisticParams { lambda_l2: 3.0, ..LogisticParams::default() };
        Ok(Self {
            boosted_trees: Box::new(boost_params(seed).check().map_err(fit_error)?),
            logistic_regression: Box::new(line.check().map_err(fit_error)?),
        })
    }
}

/// Fits, compares and chooses. `as_of` is the instant up to which history is complete.
///
/// # Errors
/// [`TrainingError`].
pub fn train(
    rows: &[FeatureRow],
    labels: &[Label],
    policy: &Policy,
    as_of: Timestamp,
    cuts: Cuts,
    seed: u64,
) -> Result<Trained, TrainingError> {
    train_with(rows, labels, policy, as_of, cuts, seed, &Fits::usual(seed)?)
}

/// As [`train`], with other parameters.
///
/// # Errors
/// [`TrainingError`].
pub fn train_with(
    rows: &[FeatureRow],
    labels: &[Label],
    policy: &Policy,
    as_of: Timestamp,
    cuts: Cuts,
    seed: u64,
    fits: &Fits,
) -> Result<Trained, TrainingError> {
    let maturity_s = policy.event_horizon_days * 86_400;
    let matured = Matured::of(rows, labels, as_of.as_second() - maturity_s);
    let events = matured.labels.iter().filter(|label| **label).count();
    if matured.labels.len() < LEAST_SALES || events < LEAST_EVENTS {
        return Err(TrainingError::TooYoung { sales: matured.labels.len(), events });
    }
    let outer = matured.cuts(cuts, maturity_s);
    let split = time_split(&matured.times, outer).map_err(TrainingError::Split)?;
    let candidates: Vec<Candidate> = Estimator::ALL
        .iter()
        .map(|e| Candidate::choose(*e, &matured, &split, maturity_s, fits))
        .collect::<Result<_, _>>()?;
    let champion = candidates.iter().max_by(|a, b| a.validation_auc.total_cmp(&b.validation_auc));
    let champion = champion.ok_or_else(|| fit_error("no estimator"))?;
    let report = report(&matured, &split, outer, &candidates, champion.estimator, seed, fits)?;
    let all: Vec<usize> = (0..matured.labels.len()).collect();
    let model = champion.refit(&matured, &all, fits)?;
    Ok(Trained {
        model: annotate(model, &report),
        loss_given_event_bps: bps(matured.loss_given_event),
        base_rate_bps: bps(matured.dataset(champion.estimator, &all)?.base_rate()),
        report,
    })
}

impl Matured {
    fn of(rows: &[FeatureRow], labels: &[Label], matured_until: i64) -> Self {
        let mut costs: BTreeMap<&RecordId, i64> = BTreeMap::new();
        for label in labels {
            *costs.entry(&label.record).or_default() += label.cost_minor;
        }
        let mut rows: Vec<&FeatureRow> = rows.iter().filter(|row| row.at.as_second() <= matured_until).collect();
        rows.sort_by_key(|row| (row.at, &row.record));
        let mut matured = Self {
            times: vec![],
            buyers: vec![],
            values: vec![],
            linear: vec![],
            labels: vec![],
            loss_given_event: 0.0,
        };
        let mut numbers = BTreeMap::new();
        let (mut lost, mut exposed) = (0.0, 0.0);
        for row in rows {
            let cost = costs.get(&row.record);
            matured.times.push(row.at.as_second());
            let next = numbers.len();
            matured.buyers.push(*numbers.entry(row.buyer).or_insert(next));
            matured.values.extend(&row.values);
            matured.linear.extend(linear_form(&row.values));
            matured.labels.push(cost.is_some());
            if let Some(cost) = cost {
                lost += crate::observe::minor_as_major(*cost);
                exposed += crate::observe::value_of(&row.values);
            }
        }
        matured.loss_given_event = if exposed > 0.0 { (lost / exposed).clamp(0.0, 1.0) } else { 1.0 };
        matured
    }

    fn cuts(&self, cuts: Cuts, maturity_s: i64) -> TimeCuts {
        let (first, last) = (self.times.first().copied().unwrap_or(0), self.times.last().copied().unwrap_or(0));
        let test_from_s = cuts.test_from.map_or(last - (last - first) / 5, Timestamp::as_second);
        TimeCuts {
            fit_before_s: cuts.fit_before.map_or(test_from_s, Timestamp::as_second),
            test_from_s,
            test_to_s: cuts.test_to.map_or(last + 1, Timestamp::as_second),
            maturity_s,
        }
    }

    fn dataset(&self, estimator: Estimator, rows: &[usize]) -> Result<Dataset, TrainingError> {
        let (names, values) = match estimator {
            Estimator::BoostedTrees => (names(), &self.values),
            Estimator::LogisticRegression => {
                (names().iter().map(|name| format!("{LINEAR_PREFIX}{name}")).collect(), &self.linear)
            }
        };
        let all = Dataset::new(names, values.clone(), self.labels.clone()).map_err(fit_error)?;
        all.select(rows).map_err(fit_error)
    }
}

/// An estimator with the calibration and the figure of its validation.
struct Candidate {
    estimator: Estimator,
    platt: Platt,
    validation_auc: f64,
}

impl Candidate {
    /// Fits and measures at three cuts inside the fit, each on the fifth of its time that follows: one fifth alone may be
    /// a good or a bad season.
    fn choose(
        estimator: Estimator,
        matured: &Matured,
        split: &Split,
        maturity_s: i64,
        fits: &Fits,
    ) -> Result<Self, TrainingError> {
        let times: Vec<i64> = split.fit.iter().map(|row| matured.times[*row]).collect();
        let mut aucs = Vec::new();
        for cuts in folds(&times, maturity_s) {
            let inner = time_split(&times, cuts).map_err(TrainingError::Split)?;
            let outer_rows = |rows: &[usize]| rows.iter().map(|row| split.fit[*row]).collect::<Vec<usize>>();
            let (fit_rows, validation_rows) = (outer_rows(&inner.fit), outer_rows(&inner.test));
            let (scores, labels) = out_of_fold(estimator, matured, &fit_rows, &validation_rows, fits)?;
            aucs.push(roc_auc(&labels, &scores).map_err(fit_error)?);
        }
        let platt = calibration(estimator, matured, &split.fit, fits)?;
        Ok(Self { estimator, platt, validation_auc: mean(&aucs) })
    }

    fn refit(&self, matured: &Matured, rows: &[usize], fits: &Fits) -> Result<ModelFile, TrainingError> {
        let dataset = matured.dataset(self.estimator, rows)?;
        let model = fit(self.estimator, &dataset, fits)?;
        let file = ModelFile::new(dataset.names().to_vec(), model).map_err(fit_error)?;
        file.with_platt(self.platt).map_err(fit_error)
    }
}

/// Parts that the buyers are dealt into for calibration.
const CALIBRATION_PARTS: usize = 5;

/// Platt scaling on scores of buyers that each model has not seen: with four fifths of the buyers a model is about as
/// sure of itself as with all, which one of an earlier, shorter time is not.
fn calibration(estimator: Estimator, matured: &Matured, rows: &[usize], fits: &Fits) -> Result<Platt, TrainingError> {
    let (mut all_scores, mut all_labels) = (Vec::new(), Vec::new());
    for part in 0..CALIBRATION_PARTS {
        let (held_out, kept): (Vec<usize>, Vec<usize>) =
            rows.iter().partition(|row| matured.buyers[**row] % CALIBRATION_PARTS == part);
        let (scores, labels) = out_of_fold(estimator, matured, &kept, &held_out, fits)?;
        all_scores.extend(scores);
        all_labels.extend(labels);
    }
    Platt::fit(&all_scores, &all_labels).map_err(fit_error)
}

/// Log-odds and labels of rows that the fit has not seen.
fn out_of_fold(
    estimator: Estimator,
    matured: &Matured,
    fit_rows: &[usize],
    rows: &[usize],
    fits: &Fits,
) -> Result<(Vec<f64>, Vec<bool>), TrainingError> {
    let model = fit(estimator, &matured.dataset(estimator, fit_rows)?, fits)?;
    let unseen = matured.dataset(estimator, rows)?;
    Ok((model.log_odds_of_rows(unseen.values()), unseen.labels().to_vec()))
}

/// Cuts after two, three and four fifths of the time.
fn folds(times: &[i64], maturity_s: i64) -> Vec<TimeCuts> {
    let (first, last) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
    let cut = |fifths: i64| first + (last - first) * fifths / 5;
    let fold = |fifths| TimeCuts {
        fit_before_s: cut(fifths),
        test_from_s: cut(fifths),
        test_to_s: cut(fifths + 1) + 1,
        maturity_s,
    };
    (2..=4).map(fold).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a handful of folds")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The parameters that the time folds inside the fitting period of the shipped shop preferred; a plateau.
pub fn boost_params(seed: u64) -> BoostParams {
    BoostParams {
        trees: 100,
        max_leaves: 15,
        learning_rate: 0.04,
        lambda_l2: 30.0,
        min_data_in_leaf: 50,
        row_share: 0.8,
        column_share: 0.6,
        seed,
        ..BoostParams::default()
    }
}

fn fit(estimator: Estimator, dataset: &Dataset, fits: &Fits) -> Result<Model, TrainingError> {
    let fit = match estimator {
        Estimator::BoostedTrees => &fits.boosted_trees,
        Estimator::LogisticRegression => &fits.logistic_regression,
    };
    fit.fit_model(dataset, None).map_err(fit_error)
}

fn report(
    matured: &Matured,
    split: &Split,
    cuts: TimeCuts,
    candidates: &[Candidate],
    champion: Estimator,
    seed: u64,
    fits: &Fits,
) -> Result<Report, TrainingError> {
    let figures: Vec<Figures> =
        candidates.iter().map(|c| figures(c, matured, split, seed, fits)).collect::<Result<_, _>>()?;
    let test = matured.dataset(Estimator::BoostedTrees, &split.test)?;
    let fit_rate = matured.dataset(Estimator::BoostedTrees, &split.fit)?.base_rate();
    let instant = |seconds| Timestamp::from_second(seconds).map_err(fit_error);
    Ok(Report {
        fit_before: instant(cuts.fit_before_s)?,
        test_from: instant(cuts.test_from_s)?,
        test_to: instant(cuts.test_to_s)?,
        fit_rows: split.fit.len(),
        test_rows: split.test.len(),
        base_rate: test.base_rate(),
        base_brier: brier(test.labels(), &vec![fit_rate; test.rows()]).map_err(fit_error)?,
        figures,
        champion,
        seed,
        installed_rows: matured.labels.len(),
    })
}

fn figures(
    candidate: &Candidate,
    matured: &Matured,
    split: &Split,
    seed: u64,
    fits: &Fits,
) -> Result<Figures, TrainingError> {
    let file = candidate.refit(matured, &split.fit, fits)?;
    let test = matured.dataset(candidate.estimator, &split.test)?;
    let scores = file.score_rows(test.values());
    let probabilities: Vec<f64> = scores.iter().map(|log_odds| learn::probability_of(*log_odds)).collect();
    let interval =
        |metric: Metric| bootstrap_interval(test.labels(), &scores, metric, BOOTSTRAP_ROUNDS, seed).map_err(fit_error);
    Ok(Figures {
        estimator: candidate.estimator,
        validation_auc: candidate.validation_auc,
        auc: interval(roc_auc)?,
        average_precision: interval(average_precision)?,
        brier: brier(test.labels(), &probabilities).map_err(fit_error)?,
        calibration_error: expected_calibration_error(test.labels(), &probabilities, CALIBRATION_BINS)
            .map_err(fit_error)?,
    })
}

/// Writes into the model what it was fitted on and how good it was, so that whoever opens it knows.
fn annotate(model: ModelFile, report: &Report) -> ModelFile {
    let period = format!("{} to {}", report.test_from, report.test_to);
    let model = model
        .with_note("estimator", report.champion.name())
        .with_note("event", "a credit note of the same buyer within the horizon")
        .with_note("fitted on", &format!("{} matured sales", report.installed_rows))
        .with_note("seed", &report.seed.to_string())
        .with_note("test", &format!("{} sales, {period}, fitted on {} before", report.test_rows, report.fit_rows))
        .with_note(
            "test base rate",
            &format!("{:.3}, Brier {:.4} by guessing it", report.base_rate, report.base_brier),
        );
    report.figures.iter().fold(model, |model, figures| {
        let interval = |i: Interval| format!("{:.3} [{:.3}, {:.3}]", i.estimate, i.low, i.high);
        let text = format!(
            "AUC {}, average precision {}, Brier {:.4}, calibration error {:.4}; validation AUC {:.3}",
            interval(figures.auc),
            interval(figures.average_precision),
            figures.brier,
            figures.calibration_error,
            figures.validation_auc
        );
        model.with_note(&format!("test {}", figures.estimator.name()), &text)
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
fn bps(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u32
}

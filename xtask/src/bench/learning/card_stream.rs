//! The card stream by the protocol of its book (Le Borgne and others, "Reproducible machine learning for credit card
//! fraud detection", 2022, chapters 3 and 5): fifteen features, fitted on 25–31 July 2018, labels a week late, tried on
//! 8–14 August without the cards that are known to be compromised by then.

mod nets;

use super::beside::{Comparison, compare_on, told};
use super::table::folder;
use super::{SEED, boost_params};
use crate::bench::line::{Bar, Line, Report};
use learn::metrics::{average_precision, bootstrap_interval, card_precision, paired_bootstrap_difference, roc_auc};
use learn::split::Split;
use learn::{Dataset, Model};
use plimsoll::compare::sets::cards::{FIT_DAY, Payment, features, names, parts, read};
use serde_json::json;

const DATA: &str = "card_transactions";

/// Published for boosted trees (XGBoost) by the book: AUC .862, AP .639, card precision .273.
const PUBLISHED: &str = "xgboost, published by the book";
const PUBLISHED_AP: f64 = 0.639;
const PUBLISHED_CARD_PRECISION: f64 = 0.273;

/// Cards that are looked at a day.
const BUDGET: usize = 100;

/// Resamples of an interval.
const RESAMPLES: usize = 200;

pub(crate) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let payments = read(&folder()?)?;
    let features = features(&payments);
    let (fit, test) = parts(&payments, FIT_DAY);
    let taken: Vec<usize> = fit.iter().chain(&test).copied().collect();
    let values = taken.iter().flat_map(|&row| features[row]).collect();
    let labels = taken.iter().map(|&row| payments[row].fraud).collect();
    let rows = Dataset::new(names(), values, labels).map_err(told)?;
    let split = Split { fit: (0..fit.len()).collect(), test: (fit.len()..taken.len()).collect() };
    let fit_model = |rows: &Dataset| {
        let valid = boost_params(100, seed).check().map_err(told)?;
        Ok(Model::Boost(valid.fit(rows, None).map_err(told)?))
    };
    let settings = json!({
        "n_estimators": 100, "num_leaves": 31, "learning_rate": 0.1, "reg_lambda": 0.0, "min_child_samples": 20,
        "random_state": seed, "n_jobs": 2, "verbosity": -1,
    });
    let comparison = Comparison {
        task: "lightgbm",
        settings,
        most_rows: None,
        folds: 1,
        most_ratio: 1.2,
        least_difference: -0.002,
        fit: &fit_model,
    };
    let pair = compare_on(report, DATA, seed, &rows, &[split], &comparison)?;
    let tested = Tested {
        labels: pair.labels,
        days: test.iter().map(|&row| payments[row].day()).collect(),
        cards: test.iter().map(|&row| payments[row].card).collect(),
        seed,
    };
    tested.tell(report, "boosted trees", &pair.ours, |line| {
        line.bar(Bar::AtLeast(PUBLISHED_AP)).beside_known(PUBLISHED, PUBLISHED_AP)
    })?;
    if let Some((peer, scores)) = &pair.theirs {
        tested.tell(report, peer, scores, |line| line)?;
        let apart = paired_bootstrap_difference(&tested.labels, &pair.ours, scores, average_precision, RESAMPLES, seed);
        let apart = apart.map_err(told)?;
        let line = |figure: &str, value: f64| Line::new(figure, value, seed).data(DATA);
        report.add(&line("ap_difference", apart.estimate).beside_known(peer, 0.0));
        report.add(&line("ap_difference_low", apart.low));
        // Not below: 0 is inside the interval, or under it.
        report.add(&line("ap_difference_high", apart.high).bar(Bar::AtLeast(0.0)));
    }
    let stream = nets::Stream { payments: &payments, features: &features };
    nets::run(report, &stream, &tested, &pair.ours, seed)
}

/// The tested payments, in the order of their scores.
struct Tested {
    labels: Vec<bool>,
    days: Vec<i64>,
    cards: Vec<u64>,
    seed: u64,
}

impl Tested {
    /// Prints auc, ap with its interval (`more` adds to its line) and card precision.
    fn tell(
        &self,
        report: &mut Report,
        name: &str,
        scores: &[f64],
        more: impl FnOnce(Line) -> Line,
    ) -> anyhow::Result<()> {
        let line = |figure: &str, value: f64| Line::new(format!("{figure} {name}"), value, self.seed).data(DATA);
        report.add(&line("auc", roc_auc(&self.labels, scores).map_err(told)?));
        let interval = bootstrap_interval(&self.labels, scores, average_precision, RESAMPLES, self.seed);
        let interval = interval.map_err(told)?;
        report.add(&more(line("ap", interval.estimate)));
        report.add(&line("ap_low", interval.low));
        report.add(&line("ap_high", interval.high));
        let found = card_precision(&self.labels, scores, &self.days, &self.cards, BUDGET).map_err(told)?;
        report.add(&line("cp100", found).beside_known(PUBLISHED, PUBLISHED_CARD_PRECISION));
        Ok(())
    }
}

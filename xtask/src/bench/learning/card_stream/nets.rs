//! Nets on the card stream, and ensembles of a net and boosted trees: fitted on the same week, tried on the same
//! payments.
//!
//! What can be chosen of a net is chosen by the mean average precision of three earlier weeks, by the same protocol; the
//! test week is looked at once. The back-propagation net sees the book's fifteen features, the LSTM and the CNN those of a card's
//! last payments, as in the book's chapter 7.

use super::{FIT_DAY, Payment, Tested, names, parts};
use crate::bench::learning::beside::told;
use crate::bench::learning::boost_params;
use crate::bench::line::{Bar, Line, Report};
use learn::ensemble::{Combination, EnsembleParams};
use learn::metrics::{average_precision, paired_bootstrap_difference};
use learn::nets::{Activation, Architecture, EarlyStopping, NetParams, Rule, Samples};
use learn::{Dataset, Estimator, Model};
use std::collections::BTreeMap;

/// Payments of a sequence, this one the last.
const STEPS: usize = 5;

/// The last of the weeks for choosing is tested on the days of the final fit, so no label of the test is used.
const CHOOSING_DAYS: [i64; 3] = [FIT_DAY - 28, FIT_DAY - 21, FIT_DAY - 14];

const EPOCHS: usize = 15;
const LEAST_AP_OF_NET: f64 = 0.64;
const RESAMPLES: usize = 200;

/// Average precision by the book, each tuned over four test weeks of its own.
const PUBLISHED: &str = "published by the book, tuned over four weeks";

/// The payments with their features.
pub(super) struct Stream<'a> {
    pub payments: &'a [Payment],
    pub features: &'a [[f32; 15]],
}

/// How rows become a table.
type Seen = fn(&Stream<'_>, &[usize]) -> anyhow::Result<Dataset>;

/// One net: how it sees rows, and what is tried of it.
struct Candidate {
    name: &'static str,
    seen: Seen,
    tried: Vec<NetParams>,
    published_ap: f64,
    bar: Option<f64>,
}

/// The nets, then the ensembles beside the trees, whose scores of the test are given.
pub(super) fn run(
    report: &mut Report,
    stream: &Stream,
    tested: &Tested,
    trees: &[f64],
    seed: u64,
) -> anyhow::Result<()> {
    let (fit, test) = parts(stream.payments, FIT_DAY);
    let mut perceptron = None;
    for candidate in candidates(seed) {
        let chosen = choose(stream, &candidate)?;
        let scores = scores(&net(&chosen, &(candidate.seen)(stream, &fit)?)?, &(candidate.seen)(stream, &test)?);
        tested.tell(report, candidate.name, &scores, |line| {
            let line = line.beside_known(PUBLISHED, candidate.published_ap);
            candidate.bar.map_or(line.clone(), |least| line.bar(Bar::AtLeast(least)))
        })?;
        perceptron = perceptron.or(Some((chosen, scores)));
    }
    let Some((chosen, of_net)) = perceptron else { return Ok(()) };
    let (fit, test) = (stream.table(&fit)?, stream.table(&test)?);
    for (name, combination) in
        [("vote", Combination::Vote(vec![1.0; 2])), ("stack", Combination::Stack { folds: 4, seed })]
    {
        let members: Vec<Box<dyn Estimator>> = vec![
            Box::new(boost_params(100, seed).check().map_err(told)?),
            Box::new(chosen.clone().check().map_err(told)?),
        ];
        let valid = EnsembleParams { members, combination }.check().map_err(told)?;
        let scores = scores(&Model::Ensemble(valid.fit(&fit, None).map_err(told)?), &test);
        tested.tell(report, name, &scores, |line| line)?;
        for (part, theirs) in [("boosted trees", trees), ("BP network", &of_net)] {
            let apart =
                paired_bootstrap_difference(&tested.labels, &scores, theirs, average_precision, RESAMPLES, seed);
            let apart = apart.map_err(told)?;
            let numbers = [("ap_above", apart.estimate), ("ap_above_low", apart.low), ("ap_above_high", apart.high)];
            for (figure, value) in numbers {
                report.add(&Line::new(format!("{figure} {name} over {part}"), value, seed).data(super::DATA));
            }
        }
    }
    Ok(())
}

fn candidates(seed: u64) -> Vec<Candidate> {
    let with = |architecture: Architecture, rate: f64| NetParams {
        architecture,
        rule: Rule::Adam { rate, batch_rows: 64 },
        epochs: EPOCHS,
        early_stopping: Some(EarlyStopping { patience: 4, validation_share: 0.15 }),
        seed,
        ..NetParams::mlp()
    };
    let mlp = |hidden: &[usize], rate| {
        with(Architecture::Mlp { hidden: hidden.to_vec(), activation: Activation::Relu }, rate)
    };
    let perceptrons = vec![
        mlp(&[32, 16], 0.001),
        mlp(&[64, 64], 0.001),
        NetParams { dropout: 0.2, ..mlp(&[64, 64], 0.001) },
        NetParams { lambda_l2: 1e-4, ..mlp(&[64, 64], 0.0003) },
        NetParams { dropout: 0.2, ..mlp(&[500], 0.001) },
    ];
    let lstm = |rate| with(Architecture::Lstm { units: 32 }, rate);
    let cnn = |rate| with(Architecture::Cnn { filters: 32, patch: 3, hidden: 32 }, rate);
    let least = Some(LEAST_AP_OF_NET);
    vec![
        Candidate {
            name: "BP network",
            seen: |stream, rows| stream.table(rows),
            tried: perceptrons,
            published_ap: 0.675,
            bar: least,
        },
        Candidate {
            name: "LSTM",
            seen: |stream, rows| stream.sequences(rows),
            tried: vec![lstm(0.001), lstm(0.0003)],
            published_ap: 0.665,
            bar: None,
        },
        Candidate {
            name: "CNN",
            seen: |stream, rows| stream.sequences(rows),
            tried: vec![cnn(0.001), cnn(0.0003)],
            published_ap: 0.599,
            bar: None,
        },
    ]
}

/// The parameters whose fits are best in the weeks before.
fn choose(stream: &Stream, candidate: &Candidate) -> anyhow::Result<NetParams> {
    let mut sums = vec![0.0; candidate.tried.len()];
    for day in CHOOSING_DAYS {
        let (fit, test) = parts(stream.payments, day);
        let (fit, test) = ((candidate.seen)(stream, &fit)?, (candidate.seen)(stream, &test)?);
        for (sum, params) in sums.iter_mut().zip(&candidate.tried) {
            *sum += average_precision(test.labels(), &scores(&net(params, &fit)?, &test)).map_err(told)?;
        }
    }
    let best = candidate.tried.iter().zip(&sums).max_by(|(_, a), (_, b)| f64::total_cmp(a, b));
    best.map(|(params, _)| params.clone()).ok_or_else(|| anyhow::anyhow!("no parameters to choose from"))
}

fn net(params: &NetParams, rows: &Dataset) -> anyhow::Result<Model> {
    let valid = params.clone().check().map_err(told)?;
    Ok(Model::Net(valid.fit(&Samples::from(rows), None).map_err(told)?))
}

fn scores(model: &Model, rows: &Dataset) -> Vec<f64> {
    model.log_odds_of_rows(rows.values())
}

impl Stream<'_> {
    fn labels(&self, rows: &[usize]) -> Vec<bool> {
        rows.iter().map(|&row| self.payments[row].fraud).collect()
    }

    fn table(&self, rows: &[usize]) -> anyhow::Result<Dataset> {
        let values = rows.iter().flat_map(|&row| self.features[row]).collect();
        Dataset::new(names(), values, self.labels(rows)).map_err(told)
    }

    /// The features of a card's last payments, the oldest first; steps before its first are missing.
    fn sequences(&self, rows: &[usize]) -> anyhow::Result<Dataset> {
        let before = self.payments_before();
        let columns = (0..STEPS).flat_map(|step| names().into_iter().map(move |name| format!("{name}@{step}")));
        let mut values = Vec::with_capacity(rows.len() * STEPS * 15);
        for &row in rows {
            let mut steps = [[f32::NAN; 15]; STEPS];
            let payments = std::iter::successors(Some(row), |&row| before[row]);
            steps.iter_mut().rev().zip(payments).for_each(|(step, row)| *step = self.features[row]);
            values.extend(steps.as_flattened());
        }
        Dataset::new(columns.collect(), values, self.labels(rows)).map_err(told)
    }

    /// By payment: the same card's last one before it.
    fn payments_before(&self) -> Vec<Option<usize>> {
        let mut last = BTreeMap::new();
        self.payments.iter().enumerate().map(|(row, payment)| last.insert(payment.card, row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_the_cards_own_and_ends_with_its_payment() {
        let payment = |card: u64| Payment { at_s: 0, id: 0, card, terminal: 0, amount: 0.0, fraud: card == 2 };
        let payments = [payment(1), payment(2), payment(1)];
        let features = [[1.0; 15], [2.0; 15], [3.0; 15]];
        let stream = Stream { payments: &payments, features: &features };
        let rows = stream.sequences(&[2, 1]).unwrap();
        let amounts: Vec<f32> = rows.row(0).iter().copied().step_by(15).collect();
        assert!(amounts[..3].iter().all(|amount| amount.is_nan()));
        assert_eq!(amounts[3..], [1.0, 3.0]);
        assert!(rows.row(1)[45].is_nan() && rows.labels() == [false, true]);
    }
}

//! What scikit-learn and SciPy say of a small table: `fixtures/make_peers.py` made the numbers.

use crate::Dataset;
use crate::calibrate::{Isotonic, Platt};
use crate::cluster::{DbscanParams, KMeansParams, Points, silhouette};
use crate::logistic::LogisticParams;
use crate::metrics::{average_precision, brier, kolmogorov_smirnov, log_loss, roc_auc};
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::svm::RbfSvmParams;

const TOLD: &str = include_str!("../fixtures/peers.txt");

/// The numbers after a name.
fn told(name: &str) -> Vec<f64> {
    let line = TOLD.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
    line.split(' ').map(|number| number.parse().unwrap()).collect()
}

fn labels() -> Vec<bool> {
    told("labels").into_iter().map(|label| label == 1.0).collect()
}

fn rows() -> Dataset {
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    Dataset::new(names, told("values").into_iter().map(nearest_f32).collect(), labels()).unwrap()
}

fn assert_close(found: &[f64], name: &str, within: f64) {
    let wanted = told(name);
    assert_eq!(found.len(), wanted.len(), "{name}");
    for (found, wanted) in found.iter().zip(&wanted) {
        assert!((found - wanted).abs() <= within, "{name}: {found}, but scikit-learn says {wanted}");
    }
}

#[test]
fn logistic_coefficients_are_scikit_learns() {
    // λ = 1 / C; of an elastic net, a half of it each.
    for (name, lambda_l1, lambda_l2) in
        [("logistic_l2", 0.0, 2.0), ("logistic_l1", 5.0, 0.0), ("logistic_elastic", 2.5, 2.5)]
    {
        let params = LogisticParams { lambda_l1, lambda_l2, ..LogisticParams::default() };
        let model = params.check().unwrap().fit(&rows()).unwrap();
        let columns = model.coefficients().iter().map(|column| column.coefficient);
        let found: Vec<f64> = [model.intercept()].into_iter().chain(columns).collect();
        assert_close(&found, name, 1e-6);
    }
}

#[test]
fn kernel_decisions_are_libsvms() {
    let params = RbfSvmParams { cost: 2.0, gamma: Some(0.4), tolerance: 1e-7, ..RbfSvmParams::default() };
    let (rows, valid) = (rows(), params.check().unwrap());
    let model = valid.fit_decision(&rows).unwrap();
    let found: Vec<f64> = (0..rows.rows()).map(|row| model.log_odds(rows.row(row))).collect();
    // libsvm's cache is single precision too.
    assert_close(&found, "svm_decisions", 1e-5);
}

#[test]
fn calibrations_are_scikit_learns() {
    let (scores, labels) = (told("scores"), labels());
    let steps = Isotonic::fit(&scores, &labels).unwrap();
    let asked = [-9.0, -2.05, -1.0, -0.33, 0.0, 0.47, 1.0, 2.22, 9.0];
    assert_close(&asked.map(|score| steps.apply(score)), "isotonic", 1e-9);
    let line = Platt::fit(&scores, &labels).unwrap();
    assert_close(&[line.slope, line.intercept], "platt", 1e-4);
}

#[test]
fn metrics_are_scikit_learns() {
    let (scores, labels) = (told("scores"), labels());
    let probabilities: Vec<f64> = scores.iter().map(|&score| probability_of(score)).collect();
    assert_close(&[roc_auc(&labels, &scores).unwrap()], "auc", 1e-10);
    assert_close(&[average_precision(&labels, &scores).unwrap()], "average_precision", 1e-10);
    assert_close(&[kolmogorov_smirnov(&labels, &scores).unwrap()], "ks", 1e-10);
    assert_close(&[brier(&labels, &probabilities).unwrap()], "brier", 1e-10);
    assert_close(&[log_loss(&labels, &probabilities).unwrap()], "log_loss", 1e-10);
}

/// Cluster numbers by first occurrence, as ours are; −1 is noise.
fn in_order(labels: &[f64]) -> Vec<Option<usize>> {
    let mut seen: Vec<f64> = Vec::new();
    let number = |&label: &f64| {
        if label < 0.0 {
            return None;
        }
        let known = seen.iter().position(|other| *other == label);
        Some(known.unwrap_or_else(|| {
            seen.push(label);
            seen.len() - 1
        }))
    };
    labels.iter().map(number).collect()
}

#[test]
fn clusters_are_scikit_learns() {
    let points = Points::new(2, told("points")).unwrap();
    let means = KMeansParams { clusters: 3, ..KMeansParams::default() }.check().unwrap().fit(&points).unwrap();
    let placed: Vec<Option<usize>> = means.cluster_of.iter().copied().map(Some).collect();
    assert_eq!(placed, in_order(&told("kmeans_labels")));
    assert_close(&[means.inertia], "kmeans_inertia", 1e-8);
    assert_close(&[silhouette(&points, &placed).unwrap()], "silhouette", 1e-10);
    let dense = DbscanParams { radius: 1.1, least_points: 4 }.check().unwrap().cluster(&points);
    assert_eq!(dense, in_order(&told("dbscan_labels")));
}

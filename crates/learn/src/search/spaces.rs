//! Which parameters of each estimator are worth trying, and where.

use super::Range;
use crate::boost::BoostParams;
use crate::category::CategoryBoostParams;
use crate::ensemble::{Combination, EnsembleParams};
use crate::estimator::{Estimator, ParamError};
use crate::forest::{DecisionTreeParams, ForestParams};
use crate::ftrl::FtrlParams;
use crate::logistic::LogisticParams;
use crate::nets::NetParams;
use crate::number::floor_index;
use crate::svm::{LinearSvmParams, RbfSvmParams};

type Make = Box<dyn Fn(&[f64]) -> Result<Box<dyn Estimator>, ParamError> + Sync>;

/// The parameters of one estimator that may be tried.
pub struct Space {
    name: &'static str,
    parameters: Vec<(&'static str, Range)>,
    make: Make,
}

impl Space {
    /// A space of the caller's own; `make` takes a value a parameter, in this order.
    pub fn new<E: Estimator + 'static>(
        name: &'static str,
        parameters: Vec<(&'static str, Range)>,
        make: impl Fn(&[f64]) -> Result<E, ParamError> + Sync + 'static,
    ) -> Self {
        Self { name, parameters, make: Box::new(move |values| Ok(Box::new(make(values)?))) }
    }

    /// The estimator's name in the registry.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Names and ranges, in the order of a trial's values.
    pub fn parameters(&self) -> &[(&'static str, Range)] {
        &self.parameters
    }

    /// The values at places of \[0, 1\], one a parameter.
    pub(super) fn values(&self, places: &[f64]) -> Vec<f64> {
        self.parameters.iter().zip(places).map(|((_, range), &place)| range.at(place)).collect()
    }

    /// The estimator with these values, one a parameter.
    ///
    /// # Errors
    /// [`ParamError`] for a value outside the estimator's own range.
    pub fn estimator(&self, values: &[f64]) -> Result<Box<dyn Estimator>, ParamError> {
        let given = values.len();
        ParamError::require(given == self.parameters.len(), "values", "must be one a parameter", given as f64)?;
        (self.make)(values)
    }
}

/// A space for every estimator of the registry, all else as in its defaults and with this seed.
pub fn spaces(seed: u64) -> Vec<Space> {
    let log = |low: f64, high: f64| Range::Logarithmic { low, high };
    let mut all = tree_spaces(seed);
    all.extend([
        Space::new("logistic", vec![("lambda_l2", log(1e-3, 1e4))], |at| {
            LogisticParams { lambda_l2: at[0], ..LogisticParams::default() }.check()
        }),
        Space::new("elastic_net", vec![("lambda_l1", log(1e-3, 1e3)), ("lambda_l2", log(1e-3, 1e3))], |at| {
            LogisticParams { lambda_l1: at[0], lambda_l2: at[1], ..LogisticParams::default() }.check()
        }),
        Space::new("linear_svm", vec![("cost", log(1e-4, 1e2))], move |at| {
            LinearSvmParams { cost: at[0], seed, ..LinearSvmParams::default() }.check()
        }),
        Space::new("rbf_svm", vec![("cost", log(1e-2, 1e3)), ("gamma", log(1e-4, 1e1))], move |at| {
            RbfSvmParams { cost: at[0], gamma: Some(at[1]), seed, ..RbfSvmParams::default() }.check()
        }),
        Space::new("ftrl", vec![("alpha", log(1e-3, 1.0)), ("lambda_l1", log(1e-4, 1e2))], |at| {
            FtrlParams { alpha: at[0], lambda_l1: at[1], ..FtrlParams::default() }.check()
        }),
        net_space("mlp", move || NetParams { seed, ..NetParams::mlp() }),
        net_space("lstm", move || NetParams { seed, ..NetParams::lstm() }),
        net_space("cnn", move || NetParams { seed, ..NetParams::cnn() }),
        Space::new("vote", vec![("share_of_trees", Range::Real { low: 0.0, high: 1.0 })], move |at| {
            ensemble(seed, Combination::Vote(vec![at[0], 1.0 - at[0]]))
        }),
        Space::new("stack", vec![("folds", Range::Whole { low: 3, high: 10 })], move |at| {
            ensemble(seed, Combination::Stack { folds: floor_index(at[0]), seed })
        }),
    ]);
    all
}

/// How hard a net is held back; its layers are the caller's choice.
fn net_space(name: &'static str, params: impl Fn() -> NetParams + Sync + 'static) -> Space {
    let parameters = vec![
        ("lambda_l2", Range::Logarithmic { low: 1e-6, high: 1e-1 }),
        ("dropout", Range::Real { low: 0.0, high: 0.5 }),
        ("epochs", Range::WholeLogarithmic { low: 10, high: 200 }),
    ];
    Space::new(name, parameters, move |at| {
        NetParams { lambda_l2: at[0], dropout: at[1], epochs: floor_index(at[2]), ..params() }.check()
    })
}

fn tree_spaces(seed: u64) -> Vec<Space> {
    let whole = |low: u32, high: u32| Range::WholeLogarithmic { low, high };
    let mut categories = boost_parameters();
    categories.push(("smoothing_rows", Range::Logarithmic { low: 1.0, high: 100.0 }));
    let depth = || ("max_depth", Range::Whole { low: 2, high: 16 });
    vec![
        Space::new("boost", boost_parameters(), move |at| boost(seed, at).check()),
        Space::new("category_boost", categories, move |at| {
            CategoryBoostParams { boost: boost(seed, at), smoothing_rows: at[7], ..CategoryBoostParams::default() }
                .check()
        }),
        Space::new("tree", vec![depth(), ("min_data_in_leaf", whole(1, 500))], |at| {
            let (max_depth, min_data_in_leaf) = (floor_index(at[0]), floor_index(at[1]));
            DecisionTreeParams { max_depth, min_data_in_leaf, ..DecisionTreeParams::default() }.check()
        }),
        Space::new("forest", vec![("trees", whole(50, 500)), depth(), ("min_data_in_leaf", whole(1, 50))], move |at| {
            let [trees, max_depth, min_data_in_leaf] = [0, 1, 2].map(|index| floor_index(at[index]));
            ForestParams { trees, max_depth, min_data_in_leaf, seed, ..ForestParams::default() }.check()
        }),
    ]
}

fn boost_parameters() -> Vec<(&'static str, Range)> {
    let share = Range::Real { low: 0.5, high: 1.0 };
    vec![
        ("trees", Range::WholeLogarithmic { low: 50, high: 1000 }),
        ("max_leaves", Range::WholeLogarithmic { low: 4, high: 127 }),
        ("learning_rate", Range::Logarithmic { low: 0.01, high: 0.3 }),
        ("lambda_l2", Range::Logarithmic { low: 1e-3, high: 100.0 }),
        ("min_data_in_leaf", Range::WholeLogarithmic { low: 5, high: 300 }),
        ("row_share", share.clone()),
        ("column_share", share),
    ]
}

fn boost(seed: u64, at: &[f64]) -> BoostParams {
    BoostParams {
        trees: floor_index(at[0]),
        max_leaves: floor_index(at[1]),
        learning_rate: at[2],
        lambda_l2: at[3],
        min_data_in_leaf: floor_index(at[4]),
        row_share: at[5],
        column_share: at[6],
        seed,
        ..BoostParams::default()
    }
}

fn ensemble(seed: u64, combination: Combination) -> Result<crate::ensemble::ValidEnsembleParams, ParamError> {
    let trees = BoostParams { seed, ..BoostParams::default() }.check()?;
    let line = LogisticParams::default().check()?;
    EnsembleParams { members: vec![Box::new(trees), Box::new(line)], combination }.check()
}

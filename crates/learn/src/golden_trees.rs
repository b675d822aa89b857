//! What LightGBM and scikit-learn say of a small table: `fixtures/make_trees.py` made the numbers.
//!
//! LightGBM's trees stand in the fixture as its model file has them, so that both explain the very same trees.

use std::collections::BTreeMap;

use crate::Dataset;
use crate::boost::BoostParams;
use crate::forest::DecisionTreeParams;
use crate::number::{index_u16, nearest_f32};
use crate::svm::LinearSvmParams;
use crate::trees::{TreeEnsemble, TreeNode};

const TOLD: &str = include_str!("../fixtures/trees.txt");

const COLUMNS: usize = 4;

fn numbers(line: &str) -> Vec<f64> {
    line.split(' ').map(|number| number.parse().unwrap()).collect()
}

/// The numbers after a name.
fn told(name: &str) -> Vec<f64> {
    numbers(TOLD.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap())
}

fn rows(name: &str) -> Dataset {
    let names = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    let labels = told("labels").into_iter().map(|label| label == 1.0).collect();
    Dataset::new(names, told(name).into_iter().map(nearest_f32).collect(), labels).unwrap()
}

fn weighted(name: &str) -> Dataset {
    rows(name).with_weights(told("weights").into_iter().map(nearest_f32).collect()).unwrap()
}

fn assert_close(found: &[f64], wanted: &[f64], within: f64) {
    assert_eq!(found.len(), wanted.len());
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= within, "{at}: {found}, but the peer says {wanted}");
    }
}

/// One tree of LightGBM's as its model file has it: splits and leaves in arrays of their own; a child below 0 is the
/// leaf of that number's complement.
struct Told(BTreeMap<&'static str, Vec<f64>>);

impl Told {
    fn all() -> Vec<Self> {
        let mut trees = Vec::new();
        for line in TOLD.lines().skip_while(|line| !line.starts_with("tree ")) {
            match line.split_once(' ').unwrap() {
                ("tree", _) => trees.push(Self(BTreeMap::new())),
                ("tree_probabilities", _) => break,
                (name, rest) => drop(trees.last_mut().unwrap().0.insert(name, numbers(rest))),
            }
        }
        trees
    }

    fn whole(&self, name: &str, at: usize) -> i64 {
        format!("{}", self.0[name][at]).parse().unwrap()
    }

    /// The nodes as ours, siblings side by side.
    fn nodes(&self) -> Vec<TreeNode> {
        let mut nodes = vec![TreeNode::Leaf { value: 0.0, cover: 1 }];
        let mut open = vec![(0, 0_i64)];
        while let Some((at, child)) = open.pop() {
            let Ok(split) = usize::try_from(child) else {
                let leaf = usize::try_from(!child).unwrap();
                let cover = u32::try_from(self.whole("leaf_count", leaf)).unwrap();
                nodes[at] = TreeNode::Leaf { value: self.0["leaf_value"][leaf], cover };
                continue;
            };
            let left = nodes.len();
            nodes[at] = self.split(split, left);
            nodes.extend([TreeNode::Leaf { value: 0.0, cover: 1 }; 2]);
            open.extend([(left, self.whole("left_child", split)), (left + 1, self.whole("right_child", split))]);
        }
        nodes
    }

    fn split(&self, at: usize, left: usize) -> TreeNode {
        /// Bits of LightGBM's `decision_type`: a missing value goes left; the column had any.
        const DEFAULT_LEFT: i64 = 2;
        const MISSING_IS_NAN: i64 = 8;
        let (threshold, kind) = (self.0["threshold"][at], self.whole("decision_type", at));
        // Without gaps in the fit, LightGBM takes a gap for 0.
        let missing_left = if kind & MISSING_IS_NAN != 0 { kind & DEFAULT_LEFT != 0 } else { 0.0 <= threshold };
        let nearest = nearest_f32(threshold);
        // The greatest single number that is not above it: rows of single numbers go the same ways.
        let threshold = if f64::from(nearest) > threshold { nearest.next_down() } else { nearest };
        let column = u16::try_from(self.whole("split_feature", at)).unwrap();
        TreeNode::Split { column, threshold, missing_left, left: index_u16(left) }
    }
}

#[test]
fn lightgbms_trees_score_and_explain_as_there() {
    let trees: Vec<Vec<TreeNode>> = Told::all().iter().map(Told::nodes).collect();
    assert_eq!(trees.len(), 8);
    // Its base rate stands in the leaves of the first tree.
    let trees = TreeEnsemble::new(COLUMNS, 0.0, &trees).unwrap();
    let rows = rows("gaps");
    let scores: Vec<f64> = (0..rows.rows()).map(|row| trees.log_odds(rows.row(row))).collect();
    assert_close(&scores, &told("boost_gaps"), 1e-12);
    let wanted = told("contributions");
    for (row, wanted) in wanted.chunks(COLUMNS + 1).enumerate() {
        let mut found = trees.shapley(rows.row(row));
        found.contributions.push(found.bias);
        assert_close(&found.contributions, wanted, 1e-9);
    }
}

#[test]
fn boosted_trees_are_lightgbms() {
    // Its gradients are single numbers.
    const WITHIN: f64 = 1e-5;
    for name in ["whole", "gaps"] {
        let rows = weighted(name);
        let params = BoostParams {
            trees: 8,
            max_leaves: 9,
            learning_rate: 0.2,
            lambda_l2: 0.0,
            min_data_in_leaf: 1,
            min_child_hessian: 2.0,
            ..BoostParams::default()
        };
        let model = params.check().unwrap().fit(&rows, None).unwrap();
        let found: Vec<f64> = (0..rows.rows()).map(|row| model.log_odds(rows.row(row))).collect();
        assert_close(&found, &told(&format!("boost_{name}")), WITHIN);
    }
}

#[test]
fn a_decision_tree_is_scikit_learns() {
    let rows = weighted("whole");
    let params = DecisionTreeParams { max_depth: 3, min_data_in_leaf: 10, ..DecisionTreeParams::default() };
    let model = crate::Model::Tree(params.check().unwrap().fit(&rows).unwrap());
    let found: Vec<f64> = (0..rows.rows()).map(|row| model.probability(rows.row(row))).collect();
    assert_close(&found, &told("tree_probabilities"), 1e-6);
}

#[test]
fn a_linear_machine_points_where_liblinears_does() {
    let params = LinearSvmParams { cost: 0.5, max_passes: 100_000, tolerance: 1e-10, ..LinearSvmParams::default() };
    let model = params.check().unwrap().fit(&rows("whole")).unwrap();
    // Platt's line scales the coefficients; where they point stays.
    let found: Vec<f64> = model.coefficients().iter().map(|column| column.coefficient).collect();
    let length = found.iter().map(|part| part * part).sum::<f64>().sqrt();
    let found: Vec<f64> = found.iter().map(|part| part / length).collect();
    assert_close(&found, &told("svm_direction"), 1e-4);
}

//! Scores, path contributions and Shapley values against brute force.

use super::*;
use crate::explain::Explanation;
use crate::random::Random;

fn leaf(value: f64, cover: u32) -> TreeNode {
    TreeNode::Leaf { value, cover }
}

fn split(column: u16, threshold: f32, missing_left: bool, left: u16) -> TreeNode {
    TreeNode::Split { column, threshold, missing_left, left }
}

/// A random tree of so many leaves; columns repeat on its paths.
fn random_tree(random: &mut Random, columns: usize, leaves: usize) -> Vec<TreeNode> {
    let mut tree = vec![leaf(0.0, 1)];
    let mut ends = vec![0];
    while ends.len() < leaves {
        let at = ends.swap_remove(random.below(ends.len()));
        let (column, left) = (index_u16(random.below(columns)), index_u16(tree.len()));
        let threshold = crate::number::nearest_f32(random.uniform());
        tree[at] = split(column, threshold, random.below(2) == 0, left);
        for child in [tree.len(), tree.len() + 1] {
            ends.push(child);
            tree.push(leaf(random.uniform() - 0.5, 1 + index_u32(random.below(20))));
        }
    }
    tree
}

fn random_row(random: &mut Random, columns: usize) -> Vec<f32> {
    let value = |random: &mut Random| match random.below(6) {
        0 => f32::NAN,
        _ => crate::number::nearest_f32(random.uniform()),
    };
    (0..columns).map(|_| value(random)).collect()
}

/// The score where only the columns in `known` are; each other split goes both ways by cover.
fn expectation(trees: &TreeEnsemble, row: &[f32], known: usize) -> f64 {
    let starts = trees.starts[..trees.trees()].iter();
    starts.fold(trees.bias, |sum, &start| sum + node_mean(trees, start as usize, 0, row, known))
}

fn node_mean(trees: &TreeEnsemble, start: usize, at: usize, row: &[f32], known: usize) -> f64 {
    let Some((left, side)) = trees.step(start, at, row) else { return trees.values[start + at] };
    if known >> trees.nodes[start + at].column() & 1 == 1 {
        return node_mean(trees, start, left + side, row, known);
    }
    let sides = [left, left + 1];
    let parts = sides.map(|child| trees.covers[start + child] / trees.covers[start + at]);
    let means = sides.map(|child| node_mean(trees, start, child, row, known));
    parts[0] * means[0] + parts[1] * means[1]
}

/// Shapley's formula over all subsets of the other columns, for what a set of known columns is
/// worth.
fn shapley_of_game(columns: usize, worth: impl Fn(usize) -> f64) -> Explanation {
    let factorial = |count: usize| (1..=count).map(|factor| factor as f64).product::<f64>();
    let contribution = |column: usize| -> f64 {
        let others = (0..1_usize << columns).filter(|set| set >> column & 1 == 0);
        others
            .map(|set| {
                let size = set.count_ones() as usize;
                let orders = factorial(size) * factorial(columns - size - 1);
                orders / factorial(columns) * (worth(set | 1 << column) - worth(set))
            })
            .sum()
    };
    Explanation { bias: worth(0), contributions: (0..columns).map(contribution).collect() }
}

fn shapley_by_subsets(trees: &TreeEnsemble, row: &[f32]) -> Explanation {
    shapley_of_game(trees.columns(), |known| expectation(trees, row, known))
}

/// The mean score where unknown columns have the values of background rows.
fn intervened(trees: &TreeEnsemble, row: &[f32], background: &[f32], known: usize) -> f64 {
    let rows = background.chunks_exact(trees.columns());
    let count = rows.len() as f64;
    let mixed = rows.map(|other| {
        let pick = |column: usize| if known >> column & 1 == 1 { row[column] } else { other[column] };
        trees.log_odds(&(0..trees.columns()).map(pick).collect::<Vec<_>>())
    });
    mixed.sum::<f64>() / count
}

fn assert_close(found: &Explanation, wanted: &Explanation) {
    assert!((found.bias - wanted.bias).abs() < 1e-12, "{found:?} {wanted:?}");
    for (found, wanted) in found.contributions.iter().zip(&wanted.contributions) {
        assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
    }
}

#[test]
fn the_examples_by_hand() {
    let tree = vec![split(0, 0.5, true, 1), leaf(1.0, 3), leaf(5.0, 1)];
    let trees = TreeEnsemble::new(1, 0.25, &[tree]).unwrap();
    assert_eq!(trees.log_odds(&[0.5]), 1.25);
    assert_eq!(trees.log_odds(&[0.75]), 5.25);
    assert_eq!(trees.log_odds(&[f32::NAN]), 1.25);
    let right = Explanation { bias: 2.25, contributions: vec![3.0] };
    assert_eq!(trees.path_contributions(&[0.75]), right);
    assert_close(&trees.shapley(&[0.75]), &right);
    assert_close(&trees.shapley_against(&[0.75], &[0.0, 0.1, 0.2, 0.9]).unwrap(), &right);
    assert_eq!(trees.split_gains(), [12.0]);
}

#[test]
fn a_path_contribution_is_the_change_of_the_mean() {
    // The right child's mean is (−2 + 1) / 2 = −0.5, the root's (2 · 0.8 + 2 · −0.5) / 4 = 0.15.
    let tree = vec![split(0, 0.0, true, 1), leaf(0.8, 2), split(1, 0.0, true, 3), leaf(-2.0, 1), leaf(1.0, 1)];
    let trees = TreeEnsemble::new(2, 0.0, &[tree]).unwrap();
    let found = trees.path_contributions(&[1.0, -1.0]);
    let wanted = Explanation { bias: 0.15, contributions: vec![-0.5 - 0.15, -2.0 + 0.5] };
    assert_close(&found, &wanted);
}

#[test]
fn shapley_values_equal_those_over_all_subsets() {
    for seed in 0..60 {
        let mut random = Random::stream(17, seed);
        let columns = 1 + random.below(5);
        let trees: Vec<_> = (0..3).map(|tree| random_tree(&mut random, columns, 4 * tree + 1)).collect();
        let trees = TreeEnsemble::new(columns, 0.3, &trees).unwrap();
        let row = random_row(&mut random, columns);
        assert_close(&trees.shapley(&row), &shapley_by_subsets(&trees, &row));
    }
}

/// Trees of all sizes share the plan's room, and rows share the plan.
#[test]
fn rows_explained_together_are_explained_as_each_alone() {
    let mut random = Random::stream(18, 0);
    let columns = 6;
    let trees: Vec<_> = (0..12).map(|tree| random_tree(&mut random, columns, 1 + (tree * 7) % 25)).collect();
    let trees = TreeEnsemble::new(columns, -0.2, &trees).unwrap();
    let rows: Vec<_> = (0..9).map(|_| random_row(&mut random, columns)).collect();
    let together = trees.shapley_rows(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let alone: Vec<_> = rows.iter().map(|row| trees.shapley(row)).collect();
    assert_eq!(together, alone);
    assert_eq!(trees.shapley_rows(&[]), []);
}

#[test]
fn values_against_a_background_equal_those_over_all_subsets() {
    for seed in 0..60 {
        let mut random = Random::stream(23, seed);
        let columns = 1 + random.below(5);
        let trees: Vec<_> = (0..3).map(|tree| random_tree(&mut random, columns, 6 * tree + 1)).collect();
        let trees = TreeEnsemble::new(columns, 0.3, &trees).unwrap();
        let row = random_row(&mut random, columns);
        let background: Vec<f32> = (0..4).flat_map(|_| random_row(&mut random, columns)).collect();
        let wanted = shapley_of_game(columns, |known| intervened(&trees, &row, &background, known));
        assert_close(&trees.shapley_against(&row, &background).unwrap(), &wanted);
        assert_eq!(trees.shapley_against(&row, &[]), None);
    }
}

/// One path that asks a new column at each step.
fn chain_nodes(columns: usize) -> Vec<TreeNode> {
    let mut tree = Vec::new();
    for column in 0..columns {
        tree.push(split(index_u16(column), 0.5, true, index_u16(tree.len() + 1)));
        tree.push(leaf(column as f64, 1 + index_u32(column % 3)));
    }
    // Each split's right child is the next split; the last one's is a leaf.
    tree.push(leaf(-1.0, 2));
    tree
}

fn chain(columns: usize) -> TreeEnsemble {
    TreeEnsemble::new(columns, 0.0, &[chain_nodes(columns)]).unwrap()
}

#[test]
fn long_paths_take_more_points() {
    let trees = chain(12);
    assert_eq!(trees.distinct_columns, [12]);
    let row: Vec<f32> = (0..12).map(|column| if column < 9 { 1.0 } else { 0.0 }).collect();
    assert_close(&trees.shapley(&row), &shapley_by_subsets(&trees, &row));
    for columns in [30, 64] {
        let trees = chain(columns);
        let row = vec![1.0; columns];
        let found = trees.shapley(&row);
        assert!((found.log_odds() - trees.log_odds(&row)).abs() < 1e-9);
    }
}

#[test]
fn lockstep_and_single_walks_agree() {
    let mut random = Random::new(4);
    // As many columns as each width of slots takes, and more than the stack does.
    for columns in [6, 32, 33, 256, 300] {
        let grown: Vec<_> = (0..21).map(|tree| random_tree(&mut random, columns, 1 + 3 * tree)).collect();
        let trees = TreeEnsemble::new(columns, -1.0, &grown).unwrap();
        for _ in 0..100 {
            let row = random_row(&mut random, columns);
            let wanted = grown.iter().fold(-1.0, |sum, tree| sum + value_of(tree, &row));
            assert!((trees.log_odds(&row) - wanted).abs() < 1e-13);
        }
    }
}

#[test]
fn each_broken_rule_is_named() {
    let error = |tree: Vec<TreeNode>| TreeEnsemble::new(2, 0.0, &[tree]).unwrap_err();
    let (a, b) = (leaf(1.0, 1), leaf(2.0, 1));
    assert_eq!(error(vec![]), ModelError::TreeMalformed);
    assert_eq!(error(vec![leaf(1.0, 0)]), ModelError::TreeMalformed);
    assert_eq!(error(vec![a, b]), ModelError::TreeMalformed);
    assert_eq!(error(vec![split(0, 0.0, true, 0), a, b]), ModelError::TreeMalformed);
    assert_eq!(error(vec![split(0, 0.0, true, 2), a, b]), ModelError::TreeMalformed);
    assert_eq!(error(vec![split(2, 0.0, true, 1), a, b]), ModelError::ColumnUnknown { column: 2 });
    assert_eq!(error(vec![split(0, f32::NAN, true, 1), a, b]), ModelError::ValueNotFinite);
    let deep = TreeShape::check(&chain_nodes(65), 65);
    assert_eq!(deep, Err(ModelError::TreeTooDeep { depth: 65 }));
    assert_eq!(error(vec![leaf(f64::INFINITY, 1)]), ModelError::ValueNotFinite);
    let none = TreeEnsemble::new(0, 0.0, &[]).unwrap_err();
    assert_eq!(none, ModelError::ColumnCountUnfit { columns: 0 });
}

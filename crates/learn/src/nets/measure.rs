//! The error of a net over rows, and its slope by each weight: where a fit spends its time.
//!
//! Rows are cut into tasks by their index alone, each with its own space and its own stream of
//! randomness, and the tasks' sums are added in order: the same bytes on any number of threads.

use rayon::prelude::*;

use super::inputs::Inputs;
use super::loss::Loss;
use super::network::{Between, Network};
use super::samples::Samples;
use super::scalar::Scalar;
use crate::number::floor_index;
use crate::random::Random;

/// Rows that go through the layers together, at most: their numbers stay in the cache.
const MOST_BLOCK_ROWS: usize = 128;

/// Tasks of one pass, at most: each has a slope of its own.
const MOST_TASKS: usize = 8;

/// Multiplications that a task is worth.
const LEAST_TASK_COST: usize = 200_000;

/// Rows as a net takes them.
#[derive(Debug, Clone)]
pub(super) struct Set<T> {
    inputs: Vec<T>,
    present: Vec<bool>,
    pub targets: Vec<f64>,
    /// A mean of 1.
    weights: Vec<f64>,
}

impl<T: Scalar> Set<T> {
    /// Reads these rows; a row counts its own weight times that of its class.
    pub(super) fn new(inputs: &Inputs, samples: &Samples, rows: &[usize], class_weights: &[f64]) -> Self {
        let (mut values, mut present) = (Vec::with_capacity(rows.len() * inputs.count()), Vec::new());
        rows.iter().for_each(|row| inputs.read(samples.row(*row), &mut values, &mut present));
        let all = samples.targets().numbers();
        let targets: Vec<f64> = rows.iter().map(|row| all[*row]).collect();
        let of_class = |target: f64| class_weights.get(floor_index(target)).copied().unwrap_or(1.0);
        let given = rows.iter().zip(&targets).map(|(row, target)| samples.weight(*row) * of_class(*target));
        let mut weights: Vec<f64> = given.collect();
        let mean = weights.iter().sum::<f64>() / rows.len() as f64;
        weights.iter_mut().for_each(|weight| *weight /= mean);
        Self { inputs: values, present, targets, weights }
    }

    pub(super) fn rows(&self) -> usize {
        self.targets.len()
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights[row]
    }

    /// Puts these rows where the net takes them.
    pub(super) fn gather(&self, rows: &[usize], between: &mut Between<T>) {
        let width = self.inputs.len() / self.rows();
        let steps = self.present.len() / self.rows();
        between.input.clear();
        between.present.clear();
        for row in rows {
            between.input.extend_from_slice(&self.inputs[row * width..(row + 1) * width]);
            between.present.extend_from_slice(&self.present[row * steps..(row + 1) * steps]);
        }
    }
}

/// Weighted sums over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub loss: f64,
    pub hits: f64,
    pub weight: f64,
}

impl Sums {
    pub(super) fn add(&mut self, other: Self) {
        self.loss += other.loss;
        self.hits += other.hits;
        self.weight += other.weight;
    }
}

/// What one task works in.
#[derive(Debug, Clone, Default)]
pub(super) struct Space<T> {
    between: Between<T>,
    of_output: Vec<T>,
    slope: Vec<T>,
    sums: Sums,
}

/// A net, its loss, and what training adds.
#[derive(Debug, Clone)]
pub(super) struct Meter<'a> {
    pub network: &'a Network,
    pub loss: Loss,
    /// The standard deviation of the noise on inputs while training.
    pub input_noise: f64,
    pub seed: u64,
}

impl Meter<'_> {
    /// The sums over these rows, and in `slope` that of their mean loss; `pass` numbers the pass,
    /// so that each has its own noise.
    pub(super) fn slope<T: Scalar>(
        &self,
        weights: &[T],
        set: &Set<T>,
        rows: &[usize],
        pass: usize,
        spaces: &mut Vec<Space<T>>,
        slope: &mut [T],
    ) -> Sums {
        let scale = 1.0 / rows.len() as f64;
        let work = |(task, (space, rows)): (usize, (&mut Space<T>, &[usize]))| {
            space.slope.clear();
            space.slope.resize(weights.len(), T::ZERO);
            space.sums = Sums::default();
            let mut random = Random::stream(self.seed ^ 0x006e_6f69_7365, pass * MOST_TASKS + task);
            for rows in rows.chunks(MOST_BLOCK_ROWS) {
                self.add_block(weights, set, rows, scale, &mut random, space);
            }
        };
        let rows_a_task = self.rows_a_task(rows.len());
        let tasks = rows.len().div_ceil(rows_a_task);
        if spaces.len() < tasks {
            spaces.resize(tasks, Space::default());
        }
        let cut: Vec<&[usize]> = rows.chunks(rows_a_task).collect();
        if tasks == 1 {
            spaces.iter_mut().zip(cut).enumerate().for_each(work);
        } else {
            spaces[..tasks].par_iter_mut().zip(cut).enumerate().for_each(work);
        }
        slope.fill(T::ZERO);
        let mut sums = Sums::default();
        for space in &spaces[..tasks] {
            sums.add(space.sums);
            slope.iter_mut().zip(&space.slope).for_each(|(sum, slope)| *sum += *slope);
        }
        sums
    }

    /// A task is worth its start, and there are at most [`MOST_TASKS`].
    fn rows_a_task(&self, rows: usize) -> usize {
        let worth = LEAST_TASK_COST.div_ceil(self.network.cost().max(1)).max(4);
        worth.max(rows.div_ceil(MOST_TASKS))
    }

    fn add_block<T: Scalar>(
        &self,
        weights: &[T],
        set: &Set<T>,
        rows: &[usize],
        scale: f64,
        random: &mut Random,
        space: &mut Space<T>,
    ) {
        set.gather(rows, &mut space.between);
        if self.input_noise > 0.0 {
            for input in &mut space.between.input {
                *input += T::of(self.input_noise * random.normal());
            }
        }
        self.network.forward(weights, &mut space.between, Some(random));
        let outputs = self.network.outputs();
        space.of_output.clear();
        space.of_output.resize(rows.len() * outputs, T::ZERO);
        let rows = rows.iter().zip(space.between.output().chunks_exact(outputs));
        for ((row, output), slope) in rows.zip(space.of_output.chunks_exact_mut(outputs)) {
            let weight = set.weight(*row);
            let cost = self.loss.cost(output, set.targets[*row], weight * scale, slope);
            let hits = weight * f64::from(u8::from(cost.hit));
            space.sums.add(Sums { loss: weight * cost.loss, hits, weight });
        }
        let Space { between, of_output, slope, .. } = space;
        self.network.backward(weights, between, of_output, slope, false);
    }

    /// The sums over all rows of a set, without noise and without slopes.
    pub(super) fn sums<T: Scalar>(&self, weights: &[T], set: &Set<T>) -> Sums {
        let rows: Vec<usize> = (0..set.rows()).collect();
        let tasks = rows.par_chunks(MOST_BLOCK_ROWS).map(|rows| {
            let (mut between, mut sums) = (Between::default(), Sums::default());
            set.gather(rows, &mut between);
            self.network.forward(weights, &mut between, None);
            let outputs = self.network.outputs();
            let mut unused = vec![T::ZERO; outputs];
            for (row, output) in rows.iter().zip(between.output().chunks_exact(outputs)) {
                let (weight, target) = (set.weight(*row), set.targets[*row]);
                let cost = self.loss.cost(output, target, weight, &mut unused);
                sums.add(Sums { loss: weight * cost.loss, hits: weight * f64::from(u8::from(cost.hit)), weight });
            }
            sums
        });
        let tasks: Vec<Sums> = tasks.collect();
        let mut all = Sums::default();
        tasks.into_iter().for_each(|sums| all.add(sums));
        all
    }
}

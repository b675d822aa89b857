//! k-means: centres that are the means of their own points.
//!
//! (Lloyd, "Least squares quantization in PCM", 1982; starts by k-means++, Arthur and Vassilvitskii, 2007: each next
//! centre is a point drawn with a chance proportional to its squared distance from the nearest centre so far.)

use rayon::prelude::*;

use super::ClusterError;
use super::points::{Points, squared_distance};
use crate::estimator::ParamError;
use crate::random::Random;

/// Points that one task assigns; fixed, and sums are added in order.
const POINTS_A_TASK: usize = 1024;

/// Parameters as given; [`KMeansParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansParams {
    /// The number of centres; at least 1.
    pub clusters: usize,
    /// Starts, of which the best result stands; at least 1.
    pub starts: usize,
    /// The most rounds of one start; at least 1.
    pub max_rounds: usize,
    /// What starts are drawn by.
    pub seed: u64,
}

impl Default for KMeansParams {
    fn default() -> Self {
        Self { clusters: 8, starts: 10, max_rounds: 300, seed: 0 }
    }
}

impl KMeansParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidKMeansParams, ParamError> {
        for (parameter, given) in
            [("clusters", self.clusters), ("starts", self.starts), ("max_rounds", self.max_rounds)]
        {
            ParamError::require(given >= 1, parameter, "must be 1 or above", given as f64)?;
        }
        Ok(ValidKMeansParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidKMeansParams(KMeansParams);

/// Fitted centres.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    columns: usize,
    centres: Vec<f64>,
    /// The sum of squared distances of the fit points to their centres.
    pub inertia: f64,
    /// The cluster of each fit point, from 0; in the order in which they first occur.
    pub cluster_of: Vec<usize>,
}

impl KMeans {
    /// The number of centres.
    pub fn clusters(&self) -> usize {
        self.centres.len() / self.columns
    }

    /// One centre. Panics past the last.
    pub fn centre(&self, cluster: usize) -> &[f64] {
        &self.centres[cluster * self.columns..(cluster + 1) * self.columns]
    }

    /// The cluster of the nearest centre, the first of equal ones, and the squared distance to it. Panics if `point`
    /// is shorter than the columns.
    pub fn nearest(&self, point: &[f64]) -> (usize, f64) {
        nearest(&self.centres, self.columns, &point[..self.columns])
    }
}

impl ValidKMeansParams {
    /// The checked values.
    pub fn get(&self) -> &KMeansParams {
        &self.0
    }

    /// Fits the centres. There may be fewer where fewer points are distinct.
    ///
    /// # Errors
    /// [`ClusterError::TooFewPoints`].
    pub fn fit(&self, points: &Points) -> Result<KMeans, ClusterError> {
        let KMeansParams { clusters, starts, max_rounds, seed } = *self.get();
        if points.count() < clusters {
            return Err(ClusterError::TooFewPoints { points: points.count(), clusters });
        }
        let tries = (0..starts).map(|start| {
            let centres = first_centres(points, clusters, &mut Random::stream(seed, start));
            descend(points, centres, max_rounds)
        });
        let best = tries.reduce(|best, next| if next.inertia < best.inertia { next } else { best });
        best.as_ref().map(in_order_of_occurrence).ok_or(ClusterError::NoPoints)
    }
}

fn nearest(centres: &[f64], columns: usize, point: &[f64]) -> (usize, f64) {
    let distances = centres.chunks_exact(columns).map(|centre| squared_distance(centre, point));
    let first = |best: (usize, f64), next: (usize, f64)| if next.1 < best.1 { next } else { best };
    distances.enumerate().reduce(first).unwrap_or((0, f64::INFINITY))
}

fn first_centres(points: &Points, clusters: usize, random: &mut Random) -> Vec<f64> {
    let mut centres = points.point(random.below(points.count())).to_vec();
    let mut distances = vec![f64::INFINITY; points.count()];
    while centres.len() < clusters * points.columns() {
        let newest = &centres[centres.len() - points.columns()..];
        let pairs = distances.iter_mut().zip(points.all());
        pairs.for_each(|(distance, point)| *distance = distance.min(squared_distance(newest, point)));
        let sum: f64 = distances.iter().sum();
        if sum <= 0.0 {
            break;
        }
        let mut left = random.uniform() * sum;
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0 && *distance > 0.0
        });
        // Rounding may leave a rest past the last point: then the farthest stands in.
        let farthest = || (0..distances.len()).max_by(|&a, &b| distances[a].total_cmp(&distances[b]));
        centres.extend_from_slice(points.point(drawn.or_else(farthest).unwrap_or(0)));
    }
    centres
}

fn descend(points: &Points, mut centres: Vec<f64>, max_rounds: usize) -> KMeans {
    let columns = points.columns();
    let mut assigned = assign(points, &centres);
    for _ in 0..max_rounds {
        centres = means(points, &assigned, &centres);
        let next = assign(points, &centres);
        let moved = next.iter().zip(&assigned).any(|(a, b)| a.0 != b.0);
        assigned = next;
        if !moved {
            break;
        }
    }
    let inertia = assigned.iter().map(|point| point.1).sum();
    KMeans { columns, centres, inertia, cluster_of: assigned.into_iter().map(|point| point.0).collect() }
}

fn assign(points: &Points, centres: &[f64]) -> Vec<(usize, f64)> {
    let indices = (0..points.count()).into_par_iter().with_min_len(POINTS_A_TASK);
    indices.map(|index| nearest(centres, points.columns(), points.point(index))).collect()
}

/// The means of the assigned points, added in order; a centre without points moves to the point that is farthest from
/// its own.
fn means(points: &Points, assigned: &[(usize, f64)], before: &[f64]) -> Vec<f64> {
    let columns = points.columns();
    let (mut sums, mut counts) = (vec![0.0; before.len()], vec![0.0; before.len() / columns]);
    for (point, (cluster, _)) in points.all().zip(assigned) {
        counts[*cluster] += 1.0;
        let sum = &mut sums[cluster * columns..(cluster + 1) * columns];
        sum.iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
    }
    let mut far: Vec<usize> = (0..assigned.len()).collect();
    if counts.contains(&0.0) {
        far.sort_by(|&a, &b| assigned[a].1.total_cmp(&assigned[b].1));
    }
    for (cluster, count) in counts.iter().enumerate() {
        let sum = &mut sums[cluster * columns..(cluster + 1) * columns];
        if *count > 0.0 {
            sum.iter_mut().for_each(|value| *value /= count);
        } else if let Some(farthest) = far.pop() {
            sum.copy_from_slice(points.point(farthest));
        }
    }
    sums
}

/// Clusters numbered as they first occur, so that equal groupings have equal numbers; centres without a point go.
fn in_order_of_occurrence(found: &KMeans) -> KMeans {
    let mut number = vec![None; found.clusters()];
    let mut order = Vec::new();
    for &cluster in &found.cluster_of {
        if number[cluster].is_none() {
            number[cluster] = Some(order.len());
            order.push(cluster);
        }
    }
    let centres = order.iter().flat_map(|&cluster| found.centre(cluster).to_vec()).collect();
    let cluster_of = found.cluster_of.iter().filter_map(|&cluster| number[cluster]).collect();
    KMeans { columns: found.columns, centres, inertia: found.inertia, cluster_of }
}

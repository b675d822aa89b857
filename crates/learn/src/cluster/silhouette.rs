//! How well groups stand apart.

use rayon::prelude::*;

use super::ClusterError;
use super::points::{Points, squared_distance};

/// The mean silhouette, in \[−1, 1\] (Rousseeuw, 1987): of each point (b − a) / max(a, b), a being its mean distance to
/// the others of its cluster and b the least mean distance to another cluster; 0 for a point that is alone. Points
/// without a cluster are left out. Its cost grows with the square of the points.
///
/// ```
/// use learn::cluster::{Points, silhouette};
/// // 0 and 1 against 10: (10 − 1)/10 and (9 − 1)/9, and 0 for the lone one.
/// let points = Points::new(1, vec![0.0, 1.0, 10.0])?;
/// let value = silhouette(&points, &[Some(0), Some(0), Some(1)])?;
/// assert!((value - (0.9 + 8.0 / 9.0) / 3.0).abs() < 1e-12);
/// # Ok::<(), learn::cluster::ClusterError>(())
/// ```
///
/// # Errors
/// [`ClusterError::LengthsDiffer`] or [`ClusterError::OneClusterOnly`].
pub fn silhouette(points: &Points, cluster_of: &[Option<usize>]) -> Result<f64, ClusterError> {
    if cluster_of.len() != points.count() {
        return Err(ClusterError::LengthsDiffer { points: points.count(), clusters: cluster_of.len() });
    }
    let placed: Vec<(usize, usize)> =
        cluster_of.iter().enumerate().filter_map(|(point, cluster)| Some((point, (*cluster)?))).collect();
    let mut names: Vec<usize> = placed.iter().map(|point| point.1).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return Err(ClusterError::OneClusterOnly);
    }
    let values: Vec<f64> =
        placed.par_iter().map(|&(point, cluster)| of(points, &placed, &names, point, cluster)).collect();
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}

fn of(points: &Points, placed: &[(usize, usize)], names: &[usize], point: usize, cluster: usize) -> f64 {
    let (mut sums, mut counts) = (vec![0.0; names.len()], vec![0.0; names.len()]);
    for &(other, name) in placed.iter().filter(|other| other.0 != point) {
        let at = names.partition_point(|earlier| *earlier < name);
        sums[at] += squared_distance(points.point(point), points.point(other)).sqrt();
        counts[at] += 1.0;
    }
    let own = names.partition_point(|earlier| *earlier < cluster);
    if counts[own] == 0.0 {
        return 0.0;
    }
    let mean = |at: usize| sums[at] / counts[at];
    let next = (0..names.len()).filter(|&at| at != own).map(mean).fold(f64::INFINITY, f64::min);
    let widest = mean(own).max(next);
    if widest > 0.0 { (next - mean(own)) / widest } else { 0.0 }
}

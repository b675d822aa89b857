//! DBSCAN: clusters of any shape, and the points that belong to none.
//!
//! (Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters", 1996.) A point with at least
//! `least_points` within `radius`, itself among them, is a core; cores within the radius of each other are one cluster,
//! and other points within the radius of a core belong to the first such cluster. What is left is noise.

use rayon::prelude::*;

use super::kd_tree::KdTree;
use super::points::Points;
use crate::estimator::ParamError;

/// Parameters as given; [`DbscanParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct DbscanParams {
    /// How far neighbours are; above 0.
    pub radius: f64,
    /// How many neighbours, itself among them, make a point a core; at least 1.
    pub least_points: usize,
}

impl DbscanParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidDbscanParams, ParamError> {
        let holds = self.radius.is_finite() && self.radius > 0.0;
        ParamError::require(holds, "radius", "must be above 0", self.radius)?;
        let least = self.least_points as f64;
        ParamError::require(self.least_points >= 1, "least_points", "must be 1 or above", least)?;
        Ok(ValidDbscanParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidDbscanParams(DbscanParams);

impl ValidDbscanParams {
    /// The checked values.
    pub fn get(&self) -> &DbscanParams {
        &self.0
    }

    /// The cluster of each point, from 0 in the order of their first cores; `None` for noise. Neighbours are held for
    /// all points, so a radius that takes most of them in needs memory of their square.
    pub fn cluster(&self, points: &Points) -> Vec<Option<usize>> {
        let tree = KdTree::new(points);
        let indices = (0..points.count()).into_par_iter();
        let near: Vec<Vec<usize>> = indices.map(|index| tree.within(points.point(index), self.get().radius)).collect();
        let is_core = |index: usize| near[index].len() >= self.get().least_points;
        let (mut cluster_of, mut clusters) = (vec![None; points.count()], 0);
        for first in 0..points.count() {
            if cluster_of[first].is_some() || !is_core(first) {
                continue;
            }
            cluster_of[first] = Some(clusters);
            let mut open = vec![first];
            while let Some(core) = open.pop() {
                for &neighbour in &near[core] {
                    if cluster_of[neighbour].is_none() {
                        cluster_of[neighbour] = Some(clusters);
                        open.extend(is_core(neighbour).then_some(neighbour));
                    }
                }
            }
            clusters += 1;
        }
        cluster_of
    }
}

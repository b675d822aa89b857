//! Groups of rows that are alike, without labels: k-means, DBSCAN, and how well groups stand apart.
//!
//! All work on points: rows of `f64` without gaps. [`Points::standardised`] makes them of a table (a missing value
//! counts as the mean), [`Points::new`] takes numbers as they are. Distances are Euclidean.
//!
//! Promises: one seed gives one answer, on any number of threads.

mod dbscan;
mod kd_tree;
mod kmeans;
mod points;
mod silhouette;
#[cfg(test)]
mod tests;

use std::fmt;

pub use dbscan::{DbscanParams, ValidDbscanParams};
pub use kmeans::{KMeans, KMeansParams, ValidKMeansParams};
pub use points::Points;
pub use silhouette::silhouette;

/// Why points could not be grouped or a grouping not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum ClusterError {
    NoPoints,
    ValueCountDiffers { columns: usize, values: usize },
    ValueNotFinite { point: usize },
    TooFewPoints { points: usize, clusters: usize },
    LengthsDiffer { points: usize, clusters: usize },
    OneClusterOnly,
}

impl fmt::Display for ClusterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPoints => write!(out, "there are no points"),
            Self::ValueCountDiffers { columns, values } => {
                write!(out, "{values} values don't fill points of {columns} columns")
            }
            Self::ValueNotFinite { point } => write!(out, "point {point} holds a number that is not finite"),
            Self::TooFewPoints { points, clusters } => write!(out, "{points} points can't form {clusters} clusters"),
            Self::LengthsDiffer { points, clusters } => {
                write!(out, "there are {points} points, but {clusters} of them have a cluster or none")
            }
            Self::OneClusterOnly => write!(out, "all points are of one cluster; at least two are needed"),
        }
    }
}

impl std::error::Error for ClusterError {}

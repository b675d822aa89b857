//! What all trees on histograms share: columns as bins, sums over bins, the best split of a node.

mod bins;
mod block;
mod rows;
mod search;
mod sums;

pub(crate) use bins::Binned;
pub(crate) use block::{BlockHistogram, CODES};
pub(crate) use rows::NodeRows;
pub(crate) use search::{Candidate, Criterion, Least, Search};
pub(crate) use sums::{Cell, MOST_ROWS, Scale, Sums};

//! Whether what comes is still like what was fitted on: the population stability index, and adaptive windowing.

mod adwin;
mod psi;

pub use adwin::Adwin;
pub use psi::{PSI_MOVED, psi};

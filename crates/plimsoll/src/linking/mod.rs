//! Records of any table, linked: labelled pairs as the published sets have them, and people's own files.

mod labelled;
mod tables;

pub use labelled::{LabelledPairs, Part};
pub use tables::{Prepared, UserTable};

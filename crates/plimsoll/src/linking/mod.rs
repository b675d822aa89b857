//! Records of any table, linked: labelled pairs as the published sets have them, people's own files, and what people
//! say of pairs that a model is not sure of.

pub mod entities;
mod figures;
mod labelled;
pub mod review;
mod tables;

pub use figures::{Calibrated, ChanceFigures, PairFigures};
pub use labelled::{LabelledPairs, Part};
pub(crate) use tables::plain as plain_name;
pub use tables::{Prepared, UserTable};

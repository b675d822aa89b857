//! Records of any table, linked: labelled pairs as the published sets have them, and people's own files.

pub mod entities;
mod labelled;
mod tables;

pub use labelled::{LabelledPairs, Part};
pub(crate) use tables::plain as plain_name;
pub use tables::{Prepared, UserTable};

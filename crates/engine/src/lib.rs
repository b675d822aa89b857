//! The verbs: what is done with records, one folder a stage. Start reading at [`advance`].
//!
//! Promises: pure functions of their arguments. No clock, no file, no network, no ambient randomness, no iteration over
//! hash maps; every event carries its own `now`. No stage imports another: only `pipeline.rs` names them all.

pub mod alerts;
pub mod assess;
pub mod decide;
pub mod document;
pub mod link;
pub mod live;
pub mod normalise;
pub mod norms;
pub mod observe;
mod pack;
mod pipeline;
pub mod post;
pub mod rates;
pub mod readings;
pub mod reconcile;
pub mod renewal;
pub mod score;
pub mod snapshot;
pub mod statements;
pub mod sums;
pub mod training;

pub use pipeline::{
    Keys, Loaded, Parts, Settings, Working, advance, advance_attempts, advance_in_parts, advance_watched,
    bears_on_books, needs,
};

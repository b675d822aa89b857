//! Risk: live scores of transactions, buyers and the business.
//!
//! Charge: a sale is live until its label matures, or the event comes and is a fact. While it lives it has a probability (that a credit note of the same
//! buyer follows within the horizon), reasons, and money at risk. Limits: a score uses what was known before the sale
//! and the installed model; guests, and buyers with too few matured sales of their own, are scored by the cold-start
//! rules, and so is everybody while no model is installed.
//!
//! Money at risk adds, to the minor unit: a buyer's is the sum of its live sales, the business's the sum of its buyers.
//! A buyer is as likely to bring a credit note as its riskiest live sale, whose reasons it shows; the business has the
//! mean of its live sales, weighted by exposure.
//!
//! A sale whose payment its buyer's bank took back is at stake until the dispute is won or its time is over, whatever its
//! age: it moves its buyer and the business in the same turn (`disputes.rs`).
//!
//! Compliance and system risk are scored by rules that people set (`compliance/`, `system.rs`).
//!
//! Example: exposure £100.00, probability .30, loss given the event 20 %: money at risk £6.00.

mod aggregate;
mod assessment;
mod attempt;
pub mod compliance;
mod disputes;
mod judged;
mod live;
mod scale;
mod system;
#[cfg(test)]
mod tests;

pub use assessment::{Assessment, LINEAR_PREFIX};
pub use attempt::{LiveModel, LiveModels, assess_attempt};
pub use live::{Columns, LiveSale, Scorer};
pub use scale::{level, log_odds, points, probability};
pub use system::Systems;

/// The model that decides, and what it costs when the event comes.
#[derive(Clone, Debug)]
pub struct Installed {
    /// SHA-256 of its file.
    pub digest: domain::Digest,
    /// The model.
    pub model: std::sync::Arc<learn::ModelFile>,
    /// What its columns are called in reasons.
    pub names: Vec<&'static str>,
    /// Loss given the event, in hundredths of a percent of the exposure.
    pub loss_given_event_bps: u32,
}

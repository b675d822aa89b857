//! The shop's own normal: what `observe` knows of it, and `score` falls back on.

/// The shop's own normal at an instant, for subjects that have too little history of their own.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Norms {
    /// Sales whose label has matured.
    pub matured_sales: u64,
    /// Share of them with the event, pulled toward .25 by the weight of 20 sales.
    pub event_rate: f64,
    /// The same among sales of buyers that had too few of their own.
    pub young_event_rate: f64,
    /// Standard deviations of ln(amount) above the shop's mean.
    pub value_deviations: f64,
    /// Matured sales of this buyer's own.
    pub own_matured_sales: u32,
}

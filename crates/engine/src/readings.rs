//! What `observe` reads of money and systems beside fraud, and `score` judges.

/// Amounts of one subject just under a threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Structured {
    /// How many within the rule's days, the one that comes among them.
    pub count: u32,
}

/// An amount that returned to where it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundTrip {
    /// The earlier movement, as it is called.
    pub earlier: domain::RecordId,
    /// Seconds between the two.
    pub seconds: i64,
}

/// How attempts to pay went lately, and before that.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Health {
    /// Lately.
    pub recent: Attempts,
    /// In the days before.
    pub usual: Attempts,
}

/// Attempts to pay, added up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Attempts {
    /// How many.
    pub count: u64,
    /// Of them, those that failed for a technical reason.
    pub failed: u64,
    /// Of them, those that were declined.
    pub declined: u64,
    /// Money of those that failed, minor units of the reporting currency.
    pub failed_minor: i64,
    /// Those that say how long their answer took.
    pub timed: u64,
    /// How long, in all.
    pub latency_ms: u64,
    /// The squares of that, in all.
    pub latency_squares: u128,
}

impl Attempts {
    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            failed: self.failed + other.failed,
            declined: self.declined + other.declined,
            failed_minor: self.failed_minor.saturating_add(other.failed_minor),
            timed: self.timed + other.timed,
            latency_ms: self.latency_ms + other.latency_ms,
            latency_squares: self.latency_squares + other.latency_squares,
        }
    }
}

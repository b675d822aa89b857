//! What a business watches for beside fraud: names and goods that it must not deal with, money that is cut small or goes
//! in circles, and its own systems.

use crate::Token;

/// What an entry of a screening list names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Screened {
    /// A person.
    Person,
    /// A company, a ship, an authority.
    Organisation,
    /// Goods that may not be sold, or not to everybody.
    Goods,
}

impl Screened {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Person, Self::Organisation, Self::Goods];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Goods => "goods",
        }
    }
}

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScreeningEntry {
    /// As the list's maker calls it.
    pub id: String,
    /// What it names.
    pub kind: Screened,
    /// The name.
    pub name: String,
    /// Other names of the same.
    pub aliases: Vec<String>,
    /// Why it is listed; may be empty.
    pub reason: String,
}

/// A list that the business loads: sanctions, its own black list, restricted goods. Another load under the same name
/// takes its place; an empty one takes it away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScreeningList {
    /// What the business calls it.
    pub name: String,
    /// Its entries.
    pub entries: Vec<ScreeningEntry>,
}

/// Somebody's name is like one of a list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ScreeningHit {
    /// Who, as a token.
    pub token: Token,
    /// On which list.
    pub list: String,
    /// Which entry.
    pub entry: String,
    /// The entry's name that is like it.
    pub name: String,
    /// How alike, in hundredths of a percent; 10,000 = the same.
    pub similarity_bps: u32,
}

/// People were held against the lists that stand: what was found of each replaces what was found before.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Screening {
    /// Who was compared.
    pub people: Vec<Token>,
    /// What was found.
    pub hits: Vec<ScreeningHit>,
}

/// Many amounts just under a threshold: money that is cut small so as not to be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StructuringRule {
    /// From here on an amount is reported, in minor units of the reporting currency.
    pub threshold_minor: i64,
    /// An amount of at least this share of the threshold is just under it, in hundredths of a percent.
    pub near_bps: u32,
    /// So many of them are a finding.
    pub count: u32,
    /// Within so many days.
    pub days: u32,
}

/// Money that returns to where it came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoundTripRule {
    /// Smaller amounts are not looked at, in minor units of the reporting currency.
    pub least_minor: i64,
    /// The two amounts differ by at most this, in hundredths of a percent of the first.
    pub tolerance_bps: u32,
    /// Within so many days.
    pub days: u32,
}

/// When the systems are failing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SystemRule {
    /// Failed attempts to pay, in hundredths of a percent of all, that are a breach by themselves.
    pub failure_rate_bps: u32,
    /// Declined attempts, likewise.
    pub decline_rate_bps: u32,
    /// A mean latency that is a breach by itself, in milliseconds.
    pub latency_ms: u32,
    /// So many deviations above the business's own normal are a breach.
    pub deviations: u32,
    /// Fewer attempts than this within the window tell nothing.
    pub least_attempts: u32,
}

impl Default for SystemRule {
    fn default() -> Self {
        Self { failure_rate_bps: 500, decline_rate_bps: 3_000, latency_ms: 2_000, deviations: 4, least_attempts: 20 }
    }
}

/// All of it. What is none is not watched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WatchRules {
    /// See [`StructuringRule`].
    pub structuring: Option<StructuringRule>,
    /// See [`RoundTripRule`].
    pub round_trips: Option<RoundTripRule>,
    /// See [`SystemRule`].
    pub system: SystemRule,
}

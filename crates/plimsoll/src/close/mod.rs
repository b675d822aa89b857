//! Closing a month: what speaks against it, one check after another.
//!
//! A check `blocks`, or is only told (`note`), or is `ok`. The books are closed by whole months, all up to one: what belongs
//! to a closed month and comes later stands in the first open one, and says where it belongs.

mod checks;
mod split;

pub use split::{PayoutPart, split_payouts};

use crate::clearing::{Roll, rolls};
use crate::period::Period;
use crate::view::{MoneyView, Reporting};
use domain::Policy;
use serde::Serialize;
use store::{Reader, StoreError};

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the header says what each is")]
pub enum Verdict {
    Ok,
    Note,
    Blocks,
}

impl Verdict {
    /// In lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Blocks => "blocks",
        }
    }
}

/// One check.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Check {
    /// What is checked.
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// How many things were found.
    pub count: usize,
    /// What was found, in a sentence.
    pub says: String,
    /// The first of them, by money.
    pub first: Vec<String>,
    /// The command that shows them all; empty where there is none.
    pub see: String,
}

/// All checks of a month.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Checklist {
    /// `2011-06`.
    pub month: String,
    /// The last day that is closed already; none where no month is.
    pub locked_through: Option<String>,
    /// In the order in which they are worked off.
    pub checks: Vec<Check>,
    /// Payouts whose parts stand in this month and the next.
    pub split_payouts: Vec<PayoutPart>,
    /// How many checks block.
    pub blocking: usize,
}

/// What every check is given.
struct Month<'a> {
    reader: &'a Reader,
    reporting: Reporting<'a>,
    policy: Policy,
    period: Period,
    rolls: Vec<Roll>,
}

/// Walks the checks of a month.
///
/// # Errors
/// When the books cannot be read.
pub fn checklist(reader: &Reader, period: Period) -> Result<Checklist, StoreError> {
    let month = Month {
        reader,
        reporting: Reporting::of(reader)?,
        policy: reader.policy()?.unwrap_or_default(),
        period,
        rolls: rolls(reader, period.start(), period.end())?,
    };
    let split_payouts = split_payouts(reader, period)?;
    let mut checks = Vec::new();
    for check in checks::ALL {
        checks.push(check(&month)?);
    }
    checks.push(checks::payouts_over_the_end(&split_payouts));
    let blocking = checks.iter().filter(|check| check.verdict == Verdict::Blocks).count();
    let locked_through = reader.locked_through()?.map(|day| day.to_string());
    Ok(Checklist { month: period.to_string(), locked_through, checks, split_payouts, blocking })
}

impl Month<'_> {
    /// The least amount that matters.
    fn materiality(&self) -> MoneyView {
        MoneyView::new(i128::from(self.policy.materiality_minor), self.policy.reporting_currency)
    }
}

//! Where an exception stands with people, as it is shown.

use super::MoneyView;
use domain::{Exception, Handling};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::WorkRow;

/// Where an exception stands with people.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct HandlingView {
    /// `open`, `resolved`, `waits for a second person`, `suppressed`, or `changed since`: decided when another sum was at
    /// risk, or suppressed up to a day that is past.
    pub state: &'static str,
    /// Who is to look at it; empty = nobody.
    pub owner: String,
    /// Who decided; empty = nobody.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Up to the end of this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Who else agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// `at, by: text`, the oldest first.
    pub notes: Vec<String>,
}

impl HandlingView {
    /// How an exception stands at `now`.
    pub fn new(exception: &Exception, handling: &Handling, now: Timestamp) -> Self {
        let notes = handling.notes.iter().map(|note| format!("{}, {}: {}", note.at, note.by, note.text)).collect();
        let open = Self { state: "open", owner: handling.owner.clone(), notes, ..Self::default() };
        let Some(decided) = &handling.decided else { return open };
        let today = now.to_zoned(TimeZone::UTC).date();
        let past = decided.until.is_some_and(|until| until < today);
        let state = match () {
            () if past || decided.money_at_risk != exception.money_at_risk => "changed since",
            () if decided.waits() => "waits for a second person",
            () if decided.until.is_some() => "suppressed",
            () => "resolved",
        };
        Self {
            state,
            by: decided.by.clone(),
            reason: decided.reason.clone(),
            until: decided.until.map(|day| day.to_string()),
            second: decided.second.clone(),
            ..open
        }
    }

    /// Whether nobody needs to look at it.
    pub fn is_handled(&self) -> bool {
        matches!(self.state, "resolved" | "suppressed")
    }
}

/// Something that somebody did about exceptions.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WorkView {
    /// By which it is undone.
    pub number: u64,
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// `assigned`, `noted`, `resolved`, `approved`, `suppressed`, `reopened` or `undone`.
    pub what: &'static str,
    /// Owner, note or reason; of an undo the number.
    pub words: String,
    /// About how many.
    pub count: usize,
    /// About these, with what each put at risk then.
    pub exceptions: Vec<String>,
    /// Another took it back.
    pub undone: bool,
}

impl From<&WorkRow> for WorkView {
    fn from(row: &WorkRow) -> Self {
        let words = match row.work.what {
            domain::WorkKind::Undone { work } => work.to_string(),
            ref what => what.words().to_owned(),
        };
        let about = |worked: &domain::Worked| {
            let money = MoneyView::from(worked.money_at_risk);
            format!("{} {} {}", worked.exception, money.text, money.currency)
        };
        Self {
            number: row.number,
            at: row.at.to_string(),
            by: row.work.by.clone(),
            what: row.work.what.name(),
            words,
            count: row.work.about.len(),
            exceptions: row.work.about.iter().map(about).collect(),
            undone: row.undone,
        }
    }
}

//! What people do about exceptions: each an entry of the journal, which another may undo.

use crate::Money;
use jiff::Timestamp;
use jiff::civil::Date;

/// Something that somebody did about one or more exceptions at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// About these, each as it stood.
    pub about: Vec<Worked>,
    /// Who.
    pub by: String,
    /// What.
    pub what: WorkKind,
}

/// An exception as it stood when somebody did something about it. When its money changes, what was decided about it holds
/// no longer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worked {
    /// Its id.
    pub exception: String,
    /// What it put at risk.
    pub money_at_risk: Money,
    /// Whether a second person must agree, as the policy's materiality was then.
    pub needs_second: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WorkKind {
    /// Somebody is to look at it.
    Assigned {
        /// Who; empty = nobody any more.
        owner: String,
    },
    /// Something is worth knowing.
    Noted {
        /// In words.
        text: String,
    },
    /// Nothing more is to be done.
    Resolved {
        /// Why.
        reason: String,
    },
    /// Somebody looks at it; of alerts.
    Acknowledged,
    /// A second person agrees with how it was resolved.
    Approved,
    /// Nobody needs to see it up to the end of a day.
    Suppressed {
        /// The day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// It is to be looked at again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// An earlier work is taken back, by its number in the order of the journal.
    Undone {
        /// Its number.
        work: u64,
    },
}

impl WorkKind {
    /// In a word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Assigned { .. } => "assigned",
            Self::Noted { .. } => "noted",
            Self::Resolved { .. } => "resolved",
            Self::Acknowledged => "acknowledged",
            Self::Approved => "approved",
            Self::Suppressed { .. } => "suppressed",
            Self::Reopened { .. } => "reopened",
            Self::Undone { .. } => "undone",
        }
    }

    /// Its words: owner, text or reason.
    pub fn words(&self) -> &str {
        match self {
            Self::Assigned { owner } => owner,
            Self::Noted { text } => text,
            Self::Resolved { reason } | Self::Suppressed { reason, .. } | Self::Reopened { reason } => reason,
            Self::Acknowledged | Self::Approved | Self::Undone { .. } => "",
        }
    }
}

/// Where an exception stands with people, from what was done about it and not undone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handling {
    /// Who is to look at it.
    pub owner: String,
    /// What is worth knowing, the oldest first.
    pub notes: Vec<Note>,
    /// How it was last decided; none = it is to be looked at.
    pub decided: Option<Decided>,
}

/// A note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: String,
    /// In words.
    pub text: String,
}

/// A decision about an exception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Of the exception as it stood with this at risk.
    pub money_at_risk: Money,
    /// Up to the end of this day; none = for good.
    pub until: Option<Date>,
    /// Whether somebody else must agree.
    pub needs_second: bool,
    /// Who else agreed.
    pub second: Option<String>,
}

impl Handling {
    /// Follows one work about the exception.
    pub fn follow(&mut self, at: Timestamp, by: &str, worked: &Worked, what: &WorkKind) {
        let decided = |until, reason: &str| Decided {
            at,
            by: by.to_owned(),
            reason: reason.to_owned(),
            money_at_risk: worked.money_at_risk,
            until,
            needs_second: worked.needs_second && until.is_none(),
            second: None,
        };
        match what {
            WorkKind::Assigned { owner } => owner.clone_into(&mut self.owner),
            WorkKind::Noted { text } => self.notes.push(Note { at, by: by.to_owned(), text: text.clone() }),
            WorkKind::Resolved { reason } => self.decided = Some(decided(None, reason)),
            WorkKind::Suppressed { until, reason } => self.decided = Some(decided(Some(*until), reason)),
            WorkKind::Approved => {
                if let Some(decided) = self.decided.as_mut().filter(|decided| decided.by != by) {
                    decided.second = Some(by.to_owned());
                }
            }
            WorkKind::Reopened { .. } => self.decided = None,
            WorkKind::Acknowledged | WorkKind::Undone { .. } => {}
        }
    }
}

impl Decided {
    /// Whether it waits for a second person.
    pub fn waits(&self) -> bool {
        self.needs_second && self.second.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn worked(needs_second: bool) -> Worked {
        Worked { exception: "PayoutShort/x".to_owned(), money_at_risk: Money::new(5, Currency::GBP), needs_second }
    }

    fn after(works: &[(&str, WorkKind)], needs_second: bool) -> Handling {
        let mut handling = Handling::default();
        for (by, what) in works {
            handling.follow(Timestamp::UNIX_EPOCH, by, &worked(needs_second), what);
        }
        handling
    }

    #[test]
    fn a_large_one_takes_two() {
        let resolved = || ("ann", WorkKind::Resolved { reason: "a fee".to_owned() });
        let waits = |works: &[(&str, WorkKind)], large| after(works, large).decided.unwrap().waits();
        assert!(!waits(&[resolved()], false));
        assert!(waits(&[resolved()], true));
        assert!(waits(&[resolved(), ("ann", WorkKind::Approved)], true), "not the same person");
        assert!(!waits(&[resolved(), ("bob", WorkKind::Approved)], true));
        let again = [resolved(), ("bob", WorkKind::Approved), resolved()];
        assert!(waits(&again, true), "another resolution is approved anew");
    }

    #[test]
    fn what_is_reopened_is_open_and_keeps_its_owner_and_notes() {
        let handling = after(
            &[
                ("ann", WorkKind::Assigned { owner: "bob".to_owned() }),
                ("bob", WorkKind::Noted { text: "asked the bank".to_owned() }),
                ("bob", WorkKind::Resolved { reason: "a fee".to_owned() }),
                ("ann", WorkKind::Reopened { reason: "no fee".to_owned() }),
            ],
            false,
        );
        assert_eq!((handling.owner.as_str(), handling.notes.len(), handling.decided), ("bob", 1, None));
    }
}

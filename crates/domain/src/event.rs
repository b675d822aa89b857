//! Events and batches: the only thing that ever enters the journal.

use crate::{
    Attempt, Delivered, Digest, Edit, Issue, IssueId, Listed, Mend, Outcome, PairAnswer, PairKey, PairQueue, Policy,
    Record, RecordId, RiskKind, Role, Screening, ScreeningList, WatchRules, Work,
};
use jiff::Timestamp;
use jiff::civil::Date;

/// One event. Every event carries its own `now`: the core has no clock.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The instant at which the business learned of it, for rules about age. A bulk import of history uses the
    /// record's own time.
    pub now: Timestamp,
    /// What happened.
    pub body: Body,
}

/// What an event says.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// A source says that something happened.
    Record(Record),
    /// A row that could not be read, kept with its place and reason.
    Rejected(Issue),
    /// Rules and thresholds from here on.
    PolicyInstalled(Box<Policy>),
    /// The model that decides from here on, by the digest of its file. Replay never trains.
    ModelInstalled {
        /// SHA-256 of the model's file.
        model: Digest,
        /// Loss given the event, in hundredths of a percent of the exposure.
        loss_given_event_bps: u32,
        /// Share of subjects with the event in the fitting part, for the cold-start rules, in hundredths of a percent.
        base_rate_bps: u32,
    },
    /// Settle all open items as they stand at `now`.
    Reconcile,
    /// Renew every live score as of `now`.
    Refresh,
    /// Somebody wrote other bytes for a part of a file; the latest under an issue stands.
    EditStaged(Edit),
    /// The edit that is staged under this issue is not wanted.
    EditDropped(IssueId),
    /// A file was read once more; its new records and issues stand beside this in the batch.
    Mended(Mend),
    /// Nothing is to be done about an issue.
    IssueDismissed {
        /// The issue.
        issue: IssueId,
        /// In words of whoever decided so; may be empty.
        reason: String,
    },
    /// An issue that was dismissed is open again.
    IssueReopened(IssueId),
    /// Somebody did something about exceptions.
    ExceptionsWorked(Work),
    /// The books are closed up to the end of a day: nothing takes effect there any more.
    PeriodLocked {
        /// The last day of the last period that is closed.
        through: Date,
        /// Who closed it.
        by: String,
        /// Why it was closed although something spoke against it; else empty.
        reason: String,
    },
    /// The books are open again from a day on.
    PeriodReopened {
        /// The first day of the first period that is open again.
        from: Date,
        /// Who opened it.
        by: String,
        /// Why.
        reason: String,
    },
    /// Pairs of records wait for answers; the newest queue is the one that is worked on.
    PairsQueued(PairQueue),
    /// Somebody said whether two records are one thing; the last answer to a pair stands.
    PairAnswered {
        /// The pair.
        pair: PairKey,
        /// What was said.
        answer: PairAnswer,
    },
    /// The last answer to a pair is taken back; the one before it stands again.
    PairAnswerUndone(PairKey),
    /// A ruling is asked on what somebody is about to do.
    Asked(Attempt),
    /// What came of an attempt is known.
    OutcomeKnown(Outcome),
    /// A live model does something from here on, or, without one, nothing does.
    LiveModelChosen {
        /// Of this risk.
        kind: RiskKind,
        /// What it does.
        role: Role,
        /// SHA-256 of its file.
        model: Option<Digest>,
        /// Why, in words.
        reason: String,
    },
    /// A policy decides in the shadow from here on; none ends it.
    ShadowPolicySet(Option<Box<Policy>>),
    /// A card or terminal is put on a list or taken off.
    ListChanged(Listed),
    /// Somebody was told of an alert, or could not be.
    NoticeSettled(Delivered),
    /// Time passes for alerts and limits.
    Ticked,
    /// A list of names or goods to screen by; it takes the place of the one of its name.
    ScreeningListLoaded(Box<ScreeningList>),
    /// People were held against the lists that stand.
    PeopleScreened(Box<Screening>),
    /// What is watched for beside fraud from here on.
    WatchRulesInstalled(WatchRules),
}

/// Events in order, appended and advanced as one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// In order of (time, id) for bulk imports.
    pub events: Vec<Event>,
}

impl Event {
    /// The record's id, which is the idempotency key; none for events that are not records.
    pub fn record_id(&self) -> Option<&RecordId> {
        match &self.body {
            Body::Record(record) => Some(&record.id),
            _ => None,
        }
    }
}

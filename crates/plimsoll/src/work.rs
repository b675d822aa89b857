//! What somebody wants done about exceptions, checked against the books and made an entry of the journal. The command line
//! and the pages ask for it alike.
//!
//! Rules: an exception must be known, and open; a resolution, a suppression and a reopening say why; one of at least the
//! policy's materiality, or whose money cannot be told in the reporting currency, waits for a second person after it was
//! resolved; nobody approves what they resolved themselves; an undo is undone by doing the thing again.

use crate::view::{MoneyView, Reporting, ReportingView};
use domain::{Alert, Body, Exception, Handling, LabelSource, Outcome, Status, Work, WorkKind, Worked};
use jiff::Timestamp;
use store::{Reader, StoreError};

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The books could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be done, and why.
    #[error("{0}")]
    Because(String),
}

fn because(reason: impl Into<String>) -> Refused {
    Refused::Because(reason.into())
}

/// The journal's entry of what is done about these exceptions.
///
/// # Errors
/// [`Refused`]: the first thing that stands against it.
pub fn work(reader: &Reader, exceptions: &[String], by: &str, what: WorkKind) -> Result<Body, Refused> {
    if by.trim().is_empty() {
        return Err(because("say who does it"));
    }
    let says_why = !matches!(
        what,
        WorkKind::Assigned { .. } | WorkKind::Acknowledged | WorkKind::Approved | WorkKind::Undone { .. }
    );
    if says_why && what.words().trim().is_empty() {
        return Err(because("say why, in words"));
    }
    if let WorkKind::Undone { work } = what {
        return undo(reader, work, by);
    }
    if exceptions.is_empty() {
        return Err(because("name at least one exception"));
    }
    let reporting = Reporting::of(reader)?;
    let materiality = i128::from(reader.policy()?.unwrap_or_default().materiality_minor);
    let mut about = Vec::new();
    for id in exceptions {
        if id.starts_with(Alert::PREFIX) {
            about.push(alert(reader, id, &what)?);
            continue;
        }
        let exception = reader.exception(id)?.ok_or_else(|| because(format!("no exception is called `{id}`")))?;
        let handling = reader.handling(id)?.unwrap_or_default();
        check(&exception, &handling, by, &what)?;
        let view = reporting.exception(&exception, None)?;
        let needs_second = told(&view.money_at_risk).is_none_or(|minor| minor >= materiality);
        about.push(Worked { exception: exception.id, money_at_risk: exception.money_at_risk, needs_second });
    }
    about.sort_by(|a, b| a.exception.cmp(&b.exception));
    about.dedup();
    Ok(Body::ExceptionsWorked(Work { about, by: by.trim().to_owned(), what }))
}

/// As [`work`], with the labels that closing alerts brings: all that they name came to the event, or to none.
///
/// # Errors
/// As [`work`].
pub fn work_with_labels(
    reader: &Reader,
    ids: &[String],
    by: &str,
    what: WorkKind,
    event: Option<bool>,
    now: Timestamp,
) -> Result<Vec<Body>, Refused> {
    let mut bodies = vec![work(reader, ids, by, what)?];
    let Some(event) = event else { return Ok(bodies) };
    for id in ids {
        let attempts = reader.alert(id)?.map_or(Vec::new(), |alert| alert.attempts);
        for attempt in attempts {
            let Some(ruling) = reader.ruling(&attempt)? else { continue };
            let (at, card, terminal) = (ruling.attempt.at, ruling.attempt.card, ruling.attempt.terminal);
            let source = LabelSource::Disposition;
            bodies.push(Body::OutcomeKnown(Outcome { attempt, at, card, terminal, event, known_at: now, source }));
        }
    }
    Ok(bodies)
}

/// An alert as it stands; one person is enough.
fn alert(reader: &Reader, id: &str, what: &WorkKind) -> Result<Worked, Refused> {
    let alert = reader.alert(id)?.ok_or_else(|| because(format!("no alert is called `{id}`")))?;
    match what {
        WorkKind::Approved | WorkKind::Suppressed { .. } => {
            return Err(because(format!("`{id}` is an alert: acknowledge, assign, close or reopen it")));
        }
        WorkKind::Reopened { .. } if !alert.closed => return Err(because(format!("`{id}` is open"))),
        WorkKind::Resolved { .. } if alert.closed => return Err(because(format!("`{id}` is closed"))),
        _ => {}
    }
    Ok(Worked { exception: id.to_owned(), money_at_risk: alert.money_at_risk, needs_second: false })
}

fn check(exception: &Exception, handling: &Handling, by: &str, what: &WorkKind) -> Result<(), Refused> {
    let id = &exception.id;
    if exception.status == Status::Cleared && !matches!(what, WorkKind::Noted { .. }) {
        return Err(because(format!("`{id}` has cleared by itself")));
    }
    match (what, &handling.decided) {
        (WorkKind::Approved, Some(decided)) if decided.waits() && decided.by == by.trim() => {
            Err(because(format!("`{id}` was resolved by {by}: somebody else must approve it")))
        }
        (WorkKind::Approved, Some(decided)) if decided.waits() => Ok(()),
        (WorkKind::Approved, _) => Err(because(format!("`{id}` does not wait for a second person"))),
        (WorkKind::Acknowledged, _) => Err(because(format!("`{id}` is no alert: assign it instead"))),
        (WorkKind::Reopened { .. }, None) => Err(because(format!("`{id}` is open"))),
        _ => Ok(()),
    }
}

fn undo(reader: &Reader, number: u64, by: &str) -> Result<Body, Refused> {
    let row = reader.work(number)?.ok_or_else(|| because(format!("nothing has the number {number}")))?;
    if row.undone {
        return Err(because(format!("{number} was undone already")));
    }
    if matches!(row.work.what, WorkKind::Undone { .. }) {
        return Err(because(format!("{number} is an undo itself: do the thing again instead")));
    }
    let what = WorkKind::Undone { work: number };
    Ok(Body::ExceptionsWorked(Work { about: Vec::new(), by: by.trim().to_owned(), what }))
}

/// In minor units of the reporting currency.
pub(crate) fn told(money: &MoneyView) -> Option<i128> {
    match &money.reporting {
        None => Some(money.minor),
        Some(ReportingView::Converted(told)) => Some(told.minor),
        Some(ReportingView::NotConverted(_)) => None,
    }
}

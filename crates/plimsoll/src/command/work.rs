//! `plimsoll exceptions assign|note|resolve|approve|suppress|reopen|undo|history`: what people do about exceptions.

use super::exceptions::rule;
use super::{Outcome, Setting, UsageError};
use crate::cli::{ExceptionAction, Which};
use crate::session::Session;
use crate::terminal::{self, count, row};
use crate::view::{ExceptionView, Reporting, WorkView};
use crate::work::{Refused, told, work};
use domain::{Body, Currency, Money, Status, WorkKind};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;
use store::{ExceptionFilter, Reader};

pub(super) fn run(setting: &Setting, action: &ExceptionAction) -> anyhow::Result<Outcome> {
    let (which, what) = match action {
        ExceptionAction::History { limit } => return history(setting, *limit),
        ExceptionAction::Undo { number, by } => return tell(setting, &[], by, WorkKind::Undone { work: *number }),
        ExceptionAction::Assign { to, which } => {
            let owner = if to == "nobody" { String::new() } else { to.clone() };
            (which, WorkKind::Assigned { owner })
        }
        ExceptionAction::Note { text, which } => (which, WorkKind::Noted { text: text.clone() }),
        ExceptionAction::Resolve { reason, which } => (which, WorkKind::Resolved { reason: reason.clone() }),
        ExceptionAction::Approve { which } => (which, WorkKind::Approved),
        ExceptionAction::Suppress { until, reason, which } => {
            (which, WorkKind::Suppressed { until: *until, reason: reason.clone() })
        }
        ExceptionAction::Reopen { reason, which } => (which, WorkKind::Reopened { reason: reason.clone() }),
    };
    let ids = chosen(&Reader::open(&setting.dir)?, which)?;
    tell(setting, &ids, &which.by, what)
}

fn tell(setting: &Setting, ids: &[String], by: &str, what: WorkKind) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let body = work(session.store.read(), ids, by, what).map_err(|refused| match refused {
        Refused::Store(error) => anyhow::Error::from(error),
        Refused::Because(reason) => UsageError(reason).into(),
    })?;
    let (waiting, about) = match &body {
        Body::ExceptionsWorked(work) if matches!(work.what, WorkKind::Resolved { .. }) => {
            (work.about.iter().filter(|worked| worked.needs_second).count(), work.about.len())
        }
        Body::ExceptionsWorked(work) => (0, work.about.len()),
        _ => (0, 0),
    };
    session.tell(Timestamp::now(), vec![body])?;
    let number = session.store.read().works(1)?.first().map_or(0, |row| row.number);
    if setting.json {
        terminal::json(&json!({ "number": number, "exceptions": about, "waiting_for_a_second_person": waiting }))?;
        return Ok(Outcome::Done);
    }
    println!("Done about {} exceptions; `plimsoll exceptions undo {number}` takes it back.", count(about as u64));
    if waiting > 0 {
        println!("{waiting} of them wait for a second person: `plimsoll exceptions approve ID --by NAME`.");
    }
    Ok(Outcome::Done)
}

/// The ids that are meant.
fn chosen(reader: &Reader, which: &Which) -> anyhow::Result<Vec<String>> {
    let Some(name) = &which.rule else { return Ok(which.ids.clone()) };
    let filter = ExceptionFilter {
        rule: Some(rule(name)?),
        status: Some(Status::Open),
        unhandled_at: Some(Timestamp::now()),
        limit: u32::MAX,
        ..ExceptionFilter::default()
    };
    let reporting = Reporting::of(reader)?;
    let below = which.below.as_deref().map(|text| amount(text, reporting.currency())).transpose()?;
    let as_of = reader.reconciled_at()?;
    let mut ids = Vec::new();
    for exception in reader.exceptions(&filter)? {
        let view: ExceptionView = reporting.exception(&exception, as_of)?;
        let small = below.is_none_or(|below| told(&view.money_at_risk).is_some_and(|minor| minor < below));
        let old = which.older_than.is_none_or(|days| view.age_days.is_some_and(|age| age > days));
        if small && old {
            ids.push(view.id);
        }
    }
    if ids.is_empty() {
        return Err(UsageError(format!("no open exception of `{name}` is so")).into());
    }
    Ok(ids)
}

fn amount(text: &str, currency: Currency) -> Result<i128, UsageError> {
    let amount = text.parse::<Decimal>().ok().and_then(|decimal| Money::from_decimal(decimal, currency));
    amount.map(|amount| i128::from(amount.minor)).ok_or_else(|| UsageError(format!("`{text}` is not an amount")))
}

fn history(setting: &Setting, limit: u32) -> anyhow::Result<Outcome> {
    let works = Reader::open(&setting.dir)?.works(limit)?;
    let views: Vec<WorkView> = works.iter().map(WorkView::from).collect();
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&[">number", "at", "by", "what", ">about", "words"]);
    for view in &views {
        let what = if view.undone { format!("{} (undone)", view.what) } else { view.what.to_owned() };
        row(
            &mut table,
            [
                view.number.to_string(),
                view.at.clone(),
                view.by.clone(),
                what,
                view.count.to_string(),
                view.words.clone(),
            ],
        );
    }
    println!("{table}");
    Ok(Outcome::Done)
}

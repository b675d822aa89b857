//! `plimsoll alerts`: the queue, and what is done about it.

use super::{Outcome, Setting, UsageError};
use crate::cli::{AlertAction, Alerts};
use crate::live::answer::RulingView;
use crate::live::deliver::signing_secret;
use crate::session::Session;
use crate::terminal::{self, row};
use crate::view::live::{AlertView, NoticeView};
use crate::work::{Refused, work_with_labels};
use domain::{Body, WorkKind};
use jiff::Timestamp;
use serde_json::json;
use store::{Reader, Secrets};

pub(super) fn run(setting: &Setting, args: &Alerts) -> anyhow::Result<Outcome> {
    let Some(action) = &args.action else { return list(setting, false, 50) };
    match action {
        AlertAction::List { all, limit } => list(setting, *all, *limit),
        AlertAction::Show { id } => show(setting, id),
        AlertAction::Assign { to, which } => {
            let owner = if to == "nobody" { String::new() } else { to.clone() };
            tell(setting, &which.ids, &which.by, WorkKind::Assigned { owner }, None)
        }
        AlertAction::Acknowledge { which } => tell(setting, &which.ids, &which.by, WorkKind::Acknowledged, None),
        AlertAction::Close { reason, disposition, which } => {
            let event = match disposition.as_str() {
                "event" => Some(true),
                "genuine" => Some(false),
                _ => None,
            };
            tell(setting, &which.ids, &which.by, WorkKind::Resolved { reason: reason.clone() }, event)
        }
        AlertAction::Reopen { reason, which } => {
            tell(setting, &which.ids, &which.by, WorkKind::Reopened { reason: reason.clone() }, None)
        }
        AlertAction::Undo { number, by } => tell(setting, &[], by, WorkKind::Undone { work: *number }, None),
        AlertAction::Dead { limit } => dead(setting, *limit),
        AlertAction::Secret => {
            println!("{}", String::from_utf8_lossy(&signing_secret(&Secrets::open(&setting.dir)?)?));
            Ok(Outcome::Done)
        }
    }
}

fn list(setting: &Setting, all: bool, limit: u32) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let mut views = Vec::new();
    for alert in reader.alerts(all, limit, 0)? {
        views.push(AlertView::new(&alert, reader.handling(&alert.id)?.as_ref()));
    }
    if setting.json {
        views.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    if views.is_empty() {
        println!("No alert is open.");
        return Ok(Outcome::Done);
    }
    let mut table =
        terminal::table(&["alert", "level", "state", "rule", ">rulings", ">money at risk", "last", "owner"]);
    for view in views {
        let money = format!("{} {}", view.money_at_risk, view.currency);
        let (level, state, rulings) = (view.level.to_owned(), view.state.to_owned(), view.rulings.to_string());
        row(&mut table, [view.id, level, state, view.rule, rulings, money, view.last_at, view.owner]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

fn show(setting: &Setting, id: &str) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let alert = reader.alert(id)?.ok_or_else(|| UsageError(format!("no alert is called `{id}`")))?;
    let view = AlertView::new(&alert, reader.handling(id)?.as_ref());
    let mut rulings = Vec::new();
    for attempt in &alert.attempts {
        rulings.extend(reader.ruling(attempt)?.as_ref().map(RulingView::new));
    }
    let notices: Vec<NoticeView> = reader.notices(Some(id), false, 100)?.iter().map(NoticeView::from).collect();
    if setting.json {
        terminal::json(&json!({ "alert": view, "rulings": rulings, "notices": notices }))?;
        return Ok(Outcome::Done);
    }
    println!(
        "{}: {}, {}, {} rulings, {} {} at risk",
        view.id, view.level, view.state, view.rulings, view.money_at_risk, view.currency
    );
    let mut table = terminal::table(&["attempt", "at", "action", "rule", ">points", "most of it from"]);
    for ruling in rulings {
        let most = ruling.contributions.iter().find(|part| part.name != "base rate");
        let most = most.map_or(String::new(), |part| format!("{} {:+.2}", part.name, part.log_odds));
        row(
            &mut table,
            [ruling.id, ruling.at, ruling.action.to_owned(), ruling.rule, format!("{:.2}", ruling.points), most],
        );
    }
    println!("{table}");
    for notice in notices {
        println!(
            "{} {} ({}): {} after {} tries {}",
            notice.at, notice.to, notice.why, notice.state, notice.tries, notice.error
        );
    }
    Ok(Outcome::Done)
}

fn tell(setting: &Setting, ids: &[String], by: &str, what: WorkKind, event: Option<bool>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let now = Timestamp::now();
    let bodies: Vec<Body> =
        work_with_labels(session.store.read(), ids, by, what, event, now).map_err(|refused| match refused {
            Refused::Store(error) => anyhow::Error::from(error),
            Refused::Because(reason) => UsageError(reason).into(),
        })?;
    let labels = bodies.len() - 1;
    session.tell(now, bodies)?;
    let number = session.store.read().works(1)?.first().map_or(0, |row| row.number);
    if setting.json {
        terminal::json(&json!({ "number": number, "labels": labels }))?;
    } else {
        println!("Done, {labels} labels; `plimsoll alerts undo {number}` takes it back, but no label.");
    }
    Ok(Outcome::Done)
}

fn dead(setting: &Setting, limit: u32) -> anyhow::Result<Outcome> {
    let notices: Vec<NoticeView> =
        Reader::open(&setting.dir)?.notices(None, true, limit)?.iter().map(NoticeView::from).collect();
    if setting.json {
        notices.iter().try_for_each(terminal::json)?;
        return Ok(Outcome::Done);
    }
    if notices.is_empty() {
        println!("Every notice was delivered, or waits for its next try.");
    }
    for notice in notices {
        println!("{} {} to {}: {} ({} tries)", notice.at, notice.id, notice.to, notice.error, notice.tries);
    }
    Ok(Outcome::Done)
}

//! `plimsoll lists`: who is always refused, or always let through.

use super::{Outcome, Setting, UsageError};
use crate::cli::{ListEntry, ListsAction};
use crate::live::request::{CARD, TERMINAL};
use crate::session::Session;
use crate::terminal;
use domain::{Body, List, Listed};
use jiff::Timestamp;
use serde_json::json;
use store::Reader;

pub(super) fn run(setting: &Setting, action: &ListsAction) -> anyhow::Result<Outcome> {
    match action {
        ListsAction::Show => show(setting),
        ListsAction::Block(entry) => change(setting, entry, Some(List::Block)),
        ListsAction::Allow(entry) => change(setting, entry, Some(List::Allow)),
        ListsAction::Remove(entry) => change(setting, entry, None),
    }
}

fn change(setting: &Setting, entry: &ListEntry, list: Option<List>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let (field, value) = match (&entry.card, &entry.terminal) {
        (Some(card), _) => (CARD, card),
        (None, Some(terminal)) => (TERMINAL, terminal),
        (None, None) => return Err(UsageError("name a card or a terminal".to_owned()).into()),
    };
    let token = session.store.tokens().token(field, value, None);
    let (by, reason) = (entry.by.clone(), entry.reason.clone());
    session.tell(Timestamp::now(), vec![Body::ListChanged(Listed { token, list, until: entry.until, by, reason })])?;
    if setting.json {
        terminal::json(&json!({ "token": token.to_string(), "list": list.map(name) }))?;
    } else {
        println!("{token}: {}.", list.map_or("on no list", name));
    }
    Ok(Outcome::Done)
}

fn name(list: List) -> &'static str {
    match list {
        List::Block => "block",
        List::Allow => "allow",
    }
}

fn show(setting: &Setting) -> anyhow::Result<Outcome> {
    for listed in Reader::open(&setting.dir)?.lists()? {
        let list = listed.list.map_or("none", name);
        let until = listed.until.map(|until| until.to_string());
        if setting.json {
            terminal::json(&json!({
                "token": listed.token.to_string(), "list": list, "until": until, "by": listed.by, "reason": listed.reason,
            }))?;
        } else {
            let until = until.map_or(String::new(), |until| format!(" until {until}"));
            println!("{} {list}{until}, by {}: {}", listed.token, listed.by, listed.reason);
        }
    }
    Ok(Outcome::Done)
}

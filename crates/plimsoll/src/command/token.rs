//! `plimsoll token`: who may post.

use super::{Outcome, Setting, UsageError};
use crate::access::{Access, Scope};
use crate::cli::Token;
use crate::terminal::{self, row};
use jiff::Timestamp;
use serde_json::json;

pub(super) fn run(setting: &Setting, args: &Token) -> anyhow::Result<Outcome> {
    let access = Access::open(&setting.dir)?;
    match args {
        Token::New { name, scope } => make(setting, &access, name, scope),
        Token::List => list(setting, &access),
        Token::Revoke { name } => revoke(setting, &access, name),
    }
}

fn make(setting: &Setting, access: &Access, name: &str, scopes: &[String]) -> anyhow::Result<Outcome> {
    let scopes: Vec<Scope> = scopes.iter().filter_map(|scope| Scope::from_name(scope)).collect();
    let scopes = if scopes.is_empty() { Scope::ALL.to_vec() } else { scopes };
    let Some(token) = access.make(name, &scopes, Timestamp::now())? else {
        return Err(UsageError(format!("a token `{name}` is there; revoke it first, or choose another name")).into());
    };
    if setting.json {
        terminal::json(&json!({ "name": name, "token": token }))?;
    } else {
        println!("{token}");
        eprintln!("This is shown once. Send it as `Authorization: Bearer {token}`.");
    }
    Ok(Outcome::Done)
}

fn list(setting: &Setting, access: &Access) -> anyhow::Result<Outcome> {
    let tokens = access.list()?;
    if setting.json {
        for token in &tokens {
            terminal::json(&json!({ "name": token.name, "made_at": token.made_at.to_string() }))?;
        }
        return Ok(Outcome::Done);
    }
    if tokens.is_empty() {
        println!("No token is there; `plimsoll token new NAME` makes one.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["token", "made at"]);
    for token in &tokens {
        row(&mut table, [token.name.clone(), token.made_at.to_string()]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

fn revoke(setting: &Setting, access: &Access, name: &str) -> anyhow::Result<Outcome> {
    if !access.revoke(name)? {
        return Err(UsageError(format!("no token `{name}`; `plimsoll token list` shows those there are")).into());
    }
    if setting.json {
        terminal::json(&json!({ "revoked": name }))?;
    } else {
        println!("Revoked `{name}`.");
    }
    Ok(Outcome::Done)
}

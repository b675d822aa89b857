//! `plimsoll explain SUBJECT --since`: why a score changed.

use super::{Outcome, Setting, UsageError};
use crate::live::change::{Change, since};
use crate::live::request::{CARD, TERMINAL};
use crate::terminal::{self, row};
use domain::Token;
use jiff::Timestamp;
use store::Reader;

/// A card or terminal as it is sent, its token, or an attempt's id, which stands for its card.
pub(super) fn run(setting: &Setting, id: &str, from: Timestamp) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let mut tokens = vec![reader.token_of(CARD, id), reader.token_of(TERMINAL, id)];
    tokens.extend(token(id));
    tokens.extend(reader.ruling(id)?.map(|ruling| ruling.attempt.card));
    for token in tokens {
        if let Some(change) = since(&reader, &token, from)? {
            if setting.json {
                terminal::json(&change)?;
            } else {
                print(id, &change);
            }
            return Ok(Outcome::Done);
        }
    }
    Err(UsageError(format!("nothing was ruled on `{id}`; name a card, a terminal or an attempt")).into())
}

/// 32 hexadecimal digits.
pub(crate) fn token(text: &str) -> Option<Token> {
    let mut token = Token::default();
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in token.0.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(token)
}

fn print(id: &str, change: &Change) {
    let then =
        change.then.as_ref().map_or("not known".to_owned(), |then| format!("{:.2} ({})", then.points, then.action));
    println!("{id}: then {then}, now {:.2} ({})", change.now.points, change.now.action);
    let mut table = terminal::table(&["part", ">then", ">now", ">moved"]);
    let number = |value: Option<f32>| value.map_or(String::new(), |value| format!("{value:.2} "));
    for part in change.parts.iter().filter(|part| part.moved != 0.0) {
        let then = format!("{}({:+.3})", number(part.value_then), part.then);
        let now = format!("{}({:+.3})", number(part.value_now), part.now);
        row(&mut table, [part.name.clone(), then, now, format!("{:+.3}", part.moved)]);
    }
    println!("{table}");
    for happened in &change.between {
        println!("{} {}", happened.at, happened.what);
    }
}

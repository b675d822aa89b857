//! `plimsoll review`: pairs of records side by side, answered from the keyboard. Each answer is an entry of the journal.

use super::{Outcome, Setting};
use crate::linking::review::{Asked, Review};
use crate::session::Session;
use crate::terminal::{self, row};
use domain::PairAnswer;
use jiff::Timestamp;
use serde_json::json;
use std::io::{BufRead, Write};
use store::Reader;

/// Reasons that are shown of a pair.
const REASONS: usize = 6;

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    if setting.json {
        let review = Review::open(&Reader::open(&setting.dir)?)?;
        let asked =
            review.map(|review| json!({"tables": review.tables, "answered": review.answered(), "asked": review.asked}));
        return terminal::json(&asked).map(|()| Outcome::Done);
    }
    let mut session = Session::open(&setting.dir)?;
    ask_all(&mut session, &mut std::io::stdin().lock(), &mut std::io::stdout())?;
    Ok(Outcome::Done)
}

/// Asks about the queue's pairs one after another, until all are answered, `q` is said, or nothing more comes.
pub(super) fn ask_all(session: &mut Session, from: &mut dyn BufRead, to: &mut dyn Write) -> anyhow::Result<()> {
    loop {
        let Some(review) = Review::open(session.store.read())? else {
            writeln!(to, "No pair waits; `plimsoll link A B --review` queues those that a model is not sure of.")?;
            return Ok(());
        };
        let Some(asked) = review.next() else {
            let (count, tables) = (review.answered(), &review.tables);
            writeln!(to, "All {count} pairs of {tables} are answered; `plimsoll link` uses the answers.")?;
            return Ok(());
        };
        show(to, &review, asked)?;
        let mut said = String::new();
        if from.read_line(&mut said)? == 0 {
            writeln!(to)?;
            return Ok(());
        }
        let entry = match said.trim() {
            "y" => review.answer(&asked.pair, PairAnswer::Same),
            "n" => review.answer(&asked.pair, PairAnswer::Different),
            "u" => review.answer(&asked.pair, PairAnswer::Unsure),
            "z" => review.undo(),
            "q" => return Ok(()),
            _ => None,
        };
        match entry {
            Some(entry) => drop(session.tell(Timestamp::now(), vec![entry])?),
            None if said.trim() == "z" => writeln!(to, "Nothing was answered yet.")?,
            None => writeln!(to, "Say y, n, u, z or q.")?,
        }
    }
}

fn show(to: &mut dyn Write, review: &Review, asked: &Asked) -> anyhow::Result<()> {
    let (number, all) = (review.answered() + 1, review.asked.len());
    writeln!(to, "\nPair {number} of {all}, chance {:.2}", asked.chance)?;
    let mut table = terminal::table(&["", &asked.left.name, &asked.right.name]);
    for column in asked.columns() {
        row(&mut table, [column, asked.left.value(column), asked.right.value(column)]);
    }
    writeln!(to, "{table}")?;
    for (what, is_wanted) in [("for", true), ("against", false)] {
        let reasons = asked.reasons.iter().filter(|(_, part)| (*part > 0.0) == is_wanted && *part != 0.0).take(REASONS);
        let reasons: Vec<String> = reasons.map(|(name, part)| format!("{name} {part:+.2}")).collect();
        if !reasons.is_empty() {
            writeln!(to, "{what}: {}", reasons.join("; "))?;
        }
    }
    if let Some((last, answer)) = review.last() {
        writeln!(to, "before: {} and {}: {}", last.left.name, last.right.name, answer.name())?;
    }
    write!(to, "One thing? y yes, n no, u unsure, z undo, q quit: ")?;
    to.flush()?;
    Ok(())
}

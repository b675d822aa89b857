//! `plimsoll events`: the standard form of an event, as its document has it.

use super::Outcome;

/// The document.
const FORM: &str = include_str!("../../../../docs/events.md");

pub(super) fn run() -> anyhow::Result<Outcome> {
    print!("{FORM}");
    Ok(Outcome::Done)
}

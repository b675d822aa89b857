//! `plimsoll scores`: the riskiest subjects.

use super::status::scores_table;
use super::{Outcome, Setting, UsageError};
use crate::cli::Scores;
use crate::terminal;
use crate::view::Reporting;
use store::{Reader, ScoreFilter, SubjectKind};

pub(super) fn run(setting: &Setting, args: &Scores) -> anyhow::Result<Outcome> {
    let subject = match args.subject.as_str() {
        "transaction" => SubjectKind::Transaction,
        "buyer" => SubjectKind::Buyer,
        "business" => SubjectKind::Business,
        other => {
            return Err(UsageError(format!("no subject `{other}`; use transaction, buyer or business")).into());
        }
    };
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let filter = ScoreFilter { subject: Some(subject), limit, ..ScoreFilter::default() };
    let reader = Reader::open(&setting.dir)?;
    let scores = Reporting::of(&reader)?.scores(&reader.scores(&filter)?)?;
    if setting.json {
        scores.iter().try_for_each(terminal::json)?;
    } else {
        println!("{}", scores_table(&scores));
    }
    Ok(Outcome::Done)
}

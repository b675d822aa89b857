//! `plimsoll explain`: one thing from all sides, down to the line of the source file.

use super::status::{money, reporting};
use super::{Outcome, Setting, UsageError, changed};
use crate::cli::Explain;
use crate::terminal;
use crate::view::{DecisionView, EntryView, ExceptionView, RecordView, Reporting, ScoreView, SettlementView};
use domain::{EntryId, PartyId, RecordId, RiskKind, Score, Subject};
use jiff::Timestamp;
use serde::Serialize;
use store::{Reader, StoreError};

/// Lines of a record that are printed in full.
const LINES: usize = 12;

/// All that is known of an id; what it is not stays empty.
#[derive(Default, Serialize)]
struct Explanation {
    score: Option<ScoreView>,
    decisions: Vec<DecisionView>,
    exception: Option<ExceptionView>,
    entries: Vec<EntryView>,
    settlements: Vec<SettlementView>,
    record: Option<RecordView>,
    source_lines: Vec<SourceLine>,
}

#[derive(Serialize)]
struct SourceLine {
    line: u32,
    text: String,
}

pub(super) fn run(setting: &Setting, args: &Explain) -> anyhow::Result<Outcome> {
    if let Some(since) = args.since {
        return changed::run(setting, &args.id, since);
    }
    let reader = Reader::open(&setting.dir)?;
    let explanation = explain(&reader, &args.id)?;
    let nothing = explanation.record.is_none() && explanation.score.is_none() && explanation.entries.is_empty();
    if nothing {
        let hint = "give a record, entry, exception or subject, for example `online-retail:536365` or `business`";
        return Err(UsageError(format!("nothing is called `{}`; {hint}", args.id)).into());
    }
    if setting.json {
        terminal::json(&explanation)?;
    } else {
        print(&args.id, &explanation);
    }
    Ok(Outcome::Done)
}

fn explain(reader: &Reader, id: &str) -> anyhow::Result<Explanation> {
    let mut all = Explanation::default();
    let reporting = Reporting::of(reader)?;
    if let Some(score) = score(reader, id)? {
        all.score = Some(reporting.score(&score)?);
    }
    if let Some(exception) = reader.exception(id)? {
        all.exception = Some(reporting.explained_exception(&exception, reader.reconciled_at()?, Timestamp::now())?);
        about_record(reader, &reporting, &exception.record, &mut all)?;
    }
    if let Some(entry) = reader.entry(&EntryId::from(id))? {
        all.entries.push(reporting.entry(&entry)?);
        if let Some(first) = entry.evidence.first() {
            about_record(reader, &reporting, first, &mut all)?;
        }
    }
    let record = id.strip_prefix("transaction/").unwrap_or(id);
    about_record(reader, &reporting, &RecordId::from(record), &mut all)?;
    Ok(all)
}

fn score(reader: &Reader, id: &str) -> anyhow::Result<Option<Score>> {
    let party = id.strip_prefix("buyer/").unwrap_or(id);
    let record = id.strip_prefix("transaction/").unwrap_or(id);
    let subjects = match id {
        "business" => vec![Subject::Business],
        _ => vec![Subject::Transaction(RecordId::from(record)), Subject::Buyer(PartyId::from(party))],
    };
    for subject in &subjects {
        if let Some(score) = reader.score(subject, RiskKind::Transaction)? {
            return Ok(Some(score));
        }
    }
    Ok(None)
}

fn about_record(
    reader: &Reader,
    reporting: &Reporting<'_>,
    id: &RecordId,
    all: &mut Explanation,
) -> anyhow::Result<()> {
    let Some(record) = reader.record(id)? else { return Ok(()) };
    all.record = Some(reporting.record(&record, reader.file(&record.file)?.as_ref())?);
    all.decisions = reader.decisions_of(id)?.iter().map(DecisionView::from).collect();
    for entry in reader.entries_of(id)? {
        if all.entries.iter().all(|known| known.id != entry.id.0) {
            all.entries.push(reporting.entry(&entry)?);
        }
    }
    for settlement in reader.settlements_of(id)? {
        all.settlements.push(reporting.settlement(&settlement)?);
    }
    for span in record.spans() {
        let text = match reader.raw_slice(&record.file, span.offset, u64::from(span.len)) {
            Ok(text) => String::from_utf8_lossy(&text).into_owned(),
            Err(StoreError::Pruned(said)) => format!("({said})"),
            Err(error) => return Err(error.into()),
        };
        all.source_lines.push(SourceLine { line: span.line, text });
    }
    Ok(())
}

fn print(id: &str, all: &Explanation) {
    println!("{id}");
    if let Some(exception) = &all.exception {
        println!("\n{} ({}): {}", exception.rule, exception.status, exception.explanation);
        println!("  {} at risk; related: {}", money(&exception.money_at_risk), exception.related.join(", "));
        print_help(exception);
    }
    if let Some(score) = &all.score {
        print_score(score);
    }
    for decision in &all.decisions {
        println!("\nDecided {} at {}: {} (rule: {})", decision.action, decision.at, decision.points, decision.rule);
    }
    for entry in &all.entries {
        let belongs =
            entry.belongs_at.as_ref().map_or(String::new(), |at| format!("; it belongs to {at}, which is closed"));
        println!("\nEntry {} ({}, {}{belongs})", entry.id, entry.rule, entry.at);
        for p in &entry.postings {
            let told = reporting(&p.amount).map_or(String::new(), |told| format!("  {told}"));
            println!("  {:<24}{:>16} {}{told}", p.account, p.amount.text, p.amount.currency);
        }
    }
    for settlement in &all.settlements {
        println!("\nSettlement {}: {}", settlement.id, settlement.reason);
        settlement.settled.iter().for_each(|share| println!("  settles {} of {}", money(&share.amount), share.record));
        settlement.by.iter().for_each(|share| println!("  by      {} of {}", money(&share.amount), share.record));
    }
    print_source(all);
}

/// What people did about it, what comes nearest, and what usually helps.
fn print_help(exception: &ExceptionView) {
    if let Some(handling) = &exception.handling {
        let of = |what: &str, who: &str| if who.is_empty() { String::new() } else { format!("; {what}: {who}") };
        println!("  {}{}{}", handling.state, of("owner", &handling.owner), of("because", &handling.reason));
        handling.notes.iter().for_each(|note| println!("  note {note}"));
    }
    for near in &exception.nearest {
        println!("  nearest: {} ({}), {} left; why not: {}", near.record, near.rule, money(&near.left), near.why_not);
    }
    println!("  What usually helps: {}", exception.suggested_fix);
}

fn print_score(score: &ScoreView) {
    println!(
        "\nScore {:.2} of 5 ({}, {}), probability {:.3}, {} at risk of {}",
        score.points,
        score.grade,
        score.level,
        score.probability,
        money(&score.money_at_risk),
        money(&score.exposure)
    );
    for reason in &score.reasons {
        println!("  {:+8.3}  {:<26}{:<12}{}", reason.log_odds, reason.name, reason.value, reason.sentence);
    }
    println!("  {:+8.3}  = log-odds", score.log_odds);
}

fn print_source(all: &Explanation) {
    let Some(record) = &all.record else { return };
    println!("\nSource {} ({})", record.file_name, record.file);
    for line in all.source_lines.iter().take(LINES) {
        println!("  {:>8}  {}", line.line, line.text.replace('\n', " "));
    }
    if all.source_lines.len() > LINES {
        println!("  … and {} lines more (--json has all)", all.source_lines.len() - LINES);
    }
}

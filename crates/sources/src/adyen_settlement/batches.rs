//! Whether the batches of a report sum to zero, as they must once they are paid out.

use crate::Parsed;
use crate::fault::Fault;
use crate::tie_out::{Carried, Line, Part, Sum, content_of};
use domain::{Content, Currency, Issue, IssueRule, ProcessorCategory, ProcessorLine, Record};
use std::collections::BTreeMap;

/// What Adyen writes where a balance goes on to the next batch.
const ABSENT: [Carried; 2] = [
    Carried { name: "a `Balancetransfer` to the next batch", takes: true },
    Carried { name: "a `Balancetransfer` from the batch before", takes: false },
];

/// A batch as far as it was read.
struct Batch<'a> {
    name: &'a str,
    lines: Vec<Line>,
    /// Of its last row, which is the payout where there is one.
    last: &'a Record,
}

/// Batches by the length and text of their numbers, so that `10` comes after `9`.
type Numbered<'a> = BTreeMap<(usize, &'a str), Batch<'a>>;

/// What does not sum to zero. A row that was not read may be of any batch, so then nothing is known.
pub(super) fn issues(parsed: &Parsed) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !parsed.issues.is_empty() {
        return issues;
    }
    for (account, batches) in by_account(&parsed.records) {
        let paid = |batch: &Batch<'_>| batch.lines.iter().any(|line| line.part == Part::Transfer);
        let settled = batches.values().rposition(paid).map_or(0, |last| last + 1);
        for batch in batches.values().take(settled) {
            let sum = Sum::new(0, &batch.lines, 0, account.1);
            if let Some(said) = (Sum { absent: &ABSENT, pays_out: true, ..sum }).broken() {
                let said = format!("batch {}: {said}", batch.name);
                let fault = Fault::new(IssueRule::IdentityBroken, "Batch Number", said);
                issues.push(fault.holding(batch.last.file, batch.last.span, 0));
            }
        }
    }
    issues
}

/// The batches of each merchant account and currency, in the order of their numbers.
fn by_account(records: &[Record]) -> BTreeMap<(&str, Currency), Numbered<'_>> {
    let mut accounts: BTreeMap<_, Numbered<'_>> = BTreeMap::new();
    for record in records {
        let Content::Processor(line) = &record.content else { continue };
        let Some((account, number)) = line.payout.as_deref().and_then(|name| name.rsplit_once('/')) else { continue };
        let batches = accounts.entry((account, line.net.currency)).or_default();
        let batch =
            batches.entry((number.len(), number)).or_insert(Batch { name: number, lines: vec![], last: record });
        batch.lines.push(counted(record, line));
        batch.last = record;
    }
    accounts
}

fn counted(record: &Record, line: &ProcessorLine) -> Line {
    let part = match line.category {
        ProcessorCategory::Payout => Part::Transfer,
        ProcessorCategory::Fee => Part::Fees,
        _ => Part::Other,
    };
    let content = content_of(&[&record.at.to_string(), &line.source_id, &line.description]);
    Line { minor: line.net.minor, part, content, line: record.span.line }
}

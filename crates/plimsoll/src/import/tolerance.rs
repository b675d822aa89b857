//! What becomes of rejected rows, and how many of them a file may have.

use domain::{Digest, Issue, IssueRule, Span, Stage};
use sources::Parsed;
use std::collections::BTreeMap;

/// What an import does with rows that it cannot use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnError {
    /// The first one stops the run; nothing of the run is kept.
    Fail,
    /// They are counted and not kept as issues; their file is kept as it came, so that a replay finds them.
    Skip,
    /// Each is kept as an issue.
    #[default]
    Quarantine,
}

/// What an import does with a file whose columns are not those of earlier files of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnDrift {
    /// Takes it, and notes what changed.
    #[default]
    Evolve,
    /// Holds it back until a replay is told to take it.
    Freeze,
    /// Takes it, ignores new columns and notes nothing; the run says so once.
    Discard,
}

/// How much of a file may be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// Of rejected rows.
    pub on_error: OnError,
    /// Of other columns than before.
    pub on_drift: OnDrift,
    /// The most rejected rows of a file that is still taken; none = no such limit.
    pub max_rejected: Option<u64>,
    /// The most rejected rows in a hundred, for files of [`RATE_FROM_ROWS`] or more.
    pub max_rejected_percent: u8,
}

/// A share of fewer rows says nothing.
pub const RATE_FROM_ROWS: u64 = 10;

/// Half: of a file that is mostly wrong, the rest is not to be trusted either.
pub const MAX_REJECTED_PERCENT: u8 = 50;

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            on_error: OnError::default(),
            on_drift: OnDrift::default(),
            max_rejected: None,
            max_rejected_percent: MAX_REJECTED_PERCENT,
        }
    }
}

/// A run that was told to stop at the first rejected row.
#[derive(Debug, thiserror::Error)]
#[error(
    "{file}, {issue}; the run was told to stop at the first rejected row, and nothing of it is kept: mend the row, or \
         use `--on-error quarantine`"
)]
pub struct Stopped {
    file: String,
    issue: Box<Issue>,
}

impl Tolerance {
    /// Stops a run that was told so.
    pub(super) fn stop(&self, file: &str, issues: &[Issue]) -> Result<(), Stopped> {
        let stops = |issue: &&Issue| self.on_error == OnError::Fail && !issue.is_note();
        match issues.iter().find(stops) {
            Some(issue) => Err(Stopped { file: file.to_owned(), issue: Box::new(issue.clone()) }),
            None => Ok(()),
        }
    }

    /// Whether an issue is counted and not kept. What stands for a whole file that was held back is always kept.
    pub(super) fn skips(&self, issue: &Issue) -> bool {
        let held_back = matches!(issue.rule, IssueRule::TooManyRejected | IssueRule::SchemaDrift);
        self.on_error == OnError::Skip && issue.rows > 0 && !held_back
    }

    /// Holds a whole file back where too many of its rows are rejected: one issue stands for all of it.
    /// `has_records`: some rows are sound. True beside it where the file is held back.
    pub(super) fn limited(&self, file: Digest, parsed: Parsed, has_records: bool) -> (Parsed, bool) {
        let rejected: u64 = parsed.issues.iter().map(|issue| u64::from(issue.rows)).sum();
        let rows = parsed.rows.saturating_sub(parsed.skipped);
        let by_count = self.max_rejected.is_some_and(|most| rejected > most);
        let by_rate = rows >= RATE_FROM_ROWS && 100 * rejected > rows * u64::from(self.max_rejected_percent);
        if !has_records || !(by_count || by_rate) {
            return (parsed, false);
        }
        let limit = match self.max_rejected {
            Some(most) if by_count => format!("{most} rows"),
            _ => format!("{} %", self.max_rejected_percent),
        };
        let figures = format!("{rejected} of {rows} rows, more than {limit}: {}", by_rule(&parsed.issues));
        (held_back(file, parsed, IssueRule::TooManyRejected, String::new(), figures), true)
    }
}

/// None of a file is taken: one issue holds all its rows.
pub(super) fn held_back(file: Digest, parsed: Parsed, rule: IssueRule, column: String, value: String) -> Parsed {
    let rows = u32::try_from(parsed.rows.saturating_sub(parsed.skipped)).unwrap_or(u32::MAX);
    let span = Span { line: 1, offset: 0, len: 0 };
    let issue = Issue { stage: Stage::Sources, rule, file, span, rows, column, value };
    Parsed { issues: vec![issue], duplicates: 0, ..parsed }
}

/// Reasons that are told of a file.
const MOST_REASONS: usize = 2;

/// Letters of what stood there.
const MOST_LETTERS: usize = 120;

/// Why rows of a file, or its totals, were not taken as they stand, the most rows first, each with what stood in the first
/// place: `8 IdempotencyConflict in id: stripe:ch_1`. Issues that only tell are left out, and so is what notes say already.
pub(super) fn reasons(issues: &[Issue]) -> Vec<String> {
    let mut found: BTreeMap<(IssueRule, &str), (u64, &str)> = BTreeMap::new();
    let told = |issue: &&Issue| !issue.is_note() && !TOLD_BY_NOTES.contains(&issue.rule);
    for issue in issues.iter().filter(told) {
        found.entry((issue.rule, &issue.column)).or_insert((0, &issue.value)).0 += u64::from(issue.rows);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, (rows, _))| std::cmp::Reverse(*rows));
    let more = found.len().saturating_sub(MOST_REASONS);
    let told =
        found.into_iter().take(MOST_REASONS).map(|((rule, column), (rows, value))| reason(rule, column, rows, value));
    told.chain((more > 0).then(|| format!("{more} more reasons"))).collect()
}

/// The note of such a file says what it looks like.
const TOLD_BY_NOTES: [IssueRule; 2] = [IssueRule::UnknownFormat, IssueRule::SchemaDrift];

fn reason(rule: IssueRule, column: &str, rows: u64, value: &str) -> String {
    let rows = if rows > 0 { format!("{rows} ") } else { String::new() };
    let column = if column.is_empty() { String::new() } else { format!(" in {column}") };
    let mut letters = value.chars();
    let mut said: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() {
        said.push('…');
    }
    let said = if said.is_empty() { said } else { format!(": {said}") };
    format!("{rows}{rule:?}{column}{said}")
}

/// `15 InvalidNumber in gross, 2 WrongFieldCount`: the most frequent first.
fn by_rule(issues: &[Issue]) -> String {
    let mut counts: BTreeMap<(IssueRule, &str), u64> = BTreeMap::new();
    for issue in issues {
        *counts.entry((issue.rule, &issue.column)).or_default() += u64::from(issue.rows);
    }
    let mut counts: Vec<_> = counts.into_iter().filter(|(_, rows)| *rows > 0).collect();
    counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    let told = counts.iter().map(|((rule, column), rows)| match *column {
        "" => format!("{rows} {rule:?}"),
        column => format!("{rows} {rule:?} in {column}"),
    });
    told.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(rule: IssueRule, rows: u32, column: &str, value: &str) -> Issue {
        let (file, span) = (Digest([0; 32]), Span { line: 2, offset: 0, len: 0 });
        Issue { stage: Stage::Sources, rule, file, span, rows, column: column.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_file_says_why_its_rows_were_not_taken_the_most_rows_first() {
        let sum = "lines sum to 26.99, not to 30.00";
        let issues = [
            issue(IssueRule::IdentityBroken, 0, "total", sum),
            issue(IssueRule::InvalidNumber, 1, "gross", "1.2.3"),
            issue(IssueRule::InvalidNumber, 1, "gross", "x"),
        ];
        let told = ["2 InvalidNumber in gross: 1.2.3".to_owned(), format!("IdentityBroken in total: {sum}")];
        assert_eq!(reasons(&issues), told);
        let more = [&issues[..], &[issue(IssueRule::WrongFieldCount, 1, "", &"y".repeat(200))]].concat();
        let long = format!("1 WrongFieldCount: {}…", "y".repeat(120));
        assert_eq!(reasons(&more), [told[0].clone(), long, "1 more reasons".to_owned()]);
        assert!(reasons(&[issue(IssueRule::UnknownFormat, 1, "", "a letter")]).is_empty());
    }
}

//! Why a row could not be read, before its place is known.

use crate::Parsed;
use domain::{Digest, Issue, IssueRule, Span, Stage};

/// A broken rule, with the column and value to blame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    rule: IssueRule,
    column: String,
    value: String,
}

impl Fault {
    /// A fault of `column`, where `value` stood. A personal value must not be given: issues are shown to people.
    pub(crate) fn new(rule: IssueRule, column: &str, value: impl Into<String>) -> Self {
        Self { rule, column: column.to_owned(), value: value.into() }
    }

    /// The issue of one row.
    pub(crate) fn at(self, file: Digest, span: Span) -> Issue {
        self.holding(file, span, 1)
    }

    /// The issue of `rows` rows; none where the fault is not about rows.
    pub(crate) fn holding(self, file: Digest, span: Span, rows: u64) -> Issue {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        Issue { stage: Stage::Sources, rule: self.rule, file, span, rows, column: self.column, value: self.value }
    }

    /// A file of which nothing can be used: one issue holds all its rows.
    pub(crate) fn whole_file(self, file: Digest, rows: u64) -> Parsed {
        let line = u32::from(self.rule != IssueRule::EmptyFile);
        let span = Span { line, ..Span::default() };
        Parsed { issues: vec![self.holding(file, span, rows)], rows, ..Parsed::default() }
    }
}

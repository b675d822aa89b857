//! Issues: input that could not be used as it stands. Nothing is lost: an issue points at the bytes.

use crate::{Digest, Span};
use std::fmt;

/// Where on the way through something happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Bytes to records.
    Sources,
    /// Records to documents.
    Normalise,
    /// Who is who.
    Link,
    /// What settles what.
    Reconcile,
    /// Money.
    Post,
    /// Numbers.
    Observe,
    /// Risk.
    Score,
    /// What to do.
    Decide,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 8] = [
        Self::Sources,
        Self::Normalise,
        Self::Link,
        Self::Reconcile,
        Self::Post,
        Self::Observe,
        Self::Score,
        Self::Decide,
    ];

    /// The stage's verb.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Normalise => "normalise",
            Self::Link => "link",
            Self::Reconcile => "reconcile",
            Self::Post => "post",
            Self::Observe => "observe",
            Self::Score => "score",
            Self::Decide => "decide",
        }
    }
}

/// The rule that input broke. The same word in code, API, pages and documents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IssueRule {
    /// The file has no bytes.
    EmptyFile,
    /// The compressed file ends too early or does not match its checksum.
    DamagedArchive,
    /// No source recognises the file.
    UnknownFormat,
    /// A column that the format needs is not in the header.
    MissingColumn,
    /// The row has more or fewer fields than the header.
    WrongFieldCount,
    /// A number could not be read.
    InvalidNumber,
    /// A date or time could not be read.
    InvalidTime,
    /// A currency code could not be read.
    InvalidCurrency,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// A value that the row needs is empty.
    MissingValue,
    /// A word that the format does not list.
    UnknownValue,
    /// The date lies more than a day after now.
    DateInFuture,
    /// The document is not well formed (XML, JSON).
    Malformed,
    /// `net` is not `gross − fee`, or a statement's lines do not sum to its balances.
    IdentityBroken,
    /// The same key came before with other content.
    IdempotencyConflict,
    /// An amount is beyond what the books take (10¹⁴ minor units a record).
    AmountOverflow,
    /// More rows of the file were rejected than the limit allows, so that none of it was taken.
    TooManyRejected,
    /// The columns are not those of earlier files of this source.
    SchemaDrift,
    /// Card numbers stood in the file; it is kept with their middle digits masked.
    CardNumbersMasked,
    /// A code that is no currency's: how many digits it has is not known.
    UnknownCurrency,
    /// A rate that another of the same day and provider contradicts: going round gives another amount than standing still.
    CircularRate,
    /// What a record says belongs to a period that is closed, so that it stands in the first open one.
    EntryInLockedPeriod,
    /// A trial balance would open the books within a period that is closed; it opened nothing.
    OpeningInLockedPeriod,
}

impl IssueRule {
    /// All rules.
    pub const ALL: [Self; 23] = [
        Self::EmptyFile,
        Self::DamagedArchive,
        Self::UnknownFormat,
        Self::MissingColumn,
        Self::WrongFieldCount,
        Self::InvalidNumber,
        Self::InvalidTime,
        Self::InvalidCurrency,
        Self::InvalidUtf8,
        Self::MissingValue,
        Self::UnknownValue,
        Self::DateInFuture,
        Self::Malformed,
        Self::IdentityBroken,
        Self::IdempotencyConflict,
        Self::AmountOverflow,
        Self::TooManyRejected,
        Self::SchemaDrift,
        Self::CardNumbersMasked,
        Self::UnknownCurrency,
        Self::CircularRate,
        Self::EntryInLockedPeriod,
        Self::OpeningInLockedPeriod,
    ];

    /// The rule's name as written everywhere.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The rule of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// One piece of input that was kept but not used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Issue {
    /// Where on the way.
    pub stage: Stage,
    /// Which rule.
    pub rule: IssueRule,
    /// The file, by the SHA-256 of its unpacked bytes.
    pub file: Digest,
    /// The row.
    pub span: Span,
    /// Rows of the file that this issue holds back (several lines may make one record).
    pub rows: u32,
    /// The column, where one is to blame; else empty.
    pub column: String,
    /// The value, as it stood; else empty.
    pub value: String,
}

impl Issue {
    /// Whether it only tells of something: it holds no row back, and nothing is to be mended.
    pub fn is_note(&self) -> bool {
        let notes =
            matches!(self.rule, IssueRule::SchemaDrift | IssueRule::CardNumbersMasked | IssueRule::EntryInLockedPeriod);
        self.rows == 0 && notes
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {:?}", self.span.line, self.rule)?;
        if !self.column.is_empty() {
            write!(f, " in `{}`", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, ": `{}`", self.value)?;
        }
        Ok(())
    }
}

//! What other books say: trial balances and filed statements.

use super::Span;
use crate::Money;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The balances of another set of books on one day. What does not sum to zero in each currency posts nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialBalance {
    /// The balances stand at the end of this day; ours go on from there.
    pub cut_over: Date,
    /// In the file's order.
    pub lines: Vec<TrialBalanceLine>,
}

/// The balance of one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialBalanceLine {
    /// The account's number in those books, may be empty.
    pub account_code: String,
    /// Its name there, may be empty.
    pub account_name: String,
    /// Debit positive, credit negative.
    pub amount: Money,
    /// Its own row.
    pub span: Span,
}

/// A figure or text of a filed statement (XBRL). Posts nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementFact {
    /// Who files: the identifier by its scheme, for example a CIK or LEI.
    pub entity: String,
    /// `taxonomy:tag`, for example `us-gaap:Assets`.
    pub concept: String,
    /// `USD`, `USD/shares`, `pure`; empty where the value has none.
    pub unit: String,
    /// Of when it speaks.
    pub period: FactPeriod,
    /// What it says.
    pub value: FactValue,
    /// How exact the figure is, where the filing says it.
    pub accuracy: Option<Accuracy>,
    /// (axis, member) by axis: of which part of the business it speaks; empty = of the whole.
    pub dimensions: Vec<(String, String)>,
    /// The filing's own number, where it is known; else empty.
    pub accession: String,
}

/// Of when a fact speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FactPeriod {
    /// At the end of a day.
    Instant(Date),
    /// From the start of the first day to the end of the last.
    Duration {
        /// First day.
        start: Date,
        /// Last day.
        end: Date,
    },
    /// Always.
    Forever,
}

/// What a fact says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactValue {
    /// A figure in its unit, every digit as filed.
    Number(Decimal),
    /// Words.
    Text(String),
    /// That there is nothing to say (`xsi:nil`).
    Nil,
}

/// How exact a figure is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Accuracy {
    /// Right to so many places after the point; −6 = to the million.
    Decimals(i32),
    /// So many digits are right.
    Precision(u32),
    /// Every digit is.
    Exact,
}

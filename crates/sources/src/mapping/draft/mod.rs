//! A draft of the mapping of any table, by looking at it: what a person would find out in an hour, in a second.
//!
//! 1. Layout: encoding, delimiter, header row (`tabular/sniff.rs`).
//! 2. Facts of every column's values (`facts.rs`): numbers and their style, dates and their order, codes, addresses.
//! 3. What the names say (`words.rs`) in five languages, as far as the values allow it: a column called `date` whose
//!    values are no dates is none.
//! 4. Sums that hold (`sums.rs`): gross − fee = net, a balance that amounts lead to. They overrule names.
//! 5. The kind of record, by which meanings were found (`kinds.rs`); then each meaning to its surest column
//!    (`assign.rs`).
//!
//! Every decision says how sure it is and why. What is less sure than [`SURE`] is written as a comment for a person.

mod assign;
mod facts;
mod kinds;
mod sums;
mod toml;
mod words;

use super::meaning::{Kind, Meaning};
use crate::number_style::NumberStyle;
use crate::reviews::Scale;
use crate::tabular::{Layout, TableRow, TableText};
use crate::values::DateStyle;
use domain::Currency;
use facts::Facts;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeSet;

pub(super) use assign::is_personal_name;
pub(super) use words::{TOTALS, plain};

/// Rows that a draft looks at.
const MOST_ROWS: usize = 50_000;
/// From here on a meaning is written into the mapping.
pub(super) const SURE: f64 = 0.6;
/// Rows at the end that may be totals.
const MOST_TOTALS: usize = 5;

/// A mapping that nobody has looked at yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// How the table is laid out.
    pub layout: Layout,
    /// What a row seems to be, and how surely.
    pub kind: (Kind, f64),
    /// Every column, in the file's order.
    pub columns: Vec<DraftColumn>,
    /// The one currency of the table, where its names or values tell.
    pub currency: Option<Currency>,
    /// Rows at the end that are totals.
    pub skip_last: usize,
    /// Rows that were looked at.
    pub rows: usize,
    /// Whether it has a header.
    pub has_header: bool,
    /// The words of the category or state column.
    words: BTreeSet<String>,
    /// Whether stock moves by sizes without a sign.
    by_reason: bool,
    /// The best rating, as far as the ratings tell.
    best_rating: u8,
}

/// What a column seems to mean.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DraftColumn {
    /// As in the header.
    pub name: String,
    /// None where nothing was found.
    pub means: Option<Meaning>,
    /// From 0 to 1.
    pub certain: f64,
    /// For people.
    pub why: String,
    /// What its values are.
    pub values: String,
    /// Whether its values name people.
    pub personal: bool,
    /// Whether its amounts are whole minor units.
    pub minor: bool,
    #[serde(skip)]
    dates: Option<(DateStyle, &'static str)>,
    #[serde(skip)]
    style: Option<NumberStyle>,
}

impl DraftColumn {
    /// Whether its meaning stands in the mapping, not as a comment.
    pub fn is_sure(&self) -> bool {
        self.means.is_some() && self.certain >= SURE
    }
}

/// The draft of a table; none where the bytes are no table.
pub fn draft(bytes: &[u8]) -> Option<Draft> {
    let layout = Layout::of(bytes)?;
    let (names, rows) = sample(bytes, &layout)?;
    let totals = totals(&rows);
    let sound = &rows[..rows.len() - totals];
    let texts = |index: usize| sound.iter().map(|row| row.get(index).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let facts: Vec<Facts> = (0..names.len()).map(|index| Facts::of(&texts(index))).collect();
    let (kind, columns) = assign::assign(&names, &facts);
    let place = |means| columns.iter().position(|column| column.means == Some(means) && column.is_sure());
    let words = place(Meaning::Category).or_else(|| place(Meaning::State)).map(texts).unwrap_or_default();
    let ratings = place(Meaning::Rating).map(texts).unwrap_or_default();
    let is_signed = |at: usize| facts[at].column.iter().flatten().any(Decimal::is_sign_negative);
    let by_reason = place(Meaning::Category).is_some() && place(Meaning::Quantity).is_some_and(|at| !is_signed(at));
    // Those of a trial balance are known by their names, and checked.
    let skip_last = if kind.0 == Kind::TrialBalance { 0 } else { totals };
    let words = words.iter().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
    let has_header = !matches!(layout.shape, crate::tabular::Shape::Delimited { header_row: 0, .. });
    Some(Draft {
        currency: currency(&columns, &facts),
        rows: rows.len(),
        layout,
        kind,
        columns,
        skip_last,
        has_header,
        words,
        by_reason: by_reason && kind.0 == Kind::StockMovement,
        best_rating: Scale::of_ratings(ratings.iter().map(String::as_str)).0,
    })
}

type Sample = (Vec<String>, Vec<Vec<String>>);

fn sample(bytes: &[u8], layout: &Layout) -> Option<Sample> {
    let text = TableText::new(bytes, layout).ok()?;
    let mut rows = text.rows().ok()?;
    let names = rows.names().to_vec();
    let mut row = TableRow::default();
    let mut read = Vec::new();
    while read.len() < MOST_ROWS && rows.read(&mut row) {
        read.push(row.fields.clone());
    }
    Some((names, read))
}

/// Rows at the end whose first words say that they total the others.
fn totals(rows: &[Vec<String>]) -> usize {
    let is_total = |row: &&Vec<String>| {
        let first = row.iter().find(|field| !field.trim().is_empty());
        first.is_some_and(|field| words::TOTALS.contains(&plain(field).as_str()))
    };
    rows.iter().rev().take(MOST_TOTALS).take_while(is_total).count()
}

/// The currency that an amount's name or values tell, where no column does.
fn currency(columns: &[DraftColumn], facts: &[Facts]) -> Option<Currency> {
    if columns.iter().any(|column| column.means == Some(Meaning::Currency) && column.is_sure()) {
        return None;
    }
    let amounts = columns.iter().zip(facts).filter(|(column, _)| column.means.is_some_and(Meaning::is_number));
    let mut told = amounts.filter_map(|(column, facts)| named(&column.name).or(facts.currency_sign));
    told.next()
}

/// `Amount (EUR)`, `Betrag in EUR`, `amount_usd`.
fn named(name: &str) -> Option<Currency> {
    let words = name.split(|c: char| !c.is_ascii_alphabetic());
    let code = words.filter(|word| word.len() == 3).find(|word| crate::values::is_currency(word))?;
    Currency::from_code(code)
}

//! What two records have in common, as numbers: one row of *pair features* for each pair of records.
//!
//! A file a kind of comparison. A feature whose sides are not both known is missing (`NaN`), never a middle value.
//! Rarity is counted in the data at hand: equal values that many records share say little. Row order, field order and
//! the order of pairs change no number.
//!
//! Example: `Jon Smith` and `john  SMITH` under a field `name`: `name: edit` is 1 − 1/10, one character added to ten.

mod amount;
mod column;
mod date;
mod memo;
mod name;
mod record;
mod rivals;
#[cfg(test)]
mod tests;
mod text;
mod title;

use super::table::{Field, Kind, Rows};
use super::words::Vocabulary;
use amount::AmountColumn;
pub(super) use amount::{read as read_amount, read_exactly};
use date::DateColumn;
pub(super) use date::{days as day_number, read as read_date};
pub(super) use name::forms;
use rayon::prelude::*;
use record::RecordColumn;
pub use rivals::with_rivals;
use text::TextColumn;

/// A record of the left table and one of the right; of one table, two of its records.
pub type Pair = (u32, u32);

/// Both tables, prepared once so that pairs are compared fast.
#[derive(Debug)]
pub struct Comparer {
    fields: Vec<Field>,
    columns: Vec<Column>,
    record: RecordColumn,
    names: Vec<String>,
}

#[derive(Debug)]
enum Column {
    Text(Box<TextColumn>),
    Amount(AmountColumn),
    Date(DateColumn),
}

impl Comparer {
    /// Prepares two tables with the same fields; where records of one table are compared, it stands on both sides.
    pub fn new(fields: &[Field], left: &Rows, right: &Rows) -> Self {
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by(|&a, &b| fields[a].cmp(&fields[b]));
        let fields: Vec<Field> = order.iter().map(|&at| fields[at].clone()).collect();
        let texts: Vec<usize> = (0..fields.len()).filter(|&at| fields[at].kind.is_text()).collect();
        let vocabulary = Vocabulary::of(
            texts.par_iter().flat_map_iter(|&at| column::every_word([left, right], order[at])).collect(),
        );
        let columns: Vec<Column> = (fields.par_iter().zip(&order))
            .map(|(field, &at)| match field.kind {
                Kind::Amount => Column::Amount(AmountColumn::new(left, right, at)),
                Kind::Date => Column::Date(DateColumn::new(left, right, at)),
                kind => Column::Text(Box::new(TextColumn::new(kind, left, right, at, &vocabulary))),
            })
            .collect();
        let texts: Vec<&TextColumn> = columns.iter().filter_map(Column::text).collect();
        let record = RecordColumn::new(&texts, left.len(), right.len(), vocabulary);
        let mut names = Vec::new();
        for (field, column) in fields.iter().zip(&columns) {
            names.extend(column.names().into_iter().map(|name| format!("{}: {name}", field.name)));
        }
        names.extend(record.names().map(|name| format!("record: {name}")));
        Self { fields, columns, record, names }
    }

    /// The fields, in the order of their names.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The name of each feature, as `field: comparison`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The features of one pair, in the order of [`Comparer::names`].
    pub fn features(&self, pair: Pair) -> Vec<f32> {
        let mut row = Vec::with_capacity(self.names.len());
        self.push(pair, &mut row);
        row
    }

    /// The features of many pairs, row by row.
    pub fn features_of(&self, pairs: &[Pair]) -> Vec<f32> {
        const PAIRS_A_PIECE: usize = 1024;
        let pieces: Vec<Vec<f32>> = pairs.par_chunks(PAIRS_A_PIECE).map(|piece| self.piece(piece)).collect();
        pieces.concat()
    }

    fn piece(&self, pairs: &[Pair]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(pairs.len() * self.names.len());
        pairs.iter().for_each(|&pair| self.push(pair, &mut rows));
        rows
    }

    fn push(&self, pair: Pair, row: &mut Vec<f32>) {
        let vocabulary = self.record.vocabulary();
        for column in &self.columns {
            match column {
                Column::Text(column) => column.push(pair, vocabulary, row),
                Column::Amount(column) => column.push(pair, row),
                Column::Date(column) => column.push(pair, row),
            }
        }
        self.record.push(pair, row);
    }
}

impl Column {
    fn text(&self) -> Option<&TextColumn> {
        match self {
            Self::Text(column) => Some(column),
            Self::Amount(_) | Self::Date(_) => None,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Text(column) => column.names(),
            Self::Amount(_) => amount::NAMES.to_vec(),
            Self::Date(_) => date::NAMES.to_vec(),
        }
    }
}

//! People's own tables, read for linking: the key of each record, the fields that both tables have, and their kinds.

use crate::command::UsageError;
use crate::table_file;
use engine::link::guess;
use engine::link::table::{Field, Kind, Rows};
use sources::tabular::{Layout, TableRow, TableText};
use std::path::Path;

/// One file's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTable {
    /// The column names, in the file's order.
    pub names: Vec<String>,
    /// The rows, a value a column.
    pub rows: Rows,
    /// Rows that could not be read, with the line's problem.
    pub faults: Vec<String>,
    key: Option<usize>,
}

impl UserTable {
    /// Reads the table of a file: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.
    ///
    /// # Errors
    /// When it is no table.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let file = table_file::open(path, None)?;
        Self::of(&file.text).ok_or_else(|| {
            UsageError(format!("{} is no table: no rows of fields, and no JSON object a line", path.display())).into()
        })
    }

    fn of(text: &[u8]) -> Option<Self> {
        let layout = Layout::of(text)?;
        let text = TableText::new(text, &layout).ok()?;
        let mut rows = text.rows().ok()?;
        let names = rows.names().to_vec();
        let (mut read, mut faults, mut row) = (Vec::new(), Vec::new(), TableRow::default());
        while rows.read(&mut row) {
            match &row.fault {
                Some((rule, what)) => faults.push(format!("line {}: {} {what}", row.span.line, rule.name())),
                None => read.push(row.fields.iter().map(|field| field.trim().to_owned()).collect()),
            }
        }
        Some(Self::new(names, Rows(read), faults))
    }

    /// A table of these rows.
    pub fn new(names: Vec<String>, rows: Rows, faults: Vec<String>) -> Self {
        let key = (0..names.len()).find(|&at| speaks_of_ids(&names[at]) && is_distinct(&rows, at));
        Self { names, rows, faults, key }
    }

    /// The column that tells records apart: the first whose values are all there and all different, and whose name
    /// speaks of an id; what is equal by chance is no key.
    pub fn key(&self) -> Option<usize> {
        self.key
    }

    /// What a record is called: its key, or its row from 1.
    pub fn name(&self, row: usize, key: Option<usize>) -> String {
        key.map_or_else(|| (row + 1).to_string(), |at| self.rows.value(row, at).to_owned())
    }
}

fn is_distinct(rows: &Rows, at: usize) -> bool {
    let mut values: Vec<&str> = (0..rows.len()).map(|row| rows.value(row, at)).collect();
    values.sort_unstable();
    let before = values.len();
    values.dedup();
    values.len() == before && values.first().is_some_and(|first| !first.is_empty())
}

/// Two tables, or one, with the fields that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The fields of both, with their kinds.
    pub fields: Vec<Field>,
    /// The left rows, by these fields.
    pub left: Rows,
    /// The right rows, by these fields; none where one table is linked.
    pub right: Option<Rows>,
}

impl Prepared {
    /// The columns that both tables have, by their names without case and punctuation, but for keys and `ignored`; a
    /// kind that was said stands before one that was guessed.
    ///
    /// # Errors
    /// When the tables have no column in common.
    pub fn new(
        left: &UserTable,
        right: Option<&UserTable>,
        said: &[(String, Kind)],
        ignored: &[String],
    ) -> anyhow::Result<Self> {
        let is_left_out = |name: &str| ignored.iter().any(|ignored| plain(ignored) == plain(name));
        let keys = (left.key(), right.and_then(UserTable::key));
        let mut places = Vec::new();
        for (at, name) in left.names.iter().enumerate().filter(|(at, name)| Some(*at) != keys.0 && !is_left_out(name)) {
            let other = match right {
                None => Some(at),
                Some(right) => (0..right.names.len())
                    .find(|&other| Some(other) != keys.1 && plain(&right.names[other]) == plain(name)),
            };
            places.extend(other.map(|other| (name.clone(), at, other)));
        }
        if places.is_empty() {
            let names = |table: &UserTable| table.names.join(", ");
            let right = right.map_or_else(String::new, |right| format!(" and {}", names(right)));
            return Err(UsageError(format!(
                "the tables have no column in common to compare: {}{right}; rename columns that mean the same",
                names(left)
            ))
            .into());
        }
        let chosen = |table: &UserTable, at: fn(&(String, usize, usize)) -> usize| {
            let row = |row: usize| places.iter().map(|place| table.rows.value(row, at(place)).to_owned()).collect();
            Rows((0..table.rows.len()).map(row).collect())
        };
        let left = chosen(left, |place| place.1);
        let right = right.map(|right| chosen(right, |place| place.2));
        let tables: Vec<&Rows> = std::iter::once(&left).chain(right.as_ref()).collect();
        let field = |(at, (name, _, _)): (usize, &(String, usize, usize))| {
            let kind = said.iter().find(|(said, _)| plain(said) == plain(name)).map(|(_, kind)| *kind);
            kind.map_or_else(|| guess(name, &tables, at), |kind| Field { name: name.clone(), kind })
        };
        let fields = places.iter().enumerate().map(field).collect();
        Ok(Self { fields, left, right })
    }
}

/// Whether a column's name says that it tells records apart.
pub(super) fn speaks_of_ids(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    words.iter().any(|word| matches!(*word, "id" | "key" | "uuid")) || name.ends_with("id")
}

/// A column's name without case and punctuation.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_columns_are_compared_and_keys_are_not() {
        let left = UserTable::of(b"payment_id,Amount,memo,note\nP1,10.00,J B CHQ,x\nP2,11.50,A C,y\n").unwrap();
        let right = UserTable::of(b"memo,amount,bank_line_id\nJ B,10.00,B7\n").unwrap();
        let prepared = Prepared::new(&left, Some(&right), &[], &[]).unwrap();
        let names: Vec<(&str, Kind)> = prepared.fields.iter().map(|field| (field.name.as_str(), field.kind)).collect();
        assert_eq!(names, [("Amount", Kind::Amount), ("memo", Kind::Memo)]);
        assert_eq!(prepared.right.unwrap().0, [["10.00", "J B"]]);
        assert_eq!((left.name(1, left.key()), right.name(0, None)), ("P2".to_owned(), "1".to_owned()));
        let said =
            Prepared::new(&left, Some(&right), &[("AMOUNT".to_owned(), Kind::Code)], &["memo".to_owned()]).unwrap();
        assert_eq!(said.fields, [Field { name: "Amount".to_owned(), kind: Kind::Code }]);
        assert!(Prepared::new(&left, Some(&right), &[], &["memo".to_owned(), "amount".to_owned()]).is_err());
    }
}

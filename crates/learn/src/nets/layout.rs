//! How the columns of a table stand for a plain row, a sequence or a map, told by their names.
//!
//! `NAME@STEP` is channel NAME at that step of a sequence; `NAME@ROW:COLUMN` is channel NAME in
//! that cell of a map; a name without `@` stands for itself, and in every step or cell. So one
//! table serves nets and trees alike, and the order of its columns changes nothing: channels are
//! ordered by name, steps and cells by number. A step of which every own column is missing is not
//! there: that is how sequences of different lengths share a table.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How a net sees a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Form {
    /// Every column is a channel of one cell; names are not read.
    Row,
    /// Steps in time.
    Sequence,
    /// Cells in rows and columns, as weekday × hour.
    Map,
}

/// Where a channel's value in a cell is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Layout {
    /// Columns of a row of the table.
    pub columns: u32,
    /// Rows and columns of cells; a sequence is one row of steps.
    pub height: u32,
    pub width: u32,
    pub channels: u32,
    /// For each cell and channel, the column of the table; none where the table has no such one.
    pub source: Vec<Option<u32>>,
    /// For each channel, whether it differs from cell to cell: those say which steps are there.
    pub moves: Vec<bool>,
}

/// One name, read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place<'a> {
    channel: &'a str,
    /// The row and column of its cell; none for a name without `@`.
    cell: Option<(u32, u32)>,
}

impl Layout {
    /// The layout that these names tell; `None` where a name cannot be read, or where steps and
    /// cells stand side by side.
    pub(super) fn of_names(names: &[String], form: Form) -> Option<Self> {
        let places: Option<Vec<Place<'_>>> = names.iter().map(|name| place(name, form)).collect();
        let places = places?;
        let rows: BTreeSet<u32> = places.iter().filter_map(|place| Some(place.cell?.0)).collect();
        let columns: BTreeSet<u32> = places.iter().filter_map(|place| Some(place.cell?.1)).collect();
        let (rows, columns) = (or_one(rows), or_one(columns));
        let mut channels: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
        for (column, place) in places.iter().enumerate() {
            channels.entry((place.channel, place.cell.is_some())).or_default().push(column);
        }
        let mut source = vec![None; rows.len() * columns.len() * channels.len()];
        let cells = rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column)));
        for (cell, line) in cells.zip(source.chunks_exact_mut(channels.len())) {
            for (members, source) in channels.values().zip(line) {
                let here = |column: &&usize| places[**column].cell.is_none_or(|at| at == cell);
                *source = members.iter().find(here).and_then(|column| u32::try_from(*column).ok());
            }
        }
        Some(Self {
            columns: u32::try_from(names.len()).ok()?,
            height: u32::try_from(rows.len()).ok()?,
            width: u32::try_from(columns.len()).ok()?,
            channels: u32::try_from(channels.len()).ok()?,
            source,
            moves: channels.keys().map(|(_, moves)| *moves).collect(),
        })
    }

    /// Whether its parts agree, as those of a file must.
    pub(super) fn is_sound(&self) -> bool {
        let [height, width, channels] = [self.height, self.width, self.channels].map(u64::from);
        let product = height.checked_mul(width).and_then(|cells| cells.checked_mul(channels));
        let whole = product == Some(self.source.len() as u64) && product != Some(0);
        let known = self.source.iter().flatten().all(|column| *column < self.columns);
        whole && known && self.columns > 0 && self.moves.len() as u64 == channels
    }
}

fn or_one(mut numbers: BTreeSet<u32>) -> Vec<u32> {
    if numbers.is_empty() {
        numbers.insert(0);
    }
    numbers.into_iter().collect()
}

fn place(name: &str, form: Form) -> Option<Place<'_>> {
    let itself = Some(Place { channel: name, cell: None });
    let (false, Some((channel, at))) = (form == Form::Row, name.rsplit_once('@')) else { return itself };
    let cell = match (form, at.split_once(':')) {
        (Form::Map, Some((row, column))) => (row.parse().ok()?, column.parse().ok()?),
        (Form::Sequence, None) => (0, at.parse().ok()?),
        _ => return None,
    };
    Some(Place { channel, cell: Some(cell) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(names: &[&str], form: Form) -> Option<Layout> {
        Layout::of_names(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), form)
    }

    #[test]
    fn names_tell_steps_in_any_order() {
        let layout = layout(&["b@10", "a@2", "age", "b@2"], Form::Sequence).unwrap();
        assert_eq!((layout.height, layout.width, layout.channels), (1, 2, 3));
        assert_eq!(layout.source, [Some(1), Some(2), Some(3), None, Some(2), Some(0)]);
        assert_eq!(layout.moves, [true, false, true]);
        assert!(layout.is_sound());
    }

    #[test]
    fn names_tell_cells_of_a_map() {
        let layout = layout(&["n@0:1", "n@0:0", "n@3:0"], Form::Map).unwrap();
        assert_eq!((layout.height, layout.width), (2, 2));
        assert_eq!(layout.source, [Some(1), Some(0), Some(2), None]);
    }

    #[test]
    fn a_plain_row_is_ordered_by_name() {
        let layout = layout(&["b", "a@x"], Form::Row).unwrap();
        assert_eq!(layout.source, [Some(1), Some(0)]);
    }

    #[test]
    fn what_cannot_be_read_is_no_layout() {
        assert_eq!(layout(&["a@x"], Form::Sequence), None);
        assert_eq!(layout(&["a@1:2"], Form::Sequence), None);
        assert_eq!(layout(&["a@1"], Form::Map), None);
    }
}

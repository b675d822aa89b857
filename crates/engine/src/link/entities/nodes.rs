//! Records made ready to be compared: those that say the same are one *node*, and nodes stand in the order of a hash of
//! what they say, so that neither the order of rows nor the parts in which they came say anything, and the first nodes
//! are a sample.

use super::level::Levels;
use super::table::{Compact, MOST_FIELDS, NONE, mixed};
use super::value::{Column, Level};
use std::collections::BTreeSet;

/// The prepared table.
#[derive(Debug)]
pub(super) struct Nodes {
    pub(super) columns: Vec<Column>,
    pub(super) levels: Levels,
    /// Node by node, which normal form it has in each field.
    values: Vec<u32>,
    /// The node of each record.
    pub(super) of_record: Vec<u32>,
    /// The hash by which nodes are sorted.
    pub(super) hashes: Vec<u64>,
    /// The records of each node: where they begin, and they.
    starts: Vec<u32>,
    records: Vec<u32>,
}

impl Nodes {
    /// Prepares a table. The records in `apart` become nodes of their own, whatever they say. Where so many nodes were
    /// learned from, values are rare and common by that number.
    pub(super) fn new(table: &Compact, apart: &BTreeSet<u32>, learned_from: Option<u32>) -> Self {
        let (columns, ids): (Vec<Column>, Vec<Vec<u32>>) =
            (0..table.fields().len()).map(|field| Column::new(table, field)).unzip();
        let digests: Vec<Vec<u64>> = columns
            .iter()
            .map(|column| {
                (0_u32..).take(column.texts.len()).map(|id| super::table::hash(column.texts.get(id))).collect()
            })
            .collect();
        let hash = |record: u32| -> u64 {
            let value = |field: usize| digests[field].get(ids[field][record as usize] as usize).copied().unwrap_or(0);
            (0..columns.len()).fold(0, |sum, field| mixed(sum.rotate_left(7) ^ value(field)))
        };
        let mut order: Vec<(u64, u32)> = (0_u32..).take(table.len()).map(|record| (hash(record), record)).collect();
        order.sort_unstable();
        let mut nodes = Self {
            levels: Levels::of(table.fields()),
            values: Vec::with_capacity(order.len() * columns.len()),
            of_record: vec![0; order.len()],
            hashes: Vec::new(),
            starts: vec![0],
            records: Vec::with_capacity(order.len()),
            columns,
        };
        for same in order.chunk_by(|a, b| a.0 == b.0) {
            let (alone, together): (Vec<u32>, Vec<u32>) =
                same.iter().map(|(_, record)| *record).partition(|record| apart.contains(record));
            nodes.add(same[0].0, &together, &ids);
            alone.iter().for_each(|record| nodes.add(same[0].0, &[*record], &ids));
        }
        let width = nodes.columns.len();
        let count = learned_from.map_or(nodes.hashes.len() as f64, f64::from);
        for (field, column) in nodes.columns.iter_mut().enumerate() {
            column.count(nodes.values.iter().skip(field).step_by(width).copied(), count);
        }
        nodes
    }

    fn add(&mut self, hash: u64, records: &[u32], ids: &[Vec<u32>]) {
        let Some(&first) = records.first() else { return };
        let node = u32::try_from(self.hashes.len()).unwrap_or(NONE);
        self.values.extend(ids.iter().map(|ids| ids[first as usize]));
        self.hashes.push(hash);
        self.records.extend(records);
        self.starts.push(u32::try_from(self.records.len()).unwrap_or(NONE));
        records.iter().for_each(|record| self.of_record[*record as usize] = node);
    }

    /// The number of nodes.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Which normal form a node has in a field.
    pub(super) fn value(&self, node: u32, field: usize) -> u32 {
        self.values[node as usize * self.columns.len() + field]
    }

    /// The normal form itself.
    pub(super) fn text(&self, node: u32, field: usize) -> &str {
        self.columns[field].texts.get(self.value(node, field))
    }

    /// The records that say what the node says.
    pub(super) fn records(&self, node: u32) -> &[u32] {
        &self.records[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// Whether the node was not there before: all its records are among those from `known` on, or it stands apart from
    /// others that say the same.
    pub(super) fn may_be_new(&self, node: u32, known: usize, apart: &BTreeSet<u32>) -> bool {
        let records = self.records(node);
        records.iter().all(|record| *record as usize >= known) || records.iter().any(|record| apart.contains(record))
    }

    /// How two nodes agree, a level each comparison, packed.
    pub(super) fn pattern(&self, one: u32, other: u32) -> u64 {
        let width = self.columns.len();
        let of = |node: u32| &self.values[node as usize * width..(node as usize + 1) * width];
        let mut fields = [Level::Missing; MOST_FIELDS];
        for (field, (a, b)) in of(one).iter().zip(of(other)).enumerate() {
            fields[field] = self.columns[field].level(*a, *b);
        }
        self.levels.pattern(&fields)
    }
}

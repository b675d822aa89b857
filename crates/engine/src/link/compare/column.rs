//! A field of both tables: each distinct value once, and which of them each record has.

use crate::link::table::Rows;
use crate::link::words;
use std::collections::HashMap;

/// A record without a value.
const NONE: u32 = u32::MAX;

/// Distinct values in the order of their text.
#[derive(Debug)]
pub(super) struct Distinct<T> {
    pub(super) values: Vec<T>,
    left: Vec<u32>,
    right: Vec<u32>,
    /// How many records of both tables have each value.
    counts: Vec<u32>,
}

impl<T> Distinct<T> {
    /// Reads a field; what `read` makes nothing of counts as missing.
    pub(super) fn new(left: &Rows, right: &Rows, field: usize, read: impl Fn(&str) -> Option<T>) -> Self {
        let mut texts: Vec<&str> = [left, right].into_iter().flat_map(|rows| texts(rows, field)).collect();
        texts.sort_unstable();
        texts.dedup();
        let (mut values, mut ids) = (Vec::new(), HashMap::new());
        for text in texts.into_iter().filter(|text| !text.trim().is_empty()) {
            if let Some(value) = read(text) {
                ids.insert(text, u32::try_from(values.len()).unwrap_or(NONE));
                values.push(value);
            }
        }
        let of = |rows: &Rows| -> Vec<u32> {
            texts_of(rows, field).map(|text| ids.get(text).copied().unwrap_or(NONE)).collect()
        };
        let (left, right) = (of(left), of(right));
        let mut counts = vec![0; values.len()];
        for &id in left.iter().chain(&right).filter(|id| **id != NONE) {
            counts[id as usize] += 1;
        }
        Self { values, left, right, counts }
    }

    /// Which value each record of the left or right table has.
    pub(super) fn id(&self, row: u32, is_left: bool) -> Option<u32> {
        let side = if is_left { &self.left } else { &self.right };
        side.get(row as usize).copied().filter(|id| *id != NONE)
    }

    /// The values of a pair, where both are known.
    pub(super) fn both(&self, (left, right): (u32, u32)) -> Option<(u32, u32)> {
        Some((self.id(left, true)?, self.id(right, false)?))
    }

    pub(super) fn value(&self, id: u32) -> &T {
        &self.values[id as usize]
    }

    pub(super) fn count(&self, id: u32) -> u32 {
        self.counts[id as usize]
    }

    /// ln(records / records with this value): 0 where all have it.
    pub(super) fn rarity(&self, id: u32) -> f32 {
        ratio_log((self.left.len() + self.right.len()) as f64, f64::from(self.count(id)))
    }
}

/// ln(one / other) as a feature.
pub(super) fn ratio_log(one: f64, other: f64) -> f32 {
    single((one / other).ln())
}

/// A measure as a feature.
#[expect(clippy::cast_possible_truncation, reason = "features are f32")]
pub(super) fn single(value: f64) -> f32 {
    value as f32
}

fn texts(rows: &Rows, field: usize) -> impl Iterator<Item = &str> {
    texts_of(rows, field)
}

fn texts_of(rows: &Rows, field: usize) -> impl Iterator<Item = &str> {
    rows.0.iter().map(move |row| row.get(field).map_or("", String::as_str))
}

/// Every word and model number of a field, each once.
pub(super) fn every_word(tables: [&Rows; 2], field: usize) -> Vec<String> {
    let mut texts: Vec<&str> = tables.into_iter().flat_map(|rows| texts(rows, field)).collect();
    texts.sort_unstable();
    texts.dedup();
    let mut all = Vec::new();
    for text in texts {
        let normal = words::normal(text);
        all.extend(words::words(&normal));
        all.extend(words::models(&normal));
    }
    all.sort_unstable();
    all.dedup();
    all
}

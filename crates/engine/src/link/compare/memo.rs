//! Memos, which banks cut off and payers end differently: how far two begin alike, and how rare that beginning is.

use super::column::{Distinct, single};
use super::text::{Value, rarity_of};

pub(super) const NAMES: [&str; 4] = ["begins alike", "share begun alike", "rarity of the beginning", "cut off"];

/// How many records begin like each value, to each of its lengths.
#[derive(Debug)]
pub(super) struct Beginnings {
    counts: Vec<Vec<u32>>,
    records: usize,
}

impl Beginnings {
    pub(super) fn count(values: &Distinct<Value>) -> Self {
        let mut order: Vec<u32> = (0_u32..).take(values.values.len()).collect();
        order.sort_by(|&a, &b| values.value(a).chars.cmp(&values.value(b).chars));
        let mut counts: Vec<Vec<u32>> = values.values.iter().map(|value| vec![0; value.chars.len()]).collect();
        let shared: Vec<usize> = (order.windows(2))
            .map(|two| begun_alike(&values.value(two[0]).chars, &values.value(two[1]).chars))
            .collect();
        let longest = counts.iter().map(Vec::len).max().unwrap_or(0);
        for length in 1..=longest {
            let mut from = 0;
            while from < order.len() {
                let until = from + 1 + shared[from..].iter().take_while(|alike| **alike >= length).count();
                let total = order[from..until].iter().map(|&id| values.count(id)).sum();
                for &id in &order[from..until] {
                    if let Some(count) = counts[id as usize].get_mut(length - 1) {
                        *count = total;
                    }
                }
                from = until;
            }
        }
        let records = values.values.iter().zip(0_u32..).map(|(_, id)| values.count(id) as usize).sum();
        Self { counts, records }
    }
}

pub(super) fn features(
    beginnings: &Beginnings,
    (id, one): (u32, &Value),
    (_, other): (u32, &Value),
) -> [f32; NAMES.len()] {
    let alike = begun_alike(&one.chars, &other.chars);
    let shorter = one.chars.len().min(other.chars.len()).max(1);
    let rarity = match alike {
        0 => 0.0,
        alike => rarity_of(beginnings.counts[id as usize][alike - 1], beginnings.records),
    };
    let is_cut = f32::from(u8::from(alike == shorter));
    [single(alike as f64), single(alike as f64 / shorter as f64), rarity, is_cut]
}

/// How many first characters are the same.
fn begun_alike(one: &[char], other: &[char]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

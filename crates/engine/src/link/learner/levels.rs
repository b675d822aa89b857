//! Pair features as few levels of agreement a field, best first: what Fellegi and Sunter's model and rules count.

use super::Study;
use rayon::prelude::*;

/// How one field's agreement is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comparison {
    pub(super) field: String,
    way: Way,
    /// Where the rarity of what agrees stands.
    rarity: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// Columns of `equal`, `cut off`, `share begun alike`.
    Memo { equal: usize, cut: usize, begun: usize, winkler: usize },
    /// Columns of `equal`, of alikeness by characters, and by words.
    Text { equal: usize, edit: usize, soft: usize },
    /// Columns of `equal` and of the size of the log ratio.
    Amount { equal: usize, size: usize },
    /// Columns of `equal`, of the days later, and of the digits.
    Date { equal: usize, later: usize, digits: usize },
}

/// The most levels of a comparison.
pub(super) const LEVELS: usize = 6;

/// A number for each pair, equal for pairs that agree in the same fields to the same degree.
pub(in crate::link) fn patterns(study: &Study<'_>) -> Vec<u64> {
    let comparisons = comparisons(study.names);
    let of = |pair: usize| {
        let level = |comparison: &Comparison| comparison.level(study.row(pair)).map_or(LEVELS, |level| level) as u64;
        comparisons.iter().fold(0, |all, comparison| all * (LEVELS as u64 + 1) + level(comparison))
    };
    (0..study.len()).into_par_iter().map(of).collect()
}

/// The comparisons that these features allow, a field each.
pub(super) fn comparisons(names: &[String]) -> Vec<Comparison> {
    let mut fields: Vec<&str> = names.iter().filter_map(|name| Some(name.rsplit_once(": ")?.0)).collect();
    fields.dedup();
    let column = |field: &str, name: &str| names.iter().position(|known| *known == format!("{field}: {name}"));
    let of = |field: &&str| {
        let at = |name| column(field, name);
        let way = if let (Some(equal), Some(cut), Some(begun), Some(winkler)) =
            (at("equal"), at("cut off"), at("share begun alike"), at("winkler"))
        {
            Way::Memo { equal, cut, begun, winkler }
        } else if let (Some(equal), Some(edit), Some(soft)) = (at("equal"), at("edit"), at("soft cosine")) {
            Way::Text { equal, edit, soft }
        } else if let (Some(equal), Some(size)) = (at("equal"), at("log ratio size")) {
            Way::Amount { equal, size }
        } else {
            Way::Date { equal: at("equal")?, later: at("days later")?, digits: at("digits")? }
        };
        let rarity = at("rarity of the beginning").or(at("rarity where equal"));
        Some(Comparison { field: (*field).to_owned(), way, rarity })
    };
    fields.iter().filter_map(of).collect()
}

impl Comparison {
    /// The level of a pair: 0 is the best; none where the field is missing on a side.
    pub(super) fn level(&self, row: &[f32]) -> Option<usize> {
        let is = |at: usize| row[at] >= 0.5;
        match self.way {
            Way::Memo { equal, cut, begun, winkler } => known(row[equal])?.then_some(0).or(Some(match row[begun] {
                _ if is(cut) => 1,
                share if share >= 0.6 => 2,
                share if share >= 0.3 => 3,
                _ if row[winkler] >= 0.85 => 4,
                _ => 5,
            })),
            Way::Text { equal, edit, soft } => {
                known(row[equal])?.then_some(0).or(Some(match row[edit].max(row[soft]) {
                    alike if alike >= 0.9 => 1,
                    alike if alike >= 0.75 => 2,
                    alike if alike >= 0.5 => 3,
                    alike if alike >= 0.25 => 4,
                    _ => 5,
                }))
            }
            Way::Amount { equal, size } => known(row[equal])?.then_some(0).or(Some(match row[size] {
                size if size <= 0.01 => 1,
                size if size <= 0.03 => 2,
                size if size <= 0.06 => 3,
                size if size <= 0.12 => 4,
                // Nothing is so many times as much: an amount of 0 tells as little as none.
                size if size.is_nan() => return None,
                _ => 5,
            })),
            Way::Date { equal, later, digits } => known(row[equal])?.then_some(0).or(Some(match row[later] {
                days if (0.0..=2.0).contains(&days) => 1,
                days if (0.0..=7.0).contains(&days) => 2,
                days if (0.0..=31.0).contains(&days) => 3,
                days if days.abs() <= 3.0 || row[digits] >= 0.85 => 4,
                _ => 5,
            })),
        }
    }

    /// How rare what agrees is, in nats, where the level is full agreement (for memos: as far as they begin alike).
    pub(super) fn rarity(&self, row: &[f32], level: usize) -> Option<f32> {
        let counts = level == 0 || matches!(self.way, Way::Memo { .. }) && level <= 2;
        self.rarity.filter(|_| counts).map(|at| row[at]).filter(|rarity| rarity.is_finite())
    }
}

/// A bit that may be missing.
fn known(bit: f32) -> Option<bool> {
    (!bit.is_nan()).then_some(bit >= 0.5)
}

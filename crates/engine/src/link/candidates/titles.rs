//! The nearest titles of each record, by the cosine of their terms, each weighed by how rare it is: no rule of one key
//! brings two titles together that share three words of which each alone is common.
//!
//! A title is a vector of two halves that count alike: its words, and every three of its characters in a row, which
//! still meet where a word is misspelled or run together. Neighbours are found by an inverted index, the rarest terms
//! first.
//!
//! Bounded: so many neighbours for each record as the budget has; terms that more than [`LARGEST_LIST`] records have
//! are not walked, and of all lists no more than [`MOST_WALKED`] entries for a record; [`MOST_LETTERS`] characters of a
//! title.

use super::atoms::key;
use crate::link::compare::Pair;
use crate::link::table::Rows;
use crate::link::words;
use learn::similar::{self, Frequencies};
use rayon::prelude::*;

/// A term that so many records have says too little to be walked.
const LARGEST_LIST: usize = 1_000;

/// Entries that are walked for one record.
const MOST_WALKED: usize = 20_000;

/// Characters, and words, of a title that count.
const MOST_LETTERS: usize = 128;
const MOST_WORDS: usize = 40;

/// Characters in a row that are a term.
const IN_A_ROW: usize = 3;

/// Terms with their weights, ascending.
type Vector = Vec<(u32, f32)>;

/// For each record of either table the `each` nearest of the other; each pair once. Of one table the earlier record
/// stands first.
pub(super) fn nearest(left: &Rows, right: &Rows, field: usize, is_one_table: bool, each: usize) -> Vec<Pair> {
    let (lefts, rights, terms) = vectors(left, right, field);
    let mut pairs: Vec<Pair> = Index::new(&rights, terms).near(&lefts, each, is_one_table);
    if is_one_table {
        pairs.iter_mut().for_each(|pair| *pair = (pair.0.min(pair.1), pair.0.max(pair.1)));
    } else {
        let back = Index::new(&lefts, terms).near(&rights, each, false);
        pairs.extend(back.into_iter().map(|(right, left)| (left, right)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The titles of both tables as vectors of length 1, and the number of their terms.
fn vectors(left: &Rows, right: &Rows, field: usize) -> (Vec<Vector>, Vec<Vector>, usize) {
    let of = |rows: &Rows| -> Vec<[Vec<u64>; 2]> {
        (0..rows.len()).into_par_iter().map(|row| keys(rows.value(row, field))).collect()
    };
    let (lefts, rights) = (of(left), of(right));
    let mut known: Vec<u64> = lefts.iter().chain(&rights).flatten().flatten().copied().collect();
    known.sort_unstable();
    known.dedup();
    let ids = |titles: &[[Vec<u64>; 2]]| -> Vec<[Vec<u32>; 2]> {
        titles.par_iter().map(|title| title.each_ref().map(|keys| numbered(keys, &known))).collect()
    };
    let (lefts, rights) = (ids(&lefts), ids(&rights));
    let whole = |[words, grams]: &[Vec<u32>; 2]| {
        let mut all = [words.as_slice(), grams.as_slice()].concat();
        all.sort_unstable();
        all
    };
    let every: Vec<Vec<u32>> = lefts.iter().chain(&rights).map(whole).collect();
    let counted = Frequencies::count(known.len(), every.iter().map(Vec::as_slice));
    let weighed = |titles: &[[Vec<u32>; 2]]| titles.iter().map(|title| vector(title, &counted)).collect();
    (weighed(&lefts), weighed(&rights), known.len())
}

/// Words, and characters in a row, of a title. The two cannot be mistaken for each other.
fn keys(title: &str) -> [Vec<u64>; 2] {
    const OF_WORDS: u64 = 1 << 63;
    let normal = words::normal(title);
    let words = words::words(&normal).iter().take(MOST_WORDS).map(|word| key(word.chars()) | OF_WORDS).collect();
    let letters: Vec<char> = normal.chars().take(MOST_LETTERS).collect();
    let grams = similar::grams(&letters, IN_A_ROW).into_iter().map(u64::from).collect();
    [words, grams]
}

fn numbered(keys: &[u64], known: &[u64]) -> Vec<u32> {
    let number = |key: &u64| known.binary_search(key).ok().and_then(|at| u32::try_from(at).ok());
    let mut ids: Vec<u32> = keys.iter().filter_map(number).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Each half has the length √½.
fn vector(title: &[Vec<u32>; 2], counted: &Frequencies) -> Vector {
    let half = |terms: &Vec<u32>| {
        let bag = counted.bag(terms);
        let length = bag.words().iter().map(|(_, weight)| 2.0 * weight * weight).sum::<f32>().sqrt();
        bag.words().iter().map(|&(term, weight)| (term, weight / length)).collect::<Vector>()
    };
    let mut terms: Vector = title.iter().flat_map(half).collect();
    terms.sort_unstable_by_key(|(term, _)| *term);
    terms
}

/// The records of a table by their terms, with the weight that each has there.
struct Index {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    records: usize,
}

impl Index {
    fn new(vectors: &[Vector], terms: usize) -> Self {
        let mut starts = vec![0; terms + 1];
        vectors.iter().flatten().for_each(|(term, _)| starts[*term as usize + 1] += 1);
        for term in 0..terms {
            starts[term + 1] += starts[term];
        }
        let (mut next, mut entries) = (starts.clone(), vec![(0, 0.0); starts[terms]]);
        for (vector, record) in vectors.iter().zip(0_u32..) {
            for &(term, weight) in vector {
                entries[next[term as usize]] = (record, weight);
                next[term as usize] += 1;
            }
        }
        Self { starts, entries, records: vectors.len() }
    }

    fn list(&self, term: u32) -> &[(u32, f32)] {
        &self.entries[self.starts[term as usize]..self.starts[term as usize + 1]]
    }

    /// The nearest records of each vector.
    fn near(&self, vectors: &[Vector], each: usize, is_one_table: bool) -> Vec<Pair> {
        let of = |sums: &mut Sums, (record, vector): (usize, &Vector)| {
            let record = u32::try_from(record).unwrap_or(u32::MAX);
            let mut near = sums.of(vector, self);
            near.retain(|(_, other)| !(is_one_table && *other == record));
            let best_first = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            if near.len() > each && each > 0 {
                near.select_nth_unstable_by(each - 1, best_first);
            }
            near.truncate(each);
            near.into_iter().map(|(_, other)| (record, other)).collect::<Vec<Pair>>()
        };
        let found: Vec<Vec<Pair>> = vectors
            .par_iter()
            .enumerate()
            .map_init(|| Sums::new(self.records), |sums, title| of(sums, title))
            .collect();
        found.concat()
    }
}

/// The product of one vector with each of a table's, as far as they have walked terms in common.
struct Sums {
    of: Vec<f32>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(records: usize) -> Self {
        Self { of: vec![0.0; records], touched: Vec::new() }
    }

    fn of(&mut self, vector: &Vector, index: &Index) -> Vec<(f32, u32)> {
        let mut terms: Vec<(usize, u32, f32)> =
            vector.iter().map(|&(term, weight)| (index.list(term).len(), term, weight)).collect();
        terms.sort_unstable_by_key(|(length, term, _)| (*length, *term));
        let mut walked = 0;
        for (length, term, weight) in terms {
            walked += length;
            if length > LARGEST_LIST || walked > MOST_WALKED {
                break;
            }
            for &(record, other) in index.list(term) {
                let sum = &mut self.of[record as usize];
                if *sum == 0.0 {
                    self.touched.push(record);
                }
                *sum += weight * other;
            }
        }
        let found = self.touched.drain(..).map(|record| (std::mem::take(&mut self.of[record as usize]), record));
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(titles: &[&str]) -> Rows {
        Rows(titles.iter().map(|title| vec![(*title).to_owned()]).collect())
    }

    #[test]
    fn common_words_together_bring_what_none_brings_alone() {
        let mut others: Vec<String> = (0..60).map(|at| format!("red lamp {at}")).collect();
        others.extend((0..60).map(|at| format!("oak table {at}")));
        others.push("red oak".to_owned());
        let right = rows(&others.iter().map(String::as_str).collect::<Vec<_>>());
        let left = rows(&["red oak", "nothing alike", "rde oakk"]);
        let near = nearest(&left, &right, 0, false, 1);
        assert!(near.contains(&(0, 120)) && near.contains(&(2, 120)), "{near:?}");
        let of_left = |record: u32| near.iter().filter(|(left, _)| *left == record).count();
        assert!(of_left(0) + of_left(1) + of_left(2) <= 3 + 121, "one for each record of either table");
    }

    #[test]
    fn of_one_table_no_record_is_its_own_neighbour() {
        let table = rows(&["red oak", "red oak lamp", "blue"]);
        assert_eq!(nearest(&table, &table, 0, true, 5), [(0, 1)]);
    }

    #[test]
    fn a_term_that_every_record_has_is_not_walked() {
        let many: Vec<String> = (0..LARGEST_LIST + 1).map(|_| "same".to_owned()).collect();
        let table = rows(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(nearest(&table, &table, 0, true, 5), []);
    }

    #[test]
    fn the_length_of_a_vector_is_one() {
        let (left, _, _) = vectors(&rows(&["red oak"]), &rows(&["oak"]), 0);
        assert!((left[0].iter().map(|(_, weight)| weight * weight).sum::<f32>() - 1.0).abs() < 1e-6);
    }
}

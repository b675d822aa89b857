//! From the levels of fields to those of *comparisons*: street, town and postcode change together when someone moves, so
//! they are one comparison, `place`; every other field is its own.

use super::value::Level;
use crate::link::table::{Field, Kind};

/// Bits of a level.
const BITS: usize = 3;

/// Words in the names of fields that are parts of a place.
const OF_PLACES: [&str; 14] = [
    "address", "street", "road", "house", "city", "town", "suburb", "village", "postcode", "zip", "postal", "state",
    "county", "country",
];

/// Which fields make which comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Levels {
    /// Name and fields of each comparison.
    comparisons: Vec<(String, Vec<usize>)>,
    /// The fields of places that tell one from another by themselves.
    is_exact: Vec<bool>,
}

impl Levels {
    pub(super) fn of(fields: &[Field]) -> Self {
        let is_place = |field: &Field| {
            let name = field.name.to_lowercase();
            let mut words = name.split(|c: char| !c.is_alphabetic());
            field.kind == Kind::Address || words.any(|word| OF_PLACES.contains(&word))
        };
        let (place, others): (Vec<usize>, Vec<usize>) = (0..fields.len()).partition(|&at| is_place(&fields[at]));
        let mut comparisons: Vec<(String, Vec<usize>)> =
            others.into_iter().map(|at| (fields[at].name.clone(), vec![at])).collect();
        match place[..] {
            [] => {}
            [only] => comparisons.push((fields[only].name.clone(), place)),
            _ => comparisons.push(("place".to_owned(), place)),
        }
        comparisons.sort();
        let is_exact = fields.iter().map(|field| matches!(field.kind, Kind::Address | Kind::Code)).collect();
        Self { comparisons, is_exact }
    }

    /// The number of comparisons.
    pub(super) fn len(&self) -> usize {
        self.comparisons.len()
    }

    /// What a comparison is called.
    pub(super) fn name(&self, comparison: usize) -> &str {
        &self.comparisons[comparison].0
    }

    /// The fields that it looks at.
    pub(super) fn fields(&self, comparison: usize) -> &[usize] {
        &self.comparisons[comparison].1
    }

    /// The levels of all comparisons, packed.
    pub(super) fn pattern(&self, fields: &[Level]) -> u64 {
        let mut pattern = 0;
        for (at, (_, parts)) in self.comparisons.iter().enumerate() {
            let level = match parts[..] {
                [only] => fields[only],
                _ => self.place(fields, parts),
            };
            pattern |= (level as u64) << (BITS * at);
        }
        pattern
    }

    /// A place is the same where all that is known of both agrees.
    fn place(&self, fields: &[Level], parts: &[usize]) -> Level {
        let known = || parts.iter().filter(|part| fields[**part] != Level::Missing);
        if known().count() == 0 {
            return Level::Missing;
        }
        let some_exact = known().any(|part| self.is_exact[*part] && fields[*part].agrees());
        if known().all(|part| fields[*part].agrees()) {
            let worst = known().map(|part| fields[*part]).max().unwrap_or(Level::Missing);
            return match worst {
                Level::Form | Level::Slip => Level::Slip,
                _ if some_exact => Level::EqualRare,
                _ => Level::EqualCommon,
            };
        }
        let some = known().any(|part| fields[*part] < Level::Different);
        match (some_exact, some) {
            (true, _) => Level::Form,
            (false, true) => Level::Partly,
            (false, false) => Level::Different,
        }
    }
}

/// The level of one comparison of a pattern.
pub(super) fn level_of(pattern: u64, comparison: usize) -> Level {
    Level::of((pattern >> (BITS * comparison)) & 7)
}

/// The pattern without what is not in a set of comparisons (a bit each).
pub(super) fn only(pattern: u64, comparisons: usize, set: u32) -> u64 {
    let missing = (0..comparisons).filter(|at| set & (1 << at) == 0);
    missing.fold(pattern, |pattern, at| pattern | 7 << (BITS * at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_comparison() {
        let of = |name: &str, kind| Field { name: name.to_owned(), kind };
        let fields =
            [of("city", Kind::Name), of("name", Kind::Name), of("postcode", Kind::Code), of("street", Kind::Address)];
        let levels = Levels::of(&fields);
        assert_eq!(
            (levels.len(), levels.name(0), levels.name(1), levels.fields(1)),
            (2, "name", "place", &[0, 2, 3][..])
        );
        let place = |city, postcode, street| level_of(levels.pattern(&[city, Level::Slip, postcode, street]), 1);
        use Level::{Different, Equal, EqualCommon, EqualRare, Form, Missing, Partly, Slip};
        assert_eq!(place(EqualCommon, Equal, EqualRare), EqualRare);
        assert_eq!(place(EqualCommon, Missing, Missing), EqualCommon);
        assert_eq!(place(EqualCommon, Equal, Slip), Slip);
        assert_eq!(place(EqualCommon, Different, Equal), Form);
        assert_eq!(place(EqualCommon, Different, Different), Partly);
        assert_eq!(place(Different, Different, Different), Different);
        assert_eq!(level_of(only(levels.pattern(&[Equal; 4]), 2, 0b10), 0), Missing);
    }
}

//! Ratings and their scales.

use crate::values::number;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Scales that are taken for a file that says none.
const SCALES: [u8; 3] = [5, 10, 100];
/// What stands between a rating and its scale.
const OF: [&str; 7] = ["/", "out of", "of", "von", "de", "sobre", "共"];

/// The best rating.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scale(pub(crate) u8);

impl Default for Scale {
    fn default() -> Self {
        Self(SCALES[0])
    }
}

impl Scale {
    /// The last number in the brackets of `Rating (1-10)`.
    pub(crate) fn of_heading(name: &str) -> Option<Self> {
        let (_, inside) = name.trim().trim_end_matches([')', '）']).rsplit_once(['(', '（'])?;
        let last = inside.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?;
        last.parse().ok().filter(|best| *best > 1).map(Self)
    }

    /// The least usual scale that all ratings fit that say none themselves.
    pub(crate) fn of_ratings<'a>(ratings: impl IntoIterator<Item = &'a str>) -> Self {
        let highest = ratings.into_iter().filter_map(number).max().unwrap_or_default();
        SCALES.into_iter().find(|best| Decimal::from(*best) >= highest).map_or_else(Self::default, Self)
    }
}

/// A rating and the best one, both whole: `4.5` of 5 is 9 of 10.
pub(crate) fn rating(said: &str, scale: Scale) -> Option<(u8, u8)> {
    if let Some(stars) = stars(said) {
        return Some(stars);
    }
    let (size, best) = match OF.iter().find_map(|of| said.split_once(of)) {
        Some((size, best)) => (size, number(best.trim())?.to_u8()?),
        None => (said, scale.0),
    };
    let size = number(size.trim())?;
    let (size, best) = if size.is_integer() { (size, best) } else { (size.checked_add(size)?, best.checked_mul(2)?) };
    let whole = size.is_integer().then(|| size.to_u8()).flatten()?;
    (1..=best).contains(&whole).then_some((whole, best))
}

/// `★★★★☆`; without hollow stars, of five.
fn stars(said: &str) -> Option<(u8, u8)> {
    let full = said.chars().take_while(|c| matches!(c, '★' | '⭐')).count();
    let rest: Vec<char> = said.chars().skip(full).filter(|c| *c != '\u{fe0f}').collect();
    let is_stars = full > 0 && rest.iter().all(|c| *c == '☆');
    let best = if rest.is_empty() { full.max(SCALES[0].into()) } else { full + rest.len() };
    is_stars.then(|| Some((full.try_into().ok()?, best.try_into().ok()?))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_is_whole_on_its_scale() {
        for (said, scale, read) in [
            ("4", 5, Some((4, 5))),
            ("4.0", 5, Some((4, 5))),
            ("4.5", 5, Some((9, 10))),
            ("4,5", 5, Some((9, 10))),
            ("8/10", 5, Some((8, 10))),
            ("4 out of 5", 10, Some((4, 5))),
            ("4 von 5", 10, Some((4, 5))),
            ("4 de 5", 10, Some((4, 5))),
            ("★★★★☆", 10, Some((4, 5))),
            ("⭐⭐⭐", 10, Some((3, 5))),
            ("87", 100, Some((87, 100))),
            ("0", 5, None),
            ("6", 5, None),
            ("4.25", 5, None),
            ("-1", 5, None),
            ("4/", 5, None),
            ("★x", 5, None),
            ("☆☆", 5, None),
            ("200.5", 255, None),
            ("good", 5, None),
        ] {
            assert_eq!(rating(said, Scale(scale)), read, "{said} of {scale}");
        }
    }

    #[test]
    fn a_scale_is_told_by_the_heading_or_the_highest_rating() {
        for (name, scale) in
            [("Rating (1-10)", Some(10)), ("评分（满分100）", Some(100)), ("Rating", None), ("Rating (x)", None)]
        {
            assert_eq!(Scale::of_heading(name).map(|scale| scale.0), scale, "{name}");
        }
        for (ratings, scale) in
            [(vec!["1", "5"], 5), (vec!["5", "8"], 10), (vec!["5", "88"], 100), (vec!["", "101"], 5)]
        {
            assert_eq!(Scale::of_ratings(ratings), Scale(scale));
        }
    }
}

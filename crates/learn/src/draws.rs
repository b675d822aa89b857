//! Seeded draws from distributions that are asked for outside this crate.

use crate::random::Random;

/// Draws of Student's t with so many degrees of freedom (at least 1): a normal over the root of a mean of squared normals.
///
/// ```
/// let draws = learn::draws::student_t(3, 1_000, 7);
/// assert_eq!(draws, learn::draws::student_t(3, 1_000, 7));
/// ```
pub fn student_t(degrees: usize, count: usize, seed: u64) -> Vec<f64> {
    let degrees = degrees.max(1);
    let mut random = Random::new(seed);
    let mut draw = || {
        let square = (0..degrees).map(|_| random.normal().powi(2)).sum::<f64>() / degrees as f64;
        random.normal() / square.sqrt().max(f64::MIN_POSITIVE)
    };
    (0..count).map(|_| draw()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::volatility::quantile;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // 90 % of one side: 3.078 of 1 degree, 1.886 of 2, 1.372 of 10.
        for (degrees, wanted) in [(1, 3.078), (2, 1.886), (10, 1.372)] {
            let draws = student_t(degrees, 40_000, 5);
            let (low, high) = (quantile(&draws, 0.1).unwrap(), quantile(&draws, 0.9).unwrap());
            assert!((high / wanted - 1.0).abs() < 0.05 && (low / wanted + 1.0).abs() < 0.05, "{degrees}: {low} {high}");
        }
    }
}

//! The population stability index (Lewis, "An Introduction to Credit Scoring", 1994): how far the shares of bins moved.

/// From here on a column is said to have moved (the scorecard industry's rule of thumb; below .1 is none).
pub const PSI_MOVED: f64 = 0.25;

/// Bins by deciles of what was before.
const BINS: usize = 10;

/// A share that no bin falls below, so that an empty bin does not make the index infinite.
const LEAST_SHARE: f64 = 1e-4;

/// Σ (share now − share before) · ln(share now / share before) over ten bins that are deciles of what was before; missing
/// values are a bin of their own. None where either side is empty.
///
/// By hand: before 0 0 1 1, now 0 1 1 1: shares .5/.5 and .25/.75, so (−.25)·ln(.5) + .25·ln(1.5) = .2747.
pub fn psi(before: &[f32], now: &[f32]) -> Option<f64> {
    if before.is_empty() || now.is_empty() {
        return None;
    }
    let edges = edges(before);
    let (old, new) = (shares(before, &edges), shares(now, &edges));
    Some(old.iter().zip(&new).map(|(old, new)| (new - old) * (new / old).ln()).sum())
}

/// The lower ends of all bins but the first; equal ones once.
fn edges(values: &[f32]) -> Vec<f32> {
    let mut sorted: Vec<f32> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f32::total_cmp);
    let lowest = sorted.first().copied();
    let mut edges: Vec<f32> = (1..BINS).filter_map(|bin| sorted.get(bin * sorted.len() / BINS).copied()).collect();
    edges.dedup();
    edges.retain(|edge| Some(*edge) != lowest);
    edges
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn shares(values: &[f32], edges: &[f32]) -> Vec<f64> {
    let mut counts = vec![0_usize; edges.len() + 2];
    for value in values {
        let bin = if value.is_nan() { edges.len() + 1 } else { edges.partition_point(|edge| edge <= value) };
        counts[bin] += 1;
    }
    counts.into_iter().map(|count| (count as f64 / values.len() as f64).max(LEAST_SHARE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        let found = psi(&[0.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 1.0]).unwrap();
        assert!((found - 0.2747).abs() < 1e-4, "{found}");
    }

    #[test]
    fn the_same_has_not_moved_and_another_has() {
        let ramp: Vec<f32> = (0_u16..1_000).map(f32::from).collect();
        let higher: Vec<f32> = ramp.iter().map(|value| value + 400.0).collect();
        assert!(psi(&ramp, &ramp).unwrap().abs() < 1e-12);
        assert!(psi(&ramp, &higher).unwrap() > PSI_MOVED);
        assert!(psi(&ramp, &[f32::NAN; 10]).unwrap() > PSI_MOVED, "all missing is another population");
        assert_eq!(psi(&[], &ramp), None);
    }
}

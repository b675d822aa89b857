//! Several splits by time, one after the other, as a model would be renewed in service.

use super::{Split, SplitError, TimeCuts, time_split};

/// Tests that follow each other, each with a fit of its own; seconds on one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollingCuts {
    /// The first instant of the first test, and when its fit is made.
    pub first_test_s: i64,
    /// How long each test is, and so how far apart the fits are; above 0.
    pub step_s: i64,
    /// How many tests.
    pub tests: usize,
    /// How long after its event a label may be believed; not negative.
    pub maturity_s: i64,
    /// How far back from its newest mature label a fit looks; everything where none is given.
    pub window_s: Option<i64>,
}

/// The splits, in time order. The fit of test `i` is made at its start: it knows the labels that are mature by then.
///
/// By hand: times 0 10 … 50, a first test at 30, steps of 10, a maturity of 10: 0 10 20 | 30, then 0 10 20 30 | 40.
/// With a window of 10 they are 10 20 | 30, then 20 30 | 40.
///
/// # Errors
/// [`SplitError::StepNotPositive`], and those of [`time_split`]: each test needs rows on both sides.
pub fn rolling_splits(times_s: &[i64], cuts: RollingCuts) -> Result<Vec<Split>, SplitError> {
    if cuts.step_s <= 0 {
        return Err(SplitError::StepNotPositive { step_s: cuts.step_s });
    }
    let mut from = cuts.first_test_s;
    let mut splits = Vec::with_capacity(cuts.tests);
    for _ in 0..cuts.tests {
        let to = from.saturating_add(cuts.step_s);
        let one = TimeCuts { fit_before_s: from, test_from_s: from, test_to_s: to, maturity_s: cuts.maturity_s };
        let mut split = time_split(times_s, one)?;
        if let Some(window_s) = cuts.window_s {
            let oldest = from.saturating_sub(cuts.maturity_s).saturating_sub(window_s);
            split.fit.retain(|&row| times_s[row] >= oldest);
        }
        if split.fit.is_empty() {
            return Err(SplitError::NoFitRows);
        }
        splits.push(split);
        from = to;
    }
    Ok(splits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: RollingCuts = RollingCuts { first_test_s: 30, step_s: 10, tests: 2, maturity_s: 10, window_s: None };
    const TIMES: [i64; 6] = [0, 10, 20, 30, 40, 50];

    #[test]
    fn the_examples_by_hand() {
        let split = |fit: &[usize], test: usize| Split { fit: fit.to_vec(), test: vec![test] };
        assert_eq!(rolling_splits(&TIMES, CUTS), Ok(vec![split(&[0, 1, 2], 3), split(&[0, 1, 2, 3], 4)]));
        let windowed = RollingCuts { window_s: Some(10), ..CUTS };
        assert_eq!(rolling_splits(&TIMES, windowed), Ok(vec![split(&[1, 2], 3), split(&[2, 3], 4)]));
    }

    #[test]
    fn what_can_not_be_split_is_named() {
        let still = RollingCuts { step_s: 0, ..CUTS };
        assert_eq!(rolling_splits(&TIMES, still), Err(SplitError::StepNotPositive { step_s: 0 }));
        let far = RollingCuts { tests: 4, ..CUTS };
        assert_eq!(rolling_splits(&TIMES, far), Err(SplitError::NoTestRows));
        let narrow = RollingCuts { window_s: Some(-20), ..CUTS };
        assert_eq!(rolling_splits(&TIMES, narrow), Err(SplitError::NoFitRows));
    }
}

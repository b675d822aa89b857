//! Each policy by hand, and that nothing flows back from rows that are only filled.

use super::*;

const GAP: f32 = f32::NAN;

fn rows(values: &[[f32; 2]]) -> Dataset {
    let names = ["a", "b"].map(str::to_owned).to_vec();
    Dataset::new(names, values.concat(), vec![true; values.len()]).unwrap()
}

fn filled(policy: MissingPolicy, training: &Dataset, row: [f32; 2], time_s: i64) -> Option<Vec<f32>> {
    let times: Vec<i64> = (0..).step_by(10).take(training.rows()).collect();
    policy.fit(training, &times).unwrap().fill_row(&row, time_s)
}

#[test]
fn each_policy_is_by_hand() {
    // Column a is 1, 3 and 8 at 0, 10 and 30 seconds; column b is never known.
    let training = rows(&[[1.0, GAP], [3.0, GAP], [GAP, GAP], [8.0, GAP]]);
    let policy = |policy, row, time| filled(policy, &training, row, time);
    assert_eq!(policy(MissingPolicy::Mean, [GAP, 5.0], 0), Some(vec![4.0, 5.0]));
    assert_eq!(policy(MissingPolicy::Median, [GAP, GAP], 0), Some(vec![3.0, 0.0]));
    for (time, value) in [(-5, 1.0), (5, 2.0), (10, 3.0), (20, 5.5), (30, 8.0), (900, 8.0)] {
        assert_eq!(policy(MissingPolicy::Interpolate, [GAP, GAP], time), Some(vec![value, 0.0]), "{time}");
    }
    assert_eq!(policy(MissingPolicy::DeleteRows, [1.0, GAP], 0), None);
    assert_eq!(policy(MissingPolicy::DeleteRows, [1.0, 2.0], 0), Some(vec![1.0, 2.0]));
    assert!(policy(MissingPolicy::Own, [GAP, 2.0], 0).unwrap()[0].is_nan());
}

#[test]
fn medians_count_weights() {
    let of = |values: &[f32], weights: &[f32]| {
        let rows = Dataset::new(vec!["x".to_owned()], values.to_vec(), vec![true; values.len()]).unwrap();
        median(&rows.with_weights(weights.to_vec()).unwrap(), 0)
    };
    assert_eq!(of(&[9.0, 1.0, 2.0], &[1.0; 3]), 2.0);
    assert_eq!(of(&[9.0, 1.0, 2.0], &[3.0, 1.0, 1.0]), 9.0);
    assert_eq!(of(&[9.0, 1.0, 2.0, 4.0], &[1.0; 4]), 3.0);
}

#[test]
fn rows_that_are_filled_teach_nothing() {
    let training = rows(&[[1.0, 2.0], [3.0, GAP]]);
    for policy in [MissingPolicy::Mean, MissingPolicy::Median, MissingPolicy::Interpolate] {
        let fitted = policy.fit(&training, &[0, 10]).unwrap();
        let one = |other: f32| fitted.fill(&rows(&[[GAP, GAP], [other, other]]), &[5, 6]).unwrap().0.row(0).to_vec();
        assert_eq!(one(0.0), one(1e9), "{policy:?}");
    }
}

#[test]
fn kept_rows_are_named() {
    let fitted = MissingPolicy::DeleteRows.fit(&rows(&[[1.0, 2.0]]), &[]).unwrap();
    let (kept, indices) = fitted.fill(&rows(&[[GAP, 1.0], [5.0, 6.0]]), &[]).unwrap();
    assert_eq!((kept.values(), indices), ([5.0, 6.0].as_slice(), vec![1]));
    let none = fitted.fill(&rows(&[[GAP, 1.0]]), &[]);
    assert_eq!(none.unwrap_err(), MissingError::Rows(DatasetError::NoRows));
}

#[test]
fn times_are_one_a_row() {
    let training = rows(&[[1.0, 2.0]]);
    let error = MissingError::TimeCountDiffers { expected: 1, given: 0 };
    assert_eq!(MissingPolicy::Interpolate.fit(&training, &[]), Err(error.clone()));
    let fitted = MissingPolicy::Interpolate.fit(&training, &[7]).unwrap();
    assert_eq!(fitted.fill(&training, &[]).unwrap_err(), error);
}

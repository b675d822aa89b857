//! Shares by hand, and made-up rows that stand between their parents.

use super::*;
use crate::logistic::LogisticParams;
use crate::odds::probability_of;

fn rows(values: &[f32], positives: usize) -> Dataset {
    let labels = (0..values.len()).map(|row| row < positives).collect();
    Dataset::new(vec!["x".to_owned()], values.to_vec(), labels).unwrap()
}

fn ten() -> Dataset {
    rows(&[1.0, 3.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0], 2)
}

#[test]
fn weights_by_hand() {
    let weighted = balanced_weights(&rows(&[0.0; 4], 1)).unwrap();
    assert_eq!(weighted.weight(0), 2.0);
    assert!((weighted.weight(1) - 2.0 / 3.0).abs() < 1e-7);
    assert!((weighted.base_rate() - 0.5).abs() < 1e-7);
}

#[test]
fn shares_by_hand() {
    let over = over_sample(&ten(), 0.5, 1).unwrap();
    assert_eq!((over.rows(), over.base_rate()), (16, 0.5));
    assert_eq!(over.values()[..10], *ten().values());
    let under = under_sample(&ten(), 0.5, 1).unwrap();
    assert_eq!((under.rows(), under.base_rate()), (4, 0.5));
    assert_eq!(under.values()[..2], [1.0, 3.0]);
    let made = smote(&ten(), 0.5, 5, &[], 1).unwrap();
    assert_eq!((made.rows(), made.base_rate()), (16, 0.5));
}

#[test]
fn made_up_rows_stand_between_their_parents() {
    let made = smote(&ten(), 0.6, 1, &[], 4).unwrap();
    let added = &made.values()[10..];
    assert!(added.len() > 5 && added.iter().all(|value| (1.0..3.0).contains(value)), "{added:?}");
    assert_eq!(made, smote(&ten(), 0.6, 1, &[], 4).unwrap());
    assert_ne!(made, smote(&ten(), 0.6, 1, &[], 5).unwrap());
    // A category is never between two categories.
    let made = smote(&ten(), 0.6, 1, &["x".to_owned()], 4).unwrap();
    assert!(made.values()[10..].iter().all(|value| [1.0, 3.0].contains(value)));
}

#[test]
fn the_nearest_are_taken() {
    // 0 and 1 are near each other, 100 and 101 too: no row is made between the two pairs.
    let rows = rows(&[0.0, 1.0, 100.0, 101.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0], 4);
    let made = smote(&rows, 0.7, 1, &[], 2).unwrap();
    assert!(made.values()[11..].iter().all(|value| !(1.5..99.5).contains(value)));
}

#[test]
fn gaps_stay_gaps() {
    let made = smote(&rows(&[1.0, f32::NAN, 5.0, 6.0, 7.0], 2), 0.6, 3, &[], 2).unwrap();
    assert!(made.values()[5..].iter().all(|value| value.is_nan()));
}

#[test]
fn the_shift_brings_the_base_rate_back() {
    let labels: Vec<bool> = (0..1000).map(|row| row % 10 == 0).collect();
    let rows = Dataset::new(vec!["x".to_owned()], vec![1.0; 1000], labels).unwrap();
    let over = over_sample(&rows, 0.5, 1).unwrap();
    let model = LogisticParams::default().check().unwrap().fit(&over).unwrap();
    let shift = log_odds_shift(over.base_rate(), rows.base_rate());
    assert!((probability_of(model.log_odds(&[1.0]) + shift) - 0.1).abs() < 1e-9);
}

#[test]
fn what_can_not_be_balanced_is_named() {
    assert_eq!(balanced_weights(&rows(&[1.0; 3], 3)), Err(BalanceError::OneLabelOnly));
    assert_eq!(over_sample(&ten(), 0.1, 0), Err(BalanceError::ShareOutOfRange { least: 0.2, share: 0.1 }));
    assert!(matches!(under_sample(&ten(), f64::NAN, 0), Err(BalanceError::ShareOutOfRange { .. })));
    assert_eq!(smote(&rows(&[1.0; 4], 1), 0.5, 5, &[], 0), Err(BalanceError::TooFewPositives { positives: 1 }));
    assert_eq!(smote(&ten(), 0.5, 0, &[], 0), Err(BalanceError::NoNeighbours));
    let unknown = BalanceError::ColumnUnknown { name: "y".to_owned() };
    assert_eq!(smote(&ten(), 0.5, 1, &["y".to_owned()], 0), Err(unknown));
}

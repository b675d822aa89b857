//! Training on a seeded history with an effect planted in one column.

use crate::worlds::at;
use domain::{FeatureRow, Label, Policy, RecordId, Token};
use engine::observe::names;
use engine::training::{Cuts, LEAST_SALES, TrainingError, train};

/// Sales every four hours; the event follows where the second column is above 3, and now and then without reason.
fn history(sales: i64) -> (Vec<FeatureRow>, Vec<Label>) {
    let mut random = 11_u64;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((random >> 33) % below).unwrap()
    };
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for sale in 0..sales {
        let values: Vec<f32> = (0..names().len()).map(|_| f32::from(next(5)) + 0.5).collect();
        let event = if values[1] > 3.0 { next(10) < 8 } else { next(10) < 1 };
        let record = RecordId::from(format!("shop:{sale}"));
        let mut buyer = [0; 16];
        buyer[0] = next(200);
        if event {
            labels.push(Label { record: record.clone(), known_at: at(4 * sale + 24), cost_minor: 100 });
        }
        rows.push(FeatureRow { record, buyer: Token(buyer), at: at(4 * sale), values });
    }
    (rows, labels)
}

#[test]
fn a_planted_effect_is_found_and_one_seed_gives_one_model() {
    let (rows, labels) = history(3_000);
    let fit = |seed| train(&rows, &labels, &Policy::default(), at(4 * 3_000 + 24 * 60), Cuts::default(), seed).unwrap();
    let (one, again) = (fit(7), fit(7));
    for figures in &one.report.figures {
        assert!(figures.auc.estimate > 0.75, "{}: {:?}", figures.estimator.name(), figures.auc);
    }
    assert_eq!(one.model.to_bytes(), again.model.to_bytes());
    assert_eq!(one.report, again.report);
    assert!((3_000..4_200).contains(&one.base_rate_bps), "{}", one.base_rate_bps);
}

#[test]
fn a_young_shop_keeps_its_cold_start() {
    let (rows, labels) = history(600);
    let as_of = at(4 * 600);
    let trained = train(&rows, &labels, &Policy::default(), as_of, Cuts::default(), 7);
    let Err(TrainingError::TooYoung { sales, .. }) = trained else { panic!("a month's labels have not matured") };
    assert!(sales < LEAST_SALES, "{sales}");
}

#[test]
fn a_cut_that_leaks_is_refused() {
    let (rows, labels) = history(3_000);
    let cuts = Cuts { fit_before: Some(at(9_000)), test_from: Some(at(8_000)), test_to: None };
    let trained = train(&rows, &labels, &Policy::default(), at(4 * 3_000 + 24 * 60), cuts, 7);
    assert!(matches!(trained, Err(TrainingError::Split(_))));
}

//! A line is found where there is one, and refused where there is none.

use super::*;
use crate::boost::BoostParams;
use crate::logistic::{LinearColumn, LogisticModel};
use crate::number::nearest_f32;

fn background(rows: usize) -> Dataset {
    let mut random = Random::new(1);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let row: [f64; 6] = std::array::from_fn(|_| 2.0 * random.uniform() - 1.0);
        // Only whether the signs of six columns are even decides: no line sees it.
        labels.push(row.iter().filter(|value| **value > 0.0).count() % 2 == 0);
        values.extend(row.map(nearest_f32));
    }
    Dataset::new((0..6).map(|column| format!("c{column}")).collect(), values, labels).unwrap()
}

fn linear() -> Model {
    let column = |coefficient| LinearColumn { mean: 0.0, scale: 1.0, coefficient };
    Model::Logistic(LogisticModel::new(0.5, [3.0, -2.0, 1.0, 0.0, 0.0, 0.0].map(column).to_vec()).unwrap())
}

#[test]
fn a_linear_model_is_told_as_it_is() {
    let rows = background(400);
    let params = LimeParams { neighbours: 4000, lambda_l2: 1e-6, top: 3, ..LimeParams::default() }.check().unwrap();
    let found = params.explain(&linear(), &rows, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    assert!(found.fit > 0.5 && found.agreement == 1.0, "{found:?}");
    let exact = linear().explain_against(&[1.0; 6], rows.values()).unwrap();
    for (said, wanted) in found.line.contributions.iter().zip(exact.contributions) {
        assert!((said - wanted).abs() < 0.25, "{said} {wanted}");
    }
    assert_eq!(found, params.explain(&linear(), &rows, &[1.0; 6]).unwrap());
}

#[test]
fn where_no_line_fits_none_is_shown() {
    let rows = background(3000);
    let boost = BoostParams { trees: 200, min_data_in_leaf: 5, ..BoostParams::default() }.check().unwrap();
    let model = Model::Boost(boost.fit(&rows, None).unwrap());
    let params = LimeParams::default().check().unwrap();
    let refusal = params.explain(&model, &rows, &[0.5; 6]).unwrap_err();
    assert!(matches!(refusal, LimeRefusal::FitTooLow { fit, least: 0.5 } if fit < 0.5), "{refusal}");
    let lenient = LimeParams { least_fit: 0.0, least_agreement: 1.0, top: 3, neighbours: 50, ..LimeParams::default() };
    let refusal = lenient.check().unwrap().explain(&model, &rows, &[0.5; 6]).unwrap_err();
    assert!(matches!(refusal, LimeRefusal::Unsteady { .. } | LimeRefusal::FitTooLow { .. }), "{refusal}");
}

#[test]
fn agreements_and_weights_are_by_hand() {
    assert!((agreement(&[vec![1, 2], vec![2, 3], vec![2, 1]]) - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(agreement(&[vec![], vec![]]), 1.0);
    assert!((weight(&[1.0, 0.0], 1.0) - (-0.5_f64).exp()).abs() < 1e-12);
}

#[test]
fn odd_rows_are_explained_or_refused() {
    let params = LimeParams::default().check().unwrap();
    let rows = background(50);
    let short = params.explain(&linear(), &rows, &[1.0]).unwrap_err();
    assert_eq!(short, LimeRefusal::ColumnCountDiffers { model: 6, given: 1 });
    // A row of gaps says nothing of its own: a line has nothing to fit but what the background brings.
    let gaps = params.explain(&linear(), &rows, &[f32::NAN; 6]);
    assert!(matches!(gaps, Ok(_) | Err(LimeRefusal::FitTooLow { .. })), "{gaps:?}");
    assert_eq!(params.explain(&linear(), &rows, &[f32::INFINITY; 6]), Err(LimeRefusal::NotFinite));
    assert_eq!(LimeParams { seeds: 1, ..LimeParams::default() }.check().unwrap_err().parameter, "seeds");
}

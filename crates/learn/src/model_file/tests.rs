//! What is written is read back, and damaged bytes are refused.

use super::*;
use crate::logistic::{LinearColumn, LogisticModel};
use crate::trees::{TreeEnsemble, TreeNode};
use proptest::prelude::*;

fn linear() -> Model {
    let column = LinearColumn { mean: 10.0, scale: 2.0, coefficient: 0.5 };
    Model::Logistic(LogisticModel::new(-1.0, vec![column]).unwrap())
}

fn trees() -> Model {
    let tree = vec![
        TreeNode::Split { column: 0, threshold: 0.5, missing_left: false, left: 1 },
        TreeNode::Leaf { value: -0.25, cover: 3 },
        TreeNode::Leaf { value: 0.75, cover: 1 },
    ];
    Model::Boost(TreeEnsemble::new(1, -2.0, &[tree]).unwrap())
}

fn nodes() -> Vec<TreeNode> {
    vec![
        TreeNode::Split { column: 0, threshold: 0.5, missing_left: false, left: 1 },
        TreeNode::Leaf { value: 0.25, cover: 3 },
        TreeNode::Leaf { value: 0.75, cover: 1 },
    ]
}

/// A model of categories, by a fit: its ranks have no other way in.
fn categories() -> Model {
    let rows = (0..40_u8).map(|row| f32::from(row % 2)).collect();
    let labels = (0..40).map(|row| row % 2 == 1 || row < 8).collect();
    let rows = crate::Dataset::new(vec!["amount".to_owned()], rows, labels).unwrap();
    let params = crate::category::CategoryBoostParams {
        boost: crate::boost::BoostParams { trees: 2, min_data_in_leaf: 1, ..Default::default() },
        categories: vec!["amount".to_owned()],
        ..Default::default()
    };
    Model::CategoryBoost(params.check().unwrap().fit(&rows, None).unwrap())
}

/// A small sequence net, by a fit.
fn net() -> Model {
    let rows = (0..20_u8).map(f32::from).collect();
    let rows = crate::Dataset::new(vec!["amount".to_owned()], rows, (0..20).map(|row| row > 9).collect()).unwrap();
    let architecture = crate::nets::Architecture::Lstm { units: 2 };
    let params = crate::nets::NetParams { architecture, epochs: 2, ..crate::nets::NetParams::lstm() };
    Model::Net(params.check().unwrap().fit(&(&rows).into(), None).unwrap())
}

/// One model of each kind.
fn each_kind() -> Vec<Model> {
    let Model::Logistic(line) = linear() else { unreachable!() };
    let forest = crate::forest::ForestModel::new(1, 4, &[nodes(), nodes()]).unwrap();
    let votes = [Model::Tree(forest.clone()), Model::Forest(forest)];
    let lines = [Model::LinearSvm(line.clone()), Model::Ftrl(line)];
    [linear(), trees(), categories(), net()].into_iter().chain(votes).chain(lines).collect()
}

fn file(model: Model) -> ModelFile {
    let platt = Platt { slope: 0.5, intercept: 0.125 };
    let file = ModelFile::new(vec!["amount".to_owned()], model).unwrap();
    file.with_platt(platt).unwrap().with_note("fit rows", "4")
}

/// Bytes with a right head around this body.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT_VERSION.to_le_bytes());
    bytes.extend(crc32(body).to_le_bytes());
    bytes.extend(body);
    bytes
}

#[test]
fn a_score_is_by_hand() {
    // −1 + 0.5 · (13 − 10) / 2 = −0.25; calibrated 0.5 · −0.25 + 0.125 = 0.
    let file = file(linear());
    assert_eq!(file.uncalibrated_log_odds(&[13.0]), -0.25);
    assert_eq!((file.score(&[13.0]), file.probability(&[13.0])), (0.0, 0.5));
    assert_eq!(file.explain(&[13.0]), Explanation { bias: -1.0, contributions: vec![0.75] });
    assert_eq!(file.explain(&[13.0]).log_odds() + file.calibration_change(-0.25), 0.0);
}

#[test]
fn saved_and_loaded_is_the_same() {
    for model in each_kind() {
        let file = file(model);
        let bytes = file.to_bytes().unwrap();
        let loaded = ModelFile::from_bytes(&bytes).unwrap();
        assert_eq!(loaded, file);
        assert_eq!(loaded.to_bytes().unwrap(), bytes);
        assert_eq!(loaded.notes()["fit rows"], "4");
    }
}

#[test]
fn the_layout_of_version_1_is_kept() {
    // A file of this version must stay readable: change FORMAT_VERSION before these numbers.
    let bytes = file(trees()).to_bytes().unwrap();
    assert_eq!(&bytes[..6], b"PLML\x01\x00");
    assert_eq!((bytes.len(), crc32(&bytes[HEAD_BYTES..])), (87, 124_879_827));
}

#[test]
fn every_cut_and_every_flipped_bit_is_found() {
    let bytes = file(trees()).to_bytes().unwrap();
    for end in 0..bytes.len() {
        let wanted = if end < HEAD_BYTES { ModelFileError::Truncated } else { ModelFileError::Damaged };
        assert_eq!(ModelFile::from_bytes(&bytes[..end]), Err(wanted));
    }
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(ModelFile::from_bytes(&damaged).is_err(), "bit {bit}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(ModelFile::from_bytes(&longer), Err(ModelFileError::Damaged));
}

#[test]
fn another_version_is_named() {
    let mut bytes = file(trees()).to_bytes().unwrap();
    bytes[4] = 9;
    assert_eq!(ModelFile::from_bytes(&bytes), Err(ModelFileError::VersionUnknown { version: 9 }));
    bytes[0] = b'X';
    assert_eq!(ModelFile::from_bytes(&bytes), Err(ModelFileError::NotAModelFile));
}

#[test]
fn nothing_may_follow_the_model() {
    let bytes = file(linear()).to_bytes().unwrap();
    let longer = [&bytes[HEAD_BYTES..], &[0]].concat();
    assert_eq!(ModelFile::from_bytes(&sealed(&longer)), Err(ModelFileError::Malformed));
}

#[test]
fn names_and_calibration_are_checked() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let two = ModelFile::new(names(&["a", "b"]), linear());
    assert_eq!(two, Err(ModelFileError::NameCountDiffers { expected: 1, given: 2 }));
    let none = ModelFile::new(names(&[]), linear());
    assert_eq!(none, Err(ModelFileError::Names(DatasetError::NoColumns)));
    let platt = Platt { slope: f64::NAN, intercept: 0.0 };
    let unfit = ModelFile::new(names(&["a"]), linear()).unwrap().with_platt(platt);
    assert_eq!(unfit, Err(ModelFileError::CalibrationNotFinite));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ModelFile::from_bytes(&bytes).is_err());
        let _ = ModelFile::from_bytes(&sealed(&bytes));
    }

    /// A body that was changed and sealed again: what loads can be scored and explained.
    #[test]
    fn no_changed_body_makes_it_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        kind in any::<prop::sample::Index>(), value in any::<f32>(),
    ) {
        let models = each_kind();
        let bytes = file(models[kind.index(models.len())].clone()).to_bytes().unwrap();
        let mut body = bytes[HEAD_BYTES..].to_vec();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Ok(file) = ModelFile::from_bytes(&sealed(&body)) {
            let row = vec![value; file.feature_names().len()];
            file.score(&row);
            file.explain(&row);
            file.path_contributions(&row);
            file.model().explain_against(&row, &row);
            file.model().gain_importance();
        }
    }
}

//! The whole way on a small seeded set, and what the outputs say of it.

use super::*;
use crate::compare::sets::table::Table;
use learn::Dataset;

/// A strong column, a weak one with gaps, and one of noise.
fn small(rows: usize, seed: u64) -> Labelled {
    let mut random = seeded::Seeded::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [strong, weak, noise] = [random.normal(), random.normal(), random.normal()];
        labels.push(random.chance(learn::probability_of(1.5 * strong + 0.5 * weak - 1.0)));
        values.extend([strong, if random.chance(0.05) { f64::NAN } else { weak }, noise].map(seeded::single));
    }
    let names = ["strong", "weak", "noise"].map(str::to_owned).to_vec();
    let table = Table { rows: Dataset::new(names, values, labels).unwrap(), categories: Vec::new() };
    Labelled::new("small", Kind::Table, "three numbers", table)
}

fn wish(models: &[&str]) -> Wish<'static> {
    Wish {
        sources: sets::Sources { folder: None, books: None, users: 100, seed: 5 },
        sets: Vec::new(),
        file: None,
        models: models.iter().map(|name| (*name).to_owned()).collect(),
        seed: 5,
        quick: true,
        tuned: Tuned::default(),
    }
}

fn compared(models: &[&str]) -> SetReport {
    let wish = wish(models);
    on_set(&small(1_500, 3), &wish, &chosen(&wish.models).unwrap(), &mut |_| {}).unwrap().0
}

/// What depends on the machine.
fn untimed(mut set: SetReport) -> SetReport {
    set.models.iter_mut().for_each(|row| (row.fit_seconds, row.microseconds_a_row) = (0.0, 0.0));
    set
}

#[test]
fn every_model_that_applies_is_tried_and_beats_the_majority() {
    let set = compared(&[]);
    assert_eq!(set.failed, []);
    let named: Vec<&str> = set.models.iter().map(|row| row.model.as_str()).collect();
    let all = [
        "majority",
        "logistic",
        "linear_svm",
        "tree",
        "forest",
        "boost",
        "bp_plain",
        "bp_adaptive",
        "mlp",
        "rbf_svm",
        "vote",
        "stack",
    ];
    assert_eq!(named, all, "no sequences, no map, no ratios");
    assert_eq!((set.models[0].auc.value, set.models[0].ks.value), (0.5, 0.0));
    for row in &set.models[1..] {
        assert!(row.auc.value > 0.7, "{}: {:?}", row.model, row.auc);
        assert!(row.auc.low < row.auc.value && row.auc.value < row.auc.high);
        assert!(row.brier.value < set.models[0].brier.value, "{}", row.model);
        assert_eq!(row.curves.roc.first(), Some(&[0.0, 0.0]));
        assert_eq!(row.curves.roc.last(), Some(&[1.0, 1.0]));
        assert!(row.money.saved_share() > 0.0, "{}: {:?}", row.model, row.money);
        assert_eq!(row.curves.epochs.is_empty(), !["bp_plain", "bp_adaptive", "mlp"].contains(&&*row.model));
    }
    assert_eq!(set.recommended, "logistic", "the truth is a line: {}", set.reason);
}

#[test]
fn one_seed_gives_one_report() {
    let models = ["majority", "logistic", "boost", "mlp"];
    assert_eq!(untimed(compared(&models)), untimed(compared(&models)));
}

#[test]
fn ratios_of_altman_decide_by_the_published_cut() {
    let polish = sets::catalogue::POLISH.labelled(None).unwrap();
    let wish = wish(&["majority", "altman_z"]);
    let (set, fitted) = on_set(&polish, &wish, &chosen(&wish.models).unwrap(), &mut |_| {}).unwrap();
    let altman = &set.models[1];
    // Z′ by hand from the first row of the file: .717 · .39641 + .847 · .38825 + 3.107 · .24976 + .420 · 1.3305 + .998 ·
    // 1.1389 = 3.0844.
    let raw = fitted[1].file.uncalibrated_log_odds(polish.table.rows.row(0));
    assert!((raw - (1.23 - 3.0844)).abs() < 2e-3, "{raw}");
    assert!(altman.auc.value > 0.55, "{:?}", altman.auc);
}

#[test]
fn what_is_printed_stays_as_it_is() {
    let set = untimed(compared(&["majority", "logistic", "tree"]));
    let chosen = chosen(&["majority".to_owned(), "logistic".to_owned(), "tree".to_owned()]).unwrap();
    let sets = vec![set];
    let head = Head {
        version: "0".to_owned(),
        made_at: "2026-11-28T00:00:00Z".to_owned(),
        machine: "a machine".to_owned(),
        seed: 5,
        quick: true,
        resamples: 60,
        seconds: 1.0,
    };
    let (summary, recommended) = (summary(&sets, &chosen), recommend::by_kind(&sets));
    let report = Report { head, sets, summary, recommended, left_out: vec!["rest: it is not here".to_owned()] };
    insta::assert_snapshot!("terminal", print::text(&report));
    insta::assert_snapshot!("markdown", print::markdown(&report));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report, "what is kept is read again");
}

#[test]
fn spreads_are_by_hand() {
    let spread = spread(vec![0.7, 0.9, 0.8, 0.6]).unwrap();
    assert!((spread.median - 0.75).abs() < 1e-12);
    assert_eq!((spread.least, spread.greatest, spread.sets), (0.6, 0.9, 4));
    assert_eq!(super::spread(Vec::new()), None);
}

#[test]
fn unknown_names_are_told() {
    assert!(chosen(&["forrest".to_owned()]).err().unwrap().to_string().contains("did you mean `forest`?"));
    let wish = Wish { sets: vec!["germn".to_owned()], ..wish(&[]) };
    assert!(wanted_sets(&wish).unwrap_err().to_string().contains("did you mean `german`?"));
}

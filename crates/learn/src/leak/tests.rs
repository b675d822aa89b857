//! Each kind of leak planted among honest columns, and honest columns alone.

use super::*;
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;

const ROWS: usize = 1500;
const GAP: f32 = f32::NAN;

/// What the planted column may see.
struct Row {
    row: usize,
    odds: f64,
    label: bool,
}

/// Two honest columns of middling worth and one of noise, then the planted one.
fn table(plant: impl Fn(&mut Random, &Row) -> f32) -> Dataset {
    let mut random = Random::new(3);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for row in 0..ROWS {
        let [a, b, noise] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        let label = random.uniform() < probability_of(a + b - 1.0);
        values.extend([a, b, noise].map(nearest_f32));
        values.push(plant(&mut random, &Row { row, odds: a + b - 1.0, label }));
        labels.push(label);
    }
    Dataset::new(["a", "b", "noise", "planted"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn found(rows: &Dataset, options: &LeakOptions) -> Vec<(String, LeakKind)> {
    let findings = find_leaks(rows, options).unwrap();
    findings.iter().for_each(|finding| println!("{finding}"));
    findings.into_iter().map(|finding| (finding.column, finding.kind)).collect()
}

fn planted(kind: LeakKind) -> Vec<(String, LeakKind)> {
    vec![("planted".to_owned(), kind)]
}

#[test]
fn honest_columns_raise_nothing() {
    let noise = table(|random, _| nearest_f32(random.uniform()));
    let number = table(|_, at| at.row as f32);
    let constant = table(|_, _| 7.0);
    let gaps = table(|_, _| GAP);
    let strong = table(|random, at| nearest_f32(at.odds + 2.0 * random.uniform()));
    for rows in [noise, number, constant, gaps, strong] {
        assert_eq!(found(&rows, &LeakOptions::default()), []);
    }
}

#[test]
fn the_label_again() {
    let flipped = table(|random, at| f32::from(u8::from(at.label != (random.uniform() < 0.02))));
    assert_eq!(found(&flipped, &LeakOptions::default()), planted(LeakKind::LabelCopy));
    let filled = table(|_, at| if at.label { 5.0 } else { GAP });
    assert_eq!(found(&filled, &LeakOptions::default()), planted(LeakKind::LabelCopy));
}

#[test]
fn what_is_only_known_afterwards() {
    // A third of the events already have an amount written off; the others have none or zero.
    let amount = table(|random, at| {
        let written = at.label && at.row % 3 == 0;
        if written { nearest_f32(random.uniform() * 90.0 + 1.0) } else { 0.0 }
    });
    assert_eq!(found(&amount, &LeakOptions::default()), planted(LeakKind::AfterEvent));
}

#[test]
fn another_models_answer() {
    let answer = table(|random, at| {
        let seen = if at.label { 2.0 } else { -2.0 };
        nearest_f32(probability_of(at.odds + seen + 2.0 * random.uniform()))
    });
    assert_eq!(found(&answer, &LeakOptions::default()), planted(LeakKind::ModelOutput));
    let scaled = answer.map_rows(|row| vec![row[0], row[1], row[2], row[3] * 850.0 + 0.5]);
    assert_eq!(found(&scaled, &LeakOptions::default()), planted(LeakKind::TooGoodAlone));
}

#[test]
fn a_number_that_shows_neighbours() {
    // The register has its events in runs of about thirty.
    let mut random = Random::new(8);
    let mut labels = vec![false; ROWS];
    for _ in 0..12 {
        let start = random.below(ROWS - 30);
        labels[start..start + 30].fill(true);
    }
    let values = (0..ROWS).flat_map(|row| [nearest_f32(random.uniform()), row as f32]);
    let rows = Dataset::new(vec!["noise".to_owned(), "number".to_owned()], values.collect(), labels).unwrap();
    assert_eq!(found(&rows, &LeakOptions::default()), vec![("number".to_owned(), LeakKind::Identifier)]);
}

#[test]
fn what_holds_in_folds_by_chance_only() {
    // Each of fifty buyers is always or never bad, and the column names the buyer.
    let mut random = Random::new(2);
    let bad: Vec<bool> = (0..50).map(|_| random.uniform() < 0.4).collect();
    let buyers: Vec<usize> = (0..ROWS).map(|_| random.below(50)).collect();
    let label = |buyer: usize, random: &mut Random| bad[buyer] == (random.uniform() < 0.8);
    let labels: Vec<bool> = buyers.iter().map(|&buyer| label(buyer, &mut random)).collect();
    let values = buyers.iter().map(|&buyer| buyer as f32).collect();
    let rows = Dataset::new(vec!["buyer".to_owned()], values, labels).unwrap();
    let groups: Vec<u64> = buyers.iter().map(|&buyer| buyer as u64).collect();
    let ordered_folds = crate::split::grouped_k_fold(&groups, 5, 1).unwrap();
    let options = LeakOptions { categories: vec!["buyer".to_owned()], ordered_folds, seed: 0 };
    assert_eq!(found(&rows, &options), vec![("buyer".to_owned(), LeakKind::OrderOnly)]);
}

#[test]
fn a_phi_is_by_hand() {
    let phi = |labels: [bool; 4]| {
        let rows = Dataset::new(vec!["x".to_owned()], vec![1.0, 1.0, 0.0, 0.0], labels.to_vec()).unwrap();
        label_agreement(&rows, 0)
    };
    assert_eq!(phi([true, true, false, false]), 1.0);
    assert_eq!(phi([false, false, true, true]), 1.0);
    assert_eq!(phi([true, false, true, false]), 0.0);
}

#[test]
fn what_can_not_be_searched_is_named() {
    let one = Dataset::new(vec!["x".to_owned()], vec![1.0; 9], vec![true; 9]).unwrap();
    assert!(matches!(find_leaks(&one, &LeakOptions::default()), Err(LeakError::Folds(_))));
    let unknown = LeakOptions { categories: vec!["y".to_owned()], ..LeakOptions::default() };
    let rows = table(|_, _| 1.0);
    let error = find_leaks(&rows, &unknown).unwrap_err();
    assert_eq!(error, LeakError::Fit(FitError::ColumnUnknown { name: "y".to_owned() }));
}

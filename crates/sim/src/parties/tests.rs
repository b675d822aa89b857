//! The file of parties: rates, decoys, and that seeds alone decide.

use super::{PartyParams, write_parties};
use std::collections::{BTreeMap, BTreeSet};

fn made(params: &PartyParams) -> (String, String) {
    let (mut records, mut truth) = (Vec::new(), Vec::new());
    write_parties(params, &mut records, &mut truth).unwrap();
    (String::from_utf8(records).unwrap(), String::from_utf8(truth).unwrap())
}

fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[test]
fn seeds_decide_every_byte() {
    let params = PartyParams::new(5, 2_000);
    assert_eq!(made(&params), made(&params));
    assert_ne!(made(&params).0, made(&PartyParams::new(6, 2_000)).0);
}

#[test]
fn errors_come_at_their_rates() {
    let (records, truth) = made(&PartyParams::new(3, 20_000));
    let (records, truth) = (cells(&records), cells(&truth));
    assert_eq!((records.len(), truth.len()), (20_000, 20_000));
    let share =
        |word: &str| truth.iter().filter(|row| row[2].split(' ').any(|error| error == word)).count() as f64 / 20_000.0;
    for (word, rate) in [("typo", 0.20), ("no-email", 0.10), ("moved", 0.08), ("nickname", 0.05)] {
        assert!((share(word) - rate).abs() < 0.01, "{word}: {}", share(word));
    }
    assert!(records.iter().zip(&truth).all(|(record, truth)| record[0] == truth[0]));
    let without = records.iter().filter(|row| row[3].is_empty()).count();
    let told = truth.iter().filter(|row| row[2].contains("no-email")).count();
    assert_eq!(without, told);
}

#[test]
fn people_have_one_to_six_records_and_decoys_beside_them() {
    let (records, truth) = made(&PartyParams::new(4, 20_000));
    let (records, truth) = (cells(&records), cells(&truth));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    truth.iter().for_each(|row| *counts.entry(row[1]).or_default() += 1);
    assert!(counts.values().all(|records| (1..=6).contains(records)));
    let clean = || records.iter().zip(&truth).filter(|(_, truth)| truth[2].is_empty());
    let mut by_name: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut by_place: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (record, truth) in clean() {
        by_name.entry((record[1], record[2])).or_default().insert(truth[1]);
        by_place.entry((record[2], record[4], record[6])).or_default().insert(truth[1]);
    }
    assert!(by_name.values().filter(|people| people.len() > 1).count() > 200, "namesakes");
    assert!(by_place.values().filter(|people| people.len() > 1).count() > 1_000, "households");
}

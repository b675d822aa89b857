//! The whole way on small worlds: who is found, that order says nothing, what is bounded, and what lasts.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const FIELDS: [&str; 5] = ["email", "given_name", "postcode", "street", "surname"];

/// Numbers that look random, from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// People with one to four records each, in households of two: a slip in a name in one of five, no e-mail in one of ten,
/// another address in one of twelve. Each record with the number of its person.
pub(super) fn people(households: u64, seed: u64) -> Vec<(u64, [String; 5])> {
    const GIVEN: [&str; 12] =
        ["Anna", "William", "Robert", "Maria", "Edward", "Helen", "Peter", "Sarah", "Thomas", "Julia", "Oscar", "Nora"];
    const SOUNDS: [&str; 9] = ["bar", "cor", "dal", "fen", "gor", "hol", "kem", "lan", "mer"];
    let mut dice = Dice(seed);
    let mut records = Vec::new();
    let street = |dice: &mut Dice| {
        let (number, name) = (dice.below(150), SOUNDS[usize::try_from(dice.below(9)).unwrap()]);
        let code = format!("{}{} {}XY", name.to_uppercase(), dice.below(20), number % 10);
        (format!("{number} {name}ton {} street", dice.below(40)), code)
    };
    for household in 0..households {
        let sound = |dice: &mut Dice| SOUNDS[usize::try_from(dice.below(9)).unwrap()];
        let surname = format!("{}{}{}", sound(&mut dice), sound(&mut dice), sound(&mut dice));
        let home = street(&mut dice);
        let first = dice.below(12);
        for member in 0..2 {
            let given = GIVEN[usize::try_from((first + 5 * member) % 12).unwrap()];
            let email = format!("{given}.{surname}{}@x.example", dice.below(9_000));
            let elsewhere = street(&mut dice);
            for _ in 0..=dice.below(4) {
                let mut name = given.to_owned();
                if dice.below(5) == 0 {
                    name.remove(1);
                }
                let email = if dice.below(10) == 0 { String::new() } else { email.clone() };
                let (street, code) = if dice.below(12) == 0 { elsewhere.clone() } else { home.clone() };
                records.push((2 * household + member, [email, name, code, street, surname.clone()]));
            }
        }
    }
    records
}

fn table<'a>(names: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> Compact {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut table = Compact::new(&names);
    rows.for_each(|row| table.push(&row));
    table.guess_kinds(&[]);
    table
}

pub(super) fn table_of(records: &[(u64, [String; 5])]) -> Compact {
    table(&FIELDS, records.iter().map(|(_, row)| row.iter().map(String::as_str).collect()))
}

pub(super) fn nothing(records: usize) -> Before {
    Before { of_record: vec![None; records], ..Before::default() }
}

/// Pairwise F1 of entities against the truth.
fn f1(found: &[EntityId], truth: &[u64]) -> f64 {
    fn pairs<K: Ord>(keys: impl Iterator<Item = K>) -> f64 {
        let mut counts: BTreeMap<K, f64> = BTreeMap::new();
        keys.for_each(|key| *counts.entry(key).or_default() += 1.0);
        counts.values().map(|count| count * (count - 1.0) / 2.0).sum()
    }
    let right = pairs(found.iter().zip(truth));
    2.0 * right / (pairs(found.iter()) + pairs(truth.iter()))
}

#[test]
fn people_are_found_without_labels() {
    let records = people(1_500, 1);
    let table = table_of(&records);
    let linker = Linker::learn(&table, Said::default());
    let resolved = linker.resolve(&nothing(table.len()));
    let truth: Vec<u64> = records.iter().map(|(person, _)| *person).collect();
    let f1 = f1(&resolved.of_record, &truth);
    assert!(f1 > 0.97, "{f1}; rules {:?}", linker.rules());
    assert!(resolved.compared < 12 * table.len() as u64, "{}", resolved.compared);
}

/// Which records are together, by the number that each record has in `order`.
fn together(of_record: &[EntityId], order: &[usize]) -> BTreeMap<usize, EntityId> {
    order.iter().zip(of_record).map(|(record, id)| (*record, *id)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn order_of_rows_and_fields_changes_nothing(seed in 0_u64..1_000, step in 1_usize..400, turned: bool) {
        let mut records = people(120, seed);
        records.sort();
        records.dedup();
        let count = records.len();
        let straight: Vec<usize> = (0..count).collect();
        let mut order: Vec<usize> = (0..count).map(|at| (at + step) % count).collect();
        if turned {
            order.reverse();
        }
        let other = table(
            &["surname", "street", "postcode", "given_name", "email"],
            order.iter().map(|&at| records[at].1.iter().rev().map(String::as_str).collect()),
        );
        let table = table_of(&records);
        let one = Linker::learn(&table, Said::default()).resolve(&nothing(count));
        let two = Linker::learn(&other, Said::default()).resolve(&nothing(count));
        prop_assert_eq!(together(&one.of_record, &straight), together(&two.of_record, &order));
        prop_assert_eq!(one.compared, two.compared);
    }
}

#[test]
fn what_would_explode_is_bounded_and_told() {
    let records = people(400, 3);
    let long = "x".repeat(1_000_000);
    let same = ["same@x.example", "Same", "AA1 1AA", "1 same street", "record"].map(str::to_owned);
    let names = ["country", "email", "given_name", "notes", "postcode", "street", "surname"];
    let every = records.iter().map(|(_, row)| row).chain(std::iter::repeat_n(&same, 100_000));
    let rows = every.enumerate().map(|(at, row)| {
        let [email, given, code, street, surname] = row.each_ref().map(String::as_str);
        vec!["GB", email, if at == 5 { long.as_str() } else { given }, "", code, street, surname]
    });
    let table = table(&names, rows);
    let linker = Linker::learn(&table, Said::default());
    let resolved = linker.resolve(&nothing(table.len()));
    assert!(resolved.compared <= 12 * (records.len() as u64 + 1), "{}", resolved.compared);
    let told = linker.warnings().join("\n");
    for cause in ["`notes` is empty", "`given_name` are longer than", "comes 100000 times (`gb, same@x.example"] {
        assert!(told.contains(cause), "{cause}: {told}");
    }
    assert!(resolved.of_record[records.len()..].windows(2).all(|two| two[0] == two[1]), "copies are one");
}

#[test]
fn a_block_of_everybody_is_refused_by_name() {
    // Nothing but the town and a number each: the only rule that there could be holds every record.
    let numbers: Vec<String> = (0..3_000).map(|at| format!("{}", at * 7_919)).collect();
    let table = table(&["town", "note"], numbers.iter().map(|number| vec!["Ely", number.as_str()]));
    let model = Model { rules: vec![vec![(1, Way::Whole)]], ..Linker::learn(&table, Said::default()).model().clone() };
    let linker = Linker::with(&table, Said::default(), model, table.len());
    assert_eq!(linker.resolve(&nothing(3_000)).compared, 0);
    let told = linker.warnings().join("\n");
    assert!(told.contains("by town whole") && told.contains("3000 records") && told.contains("`ely`"), "{told}");
}

#[test]
fn what_a_user_said_holds_and_is_told() {
    let records = people(300, 4);
    let table = table_of(&records);
    let free = Linker::learn(&table, Said::default()).resolve(&nothing(table.len()));
    let pair = (0..table.len()).find(|at| free.of_record[*at] == free.of_record[at + 1]).unwrap();
    let pair = (u32::try_from(pair).unwrap(), u32::try_from(pair).unwrap() + 1);
    let stranger = (0_u32..).zip(&free.of_record).find(|(_, id)| **id != free.of_record[pair.0 as usize]).unwrap().0;
    let said = Said { same: vec![(pair.0, stranger)], apart: vec![pair] };
    let linker = Linker::learn(&table, said);
    let before = Before { of_record: free.of_record.iter().copied().map(Some).collect(), ..Before::default() };
    let resolved = linker.resolve(&before);
    let of = |record: u32| resolved.of_record[record as usize];
    assert!(of(pair.0) != of(pair.1) && of(pair.0) == of(stranger));
    assert!(resolved.changes.iter().any(|change| matches!(change, Change::Split { .. } | Change::Moved { .. })));
    assert_eq!(linker.why(pair.0, pair.1, &resolved.of_record).between, Between::SaidApart);
    let why = linker.why(pair.0, stranger, &resolved.of_record);
    assert_eq!(why.between, Between::One);
    let sum: f64 = why.compared.iter().map(|compared| compared.adds).sum();
    assert!((why.before + sum - why.log_odds).abs() < 1e-9);
    let entity: Vec<u32> =
        (0_u32..).zip(&resolved.of_record).filter(|(_, id)| **id == of(stranger)).map(|(at, _)| at).collect();
    let joins = linker.how(&entity);
    assert!(joins.iter().any(|join| join.odds.is_none() && join.pair == (pair.0, stranger)), "{joins:?}");
}

#[test]
fn strangers_are_told_apart_with_the_reason() {
    let records = people(300, 5);
    let table = table_of(&records);
    let linker = Linker::learn(&table, Said::default());
    let resolved = linker.resolve(&nothing(table.len()));
    let truth = |at: usize| records[at].0;
    let mut reasons = Vec::new();
    for other in 1..table.len() {
        if truth(other) != truth(0) && resolved.of_record[other] != resolved.of_record[0] {
            reasons.push(linker.why(0, u32::try_from(other).unwrap(), &resolved.of_record).between);
        }
    }
    let unlike = reasons.iter().filter(|between| **between == Between::TooUnlike).count();
    assert!(unlike * 10 >= reasons.len() * 9, "{unlike} of {}", reasons.len());
}

#[test]
fn nothing_gives_nothing() {
    let empty = table(&["name"], std::iter::empty());
    assert!(Linker::learn(&empty, Said::default()).resolve(&nothing(0)).of_record.is_empty());
    let blank = table(&["name", "city"], (0..5).map(|_| vec!["", ""]));
    let resolved = Linker::learn(&blank, Said::default()).resolve(&nothing(5));
    assert_eq!(resolved.of_record.iter().collect::<BTreeSet<_>>().len(), 5, "what says nothing is nobody");
    let one = table(&["name"], std::iter::once(vec!["Anna"]));
    assert_eq!(Linker::learn(&one, Said::default()).resolve(&nothing(1)).of_record.len(), 1);
}

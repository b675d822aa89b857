//! The whole way on small tables: what stands, and that order and keys say nothing.

use super::learner::fellegi_sunter::FellegiSunter;
use super::learner::trained::Trained;
use super::table::{Field, Kind, Rows};
use super::{Answer, Linked, Partners, Settings, Tables, link, link_with};

fn fields() -> Vec<Field> {
    let of = |name: &str, kind| Field { name: name.to_owned(), kind };
    vec![of("memo", Kind::Memo), of("amount", Kind::Amount), of("day", Kind::Date)]
}

/// Payments, and bank lines that settle all but every tenth of them, shorter, later and with a fee.
fn tables() -> (Rows, Rows) {
    let memo = |at: usize| {
        format!("{}{} JONES {}", char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]), at * 7919 % 997, at % 7)
    };
    let left = |at: usize| vec![memo(at), format!("{}.00", 50 + at * 37 % 900), format!("2022-03-{:02}", 1 + at % 25)];
    let right = |at: usize| {
        let amount = (50 + at * 37 % 900) as f64 * if at.is_multiple_of(3) { 0.97 } else { 1.0 };
        vec![memo(at)[..7].to_owned(), format!("{amount:.2}"), format!("2022-03-{:02}", 2 + at % 25 + at % 3)]
    };
    (Rows((0..300).map(left).collect()), Rows((0..300).filter(|at| at % 10 != 0).map(right).collect()))
}

fn settings() -> Settings {
    Settings { partners: Partners::One, ..Settings::default() }
}

/// The rows of the pairs that stand.
fn standing(linked: &Linked) -> Vec<(u32, u32)> {
    linked.pairs.iter().filter(|pair| pair.stands).map(|pair| pair.pair).collect()
}

fn truth() -> Vec<(u32, u32)> {
    (0..300_u32).filter(|at| at % 10 != 0).zip(0..).collect()
}

#[test]
fn payments_find_their_lines_without_labels() {
    let (left, right) = tables();
    let fields = fields();
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    for learner in [&FellegiSunter as &dyn super::learner::PairLearner, &Trained::Boost] {
        let linked = link(tables, learner, settings()).unwrap();
        let found = standing(&linked);
        let right = truth().iter().filter(|pair| found.contains(pair)).count();
        assert!(right >= 265 && found.len() - right <= 3, "{}: {right} of {}", learner.name(), found.len());
        let held = truth().iter().filter(|pair| linked.pairs.iter().any(|of| of.pair == **pair)).count();
        let recall = held as f64 / truth().len() as f64;
        let estimated = linked.estimated_recall.unwrap().pairs;
        let promised = linked.estimated_precision.unwrap();
        let precision = right as f64 / found.len() as f64;
        assert!((promised.pairs - precision).abs() < 0.06 && promised.money.is_some(), "{precision}, {promised:?}");
        assert!((estimated - recall).abs() < 0.06, "{recall}, estimated {estimated}");
        assert!(!linked.why(found[0]).is_empty());
    }
}

#[test]
fn order_of_rows_and_fields_changes_nothing() {
    let (left, right) = tables();
    let (fields, turned_fields) = (fields(), fields().into_iter().rev().collect::<Vec<Field>>());
    let turned = |rows: &Rows| Rows(rows.0.iter().rev().map(|row| row.iter().rev().cloned().collect()).collect());
    let (other_left, other_right) = (turned(&left), turned(&right));
    let one = link(Tables { fields: &fields, left: &left, right: Some(&right) }, &Trained::Boost, settings()).unwrap();
    let tables = Tables { fields: &turned_fields, left: &other_left, right: Some(&other_right) };
    let other = link(tables, &Trained::Boost, settings()).unwrap();
    let counts = (u32::try_from(left.len()).unwrap(), u32::try_from(right.len()).unwrap());
    let mut back: Vec<(u32, u32, u64)> = other
        .pairs
        .iter()
        .map(|of| (counts.0 - 1 - of.pair.0, counts.1 - 1 - of.pair.1, of.chance.to_bits()))
        .collect();
    back.sort_unstable();
    let plain: Vec<(u32, u32, u64)> = one.pairs.iter().map(|of| (of.pair.0, of.pair.1, of.chance.to_bits())).collect();
    assert_eq!(plain, back);
}

#[test]
fn one_table_falls_into_groups() {
    let (left, _) = tables();
    let mut rows = left.clone();
    rows.0.extend(
        left.0.iter().take(150).map(|row| vec![row[0].replace("JONES", "JONSE"), row[1].clone(), row[2].clone()]),
    );
    let fields = fields();
    let linked =
        link(Tables { fields: &fields, left: &rows, right: None }, &FellegiSunter, Settings::default()).unwrap();
    let same = (0..150).filter(|at| linked.groups[*at + 300] == linked.groups[*at]).count();
    assert!(same >= 145, "{same}");
    let mut groups = linked.groups.clone();
    groups.sort_unstable();
    groups.dedup();
    assert!(groups.len() >= 295, "{}", groups.len());
}

#[test]
fn answers_are_certain_and_their_rivals_learn_of_it() {
    let (left, right) = tables();
    let fields = fields();
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    let before = link(tables, &Trained::Boost, settings()).unwrap();
    let found = standing(&before);
    // One that stands is none, and its right record belongs to a left one that was no candidate of it.
    let (l, r) = found[10];
    let other = (0..300).find(|other| before.chance((*other, r)).is_none()).unwrap();
    let told = [Answer { pair: (l, r), is_one: Some(false) }, Answer { pair: (other, r), is_one: Some(true) }];
    let after = link_with(tables, &told, &Trained::Boost, settings()).unwrap();
    let now = standing(&after);
    assert!(!now.contains(&(l, r)) && now.contains(&(other, r)));
    assert!(after.chance((other, r)).unwrap() > 0.999 && after.chance((l, r)).unwrap() < 0.001);
    let kept = found.iter().filter(|pair| now.contains(pair)).count();
    assert!(kept >= found.len() - 4, "{kept} of {}", found.len());
    assert!(after.warnings.is_empty(), "{:?}", after.warnings);
    // Two partners of one record: the user's word stands, and is told to be against one to one.
    let told = [Answer { pair: (l, r), is_one: Some(true) }, Answer { pair: (other, r), is_one: Some(true) }];
    let both = link_with(tables, &told, &Trained::Boost, settings()).unwrap();
    assert!(standing(&both).contains(&(l, r)) && standing(&both).contains(&(other, r)));
    assert!(both.warnings.iter().any(|warning| warning.contains("further partner")), "{:?}", both.warnings);
}

#[test]
fn questions_are_of_unsure_pairs_that_nobody_answered() {
    let (mut left, right) = tables();
    // Payments that come twice, of which either may be the one that a bank line settles.
    let twins: Vec<Vec<String>> = left.0[..20].to_vec();
    left.0.extend(twins);
    let fields = fields();
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    let asking = Settings { questions: 5, ..settings() };
    let linked = link(tables, &FellegiSunter, asking).unwrap();
    assert!(!linked.questions.is_empty() && linked.questions.len() <= 5);
    for pair in &linked.questions {
        let chance = linked.chance(*pair).unwrap();
        assert!(chance > 0.003 && chance < 0.997, "{chance}");
    }
    let told: Vec<Answer> = linked.questions.iter().map(|&pair| Answer { pair, is_one: None }).collect();
    let again = link_with(tables, &told, &FellegiSunter, asking).unwrap();
    assert!(again.questions.iter().all(|pair| !linked.questions.contains(pair)), "an unsure answer is one too");
    assert_eq!(standing(&again), standing(&linked), "what cannot be told changes nothing");
}

#[test]
fn an_answer_parts_a_group_for_good() {
    let name = |text: &str| vec![text.to_owned(), "12.00".to_owned(), "2022-03-04".to_owned()];
    let mut rows: Vec<Vec<String>> = tables().0.0;
    rows.extend([name("ZX9 QUILL 1"), name("ZX9 QUILL 1"), name("ZX9 QUILL 1")]);
    let (rows, fields) = (Rows(rows), fields());
    let tables = Tables { fields: &fields, left: &rows, right: None };
    let told = [Answer { pair: (301, 300), is_one: Some(false) }];
    let groups = link_with(tables, &told, &FellegiSunter, Settings::default()).unwrap().groups;
    assert_ne!(groups[300], groups[301], "not even by way of the third");
    let told = [Answer { pair: (5, 300), is_one: Some(true) }];
    let groups = link_with(tables, &told, &FellegiSunter, Settings::default()).unwrap().groups;
    assert_eq!(groups[5], groups[300]);
}

#[test]
fn tables_without_pairs_have_none() {
    let (left, _) = tables();
    let fields = fields();
    let empty = Rows::default();
    for learner in [&FellegiSunter as &dyn super::learner::PairLearner, &Trained::Boost] {
        let linked = link(Tables { fields: &fields, left: &left, right: Some(&empty) }, learner, settings()).unwrap();
        assert_eq!((linked.pairs.len(), linked.estimated_recall, linked.estimated_precision), (0, None, None));
    }
}

/// A block that would hold every record, one record again and again, a field without values, a value of a megabyte.
#[test]
fn what_would_explode_is_bounded_and_told() {
    let of = |name: &str, kind| Field { name: name.to_owned(), kind };
    let fields = [of("country", Kind::Category), of("notes", Kind::Memo), of("title", Kind::Title)];
    let row = |title: String| vec!["GB".to_owned(), String::new(), title];
    let mut left: Vec<Vec<String>> =
        (0..400).map(|at| row(format!("oak table no {at} {}", at * 7_919 % 997))).collect();
    let right = Rows(left.clone());
    left.push(row("x".repeat(1_000_000)));
    left.extend(std::iter::repeat_n(row("the same again".to_owned()), 20_000));
    let left = Rows(left);
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    let linked = link(tables, &FellegiSunter, Settings::default()).unwrap();
    assert!(linked.pairs.len() <= 20 * left.len() + 20 * (left.len() + right.len()), "{}", linked.pairs.len());
    let told = linked.warnings.join("\n");
    for cause in
        ["`notes` is empty", "1 values of `title`", "comes 20000 times in the left table (`GB, , the same again`)"]
    {
        assert!(told.contains(cause), "{cause}: {told}");
    }
    let held = (0..400).filter(|at| linked.chance((*at, *at)).is_some()).count();
    assert!(held >= 395, "{held}");
}

#[test]
fn of_titles_the_smaller_table_is_the_catalogue() {
    let makers = ["adobe", "corel", "intuit", "symantec", "mcafee", "nero", "roxio"];
    let name = |at: usize| format!("{} suite {} edition {}", makers[at % 7], at * 7_919 % 997, 1 + at % 9);
    let field = [Field { name: "title".to_owned(), kind: Kind::Title }];
    let catalogue = Rows((0..120).map(|at| vec![name(at)]).collect());
    // Every product is offered twice, under a longer title.
    let offers = Rows((0..240).map(|at| vec![format!("{} {}", name(at / 2), ["new", "boxed"][at % 2])]).collect());
    let tables = Tables { fields: &field, left: &catalogue, right: Some(&offers) };
    let linked = link(tables, &Trained::Boost, Settings::default()).unwrap();
    let found = standing(&linked);
    let right = found.iter().filter(|(product, offer)| *product == offer / 2).count();
    assert!(right >= 220 && found.len() - right <= 10, "{right} of {}", found.len());
    let mut offered: Vec<u32> = found.iter().map(|(_, offer)| *offer).collect();
    offered.sort_unstable();
    assert!(offered.windows(2).all(|two| two[0] != two[1]), "an offer has at most one product");
    let one = link(tables, &Trained::Boost, settings()).unwrap();
    assert!(standing(&one).len() <= 120, "each has at most one, where that is said");
}

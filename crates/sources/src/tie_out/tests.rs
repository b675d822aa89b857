//! Each break that can be planted, and the explanation that it must get; no break, no word.

use super::*;
use proptest::prelude::*;

fn line(at: u32, minor: i64) -> Line {
    Line { minor, part: Part::Other, content: u64::from(at), line: at }
}

/// Prices, a fee, tax, withheld tax, promotion and reserve, at lines 2 to 8.
fn settlement() -> Vec<Line> {
    let of = |at, minor, part| Line { part, ..line(at, minor) };
    vec![
        line(2, 12_300),
        line(3, 8_571),
        of(4, -1_845, Part::Fees),
        of(5, 2_337, Part::Tax),
        of(6, -2_301, Part::WithheldTax),
        of(7, -500, Part::Promotions),
        of(8, -7_777, Part::Reserve),
    ]
}

fn sum_of(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.minor).sum()
}

/// What is said of these lines against the total of the sound ones.
fn likely<'a>(lines: &'a [Line], total: i64, change: impl FnOnce(&mut Sum<'a>)) -> String {
    let mut sum = Sum::new(0, lines, total, Currency::EUR);
    change(&mut sum);
    sum.likely().trim_start_matches("; most likely ").to_owned()
}

/// A change to the settlement's lines.
type Break = fn(&mut Vec<Line>);

#[test]
fn every_planted_break_is_named() {
    let table: [(&str, Break, &str); 6] = [
        (
            "twice",
            |lines| lines.push(Line { line: 9, ..lines[1] }),
            "line 9 is there twice: it repeats line 3, 85.71 EUR",
        ),
        ("sign", |lines| lines[0].minor = -12_300, "line 2 has the wrong sign: -123.00 EUR"),
        ("digits", |lines| lines[1].minor = 8_751, "line 3 has two digits swapped: 87.51 EUR for 85.71 EUR"),
        (
            "digits",
            |lines| lines[3].minor = 3_237,
            "line 5 (one of 2 that fit) has two digits swapped: 32.37 EUR for 23.37 EUR",
        ),
        ("sign of a fee", |lines| lines[2].minor = 1_845, "line 4 has the wrong sign: 18.45 EUR"),
        ("nothing", |_| {}, ""),
    ];
    for (name, plant, said) in table {
        let mut lines = settlement();
        plant(&mut lines);
        assert_eq!(likely(&lines, sum_of(&settlement()), |_| {}), said, "{name}");
    }
}

#[test]
fn a_part_that_the_total_leaves_out_is_named() {
    for (part, said) in [
        (Part::Fees, "the total leaves the fees out, which sum to -18.45 EUR"),
        (Part::Tax, "the total leaves the tax out, which sum to 23.37 EUR"),
        (Part::WithheldTax, "the total leaves the withheld tax out, which sum to -23.01 EUR"),
        (Part::Promotions, "the total leaves the promotions out, which sum to -5.00 EUR"),
        (Part::Reserve, "the total leaves the reserve out, which sum to -77.77 EUR"),
    ] {
        let lines = settlement();
        let total: i64 = lines.iter().filter(|line| line.part != part).map(|line| line.minor).sum();
        assert_eq!(likely(&lines, total, |_| {}), said, "{part:?}");
    }
}

#[test]
fn what_a_format_knows_is_told_only_where_it_fits() {
    const RESERVE: Carried = Carried { name: "a reserve", takes: true };
    const RELEASE: Carried = Carried { name: "a release", takes: false };
    let (lines, absent, dropped) = (settlement(), [RESERVE, RELEASE], [line(20, 43)]);
    let total = sum_of(&lines);
    for (lacks, said) in
        [(-101, "a reserve, of which the file has no line"), (101, "a release, of which the file has no line")]
    {
        assert_eq!(likely(&lines, total + lacks, |sum| sum.absent = &absent), said);
    }
    let turned = likely(&lines, total - 24_600, |sum| sum.absent = &absent);
    assert_eq!(turned, "line 2 has the wrong sign: 123.00 EUR", "an exact explanation leaves no room for a vague one");
    let said = likely(&lines, total + 43, |sum| sum.dropped = &dropped);
    assert_eq!(said, "line 20 is no repeat, as it was taken for: 0.43 EUR");
    assert_eq!(likely(&lines, total + 43, |sum| sum.unread = 2), "2 rows that could not be read");
    let said = likely(&lines, 0, |sum| sum.pays_out = true);
    assert!(said.starts_with("the transfer to the bank, -107.85 EUR: the total is zero"), "{said}");
    let paid = [lines.clone(), vec![Line { part: Part::Transfer, ..line(9, -10_000) }]].concat();
    assert_eq!(likely(&paid, 0, |sum| sum.pays_out = true), "", "the transfer is there");
}

#[test]
fn at_most_two_explanations_are_told_the_strongest_first() {
    // −2.00 lacks: line 3 repeats line 2, line 4 has the wrong sign, and the fee of 2.00 is left out.
    let lines = [
        Line { content: 7, ..line(2, 200) },
        Line { content: 7, ..line(3, 200) },
        line(4, 100),
        Line { part: Part::Fees, ..line(5, 200) },
    ];
    let said = likely(&lines, 500, |_| {});
    let [first, second] = said.split(", or ").collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert_eq!(first, "line 3 is there twice: it repeats line 2, 2.00 EUR");
    assert_eq!(second, "the total leaves the fees out, which sum to 2.00 EUR");
    let many = [line(2, 100), line(3, 100), line(4, 100)];
    assert_eq!(likely(&many, 100, |_| {}), "line 2 (one of 3 that fit) has the wrong sign: 1.00 EUR");
}

/// Oldest first, from a balance of 100.00.
fn run(amounts: &[i64]) -> Vec<Balanced> {
    let mut balance = 10_000;
    let rows = amounts.iter().zip(2..).map(|(minor, at)| {
        balance += minor;
        Balanced { line: Line { content: minor.unsigned_abs(), ..line(at, *minor) }, balance }
    });
    rows.collect()
}

/// A change to the rows of a running balance.
type Parting = fn(&mut Vec<Balanced>);

#[test]
fn a_running_balance_tells_the_place() {
    let sound = run(&[500, -120, 1_234, 300, -45]);
    assert_eq!(parted(&sound, Currency::EUR), None);
    let table: [(&str, Parting, usize, &str); 6] = [
        ("left out", |rows| rows.retain(|row| row.line.line != 4), 2, "a line of 12.34 EUR between lines 3 and 5"),
        (
            "twice",
            |rows| rows.insert(3, Balanced { line: Line { line: 40, ..rows[2].line }, ..rows[2] }),
            3,
            "line 40 is there twice: it repeats line 4, 12.34 EUR, or a line of -12.34 EUR between lines 4 and 40",
        ),
        (
            "sign",
            |rows| rows[3].line.minor = -300,
            3,
            "line 5 has the wrong sign: -3.00 EUR, or a line of 6.00 EUR between lines 4 and 5",
        ),
        (
            "digits",
            |rows| rows[2].line.minor = 1_324,
            2,
            "line 4 has two digits swapped: 13.24 EUR for 12.34 EUR, or a line of -0.90 EUR between lines 3 and 4",
        ),
        (
            "balance",
            |rows| rows[2].balance += 7,
            2,
            "the balance of line 4 alone is wrong: the lines around it agree on 116.14 EUR",
        ),
        (
            "two left out",
            |rows| {
                rows.remove(3);
                rows.remove(1);
            },
            1,
            "a line of -1.20 EUR between lines 2 and 4; the first of 2 such lines",
        ),
    ];
    for (name, plant, at, said) in table {
        let mut rows = sound.clone();
        plant(&mut rows);
        let found = parted(&rows, Currency::EUR).unwrap();
        let (_, why) = found.said.split_once("; most likely ").unwrap();
        assert_eq!((found.at, why), (at, said), "{name}");
    }
}

proptest! {
    #[test]
    fn no_break_no_word(amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 0..40), opening in -9_000_i64..9_000) {
        let lines: Vec<Line> = amounts.iter().zip(2..).map(|(minor, at)| line(at, *minor)).collect();
        let sum = Sum::new(opening, &lines, opening + sum_of(&lines), Currency::EUR);
        prop_assert_eq!((sum.lacks(), sum.broken()), (0, None));
        prop_assert_eq!(parted(&run(&amounts), Currency::EUR), None);
    }

    /// Whatever is told explains the whole difference: the planted one is always among the two or beaten by two others.
    #[test]
    fn a_planted_sign_is_told_unless_two_stronger_ones_fit(
        amounts in prop::collection::vec(1_i64..1_000_000, 1..20), at in any::<prop::sample::Index>(),
    ) {
        let sound: Vec<Line> = amounts.iter().zip(2..).map(|(minor, at)| line(at, *minor)).collect();
        let mut broken = sound.clone();
        let turned = at.index(broken.len());
        broken[turned].minor *= -1;
        let said = likely(&broken, sum_of(&sound), |_| {});
        prop_assert!(said.starts_with("line ") && said.contains("wrong sign"), "{}", said);
    }
}

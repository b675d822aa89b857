//! What a seeded world hides is found, and nothing else is called a break, whatever the seed and the rows' order.

use crate::shop::{Books, State, World, lines};
use domain::Status;
use plimsoll::truth::{Finding, findings};
use store::ExceptionFilter;

/// Seeds that the rules were not made by.
const UNSEEN_SEEDS: [u64; 3] = [90_001, 90_002, 90_003];

/// Four months, in which many a credit note is of an order from before, and the whole year.
const INVOICES: [usize; 2] = [6_000, usize::MAX];

/// What the issue asks of every kind.
const LEAST: f64 = 0.98;

/// The kinds that a world plants.
const PLANTED: [&str; 4] = ["OrderWithoutPayment", "DuplicateCharge", "RefundExceedsPayment", "PayoutShort"];

#[test]
fn every_planted_kind_is_found_and_nothing_wrong_is_raised_in_unseen_worlds() {
    for (invoices, seed) in INVOICES.iter().flat_map(|invoices| UNSEEN_SEEDS.map(|seed| (*invoices, seed))) {
        let world = World::of(invoices, seed);
        let found = findings(&world.truth, &open_exceptions(&world.books()));
        for kind in PLANTED {
            let finding = found.iter().find(|finding| finding.kind == kind).unwrap();
            assert!(finding.planted > 0, "seed {seed} plants no {kind}");
            assert!(recall(finding) >= LEAST, "seed {seed}: {finding:#?}");
            assert!(precision(finding) >= LEAST, "seed {seed}: {finding:#?}");
        }
        for finding in &found {
            assert_eq!(finding.natural_found, finding.natural, "seed {seed} misses a natural break: {finding:#?}");
            assert!(precision(finding) >= LEAST, "seed {seed}: {finding:#?}");
        }
    }
}

#[test]
fn the_order_of_rows_in_the_exports_changes_nothing() {
    let world = World::of(INVOICES[0], UNSEEN_SEEDS[0]);
    let in_order = State::of(world.books().read());
    for seed in [3, 4] {
        let stripe = shuffled_rows(&world.stripe, seed);
        let bank = shuffled_entries(&world.bank, seed);
        assert!(stripe != world.stripe && bank != world.bank);
        let [shop, rates, ..] = world.files();
        let mut books = Books::new();
        let report = books.import(&[shop, rates, ("stripe.csv", &stripe), ("bank.xml", &bank)]);
        assert_eq!(report.issues(), 0, "shuffle {seed}");
        assert!(State::of(books.read()) == in_order, "shuffle {seed} changes the books");
    }
}

fn open_exceptions(books: &Books) -> Vec<domain::Exception> {
    let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
    books.read().exceptions(&open).unwrap()
}

fn share(part: usize, of: usize) -> f64 {
    let count = |number| f64::from(u32::try_from(number).unwrap());
    if of == 0 { 1.0 } else { count(part) / count(of) }
}

fn recall(finding: &Finding) -> f64 {
    share(finding.found, finding.planted)
}

/// Right is what was planted or is natural.
fn precision(finding: &Finding) -> f64 {
    let right = finding.found + finding.natural_found;
    share(right, right + finding.wrong)
}

fn shuffled_rows(csv: &[u8], seed: u64) -> Vec<u8> {
    let mut rows = lines(csv);
    shuffle(&mut rows[1..], seed);
    rows.concat()
}

/// The statement's entries in another order, between the same head and foot.
fn shuffled_entries(camt: &[u8], seed: u64) -> Vec<u8> {
    let text = std::str::from_utf8(camt).unwrap();
    let (first, end) = (text.find("<Ntry>").unwrap(), text.rfind("</Ntry>").unwrap() + "</Ntry>".len());
    let mut entries: Vec<&str> = text[first..end].split_inclusive("</Ntry>").collect();
    shuffle(&mut entries, seed);
    [&text[..first], &entries.concat(), &text[end..]].concat().into_bytes()
}

/// Fisher and Yates, with Knuth's MMIX generator.
fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..things.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = (state >> 33) % (last as u64 + 1);
        things.swap(last, usize::try_from(other).unwrap());
    }
}

//! The card stream by the protocol of its book (Le Borgne and others, "Reproducible machine learning for credit card
//! fraud detection", 2022, chapters 3 and 5): fifteen features, fitted on 25–31 July 2018, labels a week late, tried on
//! 8–14 August without the cards that are known to be compromised by then.

use super::catalogue::text_of;
use super::table::Table;
use crate::compare::labelled::{Kind, Labelled, Parts, Splitting, Stakes};
use anyhow::Context;
use engine::observe::own_values;
use engine::observe::windows::{BOOK_CARDS, Bounds, Happening, Key, KeyKind, Plan, SECOND_US, Traits, Windows};
use learn::Dataset;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Its place in a folder of data sets.
pub const FILE: &str = "fraud/card_transactions.parquet";
const DAY_S: i64 = 86_400;

/// 25 July 2018, the first day of the fit.
pub const FIT_DAY: i64 = 17_737;
/// Days of the fit.
pub const FIT_DAYS: i64 = 7;
const DELAY_DAYS: i64 = 7;
const TEST_DAYS: i64 = 7;
const WINDOWS_DAYS: [i64; 3] = [1, 7, 30];

/// Payments of a card that a sequence holds, as in the book's chapter 7.
const STEPS: usize = 5;

/// Days of the fit that are kept for validation, its last.
const VALIDATION_DAYS: i64 = 2;

/// A payment.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Seconds since 1970.
    pub at_s: i64,
    /// Its number; ties in time are ordered by it.
    pub id: u64,
    /// The card.
    pub card: u64,
    /// The terminal.
    pub terminal: u64,
    /// In whole units.
    pub amount: f32,
    /// Whether it was fraud.
    pub fraud: bool,
}

impl Payment {
    /// Days since 1970.
    pub fn day(&self) -> i64 {
        self.at_s.div_euclid(DAY_S)
    }
}

/// The stream, ready to be compared on.
///
/// # Errors
/// As [`read`].
pub fn labelled(folder: &Path) -> anyhow::Result<Labelled> {
    let payments = read(folder)?;
    let features = features(&payments);
    let (fit, test) = parts(&payments, FIT_DAY);
    let taken: Vec<usize> = fit.iter().chain(&test).copied().collect();
    let labels: Vec<bool> = taken.iter().map(|&row| payments[row].fraud).collect();
    let values = taken.iter().flat_map(|&row| features[row]).collect();
    let table = Table { rows: Dataset::new(names(), values, labels.clone())?, categories: Vec::new() };
    let about = "SIMULATED card stream of the Fraud Detection Handbook (2018): fraud";
    let mut set = Labelled::new("card_stream", Kind::Payments, about, table);
    set.simulated = true;
    set.sequence = Some(sequences(&payments, &features, &taken, labels)?);
    let exposure = taken.iter().map(|&row| super::minor_units(f64::from(payments[row].amount) * 100.0));
    set.stakes = Some(Stakes { exposure_minor: exposure.collect(), currency: "units".to_owned() });
    let validation_day = FIT_DAY + FIT_DAYS - VALIDATION_DAYS;
    let (validation, train) = (0..fit.len()).partition(|row| payments[fit[*row]].day() >= validation_day);
    let parts = Parts { train, validation, test: (fit.len()..taken.len()).collect() };
    let told = "the book's weeks: fit 25–29 July, validation 30–31 July, labels a week late, test 8–14 August without \
                cards known to be compromised";
    set.splitting = Splitting::Fixed { parts, told: told.to_owned() };
    Ok(set)
}

/// The features of each taken payment and of those of the same card before it, the newest last.
fn sequences(
    payments: &[Payment],
    features: &[[f32; 15]],
    taken: &[usize],
    labels: Vec<bool>,
) -> anyhow::Result<Dataset> {
    let mut before: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut place = vec![0; payments.len()];
    for (row, payment) in payments.iter().enumerate() {
        let rows = before.entry(payment.card).or_default();
        place[row] = rows.len();
        rows.push(row);
    }
    let channels = names();
    let steps = (0..STEPS).flat_map(|step| channels.iter().map(move |name| format!("{name}@{step}")));
    let mut values = Vec::with_capacity(taken.len() * STEPS * channels.len());
    for &row in taken {
        let of_card = &before[&payments[row].card];
        for back in (0..STEPS).rev() {
            match place[row].checked_sub(back) {
                Some(at) => values.extend(features[of_card[at]]),
                None => values.extend([f32::NAN; 15]),
            }
        }
    }
    Ok(Dataset::new(steps.collect(), values, labels)?)
}

/// The payments by time and id.
///
/// # Errors
/// The file cannot be read, or a line of it.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Payment>> {
    let text = String::from_utf8(text_of(&folder.join(FILE))?)?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().context("no header")?.split(',').collect();
    let place = |name: &str| names.iter().position(|at| *at == name).with_context(|| format!("no column {name}"));
    let [id, at, card, terminal, amount, fraud] =
        ["TRANSACTION_ID", "TX_EPOCH_S", "CUSTOMER_ID", "TERMINAL_ID", "AMOUNT_CENTS", "TX_FRAUD"].map(place);
    let (id, at, card, terminal, amount, fraud) = (id?, at?, card?, terminal?, amount?, fraud?);
    let mut payments = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |place: usize| cells.get(place).copied().context("a short line");
        payments.push(Payment {
            at_s: cell(at)?.parse()?,
            id: cell(id)?.parse()?,
            card: cell(card)?.parse()?,
            terminal: cell(terminal)?.parse()?,
            amount: cell(amount)?.parse::<f32>()? / 100.0,
            fraud: cell(fraud)? == "1",
        });
    }
    payments.sort_by_key(|payment| (payment.at_s, payment.id));
    Ok(payments)
}

/// Names of the features.
pub fn names() -> Vec<String> {
    let mut names = vec!["amount".to_owned(), "weekend".to_owned(), "night".to_owned()];
    for days in WINDOWS_DAYS {
        names.extend(
            ["card_count", "card_mean", "terminal_count", "terminal_risk"].map(|name| format!("{name}_{days}")),
        );
    }
    names
}

/// The book's features of each payment, by the windows that live payments have.
pub fn features(payments: &[Payment]) -> Vec<[f32; 15]> {
    let plan = Plan::new(BOOK_CARDS).expect("the shipped registry makes sense");
    let bounds = Bounds { lateness_us: 0, idle_us: i64::MAX, most_subjects: usize::MAX, most_events: usize::MAX };
    let (mut windows, mut row) = (Windows::new(plan.into(), bounds), Vec::new());
    let of = |(place, payment): (u64, &Payment)| {
        let event = happening(place, payment);
        windows.observe(&event, &mut row);
        // Told at once, and seen a week late: the windows of terminals follow behind by that.
        if payment.fraud {
            windows.label(&event, true);
        }
        with_windows(payment, &row)
    };
    (0..).zip(payments).map(of).collect()
}

/// A payment as windows see it; its row tells it from others of its second.
pub fn happening(row: u64, payment: &Payment) -> Happening {
    let event = Happening {
        id: row,
        at_us: payment.at_s * SECOND_US,
        amount_minor: Some(super::minor_units(f64::from(payment.amount) * 100.0)),
        traits: Traits::ATTEMPT,
        keys: [None; KeyKind::ALL.len()],
    };
    let event = event.with(KeyKind::Card, Some(Key::of_number(payment.card)));
    event.with(KeyKind::Merchant, Some(Key::of_number(payment.terminal)))
}

/// Amounts in whole units, as the book has them; what is missing is 0 there.
fn with_windows(payment: &Payment, row: &[f32]) -> [f32; 15] {
    let mut features = [0.0; 15];
    features[..3].copy_from_slice(&own_values(payment.amount, payment.at_s));
    for ((feature, value), definition) in features[3..].iter_mut().zip(row).zip(BOOK_CARDS) {
        let unit = if definition.is_money() { 100.0 } else { 1.0 };
        *feature = if value.is_nan() { 0.0 } else { value / unit };
    }
    features
}

/// The rows to fit on from this day, and those to be tried: each test day leaves out the cards whose fraud was known by
/// then.
pub fn parts(payments: &[Payment], fit_day: i64) -> (Vec<usize>, Vec<usize>) {
    let on = |days: std::ops::Range<i64>| (0..payments.len()).filter(move |&row| days.contains(&payments[row].day()));
    let fit: Vec<usize> = on(fit_day..fit_day + FIT_DAYS).collect();
    let first_test = fit_day + FIT_DAYS + DELAY_DAYS;
    let mut known: BTreeSet<u64> =
        fit.iter().filter(|&&row| payments[row].fraud).map(|&row| payments[row].card).collect();
    let mut test = Vec::new();
    for day in first_test..first_test + TEST_DAYS {
        let told = day - DELAY_DAYS - 1;
        known.extend(on(told..told + 1).filter(|&row| payments[row].fraud).map(|row| payments[row].card));
        test.extend(on(day..day + 1).filter(|&row| !known.contains(&payments[row].card)));
    }
    (fit, test)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(day: i64, card: u64, amount: f32, fraud: bool) -> Payment {
        Payment { at_s: day * DAY_S + 12 * 3600, id: 0, card, terminal: 5, amount, fraud }
    }

    #[test]
    fn windows_are_by_hand() {
        let payments = [
            payment(0, 1, 10.0, true),
            payment(0, 2, 99.0, false),
            payment(6, 1, 20.0, false),
            payment(8, 1, 60.0, false),
        ];
        let features = features(&payments);
        // The third payment's card: 1 in a day, 10 and 20 in seven days.
        assert_eq!(features[2][3..5], [1.0, 20.0]);
        assert_eq!(features[2][7..9], [2.0, 15.0]);
        // The fourth's terminal a week ago: two payments on day 0, one of them a fraud; not the one of day 6.
        assert_eq!(features[3][9..11], [2.0, 0.5]);
        // Days 2 and 3 of 1970 were a weekend.
        assert_eq!([0, 2, 3, 4].map(|day| own_values(1.0, day * DAY_S)[1]), [0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn known_cards_are_left_out() {
        let test_day = FIT_DAY + 14;
        let payments = [
            payment(FIT_DAY, 1, 1.0, true),
            payment(FIT_DAY + 7, 2, 1.0, true),
            payment(test_day, 1, 1.0, false),
            payment(test_day, 2, 1.0, false),
            payment(test_day + 1, 2, 1.0, false),
        ];
        // Card 2's fraud of the eighth day is known on the second day of the test.
        assert_eq!(parts(&payments, FIT_DAY), (vec![0], vec![3]));
    }
}

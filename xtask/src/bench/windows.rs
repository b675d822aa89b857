//! Sliding windows: how many events a core takes through twelve aggregates, whether they equal their definition on a
//! stream with late, equal-time and repeated events, what a subject costs in memory, and bursts that hopping windows miss.
//!
//! The twelve are the Fraud Detection Handbook's: count and mean of a card, count and risk of a terminal a week late, over
//! 1, 7 and 30 days. `PLIMSOLL_BENCH_ROWS` changes the number of simulated cards, for a quick look.

use super::line::{Bar, Line, Report};
use anyhow::ensure;
use domain::AuthorisationOutcome;
use engine::observe::windows::brute::{Brute, same};
use engine::observe::windows::{
    Aggregate, BOOK_CARDS, Bounds, Definition, Happening, Key, KeyKind, PAYMENTS, Plan, SECOND_US, Span, Traits,
    Windows,
};
use plimsoll::compare::sets::cards;
use sim::{CardAttempt, CardFraud, CardParams, CardStream};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

const SEED: u64 = 2026;
const CARDS: u32 = 5_000;
const DAYS: u32 = 150;
/// Events that are held against the definition: it counts every window anew.
const CHECKED: usize = 20_000;
const LEAST_EVENTS_PER_SECOND: f64 = 300_000.0;
/// Attempts of a planted burst of card testing, five seconds apart.
const BURST: f32 = 12.0;
const SIMULATED: &str = "simulated card payments";

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let number = std::env::var("PLIMSOLL_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(CARDS);
    let stream = CardStream::new(&CardParams::new(seed, number, DAYS));
    let events: Vec<(Happening, bool)> =
        stream.attempts.iter().map(|one| (happening(one), one.fraud.is_some())).collect();
    drop(speed(report, "twelve aggregates", BOOK_CARDS, &events, (SIMULATED, seed))?);
    let windows = speed(report, "the whole registry", PAYMENTS, &events, (SIMULATED, seed))?;
    tell_counts(report, &windows, seed);
    if let Some(folder) = std::env::var_os("PLIMSOLL_DATA") {
        let payments = cards::read(&PathBuf::from(folder))?;
        let events: Vec<(Happening, bool)> =
            (0..).zip(&payments).map(|(row, payment)| (cards::happening(row, payment), payment.fraud)).collect();
        drop(speed(report, "twelve aggregates", BOOK_CARDS, &events, ("card_transactions", seed))?);
    }
    differences(report, &events, seed)?;
    bursts(report, &stream, seed)
}

/// The events of a stream through a registry, one thread; the windows that it leaves.
fn speed(
    report: &mut Report,
    what: &str,
    definitions: &[Definition],
    events: &[(Happening, bool)],
    (data, seed): (&'static str, u64),
) -> anyhow::Result<Windows> {
    let mut windows = Windows::new(Plan::new(definitions)?.into(), Bounds::default());
    let (mut row, mut read) = (Vec::new(), 0.0_f64);
    let start = Instant::now();
    for (event, bad) in events {
        windows.observe(event, &mut row);
        if *bad {
            windows.label(event, true);
        }
        read += f64::from(row.iter().copied().find(|value| !value.is_nan()).unwrap_or(0.0));
    }
    let seconds = start.elapsed().as_secs_f64();
    ensure!(read > 0.0, "the windows hold nothing");
    let a_second =
        Line::new(format!("events_per_second, {what}"), events.len() as f64 / seconds, seed).unit("/s").data(data);
    report.add(&if definitions.len() == BOOK_CARDS.len() {
        a_second.bar(Bar::AtLeast(LEAST_EVENTS_PER_SECOND))
    } else {
        a_second
    });
    let memory = windows.memory();
    let bytes = memory.bytes as f64;
    let line = |figure: &str, value: f64| Line::new(format!("{figure}, {what}"), value, seed).unit("B").data(data);
    report.add(&line("bytes_per_subject", bytes / memory.subjects.max(1) as f64));
    report.add(&line("bytes_per_remembered_event", bytes / memory.events.max(1) as f64));
    Ok(windows)
}

fn tell_counts(report: &mut Report, windows: &Windows, seed: u64) {
    let counts = windows.counts();
    for (figure, value) in [("events", counts.events), ("late", counts.late), ("too_late", counts.too_late)] {
        report.add(&Line::new(figure, value as f64, seed).data(SIMULATED));
    }
}

/// Rows that differ from their definition, on a stream that is disordered further: every tenth event is told again, and
/// times are cut to ten minutes so that many are equal. A row whose event was changed must be seen to differ.
fn differences(report: &mut Report, events: &[(Happening, bool)], seed: u64) -> anyhow::Result<()> {
    const CUT_US: i64 = 600 * SECOND_US;
    let cut = |event: &Happening| Happening { at_us: event.at_us - event.at_us.rem_euclid(CUT_US), ..*event };
    let events: Vec<(Happening, bool)> = events.iter().take(CHECKED).map(|(event, bad)| (cut(event), *bad)).collect();
    let (different, checked) = differing(&events, None)?;
    let line = |figure: &str, value: usize| Line::new(figure, value as f64, seed).data(SIMULATED);
    report.add(&line("differences", different).bar(Bar::AtMost(0.0)));
    report.add(&line("rows_checked", checked));
    let (seen, _) = differing(&events, Some(events.len() / 2))?;
    report.add(&line("control_found", usize::from(seen > 0)).bar(Bar::AtLeast(1.0)));
    Ok(())
}

fn differing(events: &[(Happening, bool)], altered: Option<usize>) -> anyhow::Result<(usize, usize)> {
    let bounds = Bounds { lateness_us: 3 * 3_600 * SECOND_US, ..Bounds::default() };
    let mut windows = Windows::new(Plan::new(PAYMENTS)?.into(), bounds);
    let (mut brute, mut row, mut different, mut checked) = (Brute::new(PAYMENTS, bounds), Vec::new(), 0, 0);
    let mut check = |event: &Happening, altered: bool, windows: &mut Windows, brute: &mut Brute| {
        windows.observe(event, &mut row);
        let amount_minor = event.amount_minor.map(|amount| amount + i64::from(altered));
        different += usize::from(!same(&row, &brute.observe(&Happening { amount_minor, ..*event }).1));
        checked += 1;
    };
    for (place, (event, bad)) in events.iter().enumerate() {
        check(event, altered == Some(place), &mut windows, &mut brute);
        if place % 10 == 9 {
            check(&events[place - 5].0, false, &mut windows, &mut brute);
        }
        if *bad {
            windows.label(event, true);
            brute.label(event, true);
        }
    }
    Ok((different, checked))
}

/// The share of planted bursts that a window of a minute holds whole: one that slides, and two that hop.
fn bursts(report: &mut Report, stream: &CardStream, seed: u64) -> anyhow::Result<()> {
    let minute = Definition::new(KeyKind::Device, Aggregate::Count, Span::minutes(1));
    let mut windows = Windows::new(Plan::new(&[minute])?.into(), Bounds::default());
    let mut attempts: Vec<&CardAttempt> = stream.attempts.iter().collect();
    attempts.sort_by(|a, b| (a.attempt.at, &a.attempt.id).cmp(&(b.attempt.at, &b.attempt.id)));
    let mut row = Vec::new();
    let mut most: BTreeMap<&str, f32> = BTreeMap::new();
    let mut seconds: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in attempts {
        windows.observe(&happening(one), &mut row);
        if one.fraud == Some(CardFraud::CardTesting) {
            let device = one.attempt.people[2].as_str();
            let seen = most.entry(device).or_default();
            *seen = seen.max(row[0]);
            seconds.entry(device).or_default().push(one.attempt.at.as_second());
        }
    }
    ensure!(!most.is_empty(), "no burst is planted");
    let share = |caught: usize| caught as f64 / most.len() as f64;
    let sliding = share(most.values().filter(|seen| **seen >= BURST).count());
    let hopping = |hop_s: i64| {
        let whole = |seconds: &Vec<i64>| {
            let first = seconds.iter().min().copied().unwrap_or_default();
            let starts = (first - 120..=first + 120).filter(|start| start % hop_s == 0);
            let held = |start: i64| seconds.iter().filter(|second| (start..start + 60).contains(*second)).count();
            starts.map(held).max().unwrap_or(0) as f32 >= BURST
        };
        share(seconds.values().filter(|seconds| whole(seconds)).count())
    };
    for hop_s in [60, 30] {
        let line = Line::new(format!("bursts_caught beside a hop of {hop_s} s"), sliding, seed).data(SIMULATED);
        let peer = format!("hopping window, {hop_s} s");
        report.add(&line.bar(Bar::AtLeast(1.0)).beside_known(&peer, hopping(hop_s)));
    }
    Ok(())
}

/// A simulated attempt as windows see it.
fn happening(one: &CardAttempt) -> Happening {
    let attempt = &one.attempt;
    let outcome = match attempt.outcome {
        AuthorisationOutcome::Approved => Traits::APPROVED,
        AuthorisationOutcome::Declined => Traits::DECLINED,
        AuthorisationOutcome::Failed => Traits::FAILED,
        AuthorisationOutcome::Pending => Traits::NONE,
    };
    let mut event = Happening {
        id: Key::of_text(&attempt.id).number(),
        at_us: attempt.at.as_microsecond(),
        amount_minor: Some(attempt.amount.minor),
        traits: Traits::ATTEMPT.and(outcome),
        keys: [None; KeyKind::ALL.len()],
    };
    let kinds = [KeyKind::Buyer, KeyKind::Card, KeyKind::Device, KeyKind::Address];
    for (kind, person) in kinds.into_iter().zip(&attempt.people) {
        event = event.with(kind, Some(Key::of_text(person)));
    }
    let event = event.with(KeyKind::Merchant, Some(Key::of_text(&attempt.merchant)));
    event.with(KeyKind::Country, Some(Key::of_text(&attempt.country)))
}

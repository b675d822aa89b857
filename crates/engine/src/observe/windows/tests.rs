//! The header's example, windows against their definition on random streams, bursts that hop between windows, bounds.

#![expect(clippy::cast_possible_truncation, reason = "a check of features, which are f32")]

use super::brute::{Brute, same};
use super::*;
use proptest::prelude::*;

const MINUTE_US: i64 = 60 * SECOND_US;

fn at(id: u64, second: i64, amount_minor: i64) -> Happening {
    Happening {
        id,
        at_us: second * SECOND_US,
        amount_minor: Some(amount_minor),
        traits: Traits::ATTEMPT,
        keys: [None; KeyKind::ALL.len()],
    }
    .with(KeyKind::Card, Some(Key::of_number(1)))
}

fn windows(definitions: &[Definition], bounds: Bounds) -> Windows {
    Windows::new(Arc::new(Plan::new(definitions).unwrap()), bounds)
}

fn of_card(what: Aggregate, over: Span) -> Definition {
    Definition::new(KeyKind::Card, what, over)
}

#[test]
fn the_example_by_hand() {
    let minute = Span::minutes(1);
    let kinds = [Aggregate::Count, Aggregate::Mean, Aggregate::RatioToNormal, Aggregate::SinceLast];
    let mut windows = windows(&kinds.map(|what| of_card(what, minute)), Bounds::default());
    let mut row = Vec::new();
    windows.observe(&at(1, 36_000, 100), &mut row);
    assert!(row[0] == 1.0 && row[1] == 100.0 && row[2].is_nan() && row[3].is_nan(), "{row:?}");
    windows.observe(&at(2, 36_050, 300), &mut row);
    assert_eq!(row, [2.0, 200.0, 3.0, 50.0]);
    windows.observe(&at(3, 36_060, 300), &mut row);
    assert_eq!(row, [2.0, 300.0, 1.0, 10.0]);
}

#[test]
fn every_aggregate_by_hand() {
    let day = Span::days(1);
    let last = |channel| of_card(Aggregate::Last(3, channel), day);
    let kinds = [
        Aggregate::Sum,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Deviation,
        Aggregate::Distinct(KeyKind::Device),
        Aggregate::New(KeyKind::Device),
        Aggregate::DeviationsFromNormal,
        Aggregate::SinceFirst,
        Aggregate::Velocity,
    ];
    let mut definitions: Vec<Definition> = kinds.map(|what| of_card(what, day)).to_vec();
    definitions.extend([last(Channel::Amount), last(Channel::Gap)]);
    let mut windows = windows(&definitions, Bounds::default());
    let mut row = Vec::new();
    let on = |event: Happening, device: u64| event.with(KeyKind::Device, Some(Key::of_number(device)));
    windows.observe(&on(at(1, 0, 100), 7), &mut row);
    windows.observe(&on(at(2, 10, 300), 8), &mut row);
    windows.observe(&on(at(3, 40, 600), 7), &mut row);
    // 100 and 300 have the mean 200 and deviate by 100: 600 lies 4 deviations above.
    let deviation = (((100.0_f64 * 100.0 + 300.0 * 300.0 + 600.0 * 600.0) / 3.0) - (1000.0_f64 / 3.0).powi(2)).sqrt();
    let expected = [1000.0, 100.0, 600.0, deviation as f32, 2.0, 0.0, 4.0, 40.0, 3.0 / 24.0];
    assert!(same(&row[..9], &expected), "{row:?}");
    assert!(same(&row[9..], &[100.0, 300.0, 600.0, f32::NAN, 10.0, 30.0]), "{row:?}");
    assert_eq!(windows.plan().columns()[9..11], ["card amount@0", "card amount@1"]);
}

#[test]
fn a_label_counts_from_when_it_is_told_and_behind_its_lag() {
    let risk = Definition::new(KeyKind::Card, Aggregate::RiskRate, Span::days(7).after_days(7));
    let mut windows = windows(&[risk], Bounds::default());
    let day = |day: i64| at(day.unsigned_abs(), day * 86_400, 100);
    let rate = |windows: &mut Windows, event: i64| {
        let mut row = Vec::new();
        windows.observe(&day(event), &mut row);
        row[0]
    };
    assert!(rate(&mut windows, 1).is_nan() && rate(&mut windows, 2).is_nan(), "nothing has matured");
    windows.label(&day(1), true);
    windows.label(&day(1), true);
    assert!(rate(&mut windows, 7).is_nan(), "day 1 has not matured");
    assert_eq!(rate(&mut windows, 9), 0.5, "days 1 and 2 have");
    windows.label(&day(2), true);
    assert_eq!(rate(&mut windows, 10), 1.0, "a late label counts from then on");
    assert_eq!(rate(&mut windows, 15), 0.5, "day 1 has left, day 7 has come");
    windows.label(&day(7), true);
    windows.label(&day(7), false);
    assert_eq!(rate(&mut windows, 16), 0.0, "taken back; day 2 has left");
    windows.label(&day(77), true);
    assert_eq!((windows.counts().labels, windows.counts().lost_labels), (5, 1));
}

/// Ten attempts within 54 seconds around the full minute.
#[test]
fn a_burst_that_hopping_windows_cut_in_two_is_caught() {
    const BURST: f32 = 10.0;
    let burst: Vec<i64> = (0..10).map(|index| 20 + 6 * index).collect();
    let mut windows = windows(&[of_card(Aggregate::Count, Span::minutes(1))], Bounds::default());
    let (mut row, mut most) = (Vec::new(), 0.0_f32);
    for (id, second) in (0..).zip(&burst) {
        windows.observe(&at(id, *second, 100), &mut row);
        most = most.max(row[0]);
    }
    assert_eq!(most, BURST);
    // Windows of a minute that hop by a minute, or by half of one, see a part of it each.
    for hop in [60, 30] {
        let count = |start: i64| burst.iter().filter(|second| (start..start + 60).contains(*second)).count();
        let seen = (-120..=120).filter(|start| start % hop == 0).map(count).max().unwrap();
        assert!((seen as f32) < BURST, "a hop of {hop} s sees {seen}");
    }
}

/// The registry that the random streams are held against: every aggregate, with and without a filter and a lag.
fn all_kinds() -> Vec<Definition> {
    let (short, long, lagged) = (
        Span { length_us: 7 * SECOND_US, lag_us: 0 },
        Span::minutes(1),
        Span { lag_us: 5 * SECOND_US, ..Span::minutes(1) },
    );
    let mut all = Vec::new();
    for over in [short, long] {
        for what in [
            Aggregate::Count,
            Aggregate::Sum,
            Aggregate::Mean,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Deviation,
            Aggregate::Distinct(KeyKind::Device),
            Aggregate::New(KeyKind::Device),
            Aggregate::New(KeyKind::Merchant),
            Aggregate::RatioToNormal,
            Aggregate::DeviationsFromNormal,
            Aggregate::SinceLast,
            Aggregate::Velocity,
        ] {
            all.push(of_card(what, over));
            all.push(of_card(what, over).only(Traits::DECLINED));
        }
    }
    for what in
        [Aggregate::Count, Aggregate::Sum, Aggregate::Max, Aggregate::RiskRate, Aggregate::Distinct(KeyKind::Device)]
    {
        all.push(of_card(what, lagged));
        all.push(Definition::new(KeyKind::Merchant, what, lagged).only(Traits::DECLINED));
    }
    all.push(of_card(Aggregate::SinceFirst, long));
    all.push(of_card(Aggregate::Last(4, Channel::Amount), long).only(Traits::DECLINED));
    all.push(Definition::new(KeyKind::Merchant, Aggregate::Last(3, Channel::Gap), short));
    all
}

/// What is told of a stream.
#[derive(Clone, Copy, Debug)]
enum Told {
    Event(Happening),
    /// The event of so many ago once more.
    Again(usize),
    /// The event of so many ago turned out bad, or not bad after all.
    Label(usize, bool),
}

fn told() -> impl Strategy<Value = Told> {
    let keys = (0..3_u64, prop::option::of(0..3_u64), prop::option::of(0..2_u64));
    // Times crowd, so that many are equal; one in four goes back, some by more than is allowed.
    let event = (0..120_i64, any::<u64>(), prop::option::weighted(0.9, -500..100_000_i64), any::<bool>(), keys);
    let event = event.prop_map(|(second, id, amount_minor, declined, (card, device, merchant))| {
        let traits = if declined { Traits::ATTEMPT.and(Traits::DECLINED) } else { Traits::ATTEMPT };
        let event = Happening { id, amount_minor, traits, ..at(0, second, 0) };
        let key = |number: Option<u64>| number.map(Key::of_number);
        let event = event.with(KeyKind::Card, key(Some(card))).with(KeyKind::Device, key(device));
        Told::Event(event.with(KeyKind::Merchant, key(merchant)))
    });
    prop_oneof![8 => event, 1 => (0..20_usize).prop_map(Told::Again), 1 => (0..20_usize, any::<bool>()).prop_map(|(ago, bad)| Told::Label(ago, bad))]
}

/// A stream that mostly goes forward: the times of its events in order, but for those that come late.
fn stream(length: usize) -> impl Strategy<Value = Vec<Told>> {
    let parts = (prop::collection::vec(told(), length), prop::collection::vec(prop::bool::weighted(0.2), length));
    parts.prop_map(|(mut told, late)| {
        let mut times: Vec<i64> = told.iter().filter_map(time_of).collect();
        times.sort_unstable();
        let mut times = times.into_iter();
        for (one, late) in told.iter_mut().zip(late) {
            if let Told::Event(event) = one {
                let in_order = times.next().unwrap_or(event.at_us);
                event.at_us = if late { event.at_us.min(in_order) } else { in_order };
            }
        }
        told
    })
}

fn time_of(told: &Told) -> Option<i64> {
    match told {
        Told::Event(event) => Some(event.at_us),
        _ => None,
    }
}

/// Plays what is told; `each` sees every event.
fn play(told: &[Told], mut each: impl FnMut(&Happening, Option<bool>)) {
    let mut events: Vec<Happening> = Vec::new();
    for one in told {
        let back = |ago: usize| events.len().checked_sub(1 + ago).map(|place| events[place]);
        match *one {
            Told::Event(event) => {
                each(&event, None);
                events.push(event);
            }
            Told::Again(ago) => back(ago).iter().for_each(|event| each(event, None)),
            Told::Label(ago, bad) => back(ago).iter().for_each(|event| each(event, Some(bad))),
        }
    }
}

fn bytes_of(windows: &Windows) -> Vec<u8> {
    let mut out = Vec::new();
    windows.put(&mut out);
    out
}

fn repacked(windows: &Windows) -> Windows {
    Windows::taken(Arc::clone(&windows.plan), windows.bounds, bytes_of(windows), 0).unwrap()
}

fn bounds() -> Bounds {
    Bounds { lateness_us: 20 * SECOND_US, ..Bounds::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_equal_their_definition(told in stream(120)) {
        let definitions = all_kinds();
        let (mut windows, mut brute) = (windows(&definitions, bounds()), Brute::new(&definitions, bounds()));
        let (mut row, mut wrong) = (Vec::new(), Vec::new());
        play(&told, |event, label| {
            if let Some(bad) = label {
                windows.label(event, bad);
                brute.label(event, bad);
                return;
            }
            let arrival = windows.observe(event, &mut row);
            let (expected_arrival, expected) = brute.observe(event);
            // What was forgotten is too late to be told apart from what never came.
            let alike = arrival == expected_arrival
                || (arrival, expected_arrival) == (Arrival::TooLate, Arrival::Repeated);
            if !alike || !same(&row, &expected) {
                let columns = windows.plan().columns();
                let places = (0..row.len()).filter(|&at| !same(&row[at..=at], &expected[at..=at]));
                let told = places.map(|at| format!("{}: {} for {}", columns[at], row[at], expected[at]));
                wrong.push(format!("{event:?} {arrival:?} {expected_arrival:?} {:?}", told.collect::<Vec<_>>()));
            }
        });
        prop_assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn packing_all_subjects_at_any_place_changes_nothing(
        told in stream(100),
        places in prop::collection::vec(prop::bool::weighted(0.1), 120),
        most_subjects in 2..12_usize,
    ) {
        let bounds = Bounds { most_subjects, idle_us: 30 * SECOND_US, ..bounds() };
        let definitions = all_kinds();
        let (mut plain, mut packed) = (windows(&definitions, bounds), windows(&definitions, bounds));
        let (mut row, mut other, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        let mut places = places.into_iter().cycle();
        play(&told, |event, label| {
            if places.next() == Some(true) {
                packed = repacked(&packed);
            }
            if let Some(bad) = label {
                plain.label(event, bad);
                packed.label(event, bad);
                return;
            }
            let arrivals = (plain.observe(event, &mut row), packed.observe(event, &mut other));
            if arrivals.0 != arrivals.1 || !same(&row, &other) || plain.memory().events != packed.memory().events {
                wrong.push(format!("{event:?} {arrivals:?}"));
            }
        });
        prop_assert_eq!(wrong, Vec::<String>::new());
        prop_assert!(bytes_of(&plain) == bytes_of(&packed));
        prop_assert_eq!(plain.counts(), packed.counts());
    }

    #[test]
    fn what_is_known_of_an_end_later_and_windows_of_another_plan_are_as_if_from_the_start(
        told in stream(60), replanned in 0..60_usize
    ) {
        let definitions = all_kinds();
        let further = |of: Definition| match of.over.lag_us {
            0 => of,
            lag_us => Definition { over: Span { lag_us: 2 * lag_us, ..of.over }, ..of },
        };
        let mut before: Vec<Definition> = definitions.clone();
        before.iter_mut().for_each(|of| *of = further(*of));
        let (mut known, mut ended) = (windows(&definitions, bounds()), windows(&before, bounds()));
        let (mut expected, mut row, mut wrong, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
        play(&told, |event, label| {
            if let Some(bad) = label {
                known.label(event, bad);
                ended.label(event, bad);
                return;
            }
            if count == replanned {
                ended.replan(Arc::new(Plan::new(&definitions).unwrap()));
            }
            let open = Happening { traits: event.traits.without(Traits::DECLINED), ..*event };
            known.observe(event, &mut expected);
            ended.observe(&open, &mut row);
            let at_once = open.traits != event.traits || count < replanned || same(&row, &expected);
            ended.ended(event, event.traits.without(Traits::ATTEMPT));
            known.observe(event, &mut expected);
            ended.observe(event, &mut row);
            let then = count < replanned || same(&row, &expected);
            if !at_once || !then {
                wrong.push(format!("{count} {event:?}: {at_once} {then}"));
            }
            count += 1;
        });
        prop_assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn no_feature_changes_when_the_future_is_cut_off(told in stream(60), length in 0..60_usize) {
        let rows = |told: &[Told]| {
            let (mut windows, mut rows, mut row) = (windows(&all_kinds(), bounds()), Vec::new(), Vec::new());
            play(told, |event, label| {
                if let Some(bad) = label {
                    windows.label(event, bad);
                } else {
                    windows.observe(event, &mut row);
                    rows.push(row.iter().map(|value| value.to_bits()).collect::<Vec<u32>>());
                }
            });
            rows
        };
        let (whole, known) = (rows(&told), rows(&told[..length]));
        prop_assert!(whole.starts_with(&known));
    }
}

#[test]
fn memory_is_bounded_and_what_is_forgotten_is_counted() {
    let definitions = [of_card(Aggregate::Count, Span::minutes(1)), of_card(Aggregate::Max, Span::minutes(1))];
    let bounds = Bounds { lateness_us: 0, idle_us: 10 * MINUTE_US, most_subjects: 50, most_events: 5 };
    let mut windows = windows(&definitions, bounds);
    let mut row = Vec::new();
    // A card that pays each second remembers five events: its windows hold those, and the one that comes.
    for second in 0..30 {
        windows.observe(&at(second, second.cast_signed(), second.cast_signed()), &mut row);
    }
    assert_eq!(row, [6.0, 29.0]);
    assert_eq!((windows.memory().events, windows.counts().forgotten_events), (5, 25));
    // A hundred other cards: fifty are remembered, and the first card is not among them.
    for card in 0..100 {
        let event = at(100 + card, 31, 1).with(KeyKind::Card, Some(Key::of_number(1_000 + card)));
        windows.observe(&event, &mut row);
    }
    assert_eq!((windows.memory().subjects, windows.counts().forgotten_subjects), (50, 51));
    windows.observe(&at(500, 32, 1), &mut row);
    assert_eq!(row[0], 1.0, "it is a new card again");
    // Ten silent minutes on, all others are gone.
    windows.observe(&at(501, 32 + 11 * 60, 1), &mut row);
    let memory = windows.memory();
    assert_eq!((memory.subjects, memory.events), (1, 1));
    assert!(memory.bytes > 0);
}

#[test]
fn a_window_takes_as_much_memory_as_it_says() {
    let mut windows = windows(BOOK_CARDS, Bounds::default());
    let mut row = Vec::new();
    for index in 0..10_000_u64 {
        let event = at(index, (index * 60).cast_signed(), 100).with(KeyKind::Card, Some(Key::of_number(index % 1_000)));
        windows.observe(&event, &mut row);
    }
    let memory = windows.memory();
    assert_eq!((memory.subjects, memory.events), (1_000, 10_000));
    let each = memory.bytes / memory.subjects;
    assert!((500..5_000).contains(&each), "{each} bytes for ten events and three windows");
}

#[test]
fn a_packed_card_takes_as_little_as_it_says() {
    let mut windows = windows(BOOK_CARDS, Bounds::default());
    let mut row = Vec::new();
    for card in 0..1_000_u64 {
        windows.observe(&at(card, 36_000, 100).with(KeyKind::Card, Some(Key::of_number(card))), &mut row);
    }
    let (unpacked, packed) = (windows.memory(), repacked(&windows).memory());
    assert_eq!((packed.subjects, packed.events), (1_000, 1_000));
    assert!((50..70).contains(&(packed.bytes / 1_000)) && unpacked.bytes > 5 * packed.bytes, "{packed:?} {unpacked:?}");
}

#[test]
fn a_registry_that_makes_no_sense_is_refused() {
    let day = Span::days(1);
    for (definition, fault) in [
        (of_card(Aggregate::Count, Span::days(0)), "a window has a length"),
        (of_card(Aggregate::Count, day.after_days(-1)), "no window looks ahead"),
        (of_card(Aggregate::SinceLast, day.after_days(1)), "what looks at the event itself has no lag"),
        (of_card(Aggregate::Last(0, Channel::Gap), day), "a sequence has a step"),
    ] {
        assert_eq!(Plan::new(&[definition]).map_err(|error| error.fault), Err(fault));
    }
    let twice = Plan::new(&[of_card(Aggregate::Count, day), of_card(Aggregate::Count, day)]);
    assert_eq!(twice.unwrap_err().to_string(), "the feature `card count 1d` cannot be kept: it stands twice");
}

#[test]
fn the_shipped_registry_makes_sense_and_holds_the_books_twelve() {
    let plan = Plan::new(PAYMENTS).unwrap();
    assert_eq!(BOOK_CARDS.len(), 12);
    assert_eq!(plan.columns()[..3], ["card_count_1d", "card_mean_1d", "terminal_count_1d"]);
    assert!(PAYMENTS.iter().all(|definition| definition.sentence().ends_with('.')));
}

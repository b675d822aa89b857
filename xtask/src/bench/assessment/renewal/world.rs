//! Sellers that are made: each with its own size, season, rates and age, a day a row.

use plimsoll::compare::seeded::Seeded;
use std::fmt::Write;

/// A day of a seller: amounts in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Day {
    pub sales: i64,
    pub refunds: i64,
    pub chargebacks: i64,
    pub orders: i64,
    pub late: i64,
}

/// What a seller is like.
struct Habit {
    orders: f64,
    ticket: f64,
    refunded: f64,
    charged_back: f64,
    late: f64,
    /// Its first day of sales, from the first of all.
    opens: usize,
    /// Its last; beyond the end for most.
    closes: usize,
}

/// All sellers, day by day.
pub(super) struct World {
    random: Seeded,
    habits: Vec<Habit>,
    /// By seller, from its first day on.
    pub days: Vec<Vec<Day>>,
    count: usize,
}

/// The first of all days.
pub(super) const FIRST: jiff::civil::Date = jiff::civil::date(2023, 1, 1);

impl World {
    pub(super) fn new(seed: u64, sellers: usize, days: usize) -> Self {
        let mut random = Seeded::new(seed);
        let habits: Vec<Habit> = (0..sellers).map(|_| habit(&mut random, days)).collect();
        let mut world = Self { random, days: vec![Vec::new(); habits.len()], habits, count: 0 };
        (0..days).for_each(|_| world.one_more_day());
        world
    }

    pub(super) fn days(&self) -> usize {
        self.count
    }

    pub(super) fn name(seller: usize) -> String {
        format!("s{seller:04}")
    }

    pub(super) fn segment(seller: usize) -> &'static str {
        ["home", "toys", "garden", "books"][seller % 4]
    }

    /// The day on which a seller's days begin.
    pub(super) fn opens(&self, seller: usize) -> usize {
        self.habits[seller].opens
    }

    pub(super) fn one_more_day(&mut self) {
        let at = self.count;
        for (habit, days) in self.habits.iter().zip(&mut self.days) {
            if at >= habit.opens {
                days.push(if at < habit.closes { day(&mut self.random, habit, at) } else { Day::default() });
            }
        }
        self.count += 1;
    }

    /// The days from one on, as a file.
    pub(super) fn csv(&self, from: usize) -> String {
        let mut text = "seller,segment,day,sales,refunds,chargebacks,orders,late\n".to_owned();
        for (seller, days) in self.days.iter().enumerate() {
            let opens = self.opens(seller);
            for (day, at) in days.iter().zip(opens..).filter(|(_, at)| *at >= from) {
                let when = FIRST.checked_add(jiff::ToSpan::days(i64::try_from(at).unwrap_or(0))).unwrap_or(FIRST);
                let [sales, refunds, chargebacks] = [day.sales, day.refunds, day.chargebacks].map(pounds);
                let (name, segment) = (Self::name(seller), Self::segment(seller));
                let _ = writeln!(
                    text,
                    "{name},{segment},{when},{sales},{refunds},{chargebacks},{},{}",
                    day.orders, day.late
                );
            }
        }
        text
    }
}

fn pounds(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn habit(random: &mut Seeded, days: usize) -> Habit {
    let is_young = random.chance(0.1);
    let closes_early = random.chance(0.03);
    Habit {
        orders: 1.0 + 40.0 * random.uniform().powi(2),
        ticket: 500.0 + 9_500.0 * random.uniform(),
        refunded: 0.15 * random.uniform(),
        charged_back: 0.01 * random.uniform(),
        late: 0.2 * random.uniform(),
        opens: if is_young { days - 1 - random.below(days.min(400) - 1) } else { 0 },
        closes: if closes_early { days - 1 - random.below(days.min(90) - 1) } else { usize::MAX },
    }
}

fn day(random: &mut Seeded, habit: &Habit, at: usize) -> Day {
    let weekend = if at % 7 > 4 { 0.6 } else { 1.0 };
    let season = 1.0 + 0.3 * (std::f64::consts::TAU * (at as f64) / 365.0).sin();
    let orders = habit.orders * weekend * season * (0.5 + random.uniform());
    let mut made = Day { orders: whole(orders), ..Day::default() };
    for _ in 0..made.orders {
        let ticket = whole(habit.ticket * (0.2 + 1.6 * random.uniform()));
        made.sales += ticket;
        made.refunds += if random.chance(habit.refunded) { ticket } else { 0 };
        made.chargebacks += if random.chance(habit.charged_back) { ticket } else { 0 };
        made.late += i64::from(random.chance(habit.late));
    }
    made
}

fn whole(number: f64) -> i64 {
    i64::try_from(plimsoll::compare::seeded::whole(number)).unwrap_or(0)
}

//! The third paper's case: 10,000 users told by amount, frequency and time of day.
//!
//! A user's grade is 0 to 9, low ones more frequent: ten times a uniform number to the power of
//! 2.3, so that 26 % have a grade of 5 or above, which is the event. In 28 days a user buys about
//! exp(2.5 + .06 · grade ± .4) times; an order is placed between midnight and five with a
//! probability of .04 + .022 · grade, otherwise around a time of day of the user's own ± 3 hours;
//! its amount is exp(3.2 ± .6 by user ± .8 by order), times up to exp(.09 · grade) towards the end.
//! Grades show through noise only: no model can tell all.

use crate::compare::labelled::{Kind, Labelled, Parts, Splitting};
use crate::compare::seeded::{Seeded, single, whole};
use crate::compare::sets::table::Table;
use learn::Dataset;

/// Users of the case.
pub const USERS: usize = 10_000;
/// Users that models are fitted on; the others are tried.
pub const FIT_USERS: usize = 8_000;
const DAYS: f64 = 28.0;

/// Events that a sequence holds, the newest.
const STEPS: usize = 32;

/// Grades from this one are the event.
pub const EVENT_GRADE: usize = 5;

/// One order.
struct Order {
    /// Days since the first midnight, a Monday's.
    at: f64,
    amount: f64,
}

struct User {
    grade: usize,
    orders: Vec<Order>,
}

/// Simulated users.
pub struct Users(Vec<User>);

/// So many users of this seed.
pub fn simulate(users: usize, seed: u64) -> Users {
    let mut random = Seeded::new(seed);
    Users((0..users).map(|_| user(&mut random)).collect())
}

fn user(random: &mut Seeded) -> User {
    let grade = whole(10.0 * random.uniform().powf(2.3)).min(9);
    let level = grade as f64;
    let count = whole((2.5 + 0.06 * level + 0.4 * random.normal()).exp()).clamp(1, 200);
    let (own_hour, own_amount) = (10.0 + 10.0 * random.uniform(), 3.2 + 0.6 * random.normal());
    let mut orders: Vec<Order> = (0..count)
        .map(|_| {
            let night = random.chance(0.04 + 0.022 * level);
            let by_day = (own_hour + 3.0 * random.normal()).clamp(5.0, 23.99);
            let hour = if night { 5.0 * random.uniform() } else { by_day };
            let at = (DAYS * random.uniform()).floor() + hour / 24.0;
            let rise = 0.09 * level * at / DAYS;
            Order { at, amount: (own_amount + 0.8 * random.normal() + rise).exp() }
        })
        .collect();
    orders.sort_by(|a, b| a.at.total_cmp(&b.at));
    User { grade, orders }
}

impl Order {
    fn hour(&self) -> f64 {
        self.at.fract() * 24.0
    }

    fn weekday(&self) -> usize {
        whole(self.at) % 7
    }
}

impl Users {
    /// Whether each has the event.
    pub fn labels(&self) -> Vec<bool> {
        self.0.iter().map(|user| user.grade >= EVENT_GRADE).collect()
    }

    /// The grade of each.
    pub fn grades(&self) -> Vec<usize> {
        self.0.iter().map(|user| user.grade).collect()
    }

    /// Who is fitted on, and who is tried.
    pub fn halves(&self) -> [std::ops::Range<usize>; 2] {
        [0..fitted(self.0.len()), fitted(self.0.len())..self.0.len()]
    }

    /// What a person would count of a user.
    ///
    /// # Errors
    /// None.
    pub fn table(&self) -> anyhow::Result<Dataset> {
        const NAMES: [&str; 8] =
            ["orders", "mean_log", "spread_log", "largest", "night", "weekend", "rise", "mean_gap"];
        let values = self.0.iter().flat_map(|user| counted(&user.orders)).map(single).collect();
        Ok(Dataset::new(NAMES.map(str::to_owned).to_vec(), values, self.labels())?)
    }

    /// Orders and the logarithm of their sum by weekday and hour.
    pub fn map(&self) -> (Vec<String>, Vec<f32>) {
        let cells = (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let names = cells.flat_map(|(day, hour)| [format!("orders@{day}:{hour}"), format!("sum@{day}:{hour}")]);
        let mut values = vec![0.0; self.0.len() * 7 * 24 * 2];
        for (user, map) in self.0.iter().zip(values.chunks_exact_mut(7 * 24 * 2)) {
            for order in &user.orders {
                let cell = 2 * (order.weekday() * 24 + whole(order.hour()));
                map[cell] += 1.0;
                map[cell + 1] += order.amount;
            }
            map.iter_mut().skip(1).step_by(2).for_each(|sum| *sum = sum.ln_1p());
        }
        (names.collect(), values.into_iter().map(single).collect())
    }

    /// Amount, hour and gap of each of the newest orders; what is before the first is missing.
    ///
    /// # Errors
    /// None.
    pub fn sequence(&self) -> anyhow::Result<Dataset> {
        let channels = ["amount", "east", "north", "gap"];
        let names = (0..STEPS).flat_map(|step| channels.map(|channel| format!("{channel}@{step}")));
        let mut values = Vec::new();
        for user in &self.0 {
            let first = user.orders.len().saturating_sub(STEPS);
            let mut last = user.orders[first].at;
            for step in 0..STEPS {
                let Some(order) = user.orders.get(first + step) else {
                    values.extend([f32::NAN; 4]);
                    continue;
                };
                let angle = order.at.fract() * std::f64::consts::TAU;
                values.extend([order.amount.ln(), angle.sin(), angle.cos(), (order.at - last).ln_1p()].map(single));
                last = order.at;
            }
        }
        Ok(Dataset::new(names.collect(), values, self.labels())?)
    }
}

/// Four fifths, as of the case.
fn fitted(users: usize) -> usize {
    if users == USERS { FIT_USERS } else { users * 4 / 5 }
}

fn counted(orders: &[Order]) -> [f64; 8] {
    let count = orders.len() as f64;
    let mean = |of: &dyn Fn(&Order) -> f64| orders.iter().map(of).sum::<f64>() / count;
    let log = |order: &Order| order.amount.ln();
    let centre = mean(&log);
    let middle = mean(&|order| order.at);
    let rise = mean(&|order| (order.at - middle) * (log(order) - centre));
    let share = |holds: &dyn Fn(&Order) -> bool| mean(&|order| f64::from(u8::from(holds(order))));
    let span = orders.last().map_or(0.0, |last| last.at) - orders.first().map_or(0.0, |first| first.at);
    [
        count,
        centre,
        mean(&|order| (log(order) - centre).powi(2)).sqrt(),
        orders.iter().map(|order| order.amount).fold(0.0, f64::max),
        share(&|order| order.hour() < 5.0),
        share(&|order| order.weekday() >= 5),
        rise,
        span / count,
    ]
}

/// The case, ready to be compared on: as a table, as sequences and as maps.
///
/// # Errors
/// None.
pub fn labelled(users: usize, seed: u64) -> anyhow::Result<Labelled> {
    let users = simulate(users, seed);
    let about = "SIMULATED users by the third paper's case (orders of 28 days): the upper half of ten grades";
    let table = Table { rows: users.table()?, categories: Vec::new() };
    let mut set = Labelled::new("users_10k", Kind::Users, about, table);
    set.simulated = true;
    set.sequence = Some(users.sequence()?);
    let (names, values) = users.map();
    set.map = Some(Dataset::new(names, values, users.labels())?);
    set.grades = Some(users.grades());
    let [fit, test] = users.halves();
    let validation_from = fit.end - fit.len() / 5;
    let told = format!(
        "users are drawn alike, so by number: {validation_from} to fit, {} to validate, {} to test",
        fit.end - validation_from,
        test.len()
    );
    let parts = Parts {
        train: (0..validation_from).collect(),
        validation: (validation_from..fit.end).collect(),
        test: test.collect(),
    };
    set.splitting = Splitting::Fixed { parts, told };
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_set_in_three_views() {
        let (set, again) = (labelled(50, 3).unwrap(), labelled(50, 3).unwrap());
        assert_eq!(set.table.rows, again.table.rows);
        let (sequence, map) = (set.sequence.unwrap(), set.map.unwrap());
        assert_eq!((sequence.rows(), map.rows(), map.columns()), (50, 50, 7 * 24 * 2));
        assert_eq!(sequence.labels(), map.labels());
        let orders: f32 = map.row(0).iter().step_by(2).sum();
        assert_eq!(orders, set.table.rows.row(0)[0], "every order is in one cell");
    }
}

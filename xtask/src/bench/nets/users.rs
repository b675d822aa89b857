//! The third paper's case: 10,000 users told by amount, frequency and time of day.
//!
//! A user's grade is 0 to 9, low ones more frequent: ten times a uniform number to the power of
//! 2.3, so that 26 % have a grade of 5 or above, which is the event. In 28 days a user buys about
//! exp(2.5 + .06 · grade ± .4) times; an order is placed between midnight and five with a
//! probability of .04 + .022 · grade, otherwise around a time of day of the user's own ± 3 hours;
//! its amount is exp(3.2 ± .6 by user ± .8 by order), times up to exp(.09 · grade) towards the end.
//! Grades show through noise only: no model can tell all.

use super::seeded::{Seeded, single, whole};
use super::{SEED, auc_of};
use crate::bench::line::{Line, Report};
use learn::Dataset;
use learn::boost::BoostParams;
use learn::nets::{NetModel, NetParams, Samples, Targets};

const USERS: usize = 10_000;
const FIT_USERS: usize = 8_000;
const DAYS: f64 = 28.0;

/// Events that a sequence holds, the newest.
const STEPS: usize = 32;

/// Grades from this one are the event.
const EVENT_GRADE: usize = 5;

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

pub(super) struct Users(Vec<User>);

pub(super) fn simulate(users: usize, seed: u64) -> Users {
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
    fn labels(&self) -> Vec<bool> {
        self.0.iter().map(|user| user.grade >= EVENT_GRADE).collect()
    }

    fn grades(&self) -> Vec<usize> {
        self.0.iter().map(|user| user.grade).collect()
    }

    fn halves(&self) -> [std::ops::Range<usize>; 2] {
        [0..FIT_USERS.min(self.0.len()), FIT_USERS.min(self.0.len())..self.0.len()]
    }

    /// What a person would count of a user.
    pub(super) fn table(&self) -> anyhow::Result<Dataset> {
        const NAMES: [&str; 8] =
            ["orders", "mean_log", "spread_log", "largest", "night", "weekend", "rise", "mean_gap"];
        let values = self.0.iter().flat_map(|user| counted(&user.orders)).map(single).collect();
        Ok(Dataset::new(NAMES.map(str::to_owned).to_vec(), values, self.labels())?)
    }

    /// Orders and the logarithm of their sum by weekday and hour.
    fn map(&self) -> (Vec<String>, Vec<f32>) {
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
    fn sequence(&self) -> anyhow::Result<Dataset> {
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

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let users = simulate(USERS, seed);
    let mut table = Table { report, labels: users.labels(), test: users.halves()[1].clone(), seed };
    table.add_constant();
    behaviour_map(&users, &mut table, seed)?;
    for (name, params) in [("1-D CNN", NetParams::cnn()), ("LSTM", NetParams::lstm())] {
        let [fit, test] = split(&users, &users.sequence()?)?;
        let net = NetParams { seed, ..params }.check()?.fit(&Samples::from(&fit), None)?;
        table.add(name, &test, |row| net.log_odds(row))?;
    }
    let [fit, test] = split(&users, &users.table()?)?;
    let trees = BoostParams { seed, trees: 100, ..BoostParams::default() }.check()?.fit(&fit, None)?;
    table.add("boosted trees", &test, |row| trees.log_odds(row))?;
    let perceptron = NetParams { seed, ..NetParams::mlp() }.check()?.fit(&Samples::from(&fit), None)?;
    table.add("perceptron", &test, |row| perceptron.log_odds(row))
}

fn split(users: &Users, rows: &Dataset) -> anyhow::Result<[Dataset; 2]> {
    let [fit, test] = users.halves();
    Ok([rows.select(&fit.collect::<Vec<_>>())?, rows.select(&test.collect::<Vec<_>>())?])
}

/// The preset as printed: ten grades, ten epochs, batches of 32; its event is the upper half.
fn behaviour_map(users: &Users, table: &mut Table<'_>, seed: u64) -> anyhow::Result<()> {
    let (names, values) = users.map();
    let [fit_rows, test_rows] = users.halves();
    let (width, grades) = (names.len(), users.grades());
    let part = |rows: std::ops::Range<usize>| {
        let targets = Targets::Classes { count: 10, of_row: grades[rows.clone()].to_vec() };
        Samples::new(names.clone(), values[rows.start * width..rows.end * width].to_vec(), targets)
    };
    let (fit, test) = (part(fit_rows)?, part(test_rows.clone())?);
    let net = NetParams { seed, ..NetParams::behaviour_map() }.check()?.fit(&fit, None)?;
    let rows = Dataset::new(names.clone(), values, users.labels())?;
    table.add("preset CNN", &rows.select(&test_rows.clone().collect::<Vec<_>>())?, |row| net.log_odds(row))?;
    let hits = test_rows.clone().enumerate().filter(|(at, row)| likeliest(&net, test.row(*at)) == grades[*row]);
    let share = hits.count() as f64 / test_rows.len() as f64;
    let lowest = test_rows.clone().filter(|row| grades[*row] == 0).count() as f64 / test_rows.len() as f64;
    table.line("grade_accuracy preset CNN", share);
    table.line("grade_accuracy majority grade", lowest);
    Ok(())
}

fn likeliest(net: &NetModel, row: &[f32]) -> usize {
    let probabilities = net.class_probabilities(row);
    (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b])).unwrap_or(0)
}

/// The figures of one model after the other.
struct Table<'a> {
    report: &'a mut Report,
    labels: Vec<bool>,
    test: std::ops::Range<usize>,
    seed: u64,
}

impl Table<'_> {
    fn line(&mut self, figure: &str, value: f64) {
        self.report.add(&Line::new(figure, value, self.seed).data("users-10k"));
    }

    /// Who calls every user sound.
    fn add_constant(&mut self) {
        let sound = self.labels[self.test.clone()].iter().filter(|label| !**label).count();
        self.line("accuracy majority class", sound as f64 / self.test.len() as f64);
    }

    fn add(&mut self, name: &str, test: &Dataset, score: impl Fn(&[f32]) -> f64) -> anyhow::Result<()> {
        let hits = (0..test.rows()).filter(|row| (score(test.row(*row)) > 0.0) == test.labels()[*row]);
        let accuracy = hits.count() as f64 / test.rows() as f64;
        let auc = auc_of(test, score)?;
        self.line(&format!("accuracy {name}"), accuracy);
        self.line(&format!("auc {name}"), auc);
        Ok(())
    }
}

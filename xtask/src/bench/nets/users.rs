//! The third paper's case: 10,000 users told by amount, frequency and time of day, in every view that a model needs.
//! [`plimsoll::compare::sets::users`] tells how they are drawn.

use super::{SEED, auc_of};
use crate::bench::line::{Line, Report};
use learn::Dataset;
use learn::boost::BoostParams;
use learn::nets::{NetModel, NetParams, Samples, Targets};
use plimsoll::compare::sets::users::{USERS, Users, simulate};

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

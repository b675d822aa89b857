//! Tables on which nets and their peers are measured: seeded, with an answer that can be learned.

use learn::Dataset;
use plimsoll::compare::seeded::{Seeded, single};

/// A table in two parts, and how it is told to a peer.
pub(super) struct Parts {
    pub name: &'static str,
    pub fit: Dataset,
    pub test: Dataset,
    /// 1 for a plain table.
    pub steps: usize,
    pub channels: usize,
}

/// 30 columns, of which some work together; about one row in 18 is an event.
pub(super) fn tab(seed: u64, rows: [usize; 2]) -> anyhow::Result<Parts> {
    let mut random = Seeded::new(seed);
    let names: Vec<String> = (0..30).map(|column| format!("c{column:02}")).collect();
    let mut part = |rows: usize| {
        let (mut values, mut labels) = (Vec::with_capacity(rows * 30), Vec::with_capacity(rows));
        for _ in 0..rows {
            let row: Vec<f64> = (0..30).map(|_| random.normal()).collect();
            let odds = row[0] + 0.8 * row[1] * row[2] + (2.0 * row[3]).sin() + 0.7 * row[4].abs() - 0.5 * row[5] - 4.4;
            labels.push(random.chance(1.0 / (1.0 + (-odds).exp())));
            values.extend(row.into_iter().map(single));
        }
        Dataset::new(names.clone(), values, labels)
    };
    Ok(Parts { name: "tab", fit: part(rows[0])?, test: part(rows[1])?, steps: 1, channels: 30 })
}

/// 32 steps of 8 channels. The event is likely where a burst in one channel comes before one in
/// another, however far apart, and where of two neighbouring bursts the one comes first: the first
/// needs memory, the second a patch of two steps.
pub(super) fn seq(seed: u64, rows: [usize; 2]) -> anyhow::Result<Parts> {
    let (steps, channels) = (32, 8);
    let mut random = Seeded::new(seed);
    let places = (0..steps).flat_map(|step| (0..channels).map(move |channel| format!("c{channel}@{step}")));
    let names: Vec<String> = places.collect();
    let mut part = |rows: usize| {
        let (mut values, mut labels) = (Vec::with_capacity(rows * steps * channels), Vec::with_capacity(rows));
        for _ in 0..rows {
            let mut row: Vec<f64> = (0..steps * channels).map(|_| random.normal()).collect();
            let bursts = [random.below(steps), random.below(steps)];
            row[bursts[0] * channels] += 3.0;
            row[bursts[1] * channels + 1] += 3.0;
            let (near, forward) = (random.below(steps - 1), random.chance(0.5));
            let [first, second] = if forward { [3, 4] } else { [4, 3] };
            row[near * channels + first] += 3.0;
            row[(near + 1) * channels + second] += 3.0;
            let signed = |holds: bool| if holds { 1.5_f64 } else { -1.5 };
            let odds = signed(bursts[0] < bursts[1]) + signed(forward);
            labels.push(random.chance(1.0 / (1.0 + (-odds).exp())));
            values.extend(row.into_iter().map(single));
        }
        Dataset::new(names.clone(), values, labels)
    };
    Ok(Parts { name: "seq", fit: part(rows[0])?, test: part(rows[1])?, steps, channels })
}

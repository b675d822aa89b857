//! The refresh cycle: what came is settled and read, labels that matured are weighed, the business is measured, drift is
//! looked for, the challenger is renewed and, where it passes every gate, promoted.
//!
//! Promises: it runs beside the writer and hands it entries, so no request waits for a fit; the champion in memory is
//! swapped between two commits; a turn that fails changes nothing and is told; ages are told by the attempts' own times,
//! so a step of the machine's clock bears on no model.

use super::business;
use super::meters::{Gate, Part, Turn};
use crate::writer::WeakHandle;
use anyhow::Context;
use domain::{Body, RiskKind, Role};
use engine::observe::payment_columns;
use engine::renewal::{self, Matured, Renewed, Row};
use jiff::Timestamp;
use learn::ModelFile;
use learn::drift::{Adwin, psi};
use std::collections::BTreeMap;
use std::time::Instant;
use store::Reader;

/// The newest rulings of a kind of risk that are weighed.
const MOST_ROWS: usize = 100_000;

/// The newest rulings that a turn reads: of what came between two turns, those beyond are weighed by none.
const MOST_READ: u64 = 200_000;

/// Rulings read at a time.
const READ_ROWS: u32 = 20_000;

/// Rows of either side, evenly taken, that tell whether a feature moved: the index is then known to some .001.
const MOST_DRIFT_ROWS: usize = 20_000;

const SEED: u64 = 7;

/// Chance of calling a steady rate of events changed.
const ADWIN_DELTA: f64 = 0.002;

/// What a cycle keeps from turn to turn.
pub struct Cycle {
    reader: Reader,
    /// The kind that a turn tells of; others have models, too.
    kind: RiskKind,
    rows: BTreeMap<RiskKind, Vec<Row>>,
    read: u64,
    /// Of the turn that runs.
    parts: Vec<Part>,
}

/// What a turn wants written.
pub struct Wanted {
    /// The challenger.
    pub model: ModelFile,
    /// Whether it is to decide.
    pub promoted: bool,
    /// Why, in words.
    pub reason: String,
}

impl Cycle {
    /// A cycle over the books of a data directory.
    pub fn new(reader: Reader) -> Self {
        Self::of(reader, RiskKind::Transaction)
    }

    /// The same, of another kind of risk.
    pub fn of(reader: Reader, kind: RiskKind) -> Self {
        Self { reader, kind, rows: BTreeMap::new(), read: 0, parts: Vec::new() }
    }

    /// Reads what came, weighs, fits. What is to be written comes back with what was found.
    ///
    /// # Errors
    /// When the books cannot be read or nothing can be fitted. The next turn begins where this one did.
    pub fn turn(&mut self) -> anyhow::Result<(Turn, Option<Wanted>)> {
        self.parts.clear();
        self.renew()
    }

    fn renew(&mut self) -> anyhow::Result<(Turn, Option<Wanted>)> {
        let began = Instant::now();
        let fresh = self.part("new data", Self::read_new)?;
        let matured = self.part("labels", Self::matured)?;
        let business = self.part("business", |cycle| business::renewed(&cycle.reader))?;
        let drift = self.part("drift", |cycle| Ok(cycle.drift(fresh)))?;
        let mut told = vec![format!("{fresh} new rulings, {} matured", matured.len())];
        if rate_changed(&matured) {
            told.push("the rate of events has changed".to_owned());
        }
        let renewed = self.part("challenger", |cycle| cycle.challenged(cycle.kind, &matured))?;
        let gates = renewed.as_ref().map_or(Vec::new(), gates);
        told.push(standing(renewed.as_ref()).to_owned());
        let told = told.join("; ");
        let wanted = renewed.map(|renewed| Wanted::of(renewed, told.clone()));
        let turn = Turn {
            ended_at: Timestamp::now().to_string(),
            seconds: began.elapsed().as_secs_f64(),
            succeeded: true,
            told,
            fresh,
            matured: matured.len(),
            drift,
            gates,
            business: Some(business),
            parts: std::mem::take(&mut self.parts),
        };
        Ok((turn, wanted))
    }

    /// Does a part of a turn, and notes how long it took.
    fn part<T>(&mut self, name: &'static str, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let began = Instant::now();
        let done = work(self);
        self.parts.push(Part { name, seconds: began.elapsed().as_secs_f64(), succeeded: done.is_ok() });
        done.context(name)
    }

    fn matured(&mut self) -> anyhow::Result<Matured> {
        self.matured_of(self.kind)
    }

    fn matured_of(&self, kind: RiskKind) -> anyhow::Result<Matured> {
        let maturity_days = self.reader.policy()?.unwrap_or_default().live.maturity_days;
        Ok(Matured::of(self.rows_of(kind), &self.reader.outcomes()?, maturity_days))
    }

    fn rows_of(&self, kind: RiskKind) -> &[Row] {
        self.rows.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn challenged(&self, kind: RiskKind, matured: &Matured) -> anyhow::Result<Option<Renewed>> {
        Ok(renewal::renew(matured, self.champion(kind)?.as_ref(), SEED, microseconds)?)
    }

    /// What is wanted for the other kinds of risk that were asked about and have matured enough.
    fn others(&self) -> anyhow::Result<Vec<(RiskKind, Wanted)>> {
        let mut all = Vec::new();
        for kind in self.rows.keys().copied().filter(|kind| *kind != self.kind) {
            let renewed = self.challenged(kind, &self.matured_of(kind)?)?;
            let told = format!("{}: {}", kind.name(), standing(renewed.as_ref()));
            all.extend(renewed.map(|renewed| (kind, Wanted::of(renewed, told))));
        }
        Ok(all)
    }

    /// How many rulings are new since the last turn.
    fn read_new(&mut self) -> anyhow::Result<usize> {
        let before = self.read;
        let newest = self.reader.newest_attempt()?.map_or(0, |(number, _)| number);
        self.read = self.read.max(newest.saturating_sub(MOST_READ));
        loop {
            let rows = self.reader.rulings_after(self.read, READ_ROWS)?;
            let Some(last) = rows.last() else { break };
            self.read = last.number;
            for row in &rows {
                self.rows.entry(row.ruling.attempt.kind).or_default().push(Row::from(&row.ruling));
            }
        }
        for rows in self.rows.values_mut() {
            rows.drain(..rows.len().saturating_sub(MOST_ROWS));
        }
        Ok(usize::try_from(self.read - before).unwrap_or(usize::MAX))
    }

    fn champion(&self, kind: RiskKind) -> anyhow::Result<Option<ModelFile>> {
        let chosen = self.reader.live_models()?.into_iter().rev();
        let mut champions = chosen.filter(|row| row.kind == kind && row.role == Role::Champion);
        let Some(digest) = champions.next().and_then(|row| row.model) else { return Ok(None) };
        let bytes = self.reader.model(&digest).with_context(|| format!("the champion {}", digest.short()))?;
        Ok(Some(ModelFile::from_bytes(&bytes).with_context(|| format!("the champion {}", digest.short()))?))
    }

    /// The feature that moved most between the rows of before and those that are new.
    fn drift(&self, fresh: usize) -> Option<(String, f64)> {
        let rows = self.rows_of(self.kind);
        let fresh = fresh.min(rows.len());
        let (before, now) = rows.split_at(rows.len() - fresh);
        if before.len() < renewal::LEAST_ROWS || now.len() < renewal::LEAST_ROWS {
            return None;
        }
        let column = |rows: &[Row], place: usize| -> Vec<f32> {
            let some = rows.iter().step_by(rows.len().div_ceil(MOST_DRIFT_ROWS));
            some.map(|row| row.features.get(place).copied().unwrap_or(f32::NAN)).collect()
        };
        let moved = payment_columns()
            .iter()
            .enumerate()
            .filter_map(|(place, name)| Some(((*name).to_owned(), psi(&column(before, place), &column(now, place))?)));
        moved.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

impl Wanted {
    fn of(renewed: Renewed, reason: String) -> Self {
        Self { promoted: renewed.promoted(), reason, model: renewed.challenger }
    }
}

/// Where a challenger stands, in words.
fn standing(renewed: Option<&Renewed>) -> &'static str {
    match renewed {
        None => "too little has matured for a challenger",
        Some(renewed) if renewed.promoted() => "the challenger passed every gate and decides",
        Some(_) => "the challenger stays in the shadow",
    }
}

/// Whether adaptive windowing dropped what was before, lately: in the newest tenth of the labels.
fn rate_changed(matured: &Matured) -> bool {
    let mut window = Adwin::new(ADWIN_DELTA);
    let lately = matured.len() - matured.len() / 10;
    let cuts = matured.labels().enumerate().filter(|(_, event)| window.add(f64::from(u8::from(*event))));
    cuts.last().is_some_and(|(place, _)| place >= lately)
}

fn gates(renewed: &Renewed) -> Vec<Gate> {
    let gate =
        |gate: &renewal::GateFigure| Gate { name: gate.name, value: gate.value, bar: gate.bar, passed: gate.passed };
    renewed.gates.iter().map(gate).collect()
}

/// One score with its contributions, the mean over some rows.
fn microseconds(model: &ModelFile, values: &[f32]) -> f64 {
    let rows: Vec<&[f32]> = values.chunks_exact(payment_columns().len()).take(200).collect();
    let began = Instant::now();
    let sum: f64 = rows.iter().map(|row| model.score(row) + model.path_contributions(row).bias).sum();
    std::hint::black_box(sum);
    began.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX))
}

/// The entries that a turn wants in the journal.
pub fn entries(promoted: bool, reason: String) -> impl FnOnce(domain::Digest) -> Vec<Body> + Send + 'static {
    entries_of(RiskKind::Transaction, promoted, reason)
}

/// The same, of another kind of risk.
pub fn entries_of(
    kind: RiskKind,
    promoted: bool,
    reason: String,
) -> impl FnOnce(domain::Digest) -> Vec<Body> + Send + 'static {
    move |digest| {
        let chosen = |role, model, reason: &str| Body::LiveModelChosen { kind, role, model, reason: reason.to_owned() };
        if promoted {
            vec![chosen(Role::Champion, Some(digest), &reason), chosen(Role::Challenger, None, "it decides now")]
        } else {
            vec![chosen(Role::Challenger, Some(digest), &reason)]
        }
    }
}

/// One turn, with its entries written; what failed is told as a turn that failed.
pub fn turn(cycle: &mut Cycle, writer: &WeakHandle) -> Turn {
    let began = Instant::now();
    cycle.parts.clear();
    let turned = whole(cycle, writer);
    let parts = std::mem::take(&mut cycle.parts);
    let seconds = began.elapsed().as_secs_f64();
    match turned {
        Ok(turn) => Turn { seconds, parts, ..turn },
        Err(error) => {
            let (ended_at, told) = (Timestamp::now().to_string(), format!("{error:#}"));
            Turn { ended_at, seconds, succeeded: false, told, parts, ..Turn::default() }
        }
    }
}

fn whole(cycle: &mut Cycle, writer: &WeakHandle) -> anyhow::Result<Turn> {
    cycle.part("settling", |_| {
        anyhow::ensure!(writer.settle() == Some(true), "the writer could not settle");
        Ok(())
    })?;
    let (mut turn, wanted) = cycle.renew()?;
    cycle.parts = std::mem::take(&mut turn.parts);
    let others = if cycle.rows.len() > 1 { cycle.part("other kinds", |cycle| cycle.others())? } else { Vec::new() };
    cycle.part("writing", |cycle| {
        if let Some(Wanted { model, promoted, reason }) = wanted {
            let written = writer.choose(model, entries_of(cycle.kind, promoted, reason));
            anyhow::ensure!(written == Some(true), "the writer could not keep the challenger");
        }
        for (kind, Wanted { model, promoted, reason }) in others {
            let written = writer.choose(model, entries_of(kind, promoted, reason));
            anyhow::ensure!(written == Some(true), "the writer could not keep the challenger of {}", kind.name());
        }
        if turn.fresh > 0 {
            // Whoever did nothing for long is let go of: memory stays bounded.
            anyhow::ensure!(writer.tell(vec![Body::Ticked]) == Some(true), "the writer has ended");
        }
        Ok(())
    })?;
    Ok(turn)
}

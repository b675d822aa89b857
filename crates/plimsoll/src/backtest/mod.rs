//! What a policy would have decided, and what it would have cost.
//!
//! Promise: the past is played through `advance`, the code that decides live, under another policy and a model that
//! knew nothing from the window's start on. So the decisions are those that it would have made then. Limits: what a
//! decision would have changed (a buyer who leaves, a sale that is not shipped) did not happen, and is not played.

mod attempts;
mod figures;

pub use attempts::{AttemptFigures, figures as attempt_figures, rulings};
pub use figures::{Figures, Group, Total};

use crate::session::load_from;
use anyhow::Context;
use domain::{Action, Batch, Body, Digest, Event, Label, Money, Policy, RecordId, Step, Subject};
use engine::training::{self, Cuts, Fits, Trained};
use engine::{Loaded, Working};
use jiff::Timestamp;
use learn::ModelFile;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Reader;

/// The name of a model that stands in no store: it lives for one backtest.
const FITTED: Digest = Digest([0; 32]);

/// What is played.
pub struct Window {
    /// Sales from here on are decided anew; the model knows what was known by here.
    pub from: Timestamp,
    /// Up to here, exclusive.
    pub to: Timestamp,
}

/// One sale of the window with its decision and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// The sale.
    pub record: RecordId,
    /// When it was made.
    pub at: Timestamp,
    /// What would have been decided.
    pub action: Action,
    /// By which rule.
    pub rule: String,
    /// On these points of 5.
    pub points: f64,
    /// Its amount in the reporting currency.
    pub exposure: Money,
    /// What the event cost, in minor units; 0 where none came.
    pub cost_minor: i64,
    /// Whether the event's time had passed when the journal ends: until then no event is no news.
    pub matured: bool,
}

/// The model that decides in a backtest.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Its file.
    pub model: Arc<ModelFile>,
    /// Money credited over money sold, where the event comes, in hundredths of a percent.
    pub loss_given_event_bps: u32,
    /// Share of sales with the event, in hundredths of a percent.
    pub base_rate_bps: u32,
}

impl From<&Trained> for Judge {
    fn from(trained: &Trained) -> Self {
        let (loss_given_event_bps, base_rate_bps) = (trained.loss_given_event_bps, trained.base_rate_bps);
        Self { model: Arc::new(trained.model.clone()), loss_given_event_bps, base_rate_bps }
    }
}

/// Fits the usual models on what was known when the window opens, as `train` would have done then.
///
/// # Errors
/// When too little was known by then, or the tables cannot be read.
pub fn model_of(reader: &Reader, policy: &Policy, window: &Window, seed: u64) -> anyhow::Result<Trained> {
    let known = |at: Timestamp| at < window.from;
    let features: Vec<_> = reader.features()?.into_iter().filter(|row| known(row.at)).collect();
    let labels: Vec<_> = reader.labels()?.into_iter().filter(|label| known(label.known_at)).collect();
    let fits = Fits::usual(seed)?;
    let trained = training::train_with(&features, &labels, policy, window.from, Cuts::default(), seed, &fits);
    trained.with_context(|| format!("no model could be fitted on what was known by {}", window.from))
}

/// Plays the journal under a policy; from the window's start on, this model decides. Without one, rules alone do.
///
/// # Errors
/// When the journal is damaged.
pub fn play(reader: &Reader, policy: &Policy, judge: Option<&Judge>, window: &Window) -> anyhow::Result<Vec<Tried>> {
    let (mut play, mut judge) = (Play::default(), judge);
    play.tell(Timestamp::MIN, Body::PolicyInstalled(Box::new(policy.clone())));
    for batch in reader.batches() {
        let (_, batch) = batch?;
        play.load(reader, &batch)?;
        for event in batch.events.into_iter().filter(is_of_the_past) {
            if event.now >= window.from
                && let Some(judge) = judge.take()
            {
                play.install(judge, window.from);
            }
            play.event(event, window);
        }
    }
    Ok(play.judged(policy))
}

/// Policies and models are the backtest's own.
fn is_of_the_past(event: &Event) -> bool {
    !matches!(event.body, Body::PolicyInstalled(_) | Body::ModelInstalled { .. })
}

#[derive(Default)]
struct Play {
    working: Working,
    loaded: Loaded,
    tried: BTreeMap<RecordId, Tried>,
    labels: Vec<Label>,
}

impl Play {
    fn tell(&mut self, now: Timestamp, body: Body) -> Step {
        engine::advance(&mut self.working, &self.loaded, &Batch { events: vec![Event { now, body }] })
    }

    /// The live models of a batch; the model of sales is the backtest's own.
    fn load(&mut self, reader: &Reader, batch: &Batch) -> anyhow::Result<()> {
        self.loaded.models.extend(load_from(|digest| reader.model(digest), batch)?.models);
        Ok(())
    }

    fn install(&mut self, judge: &Judge, now: Timestamp) {
        let Judge { model, loss_given_event_bps, base_rate_bps } = judge.clone();
        self.loaded.models.insert(FITTED, model);
        drop(self.tell(now, Body::ModelInstalled { model: FITTED, loss_given_event_bps, base_rate_bps }));
    }

    /// One event alone, so that each sale's own score is seen before its event comes true.
    fn event(&mut self, event: Event, window: &Window) {
        let step = self.tell(event.now, event.body);
        self.labels.extend(step.labels);
        let exposures = step.scores.iter().filter_map(|score| match &score.subject {
            Subject::Transaction(record) => Some((record, score.exposure)),
            _ => None,
        });
        let exposures: BTreeMap<_, _> = exposures.collect();
        for decision in step.decisions.into_iter().filter(|decision| (window.from..window.to).contains(&decision.at)) {
            // What is no sale has no score of its own.
            let Some(exposure) = exposures.get(&decision.record) else { continue };
            let tried = Tried {
                record: decision.record.clone(),
                at: decision.at,
                action: decision.action,
                rule: decision.rule,
                points: decision.points,
                exposure: *exposure,
                cost_minor: 0,
                matured: false,
            };
            self.tried.insert(decision.record, tried);
        }
    }

    fn judged(mut self, policy: &Policy) -> Vec<Tried> {
        for label in &self.labels {
            if let Some(tried) = self.tried.get_mut(&label.record) {
                tried.cost_minor += label.cost_minor;
            }
        }
        let horizon_s = policy.event_horizon_days * 86_400;
        let end = self.working.latest().map_or(0, Timestamp::as_second);
        let matured = |tried: &Tried| tried.cost_minor > 0 || tried.at.as_second() + horizon_s < end;
        self.tried.into_values().map(|tried| Tried { matured: matured(&tried), ..tried }).collect()
    }
}

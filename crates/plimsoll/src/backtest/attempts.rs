//! Attempts under another policy: every ruling of the past made anew, by the code that rules live.

use crate::session::load_from;
use domain::{Action, Batch, Body, Event, Policy, Ruling};
use engine::Working;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Reader, StoreError};

/// Every attempt of the journal, ruled on anew under a policy, with the models that decided then.
///
/// # Errors
/// When the journal is damaged or a model is missing.
pub fn rulings(reader: &Reader, policy: &Policy) -> anyhow::Result<Vec<Ruling>> {
    let mut working = Working::default();
    let install = Event { now: Timestamp::MIN, body: Body::PolicyInstalled(Box::new(policy.clone())) };
    let mut all = engine::advance(&mut working, &engine::Loaded::default(), &Batch { events: vec![install] }).rulings;
    for batch in reader.batches() {
        let (_, mut batch) = batch?;
        batch.events.retain(|event| !matches!(event.body, Body::PolicyInstalled(_)));
        let loaded = load_from(|digest| reader.model(digest), &batch)?;
        all.extend(engine::advance(&mut working, &loaded, &batch).rulings);
    }
    Ok(all)
}

/// What another policy would have done with attempts, in events and in money.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct AttemptFigures {
    /// Attempts in the window.
    pub attempts: u64,
    /// Those that were ruled on otherwise.
    pub changed: u64,
    /// By action: then, and under the policy.
    pub actions: Vec<(&'static str, u64, u64)>,
    /// Amounts of attempts with the event that the policy keeps back, by currency, in minor units.
    pub caught_minor: BTreeMap<String, i64>,
    /// As `caught_minor`, of those that it lets through.
    pub missed_minor: BTreeMap<String, i64>,
    /// Amounts without the event that it keeps back.
    pub stopped_in_vain_minor: BTreeMap<String, i64>,
    /// Attempts whose label had not matured: they are in no sum of money.
    pub immature: u64,
}

/// Compares rulings made anew with those in the books, for attempts between two instants.
///
/// # Errors
/// When the books cannot be read.
pub fn figures(reader: &Reader, anew: &[Ruling], from: Timestamp, to: Timestamp) -> Result<AttemptFigures, StoreError> {
    let maturity_s = i64::from(reader.policy()?.unwrap_or_default().live.maturity_days) * 86_400;
    let newest = anew.iter().map(|ruling| ruling.attempt.at.as_second()).max().unwrap_or(0);
    let mut figures = AttemptFigures::default();
    let mut actions: BTreeMap<Action, (u64, u64)> = BTreeMap::new();
    for ruling in anew.iter().filter(|ruling| (from..to).contains(&ruling.attempt.at)) {
        let Some(stood) = reader.ruling(&ruling.attempt.id)? else { continue };
        figures.attempts += 1;
        figures.changed += u64::from(stood.action != ruling.action || stood.rule != ruling.rule);
        actions.entry(stood.action).or_default().0 += 1;
        actions.entry(ruling.action).or_default().1 += 1;
        let event = reader.outcome(&ruling.attempt.id)?.map(|outcome| outcome.event);
        let mature = ruling.attempt.at.as_second() + maturity_s <= newest;
        let sums = match (event.unwrap_or(false), ruling.action >= Action::Review, mature || event.is_some()) {
            (_, _, false) => {
                figures.immature += 1;
                continue;
            }
            (true, true, _) => &mut figures.caught_minor,
            (true, false, _) => &mut figures.missed_minor,
            (false, true, _) => &mut figures.stopped_in_vain_minor,
            (false, false, _) => continue,
        };
        let amount = ruling.attempt.amount;
        *sums.entry(amount.currency.code().to_owned()).or_default() += amount.minor;
    }
    figures.actions = actions.into_iter().map(|(action, (then, now))| (action.name(), then, now)).collect();
    Ok(figures)
}

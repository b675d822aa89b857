//! What the windows are, by their definition alone: every event is kept, and each figure is counted anew from all of
//! them. It is slow; the tests and the bench `windows` hold [`super::Windows`] against it.

use super::{Aggregate, Arrival, Bounds, Channel, Definition, Happening, Key, KeyKind, MOST_MINOR, SECOND_US};
use std::collections::{BTreeMap, BTreeSet};

/// Every event that counts, in order of arrival, with whether it turned out bad. It forgets nothing: of the bounds only
/// the lateness holds.
#[derive(Clone, Debug)]
pub struct Brute {
    definitions: Vec<Definition>,
    lateness_us: i64,
    events: Vec<(Happening, bool)>,
    /// The places of the events of a subject, so that it is merely slow.
    of: BTreeMap<(KeyKind, Key), Vec<usize>>,
    newest_us: Option<i64>,
}

impl Brute {
    /// What has seen nothing.
    pub fn new(definitions: &[Definition], bounds: Bounds) -> Self {
        let (definitions, lateness_us) = (definitions.to_vec(), bounds.lateness_us);
        Self { definitions, lateness_us, events: Vec::new(), of: BTreeMap::new(), newest_us: None }
    }

    /// As [`super::Windows::observe`].
    pub fn observe(&mut self, event: &Happening) -> (Arrival, Vec<f32>) {
        let known = self.events.iter().position(|(one, _)| (one.at_us, one.id) == (event.at_us, event.id));
        if let Some(place) = known {
            let too_late = self.newest_us.is_some_and(|newest| event.at_us < newest - self.lateness_us);
            let row = if too_late { self.nothing() } else { self.row(event, place) };
            return (Arrival::Repeated, row);
        }
        if self.newest_us.is_some_and(|newest| event.at_us < newest - self.lateness_us) {
            return (Arrival::TooLate, self.nothing());
        }
        self.newest_us = self.newest_us.max(Some(event.at_us));
        let place = self.events.len();
        let mut arrival = Arrival::InOrder;
        for definition in &self.definitions {
            let of = event.key(definition.of).and_then(|key| self.of.get(&(definition.of, key)));
            if of.is_some_and(|places| places.iter().any(|&place| self.events[place].0.at_us > event.at_us)) {
                arrival = Arrival::Late;
            }
        }
        self.events.push((*event, false));
        for kind in KeyKind::ALL {
            if let Some(key) = event.key(kind) {
                self.of.entry((kind, key)).or_default().push(place);
            }
        }
        let row = self.row(event, place);
        (arrival, row)
    }

    /// As [`super::Windows::label`].
    pub fn label(&mut self, event: &Happening, bad: bool) {
        let same = |one: &&mut (Happening, bool)| (one.0.at_us, one.0.id) == (event.at_us, event.id);
        if let Some(found) = self.events.iter_mut().find(same) {
            found.1 = bad;
        }
    }

    fn nothing(&self) -> Vec<f32> {
        self.definitions.iter().flat_map(|definition| vec![f32::NAN; definition.width()]).collect()
    }

    fn row(&self, event: &Happening, place: usize) -> Vec<f32> {
        self.definitions.iter().flat_map(|definition| self.values(definition, event, place)).map(single).collect()
    }

    fn values(&self, definition: &Definition, event: &Happening, place: usize) -> Vec<f64> {
        let Some(key) = event.key(definition.of) else { return vec![f64::NAN; definition.width()] };
        let of: &[usize] = self.of.get(&(definition.of, key)).map_or(&[], Vec::as_slice);
        let end_us = event.at_us - definition.over.lag_us;
        let within = |at_us: i64| end_us - definition.over.length_us < at_us && at_us <= end_us;
        // Of its own instant, what arrived before it.
        let known = |at: usize| at <= place || self.events[at].0.at_us < event.at_us;
        let mut places: Vec<usize> = of
            .iter()
            .copied()
            .filter(|&at| known(at) && within(self.events[at].0.at_us))
            .filter(|&at| self.events[at].0.traits.has(definition.only))
            .collect();
        places.sort_by_key(|&at| (self.events[at].0.at_us, at));
        let first_us = of.iter().map(|&at| self.events[at].0.at_us).min().unwrap_or(event.at_us);
        self.of_places(definition, event, place, &places, first_us)
    }

    fn of_places(
        &self,
        definition: &Definition,
        event: &Happening,
        place: usize,
        places: &[usize],
        first_us: i64,
    ) -> Vec<f64> {
        let amounts = |places: &[usize]| -> Vec<f64> {
            let amounts = places.iter().filter_map(|&at| self.events[at].0.amount_minor);
            amounts.map(|amount| as_f64(amount.clamp(-MOST_MINOR, MOST_MINOR))).collect()
        };
        let before: Vec<usize> = places.iter().copied().filter(|&at| at != place).collect();
        let money = amounts(places);
        let count = places.len() as f64;
        let one = match definition.what {
            Aggregate::Count => count,
            Aggregate::Sum => money.iter().sum(),
            Aggregate::Mean => mean(&money),
            Aggregate::Min => money.iter().copied().fold(f64::NAN, f64::min),
            Aggregate::Max => money.iter().copied().fold(f64::NAN, f64::max),
            Aggregate::Deviation => deviation(&money),
            Aggregate::Distinct(kind) => {
                let keys = places.iter().filter_map(|&at| self.events[at].0.key(kind));
                keys.collect::<BTreeSet<Key>>().len() as f64
            }
            Aggregate::New(kind) => event.key(kind).map_or(f64::NAN, |key| {
                let seen = before.iter().any(|&at| self.events[at].0.key(kind) == Some(key));
                f64::from(u8::from(!seen))
            }),
            Aggregate::RatioToNormal | Aggregate::DeviationsFromNormal => {
                let own = event.amount_minor.map(|amount| as_f64(amount.clamp(-MOST_MINOR, MOST_MINOR)));
                let (normal, deviation) = (mean(&amounts(&before)), deviation(&amounts(&before)));
                match (own, definition.what) {
                    (Some(own), Aggregate::RatioToNormal) if normal > 0.0 => own / normal,
                    (Some(own), Aggregate::DeviationsFromNormal) if deviation > 0.0 => (own - normal) / deviation,
                    _ => f64::NAN,
                }
            }
            Aggregate::SinceLast => {
                before.last().map_or(f64::NAN, |&at| seconds(event.at_us - self.events[at].0.at_us))
            }
            Aggregate::SinceFirst => seconds(event.at_us - first_us),
            Aggregate::Velocity => count / (as_f64(definition.over.length_us) / 3_600e6),
            Aggregate::RiskRate => places.iter().filter(|&&at| self.events[at].1).count() as f64 / count,
            Aggregate::Last(steps, channel) => return self.last(usize::from(steps), channel, places),
        };
        vec![one]
    }

    fn last(&self, steps: usize, channel: Channel, places: &[usize]) -> Vec<f64> {
        let step = |column: usize| -> f64 {
            let Some(at) = (places.len() + column).checked_sub(steps) else { return f64::NAN };
            let event = &self.events[places[at]].0;
            match channel {
                Channel::Amount => event.amount_minor.map_or(f64::NAN, as_f64),
                Channel::Gap => at
                    .checked_sub(1)
                    .map_or(f64::NAN, |before| seconds(event.at_us - self.events[places[before]].0.at_us)),
            }
        };
        (0..steps).map(step).collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// By two passes.
fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let mean = mean(values);
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    (squares.iter().sum::<f64>() / values.len() as f64).sqrt()
}

fn seconds(us: i64) -> f64 {
    as_f64(us) / as_f64(SECOND_US)
}

#[expect(clippy::cast_precision_loss, reason = "a check of features")]
fn as_f64(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "features are f32")]
fn single(value: f64) -> f32 {
    value as f32
}

/// Whether two rows say the same: each digit that an f32 of either arithmetic holds.
pub fn same(one: &[f32], other: &[f32]) -> bool {
    let close =
        |(a, b): (&f32, &f32)| a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 2e-6 * a.abs().max(b.abs());
    one.len() == other.len() && one.iter().zip(other).all(close)
}

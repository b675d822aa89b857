//! Labels mature: a sale's label may be believed once its horizon has passed without, or with, the event.

use domain::{RecordId, Token};
use std::collections::BTreeMap;

/// Sales with matured labels, and how many of them had the event.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Count {
    pub sales: u32,
    pub events: u32,
}

impl Count {
    pub(super) fn add(&mut self, event: bool) {
        self.sales += 1;
        self.events += u32::from(event);
    }

    /// Share with the event, pulled toward `prior` by the weight of `weight` sales.
    pub(super) fn rate(self, prior: f64, weight: f64) -> f64 {
        (f64::from(self.events) + prior * weight) / (f64::from(self.sales) + weight)
    }
}

/// A sale whose label has not matured.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub buyer: Token,
    /// The key that all spellings of the country share.
    pub country: String,
    pub event: bool,
    /// Matured sales that the buyer had at the sale.
    pub own_matured: u32,
}

/// Running rates over matured sales, and those that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Maturity {
    pub all: Count,
    young: Count,
    countries: BTreeMap<String, Count>,
    waiting: BTreeMap<(i64, RecordId), Pending>,
}

impl Maturity {
    pub(super) fn await_label(&mut self, at: i64, record: RecordId, pending: Pending) {
        self.waiting.insert((at, record), pending);
    }

    /// The event came to pass for a sale; too late where it has matured.
    pub(super) fn event(&mut self, at: i64, record: &RecordId) {
        if let Some(pending) = self.waiting.get_mut(&(at, record.clone())) {
            pending.event = true;
        }
    }

    /// Counts and returns the sales before `until` (seconds).
    pub(super) fn mature(&mut self, until: i64, cold_start: u32) -> Vec<Pending> {
        let mut matured = Vec::new();
        while let Some(first) = self.waiting.first_entry()
            && first.key().0 < until
        {
            let pending = first.remove();
            self.all.add(pending.event);
            if pending.own_matured < cold_start {
                self.young.add(pending.event);
            }
            self.countries.entry(pending.country.clone()).or_default().add(pending.event);
            matured.push(pending);
        }
        matured
    }

    /// Share of all matured sales with the event; .25 with the weight of 20 sales before any is known.
    pub(super) fn rate(&self) -> f64 {
        self.all.rate(0.25, 20.0)
    }

    /// The same among young buyers, pulled toward the rate of all.
    pub(super) fn young_rate(&self) -> f64 {
        self.young.rate(self.rate(), 20.0)
    }

    /// The same in a country, pulled toward the rate of all.
    pub(super) fn country_rate(&self, country: &str) -> f64 {
        self.countries.get(country).copied().unwrap_or_default().rate(self.rate(), 20.0)
    }
}

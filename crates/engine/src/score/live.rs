//! The sales that are live, and which subjects need a new score.

use super::assessment::{Assessment, assess, money_at_risk, reasons};
use super::disputes::{Dispute, Disputes};
use super::{Installed, aggregate, level, points};
use crate::norms::Norms;
use domain::{Label, Money, PartyId, Policy, RecordId, RiskKind, Score, Subject};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What was known before a sale, in both forms that models want.
#[derive(Clone, PartialEq, Debug)]
pub struct Columns {
    /// As observed; NaN = missing.
    pub values: Vec<f32>,
    /// As a linear model sees them: transformed, nothing missing.
    pub linear: Vec<f32>,
}

/// A sale whose label has not matured and whose event has not come.
#[derive(Clone, Debug)]
pub struct LiveSale {
    /// Its record.
    pub record: RecordId,
    /// Whose it is.
    pub party: PartyId,
    /// When it was made.
    pub at: Timestamp,
    /// Its amount.
    pub exposure: Money,
    /// What was known before it; none for a guest.
    pub features: Option<Columns>,
    /// How the shop stood before it.
    pub norms: Norms,
}

/// The live sales and what they are assessed at.
#[derive(Clone, Debug, Default)]
pub struct Scorer {
    installed: Option<Installed>,
    live: BTreeMap<(Timestamp, RecordId), (LiveSale, Assessment)>,
    of_party: BTreeMap<PartyId, BTreeSet<(Timestamp, RecordId)>>,
    disputes: Disputes,
    renew: BTreeSet<(Timestamp, RecordId)>,
    /// When each was last touched: its score is fresh to then, however the events were cut into batches.
    renew_parties: BTreeMap<PartyId, Timestamp>,
    renew_business: Option<Timestamp>,
    gone: Vec<Subject>,
    clock: Timestamp,
}

impl Scorer {
    /// Takes a sale in, and assesses it.
    pub fn sale(&mut self, policy: &Policy, sale: LiveSale) -> (Assessment, Money) {
        let assessment = self.assess(policy, &sale);
        let at_risk = money_at_risk(&assessment, sale.exposure);
        let key = (sale.at, sale.record.clone());
        self.of_party.entry(sale.party.clone()).or_default().insert(key.clone());
        self.touch(&sale.party);
        self.renew.insert(key.clone());
        self.live.insert(key, (sale, assessment.clone()));
        (assessment, at_risk)
    }

    /// Time passes: sales whose horizon has passed are live no longer.
    pub fn pass(&mut self, policy: &Policy, now: Timestamp) {
        self.clock = self.clock.max(now);
        let horizon = policy.event_horizon_days * 86_400;
        while let Some(first) = self.live.first_entry()
            && first.key().0.as_second() + horizon < self.clock.as_second()
        {
            let (key, (sale, _)) = first.remove_entry();
            self.retire(&key, &sale);
        }
        for (record, party) in self.disputes.pass(self.clock) {
            self.touch(&party);
            self.gone.push(Subject::Transaction(record));
        }
    }

    /// The payment of an order was taken back by the buyer's bank: its sale is at stake, whatever its age, until the dispute
    /// is won or its time is over. An order that is not known yet is remembered.
    pub fn disputed(&mut self, number: &str, sale: Option<(RecordId, PartyId)>, exposure: Money) {
        let dispute = Dispute { at: self.clock, exposure };
        match sale {
            Some((record, party)) => self.stake(record, party, dispute),
            None => self.disputes.wait(number, dispute),
        }
    }

    /// A sale came: if its payment was taken back before, it is at stake.
    pub fn told_of(&mut self, number: &str, record: &RecordId, party: &PartyId) {
        if let Some(dispute) = self.disputes.waited(number) {
            self.stake(record.clone(), party.clone(), dispute);
        }
    }

    /// A dispute was won: nothing is at stake any more.
    pub fn won(&mut self, number: &str, sale: Option<(RecordId, PartyId)>) {
        self.disputes.waited(number);
        if let Some((record, party)) = sale
            && self.disputes.close(&record)
        {
            self.touch(&party);
            self.gone.push(Subject::Transaction(record));
        }
    }

    fn stake(&mut self, record: RecordId, party: PartyId, dispute: Dispute) {
        let keys = self.of_party.get(&party).into_iter().flatten();
        if let Some(key) = keys.filter(|key| key.1 == record).min().cloned() {
            self.live.remove(&key);
            self.renew.remove(&key);
            if let Some(keys) = self.of_party.get_mut(&party) {
                keys.remove(&key);
                if keys.is_empty() {
                    self.of_party.remove(&party);
                }
            }
        }
        self.touch(&party);
        self.disputes.open(record, party, dispute);
    }

    /// The event came to pass for these sales: what was a risk is a fact, and lives on in the books.
    pub fn came_true(&mut self, party: &PartyId, labels: &[Label]) {
        let Some(keys) = self.of_party.get(party) else { return };
        let told = |key: &&(Timestamp, RecordId)| labels.iter().any(|label| label.record == key.1);
        for key in keys.iter().filter(told).cloned().collect::<Vec<_>>() {
            if let Some((sale, _)) = self.live.remove(&key) {
                self.retire(&key, &sale);
            }
        }
    }

    /// Every live score is renewed by this model.
    pub fn install(&mut self, policy: &Policy, installed: Installed) {
        self.installed = Some(installed);
        self.refresh(policy);
    }

    /// Every live score is renewed.
    pub fn refresh(&mut self, policy: &Policy) {
        let Self { installed, live, .. } = self;
        for (sale, assessment) in live.values_mut() {
            let features = sale.features.as_ref();
            *assessment = assess(installed.as_ref(), features, &sale.norms, policy.cold_start_invoices);
        }
        self.renew.extend(self.live.keys().cloned());
        self.disputes.refresh();
        let parties = self.of_party.keys().chain(self.disputes.parties());
        self.renew_parties.extend(parties.map(|party| (party.clone(), self.clock)));
        if !self.live.is_empty() || !self.disputes.is_empty() {
            self.renew_business = Some(self.clock);
        }
    }

    /// The scores that changed since the last call, and the subjects that are live no longer.
    pub fn changed(&mut self, policy: &Policy) -> (Vec<Score>, Vec<Subject>) {
        let mut scores = Vec::new();
        for key in std::mem::take(&mut self.renew) {
            if let Some((sale, assessment)) = self.live.get(&key) {
                scores.push(transaction(policy, sale, assessment));
            }
        }
        scores.extend(self.disputes.changed().map(|(sale, assessment)| transaction(policy, sale, assessment)));
        for (party, at) in std::mem::take(&mut self.renew_parties) {
            let keys = self.of_party.get(&party).into_iter().flatten();
            let sales = keys.filter_map(|key| self.live.get(key)).chain(self.disputes.of(&party));
            match aggregate::buyer(policy, at, &party, sales, reasons_of) {
                Some(score) => scores.push(score),
                None => self.gone.push(Subject::Buyer(party)),
            }
        }
        if let Some(at) = self.renew_business.take() {
            match aggregate::business(policy, at, self.live.values().chain(self.disputes.all())) {
                Some(score) => scores.push(score),
                None => self.gone.push(Subject::Business),
            }
        }
        // A sale that retired and was disputed then is live again.
        let mut gone = std::mem::take(&mut self.gone);
        gone.retain(|subject| !matches!(subject, Subject::Transaction(record) if self.disputes.has(record)));
        (scores, gone)
    }

    fn touch(&mut self, party: &PartyId) {
        self.renew_parties.insert(party.clone(), self.clock);
        self.renew_business = Some(self.clock);
    }

    fn retire(&mut self, key: &(Timestamp, RecordId), sale: &LiveSale) {
        self.renew.remove(key);
        self.touch(&sale.party);
        self.gone.push(Subject::Transaction(sale.record.clone()));
        if let Some(keys) = self.of_party.get_mut(&sale.party) {
            keys.remove(key);
            if keys.is_empty() {
                self.of_party.remove(&sale.party);
            }
        }
    }

    fn assess(&self, policy: &Policy, sale: &LiveSale) -> Assessment {
        assess(self.installed.as_ref(), sale.features.as_ref(), &sale.norms, policy.cold_start_invoices)
    }
}

fn reasons_of((sale, assessment): &(LiveSale, Assessment)) -> Vec<domain::Reason> {
    reasons(assessment, sale.features.as_ref(), &sale.norms)
}

fn transaction(policy: &Policy, sale: &LiveSale, assessment: &Assessment) -> Score {
    let points = points(policy, assessment.probability);
    Score {
        subject: Subject::Transaction(sale.record.clone()),
        kind: RiskKind::Transaction,
        at: sale.at,
        method: assessment.method,
        probability: assessment.probability,
        points,
        level: level(policy, points),
        exposure: sale.exposure,
        money_at_risk: money_at_risk(assessment, sale.exposure),
        reasons: reasons(assessment, sale.features.as_ref(), &sale.norms),
    }
}

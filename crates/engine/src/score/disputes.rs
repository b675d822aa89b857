//! Sales whose payment was taken back, until the dispute is won or its time is over.
//!
//! The money has left the processor's balance and stands in the ledger as lost; what is at stake here is whether it stays
//! so. A dispute that comes before its sale waits for it.

use super::assessment::{Assessment, disputed};
use super::live::LiveSale;
use crate::norms::Norms;
use domain::{Money, PartyId, RecordId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The card schemes decide a dispute within so many days.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24 * 120);

type Live = (LiveSale, Assessment);

/// A dispute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dispute {
    /// When the business learned of it.
    pub at: Timestamp,
    /// What was taken back.
    pub exposure: Money,
}

/// All that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Disputes {
    open: BTreeMap<RecordId, Live>,
    of_party: BTreeMap<PartyId, BTreeSet<RecordId>>,
    by_age: BTreeSet<(Timestamp, RecordId)>,
    renew: BTreeSet<RecordId>,
    /// By the order's number.
    waiting: BTreeMap<String, Dispute>,
}

impl Disputes {
    /// Opens one. A second one of the same sale takes the first one's place with what both took back.
    pub(super) fn open(&mut self, record: RecordId, party: PartyId, dispute: Dispute) {
        let before = self.open.get(&record).map(|(sale, _)| sale.exposure);
        self.close(&record);
        let exposure =
            before.filter(|before| before.currency == dispute.exposure.currency).map_or(dispute.exposure, |before| {
                Money::new(before.minor.saturating_add(dispute.exposure.minor), before.currency)
            });
        self.by_age.insert((dispute.at, record.clone()));
        self.of_party.entry(party.clone()).or_default().insert(record.clone());
        self.renew.insert(record.clone());
        let sale = LiveSale { record: record.clone(), party, at: dispute.at, exposure, features: None, norms: NONE };
        self.open.insert(record, (sale, disputed()));
    }

    /// Closes one; false where none is open.
    pub(super) fn close(&mut self, record: &RecordId) -> bool {
        let Some((sale, _)) = self.open.remove(record) else { return false };
        self.by_age.remove(&(sale.at, record.clone()));
        self.renew.remove(record);
        if let Some(records) = self.of_party.get_mut(&sale.party) {
            records.remove(record);
            if records.is_empty() {
                self.of_party.remove(&sale.party);
            }
        }
        true
    }

    /// Time passes: those that are over by now.
    pub(super) fn pass(&mut self, now: Timestamp) -> Vec<(RecordId, PartyId)> {
        let mut over = Vec::new();
        while let Some((at, record)) = self.by_age.first().cloned()
            && at.checked_add(OPEN_FOR).is_ok_and(|end| end < now)
        {
            let party = self.open.get(&record).map(|(sale, _)| sale.party.clone());
            self.close(&record);
            self.by_age.remove(&(at, record.clone()));
            over.extend(party.map(|party| (record, party)));
        }
        over
    }

    /// A dispute whose order is not known yet.
    pub(super) fn wait(&mut self, number: &str, dispute: Dispute) {
        self.waiting.insert(number.to_owned(), dispute);
    }

    /// The dispute that waited for this order, once.
    pub(super) fn waited(&mut self, number: &str) -> Option<Dispute> {
        if self.waiting.is_empty() { None } else { self.waiting.remove(number) }
    }

    /// Every score is renewed.
    pub(super) fn refresh(&mut self) {
        self.renew.extend(self.open.keys().cloned());
    }

    /// Those whose score changed since the last call.
    pub(super) fn changed(&mut self) -> impl Iterator<Item = &Live> {
        let (renew, open) = (std::mem::take(&mut self.renew), &self.open);
        renew.into_iter().filter_map(move |record| open.get(&record))
    }

    /// A party's.
    pub(super) fn of(&self, party: &PartyId) -> impl Iterator<Item = &Live> {
        self.of_party.get(party).into_iter().flatten().filter_map(move |record| self.open.get(record))
    }

    /// All.
    pub(super) fn all(&self) -> impl Iterator<Item = &Live> {
        self.open.values()
    }

    /// Whose they are.
    pub(super) fn parties(&self) -> impl Iterator<Item = &PartyId> {
        self.of_party.keys()
    }

    /// Whether this sale's is open.
    pub(super) fn has(&self, record: &RecordId) -> bool {
        self.open.contains_key(record)
    }

    /// Whether none is open.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

/// A dispute is not held against what is normal.
const NONE: Norms =
    Norms { matured_sales: 0, event_rate: 0.0, young_event_rate: 0.0, value_deviations: 0.0, own_matured_sales: 0 };

#[cfg(test)]
mod tests {
    use super::super::Scorer;
    use super::*;
    use domain::{Currency, Policy, Subject};

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::GBP)
    }

    fn ids() -> (RecordId, PartyId) {
        (RecordId::from("shop:1"), PartyId::from("buyer:1"))
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    /// What stands at risk of each subject after the changes.
    fn changed(scorer: &mut Scorer) -> (BTreeMap<String, (f64, i64)>, Vec<String>) {
        let (scores, gone) = scorer.changed(&Policy::default());
        let of = |score: domain::Score| (score.subject.to_string(), (score.points, score.money_at_risk.minor));
        (scores.into_iter().map(of).collect(), gone.iter().map(Subject::to_string).collect())
    }

    #[test]
    fn a_dispute_moves_its_sale_its_buyer_and_the_business_by_the_same_money_until_it_is_won() {
        let (mut scorer, policy) = (Scorer::default(), Policy::default());
        let (record, party) = ids();
        scorer.pass(&policy, at(100));
        scorer.disputed("1", Some((record.clone(), party.clone())), money(10_000));
        let (scores, gone) = changed(&mut scorer);
        // Four in five of 100.00, and .80 is the worst end of the default scale.
        for subject in ["transaction/shop:1", "buyer/buyer:1", "business"] {
            let (points, minor) = scores[subject];
            assert!((points - 5.0).abs() < 1e-9 && minor == 8_000, "{subject}: {points} {minor}");
        }
        assert!(gone.is_empty());
        scorer.won("1", Some((record, party)));
        let (scores, gone) = changed(&mut scorer);
        assert!(scores.is_empty(), "{scores:?}");
        assert_eq!(gone.len(), 3, "{gone:?}");
    }

    #[test]
    fn a_dispute_waits_for_its_sale_and_is_over_after_a_hundred_and_twenty_days() {
        let (mut scorer, policy) = (Scorer::default(), Policy::default());
        let (record, party) = ids();
        scorer.pass(&policy, at(0));
        scorer.disputed("1", None, money(10_000));
        assert!(changed(&mut scorer).0.is_empty());
        scorer.told_of("1", &record, &party);
        assert_eq!(changed(&mut scorer).0.len(), 3);
        scorer.told_of("1", &record, &party);
        assert!(changed(&mut scorer).0.is_empty(), "it waited once");
        scorer.pass(&policy, at(120));
        assert!(changed(&mut scorer).1.is_empty());
        scorer.pass(&policy, at(121));
        assert_eq!(changed(&mut scorer).1, ["transaction/shop:1", "buyer/buyer:1", "business"]);
    }
}

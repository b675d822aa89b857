//! The entries that say how attempts are ruled on: of each kind the last one stands.
//!
//! Example: three champions were chosen one after another, and a card was blocked and let go: two models stand, the first,
//! which a static model is, and the last; and of the card, that it was let go.

use domain::{Batch, Body, Event, RiskKind, Role, Token};
use std::collections::{BTreeMap, BTreeSet};

/// What an entry is about; in this order they are advanced.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum About {
    Policy,
    Shadow,
    List(Token),
    FirstChampion(RiskKind),
    Model(RiskKind, Role),
}

/// What stands, each with the number of its batch.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<About, (u64, Event)>);

impl Settings {
    /// Takes in what a batch of this number says of it.
    pub fn take(&mut self, number: u64, batch: &Batch) {
        for event in &batch.events {
            let about = match &event.body {
                Body::PolicyInstalled(_) => About::Policy,
                Body::ShadowPolicySet(_) => About::Shadow,
                Body::ListChanged(listed) => About::List(listed.token),
                Body::LiveModelChosen { kind, role, model, .. } => {
                    if *role == Role::Champion && model.is_some() {
                        self.0.entry(About::FirstChampion(*kind)).or_insert_with(|| (number, event.clone()));
                    }
                    About::Model(*kind, *role)
                }
                _ => continue,
            };
            self.0.insert(about, (number, event.clone()));
        }
    }

    /// The batches that hold what stands, in order. Taking them in gives the same settings.
    pub fn batches(&self) -> Vec<u64> {
        let numbers: BTreeSet<u64> = self.0.values().map(|(number, _)| *number).collect();
        numbers.into_iter().collect()
    }

    /// What stands, as one batch.
    pub fn batch(&self) -> Batch {
        Batch { events: self.0.values().map(|(_, event)| event.clone()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Digest, List, Listed};
    use jiff::Timestamp;

    fn batch(bodies: Vec<Body>) -> Batch {
        Batch { events: bodies.into_iter().map(|body| Event { now: Timestamp::UNIX_EPOCH, body }).collect() }
    }

    fn champion(model: Option<u8>) -> Body {
        let model = model.map(|byte| Digest([byte; 32]));
        Body::LiveModelChosen { kind: RiskKind::Transaction, role: Role::Champion, model, reason: String::new() }
    }

    fn listed(list: Option<List>) -> Body {
        let (by, reason) = (String::new(), String::new());
        Body::ListChanged(Listed { token: Token([1; 16]), list, until: None, by, reason })
    }

    #[test]
    fn the_last_of_each_stands_and_the_first_champion() {
        let batches = [
            batch(vec![champion(None), listed(Some(List::Block))]),
            batch(vec![champion(Some(1))]),
            batch(vec![champion(Some(2)), Body::Ticked]),
            batch(vec![champion(Some(3))]),
            batch(vec![listed(None)]),
        ];
        let mut settings = Settings::default();
        (1..).zip(&batches).for_each(|(number, batch)| settings.take(number, batch));
        assert_eq!(settings.batches(), [2, 4, 5]);
        assert_eq!(settings.batch(), batch(vec![listed(None), champion(Some(1)), champion(Some(3))]));
        let mut again = Settings::default();
        settings
            .batches()
            .into_iter()
            .for_each(|number| again.take(number, &batches[usize::try_from(number).unwrap() - 1]));
        assert_eq!(again.batch(), settings.batch());
    }
}

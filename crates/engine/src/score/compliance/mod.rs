//! Compliance risk: people and goods that a business must not deal with, money that is cut small, money that goes in
//! circles.
//!
//! Charge: keeps the lists that the business loads and what people were found to be like, and scores a transaction of which
//! anything was found; one of which nothing was found has no score of this kind. Limits: records hold people as tokens, so
//! names are compared where they are in clear text, and what was found of whom comes as an event; goods are looked for in
//! descriptions, which are in clear text.
//!
//! Example: a bank line to somebody whose name is the same as a listed one: base rate −6.9, listed person +9.2: log-odds
//! 2.3, probability .91, all of the amount at stake.

mod names;

pub use names::{ALIKE, Alike, Names};

use super::judged::{Finding, judged};
use crate::readings::{RoundTrip, Structured};
use domain::{
    Money, Policy, RecordId, RiskKind, Score, Screening, ScreeningHit, ScreeningList, StructuringRule, Subject,
};
use domain::{PartyId, Token};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A name that is the same as a listed one; one that is just alike enough is worth `LISTED_LEAST`.
const LISTED: f64 = 9.2;
const LISTED_LEAST: f64 = 6.0;
/// Goods of a list; likewise.
const GOODS: f64 = 8.0;
const GOODS_LEAST: f64 = 6.0;
/// As many amounts just under the threshold as the rule says; each further one adds `STRUCTURED_MORE`, four at most.
const STRUCTURED: f64 = 6.9;
const STRUCTURED_MORE: f64 = 0.7;
/// Money that came back.
const ROUND_TRIP: f64 = 6.0;

/// Descriptions whose goods are remembered, so that a shop's few thousand are looked at once.
const MOST_DESCRIPTIONS: usize = 100_000;

/// What is known of lists and people.
#[derive(Clone, Debug, Default)]
pub struct Compliance {
    lists: BTreeMap<String, Names>,
    hits: BTreeMap<Token, BTreeSet<ScreeningHit>>,
    /// What goods a description names, as found before.
    descriptions: BTreeMap<String, Vec<(String, Alike)>>,
}

/// What is asked of one transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct Case<'a> {
    /// Its record.
    pub record: &'a RecordId,
    /// When it happened.
    pub at: Timestamp,
    /// Its amount in the reporting currency.
    pub amount: Money,
    /// Who takes part.
    pub people: Vec<Token>,
    /// What is sold.
    pub goods: Vec<&'a str>,
    /// It lies just under a threshold, as others before it.
    pub structured: Option<(StructuringRule, Structured)>,
    /// It returns to where it came from.
    pub round_trip: Option<RoundTrip>,
}

impl Compliance {
    /// A list takes the place of the one of its name.
    pub fn load(&mut self, list: &ScreeningList) {
        self.descriptions.clear();
        if list.entries.is_empty() {
            self.lists.remove(&list.name);
            self.hits.values_mut().for_each(|hits| hits.retain(|hit| hit.list != list.name));
        } else {
            self.lists.insert(list.name.clone(), Names::new(list.clone()));
        }
    }

    /// What was found of these people replaces what was found before. Returns those of whom something was found, then or
    /// now.
    pub fn screened(&mut self, screening: &Screening) -> BTreeSet<Token> {
        let mut told: BTreeSet<Token> = screening.hits.iter().map(|hit| hit.token).collect();
        for token in &screening.people {
            if self.hits.remove(token).is_some() {
                told.insert(*token);
            }
        }
        for hit in &screening.hits {
            self.hits.entry(hit.token).or_default().insert(hit.clone());
        }
        told
    }

    /// The lists, by name.
    pub fn lists(&self) -> impl Iterator<Item = &Names> {
        self.lists.values()
    }

    /// What stands of people, by token.
    pub fn hits(&self) -> impl Iterator<Item = &ScreeningHit> {
        self.hits.values().flatten()
    }

    /// The score of a transaction of which anything was found.
    pub fn judge(&mut self, policy: &Policy, case: &Case<'_>) -> Option<Score> {
        let mut findings: Vec<Finding> = case.people.iter().filter_map(|token| self.listed(*token)).collect();
        findings.extend(self.goods(&case.goods));
        findings.extend(case.structured.and_then(|(rule, read)| structured(&rule, read)));
        findings.extend(case.round_trip.as_ref().map(round_trip));
        if findings.is_empty() {
            return None;
        }
        let subject = (Subject::Transaction(case.record.clone()), RiskKind::Compliance);
        let exposure = Money::new(case.amount.minor.saturating_abs(), case.amount.currency);
        Some(judged(policy, subject, case.at, exposure, findings))
    }

    /// The score of a party that was held against the lists.
    pub fn party(&self, policy: &Policy, party: &PartyId, token: Token, at: Timestamp) -> Score {
        let findings = self.listed(token).into_iter().collect();
        let nothing = Money::zero(policy.reporting_currency);
        judged(policy, (Subject::Buyer(party.clone()), RiskKind::Compliance), at, nothing, findings)
    }

    /// What somebody is most like.
    fn listed(&self, token: Token) -> Option<Finding> {
        let hit = self.hits.get(&token)?.iter().max_by_key(|hit| hit.similarity_bps)?;
        let similarity = f64::from(hit.similarity_bps) / 10_000.0;
        let value = format!("{} ({}, {}), alike by {:.2}", hit.name, hit.list, hit.entry, similarity);
        Some(Finding { name: "listed person or company", value, log_odds: worth(similarity, LISTED_LEAST, LISTED) })
    }

    /// The listed goods among these, the most alike alone.
    fn goods(&mut self, descriptions: &[&str]) -> Option<Finding> {
        if self.lists.is_empty() {
            return None;
        }
        let mut best: Option<(String, Alike)> = None;
        for description in descriptions {
            for (list, alike) in self.goods_of(description) {
                if best.as_ref().is_none_or(|(_, known)| alike.similarity > known.similarity) {
                    best = Some((list.clone(), alike.clone()));
                }
            }
        }
        let (list, alike) = best?;
        let value = format!("{} ({list}, {}), alike by {:.2}", alike.name, alike.entry, alike.similarity);
        let log_odds = worth(alike.similarity, GOODS_LEAST, GOODS);
        Some(Finding { name: "restricted goods", value, log_odds })
    }

    fn goods_of(&mut self, description: &str) -> &[(String, Alike)] {
        if self.descriptions.len() >= MOST_DESCRIPTIONS {
            self.descriptions.clear();
        }
        let lists = &self.lists;
        self.descriptions.entry(description.to_owned()).or_insert_with(|| {
            let found = |(name, list): (&String, &Names)| {
                list.goods(description).into_iter().map(|alike| (name.clone(), alike)).collect::<Vec<_>>()
            };
            lists.iter().flat_map(found).collect()
        })
    }
}

fn structured(rule: &StructuringRule, read: Structured) -> Option<Finding> {
    let more = read.count.checked_sub(rule.count)?;
    let value = format!("{} amounts just under the threshold within {} days", read.count, rule.days);
    let log_odds = STRUCTURED + STRUCTURED_MORE * f64::from(more.min(4));
    Some(Finding { name: "amounts just under a threshold", value, log_odds })
}

fn round_trip(read: &RoundTrip) -> Finding {
    let days = read.seconds / 86_400;
    let value = format!("{} came the other way {days} days before", read.earlier);
    Finding { name: "money that returned", value, log_odds: ROUND_TRIP }
}

/// From `least` where names are just alike to `most` where they are the same.
fn worth(similarity: f64, least: f64, most: f64) -> f64 {
    least + (most - least) * ((similarity - ALIKE) / (1.0 - ALIKE)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, Screened, ScreeningEntry};

    const WHO: Token = Token([3; 16]);

    fn hit(similarity_bps: u32) -> ScreeningHit {
        let [list, entry, name] = ["eu", "P1", "Ivan Sidorov"].map(str::to_owned);
        ScreeningHit { token: WHO, list, entry, name, similarity_bps }
    }

    fn case<'a>(record: &'a RecordId, goods: Vec<&'a str>) -> Case<'a> {
        Case {
            record,
            at: Timestamp::UNIX_EPOCH,
            amount: Money::new(-10_000, Currency::GBP),
            people: vec![WHO],
            goods,
            structured: None,
            round_trip: None,
        }
    }

    fn goods_list(names: &[&str]) -> ScreeningList {
        let entry = |name: &&str| ScreeningEntry {
            id: "G1".to_owned(),
            kind: Screened::Goods,
            name: (*name).to_owned(),
            aliases: Vec::new(),
            reason: String::new(),
        };
        ScreeningList { name: "goods".to_owned(), entries: names.iter().map(entry).collect() }
    }

    #[test]
    fn the_example_by_hand() {
        let (policy, record) = (Policy::default(), RecordId::from("bank:1"));
        let mut compliance = Compliance::default();
        assert_eq!(compliance.judge(&policy, &case(&record, vec![])), None);
        compliance.screened(&Screening { people: vec![WHO], hits: vec![hit(10_000)] });
        let score = compliance.judge(&policy, &case(&record, vec![])).unwrap();
        assert!((score.log_odds() - 2.293).abs() < 1e-3 && (score.probability - 0.908).abs() < 1e-3, "{score:?}");
        assert_eq!(
            (score.kind, score.exposure.minor, score.money_at_risk.minor),
            (RiskKind::Compliance, 10_000, 9_083)
        );
        let sum: f64 = score.reasons.iter().map(|reason| reason.log_odds).sum();
        assert!((sum - score.log_odds()).abs() < 1e-9);
        compliance.screened(&Screening { people: vec![WHO], hits: vec![] });
        assert_eq!(compliance.judge(&policy, &case(&record, vec![])), None, "nothing is found any more");
    }

    #[test]
    fn every_finding_is_a_reason_and_they_add() {
        let (policy, record) = (Policy::default(), RecordId::from("shop:1"));
        let mut compliance = Compliance::default();
        compliance.load(&goods_list(&["lithium battery"]));
        let alone = compliance.judge(&policy, &case(&record, vec!["MUG", "Lithium battery 3V"])).unwrap();
        assert!(alone.reasons.iter().any(|reason| reason.name == "restricted goods"));
        let rule = StructuringRule { threshold_minor: 1_000_000, near_bps: 9_000, count: 3, days: 7 };
        let round_trip = Some(RoundTrip { earlier: RecordId::from("bank:0"), seconds: 86_400 });
        let all = Case {
            structured: Some((rule, Structured { count: 4 })),
            round_trip,
            ..case(&record, vec!["Lithium battery 3V"])
        };
        let all = compliance.judge(&policy, &all).unwrap();
        assert!(all.probability > alone.probability && all.reasons.len() == 4, "{all:?}");
        let few = Case { structured: Some((rule, Structured { count: 2 })), ..case(&record, vec![]) };
        assert_eq!(compliance.judge(&policy, &few), None, "two are no finding");
        compliance.load(&goods_list(&[]));
        assert_eq!(compliance.judge(&policy, &case(&record, vec!["Lithium battery 3V"])), None, "the list is gone");
    }
}

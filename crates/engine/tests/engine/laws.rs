//! Laws of the way through: how events are cut into batches and in which order they arrive changes nothing that lasts.

use crate::tables::Tables;
use crate::worlds::{at, events, extreme_records, marketplace, reconcile_at, records, the_end, trial_balance};
use domain::policy::AccountRule;
use domain::{Account, Body, Content, Event, Issue, Policy, Record, RiskKind, Stage, Subject};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Equal in every digit; NaN, which stands for a missing feature, equals itself.
fn same(left: &Tables, right: &Tables) -> Result<(), TestCaseError> {
    prop_assert_eq!(format!("{left:#?}"), format!("{right:#?}"));
    Ok(())
}

fn cut(events: &[Event], places: &[bool]) -> Vec<Vec<Event>> {
    let mut batches = vec![Vec::new()];
    for (index, event) in events.iter().enumerate() {
        if places.get(index).copied().unwrap_or(false) {
            batches.push(Vec::new());
        }
        batches.last_mut().unwrap().push(event.clone());
    }
    batches
}

fn invoices(records: &[Record]) -> usize {
    records.iter().filter(|record| matches!(record.content, Content::Invoice(_))).count()
}

/// Records of another shop, processor and bank, so that no id is doubled.
fn renamed(records: Vec<Record>) -> Vec<Record> {
    let rename = |record: Record| Record { id: format!("{}-late", record.id).into(), ..record };
    records.into_iter().map(rename).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_batch_or_many_leave_the_same_tables(
        records in records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
        places in prop::collection::vec(any::<bool>(), 120),
    ) {
        let events = marketplace(&records, &reconciled);
        same(&Tables::after(std::slice::from_ref(&events)), &Tables::after(&cut(&events, &places)))?;
    }

    #[test]
    fn a_step_in_parts_leaves_the_same_tables(
        records in records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
        most in 1..20_usize,
    ) {
        let mut events = marketplace(&records, &reconciled);
        events.push(reconcile_at(the_end()));
        same(&Tables::after(std::slice::from_ref(&events)), &Tables::after_in_parts(&events, most))?;
    }

    #[test]
    fn another_order_of_arrival_settles_the_same(
        (records, shuffled) in records(40).prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
    ) {
        let settled = |records: &[Record], reconciled: &[bool]| {
            let mut events = marketplace(records, reconciled);
            events.push(reconcile_at(the_end()));
            Tables::after(&[events])
        };
        let (one, other) = (settled(&records, &[]), settled(&shuffled, &reconciled));
        prop_assert_eq!(one.balances(), other.balances());
        prop_assert_eq!(one.standing().collect::<Vec<_>>(), other.standing().collect::<Vec<_>>());
        prop_assert_eq!(one.open().collect::<Vec<_>>(), other.open().collect::<Vec<_>>());
    }

    #[test]
    fn books_opened_early_or_late_stand_the_same(
        (records, shuffled) in (records(30), 0..24 * 60_i64, 1..5_000_i64).prop_flat_map(|(mut records, hour, bank)| {
            records.push(trial_balance(hour, bank));
            (Just(records.clone()), Just(records).prop_shuffle())
        }),
        reconciled in prop::collection::vec(prop::bool::weighted(0.2), 31),
    ) {
        let balances = |records: &[Record], reconciled: &[bool]| {
            let rule = AccountRule { theirs: "Bank".to_owned(), ours: Account::Bank };
            let policy = Policy { account_rules: vec![rule], ..Policy::default() };
            let mut all = vec![Event { now: at(0), body: Body::PolicyInstalled(Box::new(policy)) }];
            all.extend(events(records, reconciled));
            all.push(reconcile_at(the_end()));
            Tables::after(&[all]).balances()
        };
        prop_assert_eq!(balances(&records, &[]), balances(&shuffled, &reconciled));
    }

    #[test]
    fn what_comes_after_a_close_stands_in_the_open_period_with_a_link(
        early in records(20),
        late in records(20),
        locked in 0..60_i64,
        places in prop::collection::vec(any::<bool>(), 60),
    ) {
        let late = renamed(late);
        let through = at(24 * locked).to_zoned(TimeZone::UTC).date();
        let lock = Event { now: at(0), body: Body::PeriodLocked { through, by: String::new(), reason: String::new() } };
        let mut before = marketplace(&early, &[]);
        before.push(reconcile_at(the_end()));
        let closed = Tables::after(std::slice::from_ref(&before));
        let mut all = before.clone();
        all.push(lock);
        all.extend(events(&late, &[]));
        all.push(reconcile_at(the_end()));
        let tables = Tables::after(std::slice::from_ref(&all));
        prop_assert!(tables.entries.starts_with(&closed.entries), "what was posted stays");
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        for entry in &tables.entries[closed.entries.len()..] {
            prop_assert!(day(entry.at) > through, "{} stands on {}", entry.id, entry.at);
            let belongs = entry.belongs_at.unwrap_or(entry.at);
            prop_assert_eq!(entry.belongs_at.is_some(), day(belongs) <= through);
        }
        let open: Vec<Event> = all.iter().filter(|event| !matches!(event.body, Body::PeriodLocked { .. })).cloned().collect();
        prop_assert_eq!(tables.balances(), Tables::after(&[open]).balances(), "only the days differ");
        same(&tables, &Tables::after(&cut(&all, &places)))?;
    }

    #[test]
    fn a_reversal_of_everything_gives_zero(
        records in records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
    ) {
        let mut events = marketplace(&records, &reconciled);
        events.push(reconcile_at(the_end()));
        let mut tables = Tables::after(&[events]);
        let taken_back: BTreeSet<_> = tables.entries.iter().filter_map(|entry| entry.reverses.clone()).collect();
        let standing = tables.entries.iter().filter(|entry| entry.reverses.is_none() && !taken_back.contains(&entry.id));
        let back: Vec<_> = standing.map(domain::Entry::reversal).collect();
        for entry in &back {
            prop_assert_eq!(entry.check(), Ok(()));
        }
        tables.entries.extend(back);
        prop_assert_eq!(tables.balances(), BTreeMap::new());
        let ids: BTreeSet<_> = tables.entries.iter().map(|entry| &entry.id).collect();
        prop_assert_eq!(ids.len(), tables.entries.len(), "each has a name of its own");
    }

    #[test]
    fn reconciling_again_changes_nothing(records in records(40)) {
        let mut events = events(&records, &[]);
        events.push(reconcile_at(the_end()));
        let once = Tables::after(std::slice::from_ref(&events));
        events.push(reconcile_at(the_end()));
        same(&once, &Tables::after(&[events]))?;
    }

    #[test]
    fn no_feature_changes_when_the_future_is_cut_off(records in records(40), length in 0..40_usize) {
        let all = Tables::after(&[events(&records, &[])]);
        let known = Tables::after(&[events(&records[..length.min(records.len())], &[])]);
        for (record, row) in &known.features {
            prop_assert_eq!(format!("{row:?}"), format!("{:?}", all.features[record]));
        }
        prop_assert!(all.labels.starts_with(&known.labels));
    }

    #[test]
    fn a_label_comes_after_its_sale_and_within_the_horizon(records in records(60)) {
        let tables = Tables::after(&[events(&records, &[])]);
        // Labels of attempts come as late as their disputes do.
        for label in tables.labels.iter().filter(|label| label.record.as_str().starts_with("shop:")) {
            let sold = records.iter().find(|record| record.id == label.record).unwrap().at;
            let after = label.known_at.as_second() - sold.as_second();
            prop_assert!(after > 0 && after <= 30 * 86_400, "{after}");
        }
    }

    #[test]
    fn every_sale_and_every_attempt_ends_in_one_decision_and_every_row_is_counted(records in extreme_records(40)) {
        let tables = Tables::after(&[events(&records, &[])]);
        let mut decided: Vec<_> = tables.decisions.iter().map(|decision| &decision.record).collect();
        decided.sort();
        decided.dedup();
        let attempts = records.iter().filter(|record| matches!(record.content, Content::Authorisation(_))).count();
        let is_ruled_on = |issue: &&Issue| ["shop:", "auth:"].iter().any(|from| issue.value.starts_with(from));
        let refused = tables.issues.iter().filter(is_ruled_on).count();
        prop_assert_eq!(decided.len(), tables.decisions.len());
        prop_assert_eq!(decided.len() + refused, invoices(&records) + attempts);
        for stage in Stage::ALL {
            let count = tables.count(stage);
            prop_assert_eq!(count.taken, count.passed + count.issues, "{}", stage.name());
        }
        let normalised = tables.count(Stage::Normalise);
        prop_assert_eq!(normalised.taken, records.len() as u64);
        prop_assert_eq!(normalised.issues, tables.issues.len() as u64);
    }

    #[test]
    fn money_at_risk_adds_to_the_minor_unit(
        records in records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.2), 40),
    ) {
        let tables = Tables::after(&[events(&records, &reconciled)]);
        let sum = |wanted: fn(&Subject) -> bool| -> i64 {
            let of_sales = tables.scores.values().filter(|score| score.kind == RiskKind::Transaction);
            of_sales.filter(|score| wanted(&score.subject)).map(|score| score.money_at_risk.minor).sum()
        };
        let transactions = sum(|subject| matches!(subject, Subject::Transaction(_)));
        prop_assert_eq!(transactions, sum(|subject| matches!(subject, Subject::Buyer(_))));
        prop_assert_eq!(transactions, sum(|subject| matches!(subject, Subject::Business)));
        for score in tables.scores.values() {
            let reasons: f64 = score.reasons.iter().map(|reason| reason.log_odds).sum();
            prop_assert!((reasons - score.log_odds()).abs() < 1e-9, "{}: {reasons}", score.subject);
        }
    }
}

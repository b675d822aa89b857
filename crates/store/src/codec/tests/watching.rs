//! Attempts to pay, lists, and what is watched for.

use super::{money, text, token};
use domain::{
    Authorisation, AuthorisationOutcome, Body, Content, RoundTripRule, Screened, Screening, ScreeningEntry,
    ScreeningHit, ScreeningList, StructuringRule, SystemRule, WatchRules,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) fn authorisation() -> impl Strategy<Value = Content> {
    let tokens = (option::of(token()), option::of(token()), option::of(token()), option::of(token()));
    let names = (option::of(text()), option::of(text()), text(), text(), text(), text());
    let outcome = (select(AuthorisationOutcome::ALL.to_vec()), option::of(any::<u32>()));
    (money(), outcome, tokens, names).prop_map(|(amount, (outcome, latency_ms), tokens, names)| {
        let (buyer, card, device, address) = tokens;
        let (charge, order_reference, reason, seller, merchant, country) = names;
        Content::Authorisation(Authorisation {
            amount,
            outcome,
            reason,
            latency_ms,
            charge,
            order_reference,
            buyer,
            card,
            device,
            address,
            seller,
            merchant,
            country,
        })
    })
}

pub(super) fn screening() -> impl Strategy<Value = Body> {
    let entry = (text(), select(Screened::ALL.to_vec()), text(), vec(text(), 0..3), text())
        .prop_map(|(id, kind, name, aliases, reason)| ScreeningEntry { id, kind, name, aliases, reason });
    let list = (text(), vec(entry, 0..3)).prop_map(|(name, entries)| ScreeningList { name, entries });
    let hit = (token(), text(), text(), text(), any::<u32>()).prop_map(|(token, list, entry, name, similarity_bps)| {
        ScreeningHit { token, list, entry, name, similarity_bps }
    });
    let screening = (vec(token(), 0..3), vec(hit, 0..3)).prop_map(|(people, hits)| Screening { people, hits });
    let rules = (any::<i64>(), any::<[u32; 4]>(), any::<bool>()).prop_map(|(minor, [a, b, c, d], both)| WatchRules {
        structuring: Some(StructuringRule { threshold_minor: minor, near_bps: a, count: b, days: c }),
        round_trips: both.then_some(RoundTripRule { least_minor: minor, tolerance_bps: d, days: a }),
        system: SystemRule {
            failure_rate_bps: a,
            decline_rate_bps: b,
            latency_ms: c,
            deviations: d,
            least_attempts: a,
        },
    });
    prop_oneof![
        list.prop_map(|list| Body::ScreeningListLoaded(Box::new(list))),
        screening.prop_map(|screening| Body::PeopleScreened(Box::new(screening))),
        rules.prop_map(Body::WatchRulesInstalled),
    ]
}

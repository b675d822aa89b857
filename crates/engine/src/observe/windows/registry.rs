//! The registry of payments: every window feature that is known at an attempt to pay. A new one is a line here; its name
//! is what models and rules know it by, and stays.
//!
//! `plimsoll features list` prints it; `docs/features.md` tells how to read a line.

use super::definition::{Aggregate, Channel, Definition, Span};
use super::event::{KeyKind, Traits};
use Aggregate::{
    Count, Deviation, DeviationsFromNormal, Distinct, Last, Max, Mean, New, RatioToNormal, RiskRate, SinceFirst,
    SinceLast, Sum, Velocity,
};
use KeyKind::{Address, Buyer, Card, Country, Device, Merchant, Seller};

/// How long a fraud takes to be told, in days, where the policy says nothing else: the Fraud Detection Handbook's own
/// delay.
const TOLD_AFTER_DAYS: i64 = 7;

/// Over all that is known of a subject.
const fn all(name: &'static str, of: KeyKind, what: Aggregate, over: Span) -> Definition {
    Definition::new(of, what, over).named(name)
}

/// Over its attempts to pay.
const fn tries(name: &'static str, of: KeyKind, what: Aggregate, over: Span) -> Definition {
    all(name, of, what, over).only(Traits::ATTEMPT)
}

/// The same, as long behind as labels need to mature.
const fn told(name: &'static str, of: KeyKind, what: Aggregate, days: i64) -> Definition {
    tries(name, of, what, Span::days(days).after_days(TOLD_AFTER_DAYS))
}

/// Over its declined attempts.
const fn declined(name: &'static str, of: KeyKind, what: Aggregate, over: Span) -> Definition {
    all(name, of, what, over).only(Traits::ATTEMPT.and(Traits::DECLINED))
}

/// All of them, in the order of their columns.
pub const PAYMENTS: &[Definition] = &[
    // The features of the Fraud Detection Handbook, in its order: see `BOOK_CARDS`.
    tries("card_count_1d", Card, Count, Span::days(1)),
    tries("card_mean_1d", Card, Mean, Span::days(1)),
    told("terminal_count_1d", Merchant, Count, 1),
    told("terminal_risk_1d", Merchant, RiskRate, 1),
    tries("card_count_7d", Card, Count, Span::days(7)),
    tries("card_mean_7d", Card, Mean, Span::days(7)),
    told("terminal_count_7d", Merchant, Count, 7),
    told("terminal_risk_7d", Merchant, RiskRate, 7),
    tries("card_count_30d", Card, Count, Span::days(30)),
    tries("card_mean_30d", Card, Mean, Span::days(30)),
    told("terminal_count_30d", Merchant, Count, 30),
    told("terminal_risk_30d", Merchant, RiskRate, 30),
    // A card against its own normal.
    tries("amount_to_card_mean_30d", Card, RatioToNormal, Span::days(30)),
    tries("amount_deviations_card_30d", Card, DeviationsFromNormal, Span::days(30)),
    tries("card_deviation_30d", Card, Deviation, Span::days(30)),
    tries("card_max_30d", Card, Max, Span::days(30)),
    tries("card_sum_1d", Card, Sum, Span::days(1)),
    tries("seconds_since_card", Card, SinceLast, Span::days(30)),
    all("card_age_seconds", Card, SinceFirst, Span::days(30)),
    tries("card_new_terminal_30d", Card, New(Merchant), Span::days(30)),
    tries("card_new_device_30d", Card, New(Device), Span::days(30)),
    tries("card_new_country_30d", Card, New(Country), Span::days(30)),
    // A burst, and cards that are tried out.
    tries("card_count_10min", Card, Count, Span::minutes(10)),
    tries("card_count_1h", Card, Count, Span::hours(1)),
    tries("card_velocity_6h", Card, Velocity, Span::hours(6)),
    declined("card_declined_1h", Card, Count, Span::hours(1)),
    declined("card_declined_1d", Card, Count, Span::days(1)),
    tries("terminal_count_1h", Merchant, Count, Span::hours(1)),
    declined("terminal_declined_10min", Merchant, Count, Span::minutes(10)),
    tries("terminal_cards_1h", Merchant, Distinct(Card), Span::hours(1)),
    // What is shared.
    tries("device_count_1h", Device, Count, Span::hours(1)),
    tries("device_cards_7d", Device, Distinct(Card), Span::days(7)),
    tries("device_buyers_7d", Device, Distinct(Buyer), Span::days(7)),
    all("device_age_seconds", Device, SinceFirst, Span::days(30)),
    told("device_risk_30d", Device, RiskRate, 30),
    tries("address_cards_30d", Address, Distinct(Card), Span::days(30)),
    tries("address_buyers_30d", Address, Distinct(Buyer), Span::days(30)),
    told("address_risk_30d", Address, RiskRate, 30),
    tries("card_devices_7d", Card, Distinct(Device), Span::days(7)),
    tries("card_addresses_30d", Card, Distinct(Address), Span::days(30)),
    tries("card_countries_1d", Card, Distinct(Country), Span::days(1)),
    // Who buys, who sells.
    tries("buyer_count_1d", Buyer, Count, Span::days(1)),
    tries("buyer_cards_30d", Buyer, Distinct(Card), Span::days(30)),
    tries("amount_to_buyer_mean_90d", Buyer, RatioToNormal, Span::days(90)),
    all("buyer_age_seconds", Buyer, SinceFirst, Span::days(90)),
    all("buyer_refunds_90d", Buyer, Count, Span::days(90)).only(Traits::REFUND),
    all("buyer_disputes_90d", Buyer, Count, Span::days(90)).only(Traits::DISPUTE),
    told("buyer_risk_90d", Buyer, RiskRate, 90),
    tries("seller_count_1d", Seller, Count, Span::days(1)),
    tries("amount_to_seller_mean_30d", Seller, RatioToNormal, Span::days(30)),
    all("seller_refunds_30d", Seller, Count, Span::days(30)).only(Traits::REFUND),
    told("seller_risk_30d", Seller, RiskRate, 30),
    all("seller_age_seconds", Seller, SinceFirst, Span::days(90)),
    told("country_risk_30d", Country, RiskRate, 30),
    // What came just before, the newest last.
    tries("card_amount", Card, Last(5, Channel::Amount), Span::days(30)),
    tries("card_gap", Card, Last(5, Channel::Gap), Span::days(30)),
];

/// All of them, where labels mature after so many days: windows of what labels told follow so far behind.
pub fn payments(maturity_days: u32) -> Vec<Definition> {
    let behind = |definition: &Definition| match definition.over.lag_us {
        0 => *definition,
        _ => Definition { over: definition.over.after_days(i64::from(maturity_days)), ..*definition },
    };
    PAYMENTS.iter().map(behind).collect()
}

/// The twelve of them that the Fraud Detection Handbook has (Le Borgne and others, 2022, chapter 3): count and mean of a
/// card, count and risk of a terminal a week late, over 1, 7 and 30 days.
pub const BOOK_CARDS: &[Definition] = PAYMENTS.split_at(12).0;

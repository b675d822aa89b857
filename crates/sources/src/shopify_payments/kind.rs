//! Shopify's transaction types and our categories.

use domain::ProcessorCategory;

/// The types that the books tell apart; the first of a category is how we write it.
const OWN: [(&str, ProcessorCategory); 12] = [
    ("charge", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("payout", ProcessorCategory::Payout),
    ("transfer", ProcessorCategory::Payout),
    ("chargeback", ProcessorCategory::Dispute),
    ("dispute", ProcessorCategory::Dispute),
    ("chargeback won", ProcessorCategory::DisputeReversal),
    ("chargeback_won", ProcessorCategory::DisputeReversal),
    ("dispute_reversal", ProcessorCategory::DisputeReversal),
    ("fee", ProcessorCategory::Fee),
    ("adjustment", ProcessorCategory::Adjustment),
    ("reserve", ProcessorCategory::Reserve),
];

/// Types of the balance's API that have no category of their own,
/// <https://shopify.dev/docs/api/admin-rest/latest/resources/transactions>.
const ADJUSTMENTS: [&str; 11] = [
    "credit",
    "debit",
    "payout_failure",
    "payout_cancellation",
    "refund_failure",
    "charge_adjustment",
    "refund_adjustment",
    "adjustment_reversal",
    "system_adjustment",
    "shipping_label",
    "shipping_label_adjustment",
];

/// Our category of Shopify's word, in any case.
pub(crate) fn read(word: &str) -> Option<ProcessorCategory> {
    let word = word.to_lowercase();
    let own = OWN.iter().find(|(name, _)| *name == word).map(|(_, category)| *category);
    own.or_else(|| ADJUSTMENTS.contains(&word.as_str()).then_some(ProcessorCategory::Adjustment))
}

/// Shopify's word for our category.
pub(super) fn write(category: ProcessorCategory) -> &'static str {
    OWN.iter().find(|(_, own)| *own == category).map_or("adjustment", |(name, _)| name)
}

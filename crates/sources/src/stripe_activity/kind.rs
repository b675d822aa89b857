//! Stripe's types of balance transactions and our categories.

use domain::ProcessorCategory;

/// The types that the books tell apart; the first of a category is how we write it.
const OWN: [(&str, ProcessorCategory); 15] = [
    ("charge", ProcessorCategory::Charge),
    ("payment", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("payment_refund", ProcessorCategory::Refund),
    ("payout", ProcessorCategory::Payout),
    ("stripe_fee", ProcessorCategory::Fee),
    ("network_cost", ProcessorCategory::Fee),
    ("dispute", ProcessorCategory::Dispute),
    ("adjustment", ProcessorCategory::Adjustment),
    ("reserved_funds", ProcessorCategory::Reserve),
    ("reserve_transaction", ProcessorCategory::Reserve),
    ("payment_network_reserve_hold", ProcessorCategory::Reserve),
    ("payment_network_reserve_release", ProcessorCategory::Reserve),
    ("transfer", ProcessorCategory::Transfer),
    ("transfer_refund", ProcessorCategory::Transfer),
];

/// The others that Stripe lists, <https://docs.stripe.com/reports/balance-transaction-types>.
const ADJUSTMENTS: [&str; 25] = [
    "advance",
    "advance_funding",
    "anticipation_repayment",
    "application_fee",
    "application_fee_refund",
    "climate_order_purchase",
    "climate_order_refund",
    "connect_collection_transfer",
    "contribution",
    "issuing_authorization_hold",
    "issuing_authorization_release",
    "issuing_dispute",
    "issuing_transaction",
    "obligation_outbound",
    "obligation_reversal_inbound",
    "payment_failure_refund",
    "payment_reversal",
    "payment_unreconciled",
    "payout_cancel",
    "payout_failure",
    "refund_failure",
    "stripe_fx_fee",
    "tax_fee",
    "topup",
    "topup_reversal",
];

/// Our category of Stripe's word, in any case and with blanks for underscores.
pub(crate) fn read(word: &str) -> Option<ProcessorCategory> {
    let word = word.to_lowercase().replace(' ', "_");
    let own = OWN.iter().find(|(name, _)| *name == word).map(|(_, category)| *category);
    own.or_else(|| ADJUSTMENTS.contains(&word.as_str()).then_some(ProcessorCategory::Adjustment))
}

/// Stripe's word for our category.
pub(super) fn write(category: ProcessorCategory) -> &'static str {
    OWN.iter().find(|(_, own)| *own == category).map_or("adjustment", |(name, _)| name)
}

//! Stripe's reporting categories and ours.

use domain::ProcessorCategory;

/// The categories that the books tell apart, as Stripe spells them.
const OWN: [(&str, ProcessorCategory); 11] = [
    ("charge", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("payout", ProcessorCategory::Payout),
    ("dispute", ProcessorCategory::Dispute),
    ("dispute_reversal", ProcessorCategory::DisputeReversal),
    ("fee", ProcessorCategory::Fee),
    ("other_adjustment", ProcessorCategory::Adjustment),
    ("risk_reserved_funds", ProcessorCategory::Reserve),
    ("connect_reserved_funds", ProcessorCategory::Reserve),
    ("transfer", ProcessorCategory::Transfer),
    ("transfer_reversal", ProcessorCategory::Transfer),
];

/// The other words that Stripe lists, <https://docs.stripe.com/reports/reporting-categories>.
const ADJUSTMENTS: [&str; 28] = [
    "advance",
    "advance_funding",
    "anticipation_repayment",
    "charge_failure",
    "climate_order_purchase",
    "climate_order_refund",
    "connect_collection_transfer",
    "contribution",
    "financing_paydown",
    "financing_paydown_reversal",
    "financing_payout",
    "financing_payout_reversal",
    "issuing_authorization_hold",
    "issuing_authorization_release",
    "issuing_disbursement",
    "issuing_dispute",
    "issuing_dispute_fraud_liability_debit",
    "issuing_transaction",
    "network_cost",
    "partial_capture_reversal",
    "payout_reversal",
    "platform_earning",
    "platform_earning_refund",
    "refund_failure",
    "tax",
    "topup",
    "topup_reversal",
    "unreconciled_customer_funds",
];

/// Our category of Stripe's word.
pub(crate) fn read(word: &str) -> Option<ProcessorCategory> {
    let own = OWN.iter().find(|(name, _)| *name == word).map(|(_, category)| *category);
    own.or_else(|| ADJUSTMENTS.contains(&word).then_some(ProcessorCategory::Adjustment))
}

/// Stripe's word for our category.
pub(crate) fn write(category: ProcessorCategory) -> &'static str {
    OWN.iter().find(|(_, own)| *own == category).map_or("other_adjustment", |(name, _)| name)
}

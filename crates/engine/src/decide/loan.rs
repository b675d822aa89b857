//! How much is lent and at which rate, from the expected loss.
//!
//! Charge: the largest loan whose expected loss the policy bears, and the yearly rate at which the loans that are paid
//! back carry those that are not: (1 + rate)(1 − p·l) = 1 + funding + margin. Limits: one period of a year; nothing of
//! what a borrower earns or owes is known here but its probability.
//!
//! Example: p = .05, half of it lost, at most 100.00 expected loss: 100.00 / .025 = 4,000.00 are lent; with 3 % funding and
//! 2 % margin the rate is 1.05 / .975 − 1, rounded up to 7.70 %.

use domain::live_policy::LoanTerms;

/// What is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// At most so much, in minor units.
    pub most_minor: i64,
    /// A year, in hundredths of a percent.
    pub rate_bps: u32,
}

/// What is offered to an applicant who fails with this probability; none beyond the policy's rate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "amounts and rates of a policy are far below 2^53"
)]
pub fn offer(terms: &LoanTerms, probability: f64, loss_given_event_bps: u32) -> Option<Offer> {
    let lost = (probability * f64::from(loss_given_event_bps) / 10_000.0).clamp(0.0, 1.0);
    let bearable = terms.most_expected_loss_minor as f64 / lost;
    let most_minor =
        if bearable.is_finite() { (bearable.floor() as i64).min(terms.most_minor) } else { terms.most_minor };
    let cost = 1.0 + f64::from(terms.funding_bps.saturating_add(terms.margin_bps)) / 10_000.0;
    // A millionth of a hundredth of a percent is the noise of binary fractions.
    let rate = ((cost / (1.0 - lost) - 1.0) * 10_000.0 - 1e-6).ceil();
    (rate.is_finite() && rate <= f64::from(terms.most_rate_bps)).then_some(Offer { most_minor, rate_bps: rate as u32 })
}

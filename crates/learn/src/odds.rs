//! Probabilities and log-odds, and the way between them.

/// The probability of these log-odds: 1 / (1 + e^−x), kept inside the open interval (0, 1).
///
/// Log-odds 0 give 0.5; ln 3 = 1.0986 gives 0.75. Beyond ±36 a `f64` can't tell the result from
/// 0 or 1; there it is one [`f64::EPSILON`] away from the end, so that a log loss stays finite.
///
/// ```
/// assert_eq!(learn::probability_of(0.0), 0.5);
/// assert!((learn::probability_of(3_f64.ln()) - 0.75).abs() < 1e-12);
/// assert!(learn::probability_of(1e9) < 1.0);
/// ```
pub fn probability_of(log_odds: f64) -> f64 {
    (1.0 / (1.0 + (-log_odds).exp())).clamp(f64::EPSILON, 1.0 - f64::EPSILON)
}

/// The log-odds of a probability: ln(p / (1 − p)), with `p` first kept one [`f64::EPSILON`]
/// away from 0 and 1.
///
/// ```
/// assert!((learn::log_odds_of(0.75) - 3_f64.ln()).abs() < 1e-12);
/// ```
pub fn log_odds_of(probability: f64) -> f64 {
    let inside = probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    (inside / (1.0 - inside)).ln()
}

/// The log loss of one row from its log-odds, in nats: ln(1 + e^x) − y·x, without overflow.
///
/// Log-odds 0: ln 2 = 0.693 for either label.
pub(crate) fn log_loss_of(log_odds: f64, label: bool) -> f64 {
    let signed = if label { -log_odds } else { log_odds };
    signed.max(0.0) + (-signed.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_are_inverse() {
        for probability in [1e-9, 0.1, 0.5, 0.999] {
            let back = probability_of(log_odds_of(probability));
            assert!((back - probability).abs() < 1e-12);
        }
    }

    #[test]
    fn the_loss_is_by_hand() {
        assert!((log_loss_of(0.0, true) - 2_f64.ln()).abs() < 1e-15);
        assert!((log_loss_of(3_f64.ln(), true) + 0.75_f64.ln()).abs() < 1e-15);
        assert!((log_loss_of(3_f64.ln(), false) + 0.25_f64.ln()).abs() < 1e-15);
        assert_eq!(log_loss_of(1000.0, false), 1000.0);
    }
}

//! What an explanation is: a bias and one contribution a column, which sum to the log-odds.

/// Why a model gave one row its score, in log-odds before calibration.
///
/// Its law: `bias + Σ contributions` is the model's uncalibrated log-odds, up to rounding. What
/// calibration then adds is a reason of its own, [`crate::calibrate::Platt::change`].
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The log-odds before anything is known of the row: the model's mean over its fit rows
    /// (trees), the log-odds of its mean probability (forests), or the score of a row of means
    /// (linear models).
    pub bias: f64,
    /// What each column adds, in the order of the model's columns; positive is riskier.
    pub contributions: Vec<f64>,
}

impl Explanation {
    /// The log-odds that the parts sum to, before calibration.
    ///
    /// ```
    /// let explanation = learn::Explanation { bias: -2.0, contributions: vec![1.5, -0.25] };
    /// assert_eq!(explanation.log_odds(), -0.75);
    /// ```
    pub fn log_odds(&self) -> f64 {
        self.bias + self.contributions.iter().sum::<f64>()
    }

    /// Column indices from the strongest contribution to the weakest, by absolute value; equal
    /// ones in column order.
    ///
    /// ```
    /// let explanation = learn::Explanation { bias: 0.0, contributions: vec![0.1, -3.0, 2.0] };
    /// assert_eq!(explanation.strongest(), [1, 2, 0]);
    /// ```
    pub fn strongest(&self) -> Vec<usize> {
        let size = |column: usize| self.contributions[column].abs();
        let mut order: Vec<usize> = (0..self.contributions.len()).collect();
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        order
    }
}

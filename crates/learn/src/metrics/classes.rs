//! Metrics of more than two classes, such as grades.

use super::MetricError;

/// How often class `truth` (row) was called class `called` (column): counts, row-major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<usize>,
}

impl Confusion {
    /// Counts rows; classes are numbered from 0.
    ///
    /// ```
    /// // Classes 0 0 1 2 called 0 1 1 0: two of four are right. F1: of class 0 2·1/(2·1 + 1 + 1) = .5, of class 1
    /// // 2/(2 + 1) = .667, of class 2 none.
    /// let confusion = learn::metrics::Confusion::count(3, &[0, 0, 1, 2], &[0, 1, 1, 0])?;
    /// assert_eq!(confusion.accuracy(), 0.5);
    /// assert!((confusion.macro_f1() - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
    /// # Ok::<(), learn::metrics::MetricError>(())
    /// ```
    ///
    /// # Errors
    /// [`MetricError::NoRows`], [`MetricError::LengthsDiffer`] or [`MetricError::ClassUnknown`].
    pub fn count(classes: usize, truth: &[usize], called: &[usize]) -> Result<Self, MetricError> {
        check(classes, truth, called.len())?;
        if let Some(row) = called.iter().position(|class| *class >= classes) {
            return Err(MetricError::ClassUnknown { row });
        }
        let mut counts = vec![0; classes * classes];
        truth.iter().zip(called).for_each(|(truth, called)| counts[truth * classes + called] += 1);
        Ok(Self { classes, counts })
    }

    /// Rows of this class that were called that one.
    pub fn of(&self, truth: usize, called: usize) -> usize {
        self.counts[truth * self.classes + called]
    }

    /// The share of rows that are called right.
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.classes).map(|class| self.of(class, class)).sum();
        right as f64 / self.counts.iter().sum::<usize>() as f64
    }

    /// 2 · right / (rows of the class + rows called it); 0 where there are neither.
    pub fn f1(&self, class: usize) -> f64 {
        let truth: usize = (0..self.classes).map(|other| self.of(class, other)).sum();
        let called: usize = (0..self.classes).map(|other| self.of(other, class)).sum();
        if truth + called == 0 { 0.0 } else { 2.0 * self.of(class, class) as f64 / (truth + called) as f64 }
    }

    /// The mean F1 over the classes that occur or were called, each counting the same.
    pub fn macro_f1(&self) -> f64 {
        let seen = |class: &usize| (0..self.classes).any(|other| self.of(*class, other) + self.of(other, *class) > 0);
        let scores: Vec<f64> = (0..self.classes).filter(seen).map(|class| self.f1(class)).collect();
        scores.iter().sum::<f64>() / scores.len() as f64
    }
}

/// The share of rows whose class has the highest probability; of equal ones the first. `probabilities` is row-major,
/// one a class.
///
/// # Errors
/// Those of [`multi_log_loss`].
pub fn multi_accuracy(classes: usize, truth: &[usize], probabilities: &[f64]) -> Result<f64, MetricError> {
    check_probabilities(classes, truth, probabilities)?;
    let highest = |row: &[f64]| (1..classes).fold(0, |best, class| if row[class] > row[best] { class } else { best });
    let called: Vec<usize> = probabilities.chunks_exact(classes).map(highest).collect();
    Confusion::count(classes, truth, &called).map(|confusion| confusion.accuracy())
}

/// The mean of −ln of the probability of each row's class, in nats, the probabilities of a row taken as shares of their
/// sum and at least one [`f64::EPSILON`]. `probabilities` is row-major, one a class.
///
/// ```
/// // −(ln .5 + ln .8) / 2
/// let value = learn::metrics::multi_log_loss(3, &[0, 2], &[0.5, 0.25, 0.25, 0.1, 0.1, 0.8])?;
/// assert!((value - 0.458_145).abs() < 1e-6);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NotAProbability`], [`MetricError::ClassUnknown`] beside those of unfit rows.
pub fn multi_log_loss(classes: usize, truth: &[usize], probabilities: &[f64]) -> Result<f64, MetricError> {
    check_probabilities(classes, truth, probabilities)?;
    let rows = truth.iter().zip(probabilities.chunks_exact(classes));
    let loss = rows.map(|(&class, row)| -(row[class] / row.iter().sum::<f64>()).max(f64::EPSILON).ln());
    Ok(loss.sum::<f64>() / truth.len() as f64)
}

fn check_probabilities(classes: usize, truth: &[usize], probabilities: &[f64]) -> Result<(), MetricError> {
    check(classes, truth, probabilities.len() / classes.max(1))?;
    if probabilities.len() != truth.len() * classes {
        return Err(MetricError::LengthsDiffer { labels: truth.len() * classes, scores: probabilities.len() });
    }
    let fits = |row: &[f64]| row.iter().all(|share| (0.0..=1.0).contains(share)) && row.iter().sum::<f64>() > 0.0;
    match probabilities.chunks_exact(classes).position(|row| !fits(row)) {
        Some(row) => Err(MetricError::NotAProbability { row }),
        None => Ok(()),
    }
}

fn check(classes: usize, truth: &[usize], given: usize) -> Result<(), MetricError> {
    if truth.is_empty() {
        return Err(MetricError::NoRows);
    }
    if truth.len() != given {
        return Err(MetricError::LengthsDiffer { labels: truth.len(), scores: given });
    }
    match truth.iter().position(|class| *class >= classes) {
        Some(row) => Err(MetricError::ClassUnknown { row }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_hand() {
        let confusion = Confusion::count(4, &[0, 0, 1, 2], &[0, 1, 1, 0]).unwrap();
        assert_eq!((confusion.of(0, 1), confusion.of(2, 0), confusion.of(3, 3)), (1, 1, 0));
        assert_eq!([0, 1, 2, 3].map(|class| confusion.f1(class)), [0.5, 2.0 / 3.0, 0.0, 0.0]);
        // Class 3 neither occurs nor is called, so it does not count.
        assert!((confusion.macro_f1() - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_highest_probability_is_the_call() {
        assert_eq!(multi_accuracy(2, &[0, 1, 1], &[0.6, 0.4, 0.3, 0.7, 0.5, 0.5]), Ok(2.0 / 3.0));
    }

    #[test]
    fn what_they_are_not_defined_on_is_named() {
        assert_eq!(Confusion::count(2, &[], &[]), Err(MetricError::NoRows));
        assert_eq!(Confusion::count(2, &[0], &[2]), Err(MetricError::ClassUnknown { row: 0 }));
        assert_eq!(multi_log_loss(2, &[2], &[0.5, 0.5]), Err(MetricError::ClassUnknown { row: 0 }));
        assert_eq!(multi_log_loss(2, &[0], &[f64::NAN, 0.5]), Err(MetricError::NotAProbability { row: 0 }));
        assert_eq!(multi_log_loss(2, &[0], &[0.0, 0.0]), Err(MetricError::NotAProbability { row: 0 }));
        assert_eq!(multi_log_loss(0, &[0], &[]), Err(MetricError::LengthsDiffer { labels: 1, scores: 0 }));
    }
}

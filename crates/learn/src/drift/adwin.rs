//! Adaptive windowing (Bifet and Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing", 2007): a window over
//! a stream of numbers that drops its older part when its mean has changed.

/// Buckets of each size; the paper's M.
const BUCKETS: usize = 5;

/// Cuts are looked for after so many values, as in the authors' own code.
const LOOK_EVERY: u64 = 32;

/// A window shorter than this is not cut.
const SHORTEST: f64 = 10.0;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    count: f64,
    sum: f64,
    /// Sum of squared differences to the bucket's mean.
    spread: f64,
}

impl Bucket {
    /// Two buckets as one (Chan and others, 1979).
    fn with(self, other: Self) -> Self {
        let count = self.count + other.count;
        let apart = self.sum / self.count - other.sum / other.count;
        let spread = self.spread + other.spread + apart * apart * self.count * other.count / count;
        Self { count, sum: self.sum + other.sum, spread }
    }
}

/// A window over values between 0 and 1, in memory of the logarithm of its length.
#[derive(Clone, Debug)]
pub struct Adwin {
    /// Chance of a cut where nothing changed.
    delta: f64,
    /// The oldest first; counts fall.
    buckets: Vec<Bucket>,
    seen: u64,
}

impl Adwin {
    /// A window that cuts by chance with at most this probability.
    pub fn new(delta: f64) -> Self {
        Self { delta, buckets: Vec::new(), seen: 0 }
    }

    /// Takes a value; whether the window was cut, so that the mean has changed.
    pub fn add(&mut self, value: f64) -> bool {
        self.buckets.push(Bucket { count: 1.0, sum: value, spread: 0.0 });
        self.merge();
        self.seen += 1;
        let mut cut = false;
        if self.seen.is_multiple_of(LOOK_EVERY) {
            while self.changed() {
                self.buckets.remove(0);
                cut = true;
            }
        }
        cut
    }

    /// Mean of the window; none while it is empty.
    pub fn mean(&self) -> Option<f64> {
        let whole = self.whole()?;
        Some(whole.sum / whole.count)
    }

    /// Values in the window.
    pub fn len(&self) -> f64 {
        self.whole().map_or(0.0, |whole| whole.count)
    }

    /// Whether nothing is in the window.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    fn whole(&self) -> Option<Bucket> {
        self.buckets.iter().copied().reduce(Bucket::with)
    }

    /// Merges the two oldest buckets of a size that has too many.
    fn merge(&mut self) {
        let mut end = self.buckets.len();
        while end > 0 {
            let size = self.buckets[end - 1].count;
            let start = self.buckets[..end].iter().rposition(|bucket| bucket.count > size).map_or(0, |place| place + 1);
            if end - start <= BUCKETS {
                return;
            }
            self.buckets[start] = self.buckets[start].with(self.buckets[start + 1]);
            self.buckets.remove(start + 1);
            end = start + 1;
        }
    }

    /// Whether any cut of the window parts two different means: theorem 3.1 with the variance's bound.
    fn changed(&self) -> bool {
        let Some(whole) = self.whole() else { return false };
        if whole.count < 2.0 * SHORTEST {
            return false;
        }
        let variance = whole.spread / whole.count;
        let confidence = (2.0 * whole.count.ln() / self.delta).ln();
        let mut old: Option<Bucket> = None;
        for bucket in &self.buckets {
            let part = old.map_or(*bucket, |old| old.with(*bucket));
            old = Some(part);
            let rest = whole.count - part.count;
            if part.count < SHORTEST || rest < SHORTEST {
                continue;
            }
            let harmonic = 1.0 / (1.0 / part.count + 1.0 / rest);
            let bound = (2.0 * variance * confidence / harmonic).sqrt() + 2.0 * confidence / (3.0 * harmonic);
            let apart = (part.sum / part.count - (whole.sum - part.sum) / rest).abs();
            if apart > bound {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares of ones by a fixed pattern: no chance in it.
    fn feed(window: &mut Adwin, values: usize, one_in: usize) -> usize {
        (0..values).filter(|place| window.add(f64::from(u8::from(place % one_in == 0)))).count()
    }

    #[test]
    fn a_steady_stream_is_never_cut_and_keeps_its_mean() {
        let mut window = Adwin::new(0.002);
        assert_eq!(feed(&mut window, 5_000, 10), 0);
        assert!((window.len() - 5_000.0).abs() < 1e-9);
        assert!((window.mean().unwrap() - 0.1).abs() < 1e-9);
        assert!(window.buckets.len() < 70, "{}", window.buckets.len());
    }

    #[test]
    fn a_change_cuts_off_what_was_before() {
        let mut window = Adwin::new(0.002);
        feed(&mut window, 2_000, 10);
        assert!(feed(&mut window, 1_000, 2) > 0);
        assert!((window.mean().unwrap() - 0.5).abs() < 0.05, "{:?}", window.mean());
    }
}

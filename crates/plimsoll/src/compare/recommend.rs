//! Which model to take: of those that are as good as the best, the simplest.
//!
//! It is decided on the validation parts, so that the figures of the test parts flatter nobody. *As good* means: the 95 %
//! interval of the difference in AUC to the best, in pairs on the same rows, reaches 0, or the difference is smaller
//! than [`NO_MATTER`].

use super::figures::against;
use super::labelled::Kind;
use super::report::{Estimate, ModelRow, Recommendation, SetReport};
use super::trial::Trial;

/// A difference in AUC that is no reason for a less simple model.
pub const NO_MATTER: f64 = 0.003;

/// What was chosen on a set.
pub struct Choice {
    /// Index of the trial of the highest validation AUC.
    pub best: usize,
    /// Index of the trial that is recommended.
    pub recommended: usize,
    /// Its validation AUC less the best's.
    pub difference: Estimate,
}

/// Chooses among trials that stand in order of simplicity.
///
/// # Errors
/// In words, where there is none, or pairs cannot be made.
pub fn choose(trials: &[Trial], rows: &[ModelRow], resamples: usize, seed: u64) -> Result<Choice, String> {
    let better = |a: &usize, b: &usize| rows[*a].validation_auc.total_cmp(&rows[*b].validation_auc).then(b.cmp(a));
    let best = (0..rows.len()).max_by(better).ok_or("no model could be tried")?;
    for (at, trial) in trials.iter().enumerate() {
        let difference = against(&trial.validated, &trials[best].validated, resamples, seed)?.difference;
        if at == best || is_as_good(difference) {
            return Ok(Choice { best, recommended: at, difference });
        }
    }
    Err("no model could be tried".to_owned())
}

fn is_as_good(difference: Estimate) -> bool {
    difference.high >= 0.0 || difference.value > -NO_MATTER
}

/// Why a model is recommended on a set.
pub fn reason(choice: &Choice, rows: &[ModelRow]) -> String {
    let (best, chosen) = (&rows[choice.best], &rows[choice.recommended]);
    if choice.best == choice.recommended {
        let simpler = if choice.recommended == 0 { "" } else { "; every simpler model is below it" };
        return format!("{} has the highest AUC on the validation part{simpler}", chosen.title);
    }
    let on_test = chosen
        .against_best
        .map_or(String::new(), |against| format!("; on the test part by {}", signed(against.difference)));
    let because = if choice.difference.high >= 0.0 { "chance explains it" } else { "too little to matter" };
    format!(
        "{} is the simplest as good as {}: its AUC on the validation part differs by {}, {because}{on_test}",
        chosen.title,
        best.title,
        signed(choice.difference)
    )
}

/// `−.004 [−.010, +.002]`.
fn signed(estimate: Estimate) -> String {
    let one = |value: f64| format!("{value:+.4}").replace('-', "−");
    format!("{} [{}, {}]", one(estimate.value), one(estimate.low), one(estimate.high))
}

/// The model that is recommended on most sets of a kind; of equal ones the simpler.
pub fn by_kind(sets: &[SetReport]) -> Vec<Recommendation> {
    let mut kinds: Vec<Kind> = sets.iter().map(|set| set.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of_kind = kinds.into_iter().filter_map(|kind| {
        let sets: Vec<&SetReport> = sets.iter().filter(|set| set.kind == kind).collect();
        let count = |model: &str| sets.iter().filter(|set| set.recommended == model).count();
        let place = |model: &str| super::candidates::CANDIDATES.iter().position(|candidate| candidate.name == model);
        let models = sets.iter().map(|set| set.recommended.as_str());
        let model = models.max_by_key(|model| (count(model), std::cmp::Reverse(place(model))))?;
        let of_set = sets.iter().find(|set| set.recommended == model)?;
        let title = of_set.models.iter().find(|row| row.model == model)?.title.clone();
        let reason = match sets.as_slice() {
            [set] => format!("{}: {}", set.name, set.reason),
            _ => {
                let told: Vec<String> = sets.iter().map(|set| format!("{}: {}", set.name, set.reason)).collect();
                format!("on {} of {} sets. {}", count(model), sets.len(), told.join(". "))
            }
        };
        Some(Recommendation { kind, model: model.to_owned(), title, reason })
    });
    of_kind.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_and_trifles_are_no_reason() {
        let difference = |value, low, high| is_as_good(Estimate { value, low, high });
        assert!(difference(-0.01, -0.03, 0.001), "the interval reaches 0");
        assert!(difference(-0.002, -0.0029, -0.001), "too small to matter");
        assert!(!difference(-0.01, -0.02, -0.001));
    }
}

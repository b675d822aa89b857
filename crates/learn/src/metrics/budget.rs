//! What a team that can look at so many cards a day would find.

use std::collections::{BTreeMap, BTreeSet};

use super::{MetricError, check};

/// Card precision at `budget` cards a day, in \[0, 1\]: of each day's `budget` cards of the highest scores, the share
/// that had a fraud that day, as a mean over the days (Le Borgne, Siblini, Lebichot and Bontempi, "Reproducible machine
/// learning for credit card fraud detection", 2022, section 4.4).
///
/// A card's score is the highest of its rows of that day. A card that was found is blocked: its later days are left
/// out. Where a day has fewer cards than `budget`, the share is still of `budget`, as in the book. Equal scores are
/// taken by card, ascending.
///
/// ```
/// // Day 0: card 7 (.9, fraud) and card 8 (.4): one of the one card looked at is right. Day 1: card 7 is blocked,
/// // card 9 (.3) is looked at for nothing.
/// let days = [0, 0, 1, 1];
/// let cards = [7, 8, 7, 9];
/// let labels = [true, false, true, false];
/// let value = learn::metrics::card_precision(&labels, &[0.9, 0.4, 0.8, 0.3], &days, &cards, 1)?;
/// assert_eq!(value, 0.5);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NoBudget`], and a length that differs beside those of unfit rows.
pub fn card_precision(
    labels: &[bool],
    scores: &[f64],
    days: &[i64],
    cards: &[u64],
    budget: usize,
) -> Result<f64, MetricError> {
    check(labels, scores)?;
    for parts in [days.len(), cards.len()] {
        if parts != labels.len() {
            return Err(MetricError::LengthsDiffer { labels: labels.len(), scores: parts });
        }
    }
    if budget == 0 {
        return Err(MetricError::NoBudget);
    }
    let mut of_day: BTreeMap<i64, BTreeMap<u64, (f64, bool)>> = BTreeMap::new();
    for row in 0..labels.len() {
        let card = of_day.entry(days[row]).or_default().entry(cards[row]).or_insert((f64::NEG_INFINITY, false));
        *card = (card.0.max(scores[row]), card.1 || labels[row]);
    }
    let (mut blocked, mut sum, count) = (BTreeSet::new(), 0.0, of_day.len());
    for day in of_day.into_values() {
        let mut open: Vec<(u64, (f64, bool))> = day.into_iter().filter(|(card, _)| !blocked.contains(card)).collect();
        open.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        let found: Vec<u64> = open.iter().take(budget).filter(|card| card.1.1).map(|card| card.0).collect();
        sum += found.len() as f64 / budget as f64;
        blocked.extend(found);
    }
    Ok(sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_counts_once_a_day_by_its_highest_score() {
        // Card 1's fraud row scores low, its honest row high: the card is found all the same.
        let value = card_precision(&[true, false, false], &[0.1, 0.9, 0.5], &[3, 3, 3], &[1, 1, 2], 2);
        assert_eq!(value, Ok(0.5));
    }

    #[test]
    fn equal_scores_are_taken_by_card() {
        let labels = [false, true];
        assert_eq!(card_precision(&labels, &[0.5; 2], &[0; 2], &[1, 2], 1), Ok(0.0));
        assert_eq!(card_precision(&labels, &[0.5; 2], &[0; 2], &[2, 1], 1), Ok(1.0));
    }

    #[test]
    fn what_it_is_not_defined_on_is_named() {
        assert_eq!(card_precision(&[true], &[0.5], &[0], &[0], 0), Err(MetricError::NoBudget));
        let error = MetricError::LengthsDiffer { labels: 1, scores: 0 };
        assert_eq!(card_precision(&[true], &[0.5], &[], &[0], 1), Err(error));
    }
}

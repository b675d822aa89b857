//! The registry of live features: their names are the columns of live models and the words of live rules.

use super::{DAY_S, Held, Line};
use domain::Attempt;

/// Each column. The first fifteen are those of the Fraud Detection Handbook (Le Borgne and others, 2022, chapter 3).
pub const FEATURES: [&str; 19] = [
    "amount",
    "weekend",
    "night",
    "card_count_1d",
    "card_mean_1d",
    "terminal_count_1d",
    "terminal_risk_1d",
    "card_count_7d",
    "card_mean_7d",
    "terminal_count_7d",
    "terminal_risk_7d",
    "card_count_30d",
    "card_mean_30d",
    "terminal_count_30d",
    "terminal_risk_30d",
    "card_count_1h",
    "terminal_count_1h",
    "seconds_since_card",
    "amount_to_card_mean_30d",
];

/// The column of a feature.
pub fn place_of(name: &str) -> Option<usize> {
    FEATURES.iter().position(|feature| *feature == name)
}

/// What an attempt's numbers are made of.
pub(super) struct About<'a> {
    pub attempt: &'a Attempt,
    pub card: Option<&'a Line>,
    pub terminal: Option<&'a Line>,
    /// Seconds since the card's last attempt.
    pub since: Option<i64>,
    pub maturity_s: i64,
}

/// In the order of [`FEATURES`].
pub(super) fn values(about: &About<'_>) -> Vec<f32> {
    let at = about.attempt.at.as_second();
    let mut values = Vec::with_capacity(FEATURES.len());
    let amount = major(about, about.attempt.amount.minor);
    // 1 January 1970 was a Thursday.
    let weekday = (at.div_euclid(DAY_S) + 3).rem_euclid(7);
    values.extend([amount, flag(weekday >= 5), flag(at.rem_euclid(DAY_S) / 3_600 <= 6)]);
    for days in [1, 7, 30] {
        let card = about.card.map(|line| line.held(at - days * DAY_S, at)).unwrap_or_default();
        // Younger attempts have no label yet: they would make every terminal look sound.
        let through = at - about.maturity_s;
        let terminal = about.terminal.map(|line| line.held(through - days * DAY_S, through));
        values.extend([number(card.count), mean(about, card)]);
        values.extend([terminal.map_or(f32::NAN, |held| number(held.count)), terminal.map_or(f32::NAN, share)]);
    }
    let hour = |line: Option<&Line>| line.map_or(f32::NAN, |line| number(line.held(at - 3_600, at).count));
    let month = about.card.map(|line| line.held(at - 30 * DAY_S, at)).unwrap_or_default();
    let usual = mean(about, month);
    values.extend([hour(about.card), hour(about.terminal), about.since.map_or(f32::NAN, seconds)]);
    values.push(if usual > 0.0 { amount / usual } else { f32::NAN });
    values
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

#[expect(clippy::cast_precision_loss, reason = "features are single precision")]
fn number(count: u32) -> f32 {
    count as f32
}

#[expect(clippy::cast_precision_loss, reason = "features are single precision")]
fn seconds(since: i64) -> f32 {
    since as f32
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "features are single precision")]
fn major(about: &About<'_>, minor: i64) -> f32 {
    (minor as f64 / f64::from(10_u32.pow(about.attempt.amount.currency.minor_digits()))) as f32
}

fn mean(about: &About<'_>, held: Held) -> f32 {
    if held.count == 0 { 0.0 } else { major(about, held.minor) / number(held.count) }
}

#[expect(clippy::cast_precision_loss, reason = "features are single precision")]
fn share(held: Held) -> f32 {
    if held.count == 0 { 0.0 } else { held.events as f32 / number(held.count) }
}

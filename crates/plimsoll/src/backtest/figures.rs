//! A backtest in events and in money.

use super::Tried;
use domain::Action;
use serde::Serialize;

/// 95 % of a normal distribution.
const Z_95: f64 = 1.959_964;

/// An amount in minor units with an interval: the spread between sales, as another draw of such sales would give.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Total {
    /// The sum.
    pub minor: i64,
    /// Lower end of 95 %.
    pub low: i64,
    /// Upper end of 95 %.
    pub high: i64,
}

impl Total {
    /// The sum of one number a sale; a sale that is not meant counts 0.
    fn of(amounts: impl Iterator<Item = i64>) -> Self {
        let (mut count, mut sum, mut squares) = (0.0, 0_i64, 0.0);
        for amount in amounts {
            count += 1.0;
            sum += amount;
            squares += (amount as f64) * (amount as f64);
        }
        let total = sum as f64;
        let variance =
            if count > 1.0 { (squares - total * total / count).max(0.0) * count / (count - 1.0) } else { 0.0 };
        let half = nearest(Z_95 * variance.sqrt());
        Self { minor: sum, low: sum - half, high: sum + half }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "an interval's end is told to the nearest minor unit")]
fn nearest(value: f64) -> i64 {
    value.round() as i64
}

/// What became of the sales that got one action.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Group {
    /// The action.
    pub action: &'static str,
    /// Matured sales.
    pub sales: usize,
    /// Of these, with the event.
    pub events: usize,
    /// Their amounts, minor units.
    pub value_minor: i64,
    /// What the events cost, minor units.
    pub cost_minor: i64,
}

/// A policy's decisions over the window.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figures {
    /// Matured sales by action, the gentlest first.
    pub groups: Vec<Group>,
    /// The cost of events among sales that were kept back or looked at.
    pub caught: Total,
    /// The cost of events among sales that went through.
    pub missed: Total,
    /// The amounts of sales that were kept back or looked at without need.
    pub stopped_in_vain: Total,
    /// Sales that no news is no news of yet, and their amounts.
    pub young_sales: usize,
    /// Minor units.
    pub young_value_minor: i64,
}

impl Figures {
    /// Counts decisions.
    pub fn of(tried: &[Tried]) -> Self {
        let matured: Vec<&Tried> = tried.iter().filter(|tried| tried.matured).collect();
        let group = |action: Action| {
            let sales = || matured.iter().filter(move |tried| tried.action == action);
            Group {
                action: action.name(),
                sales: sales().count(),
                events: sales().filter(|tried| tried.cost_minor > 0).count(),
                value_minor: sales().map(|tried| tried.exposure.minor).sum(),
                cost_minor: sales().map(|tried| tried.cost_minor).sum(),
            }
        };
        let total = |meant: &dyn Fn(&Tried) -> i64| Total::of(matured.iter().map(|tried| meant(tried)));
        let young = || tried.iter().filter(|tried| !tried.matured);
        Self {
            groups: Action::ALL.map(group).to_vec(),
            caught: total(&|tried| if stops(tried.action) { tried.cost_minor } else { 0 }),
            missed: total(&|tried| if stops(tried.action) { 0 } else { tried.cost_minor }),
            stopped_in_vain: total(&|tried| match stops(tried.action) && tried.cost_minor == 0 {
                true => tried.exposure.minor,
                false => 0,
            }),
            young_sales: young().count(),
            young_value_minor: young().map(|tried| tried.exposure.minor).sum(),
        }
    }
}

/// Whether a sale waits for a person.
fn stops(action: Action) -> bool {
    match action {
        Action::Review | Action::Hold | Action::Refuse => true,
        Action::Allow | Action::Warn | Action::Challenge | Action::LimitAmount | Action::LimitFrequency => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, Money, RecordId};
    use jiff::Timestamp;

    fn tried(action: Action, exposure: i64, cost_minor: i64, matured: bool) -> Tried {
        let exposure = Money::new(exposure, Currency::GBP);
        let record = RecordId::from("shop:1");
        Tried {
            record,
            at: Timestamp::UNIX_EPOCH,
            action,
            rule: String::new(),
            points: 0.0,
            exposure,
            cost_minor,
            matured,
        }
    }

    #[test]
    fn figures_are_by_hand() {
        let figures = Figures::of(&[
            tried(Action::Hold, 10_000, 8_000, true),
            tried(Action::Hold, 5_000, 0, true),
            tried(Action::Allow, 3_000, 1_000, true),
            tried(Action::Allow, 2_000, 0, false),
        ]);
        assert_eq!((figures.caught.minor, figures.missed.minor, figures.stopped_in_vain.minor), (8_000, 1_000, 5_000));
        assert_eq!((figures.young_sales, figures.young_value_minor), (1, 2_000));
        let hold = figures.groups.iter().find(|group| group.action == "hold").unwrap();
        assert_eq!(
            (hold.action, hold.sales, hold.events, hold.value_minor, hold.cost_minor),
            ("hold", 2, 1, 15_000, 8_000)
        );
    }

    #[test]
    fn an_interval_is_that_of_a_sum() {
        // 8000, 0, 0: mean 2666.67, deviation 4618.80, times √3 and 1.96.
        let total = Total::of([8_000, 0, 0].into_iter());
        assert_eq!((total.low, total.high), (8000 - 15_680, 8000 + 15_680));
        assert_eq!(Total::of(std::iter::empty()), Total::default());
    }
}

//! How much a rule may do in an hour before it stops itself.
//!
//! Charge: counts the cards and the money that each rule touched in the last hour; the attempt that would go beyond the
//! budget is passed on to the next rule, and the rule stands still for an hour from then. So a rule that goes wrong
//! harms a bounded number of customers, and says so. Limits: a retry is counted once; money in another currency than the
//! reporting currency counts as it converts, and as nothing where no rate is known.
//!
//! Example: a budget of 2 cards: the first two cards are refused, the third is passed on and the rule stopped.

use crate::snapshot::kept_struct;
use domain::Token;
use domain::live_policy::LiveRule;
use std::collections::{BTreeMap, VecDeque};

const HOUR_S: i64 = 3_600;

/// What one rule did in the last hour.
#[derive(Clone, Debug, Default)]
struct Spent {
    touched: VecDeque<(i64, Token, i64)>,
    cards: BTreeMap<Token, u32>,
    minor: i64,
    stopped_until: Option<i64>,
}

/// What all rules did.
#[derive(Clone, Debug, Default)]
pub struct Budgets {
    of: BTreeMap<String, Spent>,
}

kept_struct!(Spent { touched, cards, minor, stopped_until });
kept_struct!(Budgets { of });

/// Whether a rule may act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It acts, and what it did is counted.
    Acts,
    /// It stands still.
    Stopped,
    /// It stops itself with this attempt.
    StopsNow,
}

impl Budgets {
    /// Whether a rule may act on this card and amount at this second; if so, it is counted.
    pub fn spend(&mut self, rule: &LiveRule, at: i64, card: Token, minor: i64, retry: bool) -> Verdict {
        if rule.budget.subjects.is_none() && rule.budget.money_minor.is_none() {
            return Verdict::Acts;
        }
        let spent = self.of.entry(rule.name.clone()).or_default();
        if spent.stopped_until.is_some_and(|until| at < until) {
            return Verdict::Stopped;
        }
        spent.stopped_until = None;
        spent.pass(at);
        let fresh = u32::from(!spent.cards.contains_key(&card));
        let cards = u32::try_from(spent.cards.len()).unwrap_or(u32::MAX).saturating_add(fresh);
        let money = if retry { spent.minor } else { spent.minor.saturating_add(minor) };
        let beyond = rule.budget.subjects.is_some_and(|most| cards > most)
            || rule.budget.money_minor.is_some_and(|most| money > most);
        if beyond {
            spent.stopped_until = Some(at + HOUR_S);
            return Verdict::StopsNow;
        }
        if !retry {
            spent.touched.push_back((at, card, minor));
            *spent.cards.entry(card).or_default() += 1;
            spent.minor = money;
        }
        Verdict::Acts
    }
}

impl Spent {
    fn pass(&mut self, at: i64) {
        while let Some((since, card, minor)) = self.touched.front().copied()
            && since <= at - HOUR_S
        {
            self.touched.pop_front();
            self.minor -= minor;
            if let Some(count) = self.cards.get_mut(&card) {
                *count -= 1;
                if *count == 0 {
                    self.cards.remove(&card);
                }
            }
        }
    }
}

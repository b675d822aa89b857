//! Alerts: what people are to look at, and who is told next.
//!
//! Charge: rulings that are loud, or keep something back, become alerts, one for each card until somebody closes it; so
//! does a rule that stopped itself. The plan of the alert's level says who is told first, and who when nobody acknowledged
//! it in time. What people do about alerts are the works of exceptions, under the alert's id; an undone one counts no more.
//! Limits: who is told is said once for each person and cause; delivering is the edge's.
//!
//! Example: a plan `warning` tells A, and B after 600 s: an alert of second 0 makes a notice to A at once, one to B at
//! second 600, and none if somebody assigned it before.

#[cfg(test)]
mod tests;

use crate::snapshot::{Kept, array, kept_struct};
use domain::{Action, Alert, Level, LivePolicy, Money, Notice, Ruling, Work, WorkKind};
use jiff::{SignedDuration, Timestamp};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet};

/// All alerts, and when somebody else is to be told.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    all: BTreeMap<SmolStr, Alert>,
    /// The alert that is not closed, by whom it is about.
    open: BTreeMap<SmolStr, SmolStr>,
    /// When the next is told.
    due: BTreeSet<(Timestamp, SmolStr)>,
    /// By alert, what was done about it and not undone, with the work's number.
    works: BTreeMap<SmolStr, Vec<(u64, Bears)>>,
    numbers: u64,
    notices: u64,
    works_seen: u64,
}

kept_struct!(Alerts { all, open, due, works, numbers, notices, works_seen });
kept_struct!(Alert {
    id,
    about,
    level,
    rule,
    opened_at,
    last_at,
    rulings,
    attempts,
    money_at_risk,
    told,
    acknowledged,
    closed,
});

/// How something that was done bears on its alert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bears {
    Nothing,
    Acknowledges,
    Closes,
    Reopens,
}

impl Bears {
    fn of(what: &WorkKind) -> Self {
        match what {
            WorkKind::Acknowledged | WorkKind::Assigned { .. } | WorkKind::Noted { .. } => Self::Acknowledges,
            WorkKind::Resolved { .. } | WorkKind::Suppressed { .. } => Self::Closes,
            WorkKind::Reopened { .. } => Self::Reopens,
            WorkKind::Approved | WorkKind::Undone { .. } => Self::Nothing,
        }
    }
}

impl Kept for Bears {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let [place] = array(from)?;
        [Self::Nothing, Self::Acknowledges, Self::Closes, Self::Reopens].get(usize::from(place)).copied()
    }
}

/// What changed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// New or changed alerts.
    pub alerts: Vec<Alert>,
    /// Who is to be told.
    pub notices: Vec<Notice>,
}

/// How loud a ruling is: as its score, and at least a warning where something is kept back.
fn loudness(ruling: &Ruling) -> Level {
    let least = if ruling.action >= Action::Review { Level::Warning } else { Level::Normal };
    ruling.score.level.max(least)
}

impl Alerts {
    /// A ruling was made. The level of the card's alert, where that opened or grew louder.
    pub fn follow(
        &mut self,
        policy: &LivePolicy,
        now: Timestamp,
        ruling: &Ruling,
        retry: bool,
        out: &mut Changes,
    ) -> Option<Level> {
        let level = loudness(ruling);
        if level < Level::Warning {
            return None;
        }
        let about = format_smolstr!("card:{}", ruling.attempt.card);
        let raised = Raised { about, level, rule: &ruling.rule, money: ruling.score.money_at_risk };
        let (alert, louder) = self.raise(policy, now, ruling.attempt.at, &raised, out);
        let alert = self.all.get_mut(&alert)?;
        if !retry {
            alert.rulings += 1;
            if alert.money_at_risk.currency == raised.money.currency {
                alert.money_at_risk.minor = alert.money_at_risk.minor.saturating_add(raised.money.minor);
            }
            alert.attempts.push(ruling.attempt.id.clone());
            if alert.attempts.len() > Alert::MOST_ATTEMPTS {
                alert.attempts.remove(0);
            }
        }
        out.alerts.push(alert.clone());
        louder.then_some(level)
    }

    /// A rule stopped itself.
    pub fn rule_stopped(
        &mut self,
        policy: &LivePolicy,
        now: Timestamp,
        at: Timestamp,
        rule: &str,
        zero: Money,
        out: &mut Changes,
    ) {
        let about = format_smolstr!("rule:{rule}");
        let raised = Raised { about, level: Level::Critical, rule, money: zero };
        let (id, _) = self.raise(policy, now, at, &raised, out);
        if let Some(alert) = self.all.get_mut(&id) {
            alert.rulings += 1;
            out.alerts.push(alert.clone());
        }
    }

    /// The alert that is open for this, made where there is none; whoever is to be told now is told. Whether it opened or grew
    /// louder.
    fn raise(
        &mut self,
        policy: &LivePolicy,
        now: Timestamp,
        at: Timestamp,
        raised: &Raised<'_>,
        out: &mut Changes,
    ) -> (SmolStr, bool) {
        let known = self.open.get(&raised.about).cloned();
        let opened = known.is_none();
        let id = known.unwrap_or_else(|| self.open_one(at, raised));
        let Some(alert) = self.all.get_mut(&id) else { return (id, false) };
        alert.last_at = alert.last_at.max(at);
        let louder = raised.level > alert.level;
        if louder {
            alert.level = raised.level;
            raised.rule.clone_into(&mut alert.rule);
        }
        if opened || (louder && !alert.acknowledged) {
            self.tell(policy, now, &id, if opened { "opened" } else { "louder" }, out);
        }
        (id, opened || louder)
    }

    fn open_one(&mut self, at: Timestamp, raised: &Raised<'_>) -> SmolStr {
        self.numbers += 1;
        let id = format_smolstr!("{}{}/{}", Alert::PREFIX, raised.about, self.numbers);
        let alert = Alert {
            id: id.clone(),
            about: raised.about.clone(),
            level: raised.level,
            rule: raised.rule.to_owned(),
            opened_at: at,
            last_at: at,
            rulings: 0,
            attempts: Vec::new(),
            money_at_risk: Money::zero(raised.money.currency),
            told: 0,
            acknowledged: false,
            closed: false,
        };
        self.open.insert(raised.about.clone(), id.clone());
        self.all.insert(id.clone(), alert);
        id
    }

    /// Tells the next of the plan, and notes when the one after is to be told. A louder alert begins its plan anew.
    fn tell(&mut self, policy: &LivePolicy, now: Timestamp, id: &SmolStr, why: &str, out: &mut Changes) {
        let Some(alert) = self.all.get_mut(id) else { return };
        let Some(plan) = policy.plan(alert.level) else { return };
        if why == "louder" {
            alert.told = 0;
        }
        let next = usize::try_from(alert.told).unwrap_or(usize::MAX);
        let Some(to) = plan.tell.get(next) else { return };
        alert.told += 1;
        self.notices += 1;
        let notice = format_smolstr!("{id}/notice/{}", self.notices);
        out.notices.push(Notice { id: notice, alert: id.clone(), to: to.clone(), at: now, why: why.to_owned() });
        self.due.retain(|(_, due)| due != id);
        if plan.tell.len() > next + 1 {
            let seconds = SignedDuration::from_secs(i64::from(plan.escalate_seconds));
            self.due.insert((now.checked_add(seconds).unwrap_or(Timestamp::MAX), id.clone()));
        }
    }

    /// When somebody else is to be told next.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Time passes: where nobody acknowledged in time, the next is told.
    pub fn pass(&mut self, policy: &LivePolicy, now: Timestamp, out: &mut Changes) {
        while let Some((at, id)) = self.due.first().cloned()
            && at <= now
        {
            self.due.remove(&(at, id.clone()));
            let waits = self.all.get(&id).is_some_and(|alert| !alert.acknowledged && !alert.closed);
            if waits {
                self.tell(policy, now, &id, "escalated", out);
                out.alerts.extend(self.all.get(&id).cloned());
            }
        }
    }

    /// Somebody did something about exceptions or alerts: an entry of the journal, counted as the books count them.
    pub fn work(&mut self, work: &Work, out: &mut Changes) {
        self.works_seen += 1;
        let number = self.works_seen;
        let mut touched: BTreeSet<SmolStr> = BTreeSet::new();
        if let WorkKind::Undone { work } = work.what {
            for (id, works) in &mut self.works {
                let before = works.len();
                works.retain(|(number, _)| *number != work);
                if works.len() != before {
                    touched.insert(id.clone());
                }
            }
        }
        for worked in &work.about {
            if let Some((id, _)) = self.all.get_key_value(worked.exception.as_str()) {
                self.works.entry(id.clone()).or_default().push((number, Bears::of(&work.what)));
                touched.insert(id.clone());
            }
        }
        for id in touched {
            self.renew(&id);
            out.alerts.extend(self.all.get(&id).cloned());
        }
    }

    /// Where an alert stands, from what was done about it.
    fn renew(&mut self, id: &SmolStr) {
        let works = self.works.get(id).map(Vec::as_slice).unwrap_or_default();
        let (mut acknowledged, mut closed) = (false, false);
        for (_, what) in works {
            match what {
                Bears::Acknowledges => acknowledged = true,
                Bears::Closes => (acknowledged, closed) = (true, true),
                Bears::Reopens => closed = false,
                Bears::Nothing => {}
            }
        }
        let Some(alert) = self.all.get_mut(id) else { return };
        (alert.acknowledged, alert.closed) = (acknowledged, closed);
        let about = alert.about.clone();
        if acknowledged {
            self.due.retain(|(_, due)| due != id);
        }
        if closed && self.open.get(&about) == Some(id) {
            self.open.remove(&about);
        } else if !closed {
            self.open.entry(about).or_insert_with(|| id.clone());
        }
    }

    /// An alert.
    pub fn get(&self, id: &str) -> Option<&Alert> {
        self.all.get(id)
    }
}

/// Why an alert is raised.
struct Raised<'a> {
    about: SmolStr,
    level: Level,
    rule: &'a str,
    money: Money,
}

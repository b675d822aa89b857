//! The one way of an attempt: what is known, how it scores, what is decided, who is told.
//!
//! Charge: each attempt ends in exactly one ruling. In this order: the fallback, where nobody waited any more; the block
//! list; the allow list; a limit that the attempt breaks; the first rule that is reached and has not stopped itself; the
//! formula of loans; `default`. Limits: it knows the journal before the attempt and nothing else, so a replay, a backtest
//! and live traffic rule alike. Shadows have no memory of their own: no limits, no budgets. Neither have decisions on
//! attempts that a file tells of after the fact: what happened long ago limits nobody now, and wakes nobody.
//!
//! Example: a rule `refuse` from 4 points: an attempt with 4.2 points is refused by it; of a card on the allow list it is
//! allowed by `allow list`.

#[cfg(test)]
mod tests;

use crate::alerts::{Alerts, Changes};
use crate::decide::budgets::{Budgets, Verdict};
use crate::decide::limits::Limits;
use crate::decide::loan;
use crate::decide::rules::{Case, reaches};
use crate::document::Document;
use crate::observe::{Payments, payment_columns};
use crate::rates::Rates;
use crate::score::{LiveModel, LiveModels, assess_attempt, points};
use crate::snapshot::{Kept, kept_struct};
use domain::live_policy::Mode;
use domain::{
    Action, Assessed, Attempt, Authorisation, Decision, Digest, LabelSource, Level, List, Listed, LivePolicy, Money,
    Outcome, Policy, ProcessorCategory, ProcessorLine, RiskKind, Role, Ruling, Shadow, Step, Terms, Token, WouldHave,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use learn::ModelFile;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Chargebacks come within 120 days (the card schemes' limit), and some wait for their file.
const ORDERS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Between two looks for those that are to be let go: a look passes them all.
const SWEPT_EVERY: SignedDuration = SignedDuration::from_hours(6);

/// How long a loan's terms stand.
const OFFER_STANDS: SignedDuration = SignedDuration::from_hours(24 * 14);

/// What is known of all attempts.
#[derive(Clone, Debug, Default)]
pub struct Live {
    models: BTreeMap<RiskKind, Arc<LiveModels>>,
    shadow: Option<Box<Policy>>,
    lists: BTreeMap<Token, Listed>,
    limits: Limits,
    budgets: Budgets,
    alerts: Alerts,
    /// Attempts by the order that they pay.
    orders: BTreeMap<SmolStr, Vec<Placed>>,
    /// When they were last looked through for what is to be let go.
    swept: Timestamp,
}

/// An attempt as a label needs it.
#[derive(Clone, Debug)]
struct Placed {
    attempt: SmolStr,
    at: Timestamp,
    card: Token,
    terminal: Option<Token>,
}

kept_struct!(Placed { attempt, at, card, terminal });

/// What a ruling is made under.
#[derive(Clone, Copy, Debug)]
pub struct Under<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// Rates so far.
    pub rates: &'a Rates,
    /// When the business learned of the event.
    pub now: Timestamp,
}

/// A decision in the making.
struct Decided {
    action: Action,
    rule: String,
    terms: Option<Terms>,
    stopped: Vec<String>,
}

impl Decided {
    fn by(rule: impl Into<String>, action: Action) -> Self {
        Self { action, rule: rule.into(), terms: None, stopped: Vec::new() }
    }
}

impl Live {
    /// Rules on an attempt. Where it was scored before, by this score, and without the shadows: they remember nothing.
    pub fn ask(
        &mut self,
        under: Under<'_>,
        payments: &mut Payments,
        attempt: &Attempt,
        scored: Option<Assessed>,
        step: &mut Step,
    ) {
        let policy = under.policy;
        let amount = in_reporting(&under, attempt.amount);
        let known = payments.ask(attempt, amount, i64::from(policy.live.retry_seconds));
        let exposure = amount.unwrap_or(Money::zero(policy.reporting_currency));
        let models = self.models.get(&attempt.kind).cloned().unwrap_or_default();
        let again = scored.is_some();
        let score = scored.unwrap_or_else(|| {
            assess_attempt(policy, deciding(policy.live.mode, Some(&models)), &known.features, exposure)
        });
        let case = case(attempt, &score, amount, &known.features);
        let mut changes = Changes::default();
        let within = |seconds| payments.attempts_within(attempt.card, attempt.at, seconds);
        let decided = self.decide(&under, &case, &score, (known.retry, &within), &mut changes);
        let would_have = if again { Vec::new() } else { self.would_have(&under, &models, &case, &score, exposure) };
        let Decided { action, rule, terms, stopped } = decided;
        let attempt = attempt.clone();
        let ruling =
            Ruling { features: known.features.clone(), attempt, score, action, rule, terms, stopped, would_have };
        let alert = self.alerts.follow(&policy.live, under.now, &ruling, known.retry, &mut changes);
        self.limit_by_plan(&policy.live, &ruling.attempt, alert);
        self.remember_order(&ruling.attempt);
        step.rulings.push(ruling);
        told(changes, step);
    }

    /// The decision on an attempt that is told of: by the lists and the rules, as if it had been asked about. `amount` is
    /// its money in the reporting currency, where a rate is known.
    pub fn told(
        &self,
        policy: &Policy,
        document: &Document,
        said: &Authorisation,
        amount: Option<Money>,
        features: &[f32],
    ) -> Decision {
        let attempt = attempt_of(document, said);
        let models = self.models.get(&attempt.kind).map(Arc::as_ref);
        let exposure = amount.unwrap_or(Money::zero(policy.reporting_currency));
        let score = assess_attempt(policy, deciding(policy.live.mode, models), features, exposure);
        let by_rules = || {
            let would_have = shadowed(Shadow::Policy, policy, &case(&attempt, &score, amount, features));
            Decided::by(would_have.rule, would_have.action)
        };
        let Decided { action, rule, .. } = self.listed(&attempt).unwrap_or_else(by_rules);
        Decision { record: document.id.clone(), at: document.at, action, rule, points: score.points }
    }

    /// `retry`: whether it is one, and how many attempts were no retries within so many seconds.
    fn decide(
        &mut self,
        under: &Under<'_>,
        case: &Case<'_>,
        score: &Assessed,
        (retry, within): (bool, &dyn Fn(u32) -> u32),
        out: &mut Changes,
    ) -> Decided {
        let (policy, attempt) = (&under.policy.live, case.attempt);
        if attempt.fell_back {
            return Decided::by("deadline", policy.fallback(&attempt.doing));
        }
        if let Some(decided) = self.listed(attempt) {
            return decided;
        }
        if let Some(limit) = self.limits.broken(attempt, score.points, within) {
            let terms = Some(limit.terms);
            return Decided { terms, ..Decided::by(format!("limit of {}", limit.rule), Action::Refuse) };
        }
        let mut stopped = Vec::new();
        let decided = self.by_rules(under, case, retry, &mut stopped, out);
        Decided { stopped, ..with_loan(policy, attempt, score, decided) }
    }

    /// A list decides until its entry ends; blocking wins, whichever of card and terminal it is of.
    fn listed(&self, attempt: &Attempt) -> Option<Decided> {
        let tokens = [Some(attempt.card), attempt.terminal];
        let stands = |listed: &&Listed| listed.until.is_none_or(|until| until > attempt.at);
        let lists = tokens.iter().flatten().filter_map(|token| self.lists.get(token)).filter(stands);
        match lists.filter_map(|listed| listed.list).min()? {
            List::Block => Some(Decided::by("block list", Action::Refuse)),
            List::Allow => Some(Decided::by("allow list", Action::Allow)),
        }
    }

    fn by_rules(
        &mut self,
        under: &Under<'_>,
        case: &Case<'_>,
        retry: bool,
        stopped: &mut Vec<String>,
        out: &mut Changes,
    ) -> Option<Decided> {
        let (policy, attempt) = (&under.policy.live, case.attempt);
        let minor = case.amount.map_or(0, |amount| amount.minor);
        for rule in policy.rules.iter().filter(|rule| reaches(rule, case)) {
            match self.budgets.spend(rule, attempt.at.as_second(), attempt.card, minor, retry) {
                Verdict::Acts => {
                    let terms = rule.limit.as_ref().map(|limit| self.limits.set(attempt, &rule.name, limit));
                    return Some(Decided { terms, ..Decided::by(rule.name.clone(), rule.action) });
                }
                Verdict::Stopped => stopped.push(rule.name.clone()),
                Verdict::StopsNow => {
                    stopped.push(rule.name.clone());
                    let zero = Money::zero(under.policy.reporting_currency);
                    self.alerts.rule_stopped(policy, under.now, attempt.at, &rule.name, zero, out);
                }
            }
        }
        None
    }

    fn would_have(
        &self,
        under: &Under<'_>,
        models: &LiveModels,
        case: &Case<'_>,
        score: &Assessed,
        exposure: Money,
    ) -> Vec<WouldHave> {
        let policy = under.policy;
        let mut all = Vec::new();
        if models.challenger.is_some() {
            all.push(scored(Shadow::Challenger, policy, models.challenger.as_ref(), case, exposure));
        }
        if let Some(shadow) = &self.shadow {
            let points = points(shadow, score.probability);
            all.push(shadowed(Shadow::Policy, shadow, &Case { points, ..*case }));
        }
        if policy.live.mode != Mode::RulesOnly && models.champion.is_some() {
            all.push(scored(Shadow::RulesOnly, policy, None, case, exposure));
        }
        let (first, champion) = (models.first.as_ref(), models.champion.as_ref());
        if policy.live.mode == Mode::Model && first.map(|model| model.digest) != champion.map(|model| model.digest) {
            all.push(scored(Shadow::StaticModel, policy, first, case, exposure));
        }
        all
    }

    /// What the plan of an alert that opened, or grew louder, holds the card to from the next attempt on.
    fn limit_by_plan(&mut self, policy: &LivePolicy, attempt: &Attempt, alert: Option<Level>) {
        let plan = alert.and_then(|level| policy.plan(level));
        if let Some((plan, limit)) = plan.and_then(|plan| Some((plan, plan.limit.as_ref()?))) {
            self.limits.set(attempt, &format!("plan {}", plan.level.name()), limit);
        }
    }

    fn remember_order(&mut self, attempt: &Attempt) {
        if !attempt.order.is_empty() {
            let placed =
                Placed { attempt: attempt.id.clone(), at: attempt.at, card: attempt.card, terminal: attempt.terminal };
            self.orders.entry(attempt.order.clone()).or_default().push(placed);
        }
    }

    /// What came of an attempt is known.
    pub fn outcome(payments: &mut Payments, outcome: &Outcome, step: &mut Step) {
        payments.learn(outcome);
        step.outcomes.push(outcome.clone());
    }

    /// A processor's line: a chargeback is a label by itself, a dispute that was won takes it back.
    pub fn chargeback(&self, now: Timestamp, payments: &mut Payments, line: &ProcessorLine, step: &mut Step) {
        let event = match line.category {
            ProcessorCategory::Dispute => true,
            ProcessorCategory::DisputeReversal => false,
            _ => return,
        };
        let Some(placed) = line.order_reference.as_deref().and_then(|order| self.orders.get(order)) else { return };
        for Placed { attempt, at, card, terminal } in placed.clone() {
            let source = LabelSource::Chargeback;
            Self::outcome(payments, &Outcome { attempt, at, card, terminal, event, known_at: now, source }, step);
        }
    }

    /// A model does something from here on.
    pub fn choose(&mut self, kind: RiskKind, role: Role, model: Option<(Digest, Arc<ModelFile>)>) {
        let model = model.map(|(digest, model)| LiveModel::new(digest, model, payment_columns()));
        Arc::make_mut(self.models.entry(kind).or_default()).choose(role, model);
    }

    /// A policy decides in the shadow.
    pub fn set_shadow(&mut self, policy: Option<&Policy>) {
        self.shadow = policy.map(|policy| Box::new(policy.clone()));
    }

    /// A card or terminal is listed.
    pub fn list(&mut self, listed: &Listed) {
        match listed.list {
            Some(_) => drop(self.lists.insert(listed.token, listed.clone())),
            None => drop(self.lists.remove(&listed.token)),
        }
    }

    /// Somebody did something about exceptions or alerts.
    pub fn work(&mut self, work: &domain::Work, step: &mut Step) {
        let mut changes = Changes::default();
        self.alerts.work(work, &mut changes);
        told(changes, step);
    }

    /// Time passes: alerts escalate, what has ended is let go.
    pub fn tick(&mut self, under: Under<'_>, step: &mut Step) {
        let mut changes = Changes::default();
        self.alerts.pass(&under.policy.live, under.now, &mut changes);
        told(changes, step);
        self.limits.pass(under.now);
        if under.now < self.swept.checked_add(SWEPT_EVERY).unwrap_or(Timestamp::MAX) {
            return;
        }
        self.swept = under.now;
        let kept_from = under.now.checked_sub(ORDERS_KEPT).unwrap_or(Timestamp::MIN);
        self.orders.retain(|_, placed| placed.last().is_some_and(|placed| placed.at >= kept_from));
    }

    /// Appends what attempts left behind. Models, lists and the policy in the shadow are not part of it: few entries of the
    /// journal say what they are.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        self.limits.put(out);
        self.budgets.put(out);
        self.alerts.put(out);
        self.orders.put(out);
        self.swept.put(out);
    }

    /// With what [`Live::put`] put.
    pub(crate) fn with_taken(self, from: &mut &[u8]) -> Option<Self> {
        let (limits, budgets) = (Kept::take(from)?, Kept::take(from)?);
        let (alerts, orders, swept) = (Kept::take(from)?, Kept::take(from)?, Kept::take(from)?);
        Some(Self { limits, budgets, alerts, orders, swept, ..self })
    }

    /// The models of a kind of risk.
    pub fn models(&self, kind: RiskKind) -> Option<&LiveModels> {
        self.models.get(&kind).map(Arc::as_ref)
    }

    /// Alerts.
    pub fn alerts(&self) -> &Alerts {
        &self.alerts
    }
}

/// The model that decides.
fn deciding(mode: Mode, models: Option<&LiveModels>) -> Option<&LiveModel> {
    match mode {
        Mode::Model => models?.champion.as_ref(),
        Mode::StaticModel => models?.first.as_ref(),
        Mode::RulesOnly => None,
    }
}

/// What is told, as rules see it.
fn attempt_of(document: &Document, said: &Authorisation) -> Attempt {
    Attempt {
        id: document.id.as_str().into(),
        payload: Digest::default(),
        at: document.at,
        kind: RiskKind::Transaction,
        doing: "payment".into(),
        amount: said.amount,
        card: said.card.unwrap_or_default(),
        terminal: None,
        order: said.order_reference.as_deref().unwrap_or_default().into(),
        fell_back: false,
    }
}

fn case<'a>(attempt: &'a Attempt, score: &Assessed, amount: Option<Money>, features: &'a [f32]) -> Case<'a> {
    let money_at_risk = amount.map(|_| score.money_at_risk);
    Case { attempt, points: score.points, amount, money_at_risk, features, names: payment_columns() }
}

/// What another model would have decided under the policy in force.
fn scored(by: Shadow, policy: &Policy, model: Option<&LiveModel>, of: &Case<'_>, exposure: Money) -> WouldHave {
    let score = assess_attempt(policy, model, of.features, exposure);
    shadowed(by, policy, &case(of.attempt, &score, of.amount, of.features))
}

fn shadowed(by: Shadow, policy: &Policy, case: &Case<'_>) -> WouldHave {
    let rule = policy.live.rules.iter().find(|rule| reaches(rule, case));
    let (action, rule) = rule.map_or((Action::Allow, "default"), |rule| (rule.action, rule.name.as_str()));
    WouldHave { by, points: case.points, action, rule: rule.to_owned() }
}

/// Credit that no rule keeps back is lent as far as the expected loss bears.
fn with_loan(policy: &domain::LivePolicy, attempt: &Attempt, score: &Assessed, decided: Option<Decided>) -> Decided {
    let stands = decided.unwrap_or_else(|| Decided::by("default", Action::Allow));
    let Some(terms) = policy.loan.filter(|_| attempt.kind == RiskKind::Credit && stands.action <= Action::Warn) else {
        return stands;
    };
    let Some(offer) = loan::offer(&terms, score.probability, policy.loss_given_event_bps) else {
        return Decided::by("loan rate", Action::Refuse);
    };
    let until = attempt.at.checked_add(OFFER_STANDS).unwrap_or(Timestamp::MAX);
    let terms = Some(Terms {
        most_minor: Some(offer.most_minor),
        most_attempts: None,
        per_seconds: 0,
        rate_bps: Some(offer.rate_bps),
        until,
    });
    if attempt.amount.minor > offer.most_minor {
        return Decided { terms, ..Decided::by("loan limit", Action::LimitAmount) };
    }
    Decided { terms, ..stands }
}

fn in_reporting(under: &Under<'_>, amount: Money) -> Option<Money> {
    let day = under.now.to_zoned(TimeZone::UTC).date();
    under.rates.convert(amount, under.policy.reporting_currency, day)
}

fn told(changes: Changes, step: &mut Step) {
    step.alerts.extend(changes.alerts);
    step.notices.extend(changes.notices);
}

//! The one way through. Every batch, live or imported, takes it; a rebuild and a backtest are this over other batches.
//!
//! Law: advancing `[a, b]` leaves the same tables as advancing `[a]`, then `[b]`.

mod attempts;
mod parts;

pub use attempts::{Settings, advance_attempts, bears_on_books};
pub use parts::{Parts, advance_in_parts};

use crate::document::{Document, Kind, SalesDocument, SalesKind};
use crate::link::Links;
use crate::live::{Live, Under};
use crate::observe::{Flows, Minutes, Movement, Observer, Payments};
use crate::rates::{CircularRate, Rates};
use crate::reconcile::{Items, Standing, WhoIsWho};
use crate::score::compliance::{Case, Compliance};
use crate::score::{Columns, Installed, LiveSale, Scorer, Systems};
use crate::{decide, normalise, observe, post, score};
use domain::seller::Sellers;
use domain::{
    Assessed, Batch, Body, Content, Currency, Decision, Digest, Event, Issue, IssueRule, Money, Party, PartyId, Policy,
    ProcessorCategory, ProcessorLine, Record, Screening, Stage, Step, Token, WatchRules,
};
use jiff::{Timestamp, tz::TimeZone};
use learn::ModelFile;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a batch will touch that is not in memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys {
    /// Models, by the digest of their file.
    pub models: BTreeSet<Digest>,
}

/// What the store loaded for a batch.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Models, by the digest of their file.
    pub models: BTreeMap<Digest, Arc<ModelFile>>,
    /// Of a batch whose attempts were ruled on before: the score of each, in order. None is then scored again.
    pub scores: Vec<Assessed>,
}

/// All that the stages keep in memory. It comes back by replay of the journal.
#[derive(Clone, Debug, Default)]
pub struct Working {
    policy: Policy,
    latest: Option<Timestamp>,
    /// Shared with the books while they are lent.
    rates: Arc<Rates>,
    links: Links,
    items: Items,
    standing: Standing,
    posted_before: BTreeMap<SmolStr, u32>,
    sellers: Sellers,
    books: post::Books,
    stock: post::Stock,
    observer: Observer,
    payments: Payments,
    scorer: Scorer,
    live: Live,
    watched: Watched,
}

/// What is known beside fraud: of lists, of flows of money, of the systems.
#[derive(Clone, Debug, Default)]
struct Watched {
    rules: WatchRules,
    flows: Flows,
    minutes: Minutes,
    compliance: Compliance,
    systems: Systems,
}

/// What the batch will touch, so that the store can load it.
pub fn needs(batch: &Batch) -> Keys {
    let models = batch.events.iter().filter_map(|event| match event.body {
        Body::ModelInstalled { model, .. } => Some(model),
        Body::LiveModelChosen { model, .. } => model,
        _ => None,
    });
    Keys { models: models.collect() }
}

/// Carries one batch through every stage. Start reading here.
pub fn advance(working: &mut Working, loaded: &Loaded, batch: &Batch) -> Step {
    advance_watched(working, loaded, batch, &mut |_| {})
}

/// As [`advance`], and tells a watcher which stage it enters: the core has no clock, so that whoever wants to know where
/// the time goes brings one.
pub fn advance_watched(working: &mut Working, loaded: &Loaded, batch: &Batch, enter: &mut dyn FnMut(Stage)) -> Step {
    advance_all(working, loaded, batch, enter, None)
}

fn advance_all(
    working: &mut Working,
    loaded: &Loaded,
    batch: &Batch,
    enter: &mut dyn FnMut(Stage),
    mut parts: Option<&mut Parts<'_>>,
) -> Step {
    let mut step = Step::default();
    for event in &batch.events {
        working.event(loaded, event, &mut step, enter, parts.as_deref_mut());
    }
    enter(Stage::Score);
    working.renew_scores(&mut step);
    step
}

impl Working {
    /// The instant of the last record of the business's own doings: how far the books reach.
    pub fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// What is known of attempts to pay.
    pub fn payments(&self) -> &Payments {
        &self.payments
    }

    /// What is known of lists and the people on them.
    pub fn compliance(&self) -> &Compliance {
        &self.watched.compliance
    }

    /// What is watched for beside fraud.
    pub fn watch_rules(&self) -> &WatchRules {
        &self.watched.rules
    }

    /// The policy that holds now.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What is known of attempts.
    pub fn live(&self) -> &Live {
        &self.live
    }

    fn event(
        &mut self,
        loaded: &Loaded,
        event: &Event,
        step: &mut Step,
        enter: &mut dyn FnMut(Stage),
        parts: Option<&mut Parts<'_>>,
    ) {
        match &event.body {
            Body::Record(record) => self.record(event.now, record, step, enter),
            Body::Rejected(issue) => {
                let count = step.count(Stage::Sources);
                count.taken += u64::from(issue.rows);
                count.issues += u64::from(issue.rows);
                step.issues.push(issue.clone());
            }
            Body::PolicyInstalled(policy) => {
                self.policy = (**policy).clone();
                self.sellers = Sellers::of(&self.policy.seller_rules);
                self.scorer.refresh(&self.policy);
            }
            Body::ModelInstalled { model, loss_given_event_bps, .. } => {
                self.install(loaded, *model, *loss_given_event_bps);
            }
            Body::Reconcile => {
                enter(Stage::Reconcile);
                self.reconcile(event.now, step, parts);
            }
            Body::Refresh => {
                enter(Stage::Score);
                self.scorer.pass(&self.policy, event.now);
                self.scorer.refresh(&self.policy);
            }
            Body::Asked(_)
            | Body::OutcomeKnown(_)
            | Body::LiveModelChosen { .. }
            | Body::ShadowPolicySet(_)
            | Body::ListChanged(_)
            | Body::Ticked => self.attempted(loaded, event, step, enter),
            Body::ExceptionsWorked(work) => self.live.work(work, step),
            // Whether a notice arrived bears on its list alone.
            Body::NoticeSettled(_) => {}
            Body::ScreeningListLoaded(list) => self.watched.compliance.load(list),
            Body::PeopleScreened(screening) => self.screened(event.now, screening, step),
            Body::WatchRulesInstalled(rules) => {
                self.watched.rules = *rules;
                self.watched.flows.install(rules);
            }
            Body::PeriodLocked { through, .. } => self.books.lock(*through),
            Body::PeriodReopened { from, .. } => self.books.reopen(*from),
            // What people do about issues bears on their lists alone; what is read in a mend comes as records.
            Body::EditStaged(_)
            | Body::EditDropped(_)
            | Body::Mended(_)
            | Body::IssueDismissed { .. }
            | Body::IssueReopened(_) => {}
            // Answers bear on linking, which asks for them when it runs.
            Body::PairsQueued(_) | Body::PairAnswered { .. } | Body::PairAnswerUndone(_) => {}
        }
    }

    /// What is asked about attempts, and what bears on the answers.
    fn attempted(&mut self, loaded: &Loaded, event: &Event, step: &mut Step, enter: &mut dyn FnMut(Stage)) {
        self.payments.mature_after(self.policy.live.maturity_days);
        let under = Under { policy: &self.policy, rates: &self.rates, now: event.now };
        match &event.body {
            Body::Asked(attempt) => {
                enter(Stage::Decide);
                [Stage::Observe, Stage::Score, Stage::Decide].into_iter().for_each(|stage| passed(step, stage, 1));
                let scored = loaded.scores.get(step.rulings.len()).cloned();
                self.live.ask(under, &mut self.payments, attempt, scored, step);
            }
            Body::OutcomeKnown(outcome) => Live::outcome(&mut self.payments, outcome, step),
            Body::LiveModelChosen { kind, role, model, .. } => {
                let file = |digest: &Digest| loaded.models.get(digest).expect("the caller loads what `needs` names");
                self.live.choose(*kind, *role, model.map(|digest| (digest, Arc::clone(file(&digest)))));
            }
            Body::ShadowPolicySet(policy) => self.live.set_shadow(policy.as_deref()),
            Body::ListChanged(listed) => self.live.list(listed),
            Body::Ticked => {
                self.live.tick(under, step);
                self.payments.pass(event.now);
            }
            _ => {}
        }
    }

    fn record(&mut self, now: Timestamp, record: &Record, step: &mut Step, enter: &mut dyn FnMut(Stage)) {
        passed(step, Stage::Sources, record.rows());
        enter(Stage::Normalise);
        let document = match normalise::normalise(&self.policy, record) {
            Ok(document) => document,
            Err(issue) => return refused(step, issue),
        };
        if let Kind::Rates(provider, sheet) = &document.kind {
            return match Arc::make_mut(&mut self.rates).add(*provider, sheet.clone()) {
                Ok(()) => passed(step, Stage::Normalise, 1),
                Err(CircularRate { to, .. }) => refused(step, circular(record, to)),
            };
        }
        passed(step, Stage::Normalise, 1);
        enter(Stage::Link);
        let party = self.link(&document, step);
        enter(Stage::Reconcile);
        self.items.take(&document, party.as_ref());
        let owed = post::owed_to_sellers(self.rules(), &document);
        for ((seller, currency), minor) in owed {
            self.items.owe(&document, seller, Money::new(minor, currency));
        }
        passed(step, Stage::Reconcile, 1);
        enter(Stage::Post);
        self.post(record, &document, step);
        enter(Stage::Observe);
        if let Kind::Processor(line) = &document.kind {
            self.live.chargeback(now, &mut self.payments, line, step);
        }
        if record.content.dates_the_books() {
            self.latest = self.latest.max(Some(now));
            self.scorer.pass(&self.policy, now);
        }
        match &document.kind {
            Kind::Sales(sales) => self.judge(&document, sales, party, step, enter),
            Kind::Authorisation(said) => self.told(&document, said, step, enter),
            Kind::Processor(line) => {
                self.observe_payment(&document, line.gross, step);
                self.dispute(&document, line);
            }
            _ => {}
        }
        self.watch(record, &document, step);
    }

    /// A dispute puts its sale at stake; one that is won takes that back.
    fn dispute(&mut self, document: &Document, line: &ProcessorLine) {
        if !matches!(line.category, ProcessorCategory::Dispute | ProcessorCategory::DisputeReversal) {
            return;
        }
        let Some(number) = self.items.order_of(line) else { return };
        let sale = self.links.sale(&number).cloned();
        if line.category == ProcessorCategory::DisputeReversal {
            return self.scorer.won(&number, sale);
        }
        let unknown = Money::zero(self.policy.reporting_currency);
        let exposure = self.in_reporting(document, line.gross.abs()).unwrap_or(unknown);
        self.scorer.disputed(&number, sale, exposure);
    }

    /// Compliance risk of money and goods, and the risk of the business's own systems.
    fn watch(&mut self, record: &Record, document: &Document, step: &mut Step) {
        let (money, people, goods) = match (&document.kind, &record.content) {
            (Kind::Sales(sales), Content::Invoice(invoice)) if sales.kind == SalesKind::Sale => {
                let goods = invoice.lines.iter().map(|line| line.description.as_str());
                (sales.total, vec![sales.buyer], goods.filter(|text| !text.is_empty()).collect())
            }
            (Kind::Bank(line), _) => (line.amount, vec![line.counterparty], Vec::new()),
            (Kind::Authorisation(said), _) => (said.amount, vec![said.buyer, said.card], Vec::new()),
            _ => return,
        };
        let amount = self.in_reporting(document, money);
        let Watched { rules, flows, minutes, compliance, systems } = &mut self.watched;
        if let Kind::Authorisation(said) = &document.kind {
            let health = minutes.observe(document.at, said, amount);
            step.scores.extend(systems.judge(&self.policy, &rules.system, document.at, &health));
        }
        let people: Vec<Token> = people.into_iter().flatten().collect();
        let moves = !matches!(document.kind, Kind::Sales(_));
        let movement = people.first().zip(amount).filter(|_| moves).map(|(of, amount)| Movement {
            record: &document.id,
            of: *of,
            at: document.at,
            minor: amount.minor,
        });
        let read = movement.map(|movement| flows.observe(&movement)).unwrap_or_default();
        let case = Case {
            record: &document.id,
            at: document.at,
            amount: amount.unwrap_or(Money::zero(self.policy.reporting_currency)),
            people,
            goods,
            structured: rules.structuring.zip(read.structured),
            round_trip: read.round_trip,
        };
        step.scores.extend(compliance.judge(&self.policy, &case));
    }

    /// People were held against lists: those who are parties have a score of their own.
    fn screened(&mut self, now: Timestamp, screening: &Screening, step: &mut Step) {
        for token in self.watched.compliance.screened(screening) {
            let party = PartyId::from(format!("buyer:{token}"));
            if self.links.party(&party).is_some() {
                step.scores.push(self.watched.compliance.party(&self.policy, &party, token, now));
            }
        }
    }

    fn link(&mut self, document: &Document, step: &mut Step) -> Option<PartyId> {
        let (id, changed) = self.links.link(document)?;
        passed(step, Stage::Link, 1);
        if changed {
            step.parties.extend(self.links.party(&id).cloned());
        }
        Some(id)
    }

    fn rules(&self) -> post::Rules<'_> {
        post::Rules { postings: &self.policy.posting_rules, sellers: &self.sellers }
    }

    fn post(&mut self, record: &Record, document: &Document, step: &mut Step) {
        let entry = match &document.kind {
            Kind::Opening(opening) if self.books.is_locked(opening.cut_over) => {
                return refused(step, issue(record, IssueRule::OpeningInLockedPeriod));
            }
            Kind::Opening(opening) => self.books.open(document, opening),
            Kind::Stock(movement) => return self.stock.take(document, movement),
            _ => post::post_document(self.rules(), document).and_then(|entry| self.books.take(entry)),
        };
        if let Some(entry) = entry {
            if entry.belongs_at.is_some() {
                step.issues.push(issue(record, IssueRule::EntryInLockedPeriod));
            }
            step.entries.push(entry);
            passed(step, Stage::Post, 1);
        }
    }

    /// Observe, score and decide: every sales document ends in exactly one decision.
    fn judge(
        &mut self,
        document: &Document,
        sales: &SalesDocument,
        party: Option<PartyId>,
        step: &mut Step,
        enter: &mut dyn FnMut(Stage),
    ) {
        let observation = self.observer.observe(&self.policy, document);
        passed(step, Stage::Observe, 1);
        enter(Stage::Score);
        let owed = party.clone().filter(|_| sales.kind == SalesKind::Sale);
        if let Some(party) = &party {
            self.scorer.came_true(party, &observation.labels);
        }
        step.labels.extend(observation.labels);
        step.features.extend(observation.features.clone());
        let decision = match (sales.kind, observation.norms, party) {
            (SalesKind::Sale, Some(norms), Some(party)) => {
                let features = observation.features.map(|row| columns(row.values));
                let (record, at, exposure) = (document.id.clone(), document.at, self.exposure(document, sales));
                self.score(LiveSale { record, party, at, exposure, features, norms }, step, enter)
            }
            _ => {
                enter(Stage::Decide);
                decide::not_a_sale(&document.id, document.at)
            }
        };
        passed(step, Stage::Decide, 1);
        step.decisions.push(decision);
        if let Some(party) = owed {
            self.scorer.told_of(&sales.number, &document.id, &party);
        }
    }

    /// What stands to be lost with a sale, in the reporting currency, so that money at risk adds. Nothing is known to be
    /// at stake where no rate of the week before is known.
    fn exposure(&self, document: &Document, sales: &SalesDocument) -> Money {
        let unknown = Money::zero(self.policy.reporting_currency);
        self.in_reporting(document, sales.total).unwrap_or(unknown)
    }

    /// A document's amount in the reporting currency, at the last rate before its day.
    fn in_reporting(&self, document: &Document, amount: Money) -> Option<Money> {
        let day = document.at.to_zoned(TimeZone::UTC).date();
        self.rates.convert(amount, self.policy.reporting_currency, day)
    }

    fn score(&mut self, sale: LiveSale, step: &mut Step, enter: &mut dyn FnMut(Stage)) -> Decision {
        let (record, at) = (sale.record.clone(), sale.at);
        let (assessment, at_risk) = self.scorer.sale(&self.policy, sale);
        passed(step, Stage::Score, 1);
        enter(Stage::Decide);
        let points = score::points(&self.policy, assessment.probability);
        decide::decide(&self.policy, &record, at, points, at_risk)
    }

    fn install(&mut self, loaded: &Loaded, digest: Digest, loss_given_event_bps: u32) {
        let model = loaded.models.get(&digest).expect("the caller loads what `needs` names").clone();
        let names = observe::FEATURES.iter().map(|feature| feature.name).collect();
        self.scorer.install(&self.policy, Installed { digest, model, names, loss_given_event_bps });
    }

    fn renew_scores(&mut self, step: &mut Step) {
        let (scores, retired) = self.scorer.changed(&self.policy);
        step.scores.extend(scores);
        step.retired.extend(retired);
    }
}

impl WhoIsWho for Links {
    fn party_of_customer(&self, customer: Token) -> Option<&PartyId> {
        Links::party_of_customer(self, customer)
    }

    fn party(&self, id: &PartyId) -> Option<&Party> {
        Links::party(self, id)
    }
}

/// What observe found, as score takes it.
fn columns(values: Vec<f32>) -> Columns {
    let linear = observe::linear_form(&values);
    Columns { values, linear }
}

fn passed(step: &mut Step, stage: Stage, rows: u64) {
    let count = step.count(stage);
    count.taken += rows;
    count.passed += rows;
}

fn refused(step: &mut Step, issue: Issue) {
    let count = step.count(issue.stage);
    count.taken += 1;
    count.issues += 1;
    step.issues.push(issue);
}

/// That a rate contradicts another; the column is its currency.
fn circular(record: &Record, to: Currency) -> Issue {
    let (stage, column) = (Stage::Normalise, to.code().to_owned());
    Issue { stage, column, ..issue(record, IssueRule::CircularRate) }
}

/// That a record's entry does not stand as the record says.
fn issue(record: &Record, rule: IssueRule) -> Issue {
    let (file, span, value) = (record.file, record.span, record.id.to_string());
    Issue { stage: Stage::Post, rule, file, span, rows: 0, column: String::new(), value }
}

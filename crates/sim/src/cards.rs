//! A stream of card payments with planted fraud, and the truth beside it.
//!
//! How it is made: each card has a usual amount (2.00–100.00), up to four attempts a day, a device, an address, a country
//! and five terminals of its own. What is planted, each on its own stream:
//! - **Stolen cards**: one card in fifty; for two weeks a third of its attempts are fraud, of five times the amount, from
//!   another device and country.
//! - **Compromised terminals**: one terminal in twenty; for two weeks a third of what is paid there is fraud, which only
//!   its label tells.
//! - **Card testing**: about one a week: one device tries twelve cards within 55 seconds around a full minute, with
//!   amounts below 2.00; most are declined.
//!
//! One attempt in a hundred arrives late, by up to six hours; attempts come in order of arrival. Four approved frauds in
//! five are disputed, three to twenty days later.
//!
//! Promises: equal parameters give equal streams; neither ids nor order say what is fraud.

use crate::random::{Seed, Stream};
use domain::{AuthorisationOutcome, Content, Currency, Money, ProcessorCategory, ProcessorLine};
use jiff::{SignedDuration, Timestamp};
use sources::standard_event::{self, Attempt, Event};

const DAY_S: i64 = 86_400;
const TERMINALS_OF_A_CARD: i64 = 5;
const COUNTRIES: [&str; 5] = ["GB", "DE", "FR", "NL", "ES"];
const FRAUD_DAYS: i64 = 14;
const CARDS_OF_A_TEST: i64 = 12;

/// What to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardParams {
    /// Equal seeds give equal streams.
    pub seed: u64,
    /// Cards.
    pub cards: u32,
    /// Terminals.
    pub terminals: u32,
    /// Days.
    pub days: u32,
    /// The first instant.
    pub start: Timestamp,
}

impl CardParams {
    /// So many cards and days from 1 January 2026, with twice as many terminals as cards.
    pub fn new(seed: u64, cards: u32, days: u32) -> Self {
        let start = Timestamp::from_second(1_767_225_600).unwrap_or_default();
        Self { seed, cards, terminals: cards.saturating_mul(2).max(1), days, start }
    }
}

/// What kind of fraud an attempt is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CardFraud {
    /// The card was stolen.
    StolenCard,
    /// The terminal was.
    CompromisedTerminal,
    /// Somebody tries out cards.
    CardTesting,
}

impl CardFraud {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::StolenCard => "stolen card",
            Self::CompromisedTerminal => "compromised terminal",
            Self::CardTesting => "card testing",
        }
    }
}

/// An attempt, and what is true of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardAttempt {
    /// As it is told.
    pub attempt: Attempt,
    /// When it arrives.
    pub arrives: Timestamp,
    /// What fraud it is; none for most.
    pub fraud: Option<CardFraud>,
}

/// The whole stream.
#[derive(Clone, PartialEq, Debug)]
pub struct CardStream {
    /// In order of arrival.
    pub attempts: Vec<CardAttempt>,
    /// In order of time.
    pub disputes: Vec<Event>,
}

impl CardStream {
    /// The stream of these parameters.
    pub fn new(params: &CardParams) -> Self {
        let world = World { seed: Seed(params.seed), params };
        let mut attempts: Vec<CardAttempt> = (0..params.cards).flat_map(|card| world.of_card(card)).collect();
        attempts.extend(world.tests());
        attempts.sort_by(|a, b| (a.arrives, &a.attempt.id).cmp(&(b.arrives, &b.attempt.id)));
        let mut disputes: Vec<Event> = attempts.iter().filter_map(|attempt| world.dispute(attempt)).collect();
        disputes.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Self { attempts, disputes }
    }

    /// The file of the attempts, in order of arrival, then of the disputes.
    pub fn events_jsonl(&self) -> Vec<u8> {
        let attempts: Vec<Attempt> = self.attempts.iter().map(|attempt| attempt.attempt.clone()).collect();
        let mut file = standard_event::write_attempts(&attempts);
        file.extend(standard_event::write(&self.disputes));
        file
    }

    /// Which attempts are fraud, and of which kind.
    pub fn truth_csv(&self) -> String {
        let frauds = self.attempts.iter().filter_map(|attempt| Some((attempt, attempt.fraud?)));
        let rows = frauds.map(|(attempt, fraud)| format!("{},{}\n", attempt.attempt.id, fraud.name()));
        std::iter::once("attempt,fraud\n".to_owned()).chain(rows).collect()
    }
}

struct World<'a> {
    seed: Seed,
    params: &'a CardParams,
}

/// When something is in other hands: from this second on, for [`FRAUD_DAYS`].
type Taken = Option<i64>;

impl World<'_> {
    fn seconds(&self) -> i64 {
        i64::from(self.params.days) * DAY_S
    }

    /// Draws whether and when somebody or something falls into other hands.
    fn taken(&self, what: &str, whom: &str, rate_bps: u32) -> Taken {
        let mut draws = self.seed.stream(what, whom);
        let is_taken = draws.chance(rate_bps);
        is_taken.then(|| draws.between(0, (self.seconds() - FRAUD_DAYS * DAY_S).max(0)))
    }

    fn of_card(&self, card: u32) -> Vec<CardAttempt> {
        let name = format!("c{card}");
        let mut draws = self.seed.stream("card", &name);
        let usual_minor = draws.between(200, 10_000);
        let a_day = draws.between(0, 4);
        let country = COUNTRIES[usize::try_from(draws.between(0, 4)).unwrap_or(0)];
        let last = i64::from(self.params.terminals) - 1;
        let terminals: Vec<i64> = (0..TERMINALS_OF_A_CARD).map(|_| draws.between(0, last)).collect();
        let stolen = self.taken("stolen", &name, 200);
        let mut attempts = Vec::new();
        for day in 0..i64::from(self.params.days) {
            for number in 0..draws.between(0, a_day) {
                let second = day * DAY_S + draws.between(0, DAY_S - 1);
                let favourite = usize::try_from(draws.between(0, TERMINALS_OF_A_CARD - 1)).unwrap_or(0);
                let terminal = format!("t{}", terminals[favourite]);
                let place = Place { card, name: &name, country, terminal, second, number };
                attempts.push(self.attempt(&place, usual_minor, stolen, &mut draws));
            }
        }
        attempts
    }

    fn attempt(&self, at: &Place<'_>, usual_minor: i64, stolen: Taken, draws: &mut Stream) -> CardAttempt {
        let within = |taken: Taken| taken.is_some_and(|from| (from..from + FRAUD_DAYS * DAY_S).contains(&at.second));
        let (of_card, of_terminal) = (draws.chance(3_333), draws.chance(3_333));
        let fraud = if within(stolen) && of_card {
            Some(CardFraud::StolenCard)
        } else if within(self.taken("compromised", &at.terminal, 500)) && of_terminal {
            Some(CardFraud::CompromisedTerminal)
        } else {
            None
        };
        let amount = usual_minor * draws.between(50, 200) / 100;
        let is_stolen = fraud == Some(CardFraud::StolenCard);
        let declined = draws.chance(if is_stolen { 2_000 } else { 300 });
        let (device, country) = match is_stolen {
            true => (format!("thief of {}", at.name), COUNTRIES[at.card as usize % COUNTRIES.len()]),
            false => (format!("device of {}", at.name), at.country),
        };
        let minor = if is_stolen { amount * 5 } else { amount }.max(1);
        let told = Told { minor, declined, device, country, fraud };
        self.told(&format!("{}-{}-{}", at.name, at.second, at.number), at, told, draws)
    }

    fn told(&self, purpose: &str, at: &Place<'_>, told: Told, draws: &mut Stream) -> CardAttempt {
        let id = self.seed.id("auth_", purpose);
        let outcome = match (told.declined, draws.chance(50)) {
            (true, _) => AuthorisationOutcome::Declined,
            (false, true) => AuthorisationOutcome::Failed,
            (false, false) => AuthorisationOutcome::Approved,
        };
        let approved = outcome == AuthorisationOutcome::Approved;
        let late_s = if draws.chance(100) { draws.between(60, 6 * 3_600) } else { 0 };
        let happened = self.params.start + SignedDuration::from_secs(at.second);
        let attempt = Attempt {
            charge: approved.then(|| self.seed.id("ch_", purpose)),
            id,
            at: happened,
            amount: Money::new(told.minor, Currency::EUR),
            outcome,
            latency_ms: u32::try_from(draws.between(80, 400)).ok(),
            people: [
                format!("buyer of {}", at.name),
                format!("tok_{}", at.name),
                told.device,
                format!("address of {}", at.name),
            ],
            seller: String::new(),
            merchant: at.terminal.clone(),
            country: told.country.to_owned(),
        };
        CardAttempt { attempt, arrives: happened + SignedDuration::from_secs(late_s), fraud: told.fraud }
    }

    /// Bursts of card testing: twelve attempts, five seconds apart, around a full minute.
    fn tests(&self) -> Vec<CardAttempt> {
        let weeks = i64::from(self.params.days / 7);
        let mut attempts = Vec::new();
        for week in 0..weeks {
            let name = format!("test{week}");
            let mut draws = self.seed.stream("testing", &name);
            let minute = week * 7 * DAY_S + draws.between(60, 7 * DAY_S - 120);
            let first = minute - minute.rem_euclid(60) - 25;
            let last = i64::from(self.params.cards.max(1)) - 1;
            let terminal = format!("t{}", draws.between(0, i64::from(self.params.terminals) - 1));
            for number in 0..CARDS_OF_A_TEST {
                let card = u32::try_from(draws.between(0, last)).unwrap_or(0);
                let card_name = format!("c{card}");
                let second = first + 5 * number;
                let place = Place { card, name: &card_name, country: "GB", terminal: terminal.clone(), second, number };
                let told = Told {
                    minor: draws.between(50, 199),
                    declined: draws.chance(7_000),
                    device: format!("tester of {name}"),
                    country: "GB",
                    fraud: Some(CardFraud::CardTesting),
                };
                attempts.push(self.told(&format!("{name}-{number}"), &place, told, &mut draws));
            }
        }
        attempts
    }

    fn dispute(&self, attempt: &CardAttempt) -> Option<Event> {
        let CardAttempt { attempt, fraud: Some(_), .. } = attempt else { return None };
        let charge = attempt.charge.clone()?;
        let mut draws = self.seed.stream("dispute", &attempt.id);
        if !draws.chance(8_000) {
            return None;
        }
        let at = attempt.at + SignedDuration::from_secs(draws.between(3 * DAY_S, 20 * DAY_S));
        let back = Money::new(-attempt.amount.minor, attempt.amount.currency);
        let line = ProcessorLine {
            category: ProcessorCategory::Dispute,
            gross: back,
            fee: Money::zero(back.currency),
            net: back,
            source_id: self.seed.id("dp_", &attempt.id),
            charge: Some(charge),
            payout: None,
            payout_at: None,
            order_reference: None,
            customer: None,
            description: String::new(),
            presentment: None,
            card_country: None,
        };
        Some(Event { id: self.seed.id("dis_", &attempt.id), at, person: None, content: Content::Processor(line) })
    }
}

/// Where and by which card an attempt is made.
struct Place<'a> {
    card: u32,
    name: &'a str,
    country: &'static str,
    terminal: String,
    second: i64,
    number: i64,
}

/// What is told of it.
struct Told {
    minor: i64,
    declined: bool,
    device: String,
    country: &'static str,
    fraud: Option<CardFraud>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn equal_parameters_give_equal_streams_with_every_fraud() {
        let params = CardParams::new(7, 200, 30);
        let stream = CardStream::new(&params);
        assert_eq!(stream, CardStream::new(&params));
        assert_ne!(stream.attempts, CardStream::new(&CardParams::new(8, 200, 30)).attempts);
        let ids: BTreeSet<&str> = stream.attempts.iter().map(|attempt| attempt.attempt.id.as_str()).collect();
        assert_eq!(ids.len(), stream.attempts.len());
        let mut kinds: BTreeMap<CardFraud, usize> = BTreeMap::new();
        stream
            .attempts
            .iter()
            .filter_map(|attempt| attempt.fraud)
            .for_each(|kind| *kinds.entry(kind).or_default() += 1);
        assert_eq!(kinds.len(), 3, "{kinds:?}");
        assert!(stream.attempts.windows(2).any(|pair| pair[0].attempt.at > pair[1].attempt.at), "some come late");
        assert!(!stream.disputes.is_empty());
        let rows = kinds.values().sum::<usize>();
        assert_eq!(stream.truth_csv().lines().count(), 1 + rows);
    }
}

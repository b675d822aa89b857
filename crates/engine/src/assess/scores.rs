//! Scores and indicators: what definitions make of facts, for each of several definitions of a concept.

use super::evaluate::{Definitions, Evaluator, Lack, Used};
use super::facts::{Facts, Kind};
use super::formula::Expression;
use learn::metrics::normal;
use learn::probability_of;
use std::collections::BTreeMap;

/// A formula with its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// As it was written.
    pub text: String,
    /// As it is reckoned.
    pub formula: Expression,
}

/// What a name in formulas means.
#[derive(Clone, PartialEq, Debug)]
pub struct Concept {
    /// How it is told.
    pub kind: Kind,
    /// Names in filings, the first that is told stands.
    pub tags: Vec<String>,
    /// What it is by others; the first that can be reckoned stands.
    pub identities: Vec<Definition>,
}

/// Whether more is riskier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// `+`
    Riskier,
    /// `-`
    Safer,
    /// `0`
    TwoSided,
}

/// Where a score's zones end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cuts {
    /// Safe from here on.
    pub safe: f64,
    /// In distress from here on.
    pub distress: f64,
}

/// Where a score lies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "as they are called")]
pub enum Zone {
    Safe,
    Grey,
    Distress,
}

impl Cuts {
    /// The zone of a value: a cut itself is grey. Safe lies above distress (Z), or below it or on it (M).
    pub fn zone(self, value: f64) -> Zone {
        let sign = if self.safe > self.distress { 1.0 } else { -1.0 };
        match sign * value {
            v if v > sign * self.safe => Zone::Safe,
            v if v < sign * self.distress => Zone::Distress,
            _ => Zone::Grey,
        }
    }

    /// 0 (best) to 5 (worst): the safe cut is 2 and the distress cut 3, so that the grey zone is grade C; on by the same
    /// slope, within 0 and 5. Example: Z with cuts 2.99 and 1.81 is 2.5 at 2.40, and 0 from 5.35.
    pub fn points(self, value: f64) -> f64 {
        self.position(value).clamp(0.0, 5.0)
    }

    fn position(self, value: f64) -> f64 {
        2.0 + (self.safe - value) / (self.safe - self.distress)
    }
}

/// How a score becomes a probability.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as they are called")]
pub enum Link {
    Logit,
    Probit,
}

/// Of which businesses a score speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as they are called")]
pub enum Applies {
    All,
    Listed,
    Unlisted,
}

/// A score, as its file defines it.
#[derive(Clone, PartialEq, Debug)]
pub struct ScoreDefinition {
    /// Unique.
    pub key: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub definition: Definition,
    /// Names that hold in it, in order.
    pub terms: Vec<(String, Definition)>,
    /// Whether more is riskier.
    pub direction: Direction,
    /// Its zones, if it has any.
    pub cuts: Option<Cuts>,
    /// What makes it a probability.
    pub link: Option<Link>,
    /// Of whom it speaks.
    pub applies: Applies,
    /// Whether it is a part of the credit score.
    pub is_headline: bool,
    /// Who published it, and where.
    pub source: String,
    /// What differs between prints, what stands for what, and how far it was checked.
    pub note: String,
}

/// An indicator, as its file defines it.
#[derive(Clone, PartialEq, Debug)]
pub struct Indicator {
    /// One of the eight sides.
    pub side: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub definition: Definition,
    /// `%`, `days`, `months`, or empty.
    pub unit: String,
    /// Whether more is riskier.
    pub direction: Direction,
    /// Concepts that must be above nought for it to say anything.
    pub positive: Vec<String>,
    /// Who defines it so.
    pub source: String,
}

/// The ends of the 0–5 scale, as probabilities.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// 0 points.
    pub best: f64,
    /// 5 points.
    pub worst: f64,
}

impl Scale {
    /// The log-odds of points.
    pub fn log_odds(self, points: f64) -> f64 {
        let (best, worst) = (learn::log_odds_of(self.best), learn::log_odds_of(self.worst));
        best + points / 5.0 * (worst - best)
    }

    /// The points of log-odds, within 0 and 5.
    pub fn points(self, log_odds: f64) -> f64 {
        let (best, worst) = (learn::log_odds_of(self.best), learn::log_odds_of(self.worst));
        (5.0 * (log_odds - best) / (worst - best)).clamp(0.0, 5.0)
    }
}

/// A term of a score with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// Name.
    pub name: String,
    /// What it is.
    pub text: String,
    /// Its value, or why it has none.
    pub value: Result<f64, Lack>,
}

/// A score of the facts.
#[derive(Clone, PartialEq, Debug)]
pub struct Scored {
    /// Which one, by its place among the definitions.
    pub definition: usize,
    /// Which definition of a concept it was reckoned with; empty where there is nothing to choose.
    pub variant: String,
    /// Its value, or why it has none.
    pub value: Result<f64, Lack>,
    /// Its terms.
    pub terms: Vec<Measured>,
    /// What it used.
    pub used: Vec<Used>,
}

impl ScoreDefinition {
    /// The zone of a value, where the score has zones.
    pub fn zone(&self, value: f64) -> Option<Zone> {
        self.cuts.map(|cuts| cuts.zone(value))
    }

    /// The probability that a value means, where it means one.
    pub fn probability(&self, value: f64) -> Option<f64> {
        self.link.map(|link| match link {
            Link::Logit => probability_of(value),
            Link::Probit => normal(value),
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().flat_map(|(_, term)| term.formula.names()).chain(self.definition.formula.names())
    }

    fn score(&self, place: usize, variant: &str, evaluator: Evaluator<'_>) -> Scored {
        let mut evaluator = evaluator;
        let measured = self.terms.iter().map(|(name, term)| Measured {
            name: name.clone(),
            text: term.text.clone(),
            value: evaluator.value(&term.formula),
        });
        let terms = measured.collect();
        let value = evaluator.value(&self.definition.formula);
        Scored { definition: place, variant: variant.to_owned(), value, terms, used: evaluator.used() }
    }
}

/// Every score, for each definition of a concept that it uses; `choices` are (concept, name of the definition, what it is), and
/// `shifts` what a scenario moves.
pub fn scores(
    definitions: &Definitions,
    choices: &[(String, String, Definition)],
    wanted: &[ScoreDefinition],
    facts: &Facts,
    shifts: &BTreeMap<String, f64>,
) -> Vec<Scored> {
    let mut all = Vec::new();
    for (place, score) in wanted.iter().enumerate() {
        let evaluator = || {
            let terms = score.terms.iter().map(|(name, term)| (name.as_str(), &term.formula));
            Evaluator::new(definitions, facts, 0).with_terms(terms).shifted(shifts)
        };
        let chosen: Vec<_> = choices.iter().filter(|(concept, ..)| score.names().any(|name| name == concept)).collect();
        if chosen.is_empty() {
            all.push(score.score(place, "", evaluator()));
        }
        for (concept, variant, choice) in chosen {
            all.push(score.score(place, variant, evaluator().choosing(concept, &choice.text, &choice.formula)));
        }
    }
    all
}

/// An indicator's value in a year, or why it has none, and what it used.
pub type InYear = (Result<f64, Lack>, Vec<Used>);

/// An indicator in the year that is assessed and those before it, the newest first.
pub fn indicators(
    definitions: &Definitions,
    choices: &[(String, String, Definition)],
    wanted: &[Indicator],
    facts: &Facts,
    years: i32,
) -> Vec<Vec<InYear>> {
    let of = |indicator: &Indicator, back: i32| {
        // An indicator takes the first definition of a concept that has several; the scores show all.
        let first = choices.iter().rev().fold(Evaluator::new(definitions, facts, back), |evaluator, choice| {
            evaluator.choosing(&choice.0, &choice.2.text, &choice.2.formula)
        });
        let mut evaluator = first;
        let value = evaluator.value(&indicator.definition.formula);
        let value = value.and_then(|value| positive(indicator, &mut evaluator).map(|()| value));
        (value, evaluator.used())
    };
    wanted.iter().map(|indicator| (0..years).map(|back| of(indicator, back)).collect()).collect()
}

fn positive(indicator: &Indicator, evaluator: &mut Evaluator<'_>) -> Result<(), Lack> {
    for name in &indicator.positive {
        if evaluator.value(&Expression::Name(name.clone(), 0))? <= 0.0 {
            return Err(Lack::NotPositive(name.clone()));
        }
    }
    Ok(())
}

/// The scores that make the credit score: those of the headline that speak of this business, with a value.
///
/// Each counts alike, in each of its definitions: the mean of their points, which is the mean of their log-odds. None
/// where none has a value.
pub fn headline(wanted: &[ScoreDefinition], scored: &[Scored], is_listed: bool) -> Option<f64> {
    let points: Vec<f64> = scored
        .iter()
        .filter_map(|one| {
            let definition = &wanted[one.definition];
            let speaks = match definition.applies {
                Applies::All => true,
                Applies::Listed => is_listed,
                Applies::Unlisted => !is_listed,
            };
            let cuts = definition.cuts.filter(|_| definition.is_headline && speaks)?;
            one.value.as_ref().ok().map(|value| cuts.points(*value))
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a few scores")]
    (!points.is_empty()).then(|| points.iter().sum::<f64>() / points.len() as f64)
}

/// What the scores do not agree on, in words.
pub fn disagreements(wanted: &[ScoreDefinition], scored: &[Scored]) -> Vec<String> {
    let zone = |one: &Scored| one.value.as_ref().ok().and_then(|value| wanted[one.definition].zone(*value));
    let mut all = Vec::new();
    for (at, one) in scored.iter().enumerate() {
        for other in &scored[at + 1..] {
            let (Some(first), Some(second)) = (zone(one), zone(other)) else { continue };
            let (name, same) = (&wanted[one.definition].name, one.definition == other.definition);
            if same && first != second {
                let (first, second) = (first.name(), second.name());
                all.push(format!("{name} is {first} with {}, {second} with {}", one.variant, other.variant));
            }
        }
    }
    let headline = scored.iter().filter(|one| wanted[one.definition].is_headline);
    let zones: Vec<(&str, Zone)> =
        headline.filter_map(|one| Some((wanted[one.definition].name.as_str(), zone(one)?))).collect();
    let (least, most) = (zones.iter().min_by_key(|(_, zone)| *zone), zones.iter().max_by_key(|(_, zone)| *zone));
    if let (Some((safer, least)), Some((riskier, most))) = (least, most)
        && safer != riskier
        && least != most
    {
        all.push(format!("{safer} says {}, {riskier} says {}", least.name(), most.name()));
    }
    all
}

impl Zone {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Grey => "grey",
            Self::Distress => "distress",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_lies_between_its_cuts_whichever_way_they_run() {
        let z = Cuts { safe: 2.99, distress: 1.81 };
        assert_eq!([3.0, 2.99, 2.0, 1.81, 1.8].map(|value| z.zone(value)), {
            [Zone::Safe, Zone::Grey, Zone::Grey, Zone::Grey, Zone::Distress]
        });
        let m = Cuts { safe: -1.78, distress: -1.78 };
        assert_eq!([-2.0, -1.7].map(|value| m.zone(value)), [Zone::Safe, Zone::Distress]);
        assert!((z.points(2.40) - 2.5).abs() < 1e-12);
        assert_eq!([z.points(9.0), z.points(-9.0)], [0.0, 5.0]);
    }

    #[test]
    fn points_and_log_odds_are_one_scale() {
        let scale = Scale { best: 0.001, worst: 0.5 };
        assert!((scale.points(scale.log_odds(2.5)) - 2.5).abs() < 1e-12);
        assert_eq!(scale.log_odds(5.0), 0.0);
    }
}

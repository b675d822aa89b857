//! Formulas over facts: what each name is worth, and how that is known.

use super::facts::{Absent, Facts};
use super::formula::{Expression, Function, Operator};
use super::scores::Concept;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why a formula has no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lack {
    /// Nothing tells these, and no identity derives them.
    Missing(BTreeSet<String>),
    /// It divides by what is nought.
    ZeroDenominator(String),
    /// It says nothing where this is not above nought.
    NotPositive(String),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(names) => {
                write!(f, "missing: {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            Self::ZeroDenominator(of) => write!(f, "undefined: {of} is 0"),
            Self::NotPositive(of) => write!(f, "says nothing: {of} is not above 0"),
        }
    }
}

/// How a figure is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum How {
    /// As told, each with its name and place: one, or the months or quarters of a year.
    Told(Vec<(String, String)>),
    /// By this identity.
    Derived(String),
}

/// A figure that a formula used.
#[derive(Clone, PartialEq, Debug)]
pub struct Used {
    /// The concept.
    pub concept: String,
    /// Years before the year that is assessed.
    pub years_back: i32,
    /// Its value.
    pub value: f64,
    /// How it is known.
    pub how: How,
}

/// What names mean.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Definitions {
    /// By name.
    pub concepts: BTreeMap<String, Concept>,
}

/// Evaluates formulas for one year, and remembers what they used.
pub struct Evaluator<'a> {
    definitions: &'a Definitions,
    facts: &'a Facts,
    /// What a concept of several definitions is here.
    chosen: BTreeMap<&'a str, (&'a str, &'a Expression)>,
    /// Names that hold in one formula.
    terms: BTreeMap<&'a str, &'a Expression>,
    /// How far a scenario moves concepts of the year that is assessed.
    shifts: BTreeMap<String, f64>,
    years_back: i32,
    used: BTreeMap<(String, i32), Used>,
    open: Vec<(String, i32)>,
}

impl<'a> Evaluator<'a> {
    /// For the year that ended so many years before.
    pub fn new(definitions: &'a Definitions, facts: &'a Facts, years_back: i32) -> Self {
        let (chosen, terms) = (BTreeMap::new(), BTreeMap::new());
        let (shifts, used, open) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { definitions, facts, chosen, terms, shifts, years_back, used, open }
    }

    /// With this definition of a concept that has several.
    pub fn choosing(mut self, concept: &'a str, text: &'a str, formula: &'a Expression) -> Self {
        self.chosen.insert(concept, (text, formula));
        self
    }

    /// With names that hold in this formula alone.
    pub fn with_terms(mut self, terms: impl IntoIterator<Item = (&'a str, &'a Expression)>) -> Self {
        self.terms.extend(terms);
        self
    }

    /// In a scenario that moves these concepts of the year that is assessed.
    pub fn shifted(mut self, shifts: &BTreeMap<String, f64>) -> Self {
        self.shifts.clone_from(shifts);
        self
    }

    /// What was used so far, by concept, the newest year first.
    pub fn used(self) -> Vec<Used> {
        self.used.into_values().collect()
    }

    /// The value of a formula.
    ///
    /// # Errors
    /// [`Lack`]; of what is missing, all of it.
    pub fn value(&mut self, formula: &Expression) -> Result<f64, Lack> {
        self.at(formula, self.years_back)
    }

    fn at(&mut self, formula: &Expression, back: i32) -> Result<f64, Lack> {
        match formula {
            Expression::Number(number) => Ok(*number),
            Expression::Name(name, further) => self.named(name, back + further),
            Expression::Of(function, of) => {
                let value = self.at(of, back)?;
                match function {
                    Function::Negative => Ok(-value),
                    Function::Abs => Ok(value.abs()),
                    Function::Ln if value > 0.0 => Ok(value.ln()),
                    Function::Ln => Err(Lack::NotPositive(told(of))),
                }
            }
            Expression::Two(operator, left, right) => {
                let (left, value) = both(self.at(left, back), self.at(right, back))?;
                match operator {
                    Operator::Add => Ok(left + value),
                    Operator::Subtract => Ok(left - value),
                    Operator::Multiply => Ok(left * value),
                    Operator::Divide if value == 0.0 => Err(Lack::ZeroDenominator(told(right))),
                    Operator::Divide => Ok(left / value),
                    Operator::Above => Ok(f64::from(u8::from(left > value))),
                    Operator::Below => Ok(f64::from(u8::from(left < value))),
                }
            }
        }
    }

    fn named(&mut self, name: &str, back: i32) -> Result<f64, Lack> {
        if let Some(&term) = self.terms.get(name) {
            return self.at(term, back);
        }
        let key = (name.to_owned(), back);
        if let Some(known) = self.used.get(&key) {
            return Ok(known.value);
        }
        let missing = |why: &str| Lack::Missing(BTreeSet::from([format!("{}{why}", spoken(name, back))]));
        if self.open.contains(&key) {
            return Err(missing(""));
        }
        self.open.push(key.clone());
        let found = match (self.told(name, back), self.chosen.get(name).copied()) {
            (Ok(told), _) => Ok(told),
            (Err(_), Some((text, formula))) => {
                self.at(formula, back).map(|value| (value, How::Derived(text.to_owned())))
            }
            (Err(absent), None) => match (self.derived(name, back), self.only_identity(name), absent) {
                (Some(derived), ..) => Ok(derived),
                // What nothing but an identity tells lacks what that lacks.
                (None, Some(identity), _) => self.at(identity, back).and(Err(missing(""))),
                (None, None, Absent::Untold) => Err(missing("")),
                (None, None, Absent::Days(days)) => Err(missing(&format!(" ({days} of 365 days)"))),
            },
        };
        self.open.pop();
        let (mut value, how) = found?;
        // What is derived moves with the told figures that it is made of.
        if back == 0 && matches!(how, How::Told(_)) {
            value += self.shifts.get(name).copied().unwrap_or(0.0);
        }
        self.used.insert(key, Used { concept: name.to_owned(), years_back: back, value, how });
        Ok(value)
    }

    fn told(&self, name: &str, back: i32) -> Result<(f64, How), Absent> {
        let concept = self.definitions.concepts.get(name).ok_or(Absent::Untold)?;
        let mut absent = Absent::Untold;
        for tag in std::iter::once(name).chain(concept.tags.iter().map(String::as_str)) {
            match self.facts.find(tag, concept.kind, back) {
                Ok(facts) => {
                    let sum: Decimal = facts.iter().map(|fact| fact.value).sum();
                    let places = facts.iter().map(|fact| (fact.name.clone(), fact.source.clone())).collect();
                    return Ok((sum.to_f64().unwrap_or(f64::NAN), How::Told(places)));
                }
                Err(Absent::Untold) => {}
                Err(part) => absent = part,
            }
        }
        Err(absent)
    }

    /// The identity of a concept that no filing tells by a tag, and that has just one.
    fn only_identity(&self, name: &str) -> Option<&'a Expression> {
        let concept = self.definitions.concepts.get(name).filter(|concept| concept.tags.is_empty())?;
        match &concept.identities[..] {
            [one] => Some(&one.formula),
            _ => None,
        }
    }

    fn derived(&mut self, name: &str, back: i32) -> Option<(f64, How)> {
        let definitions = self.definitions;
        let identities = &definitions.concepts.get(name)?.identities;
        identities
            .iter()
            .find_map(|identity| Some((self.at(&identity.formula, back).ok()?, How::Derived(identity.text.clone()))))
    }
}

/// Both values, or all that either lacks.
fn both(left: Result<f64, Lack>, right: Result<f64, Lack>) -> Result<(f64, f64), Lack> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(Lack::Missing(left)), Err(Lack::Missing(right))) => Err(Lack::Missing(&left | &right)),
        (Err(lack @ Lack::Missing(_)), _) | (_, Err(lack @ Lack::Missing(_))) => Err(lack),
        (Err(lack), _) | (_, Err(lack)) => Err(lack),
    }
}

/// A concept and its year, as a formula writes it.
fn spoken(name: &str, back: i32) -> String {
    if back == 0 { name.to_owned() } else { format!("{name}[-{back}]") }
}

/// A formula as it is spoken of: a name, or all names in it.
fn told(formula: &Expression) -> String {
    match formula {
        Expression::Name(name, back) => spoken(name, *back),
        other => other.names().join(" and "),
    }
}

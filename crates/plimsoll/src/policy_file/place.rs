//! A part of a policy file read by hand, so that every fault of it is told at once, with its line and what was meant.

use super::nearest;
use domain::{Action, Currency, Level, Money};
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::fmt::Write;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The faults found so far, each with its place.
pub(super) struct Faults<'t> {
    text: &'t str,
    found: RefCell<Vec<(usize, String)>>,
}

impl<'t> Faults<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: RefCell::default() }
    }

    /// In the order of the file.
    pub(super) fn told(self) -> Vec<String> {
        let mut found = self.found.into_inner();
        found.sort();
        found.into_iter().map(|(_, fault)| fault).collect()
    }

    /// A fault under a stretch of the file, with a caret below it.
    pub(super) fn add(&self, at: Range<usize>, says: &str) {
        let start = self.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        let number = self.text[..start].matches('\n').count() + 1;
        let before = self.text[start..at.start].chars().count();
        let length =
            self.text.get(at.start..at.end.min(start + line.len())).map_or(1, |part| part.chars().count().max(1));
        let mut fault = format!("line {number}: {says}");
        let _ = write!(fault, "\n    {line}\n    {}{}", " ".repeat(before), "^".repeat(length));
        self.found.borrow_mut().push((at.start, fault));
    }
}

/// A table of the file whose keys are taken one by one; what is left over is not of the form.
pub(super) struct Part<'a, 't> {
    name: &'static str,
    at: Range<usize>,
    table: &'a DeTable<'t>,
    faults: &'a Faults<'t>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a, 't> Part<'a, 't> {
    pub(super) fn new(name: &'static str, at: Range<usize>, table: &'a DeTable<'t>, faults: &'a Faults<'t>) -> Self {
        Self { name, at, table, faults, known: RefCell::default() }
    }

    fn find(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Says of each key that was not taken that it is not known.
    pub(super) fn end(self) {
        let known = self.known.into_inner();
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let near = nearest(key.get_ref(), known.iter().copied());
            let says = format!("{} has no `{}`; did you mean `{near}`?", self.name, key.get_ref());
            self.faults.add(key.span(), &says);
        }
    }

    /// Whether a key is not there.
    pub(super) fn absent(&self, key: &str) -> bool {
        self.table.get(key).is_none()
    }

    /// That a key is missing.
    pub(super) fn lacks(&self, key: &str) {
        self.faults.add(self.at.clone(), &format!("{} needs `{key}`", self.name));
    }

    fn wrong(&self, value: &Spanned<DeValue<'_>>, key: &str, expected: &str) {
        self.faults.add(value.span(), &format!("`{key}` is no {expected}"));
    }

    /// A text; none where it is missing or none.
    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.find(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong(value, key, "text in quotes");
                None
            }
        }
    }

    /// A text that must be there and not be empty.
    pub(super) fn needed(&self, key: &'static str) -> String {
        let text = self.text(key);
        if self.absent(key) || text.as_deref() == Some("") {
            self.lacks(key);
        }
        text.unwrap_or_default()
    }

    /// A number between two ends.
    pub(super) fn number(&self, key: &'static str, ends: Range<f64>, default: f64) -> f64 {
        let Some(value) = self.find(key) else { return default };
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            DeValue::Integer(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
            _ => None,
        };
        match number {
            Some(number) if (ends.start..=ends.end).contains(&number) => number,
            _ => {
                self.wrong(value, key, &format!("number from {} to {}", ends.start, ends.end));
                default
            }
        }
    }

    /// A whole number that fits; none where it is missing.
    pub(super) fn count(&self, key: &'static str) -> Option<u32> {
        let value = self.find(key)?;
        let count = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().replace('_', "").parse().ok(),
            _ => None,
        };
        if count.is_none() {
            self.wrong(value, key, "whole number that is not negative");
        }
        count
    }

    /// An amount in quotes; none where it is missing.
    pub(super) fn money(&self, key: &'static str, currency: Currency) -> Option<i64> {
        let value = self.find(key)?;
        let amount = match value.get_ref() {
            DeValue::String(text) => {
                text.parse::<Decimal>().ok().and_then(|amount| Money::from_decimal(amount, currency))
            }
            _ => None,
        };
        if amount.is_none() {
            self.wrong(value, key, &format!("amount of {} in quotes", currency.code()));
        }
        amount.map(|amount| amount.minor)
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)], default: T) -> T {
        let Some(value) = self.find(key) else { return default };
        let DeValue::String(text) = value.get_ref() else {
            self.wrong(value, key, "word in quotes");
            return default;
        };
        if let Some((_, meant)) = words.iter().find(|(word, _)| *word == text.as_ref()) {
            return *meant;
        }
        let near = nearest(text, words.iter().map(|(word, _)| *word));
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let says = format!("no `{key}` is called `{text}`; did you mean `{near}`? There are {}", all.join(", "));
        self.faults.add(value.span(), &says);
        default
    }

    pub(super) fn action(&self, default: Action) -> Action {
        let words: Vec<(&'static str, Action)> =
            Action::ALL.into_iter().map(|action| (action.name(), action)).collect();
        self.word("action", &words, default)
    }

    pub(super) fn level(&self, default: Level) -> Level {
        let all = [Level::Normal, Level::Watch, Level::Warning, Level::Critical];
        self.word("level", &all.map(|level| (level.name(), level)), default)
    }

    /// Texts in a list.
    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value, key, "list");
            return Vec::new();
        };
        let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong(item, key, "list of texts in quotes");
                None
            }
        };
        items.iter().filter_map(text).collect()
    }

    /// A table below this one.
    pub(super) fn part(&self, name: &'static str, key: &'static str) -> Option<Part<'a, 't>> {
        let value = self.find(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Part::new(name, value.span(), table, self.faults)),
            _ => {
                self.wrong(value, key, "table");
                None
            }
        }
    }

    /// Tables in a list below this one.
    pub(super) fn parts(&self, name: &'static str, key: &'static str) -> Vec<Part<'a, 't>> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value, key, "list of tables");
            return Vec::new();
        };
        let part = |item: &'a Spanned<DeValue<'t>>| match item.get_ref() {
            DeValue::Table(table) => Some(Part::new(name, item.span(), table, self.faults)),
            _ => {
                self.wrong(item, key, "list of tables");
                None
            }
        };
        items.iter().filter_map(part).collect()
    }

    /// Keys and numbers of a table whose keys are names: `{ card_count_1h = 5 }`.
    pub(super) fn named_numbers(&self, key: &'static str, known: &[&'static str]) -> Vec<(String, f64)> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(value, key, "table of features and numbers");
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, value) in table {
            if !known.contains(&name.get_ref().as_ref()) {
                let near = nearest(name.get_ref(), known.iter().copied());
                self.faults.add(name.span(), &format!("no feature `{}`; did you mean `{near}`?", name.get_ref()));
            }
            let number = match value.get_ref() {
                DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
                DeValue::Integer(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
                _ => None,
            };
            match number {
                Some(number) => all.push((name.get_ref().to_string(), number)),
                None => self.wrong(value, name.get_ref(), "number"),
            }
        }
        all
    }
}

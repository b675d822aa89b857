//! The fields of one event, each taken once; what is left over at the end is not of the form.

use crate::fault::Fault;
use crate::number;
use domain::{Currency, IssueRule, Money};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Fields whose values must not be shown.
const PERSONAL: [&str; 7] = ["buyer", "customer", "counterparty", "reviewer", "card", "device", "address"];

/// What an event says, by name.
pub(super) struct Fields<'a> {
    values: BTreeMap<String, &'a RawValue>,
}

impl<'a> Fields<'a> {
    /// The fields of a JSON object.
    pub(super) fn of(text: &'a str) -> Result<Self, Fault> {
        let values = serde_json::from_str(text);
        values.map(|values| Self { values }).map_err(|_| Fault::new(IssueRule::Malformed, "", "not a JSON object"))
    }

    /// A field as it stands; `null` counts as absent.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a str> {
        self.values.remove(name).map(RawValue::get).filter(|text| *text != "null")
    }

    /// A text that may be absent or blank. A number stands for its digits: ids are often written so.
    pub(super) fn optional(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = match raw.as_bytes().first() {
            Some(b'"') => serde_json::from_str::<String>(raw).map_err(|_| malformed(name, raw))?,
            Some(b'-' | b'0'..=b'9') => raw.to_owned(),
            _ => return Err(malformed(name, raw)),
        };
        Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Fault> {
        self.optional(name)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, name, ""))
    }

    /// A text; empty where there is none.
    pub(super) fn text(&mut self, name: &str) -> Result<String, Fault> {
        Ok(self.optional(name)?.unwrap_or_default())
    }

    pub(super) fn currency(&mut self, name: &str) -> Result<Currency, Fault> {
        crate::fields::currency(&self.needed(name)?, name)
    }

    pub(super) fn amount(&mut self, name: &str, currency: Currency) -> Result<Money, Fault> {
        self.optional_amount(name, currency)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, name, ""))
    }

    pub(super) fn optional_amount(&mut self, name: &str, currency: Currency) -> Result<Option<Money>, Fault> {
        let Some(text) = self.optional(name)? else { return Ok(None) };
        number::amount(&text, currency).map(Some).map_err(|rule| Fault::new(rule, name, text))
    }

    pub(super) fn decimal(&mut self, name: &str) -> Result<Decimal, Fault> {
        let text = self.needed(name)?;
        number::decimal(&text).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, name, text))
    }

    pub(super) fn optional_decimal(&mut self, name: &str) -> Result<Option<Decimal>, Fault> {
        let Some(text) = self.optional(name)? else { return Ok(None) };
        number::decimal(&text).map(Some).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, name, text))
    }

    /// A whole number of a small type.
    pub(super) fn optional_number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        let Some(text) = self.optional(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Fault::new(IssueRule::InvalidNumber, name, text))
    }

    /// One of these words.
    pub(super) fn word<T: Copy>(&mut self, name: &str, known: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.needed(name)?;
        let found = known.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| Fault::new(IssueRule::UnknownValue, name, text))
    }

    pub(super) fn whole(&mut self, name: &str) -> Result<i64, Fault> {
        let text = self.needed(name)?;
        text.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, name, text))
    }

    /// An instant no later than `latest`.
    pub(super) fn instant(&mut self, name: &str, latest: Timestamp) -> Result<Timestamp, Fault> {
        let at = self.optional_instant(name)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, name, ""))?;
        if at > latest { Err(Fault::new(IssueRule::DateInFuture, name, at.to_string())) } else { Ok(at) }
    }

    pub(super) fn optional_instant(&mut self, name: &str) -> Result<Option<Timestamp>, Fault> {
        let Some(text) = self.optional(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Fault::new(IssueRule::InvalidTime, name, text))
    }

    pub(super) fn day(&mut self, name: &str) -> Result<Date, Fault> {
        let text = self.needed(name)?;
        crate::fields::year_first_day(&text).ok_or_else(|| Fault::new(IssueRule::InvalidTime, name, text))
    }

    /// The objects of a list.
    pub(super) fn objects(&mut self, name: &str) -> Result<Vec<Fields<'a>>, Fault> {
        let raw = self.raw(name).ok_or_else(|| Fault::new(IssueRule::MissingValue, name, ""))?;
        let parts: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| malformed(name, raw))?;
        parts.into_iter().map(|part| Fields::of(part.get())).collect()
    }

    /// Nothing else may be there.
    pub(super) fn end(self) -> Result<(), Fault> {
        let Some((name, value)) = self.values.into_iter().next() else { return Ok(()) };
        Err(Fault::new(IssueRule::UnknownValue, &name, shortened(value.get())))
    }
}

fn malformed(name: &str, raw: &str) -> Fault {
    let shown = if PERSONAL.contains(&name) { String::new() } else { shortened(raw) };
    Fault::new(IssueRule::Malformed, name, shown)
}

/// Characters of a value that an issue shows.
const SHOWN: usize = 80;

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

//! The members of one JSON object, read where they are asked for. Numbers keep the digits that the file has.

use crate::fault::Fault;
use crate::number;
use domain::{Currency, IssueRule, Money};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object whose members have been told apart, but not read.
pub(crate) struct Object<'a> {
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// None where the text is no object.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(|members| Self { members })
    }

    /// Whether it has this member, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.members.get(name).map(|raw| raw.get()).filter(|text| *text != "null")
    }

    /// A text without the blanks around it, or a number or truth value as written; none where it is absent, null, blank,
    /// an object or a list.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = match raw.as_bytes().first()? {
            b'"' => serde_json::from_str::<String>(raw).ok()?.trim().to_owned(),
            b'{' | b'[' => return None,
            _ => raw.to_owned(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The member that is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::read(self.raw(name)?)
    }

    /// The objects of the member that is a list; none where there is no such list.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let items: Option<Vec<&'a RawValue>> = self.raw(name).and_then(|raw| serde_json::from_str(raw).ok());
        items.into_iter().flatten().filter_map(|item| Self::read(item.get())).collect()
    }

    /// Whether the member says true, as a truth value or a text.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.text(name).as_deref() == Some("true")
    }

    /// A text that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<String, Fault> {
        self.text(name).ok_or_else(|| Fault::new(IssueRule::MissingValue, name, ""))
    }

    /// The currency of a code.
    pub(crate) fn currency(&self, name: &str) -> Result<Currency, Fault> {
        let code = self.needed(name)?;
        Currency::from_code(&code).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, name, code))
    }

    /// A decimal of major units.
    pub(crate) fn amount(&self, name: &str, currency: Currency) -> Result<Money, Fault> {
        let text = self.needed(name)?;
        number::amount(&text, currency).map_err(|rule| Fault::new(rule, name, text))
    }

    /// The same, nothing where it is absent.
    pub(crate) fn amount_or_zero(&self, name: &str, currency: Currency) -> Result<Money, Fault> {
        if self.text(name).is_none() { Ok(Money::zero(currency)) } else { self.amount(name, currency) }
    }

    /// Whole minor units of which the interface counts `digits` to the major unit.
    pub(crate) fn minor_amount(&self, name: &str, currency: Currency, digits: u32) -> Result<Money, Fault> {
        let text = self.needed(name)?;
        let invalid = || Fault::new(IssueRule::InvalidNumber, name, text.as_str());
        let minor: i64 = text.parse().map_err(|_| invalid())?;
        number::whole_minor(Decimal::new(minor, digits), currency).map_err(|rule| Fault::new(rule, name, text.as_str()))
    }

    /// An instant with its offset, no later than `latest`.
    pub(crate) fn instant(&self, name: &str, latest: Timestamp) -> Result<Timestamp, Fault> {
        let text = self.needed(name)?;
        let at = instant(&text).ok_or_else(|| Fault::new(IssueRule::InvalidTime, name, text.as_str()))?;
        if at > latest { Err(Fault::new(IssueRule::DateInFuture, name, text)) } else { Ok(at) }
    }
}

/// `2026-01-19T12:07:45+01:00`, `2026-01-19T12:07:45+0100`, `2026-01-19T12:07:45.000Z`, or seconds since 1970.
fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Timestamp::from_second(seconds).ok();
    }
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok())
}

/// A text as JSON writes it, quotes and all.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_what_they_are_asked_for() {
        let text =
            r#"{"a":" x\u00e9 ","b":12.50,"c":null,"d":{"e":[{"f":true},1]},"g":"","h":"12.505","i":1768824465}"#;
        let object = Object::read(text).unwrap();
        assert_eq!((object.text("a").as_deref(), object.text("b").as_deref()), (Some("xé"), Some("12.50")));
        assert_eq!(["c", "d", "g", "z"].map(|name| object.text(name)), [None, None, None, None]);
        let list = object.object("d").unwrap().list("e");
        assert!(list.len() == 1 && list[0].is_true("f"));
        assert_eq!(object.amount("b", Currency::GBP), Ok(Money::new(1250, Currency::GBP)));
        assert_eq!(object.amount("h", Currency::GBP), Err(Fault::new(IssueRule::InvalidNumber, "h", "12.505")));
        assert_eq!(object.amount("c", Currency::GBP), Err(Fault::new(IssueRule::MissingValue, "c", "")));
        let at = "2026-01-19T12:07:45Z".parse().unwrap();
        assert_eq!(object.instant("i", Timestamp::MAX), Ok(at));
        for text in ["2026-01-19T13:07:45+01:00", "2026-01-19T13:07:45+0100", "2026-01-19T12:07:45.000Z"] {
            assert_eq!(instant(text), Some(at), "{text}");
        }
        assert!(Object::read("[1]").is_none() && Object::read("{\"a\":}").is_none());
    }

    #[test]
    fn minor_units_are_counted_as_the_interface_counts_them() {
        let krona = Currency::from_code("ISK").unwrap();
        let object = Object::read(r#"{"a":50000,"b":50050,"c":1.5}"#).unwrap();
        assert_eq!(object.minor_amount("a", krona, 2), Ok(Money::new(500, krona)));
        for (name, text) in [("b", "50050"), ("c", "1.5")] {
            assert_eq!(object.minor_amount(name, krona, 2), Err(Fault::new(IssueRule::InvalidNumber, name, text)));
        }
    }
}

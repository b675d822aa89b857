//! One item of `POST /v1/score` or `POST /v1/labels`, read and checked.
//!
//! Promises: a field that is not of the form, an amount that is no number of the currency's minor units and a time too far
//! ahead are refused by the name of the field; no value of a field that names a person is shown.

use crate::writer::ItemIssue;
use domain::{Attempt, Currency, Digest, Money, RiskKind, Token};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use smol_str::SmolStr;

/// Longest text of a field.
const LONGEST: usize = 255;

/// The form of an item.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    doing: Option<String>,
    amount: Value,
    currency: String,
    card: String,
    #[serde(default)]
    terminal: Option<String>,
    #[serde(default)]
    order: Option<String>,
}

/// An attempt whose card and terminal are not tokens yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Wanted {
    /// Its name.
    pub id: SmolStr,
    payload: Digest,
    at: Timestamp,
    kind: RiskKind,
    /// What is done.
    pub doing: SmolStr,
    amount: Money,
    card: String,
    terminal: Option<String>,
    order: SmolStr,
}

/// What is read beside an item.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The name from the header, for an item that has none.
    pub key: Option<&'a str>,
    /// When it came.
    pub now: Timestamp,
    /// How far ahead its time may lie, in seconds.
    pub most_ahead_seconds: u32,
}

fn issue(rule: &str, field: &str, value: impl Into<String>) -> ItemIssue {
    ItemIssue { rule: rule.to_owned(), field: field.to_owned(), value: value.into() }
}

/// The attempt that an item says.
///
/// # Errors
/// The first field that is not right.
pub fn attempt(bytes: &[u8], beside: Beside<'_>) -> Result<Wanted, ItemIssue> {
    let form: Form = serde_json::from_slice(bytes).map_err(|error| malformed(bytes, &error))?;
    let id = form.id.as_deref().or(beside.key).map(str::trim).filter(|id| !id.is_empty());
    let id = short("id", id.ok_or_else(|| issue("MissingValue", "id", ""))?)?;
    let currency =
        Currency::from_code(&form.currency).ok_or_else(|| issue("InvalidCurrency", "currency", &*form.currency))?;
    let card = short("card", form.card.trim()).map_err(hidden)?;
    if card.is_empty() {
        return Err(issue("MissingValue", "card", ""));
    }
    let terminal = form.terminal.as_deref().map(str::trim).filter(|terminal| !terminal.is_empty());
    let terminal = terminal.map(|terminal| short("terminal", terminal)).transpose().map_err(hidden)?;
    Ok(Wanted {
        id,
        payload: sources::digest(bytes),
        at: at(form.at.as_deref(), beside)?,
        kind: kind(form.kind.as_deref())?,
        doing: short("doing", form.doing.as_deref().unwrap_or("payment").trim())?,
        amount: amount(&form.amount, currency)?,
        card: card.to_string(),
        terminal: terminal.map(|terminal| terminal.to_string()),
        order: short("order", form.order.as_deref().unwrap_or_default().trim())?,
    })
}

/// serde names the field in its message; nothing of the values is repeated but what stands in back-quotes of ours.
fn malformed(bytes: &[u8], error: &serde_json::Error) -> ItemIssue {
    let text = error.to_string();
    let field = text.split('`').nth(1).unwrap_or_default().to_owned();
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    let rule = match &text {
        text if text.starts_with("unknown field") => "UnknownField",
        text if text.starts_with("missing field") => "MissingValue",
        text if text.starts_with("duplicate field") => "Malformed",
        _ if is_json => "Malformed",
        _ => return issue("Malformed", "", "not JSON"),
    };
    issue(rule, &field, "")
}

fn hidden(issue: ItemIssue) -> ItemIssue {
    ItemIssue { value: String::new(), ..issue }
}

fn short(field: &str, text: &str) -> Result<SmolStr, ItemIssue> {
    if text.len() > LONGEST { Err(issue("ValueTooLong", field, "")) } else { Ok(text.into()) }
}

fn kind(text: Option<&str>) -> Result<RiskKind, ItemIssue> {
    match text {
        None | Some("transaction") => Ok(RiskKind::Transaction),
        Some("credit") => Ok(RiskKind::Credit),
        Some(other) => Err(issue("UnknownKind", "kind", other)),
    }
}

fn amount(value: &Value, currency: Currency) -> Result<Money, ItemIssue> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Err(issue("InvalidNumber", "amount", "")),
    };
    // No cent is rounded away: what has more digits than its currency is no amount of it.
    let exact = |decimal: &Decimal| decimal.normalize().scale() <= currency.minor_digits();
    let decimal = text.parse::<Decimal>().ok().filter(exact);
    let amount = decimal.and_then(|decimal| Money::from_decimal(decimal, currency));
    let amount = amount.ok_or_else(|| issue("InvalidNumber", "amount", &*text))?;
    if amount.minor < 0 { Err(issue("NegativeAmount", "amount", text)) } else { Ok(amount) }
}

fn at(text: Option<&str>, beside: Beside<'_>) -> Result<Timestamp, ItemIssue> {
    let Some(text) = text else { return Ok(beside.now) };
    let at: Timestamp = text.trim().parse().map_err(|_| issue("InvalidTime", "at", text))?;
    let ahead = SignedDuration::from_secs(i64::from(beside.most_ahead_seconds));
    let latest = beside.now.checked_add(ahead).unwrap_or(Timestamp::MAX);
    if at > latest { Err(issue("TimeInTheFuture", "at", text)) } else { Ok(at) }
}

impl Wanted {
    /// SHA-256 of the item as it came.
    pub fn payload(&self) -> Digest {
        self.payload
    }

    /// The attempt, with tokens for card and terminal.
    pub fn attempt(&self, fell_back: bool, mut token: impl FnMut(&str, &str) -> Token) -> Attempt {
        Attempt {
            id: self.id.clone(),
            payload: self.payload,
            at: self.at,
            kind: self.kind,
            doing: self.doing.clone(),
            amount: self.amount,
            card: token(CARD, &self.card),
            terminal: self.terminal.as_deref().map(|terminal| token(TERMINAL, terminal)),
            order: self.order.clone(),
            fell_back,
        }
    }
}

/// The field of cards in the vault, under which a card is looked up: that of the cards that files and events tell of.
pub const CARD: &str = "card";

/// As [`CARD`], of terminals.
pub const TERMINAL: &str = "live terminal";

/// What came of an attempt, as it was told.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldOutcome {
    /// The attempt's id.
    pub id: String,
    /// Whether the event came.
    pub event: bool,
    /// When it became known; when it was told, where nobody says.
    #[serde(default)]
    known_at: Option<String>,
}

impl ToldOutcome {
    /// When it became known.
    ///
    /// # Errors
    /// It is no instant, or lies ahead.
    pub fn known_at(&self, now: Timestamp) -> Result<Timestamp, ItemIssue> {
        let beside = Beside { key: None, now, most_ahead_seconds: 0 };
        self.known_at.as_deref().map_or(Ok(now), |text| {
            at(Some(text), beside).map_err(|issue| ItemIssue { field: "known_at".to_owned(), ..issue })
        })
    }
}

/// What an item of `POST /v1/labels` says.
///
/// # Errors
/// The first field that is not right.
pub fn outcome(bytes: &[u8]) -> Result<ToldOutcome, ItemIssue> {
    serde_json::from_slice(bytes).map_err(|error| malformed(bytes, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Wanted, (String, String)> {
        let now = "2026-01-19T12:00:00Z".parse().unwrap();
        attempt(text.as_bytes(), Beside { key: None, now, most_ahead_seconds: 300 })
            .map_err(|issue| (issue.rule, issue.field))
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_by_the_name_of_its_field() {
        let whole = r#"{"id":"a","at":"2026-01-19T12:04:59Z","amount":"12.30","currency":"EUR","card":"c1"}"#;
        assert_eq!(read(whole).unwrap().amount.minor, 1_230);
        let table = [
            ("\"card\":\"c1\"", "\"card\":\"c1\",\"colour\":1", "UnknownField", "colour"),
            (",\"card\":\"c1\"", "", "MissingValue", "card"),
            ("\"id\":\"a\",", "", "MissingValue", "id"),
            ("\"12.30\"", "\"NaN\"", "InvalidNumber", "amount"),
            ("\"12.30\"", "\"12.305\"", "InvalidNumber", "amount"),
            ("\"12.30\"", "\"-1\"", "NegativeAmount", "amount"),
            ("\"12.30\"", "NaN", "Malformed", ""),
            ("EUR", "EURO", "InvalidCurrency", "currency"),
            ("12:04:59Z", "12:05:01Z", "TimeInTheFuture", "at"),
            ("2026-01-19T12:04:59Z", "yesterday", "InvalidTime", "at"),
        ];
        for (from, to, rule, field) in table {
            let text = whole.replacen(from, to, 1);
            assert_eq!(read(&text).unwrap_err(), (rule.to_owned(), field.to_owned()), "{text}");
        }
    }
}

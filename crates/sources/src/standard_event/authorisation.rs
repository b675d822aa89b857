//! Attempts to pay: `authorisation`. Of all events it alone names several keys of people: buyer, card, device, address.

use super::fields::Fields;
use super::{VERSION, VERSION_FIELD};
use crate::Context;
use crate::fault::Fault;
use domain::{Authorisation, AuthorisationOutcome, Content, IssueRule, Money};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The event's type.
pub(super) const TYPE: &str = "authorisation";

/// Its fields that are kept as tokens, with the fields of the vault.
const PERSONAL: [(&str, &str); 4] =
    [("buyer", "customer"), ("card", "card"), ("device", "device"), ("address", "address")];

/// What it says, with people still in clear text.
pub(super) struct Said {
    at: Timestamp,
    authorisation: Authorisation,
    people: [Option<String>; PERSONAL.len()],
}

pub(super) fn said(fields: &mut Fields<'_>, latest: Timestamp) -> Result<Said, Fault> {
    let at = fields.instant("at", latest)?;
    let currency = fields.currency("currency")?;
    let amount = fields.amount("amount", currency)?;
    if amount.minor < 0 {
        return Err(Fault::new(IssueRule::InvalidNumber, "amount", amount.to_decimal().to_string()));
    }
    let authorisation = Authorisation {
        amount,
        outcome: fields.word("outcome", &AuthorisationOutcome::ALL.map(|outcome| (outcome.name(), outcome)))?,
        reason: fields.text("reason")?,
        latency_ms: fields.optional_number("latency_ms")?,
        charge: fields.optional("charge")?,
        order_reference: fields.optional("order")?,
        buyer: None,
        card: None,
        device: None,
        address: None,
        seller: fields.text("seller")?,
        merchant: fields.text("merchant")?,
        country: fields.text("country")?,
    };
    let mut people = [const { None }; PERSONAL.len()];
    for (person, (field, _)) in people.iter_mut().zip(PERSONAL) {
        *person = fields.optional(field)?;
    }
    Ok(Said { at, authorisation, people })
}

impl Said {
    /// The record's content; people become tokens only once all else is sound.
    pub(super) fn content(self, context: &mut Context<'_>) -> (Timestamp, Content) {
        let mut tokens = [None; PERSONAL.len()];
        for (token, (person, (_, field))) in tokens.iter_mut().zip(self.people.iter().zip(PERSONAL)) {
            *token = person.as_ref().map(|person| context.personal.token(field, person, None));
        }
        let [buyer, card, device, address] = tokens;
        let authorisation = Authorisation { buyer, card, device, address, ..self.authorisation };
        (self.at, Content::Authorisation(authorisation))
    }
}

/// An attempt to pay in clear text, as a file tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Unique among authorisations.
    pub id: String,
    /// When it was made.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
    /// How it ended.
    pub outcome: AuthorisationOutcome,
    /// How long the answer took.
    pub latency_ms: Option<u32>,
    /// The processor's own name of the payment.
    pub charge: Option<String>,
    /// Buyer, card, device and address; empty where it names none.
    pub people: [String; 4],
    /// Who sells; may be empty.
    pub seller: String,
    /// Where it is paid; may be empty.
    pub merchant: String,
    /// From which country; may be empty.
    pub country: String,
}

/// The file of these attempts, one a line.
pub fn write_attempts(attempts: &[Attempt]) -> Vec<u8> {
    let mut out = Vec::with_capacity(attempts.len() * 256);
    for attempt in attempts {
        out.extend_from_slice(line(attempt).as_bytes());
        out.push(b'\n');
    }
    out
}

/// The version first, so that the form is recognised by its first bytes; what is empty is left out.
fn line(attempt: &Attempt) -> String {
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("type", TYPE.into());
    put("id", text(&attempt.id));
    put("at", attempt.at.to_string().into());
    put("currency", attempt.amount.currency.code().into());
    put("amount", attempt.amount.to_decimal().to_string().into());
    put("outcome", attempt.outcome.name().into());
    put("latency_ms", json!(attempt.latency_ms));
    put("charge", json!(attempt.charge));
    for ((name, _), person) in PERSONAL.into_iter().zip(&attempt.people) {
        put(name, text(person));
    }
    put("seller", text(&attempt.seller));
    put("merchant", text(&attempt.merchant));
    put("country", text(&attempt.country));
    let rest = Value::Object(fields).to_string();
    format!("{{\"{VERSION_FIELD}\":{VERSION},{}", &rest[1..])
}

#[cfg(test)]
mod tests {
    use super::super::StandardEvent;
    use super::*;
    use crate::testing::{parse, token, told};
    use domain::Currency;

    fn attempt() -> Attempt {
        Attempt {
            id: "a1".to_owned(),
            at: "2026-01-19T12:07:45.25Z".parse().unwrap(),
            amount: Money::new(1_000, Currency::EUR),
            outcome: AuthorisationOutcome::Declined,
            latency_ms: Some(180),
            charge: Some("ch_1".to_owned()),
            people: ["ann", "tok_1", "dev-9", "5 Hill Road"].map(str::to_owned),
            seller: String::new(),
            merchant: "till 7".to_owned(),
            country: "DE".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let parsed = parse(&StandardEvent, &write_attempts(&[attempt()]));
        assert!(parsed.issues.is_empty() && parsed.records.len() == 1);
        let record = &parsed.records[0];
        assert_eq!((record.id.as_str(), record.at), ("event:authorisation/a1", attempt().at));
        let said = attempt();
        let expected = Authorisation {
            amount: said.amount,
            outcome: said.outcome,
            reason: String::new(),
            latency_ms: said.latency_ms,
            charge: said.charge,
            order_reference: None,
            buyer: Some(token("customer", "ann")),
            card: Some(token("card", "tok_1")),
            device: Some(token("device", "dev-9")),
            address: Some(token("address", "5 Hill Road")),
            seller: said.seller,
            merchant: said.merchant,
            country: said.country,
        };
        assert_eq!(record.content, Content::Authorisation(expected));
    }

    #[test]
    fn what_breaks_a_rule_is_an_issue() {
        const GOOD: &str = r#"{"plimsoll":1,"type":"authorisation","id":"a1","at":"2026-01-19T12:07:45Z","currency":"EUR","amount":"10.00","outcome":"approved"}"#;
        assert_eq!(parse(&StandardEvent, GOOD.as_bytes()).records.len(), 1);
        for (from, to, rule, column) in [
            (r#""10.00""#, r#""-10.00""#, IssueRule::InvalidNumber, "amount"),
            (r#""10.00""#, r#""NaN""#, IssueRule::InvalidNumber, "amount"),
            ("approved", "perhaps", IssueRule::UnknownValue, "outcome"),
            (
                r#""outcome":"approved""#,
                r#""latency_ms":"-1","outcome":"approved""#,
                IssueRule::InvalidNumber,
                "latency_ms",
            ),
            ("2026-01-19", "2226-01-19", IssueRule::DateInFuture, "at"),
            ("amount", "ammount", IssueRule::MissingValue, "amount"),
            (r#""outcome""#, r#""outcom":1,"outcome""#, IssueRule::UnknownValue, "outcom"),
        ] {
            let line = GOOD.replace(from, to);
            let parsed = parse(&StandardEvent, line.as_bytes());
            let told = told(&parsed.issues).first().map(|issue| (issue.1, issue.2));
            assert_eq!(told, Some((rule, column)), "{line}");
        }
    }
}

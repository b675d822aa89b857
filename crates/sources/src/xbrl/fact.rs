//! Facts in the making, and how they become records.

use super::context::{RawContext, RawUnit};
use crate::fault::Fault;
use crate::number;
use domain::{Accuracy, Content, Digest, FactPeriod, FactValue, IssueRule, Record, RecordId, Span, StatementFact};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A fact as the document tells it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RawFact {
    pub(super) concept: String,
    pub(super) context: String,
    pub(super) unit: Option<String>,
    pub(super) decimals: Option<String>,
    pub(super) precision: Option<String>,
    pub(super) language: String,
    pub(super) nil: bool,
    pub(super) text: String,
    pub(super) span: Span,
}

/// What facts name.
#[derive(Default)]
pub(super) struct Named {
    pub(super) contexts: BTreeMap<String, RawContext>,
    pub(super) units: BTreeMap<String, RawUnit>,
    /// File name of the filing's own schema.
    pub(super) schema: String,
}

impl RawFact {
    /// The record of a fact.
    pub(super) fn record(self, file: Digest, named: &Named) -> Result<Record, Fault> {
        let missing = |column: &str, value: &str| Fault::new(IssueRule::MissingValue, column, value);
        let context = named.contexts.get(&self.context).ok_or_else(|| missing("contextRef", &self.context))?;
        let period = context.period().ok_or_else(|| Fault::new(IssueRule::InvalidTime, "period", &*self.context))?;
        let unit = match &self.unit {
            Some(unit) => named.units.get(unit).ok_or_else(|| missing("unitRef", unit))?.name(),
            None => String::new(),
        };
        let mut dimensions = context.dimensions.clone();
        dimensions.sort();
        let fact = StatementFact {
            entity: context.entity.clone(),
            concept: self.concept.clone(),
            value: self.value()?,
            accuracy: self.accuracy()?,
            accession: String::new(),
            unit,
            period,
            dimensions,
        };
        let (id, at) = (RecordId::from(self.name(&fact, &named.schema)), instant(period));
        Ok(Record { id, at, file, span: self.span, content: Content::StatementFact(fact) })
    }

    fn value(&self) -> Result<FactValue, Fault> {
        if self.nil {
            return Ok(FactValue::Nil);
        }
        if self.unit.is_none() {
            return Ok(FactValue::Text(self.text.trim().to_owned()));
        }
        let text = self.text.trim();
        let read = number::decimal(text).or_else(|| Decimal::from_scientific(text).ok());
        read.map(FactValue::Number).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, &self.concept, text))
    }

    fn accuracy(&self) -> Result<Option<Accuracy>, Fault> {
        let invalid = |column: &str, text: &str| Fault::new(IssueRule::InvalidNumber, column, text);
        match (self.decimals.as_deref().map(str::trim), self.precision.as_deref().map(str::trim)) {
            (Some("INF"), _) | (None, Some("INF")) => Ok(Some(Accuracy::Exact)),
            (Some(text), _) => {
                let places = text.parse().map_err(|_| invalid("decimals", text))?;
                Ok(Some(Accuracy::Decimals(places)))
            }
            (None, Some(text)) => {
                let digits = text.parse().map_err(|_| invalid("precision", text))?;
                Ok(Some(Accuracy::Precision(digits)))
            }
            (None, None) => Ok(None),
        }
    }

    fn name(&self, fact: &StatementFact, schema: &str) -> String {
        let mut name = format!("xbrl:{}/{schema}/{}@{}", fact.entity, fact.concept, period_name(fact.period));
        for part in [&fact.unit, &self.language].into_iter().filter(|part| !part.is_empty()) {
            name += &format!("/{part}");
        }
        for (axis, member) in &fact.dimensions {
            name += &format!("/{axis}={member}");
        }
        name
    }
}

fn period_name(period: FactPeriod) -> String {
    match period {
        FactPeriod::Instant(day) => day.to_string(),
        FactPeriod::Duration { start, end } => format!("{start}..{end}"),
        FactPeriod::Forever => "forever".to_owned(),
    }
}

fn instant(period: FactPeriod) -> Timestamp {
    let day = match period {
        FactPeriod::Instant(day) | FactPeriod::Duration { end: day, .. } => day,
        FactPeriod::Forever => return Timestamp::UNIX_EPOCH,
    };
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or_default()
}

//! A row to a day's price, by the rules of the built-in prices. Of a table of one instrument the mapping names it
//! (`instrument`).

use super::{Called, Fact};
use crate::Context;
use crate::bank::in_time;
use crate::fault::Fault;
use crate::mapping::Fields;
use crate::mapping::meaning::Meaning;
use crate::mapping::read::Reading;
use crate::prices::{id, is_absent, volume};
use domain::{Content, Currency, IssueRule, Price};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

pub(super) fn price(reading: &Reading<'_>, fields: &Fields<'_>, context: &mut Context<'_>) -> Result<Fact, Fault> {
    let (said, column) = fields.needed(Meaning::Date)?;
    // A day of trading is the exchange's own, whatever the hour.
    let read = column.dates.instant(said, &TimeZone::UTC).map(|at| at.to_zoned(TimeZone::UTC).date());
    let date = read.ok_or_else(|| fields.fault(IssueRule::InvalidTime, column, said))?;
    let date = in_time(date, &column.name, context)?;
    let at = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    let at = at.map_err(|_| fields.fault(IssueRule::InvalidTime, column, said))?;
    let instrument = match (fields.text(Meaning::Instrument), &reading.mapping.instrument) {
        (Some(named), _) => named.to_owned(),
        (None, Some(named)) if reading.mapping.column(Meaning::Instrument).is_none() => named.clone(),
        _ => return Err(Fault::new(IssueRule::MissingValue, reading.name_of(Meaning::Instrument), "")),
    };
    let price = Price {
        instrument,
        market: fields.text(Meaning::Market).unwrap_or_default().to_owned(),
        currency: currency(reading, fields)?,
        date,
        close: fields.needed_number(Meaning::Close)?.0,
        open: optional(fields, Meaning::Open)?,
        high: optional(fields, Meaning::High)?,
        low: optional(fields, Meaning::Low)?,
        adjusted: optional(fields, Meaning::Adjusted)?,
        volume: traded(fields)?,
    };
    Ok((Called::As(id(&price)), at, Content::Price(price)))
}

fn optional(fields: &Fields<'_>, means: Meaning) -> Result<Option<Decimal>, Fault> {
    let told = fields.text(means).is_some_and(|said| !is_absent(said));
    if told { Ok(fields.number(means)?.map(|(number, _)| number)) } else { Ok(None) }
}

fn traded(fields: &Fields<'_>) -> Result<Option<Decimal>, Fault> {
    let Some((said, column)) = fields.given(Meaning::Volume).filter(|(said, _)| !is_absent(said)) else {
        return Ok(None);
    };
    let read = volume(said, column.style());
    read.map(Some).ok_or_else(|| fields.fault(IssueRule::InvalidNumber, column, said))
}

/// The row's or the mapping's; a price without one stays without.
fn currency(reading: &Reading<'_>, fields: &Fields<'_>) -> Result<Option<Currency>, Fault> {
    let Some((code, column)) = fields.given(Meaning::Currency) else { return Ok(reading.mapping.currency) };
    let read = Currency::from_code(code);
    read.map(Some).ok_or_else(|| fields.fault(IssueRule::InvalidCurrency, column, code))
}

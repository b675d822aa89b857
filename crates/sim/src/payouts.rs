//! Payouts: what has become available goes to the bank, early on each business day.
//!
//! A payout carries every movement that is available and in no payout yet, as long as they sum to more than nothing;
//! else they wait for the next day. Its own row takes out exactly what its movements brought in.

use crate::Setting;
use crate::breaks::record_of;
use crate::calendar::{self, HOUR, MINUTE};
use crate::charges::pounds;
use domain::{ProcessorCategory, RecordId};
use jiff::Timestamp;
use jiff::civil::Date;
use sources::stripe::Row;

/// A payout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Payout {
    /// `po_…`.
    pub(crate) id: String,
    /// The record of its own row.
    pub(crate) record: RecordId,
    /// Its day, which names its streams.
    pub(crate) name: String,
    /// When it left.
    pub(crate) created: Timestamp,
    /// How much, above zero.
    pub(crate) pence: i64,
}

/// Writes payouts into the rows that they carry, and appends their own rows.
pub(crate) fn carry(setting: &Setting<'_>, rows: &mut Vec<Row>) -> Vec<Payout> {
    let mut coming: Vec<usize> = (0..rows.len()).collect();
    coming.sort_by_key(|index| (rows[*index].available_on_utc.max(rows[*index].created_utc), *index));
    let mut coming = coming.into_iter().peekable();
    let mut waiting: Vec<usize> = Vec::new();
    let mut payouts = Vec::new();
    for (day, instant) in instants(setting) {
        let available = |index: &usize| {
            let row: &Row = &rows[*index];
            row.available_on_utc.max(row.created_utc) <= instant
        };
        while let Some(index) = coming.next_if(available) {
            waiting.push(index);
        }
        let pence: i64 = waiting.iter().map(|index| rows[*index].net.minor).sum();
        if pence > 0 {
            payouts.push(pay_out(setting, rows, std::mem::take(&mut waiting), (day, instant), pence));
        }
    }
    payouts
}

/// Each business day with the instant of its payout, up to the end.
fn instants(setting: &Setting<'_>) -> impl Iterator<Item = (Date, Timestamp)> {
    let first = calendar::day_of(setting.shop.start);
    let days = std::iter::successors(Some(first), |day| Some(calendar::tomorrow(*day)));
    let business_days = days.filter(|day| calendar::is_business_day(*day));
    let instant = |day: Date| {
        let mut stream = setting.seed.stream("payout time", &day.to_string());
        (day, calendar::within_day(day, HOUR + stream.between(0, 90 * MINUTE)))
    };
    business_days.map(instant).take_while(|(_, instant)| *instant <= setting.shop.end)
}

fn pay_out(
    setting: &Setting<'_>,
    rows: &mut Vec<Row>,
    carried: Vec<usize>,
    (day, created): (Date, Timestamp),
    pence: i64,
) -> Payout {
    let name = day.to_string();
    let id = setting.seed.id("po_", &name);
    let effective = calendar::within_day(calendar::add_business_days(day, 1), 0);
    let own = own_row(setting, &name, &id, created, effective, pence);
    let record = record_of(&own);
    for index in carried {
        rows[index].automatic_payout_id.clone_from(&id);
        rows[index].automatic_payout_effective_at_utc = Some(effective);
    }
    rows.push(own);
    Payout { id, record, name, created, pence }
}

fn own_row(setting: &Setting<'_>, name: &str, id: &str, created: Timestamp, effective: Timestamp, pence: i64) -> Row {
    Row {
        automatic_payout_id: id.to_owned(),
        automatic_payout_effective_at_utc: Some(effective),
        balance_transaction_id: setting.seed.id("txn_", name),
        created_utc: created,
        available_on_utc: effective,
        category: ProcessorCategory::Payout,
        gross: pounds(-pence),
        fee: pounds(0),
        net: pounds(-pence),
        source_id: id.to_owned(),
        description: "STRIPE PAYOUT".to_owned(),
        customer_id: String::new(),
        charge_id: String::new(),
        payment_intent_id: String::new(),
        customer_facing: None,
        order_id: String::new(),
    }
}

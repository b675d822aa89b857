//! The shop's own label: a credit note of the same buyer within the policy's days after a sale, from what the stages
//! observed. Only sales whose label has matured are rows.

use super::table::Table;
use crate::compare::labelled::{Kind, Labelled, Splitting, Stakes};
use anyhow::Context as _;
use domain::{Batch, Body, Content, Event, FeatureRow, Label, Policy, Record, RecordId, Token};
use engine::observe::{linear_form, names, value_of};
use engine::{Loaded, Working};
use jiff::Timestamp;
use learn::Dataset;
use sources::{Context, Personal, SourceSettings};
use std::collections::BTreeSet;
use store::Reader;

const SHOP: &[u8] = include_bytes!("../../../../../data/online_retail.csv.gz");

/// The books of a data directory.
///
/// # Errors
/// They cannot be read, or hold no matured sale.
pub fn of_books(reader: &Reader) -> anyhow::Result<Labelled> {
    let policy = reader.policy()?.unwrap_or_else(Policy::default);
    let features = reader.features()?;
    let as_of = features.iter().map(|row| row.at).max().unwrap_or_default();
    labelled(
        "own",
        "sales of these books: a credit note of the buyer in time",
        &features,
        &reader.labels()?,
        &policy,
        as_of,
    )
}

/// The shop that ships, read and observed in memory.
///
/// # Errors
/// None, as it ships.
pub fn of_shipped_shop() -> anyhow::Result<Labelled> {
    let now = "2026-11-01T00:00:00Z".parse()?;
    let policy = crate::policy_file::parse(crate::policy_file::DEFAULT, 1)?;
    let installed = Event { now, body: Body::PolicyInstalled(Box::new(policy.clone())) };
    let events = shipped_records(now)?.into_iter().map(|record| Event { now, body: Body::Record(record) });
    let batch = Batch { events: std::iter::once(installed).chain(events).collect() };
    let mut working = Working::default();
    let step = engine::advance(&mut working, &Loaded::default(), &batch);
    let as_of = working.latest().unwrap_or_default();
    let about = "UCI Online Retail (CC BY 4.0), a real shop's sales: a credit note of the buyer within 30 days";
    labelled("online_retail", about, &step.features, &step.labels, &policy, as_of)
}

/// The records of the shop that ships, by time.
pub(crate) fn shipped_records(now: Timestamp) -> anyhow::Result<Vec<Record>> {
    let members = sources::unpack(SHOP).map_err(|refusal| anyhow::anyhow!(refusal.reason))?;
    let text = members.into_iter().next().and_then(|member| member.text.ok()).context("nothing is in it")?;
    let settings = SourceSettings::default();
    let mut context = Context { personal: &mut Unkeyed, now, settings: &settings, beside: &[] };
    let source: &dyn sources::Source = &sources::online_retail::OnlineRetail;
    let mut records = source.parse(sources::digest(&text), &text, &mut context).records;
    records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    Ok(records)
}

/// What the shop that ships calls its goods, and what one costs; as often as it was sold.
pub(super) fn shipped_goods() -> anyhow::Result<Vec<(String, f64)>> {
    let mut goods = Vec::new();
    for record in shipped_records("2026-11-01T00:00:00Z".parse()?)? {
        if let Content::Invoice(invoice) = record.content {
            let lines = invoice.lines.into_iter();
            goods.extend(lines.filter_map(|line| Some((line.description, line.unit_price.to_string().parse().ok()?))));
        }
    }
    Ok(goods)
}

fn labelled(
    name: &str,
    about: &str,
    features: &[FeatureRow],
    labels: &[Label],
    policy: &Policy,
    as_of: Timestamp,
) -> anyhow::Result<Labelled> {
    let maturity_s = policy.event_horizon_days * 86_400;
    let events: BTreeSet<&RecordId> = labels.iter().map(|label| &label.record).collect();
    let mut rows: Vec<&FeatureRow> =
        features.iter().filter(|row| row.at.as_second() <= as_of.as_second() - maturity_s).collect();
    anyhow::ensure!(!rows.is_empty(), "no sale is old enough for its label to be believed");
    rows.sort_by_key(|row| (row.at, &row.record));
    let happened: Vec<bool> = rows.iter().map(|row| events.contains(&row.record)).collect();
    let values = rows.iter().flat_map(|row| row.values.iter().copied()).collect();
    let linear = rows.iter().flat_map(|row| linear_form(&row.values)).collect();
    let table = Table { rows: Dataset::new(names(), values, happened.clone())?, categories: Vec::new() };
    let mut set = Labelled::new(name, Kind::Orders, about, table);
    set.linear = Some(Dataset::new(names(), linear, happened)?);
    let times_s = rows.iter().map(|row| row.at.as_second()).collect();
    set.splitting = Splitting::Time { times_s, maturity_s };
    let exposure = rows.iter().map(|row| super::minor_units(value_of(&row.values) * 100.0));
    let currency = policy.reporting_currency.code().to_owned();
    set.stakes = Some(Stakes { exposure_minor: exposure.collect(), currency });
    Ok(set)
}

/// Tokens for records that go to no store.
struct Unkeyed;

impl Personal for Unkeyed {
    fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
        let hash = sources::digest(format!("{field} {value}").as_bytes());
        Token(std::array::from_fn(|byte| hash.0[byte]))
    }
}

//! Payouts over a month's end: what of each belongs to this month, and what to the next. One that was sent by hand is made
//! of the lines that it took from the balance (`payout-drawn`).

use crate::period::Period;
use crate::view::MoneyView;
use domain::{Body, Content, Currency, Money, ProcessorCategory, RecordId, SettlementKind};
use jiff::Timestamp;
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use store::{Reader, StoreError};

/// A payout that lies over a month's end.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PayoutPart {
    /// The processor's name of it.
    pub payout: String,
    /// What its lines of this month and before come to.
    pub before: MoneyView,
    /// What its later lines come to.
    pub after: MoneyView,
    /// When it is or was paid out, where an export says so.
    pub paid_out: Option<String>,
}

/// A payout's lines on both sides of an instant.
#[derive(Default)]
struct Sides {
    before: BTreeMap<Currency, i128>,
    after: BTreeMap<Currency, i128>,
    paid_out: Option<Timestamp>,
}

/// The payouts that have lines up to the end of the period, and lines or their payment after it.
///
/// # Errors
/// When the journal cannot be read.
pub fn split_payouts(reader: &Reader, period: Period) -> Result<Vec<PayoutPart>, StoreError> {
    let mut lines: HashMap<RecordId, (Timestamp, Money)> = HashMap::new();
    let mut sides: BTreeMap<SmolStr, Sides> = BTreeMap::new();
    let mut names: HashMap<RecordId, SmolStr> = HashMap::new();
    for batch in reader.batches() {
        for event in batch?.1.events {
            let Body::Record(record) = event.body else { continue };
            match record.content {
                Content::Processor(line) if line.category == ProcessorCategory::Payout => {
                    let name = SmolStr::from(line.payout.unwrap_or(line.source_id));
                    sides.entry(name.clone()).or_default().paid_out = Some(record.at);
                    names.insert(record.id, name);
                }
                Content::Processor(line) => match line.payout {
                    Some(name) => {
                        let side = sides.entry(name.into()).or_default();
                        side.add(record.at, line.net, period);
                        side.paid_out = side.paid_out.or(line.payout_at);
                    }
                    None => drop(lines.insert(record.id, (record.at, line.net))),
                },
                Content::PayoutNamed(named) => {
                    let side = sides.entry(named.payout.into()).or_default();
                    side.paid_out = side.paid_out.or(named.payout_at);
                    if let Some((at, net)) = lines.remove(&named.line) {
                        side.add(at, net, period);
                    }
                }
                _ => {}
            }
        }
    }
    for drawn in reader.settlements_of_kind(SettlementKind::PayoutDrawn)? {
        let name = drawn.settled.first().and_then(|share| names.get(&share.record));
        let Some(side) = name.and_then(|name| sides.get_mut(name)) else { continue };
        for share in &drawn.by {
            if let Some((at, _)) = lines.get(&share.record) {
                side.add(*at, share.amount, period);
            }
        }
    }
    Ok(sides.into_iter().filter_map(|(name, sides)| sides.part(&name, period)).collect())
}

impl Sides {
    fn add(&mut self, at: Timestamp, net: Money, period: Period) {
        let side = if at < period.end() { &mut self.before } else { &mut self.after };
        *side.entry(net.currency).or_default() += i128::from(net.minor);
    }

    /// A part, where something of this month is paid out after it.
    fn part(self, name: &str, period: Period) -> Option<PayoutPart> {
        let paid_later = self.paid_out.is_some_and(|at| at >= period.end());
        let (currency, before) = self.before.into_iter().find(|(_, minor)| *minor != 0)?;
        let after = self.after.get(&currency).copied().unwrap_or(0);
        (paid_later || after != 0).then(|| PayoutPart {
            payout: name.to_owned(),
            before: MoneyView::new(before, currency),
            after: MoneyView::new(after, currency),
            paid_out: self.paid_out.map(|at| at.to_string()),
        })
    }
}

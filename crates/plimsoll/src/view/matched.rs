//! The share of money that is matched.

use super::reporting::{Reporting, day};
use super::{MoneyView, ReportingView};
use domain::{Account, Currency, Entry, Settlement, SettlementKind};
use engine::post::settled_items;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{EntryFilter, Reader, StoreError};

/// Accounts on which a document stands open until something settles it.
const CLEARING: [Account; 5] = [
    Account::BankUnexplained,
    Account::CashInTransit,
    Account::Receivables,
    Account::PaymentsUnapplied,
    Account::RefundsUnapplied,
];

/// Posting rules that settle, and the one that moves what nobody owes; all others open what is to be settled.
const NOT_OPENING: [&str; 7] = [
    "order paid",
    "credit note refunded",
    "order cancelled",
    "payment voided",
    "payout received",
    "seller paid",
    "adjustment",
];

/// Entries read at a time.
const AT_A_TIME: u32 = 10_000;

/// How much of the money of one currency is matched.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MatchedView {
    /// What documents leave to be settled, without sign; with its worth in the reporting currency at the last rates before
    /// everything was settled, or why it is left out of the share of all money.
    pub to_settle: MoneyView,
    /// What settlements assign of it.
    pub settled: MoneyView,
    /// The one over the other.
    pub share: f64,
}

impl MatchedView {
    /// What it weighs among all money, in minor units of the reporting currency; none where that cannot be said.
    fn weight(&self) -> Option<i128> {
        match &self.to_settle.reporting {
            None => Some(self.to_settle.minor),
            Some(ReportingView::Converted(converted)) => Some(converted.minor),
            Some(ReportingView::NotConverted(_)) => None,
        }
    }
}

/// Of all money that orders, credit notes, charges, refunds, payouts and bank lines leave to be settled, the share that
/// settlements assign, currency by currency.
///
/// Under the line stands what documents post on the clearing accounts, without sign: an order of 100.00, its charge of
/// 100.00, the payout of 97.00 and its bank line of 97.00 make 394.00. Above it stand both sides of the settlements
/// that hold: the order paid gives 200.00, the payout received 194.00. All matched: 394.00 / 394.00 = 1; without the
/// bank line 200.00 / 297.00 = .673. Implied payouts open and settle nothing.
///
/// # Errors
/// As the reader.
pub(super) fn matched(
    reader: &Reader,
    reporting: &Reporting<'_>,
    as_of: Option<Timestamp>,
) -> Result<Vec<MatchedView>, StoreError> {
    let mut settled = BTreeMap::new();
    reader.settlements()?.iter().for_each(|settlement| assign(settlement, &mut settled));
    let opened = opened_by_all(reader)?;
    let rows = opened.into_iter().filter(|(_, opened)| *opened > 0).map(|(currency, opened)| {
        let settled = settled.get(&currency).copied().unwrap_or(0);
        let mut to_settle = MoneyView::new(opened, currency);
        if let Some(at) = as_of.filter(|_| currency != reporting.currency()) {
            to_settle.reporting = Some(reporting.converted(opened, currency, day(at))?);
        }
        Ok(MatchedView { to_settle, settled: MoneyView::new(settled, currency), share: ratio(settled, opened) })
    });
    rows.collect()
}

/// The share of all money, each currency with what it weighs in the reporting one; none where there is nothing to settle
/// or nothing of it can be said in that currency. Those that cannot are left out: see [`MatchedView::to_settle`].
pub(super) fn share_of_all(matched: &[MatchedView]) -> Option<f64> {
    let weighed = || matched.iter().filter_map(|row| Some((row.weight()?, row.share)));
    let all: i128 = weighed().map(|(weight, _)| weight).sum();
    (all > 0).then(|| weighed().map(|(weight, share)| share * ratio(weight, all)).sum())
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn ratio(over: i128, under: i128) -> f64 {
    over as f64 / under as f64
}

fn assign(settlement: &Settlement, sums: &mut BTreeMap<Currency, i128>) {
    if settlement.withdrawn || settlement.kind == SettlementKind::PayoutImplied {
        return;
    }
    // What sellers are owed is nothing that documents wait to be settled by.
    for (_, share, _) in settled_items(settlement).filter(|(account, ..)| CLEARING.contains(account)) {
        *sums.entry(share.amount.currency).or_default() += i128::from(share.amount.minor).abs();
    }
}

fn opened_by_all(reader: &Reader) -> Result<BTreeMap<Currency, i128>, StoreError> {
    let mut sums = BTreeMap::new();
    let mut filter = EntryFilter { limit: AT_A_TIME, ..EntryFilter::default() };
    loop {
        let entries = reader.entries(&filter)?;
        entries.iter().for_each(|entry| open(entry, &mut sums));
        if entries.len() < AT_A_TIME as usize {
            return Ok(sums);
        }
        filter.offset += AT_A_TIME;
    }
}

/// What an entry leaves to be settled.
fn open(entry: &Entry, sums: &mut BTreeMap<Currency, i128>) {
    if NOT_OPENING.contains(&entry.rule) {
        return;
    }
    for posting in entry.postings.iter().filter(|posting| CLEARING.contains(&posting.account)) {
        *sums.entry(posting.amount.currency).or_default() += i128::from(posting.amount.minor).abs();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Converted, NotConverted, WhyNot};
    use domain::Money;

    fn row(code: &str, minor: i128, share: f64, reporting: Option<ReportingView>) -> MatchedView {
        let money = |minor| MoneyView::new(minor, Currency::from_code(code).unwrap());
        MatchedView { to_settle: MoneyView { reporting, ..money(minor) }, settled: money(0), share }
    }

    /// 100.00 GBP of which half is matched, and 200.00 EUR = 300.00 GBP of which all is: (50 + 300) / 400 = .875.
    #[test]
    fn each_currency_weighs_what_it_is_worth_and_what_has_no_rate_is_left_out() {
        let worth = Converted::from(Money::new(30_000, Currency::GBP));
        let reason = NotConverted {
            currency: "GBP".to_owned(),
            day: String::new(),
            why: WhyNot::NotQuoted,
            missing: String::new(),
        };
        let pounds = row("GBP", 10_000, 0.5, None);
        let euros = row("EUR", 20_000, 1.0, Some(ReportingView::Converted(worth)));
        let unknown = row("AED", 99_999, 0.0, Some(ReportingView::NotConverted(reason)));
        assert_eq!(share_of_all(&[pounds, euros, unknown.clone()]), Some(0.875));
        assert_eq!(share_of_all(&[unknown]), None, "nothing can be said, rather than nothing is matched");
        assert_eq!(share_of_all(&[]), None);
    }
}

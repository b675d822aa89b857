//! The share of money that is matched.

use domain::{Account, Currency, Entry, Settlement, SettlementKind};
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
const NOT_OPENING: [&str; 6] =
    ["order paid", "credit note refunded", "order cancelled", "payment voided", "payout received", "adjustment"];

/// Entries read at a time.
const AT_A_TIME: u32 = 10_000;

/// Of all money that orders, credit notes, charges, refunds, payouts and bank lines leave to be settled, the share that
/// settlements assign; none where there is nothing to settle.
///
/// Under the line stands what documents post on the clearing accounts, without sign: an order of 100.00, its charge of
/// 100.00, the payout of 97.00 and its bank line of 97.00 make 394.00. Above it stand both sides of the settlements
/// that hold: the order paid gives 200.00, the payout received 194.00. All matched: 394.00 / 394.00 = 1; without the
/// bank line 200.00 / 297.00 = .673. Implied payouts open and settle nothing; amounts of other currencies are left out.
///
/// # Errors
/// As the reader.
pub fn matched_money_share(reader: &Reader, currency: Currency) -> Result<Option<f64>, StoreError> {
    let settled: u128 = reader.settlements()?.iter().map(|settlement| assigned(settlement, currency)).sum();
    let opened = opened_by_all(reader, currency)?;
    Ok((opened > 0).then(|| ratio(settled, opened)))
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn ratio(over: u128, under: u128) -> f64 {
    over as f64 / under as f64
}

fn assigned(settlement: &Settlement, currency: Currency) -> u128 {
    if settlement.withdrawn || settlement.kind == SettlementKind::PayoutImplied {
        return 0;
    }
    let shares = settlement.settled.iter().chain(&settlement.by).map(|share| share.amount);
    shares.filter(|amount| amount.currency == currency).map(|amount| u128::from(amount.minor.unsigned_abs())).sum()
}

fn opened_by_all(reader: &Reader, currency: Currency) -> Result<u128, StoreError> {
    let mut sum = 0;
    let mut filter = EntryFilter { limit: AT_A_TIME, ..EntryFilter::default() };
    loop {
        let entries = reader.entries(&filter)?;
        sum += entries.iter().map(|entry| opened(entry, currency)).sum::<u128>();
        if entries.len() < AT_A_TIME as usize {
            return Ok(sum);
        }
        filter.offset += AT_A_TIME;
    }
}

/// What an entry leaves to be settled.
fn opened(entry: &Entry, currency: Currency) -> u128 {
    if NOT_OPENING.contains(&entry.rule) {
        return 0;
    }
    let open = |posting: &&domain::Posting| CLEARING.contains(&posting.account) && posting.amount.currency == currency;
    entry.postings.iter().filter(open).map(|posting| u128::from(posting.amount.minor.unsigned_abs())).sum()
}

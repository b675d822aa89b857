//! The lines that payouts by hand took from the balance, and their entries taken apart where a line was taken in parts.

use domain::{Account, Entry, Money, Posting, RecordId, SettlementKind};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::ops::Range;
use store::{Reader, StoreError};

/// What payouts took of each line, one behind the other: from and up to so many minor units of what the line moved the
/// balance by.
pub(super) struct Drawn(BTreeMap<RecordId, Vec<(SmolStr, Range<i64>)>>);

impl Drawn {
    /// Of the payouts of these names.
    pub(super) fn of(reader: &Reader, names: &BTreeMap<RecordId, SmolStr>) -> Result<Self, StoreError> {
        let mut drawn: BTreeMap<RecordId, Vec<(SmolStr, Range<i64>)>> = BTreeMap::new();
        for settlement in reader.settlements_of_kind(SettlementKind::PayoutDrawn)? {
            let Some(name) = settlement.settled.first().and_then(|share| names.get(&share.record)) else { continue };
            for share in settlement.by {
                let parts = drawn.entry(share.record).or_default();
                let from = parts.last().map_or(0, |(_, range)| range.end);
                parts.push((name.clone(), from..from.saturating_add(share.amount.minor)));
            }
        }
        Ok(Self(drawn))
    }

    pub(super) fn of_line(&self, line: &RecordId) -> &[(SmolStr, Range<i64>)] {
        self.0.get(line).map_or(&[], Vec::as_slice)
    }
}

/// The part of a line's entry that goes with a part of what the line moved the balance by. It balances, the balance moves by
/// that part to the minor unit, and the parts of an entry sum to it.
///
/// Example: of a payment of 52.00 with a fee of 2.00, the first 3.00 of the 50.00: balance 3.00, fees 0.12, and 3.12 of
/// the payment.
pub(super) fn part(entry: &Entry, range: &Range<i64>) -> Vec<Posting> {
    let (balance, others): (Vec<Posting>, Vec<Posting>) =
        entry.postings.iter().partition(|posting| posting.account == Account::ProcessorBalance);
    let whole: i128 = balance.iter().map(|posting| i128::from(posting.amount.minor)).sum();
    let Some(currency) = balance.first().map(|posting| posting.amount.currency).filter(|_| whole != 0) else {
        return Vec::new();
    };
    let up_to = |minor: i64, end: i64| (i128::from(minor) * i128::from(end)).div_euclid(whole);
    let moved = |minor: i64| up_to(minor, range.end) - up_to(minor, range.start);
    let posting = |account, minor: i128| {
        let minor = i64::try_from(minor).unwrap_or_default();
        Posting { account, amount: Money::new(minor, currency) }
    };
    let taken = i128::from(range.end) - i128::from(range.start);
    let mut parts = vec![posting(Account::ProcessorBalance, taken)];
    // The largest of the other sides takes what rounding leaves.
    let largest = (0..others.len()).max_by_key(|at| others[*at].amount.minor.unsigned_abs());
    let mut rest = -taken;
    for (at, other) in others.iter().enumerate().filter(|(at, _)| Some(*at) != largest) {
        let minor = moved(other.amount.minor);
        rest -= minor;
        parts.push(posting(others[at].account, minor));
    }
    parts.extend(largest.map(|at| posting(others[at].account, rest)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, EntryId};
    use jiff::Timestamp;

    fn entry(balance: i64, fee: i64) -> Entry {
        let posting = |account, minor| Posting { account, amount: Money::new(minor, Currency::GBP) };
        Entry {
            id: EntryId::from("charge/x"),
            at: Timestamp::UNIX_EPOCH,
            belongs_at: None,
            rule: "charge",
            evidence: vec!["event:payment/x".into()],
            reverses: None,
            postings: vec![
                posting(Account::ProcessorBalance, balance),
                posting(Account::PaymentsUnapplied, -balance - fee),
                posting(Account::ProcessorFees, fee),
            ],
        }
    }

    fn minors(parts: &[Posting]) -> Vec<(Account, i64)> {
        parts.iter().map(|posting| (posting.account, posting.amount.minor)).collect()
    }

    #[test]
    fn the_example_by_hand() {
        let expected =
            [(Account::ProcessorBalance, 300), (Account::ProcessorFees, 12), (Account::PaymentsUnapplied, -312)];
        assert_eq!(minors(&part(&entry(5_000, 200), &(0..300))), expected);
    }

    #[test]
    fn parts_balance_and_sum_to_the_whole_wherever_they_are_cut() {
        for (balance, fee) in [(997, 3), (5_000, 200), (-1_000, 333)] {
            let entry = entry(balance, fee);
            for cut in [1, 2, 500, 996] {
                let cut = cut * balance.signum();
                let (first, second) = (part(&entry, &(0..cut)), part(&entry, &(cut..balance)));
                let mut sums: BTreeMap<Account, i64> = BTreeMap::new();
                for parts in [&first, &second] {
                    assert_eq!(parts.iter().map(|posting| posting.amount.minor).sum::<i64>(), 0, "{balance} {cut}");
                    for posting in parts {
                        *sums.entry(posting.account).or_default() += posting.amount.minor;
                    }
                }
                let whole: BTreeMap<Account, i64> = minors(&entry.postings).into_iter().collect();
                assert_eq!(sums, whole, "{balance} {cut}");
            }
        }
    }
}

//! Bank lines settle payouts.

use super::items::{BankItem, Payout};
use super::settling::{Piece, Settling};
use domain::{RecordId, SettlementKind};
use std::collections::BTreeMap;

/// A bank line that names no payout may come this long after it, or (time zones) this long before.
const ARRIVAL_WINDOW_SECONDS: i64 = 8 * 86_400;
const EARLY_SECONDS: i64 = 86_400;

/// At most this share of a payout may be missing where the bank line does not name it.
const SHORT_SHARE: i64 = 10;

/// As many payouts in a row as one bank line may hold without naming them.
const LONGEST_ROW: usize = 3;

const KIND: SettlementKind = SettlementKind::PayoutReceived;

/// Rule 7, one way after another.
pub(super) fn settle(settling: &mut Settling) {
    imply_unlisted_payouts(settling);
    let items = settling.items;
    let mut lines: Vec<&BankItem> = items.bank_lines.values().collect();
    lines.sort_by_key(|item| (item.at, &item.id));
    let mut payouts: Vec<&Payout> = items.payouts.values().collect();
    payouts.sort_by_key(|payout| (payout.at, &payout.id));
    by_name(settling, &lines);
    by_rows_of(settling, &lines, &payouts, 1, "same amount, nearest in time");
    for length in 2..=LONGEST_ROW {
        by_rows_of(settling, &lines, &payouts, length, "payouts in a row sum to it");
    }
    short(settling, &lines, &payouts);
}

/// A payout that the export does not list is the sum of its lines; its cents leave the processor here.
fn imply_unlisted_payouts(settling: &mut Settling) {
    let items = settling.items;
    for payout in items.payouts.values().filter(|payout| payout.listed.is_none() && payout.lines.minor != 0) {
        settling.imply(&payout.id, payout.lines);
    }
}

fn by_name<'a>(settling: &mut Settling<'a>, lines: &[&'a BankItem]) {
    for item in lines {
        for payout in named_payouts(settling, item) {
            take(settling, item, payout, "the bank line names the payout");
        }
    }
}

/// The payouts that a bank line's texts name, in their order.
fn named_payouts<'a>(settling: &Settling<'a>, item: &BankItem) -> Vec<&'a Payout> {
    let text = [&item.line.end_to_end, &item.line.remittance];
    let words = text.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let mut payouts: Vec<&Payout> = words.filter_map(|word| settling.items.payouts.get(word)).collect();
    payouts.sort_by_key(|payout| (payout.at, &payout.id));
    payouts.dedup_by_key(|payout| &payout.id);
    payouts
}

/// Bank lines equal to the sum of `length` payouts in a row.
fn by_rows_of<'a>(
    settling: &mut Settling<'a>,
    lines: &[&'a BankItem],
    payouts: &[&'a Payout],
    length: usize,
    reason: &'static str,
) {
    let open: Vec<&Payout> = payouts.iter().copied().filter(|payout| untouched(settling, payout)).collect();
    let mut rows: BTreeMap<i64, Vec<&[&Payout]>> = BTreeMap::new();
    for row in open.windows(length) {
        rows.entry(row.iter().map(|payout| payout.amount().minor).sum()).or_default().push(row);
    }
    for item in lines.iter().filter(|item| item.line.amount.minor > 0) {
        if settling.left(&item.id, item.line.amount) != item.line.amount.minor {
            continue;
        }
        let candidates = rows.get(&item.line.amount.minor).into_iter().flatten();
        let arrived = candidates.filter(|row| row.iter().all(|payout| in_window(payout, item)));
        let free = arrived.filter(|row| row.iter().all(|payout| untouched(settling, payout)));
        if let Some(row) = free.min_by_key(|row| (lag(row[0], item).abs(), &row[0].id)) {
            for payout in *row {
                take(settling, item, payout, reason);
            }
        }
    }
}

/// Bank lines of the processor that are little less than a payout.
fn short<'a>(settling: &mut Settling<'a>, lines: &[&'a BankItem], payouts: &[&'a Payout]) {
    let mut pairs = Vec::new();
    for item in lines.iter().filter(|item| item.line.amount.minor > 0) {
        for payout in payouts.iter().filter(|payout| untouched(settling, payout) && in_window(payout, item)) {
            let missing = payout.amount().minor - item.line.amount.minor;
            let little = missing > 0 && missing <= payout.amount().minor / SHORT_SHARE;
            if little && names_processor(item, &payout.id) {
                pairs.push((missing, &item.id, &payout.id, *item, *payout));
            }
        }
    }
    pairs.sort_by_key(|(missing, item, payout, ..)| (*missing, *item, *payout));
    for (.., item, payout) in pairs {
        if untouched(settling, payout) && settling.left(&item.id, item.line.amount) == item.line.amount.minor {
            take(settling, item, payout, "the processor's line, little less than the payout");
        }
    }
}

/// Whether a bank line's text holds the name of the source that the payout came from (`STRIPE …` for `stripe:…`).
fn names_processor(item: &BankItem, payout: &RecordId) -> bool {
    let source = payout.0.split(':').next().unwrap_or_default();
    !source.is_empty() && item.line.remittance.to_lowercase().contains(source)
}

fn take<'a>(settling: &mut Settling<'a>, item: &'a BankItem, payout: &'a Payout, reason: &'static str) {
    let free = settling.left(&item.id, item.line.amount);
    let minor = free.min(settling.left(&payout.id, payout.amount()));
    if minor > 0 {
        let settled = Piece { record: &payout.id, holds: payout.amount(), minor };
        let by = Piece { record: &item.id, holds: item.line.amount, minor };
        settling.assign(KIND, &item.id, reason, &[settled], &[by]);
    }
}

fn untouched(settling: &Settling, payout: &Payout) -> bool {
    payout.amount().minor > 0 && settling.left(&payout.id, payout.amount()) == payout.amount().minor
}

fn lag(payout: &Payout, item: &BankItem) -> i64 {
    item.at.as_second() - payout.at.as_second()
}

fn in_window(payout: &Payout, item: &BankItem) -> bool {
    (-EARLY_SECONDS..=ARRIVAL_WINDOW_SECONDS).contains(&lag(payout, item))
}

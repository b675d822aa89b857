//! Bank lines settle payouts.

use super::items::BankItem;
use super::payout::Payout;
use super::settling::{Piece, Settling};
use crate::sums::{self, Limits};
use domain::{Money, RecordId, SettlementKind};
use std::collections::BTreeMap;

/// A bank line that names no payout may come this long after it, or (time zones) this long before.
const ARRIVAL_WINDOW_SECONDS: i64 = 8 * 86_400;
const EARLY_SECONDS: i64 = 86_400;

/// At most this share of a payout may be missing where the bank line does not name it.
const SHORT_SHARE: i64 = 10;

/// As many payouts as one bank line may hold, and as many bank lines as may share payouts, without naming them: a
/// processor that pays daily has six payouts over a long weekend.
const MOST_PAYOUTS: usize = 6;
const MOST_LINES: usize = 3;

/// The search for sums looks at so many payouts near a bank line, in so many steps: some milliseconds a line.
const MOST_NEAR: usize = 24;
const MOST_STEPS: u64 = 20_000;

const KIND: SettlementKind = SettlementKind::PayoutReceived;

/// Rule 8, one way after another. Signs must agree: a payout below zero is settled by money that leaves the bank.
pub(super) fn settle(settling: &mut Settling) {
    imply_unlisted_payouts(settling);
    let items = settling.items;
    let mut lines: Vec<&BankItem> = items.bank_lines.values().collect();
    lines.sort_by_key(|item| (item.at, &item.id));
    let mut payouts: Vec<&Payout> = items.payouts.values().collect();
    payouts.sort_by_key(|payout| (payout.at(), payout.id()));
    by_name(settling, &lines);
    by_amount(settling, &lines, &payouts);
    by_sums(settling, &lines, &payouts);
    short(settling, &lines, &payouts);
}

/// A payout that the export does not list is the sum of its lines; its cents leave the processor here.
fn imply_unlisted_payouts(settling: &mut Settling) {
    let items = settling.items;
    for payout in items.payouts.values().filter(|payout| !payout.is_listed() && payout.lines.minor != 0) {
        settling.imply(payout.id(), payout.lines);
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
pub(super) fn named_payouts<'a>(settling: &Settling<'a>, item: &BankItem) -> Vec<&'a Payout> {
    let items = settling.items;
    let text = [&item.line.end_to_end, &item.line.remittance];
    let words = text.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let mut payouts: Vec<&Payout> =
        words.filter_map(|word| items.payouts.get(word, item.line.amount.currency)).collect();
    payouts.sort_by_key(|payout| (payout.at(), payout.id()));
    payouts.dedup_by_key(|payout| payout.id());
    payouts
}

/// Bank lines of the amount of one payout.
fn by_amount<'a>(settling: &mut Settling<'a>, lines: &[&'a BankItem], payouts: &[&'a Payout]) {
    let mut of_amount: BTreeMap<Money, Vec<&Payout>> = BTreeMap::new();
    for payout in open_payouts(settling, payouts) {
        of_amount.entry(payout.amount()).or_default().push(payout);
    }
    for item in open_lines(settling, lines) {
        let equal = of_amount.get(&item.line.amount).into_iter().flatten();
        let arrived = equal.filter(|payout| in_window(payout, item));
        let free = arrived.filter(|payout| untouched(settling, payout));
        if let Some(payout) = free.min_by_key(|payout| (lag(payout, item).abs(), payout.id())) {
            take(settling, item, payout, "same amount, nearest in time");
        }
    }
}

/// Bank lines and payouts, one or some of each, of the same sum: what is left after the equal ones is looked at as a
/// whole, so that no line takes the payouts that another needs.
fn by_sums<'a>(settling: &mut Settling<'a>, lines: &[&'a BankItem], payouts: &[&'a Payout]) {
    let (lines, payouts) = (open_lines(settling, lines), open_payouts(settling, payouts));
    let of_line = |item: &&BankItem| sums::Item { amount: item.line.amount, at: item.at.as_second() };
    let of_payout = |payout: &&Payout| sums::Item { amount: payout.amount(), at: payout.at().as_second() };
    let (whole, paid): (Vec<sums::Item>, Vec<sums::Item>) =
        (payouts.iter().map(of_payout).collect(), lines.iter().map(of_line).collect());
    let limits = Limits {
        window: -EARLY_SECONDS..=ARRIVAL_WINDOW_SECONDS,
        most_whole: MOST_PAYOUTS,
        most_paid: MOST_LINES,
        fee_bps: 0,
        most_near: MOST_NEAR,
        steps: MOST_STEPS,
    };
    let found = sums::settle(&whole, &paid, &limits);
    for group in &found.groups {
        let reason = if group.paid.len() == 1 { "payouts sum to it" } else { "lines and payouts of the same sum" };
        let settled = group.whole.iter().map(|&at| Piece::of_payout(payouts[at], payouts[at].amount().minor));
        let by = group.paid.iter().map(|&at| Piece::of_bank_line(lines[at], lines[at].line.amount.minor));
        let (settled, by): (Vec<Piece<'a>>, Vec<Piece<'a>>) = (settled.collect(), by.collect());
        settling.assign(KIND, &lines[group.paid[0]].id, reason, &settled, &by);
    }
    settling.gave_up.extend(found.gave_up.iter().map(|&at| &lines[at].id));
}

/// Bank lines of the processor that are little less than a payout.
fn short<'a>(settling: &mut Settling<'a>, lines: &[&'a BankItem], payouts: &[&'a Payout]) {
    let open = open_payouts(settling, payouts);
    let mut pairs = Vec::new();
    for item in open_lines(settling, lines) {
        for payout in open.iter().filter(|payout| in_window(payout, item) && little_less(item, payout)) {
            let missing = payout.amount().minor - item.line.amount.minor;
            pairs.push((missing, &item.id, payout.id(), item, *payout));
        }
    }
    pairs.sort_by_key(|(missing, item, payout, ..)| (*missing, *item, *payout));
    for (.., item, payout) in pairs {
        if untouched(settling, payout) && is_open(settling, item) {
            take(settling, item, payout, "the processor's line, little less than the payout");
        }
    }
}

fn little_less(item: &BankItem, payout: &Payout) -> bool {
    let (paid, received) = (payout.amount(), item.line.amount);
    let missing = paid.minor - received.minor;
    paid.currency == received.currency
        && received.minor > 0
        && missing > 0
        && missing <= paid.minor / SHORT_SHARE
        && names_processor(item, payout.id())
}

/// Whether a bank line's text holds the name of the source that the payout came from (`STRIPE …` for `stripe:…`).
fn names_processor(item: &BankItem, payout: &RecordId) -> bool {
    let source = payout.0.split(':').next().unwrap_or_default();
    !source.is_empty() && item.line.remittance.to_lowercase().contains(source)
}

/// Line and payout settle each other by the smaller of what is left of them, where they have the same sign.
fn take<'a>(settling: &mut Settling<'a>, item: &'a BankItem, payout: &'a Payout, reason: &'static str) {
    let (free, open) = (settling.left_of_bank_line(item), settling.left_of_payout(payout));
    let minor = if free > 0 { free.min(open) } else { free.max(open) };
    if minor != 0 && free.signum() == open.signum() {
        let (settled, by) = (Piece::of_payout(payout, minor), Piece::of_bank_line(item, minor));
        settling.assign(KIND, &item.id, reason, &[settled], &[by]);
    }
}

fn open_payouts<'a>(settling: &Settling<'a>, payouts: &[&'a Payout]) -> Vec<&'a Payout> {
    payouts.iter().copied().filter(|payout| untouched(settling, payout)).collect()
}

fn open_lines<'a>(settling: &Settling<'a>, lines: &[&'a BankItem]) -> Vec<&'a BankItem> {
    lines.iter().copied().filter(|item| is_open(settling, item)).collect()
}

fn untouched(settling: &Settling, payout: &Payout) -> bool {
    let amount = payout.amount().minor;
    amount != 0 && settling.left_of_payout(payout) == amount
}

fn is_open(settling: &Settling, item: &BankItem) -> bool {
    let amount = item.line.amount.minor;
    amount != 0 && settling.left_of_bank_line(item) == amount
}

fn lag(payout: &Payout, item: &BankItem) -> i64 {
    item.at.as_second() - payout.at().as_second()
}

fn in_window(payout: &Payout, item: &BankItem) -> bool {
    (-EARLY_SECONDS..=ARRIVAL_WINDOW_SECONDS).contains(&lag(payout, item))
}

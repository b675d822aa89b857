//! Payouts that name none of the lines that they carry, as those do that somebody sends by hand, take from the balance
//! what came first.
//!
//! Which lines: those of the same source and currency that no payout carries, up to the instant of the payout: all that
//! went out of the balance, and of what came in so much, the first first, that together they are what it took. Where the
//! balance held less, lines are missing (`SettlementLineMissing`).
//!
//! Example: lines of 97.00, −20.00 and 50.00 and a payout of 100.00, none of which names another: 97.00, −20.00 and 23.00
//! of the 50.00.

use super::items::Items;
use super::payout::Payout;
use super::settling::{Piece, Settling, spread};
use domain::{Currency, Money, RecordId, SettlementKind};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

const KIND: SettlementKind = SettlementKind::PayoutDrawn;
const REASON: &str = "it names no lines: what came first";

/// The balance that a source keeps in a currency.
type Of = (SmolStr, Currency);

/// Lines that no payout carries, by whose balance they are of, in order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Balance {
    lines: BTreeMap<Of, BTreeMap<(Timestamp, RecordId), i64>>,
    /// Lines of which a later export says what carried them.
    carried: BTreeSet<RecordId>,
}

impl Balance {
    /// A line that moved the balance, and that names no payout.
    pub(super) fn take(&mut self, at: Timestamp, id: &RecordId, net: Money) {
        if net.minor != 0 {
            self.lines.entry((source(id), net.currency)).or_default().insert((at, id.clone()), net.minor);
        }
    }

    /// A payout carries the line after all.
    pub(super) fn carry(&mut self, line: &RecordId) {
        self.carried.insert(line.clone());
    }
}

/// Rule 9.
pub(super) fn settle(settling: &mut Settling) {
    let items = settling.items;
    let mut payouts: BTreeMap<Of, Vec<&Payout>> = BTreeMap::new();
    for (_, payout) in items.payouts.iter().filter(|(name, payout)| is_by_hand(items, name, payout)) {
        let of = (source(payout.id()), payout.amount().currency);
        payouts.entry(of).or_default().push(payout);
    }
    for (of, mut payouts) in payouts {
        payouts.sort_by_key(|payout| (payout.at(), payout.id()));
        let lines = items.balance.lines.get(&of).into_iter().flatten();
        let lines = lines.filter(|((_, id), _)| !items.balance.carried.contains(id));
        let mut coming = lines.map(|((at, id), net)| (*at, Piece::of_net(id, Money::new(*net, of.1)))).peekable();
        let mut waiting: Vec<Piece> = Vec::new();
        for payout in payouts {
            while let Some((_, line)) = coming.next_if(|(at, _)| *at <= payout.at()) {
                waiting.push(line);
            }
            draw(settling, payout, &mut waiting);
        }
    }
}

/// Whether a payout was sent by hand: no line names it, in whatever currency.
pub(super) fn is_by_hand(items: &Items, name: &str, payout: &Payout) -> bool {
    payout.is_listed() && items.payouts.of(name).all(|payout| !payout.has_lines())
}

/// The payout takes what it can of what waits; what is left goes on waiting.
fn draw<'a>(settling: &mut Settling<'a>, payout: &'a Payout, waiting: &mut Vec<Piece<'a>>) {
    let whole = Piece::of_drawn(payout);
    let held = waiting.iter().fold(0_i64, |sum, line| sum.saturating_add(line.minor));
    let taken = whole.minor.min(held);
    if taken <= 0 {
        return;
    }
    let lines = spread(waiting, taken);
    settling.assign(KIND, payout.id(), REASON, &[Piece { minor: taken, ..whole }], &lines);
    for line in waiting.iter_mut() {
        line.minor = settling.left(*line);
    }
    waiting.retain(|line| line.minor != 0);
}

/// The word before the colon of an id: who keeps the balance.
fn source(id: &RecordId) -> SmolStr {
    id.as_str().split(':').next().unwrap_or_default().into()
}

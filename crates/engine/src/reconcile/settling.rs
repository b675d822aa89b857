//! The work in progress of one reconcile: what is left of each item, and what was settled so far.

use super::WhoIsWho;
use super::items::{BankItem, Claim, Items, Movement};
use super::payout::Payout;
use super::sellers::Payable;
use crate::rates::Rates;
use domain::{Exception, ExceptionRule, Money, PartyId, Policy, RecordId, Settlement, SettlementKind, Share, Status};
use jiff::{Timestamp, tz::TimeZone};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Settlements in the making, by (kind, the record that they are filed under).
type Book<'a> = BTreeMap<(SettlementKind, &'a RecordId), Draft<'a>>;

struct Draft<'a> {
    reason: &'static str,
    seller: Option<&'a str>,
    settled: Drafted<'a>,
    by: Drafted<'a>,
}

/// Shares in the making, a record as often as pieces of it came: nearly every settlement has one, for which a tree would
/// cost ten times as much memory.
type Drafted<'a> = Vec<(&'a RecordId, Money)>;

/// One reconcile.
pub(super) struct Settling<'a> {
    pub items: &'a Items,
    pub who: &'a dyn WhoIsWho,
    pub policy: &'a Policy,
    pub now: Timestamp,
    rates: &'a Rates,
    /// Asked for some dozen times an item, and never gone through.
    used: HashMap<Item<'a>, i64>,
    /// Whose order each payment settled.
    payers: HashMap<&'a RecordId, &'a PartyId>,
    book: Book<'a>,
    exceptions: Vec<Exception>,
    /// Bank lines for which the search for sums did not try everything.
    pub gave_up: BTreeSet<&'a RecordId>,
    /// The sellers whom bank lines and transfers name.
    pub sellers: BTreeMap<&'a RecordId, &'a str>,
}

/// What holds minor units. A payout that the export does not list is filed under one of its lines, which holds minor
/// units of its own; so does an order what its seller is owed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Item<'a> {
    Record(&'a RecordId),
    Payout(&'a RecordId),
    Payable(&'a Payable),
    /// What a line moved the balance by, or what a payout that names no lines took from it.
    Balance(&'a RecordId),
}

impl<'a> Item<'a> {
    fn record(self) -> &'a RecordId {
        match self {
            Self::Record(record) | Self::Payout(record) | Self::Balance(record) => record,
            Self::Payable(payable) => &payable.document,
        }
    }
}

/// A piece of an item: all that it holds, and how much of it is taken, of the same sign.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub item: Item<'a>,
    pub holds: Money,
    pub minor: i64,
}

impl<'a> Piece<'a> {
    pub(super) fn of_claim(claim: &'a Claim, minor: i64) -> Self {
        Self { item: Item::Record(&claim.id), holds: claim.amount, minor }
    }

    pub(super) fn of_movement(movement: &'a Movement, minor: i64) -> Self {
        Self { item: Item::Record(&movement.id), holds: movement.amount, minor }
    }

    pub(super) fn of_bank_line(item: &'a BankItem, minor: i64) -> Self {
        Self { item: Item::Record(&item.id), holds: item.line.amount, minor }
    }

    pub(super) fn of_payout(payout: &'a Payout, minor: i64) -> Self {
        Self { item: Item::Payout(payout.id()), holds: payout.amount(), minor }
    }

    /// The whole of what a line moved the balance by.
    pub(super) fn of_net(line: &'a RecordId, net: Money) -> Self {
        Self { item: Item::Balance(line), holds: net, minor: net.minor }
    }

    /// The whole of what a payout took from the balance.
    pub(super) fn of_drawn(payout: &'a Payout) -> Self {
        let drawn = payout.drawn().unwrap_or(Money::zero(payout.amount().currency));
        Self { item: Item::Balance(payout.id()), holds: drawn, minor: drawn.minor }
    }

    pub(super) fn of_payable(payable: &'a Payable, minor: i64) -> Self {
        Self { item: Item::Payable(payable), holds: payable.amount, minor }
    }
}

impl<'a> Settling<'a> {
    pub(super) fn new(
        items: &'a Items,
        who: &'a dyn WhoIsWho,
        rates: &'a Rates,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        let (used, payers, book) = (HashMap::with_capacity(items.len()), HashMap::new(), BTreeMap::new());
        let (exceptions, gave_up) = (Vec::new(), BTreeSet::new());
        Self { items, who, policy, now, rates, used, payers, book, exceptions, gave_up, sellers: BTreeMap::new() }
    }

    pub(super) fn left_of_claim(&self, claim: &Claim) -> i64 {
        self.left(Piece::of_claim(claim, 0))
    }

    pub(super) fn left_of_movement(&self, movement: &Movement) -> i64 {
        self.left(Piece::of_movement(movement, 0))
    }

    pub(super) fn left_of_bank_line(&self, item: &BankItem) -> i64 {
        self.left(Piece::of_bank_line(item, 0))
    }

    pub(super) fn left_of_payable(&self, payable: &Payable) -> i64 {
        self.left(Piece::of_payable(payable, 0))
    }

    pub(super) fn left_of_payout(&self, payout: &Payout) -> i64 {
        self.left(Piece::of_payout(payout, 0))
    }

    /// Minor units of a piece's item that nothing has used yet.
    pub(super) fn left(&self, piece: Piece) -> i64 {
        piece.holds.minor - self.used.get(&piece.item).copied().unwrap_or(0)
    }

    /// Assigns a piece of `settled` to a piece of `by`, filed under `filed`. Further pieces of the same settlement add
    /// up, and its first reason stands.
    ///
    /// # Panics
    /// When a piece is more than what is left of its item: each minor unit has one home.
    pub(super) fn assign(
        &mut self,
        kind: SettlementKind,
        filed: &'a RecordId,
        reason: &'static str,
        settled: &[Piece<'a>],
        by: &[Piece<'a>],
    ) {
        for piece in settled.iter().chain(by) {
            let left = self.left(*piece);
            let holds = (left.min(0)..=left.max(0)).contains(&piece.minor);
            assert!(holds, "{} has {left} minor units left, not {}", piece.item.record(), piece.minor);
            *self.used.entry(piece.item).or_default() += piece.minor;
        }
        let draft = self.book.entry((kind, filed)).or_insert_with(|| Draft {
            reason,
            seller: kind.pays_a_seller().then(|| self.sellers.get(filed).copied()).flatten(),
            settled: Vec::with_capacity(settled.len()),
            by: Vec::with_capacity(by.len()),
        });
        add(&mut draft.settled, settled);
        add(&mut draft.by, by);
    }

    /// A payout that the export names but does not list leaves the processor; this uses nothing up, as the bank line
    /// that settles the payout will.
    pub(super) fn imply(&mut self, payout: &'a RecordId, amount: Money) {
        let settled = vec![(payout, amount)];
        let draft = Draft { reason: "the sum of its lines", seller: None, settled, by: Vec::new() };
        self.book.insert((SettlementKind::PayoutImplied, payout), draft);
    }

    /// The bank lines that settle a payout so far.
    pub(super) fn received_by(&self, record: &RecordId) -> Vec<RecordId> {
        let received = self.book.iter().filter(|((kind, _), _)| *kind == SettlementKind::PayoutReceived);
        let drafts = received.filter(|(_, draft)| draft.settled.iter().any(|(settled, _)| *settled == record));
        drafts.flat_map(|(_, draft)| shares(draft.by.clone())).map(|share| share.record).collect()
    }

    /// Claim and movement settle each other by the smaller of what is left of them.
    pub(super) fn pay(&mut self, kind: SettlementKind, reason: &'static str, claim: &'a Claim, movement: &'a Movement) {
        let (of_claim, of_movement) = if claim.amount.currency == movement.amount.currency {
            let minor = self.left_of_claim(claim).min(self.left_of_movement(movement));
            (minor, minor)
        } else {
            self.as_shown(claim, movement).unwrap_or_default()
        };
        if of_claim > 0 && of_movement > 0 {
            if kind == SettlementKind::OrderPaid {
                self.payers.entry(&movement.id).or_insert(&claim.party);
            }
            let (settled, by) = (Piece::of_claim(claim, of_claim), Piece::of_movement(movement, of_movement));
            self.assign(kind, &claim.id, reason, &[settled], &[by]);
        }
    }

    /// What a claim and a movement of another currency take of each other, where the buyer saw the claim's currency: as
    /// much as was shown, and of the balance's amount its part. What the two are worth apart is the exchange difference.
    ///
    /// Example: a payment of 85.00 GBP that was shown as 100.00 EUR settles an order of 100.00 EUR in full; of an order
    /// of 40.00 EUR it takes 40.00 for 34.00 GBP, and 51.00 GBP are left.
    fn as_shown(&self, claim: &Claim, movement: &Movement) -> Option<(i64, i64)> {
        let shown = movement.shown_in(claim.amount.currency)?.minor;
        let (whole, left) = (movement.amount.minor, self.left_of_movement(movement));
        if shown <= 0 || whole <= 0 || left <= 0 {
            return None;
        }
        let part = |minor: i64, of: i64, all: i64| {
            i64::try_from(i128::from(minor) * i128::from(of) / i128::from(all)).unwrap_or(0)
        };
        let shown_left = part(shown, left, whole);
        let of_claim = self.left_of_claim(claim).min(shown_left);
        let of_movement = if of_claim == shown_left { left } else { part(whole, of_claim, shown).min(left) };
        Some((of_claim, of_movement))
    }

    /// Whether a payment shown to the buyer in another currency was settled at the reference rate: then a minor unit
    /// that rounding both ways lost or won is an exchange difference, not a break.
    pub(super) fn settled_at_reference_rate(&self, movement: &Movement) -> bool {
        let Some(shown) = movement.presentment.filter(|shown| shown.currency != movement.amount.currency) else {
            return false;
        };
        let day = movement.at.to_zoned(TimeZone::UTC).date();
        let expected = self.rates.convert(shown, movement.amount.currency, day);
        expected.is_some_and(|expected| expected.minor.abs_diff(movement.amount.minor) <= 1)
    }

    /// The party behind a movement: by its customer, else by the order that it names, else by the order that the
    /// payment which it gives back settled.
    pub(super) fn party_of(&self, movement: &Movement) -> Option<&'a PartyId> {
        let items = self.items;
        let by_order = || items.orders.of(movement.order_reference.as_ref()?).next().map(|order| &order.party);
        let by_payment = || self.payers.get(&items.charge_of(movement.charge.as_ref()?)?.id).copied();
        let by_customer = movement.customer.and_then(|customer| self.who.party_of_customer(customer));
        by_customer.or_else(by_order).or_else(by_payment)
    }

    /// Whole days from an item to now, or to where the other side's files end; none where there are no such files.
    pub(super) fn age_days(&self, at: Timestamp, reach: Option<Timestamp>) -> Option<i64> {
        let until = self.now.min(reach?);
        Some((until.as_second() - at.as_second()).div_euclid(86_400))
    }

    /// Whether the other side's files tell of an instant: before that, what would explain an item is not imported yet.
    pub(super) fn reached(&self, at: Timestamp, reach: Option<Timestamp>) -> bool {
        reach.is_some_and(|reach| at <= self.now.min(reach))
    }

    pub(super) fn raise(
        &mut self,
        rule: ExceptionRule,
        record: &RecordId,
        at: Timestamp,
        money_at_risk: Money,
        related: Vec<RecordId>,
        explanation: String,
    ) {
        self.exceptions.push(Exception {
            id: format!("{}/{record}", rule.name()),
            rule,
            record: record.clone(),
            related,
            at,
            money_at_risk: money_at_risk.abs(),
            explanation,
            status: Status::Open,
        });
    }

    /// Settlements by id, and exceptions. What was in progress is given back first.
    pub(super) fn finish(self) -> (BTreeMap<SmolStr, Arc<Settlement>>, Vec<Exception>) {
        let Self { book, exceptions, used, payers, .. } = self;
        drop((used, payers));
        let settlement = |((kind, filed), draft): ((SettlementKind, &RecordId), Draft)| Settlement {
            id: format_smolstr!("{}/{filed}", kind.name()),
            kind,
            reason: SmolStr::new_static(draft.reason),
            seller: draft.seller.map(str::to_owned),
            settled: shares(draft.settled),
            by: shares(draft.by),
            withdrawn: false,
        };
        let by_id = |settlement: Settlement| (settlement.id.clone(), Arc::new(settlement));
        (book.into_iter().map(settlement).map(by_id).collect(), exceptions)
    }
}

/// Of pieces as they are left, all that is below zero, and of the others so much, the first first, that together they are
/// `paid`, which is no more than their sum.
///
/// Example: 8.75, −3.50 and 7.00 are due and 10.00 are paid: 8.75, −3.50 and 4.75.
pub(super) fn spread<'a>(due: &[Piece<'a>], paid: i64) -> Vec<Piece<'a>> {
    let below = due.iter().map(|piece| piece.minor.min(0)).fold(0, i64::saturating_add);
    let mut rest = paid.saturating_sub(below);
    let mut pieces = Vec::new();
    for piece in due {
        let minor = piece.minor.min(rest);
        rest -= minor.max(0);
        if minor != 0 {
            pieces.push(Piece { minor, ..*piece });
        }
    }
    pieces
}

fn add<'a>(shares: &mut Drafted<'a>, pieces: &[Piece<'a>]) {
    let share = |piece: &Piece<'a>| (piece.item.record(), Money::new(piece.minor, piece.holds.currency));
    shares.extend(pieces.iter().map(share));
}

/// A share a record, in order of the records.
fn shares(mut drafted: Drafted<'_>) -> Vec<Share> {
    drafted.sort_by_key(|(record, _)| *record);
    let one = |of_record: &[(&RecordId, Money)]| {
        let (record, first) = of_record.first()?;
        let minor = of_record.iter().map(|(_, amount)| amount.minor).sum();
        Some(Share { record: (*record).clone(), amount: Money::new(minor, first.currency) })
    };
    drafted.chunk_by(|(record, _), (next, _)| record == next).filter_map(one).collect()
}

//! Breaks that are planted, so far apart from each other and from their look-alikes that the truth is never in doubt.
//!
//! - No buyer is hit twice by a missing payment, a doubled charge or a larger refund; a guest is a buyer of one order.
//! - A missing or doubled payment is of an order with one charge that nothing refunds. Within 30 days neither another
//!   document of that buyer (guests taken as one) has the same amount, nor within 7 days an order of anybody that was
//!   paid by a payment link: such a link could be taken for the missing payment.
//! - A larger refund is the only one of its charge and of its credit note, and names the credit note.
//! - Short payouts stand at least [`SHORT_PAYOUTS_APART`] payouts apart, and between them nothing odd happens nearby.
//! - Nothing is planted within ten days of the end, where no rule about age could see it.

use crate::Setting;
use crate::calendar::{self, DAY, HOUR, MINUTE};
use crate::charges::{self, Charge, pounds, share_of};
use crate::payouts::Payout;
use crate::rates;
use crate::refunds::{self, Refund};
use crate::shop::Document;
use crate::truth::{Class, TruthRow};
use domain::{ExceptionRule, RecordId};
use jiff::Timestamp;
use sources::stripe::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Nothing is planted this close to the end.
const QUIET_SECONDS: i64 = 10 * DAY;
/// A doubled charge follows within this time.
const DOUBLED_SECONDS: i64 = 26 * HOUR;
/// Least payouts from one short payout to the next.
pub(crate) const SHORT_PAYOUTS_APART: usize = 4;
/// Smaller payouts are never short, so that a shortfall of up to £250 is at most a twentieth of its payout.
const LEAST_SHORT_PENCE: i64 = 500_000;

/// What planting changed.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    /// Indices of charges that never happened.
    pub(crate) missing: BTreeSet<usize>,
    /// Doubled charges, and the refunds of those that were noticed.
    pub(crate) extra: Vec<Row>,
    /// Doubled charges that were noticed.
    pub(crate) voided: Vec<RecordId>,
    /// What is true now.
    pub(crate) truth: Vec<TruthRow>,
}

/// The id of a processor row's record.
pub(crate) fn record_of(row: &Row) -> RecordId {
    RecordId::from(format!("stripe:{}", row.balance_transaction_id))
}

/// Plants what goes wrong between order and processor, and the decoy that looks most like it.
pub(crate) fn plant(setting: &Setting<'_>, charges: &[Charge], refunds: &mut [Refund]) -> Planted {
    let mut field = Field::new(setting, charges, refunds);
    let mut planted = Planted::default();
    field.miss_payments(&mut planted);
    field.double_charges(&mut planted);
    let larger = field.choose_larger_refunds(refunds);
    field.double_and_give_back(&mut planted);
    for index in larger {
        planted.truth.extend(enlarge(setting, charges, &mut refunds[index]));
    }
    planted
}

/// Where breaks may stand.
struct Field<'a> {
    setting: &'a Setting<'a>,
    charges: &'a [Charge],
    lookalikes: Lookalikes<'a>,
    refunds_of_charge: BTreeMap<usize, usize>,
    /// Buyers and guests that are hit.
    hit: BTreeSet<&'a str>,
}

impl<'a> Field<'a> {
    fn new(setting: &'a Setting<'a>, charges: &'a [Charge], refunds: &[Refund]) -> Self {
        let mut refunds_of_charge = BTreeMap::new();
        for charge in refunds.iter().filter_map(|refund| refund.charge) {
            *refunds_of_charge.entry(charge).or_default() += 1;
        }
        let lookalikes = Lookalikes::new(setting, charges);
        Self { setting, charges, lookalikes, refunds_of_charge, hit: BTreeSet::new() }
    }

    fn order(&self, charge: usize) -> &'a Document<'a> {
        &self.setting.shop.orders[self.charges[charge].order]
    }

    /// Charges that a break can be planted on without a doubt, in order.
    fn plain_charges(&self) -> Vec<usize> {
        let horizon = horizon(self.setting);
        let plain = |index: &usize| {
            let charge = &self.charges[*index];
            charge.whole
                && !self.refunds_of_charge.contains_key(index)
                && calendar::after(charge.row.created_utc, DOUBLED_SECONDS + HOUR) < horizon
                && self.lookalikes.stands_alone(self.order(*index))
        };
        (0..self.charges.len()).filter(plain).collect()
    }

    /// As many as the rate asks for, each of a buyer that nothing hit yet.
    fn choose(
        &mut self,
        what: &str,
        rate_bps: u32,
        of: usize,
        candidates: Vec<(usize, &'a Document<'a>)>,
    ) -> Vec<usize> {
        let ranked = rank(self.setting, what, candidates, |(_, document)| document.number);
        let fresh = ranked.into_iter().filter(|(_, document)| self.hit.insert(document.party()));
        fresh.map(|(index, _)| index).take(wanted(of, rate_bps)).collect()
    }

    fn miss_payments(&mut self, planted: &mut Planted) {
        let candidates = self.plain_charges().into_iter().map(|index| (index, self.order(index))).collect();
        let rate_bps = self.setting.params.missing_payment_bps;
        for index in self.choose("missing payment", rate_bps, self.setting.shop.orders.len(), candidates) {
            let order = self.order(index);
            planted.missing.insert(index);
            planted.truth.push(TruthRow {
                class: Class::Planted,
                rule: ExceptionRule::OrderWithoutPayment,
                record: order.record.clone(),
                amount: pounds(order.pence),
                note: "the buyer never paid".to_owned(),
            });
        }
    }

    fn double_charges(&mut self, planted: &mut Planted) {
        let named = |index: &usize| !self.charges[*index].row.order_id.is_empty();
        let candidates = self.plain_charges().into_iter().filter(named);
        let candidates = candidates.map(|index| (index, self.order(index))).collect();
        let rate_bps = self.setting.params.doubled_charge_bps;
        for index in self.choose("doubled charge", rate_bps, self.setting.shop.orders.len(), candidates) {
            let first = &self.charges[index].row;
            let mut stream = self.setting.seed.stream("doubled charge delay", &first.order_id);
            let second = charges::again(self.setting, first, stream.between(MINUTE, DOUBLED_SECONDS));
            planted.truth.push(TruthRow {
                class: Class::Planted,
                rule: ExceptionRule::DuplicateCharge,
                record: record_of(&second),
                amount: second.gross,
                note: format!("doubles {} of invoice {}", first.balance_transaction_id, first.order_id),
            });
            planted.extra.push(second);
        }
    }

    fn choose_larger_refunds(&mut self, refunds: &[Refund]) -> Vec<usize> {
        let mut refunds_of_note: BTreeMap<usize, usize> = BTreeMap::new();
        refunds.iter().for_each(|refund| *refunds_of_note.entry(refund.note).or_default() += 1);
        let horizon = horizon(self.setting);
        let clear = |refund: &Refund| {
            refund.row.created_utc < horizon
                && !refund.row.description.is_empty()
                && refunds_of_note.get(&refund.note) == Some(&1)
                && refund
                    .charge
                    .is_some_and(|charge| self.charges[charge].whole && self.refunds_of_charge.get(&charge) == Some(&1))
        };
        let notes = &self.setting.shop.notes;
        let candidates = refunds.iter().enumerate().filter(|(_, refund)| clear(refund));
        let candidates = candidates.map(|(index, refund)| (index, &notes[refund.note])).collect();
        self.choose("larger refund", self.setting.params.refund_larger_bps, refunds.len(), candidates)
    }

    /// A doubled charge that somebody noticed within the hour is no break.
    fn double_and_give_back(&self, planted: &mut Planted) {
        let setting = self.setting;
        for (index, charge) in self.charges.iter().enumerate() {
            let first = &charge.row;
            let early = calendar::after(first.created_utc, 2 * HOUR) < horizon(setting);
            let eligible = early && charge.whole && !first.order_id.is_empty();
            let mut stream = setting.seed.stream("refunded duplicate", self.order(index).number);
            let drawn = stream.chance(setting.params.refunded_duplicate_bps);
            if !drawn || !eligible || self.hit.contains(self.order(index).party()) {
                continue;
            }
            let second = charges::again(setting, first, stream.between(MINUTE, HOUR));
            let noticed = calendar::after(second.created_utc, stream.between(5 * MINUTE, 55 * MINUTE));
            let name = format!("{}/back", second.balance_transaction_id);
            let back = refunds::back(setting, &name, noticed, &second, charge.rate, second.gross.minor);
            planted.voided.push(record_of(&second));
            planted.extra.extend([second, Row { description: "Duplicate charge".to_owned(), ..back }]);
        }
    }
}

/// More goes back than was paid, by 5 to 40 % of the payment. Where the credit note was for less than the payment, the
/// rest of the payment goes back without a credit note.
fn enlarge(setting: &Setting<'_>, charges: &[Charge], refund: &mut Refund) -> Vec<TruthRow> {
    let Some(charge) = refund.charge.map(|charge| &charges[charge]) else { return Vec::new() };
    let paid = charge.row.gross.minor;
    let unexplained = paid + refund.row.gross.minor;
    let mut stream = setting.seed.stream("larger refund by", &refund.row.description);
    let excess = share_of(paid, stream.between(500, 4_000)).max(1);
    let row = &mut refund.row;
    (row.gross, row.net) = (pounds(-paid - excess), pounds(-paid - excess));
    row.customer_facing = charge.rate.and_then(|rate| Some(-rates::convert(paid + excess, rate)?.euro));
    let beyond = TruthRow {
        class: Class::Planted,
        rule: ExceptionRule::RefundExceedsPayment,
        record: record_of(row),
        amount: pounds(excess),
        note: format!("gives back {} of {} paid by {}", pounds(paid + excess), pounds(paid), row.charge_id),
    };
    let uncredited = TruthRow {
        class: Class::Natural,
        rule: ExceptionRule::RefundWithoutCreditNote,
        amount: pounds(unexplained),
        note: format!("{} was for less than the payment that it gives back", row.description),
        ..beyond.clone()
    };
    if unexplained > 0 { vec![beyond, uncredited] } else { vec![beyond] }
}

/// What the bank received too little, by payout.
pub(crate) fn shorten(setting: &Setting<'_>, payouts: &[Payout]) -> BTreeMap<usize, i64> {
    let wanted = wanted(payouts.len(), setting.params.short_payout_bps);
    let large = |payout: &Payout| payout.created < horizon(setting) && payout.pence >= LEAST_SHORT_PENCE;
    let candidates = (0..payouts.len()).filter(|index| large(&payouts[*index])).collect();
    let mut short = BTreeMap::new();
    for index in rank(setting, "short payout", candidates, |index| payouts[*index].name.as_str()) {
        if short.len() < wanted && !near(&short, index) {
            short.insert(index, shortfall(setting, &payouts[index]));
        }
    }
    short
}

/// A short payout stands so close that anything odd here could be taken for it.
pub(crate) fn near(short: &BTreeMap<usize, i64>, index: usize) -> bool {
    short.range(index.saturating_sub(SHORT_PAYOUTS_APART - 1)..index + SHORT_PAYOUTS_APART).next().is_some()
}

/// £1.00 to £250.00, or 1 to 5 %.
fn shortfall(setting: &Setting<'_>, payout: &Payout) -> i64 {
    let mut stream = setting.seed.stream("shortfall", &payout.name);
    if stream.chance(5_000) { stream.between(100, 25_000) } else { share_of(payout.pence, stream.between(100, 500)) }
}

/// The breaks that short payouts are.
pub(crate) fn short_truth(payouts: &[Payout], short: &BTreeMap<usize, i64>) -> impl Iterator<Item = TruthRow> {
    short.iter().map(|(index, missing)| TruthRow {
        class: Class::Planted,
        rule: ExceptionRule::PayoutShort,
        record: payouts[*index].record.clone(),
        amount: pounds(*missing),
        note: format!("the bank received {} too little of {}", pounds(*missing), payouts[*index].id),
    })
}

/// The instant from which on nothing is planted.
fn horizon(setting: &Setting<'_>) -> Timestamp {
    calendar::after(setting.shop.end, -QUIET_SECONDS)
}

/// The rate's share of `of`, at least one where the rate is not zero.
fn wanted(of: usize, rate_bps: u32) -> usize {
    if rate_bps == 0 {
        return 0;
    }
    let share = share_of(i64::try_from(of).unwrap_or(0), i64::from(rate_bps));
    usize::try_from(share).unwrap_or(0).max(1)
}

/// In an order that the seed decides.
fn rank<'n, T>(setting: &Setting<'_>, what: &str, mut candidates: Vec<T>, name: impl Fn(&T) -> &'n str) -> Vec<T> {
    candidates.sort_by_cached_key(|candidate| setting.seed.stream(what, name(candidate)).word());
    candidates
}

/// Documents by amount, to see what an order could be taken for.
struct Lookalikes<'a> {
    by_pence: BTreeMap<i64, Vec<&'a Document<'a>>>,
    /// Numbers of orders paid by a payment link.
    linked: BTreeSet<&'a str>,
}

impl<'a> Lookalikes<'a> {
    fn new(setting: &Setting<'a>, charges: &[Charge]) -> Self {
        let shop = setting.shop;
        let cancelled = shop.cancelled.iter().flat_map(|(order, note)| [order, note]);
        let mut by_pence: BTreeMap<i64, Vec<&Document<'_>>> = BTreeMap::new();
        for document in shop.orders.iter().chain(&shop.notes).chain(cancelled) {
            by_pence.entry(document.pence).or_default().push(document);
        }
        let linked = charges.iter().filter(|charge| charge.row.order_id.is_empty());
        Self { by_pence, linked: linked.map(|charge| shop.orders[charge.order].number).collect() }
    }

    fn stands_alone(&self, order: &Document<'_>) -> bool {
        let confusable = |other: &&Document<'_>| {
            let apart = calendar::apart(order.at, other.at);
            other.number != order.number
                && (other.buyer == order.buyer && apart <= days(30)
                    || self.linked.contains(other.number) && apart <= days(7))
        };
        !self.by_pence.get(&order.pence).is_some_and(|equal| equal.iter().any(confusable))
    }
}

fn days(count: u64) -> u64 {
    count * DAY.unsigned_abs()
}

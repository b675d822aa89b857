//! Credit notes refunded: from the charges that the same buyer made before, or from one that is in no file.
//!
//! A refund goes against the latest earlier charge that paid for one of the credited stock codes and has enough left,
//! else the latest with enough left, else against several, the latest first. No charge gives back more than it took.
//! What then remains goes against a charge from before the export.

use crate::Setting;
use crate::calendar::{self, DAY, HOUR, MINUTE};
use crate::charges::{Charge, pounds};
use crate::rates;
use crate::shop::Document;
use domain::ProcessorCategory;
use jiff::Timestamp;
use rust_decimal::Decimal;
use sources::stripe::Row;
use std::collections::BTreeMap;

/// Money that went back for a credit note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Refund {
    /// Index of the credit note.
    pub(crate) note: usize,
    /// Index of the charge; none where it is from before the export.
    pub(crate) charge: Option<usize>,
    /// As the processor shows it.
    pub(crate) row: Row,
}

/// What goes back against one charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    charge: Option<usize>,
    pence: i64,
    delay_seconds: i64,
}

/// What each charge has left to give back, and whose it is.
struct Unrefunded<'a> {
    left: Vec<i64>,
    by_buyer: BTreeMap<&'a str, Vec<usize>>,
}

/// Every refund of every credit note, in the order of the credit notes.
pub(crate) fn give(setting: &Setting<'_>, charges: &[Charge]) -> Vec<Refund> {
    let mut unrefunded = Unrefunded::new(setting, charges);
    let mut refunds = Vec::with_capacity(setting.shop.notes.len());
    for (index, note) in setting.shop.notes.iter().enumerate() {
        let mut pieces = unrefunded.take(setting, charges, note);
        part_in_two(setting, charges, note, &mut pieces);
        let first = first_instant(setting, charges, note, &pieces);
        for (number, piece) in pieces.iter().enumerate() {
            let charge = piece.charge.map(|charge| &charges[charge]);
            let row = refunded(setting, note, charge, *piece, number, first);
            refunds.push(Refund { note: index, charge: piece.charge, row });
        }
    }
    refunds
}

impl<'a> Unrefunded<'a> {
    fn new(setting: &Setting<'a>, charges: &[Charge]) -> Self {
        let mut by_buyer: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, charge) in charges.iter().enumerate() {
            if let Some(buyer) = setting.shop.orders[charge.order].buyer {
                by_buyer.entry(buyer).or_default().push(index);
            }
        }
        Self { left: charges.iter().map(|charge| charge.row.gross.minor).collect(), by_buyer }
    }

    fn take(&mut self, setting: &Setting<'_>, charges: &[Charge], note: &Document<'_>) -> Vec<Piece> {
        let order_of = |charge: &usize| &setting.shop.orders[charges[*charge].order];
        let of_buyer = note.buyer.and_then(|buyer| self.by_buyer.get(buyer)).map_or(&[][..], Vec::as_slice);
        let earlier: Vec<usize> =
            of_buyer.iter().rev().copied().filter(|charge| order_of(charge).at <= note.at).collect();
        let enough = |charge: &&usize| self.left[**charge] >= note.pence;
        let same_goods = |charge: &&usize| !order_of(charge).stock_codes.is_disjoint(&note.stock_codes);
        let one = earlier
            .iter()
            .find(|charge| enough(charge) && same_goods(charge))
            .or_else(|| earlier.iter().find(enough))
            .copied();
        self.spend(one.map_or(earlier, |charge| vec![charge]), note.pence)
    }

    /// As much as each has left, in this order; the rest from before the export.
    fn spend(&mut self, from: Vec<usize>, pence: i64) -> Vec<Piece> {
        let mut rest = pence;
        let mut pieces = Vec::new();
        for charge in from {
            let taken = rest.min(self.left[charge]);
            if taken > 0 {
                self.left[charge] -= taken;
                rest -= taken;
                pieces.push(Piece { charge: Some(charge), pence: taken, delay_seconds: 0 });
            }
        }
        if rest > 0 {
            pieces.push(Piece { charge: None, pence: rest, delay_seconds: 0 });
        }
        // Refunds of one credit note are keyed in one after the other.
        (0..).zip(&mut pieces).for_each(|(number, piece)| piece.delay_seconds = 20 * number);
        pieces
    }
}

/// Some refunds in full are paid in two parts that come to exactly the charge.
fn part_in_two(setting: &Setting<'_>, charges: &[Charge], note: &Document<'_>, pieces: &mut Vec<Piece>) {
    let [piece] = pieces[..] else { return };
    let Some(charge) = piece.charge else { return };
    let mut stream = setting.seed.stream("refund in two", note.number);
    let in_full = piece.pence == charges[charge].row.gross.minor && piece.pence > 1;
    if in_full && stream.chance(setting.params.refund_in_two_bps) {
        let first = piece.pence * 2 / 5 + 1;
        let delay_seconds = stream.between(HOUR, 12 * HOUR);
        *pieces = vec![Piece { pence: first, ..piece }, Piece { pence: piece.pence - first, delay_seconds, ..piece }];
    }
}

/// Within five days, and not before the charges themselves.
fn first_instant(setting: &Setting<'_>, charges: &[Charge], note: &Document<'_>, pieces: &[Piece]) -> Timestamp {
    let delay_seconds = setting.seed.stream("refund delay", note.number).between(MINUTE, 5 * DAY);
    let paid = pieces.iter().filter_map(|piece| Some(charges[piece.charge?].row.created_utc)).max();
    let earliest = paid.map_or(note.at, |paid| calendar::after(paid, 5 * MINUTE));
    calendar::after(note.at, delay_seconds).max(earliest)
}

fn refunded(
    setting: &Setting<'_>,
    note: &Document<'_>,
    charge: Option<&Charge>,
    piece: Piece,
    number: usize,
    first: Timestamp,
) -> Row {
    let name = format!("{}/{number}", note.number);
    let created = calendar::after(first, piece.delay_seconds);
    let described =
        !setting.seed.stream("refund description", note.number).chance(setting.params.undescribed_refund_bps);
    let description = if described { format!("Credit note {}", note.number) } else { String::new() };
    match charge {
        Some(charge) => Row { description, ..back(setting, &name, created, &charge.row, charge.rate, piece.pence) },
        None => Row {
            description,
            customer_id: note.buyer.map(|buyer| setting.seed.id("cus_", buyer)).unwrap_or_default(),
            charge_id: setting.seed.id("ch_", &name),
            payment_intent_id: setting.seed.id("pi_", &name),
            ..row(setting, &name, created, piece.pence)
        },
    }
}

/// So much of a charge goes back; the buyer sees it at the charge's own rate.
pub(crate) fn back(
    setting: &Setting<'_>,
    name: &str,
    created: Timestamp,
    charge: &Row,
    rate: Option<Decimal>,
    pence: i64,
) -> Row {
    Row {
        customer_facing: rate.and_then(|rate| Some(-rates::convert(pence, rate)?.euro)),
        customer_id: charge.customer_id.clone(),
        charge_id: charge.charge_id.clone(),
        payment_intent_id: charge.payment_intent_id.clone(),
        order_id: charge.order_id.clone(),
        ..row(setting, name, created, pence)
    }
}

/// A refund leaves the balance at once, and costs no fee.
fn row(setting: &Setting<'_>, name: &str, created: Timestamp, pence: i64) -> Row {
    Row {
        automatic_payout_id: String::new(),
        automatic_payout_effective_at_utc: None,
        balance_transaction_id: setting.seed.id("txn_", name),
        created_utc: created,
        available_on_utc: created,
        category: ProcessorCategory::Refund,
        gross: pounds(-pence),
        fee: pounds(0),
        net: pounds(-pence),
        source_id: setting.seed.id("re_", name),
        description: String::new(),
        customer_id: String::new(),
        charge_id: String::new(),
        payment_intent_id: String::new(),
        customer_facing: None,
        order_id: String::new(),
    }
}

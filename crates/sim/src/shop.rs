//! What the shop's books say should move at the processor: orders to be paid, credit notes to be refunded.
//!
//! - A number that starts with `C` is a credit note, with `A` an adjustment for a bad debt, which moves nothing.
//! - An amount is the sum of its lines, each quantity × unit price rounded once, half to even. Lines that a marketplace
//!   settles ([`LineNature::OutsideProcessor`]) are no part of it.
//! - An order moves if its amount is positive, a credit note if its amount is negative.
//! - An order that the same buyer's credit note takes back in full within 60 minutes was cancelled before it was paid:
//!   neither moves.
//!
//! Limits: invoices in pounds of at most ten billion; others move nothing. Records of one number are one document.

use crate::calendar::{self, HOUR};
use domain::policy::LineRule;
use domain::{Content, Currency, Invoice, InvoiceLine, LineNature, Money, Policy, Record, RecordId, Token};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A sum over every document of a shop stays far below 64 bits.
const LARGEST_PENCE: u64 = 1_000_000_000_000;
/// A credit note in full within this time cancels an order that was not paid yet.
const CANCELLATION_SECONDS: i64 = HOUR;

/// An order or a credit note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Document<'a> {
    /// The first record of its number.
    pub(crate) record: &'a RecordId,
    pub(crate) number: &'a str,
    pub(crate) at: Timestamp,
    /// The buyer by the number of their first document, or none for a guest. A token would not do: it depends on the
    /// tenant's key, and the same shop must give the same files.
    pub(crate) buyer: Option<&'a str>,
    pub(crate) country: &'a str,
    pub(crate) stock_codes: BTreeSet<&'a str>,
    /// What moves, without its sign.
    pub(crate) pence: i64,
}

impl Document<'_> {
    /// Whom it can be mistaken for: the buyer, or the guest of this one document.
    pub(crate) fn party(&self) -> &str {
        self.buyer.unwrap_or(self.number)
    }
}

/// Everything of the shop that moves, in order of (time, number).
#[derive(Debug)]
pub(crate) struct Shop<'a> {
    /// To be paid.
    pub(crate) orders: Vec<Document<'a>>,
    /// To be refunded.
    pub(crate) notes: Vec<Document<'a>>,
    /// Orders that were cancelled before they were paid, and the credit notes that did it.
    pub(crate) cancelled: Vec<(Document<'a>, Document<'a>)>,
    /// The first instant.
    pub(crate) start: Timestamp,
    /// The instant of the exports.
    pub(crate) end: Timestamp,
}

impl<'a> Shop<'a> {
    /// Reads the books up to `until`, or to the last invoice.
    pub(crate) fn read(invoices: &'a [Record], policy: &Policy, until: Option<Timestamp>) -> Self {
        let written = written(invoices, until);
        let start = written.first().map_or(Timestamp::UNIX_EPOCH, |(record, _)| record.at);
        let end = until.or_else(|| written.last().map(|(record, _)| record.at)).unwrap_or(start);
        let mut shop = Self { orders: Vec::new(), notes: Vec::new(), cancelled: Vec::new(), start, end };
        for (document, pence) in documents(&written, policy) {
            shop.file(document, pence);
        }
        shop.cancel();
        shop
    }

    fn file(&mut self, document: Document<'a>, pence: i64) {
        match document.number.bytes().next() {
            Some(b'A') => {}
            Some(b'C') if pence < 0 => self.notes.push(document),
            Some(b'C') => {}
            _ if pence > 0 => self.orders.push(document),
            _ => {}
        }
    }

    /// Takes out what was cancelled before it was paid: of several equal orders the latest.
    fn cancel(&mut self) {
        let mut cancelled = BTreeSet::new();
        let mut kept = Vec::with_capacity(self.notes.len());
        let mut pairs = Vec::new();
        for note in std::mem::take(&mut self.notes) {
            match self.cancelled_by(&note, &cancelled) {
                Some(order) => {
                    cancelled.insert(order);
                    pairs.push((self.orders[order].clone(), note));
                }
                None => kept.push(note),
            }
        }
        let mut index = 0..;
        self.orders.retain(|_| !index.next().is_some_and(|order| cancelled.contains(&order)));
        (self.notes, self.cancelled) = (kept, pairs);
    }

    fn cancelled_by(&self, note: &Document<'_>, taken: &BTreeSet<usize>) -> Option<usize> {
        note.buyer?;
        let earliest = calendar::after(note.at, -CANCELLATION_SECONDS);
        let from = self.orders.partition_point(|order| order.at < earliest);
        let to = self.orders.partition_point(|order| order.at <= note.at);
        let reverses = |order: &Document<'_>| order.buyer == note.buyer && order.pence == note.pence;
        (from..to).rev().find(|order| reverses(&self.orders[*order]) && !taken.contains(order))
    }
}

/// The invoices up to the end, in order of (time, number).
fn written(invoices: &[Record], until: Option<Timestamp>) -> Vec<(&Record, &Invoice)> {
    let mut written: Vec<(&Record, &Invoice)> = invoices
        .iter()
        .filter_map(|record| match &record.content {
            Content::Invoice(invoice) => Some((record, invoice)),
            _ => None,
        })
        .filter(|(record, invoice)| invoice.currency == Currency::GBP && until.is_none_or(|until| record.at <= until))
        .collect();
    written.sort_by_key(|(record, invoice)| (record.at, &invoice.number, &record.id));
    written
}

/// Each number once with its signed amount, in order of first appearance.
fn documents<'a>(written: &[(&'a Record, &'a Invoice)], policy: &Policy) -> Vec<(Document<'a>, i64)> {
    let mut names: BTreeMap<Token, &str> = BTreeMap::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut documents: Vec<(Document<'a>, Option<i64>)> = Vec::new();
    for (record, invoice) in written {
        let place = *places.entry(&invoice.number).or_insert_with(|| {
            let buyer = invoice.buyer.map(|token| *names.entry(token).or_insert(&invoice.number));
            documents.push((head(record, invoice, buyer), Some(0)));
            documents.len() - 1
        });
        let (document, pence) = &mut documents[place];
        document.stock_codes.extend(invoice.lines.iter().map(|line| line.stock_code.trim()));
        *pence = pence.and_then(|sum| sum.checked_add(moving_pence(&invoice.lines, policy)?));
    }
    documents.into_iter().filter_map(|(document, pence)| sized(document, pence?)).collect()
}

fn head<'a>(record: &'a Record, invoice: &'a Invoice, buyer: Option<&'a str>) -> Document<'a> {
    Document {
        record: &record.id,
        number: &invoice.number,
        at: record.at,
        buyer,
        country: &invoice.country,
        stock_codes: BTreeSet::new(),
        pence: 0,
    }
}

fn sized(document: Document<'_>, pence: i64) -> Option<(Document<'_>, i64)> {
    (pence.unsigned_abs() <= LARGEST_PENCE).then(|| (Document { pence: pence.abs(), ..document }, pence))
}

/// What the lines move at the processor; none beyond 64 bits.
fn moving_pence(lines: &[InvoiceLine], policy: &Policy) -> Option<i64> {
    let moving = lines.iter().filter(|line| moves(line.stock_code.trim(), &policy.line_rules));
    moving.map(line_pence).try_fold(0_i64, |sum, pence| sum.checked_add(pence?))
}

/// Three at 0.125 are 0.375, which is 38 pence.
fn line_pence(line: &InvoiceLine) -> Option<i64> {
    let pounds = Decimal::from(line.quantity).checked_mul(line.unit_price)?;
    Some(Money::from_decimal(pounds, Currency::GBP)?.minor)
}

/// The first rule that fits decides.
fn moves(stock_code: &str, rules: &[LineRule]) -> bool {
    let rule = rules.iter().find(|rule| fits(stock_code, &rule.stock_code));
    !rule.is_some_and(|rule| matches!(rule.nature, LineNature::OutsideProcessor(_)))
}

fn fits(stock_code: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => stock_code.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix)),
        None => stock_code.eq_ignore_ascii_case(pattern),
    }
}

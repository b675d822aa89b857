//! The items that settle each other, as the documents brought them. Whatever the order of arrival, the same documents
//! make the same items.

use super::drawn::Balance;
use super::index::Index;
use super::named::Named;
use super::payout::Payout;
use super::sellers::Payables;
use crate::document::{Document, Kind, SalesDocument, SalesKind};
use crate::pack;
use domain::{
    BankLine, BuyerPayment, Currency, Money, PartyId, ProcessorCategory, ProcessorLine, RecordId, Settlement, Token,
};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// An order or a credit note: what the processor is to settle of it. The amount is positive in both.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// The first of its records by id.
    pub id: RecordId,
    pub number: SmolStr,
    /// When the earliest of its records happened.
    pub at: Timestamp,
    /// Of the first of its records.
    pub party: PartyId,
    pub amount: Money,
}

/// A payment or a refund. Its amount is positive, but for one that the processor took back (a refund that failed):
/// that settles nothing, and is an exception.
#[derive(Clone, Debug)]
pub(super) struct Movement {
    pub id: RecordId,
    pub at: Timestamp,
    pub amount: Money,
    pub source_id: SmolStr,
    pub charge: Option<SmolStr>,
    pub order_reference: Option<SmolStr>,
    pub customer: Option<Token>,
    pub description: SmolStr,
    pub presentment: Option<Money>,
    /// Into how many the buyer split it; 1 = at once, or not told.
    pub instalments: u32,
}

impl Movement {
    /// What the buyer saw, where that is another currency than the balance's, and this one.
    pub(super) fn shown_in(&self, currency: Currency) -> Option<Money> {
        self.presentment.filter(|shown| shown.currency == currency && currency != self.amount.currency)
    }
}

/// What stands between the numbers of a payment of several orders.
const BETWEEN_ORDERS: [char; 4] = [',', ';', '+', '&'];

/// A bank line.
#[derive(Clone, Debug)]
pub(super) struct BankItem {
    pub id: RecordId,
    pub at: Timestamp,
    pub line: BankLine,
}

/// All items. History is kept whole: a closed period will let it go.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Sales and credit notes by number, where they come to what the buyer owes.
    pub(super) orders: Named<Claim>,
    /// Those that come to what the buyer is owed.
    pub(super) credit_notes: Named<Claim>,
    /// Those that come to nothing, so far.
    even: Named<Claim>,
    pub(super) charges: BTreeMap<RecordId, Movement>,
    pub(super) refunds: BTreeMap<RecordId, Movement>,
    /// When the records happened that are no payment, refund or bank line: those tell it themselves.
    times: BTreeMap<RecordId, Timestamp>,
    /// Payments by the order that they name.
    charges_of_order: Index,
    /// Payments by the processor's own name of them; more than one where an export repeats it.
    charges_of_source: Index,
    /// Refunds by the processor's own name of the payment.
    refunds_of_charge: Index,
    pub(super) payouts: Named<Payout>,
    /// What moved the processor's balance and names no payout.
    pub(super) balance: Balance,
    pub(super) payables: Payables,
    /// Payments to sellers through the processor: positive, below zero where one came back.
    pub(super) transfers: BTreeMap<RecordId, Movement>,
    pub(super) bank_lines: BTreeMap<RecordId, BankItem>,
    /// How far the shop's files reach.
    pub(super) shop_reach: Option<Timestamp>,
    /// How far the processor's files reach.
    pub(super) processor_reach: Option<Timestamp>,
    /// How far the bank's files reach.
    pub(super) bank_reach: Option<Timestamp>,
    /// How many items there were when the trees were packed last.
    packed: usize,
}

impl Items {
    /// Takes a document in; the party is that of a sales document.
    pub fn take(&mut self, document: &Document, party: Option<&PartyId>) {
        match (&document.kind, party) {
            (Kind::Sales(sales), party) => {
                self.shop_reach = self.shop_reach.max(Some(document.at));
                self.times.insert(document.id.clone(), document.at);
                if let Some(party) = party {
                    self.take_sales(document, sales, party);
                }
            }
            (Kind::OrderStatus, _) => self.shop_reach = self.shop_reach.max(Some(document.at)),
            (Kind::Processor(line), _) => {
                self.processor_reach = self.processor_reach.max(Some(document.at));
                self.take_processor(document, line);
            }
            (Kind::PayoutNamed(named), _) => {
                let line = (document.at, named.line.clone());
                let payout = self.payout(&named.payout, &line, named.net.currency);
                payout.add_line(line, named.payout_at, named.net);
                self.balance.carry(&named.line);
                self.times.insert(document.id.clone(), document.at);
            }
            (Kind::BuyerPayment(payment), _) => {
                self.processor_reach = self.processor_reach.max(Some(document.at));
                self.take_buyer_payment(document, payment);
            }
            (Kind::Bank(line), _) => {
                self.bank_reach = self.bank_reach.max(Some(document.at));
                let item = BankItem { id: document.id.clone(), at: document.at, line: line.clone() };
                self.bank_lines.insert(document.id.clone(), item);
            }
            _ => {}
        }
    }

    /// Takes in what a seller is owed of a document; below zero what the seller owes.
    pub fn owe(&mut self, document: &Document, seller: SmolStr, amount: Money) {
        if let Kind::Sales(sales) = &document.kind {
            self.payables.take(document, &sales.number, seller, amount);
        }
    }

    /// How many items may be settled.
    pub(super) fn len(&self) -> usize {
        let claims = self.orders.len() + self.credit_notes.len() + self.payables.len();
        claims + self.charges.len() + self.refunds.len() + self.transfers.len() + self.bank_lines.len()
    }

    /// Gives back the empty places of the trees once they have doubled.
    pub fn pack(&mut self) {
        let items = self.orders.len() + self.charges.len();
        if items < self.packed.saturating_mul(2) {
            return;
        }
        self.packed = items;
        self.orders.pack();
        pack::map(&mut self.charges);
        pack::map(&mut self.times);
        self.charges_of_order.pack();
        self.charges_of_source.pack();
        self.payables.pack();
    }

    /// When the last of a settlement's records happened: the instant at which its entry takes effect, whatever the order
    /// of arrival.
    pub fn latest(&self, settlement: &Settlement) -> Timestamp {
        let shares = settlement.settled.iter().chain(&settlement.by);
        shares.filter_map(|share| self.time_of(&share.record)).max().unwrap_or_default()
    }

    /// The order that a processor's line is about: the one it names, else the one that its payment named.
    pub fn order_of(&self, line: &ProcessorLine) -> Option<SmolStr> {
        let of_charge = || self.charge_of(line.charge.as_deref()?)?.order_reference.clone();
        line.order_reference.as_deref().map(SmolStr::from).or_else(of_charge)
    }

    fn time_of(&self, record: &RecordId) -> Option<Timestamp> {
        let movement = || {
            let movement = self.charges.get(record).or_else(|| self.refunds.get(record));
            movement.or_else(|| self.transfers.get(record)).map(|movement| movement.at)
        };
        let bank_line = || self.bank_lines.get(record).map(|item| item.at);
        self.times.get(record).copied().or_else(movement).or_else(bank_line)
    }

    /// The payments that name an order, by (time, id).
    pub(super) fn charges_of_order(&self, number: &str) -> impl Iterator<Item = &Movement> {
        self.charges_of_order.of(number).filter_map(|id| self.charges.get(id))
    }

    /// The order of a number that a payment may settle: in its own currency, else in the one that the buyer saw.
    pub(super) fn order_for(&self, number: &str, charge: &Movement) -> Option<&Claim> {
        let shown = || charge.presentment.and_then(|shown| self.orders.get(number, shown.currency));
        self.orders.get(number, charge.amount.currency).or_else(shown)
    }

    /// The payment of a processor's own name.
    pub(super) fn charge_of(&self, source: &str) -> Option<&Movement> {
        self.charges_of(source).next()
    }

    /// The payments of a processor's own name, by (time, id).
    pub(super) fn charges_of(&self, source: &str) -> impl Iterator<Item = &Movement> {
        self.charges_of_source.of(source).filter_map(|id| self.charges.get(id))
    }

    /// The processor's own names of the payments that refunds give back.
    pub(super) fn refunded_sources(&self) -> impl Iterator<Item = &str> {
        self.refunds_of_charge.names()
    }

    /// The refunds that name a payment, by (time, id).
    pub(super) fn refunds_of(&self, charge: &str) -> impl Iterator<Item = &Movement> {
        self.refunds_of_charge.of(charge).filter_map(|id| self.refunds.get(id))
    }

    /// Records of one number are one claim together: a later export may bring further lines, or take some back.
    fn take_sales(&mut self, document: &Document, sales: &SalesDocument, party: &PartyId) {
        if !matches!(sales.kind, SalesKind::Sale | SalesKind::CreditNote) {
            return;
        }
        let (number, currency) = (sales.number.as_str(), sales.due.currency);
        let fresh = || Claim {
            id: document.id.clone(),
            number: number.into(),
            at: document.at,
            party: party.clone(),
            amount: Money::zero(currency),
        };
        let mut claim = self.take_out(number, currency).unwrap_or_else(fresh);
        claim.amount.minor = claim.amount.minor.saturating_add(sales.due.minor);
        claim.at = claim.at.min(document.at);
        if document.id < claim.id {
            claim.id = document.id.clone();
            claim.party = party.clone();
        }
        let of = match claim.amount.minor {
            1.. => &mut self.orders,
            0 => &mut self.even,
            ..0 => &mut self.credit_notes,
        };
        claim.amount = claim.amount.abs();
        of.insert(number, currency, claim);
    }

    /// The claim of a number as it stands, signed: what the buyer owes is positive.
    fn take_out(&mut self, number: &str, currency: Currency) -> Option<Claim> {
        let owed = |claim: Claim| Claim { amount: -claim.amount, ..claim };
        let order = self.orders.remove(number, currency);
        order
            .or_else(|| self.credit_notes.remove(number, currency).map(owed))
            .or_else(|| self.even.remove(number, currency))
    }

    fn take_processor(&mut self, document: &Document, line: &ProcessorLine) {
        self.take_payout(document, line);
        let (at, id) = (document.at, &document.id);
        match line.category {
            ProcessorCategory::Charge => {
                let charge = movement(document, line, line.gross);
                self.charges_of_source.file(Some(&charge.source_id), at, id);
                self.file_by_order(&charge);
                self.charges.insert(id.clone(), charge);
            }
            ProcessorCategory::Refund => {
                let refund = movement(document, line, -line.gross);
                self.refunds_of_charge.file(refund.charge.as_ref(), at, id);
                self.refunds.insert(id.clone(), refund);
            }
            ProcessorCategory::Transfer => {
                self.transfers.insert(id.clone(), movement(document, line, -line.gross));
            }
            _ => drop(self.times.insert(id.clone(), at)),
        }
    }

    /// Settles an order as a processor's payment does; its own name is that of its record.
    fn take_buyer_payment(&mut self, document: &Document, payment: &BuyerPayment) {
        let movement = Movement {
            id: document.id.clone(),
            at: document.at,
            amount: payment.amount,
            source_id: document.id.as_str().into(),
            charge: None,
            order_reference: Some(payment.order_reference.as_str().into()),
            customer: None,
            description: payment.method.as_str().into(),
            presentment: None,
            instalments: payment.instalments,
        };
        self.charges_of_source.file(Some(&movement.source_id), document.at, &document.id);
        self.file_by_order(&movement);
        self.charges.insert(document.id.clone(), movement);
    }

    /// Files a payment under the order that it names, and where it names several at once (`1001, 1002`) under each.
    fn file_by_order(&mut self, charge: &Movement) {
        let Some(reference) = &charge.order_reference else { return };
        self.charges_of_order.file(Some(reference), charge.at, &charge.id);
        if reference.contains(BETWEEN_ORDERS) {
            for part in reference.split(BETWEEN_ORDERS).map(str::trim).filter(|part| !part.is_empty()) {
                self.charges_of_order.file(Some(&part.into()), charge.at, &charge.id);
            }
        }
    }

    fn take_payout(&mut self, document: &Document, line: &ProcessorLine) {
        let own = line.category == ProcessorCategory::Payout;
        let name = if own { Some(&line.source_id) } else { line.payout.as_ref() };
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            if !own {
                self.balance.take(document.at, &document.id, line.net);
            }
            return;
        };
        let row = (document.at, document.id.clone());
        let payout = self.payout(name, &row, line.net.currency);
        if own { payout.add_own_row(row, line) } else { payout.add_line(row, line.payout_at, line.net) }
    }

    fn payout(&mut self, name: &str, row: &(Timestamp, RecordId), currency: Currency) -> &mut Payout {
        self.payouts.get_or_insert_with(name, currency, || Payout::new(row.clone(), currency))
    }
}

fn movement(document: &Document, line: &ProcessorLine, amount: Money) -> Movement {
    let source_id = SmolStr::from(line.source_id.as_str());
    // A payment's own name stands in both: one text.
    let text = |name: &str| if name == source_id { source_id.clone() } else { name.into() };
    Movement {
        id: document.id.clone(),
        at: document.at,
        amount,
        charge: line.charge.as_deref().map(text),
        source_id,
        order_reference: line.order_reference.as_deref().map(SmolStr::from),
        customer: line.customer,
        description: line.description.as_str().into(),
        presentment: line.presentment.map(Money::abs),
        instalments: 1,
    }
}

//! The items that settle each other, as the documents brought them. Whatever the order of arrival, the same documents
//! make the same items.

use super::named::Named;
use super::payout::Payout;
use crate::document::{Document, Kind, SalesDocument, SalesKind};
use domain::{
    BankLine, BuyerPayment, Currency, Money, PartyId, ProcessorCategory, ProcessorLine, RecordId, Settlement, Token,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// An order or a credit note: what the processor is to settle of it. The amount is positive in both.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// The first of its records by id.
    pub id: RecordId,
    pub number: String,
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
    pub source_id: String,
    pub charge: Option<String>,
    pub order_reference: Option<String>,
    pub customer: Option<Token>,
    pub description: String,
    pub presentment: Option<Money>,
}

/// A bank line.
#[derive(Clone, Debug)]
pub(super) struct BankItem {
    pub id: RecordId,
    pub at: Timestamp,
    pub line: BankLine,
}

/// Records under a name, in order of (time, id).
type Index = BTreeMap<String, BTreeSet<(Timestamp, RecordId)>>;

/// All items. History is kept whole: a closed period will let it go.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Every sale and credit note by number, signed: what the buyer owes is positive.
    sales: Named<Claim>,
    /// Those of `sales` that the buyer owes.
    pub(super) orders: Named<Claim>,
    /// Those of `sales` that the buyer is owed.
    pub(super) credit_notes: Named<Claim>,
    pub(super) charges: BTreeMap<RecordId, Movement>,
    pub(super) refunds: BTreeMap<RecordId, Movement>,
    times: BTreeMap<RecordId, Timestamp>,
    /// Payments by the order that they name.
    charges_of_order: Index,
    /// Payments by the processor's own name of them; more than one where an export repeats it.
    charges_of_source: Index,
    /// Refunds by the processor's own name of the payment.
    refunds_of_charge: Index,
    pub(super) payouts: Named<Payout>,
    pub(super) bank_lines: BTreeMap<RecordId, BankItem>,
    /// How far the processor's files reach.
    pub(super) processor_reach: Option<Timestamp>,
    /// How far the bank's files reach.
    pub(super) bank_reach: Option<Timestamp>,
}

impl Items {
    /// Takes a document in; the party is that of a sales document.
    pub fn take(&mut self, document: &Document, party: Option<&PartyId>) {
        self.times.insert(document.id.clone(), document.at);
        match (&document.kind, party) {
            (Kind::Sales(sales), Some(party)) => self.take_sales(document, sales, party),
            (Kind::Processor(line), _) => {
                self.processor_reach = self.processor_reach.max(Some(document.at));
                self.take_processor(document, line);
            }
            (Kind::PayoutNamed(named), _) => {
                let line = (document.at, named.line.clone());
                let payout = self.payout(&named.payout, &line, named.net.currency);
                payout.add_line(line, named.payout_at, named.net);
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

    /// When the last of a settlement's records happened: the instant at which its entry takes effect, whatever the order
    /// of arrival.
    pub fn latest(&self, settlement: &Settlement) -> Timestamp {
        let shares = settlement.settled.iter().chain(&settlement.by);
        shares.filter_map(|share| self.times.get(&share.record)).max().copied().unwrap_or_default()
    }

    /// The payments that name an order, by (time, id).
    pub(super) fn charges_of_order(&self, number: &str) -> impl Iterator<Item = &Movement> {
        movements(&self.charges, &self.charges_of_order, number)
    }

    /// The payment of a processor's own name.
    pub(super) fn charge_of(&self, source: &str) -> Option<&Movement> {
        movements(&self.charges, &self.charges_of_source, source).next()
    }

    /// The payments under each of the processor's own names.
    pub(super) fn charges_by_source(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &Movement>)> {
        self.charges_of_source
            .keys()
            .map(|name| (name.as_str(), movements(&self.charges, &self.charges_of_source, name)))
    }

    /// The refunds that name a payment, by (time, id).
    pub(super) fn refunds_of(&self, charge: &str) -> impl Iterator<Item = &Movement> {
        movements(&self.refunds, &self.refunds_of_charge, charge)
    }

    /// Records of one number are one claim together: a later export may bring further lines, or take some back.
    fn take_sales(&mut self, document: &Document, sales: &SalesDocument, party: &PartyId) {
        if !matches!(sales.kind, SalesKind::Sale | SalesKind::CreditNote) {
            return;
        }
        let (number, currency) = (sales.number.as_str(), sales.due.currency);
        let claim = self.sales.get_or_insert_with(number, currency, || Claim {
            id: document.id.clone(),
            number: number.to_owned(),
            at: document.at,
            party: party.clone(),
            amount: Money::zero(currency),
        });
        claim.amount.minor = claim.amount.minor.saturating_add(sales.due.minor);
        claim.at = claim.at.min(document.at);
        if document.id < claim.id {
            claim.id = document.id.clone();
            claim.party = party.clone();
        }
        let owed = Claim { amount: claim.amount.abs(), ..claim.clone() };
        let owes = claim.amount.minor;
        self.orders.remove(number, currency);
        self.credit_notes.remove(number, currency);
        match owes {
            1.. => self.orders.insert(number, currency, owed),
            ..0 => self.credit_notes.insert(number, currency, owed),
            0 => {}
        }
    }

    fn take_processor(&mut self, document: &Document, line: &ProcessorLine) {
        self.take_payout(document, line);
        let key = (document.at, document.id.clone());
        match line.category {
            ProcessorCategory::Charge => {
                file(&mut self.charges_of_source, Some(&line.source_id), &key);
                file(&mut self.charges_of_order, line.order_reference.as_ref(), &key);
                self.charges.insert(document.id.clone(), movement(document, line, line.gross));
            }
            ProcessorCategory::Refund => {
                file(&mut self.refunds_of_charge, line.charge.as_ref(), &key);
                self.refunds.insert(document.id.clone(), movement(document, line, -line.gross));
            }
            _ => {}
        }
    }

    /// Settles an order as a processor's payment does; its own name is that of its record.
    fn take_buyer_payment(&mut self, document: &Document, payment: &BuyerPayment) {
        let key = (document.at, document.id.clone());
        file(&mut self.charges_of_source, Some(&document.id.0), &key);
        file(&mut self.charges_of_order, Some(&payment.order_reference), &key);
        let movement = Movement {
            id: document.id.clone(),
            at: document.at,
            amount: payment.amount,
            source_id: document.id.to_string(),
            charge: None,
            order_reference: Some(payment.order_reference.clone()),
            customer: None,
            description: payment.method.clone(),
            presentment: None,
        };
        self.charges.insert(document.id.clone(), movement);
    }

    fn take_payout(&mut self, document: &Document, line: &ProcessorLine) {
        let own = line.category == ProcessorCategory::Payout;
        let name = if own { Some(&line.source_id) } else { line.payout.as_ref() };
        let Some(name) = name.filter(|name| !name.is_empty()) else { return };
        let row = (document.at, document.id.clone());
        let payout = self.payout(name, &row, line.net.currency);
        if own { payout.add_own_row(row, line) } else { payout.add_line(row, line.payout_at, line.net) }
    }

    fn payout(&mut self, name: &str, row: &(Timestamp, RecordId), currency: Currency) -> &mut Payout {
        self.payouts.get_or_insert_with(name, currency, || Payout::new(row.clone(), currency))
    }
}

fn movement(document: &Document, line: &ProcessorLine, amount: Money) -> Movement {
    Movement {
        id: document.id.clone(),
        at: document.at,
        amount,
        source_id: line.source_id.clone(),
        charge: line.charge.clone(),
        order_reference: line.order_reference.clone(),
        customer: line.customer,
        description: line.description.clone(),
        presentment: line.presentment.map(Money::abs),
    }
}

fn file(index: &mut Index, name: Option<&String>, key: &(Timestamp, RecordId)) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        index.entry(name.clone()).or_default().insert(key.clone());
    }
}

fn movements<'a>(
    all: &'a BTreeMap<RecordId, Movement>,
    index: &'a Index,
    name: &str,
) -> impl Iterator<Item = &'a Movement> + use<'a> {
    index.get(name).into_iter().flatten().filter_map(|(_, id)| all.get(id))
}

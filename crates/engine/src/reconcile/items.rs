//! The items that settle each other, as the documents brought them.

use crate::document::{Document, Kind, SalesDocument, SalesKind};
use domain::{BankLine, Money, PartyId, ProcessorCategory, ProcessorLine, RecordId, Settlement, Token};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// An order or a credit note: what the processor is to settle of it. Both amounts positive.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub id: RecordId,
    pub number: String,
    pub at: Timestamp,
    pub party: PartyId,
    pub amount: Money,
}

/// A payment or a refund; amounts positive.
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

/// A payout, by its own row or by its lines.
#[derive(Clone, Debug)]
pub(super) struct Payout {
    /// Its row, or the first of its lines by (time, id) where the export does not list the payout itself.
    pub id: RecordId,
    pub at: Timestamp,
    pub listed: Option<Money>,
    pub lines: Money,
    pub latest_line: Timestamp,
}

impl Payout {
    /// What the bank is to receive.
    pub(super) fn amount(&self) -> Money {
        self.listed.unwrap_or(self.lines)
    }
}

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
    pub(super) orders: BTreeMap<String, Claim>,
    pub(super) credit_notes: BTreeMap<String, Claim>,
    pub(super) charges: BTreeMap<RecordId, Movement>,
    pub(super) refunds: BTreeMap<RecordId, Movement>,
    times: BTreeMap<RecordId, Timestamp>,
    /// By the processor's own name of the payment, in order of (time, id).
    pub(super) refunds_of_charge: BTreeMap<String, BTreeSet<(Timestamp, RecordId)>>,
    /// The payment of each of the processor's own names.
    pub(super) charge_of_source: BTreeMap<String, RecordId>,
    pub(super) payouts: BTreeMap<String, Payout>,
    pub(super) bank_lines: BTreeMap<RecordId, BankItem>,
    /// Stands for all guests together: a refund to a guest names none.
    pub(super) any_guest: PartyId,
}

impl Items {
    /// Takes a document in; the party is that of a sales document.
    pub fn take(&mut self, document: &Document, party: Option<&PartyId>) {
        self.times.insert(document.id.clone(), document.at);
        match (&document.kind, party) {
            (Kind::Sales(sales), Some(party)) => self.take_sales(document, sales, party),
            (Kind::Processor(line), _) => self.take_processor(document, line),
            (Kind::Bank(line), _) => {
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

    fn take_sales(&mut self, document: &Document, sales: &SalesDocument, party: &PartyId) {
        let claims = match sales.kind {
            SalesKind::Sale if sales.due.minor > 0 => &mut self.orders,
            SalesKind::CreditNote if sales.due.minor < 0 => &mut self.credit_notes,
            _ => return,
        };
        let claim = claims.entry(sales.number.clone()).or_insert_with(|| Claim {
            id: document.id.clone(),
            number: sales.number.clone(),
            at: document.at,
            party: party.clone(),
            amount: Money::zero(sales.due.currency),
        });
        // A later export may bring further lines of the same number: together they are one claim.
        claim.amount.minor += sales.due.abs().minor;
        if document.id < claim.id {
            claim.id = document.id.clone();
        }
        claim.at = claim.at.min(document.at);
    }

    fn take_processor(&mut self, document: &Document, line: &ProcessorLine) {
        self.take_payout(document, line);
        let movements = match line.category {
            ProcessorCategory::Charge => {
                self.charge_of_source.insert(line.source_id.clone(), document.id.clone());
                &mut self.charges
            }
            ProcessorCategory::Refund => {
                let charge = line.charge.clone().unwrap_or_default();
                self.refunds_of_charge.entry(charge).or_default().insert((document.at, document.id.clone()));
                &mut self.refunds
            }
            _ => return,
        };
        let movement = Movement {
            id: document.id.clone(),
            at: document.at,
            amount: line.gross.abs(),
            source_id: line.source_id.clone(),
            charge: line.charge.clone(),
            order_reference: line.order_reference.clone(),
            customer: line.customer,
            description: line.description.clone(),
            presentment: line.presentment.map(Money::abs),
        };
        movements.insert(document.id.clone(), movement);
    }

    fn take_payout(&mut self, document: &Document, line: &ProcessorLine) {
        let listed = line.category == ProcessorCategory::Payout;
        let name = if listed { Some(&line.source_id) } else { line.payout.as_ref() };
        let Some(name) = name.filter(|name| !name.is_empty()) else { return };
        let arrives = line.payout_at.unwrap_or(document.at);
        let payout = self.payouts.entry(name.clone()).or_insert_with(|| Payout {
            id: document.id.clone(),
            at: arrives,
            listed: None,
            lines: Money::zero(line.net.currency),
            latest_line: document.at,
        });
        if listed {
            payout.listed = Some(-line.net);
            payout.id = document.id.clone();
            payout.at = document.at;
        } else {
            payout.lines.minor += line.net.minor;
            payout.latest_line = payout.latest_line.max(document.at);
            if payout.listed.is_none() && document.id < payout.id {
                payout.id = document.id.clone();
            }
        }
    }
}

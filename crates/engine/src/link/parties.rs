//! Which party a document speaks of, by tokens alone.
//!
//! Example: payments of `cus_1` name orders 1, 2 (both of buyer B) and 3 (of buyer C): `cus_1` is B.

#[cfg(test)]
#[path = "parties_tests.rs"]
mod tests;

use crate::document::{Document, Kind, SalesDocument};
use crate::pack;
use domain::{Party, PartyId, PartyKind, ProcessorLine, RecordId, Token};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of parties so far.
#[derive(Clone, Debug, Default)]
pub struct Links {
    parties: BTreeMap<PartyId, Party>,
    /// By the shop's number. Where several records share a number, the first by id says whose it is.
    party_of_order: BTreeMap<SmolStr, (RecordId, PartyId)>,
    /// One flat set: nearly every customer has few orders, for which a set of its own would cost several times as much.
    orders_of_customer: BTreeSet<(Token, SmolStr)>,
    /// The token by which the shop knows a buyer.
    own_tokens: BTreeMap<PartyId, Token>,
    /// How many there were when the trees were packed last.
    packed: usize,
}

impl Links {
    /// Notes what a document says about who is who. A sales document yields its party, with `true` when that is new or
    /// changed.
    pub fn link(&mut self, document: &Document) -> Option<(PartyId, bool)> {
        match &document.kind {
            Kind::Sales(sales) => Some(self.link_sales(document, sales)),
            Kind::Processor(line) => {
                self.link_customer(line);
                None
            }
            Kind::PayoutNamed(_)
            | Kind::Bank(_)
            | Kind::BuyerPayment(_)
            | Kind::Opening(_)
            | Kind::Rates(..)
            | Kind::OrderStatus
            | Kind::Authorisation(_)
            | Kind::Stock(_)
            | Kind::Fact => None,
        }
    }

    /// The party, if known.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.get(id)
    }

    /// The record and the party of the shop's order of this number.
    pub fn sale(&self, number: &str) -> Option<&(RecordId, PartyId)> {
        self.party_of_order.get(number)
    }

    /// The party that a processor's customer is: the one that most of its orders belong to, if that is one.
    pub fn party_of_customer(&self, customer: Token) -> Option<&PartyId> {
        let orders = self.orders_of_customer.range((customer, SmolStr::default())..);
        let orders = orders.take_while(|(of, _)| *of == customer);
        let mut votes: BTreeMap<&PartyId, usize> = BTreeMap::new();
        for (_, party) in orders.filter_map(|(_, order)| self.party_of_order.get(order)) {
            *votes.entry(party).or_default() += 1;
        }
        let most = *votes.values().max()?;
        let mut leaders = votes.into_iter().filter(|(_, count)| *count == most);
        let (leader, _) = leaders.next()?;
        leaders.next().is_none().then_some(leader)
    }

    /// Gives back the empty places of the trees once they have doubled.
    pub fn pack(&mut self) {
        let items = self.party_of_order.len() + self.orders_of_customer.len();
        if items >= self.packed.saturating_mul(2) {
            self.packed = items;
            pack::map(&mut self.party_of_order);
            pack::map(&mut self.parties);
            pack::map(&mut self.own_tokens);
            pack::set(&mut self.orders_of_customer);
        }
    }

    /// Writes each customer's token into its party, takes it out of any other, and returns the parties that this
    /// changed. What is known now decides, not what was known before.
    pub fn resolve_customers(&mut self) -> Vec<Party> {
        let mut customers: BTreeMap<PartyId, BTreeSet<Token>> = BTreeMap::new();
        let mut last = None;
        for (customer, _) in &self.orders_of_customer {
            if last.replace(*customer) == Some(*customer) {
                continue;
            }
            if let Some(party) = self.party_of_customer(*customer) {
                customers.entry(party.clone()).or_default().insert(*customer);
            }
        }
        let mut changed = Vec::new();
        for (id, party) in &mut self.parties {
            let mut tokens = customers.remove(id).unwrap_or_default();
            tokens.extend(self.own_tokens.get(id));
            if !party.tokens.iter().eq(&tokens) {
                party.tokens = tokens.into_iter().collect();
                changed.push(party.clone());
            }
        }
        changed
    }

    fn link_sales(&mut self, document: &Document, sales: &SalesDocument) -> (PartyId, bool) {
        let (id, kind) = match sales.buyer {
            Some(token) => (PartyId::from(format!("buyer:{token}")), PartyKind::Buyer),
            None => (PartyId::from(format!("guest:{}", document.id)), PartyKind::Guest),
        };
        // One text for all of a buyer's orders.
        let id = self.parties.get_key_value(&id).map_or(id, |(known, _)| known.clone());
        let of_order = (document.id.clone(), id.clone());
        let first = self.party_of_order.entry(sales.number.as_str().into()).or_insert_with(|| of_order.clone());
        if of_order.0 < first.0 {
            *first = of_order;
        }
        let changed = match self.parties.get_mut(&id) {
            Some(party) => renew(party, document.at, &sales.country.written),
            None => {
                let party = Party {
                    id: id.clone(),
                    kind,
                    tokens: sales.buyer.into_iter().collect(),
                    first_seen: document.at,
                    country: sales.country.written.clone(),
                };
                self.own_tokens.extend(sales.buyer.map(|token| (id.clone(), token)));
                self.parties.insert(id.clone(), party);
                true
            }
        };
        (id, changed)
    }

    fn link_customer(&mut self, line: &ProcessorLine) {
        if let (Some(customer), Some(order)) = (line.customer, &line.order_reference) {
            self.orders_of_customer.insert((customer, order.as_str().into()));
        }
    }
}

fn renew(party: &mut Party, at: Timestamp, country: &str) -> bool {
    let earlier = at < party.first_seen;
    let moved = party.country != country;
    party.first_seen = party.first_seen.min(at);
    if moved {
        party.country = country.to_owned();
    }
    earlier || moved
}

//! Payments to sellers settle what a marketplace owes them.
//!
//! Which seller: the one whose name stands in the text of the bank line or transfer, word for word and without regard to
//! case; the longest name, where several do. A transfer that names none is of the seller of the order that it names, or
//! that its payment names, where all that is owed of it is one seller's.
//!
//! Which sales: those of the order that it names, and no other; else what came first up to the day of the payment, less what the
//! seller's credit notes took back; then, for a payment in advance, what came later.
//!
//! What came back of a payment is taken off it first (`returned`).
//!
//! Example: Lamps Ltd is owed 8.75 and 7.00 of two sales, less 3.50 of a credit note; a bank line of −12.25 that says
//! `LAMPS LTD MAY` settles all three; of one of −13.00, 0.75 are left unexplained.

use super::bank::named_payouts;
use super::items::{BankItem, Items, Movement};
use super::returned;
use super::settling::{Piece, Settling, spread};
use crate::document::Document;
use crate::pack;
use domain::{Currency, Money, RecordId, SettlementKind};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// A bank books by days: what was sold on the day of a payment may be in it.
const DAY_SECONDS: i64 = 86_400;

/// What a seller is owed of a document; below zero what the seller owes of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Payable {
    at: Timestamp,
    pub(super) document: RecordId,
    seller: SmolStr,
    /// The document's number.
    order: SmolStr,
    pub(super) amount: Money,
}

/// What sellers are owed, by name and currency, in order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Payables(BTreeMap<(SmolStr, Currency), BTreeSet<Payable>>);

impl Payables {
    pub(super) fn take(&mut self, document: &Document, number: &str, seller: SmolStr, amount: Money) {
        let (at, id) = (document.at, document.id.clone());
        let payable = Payable { at, document: id, seller: seller.clone(), order: number.into(), amount };
        self.0.entry((seller, amount.currency)).or_default().insert(payable);
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// Gives back empty places.
    pub(super) fn pack(&mut self) {
        self.0.values_mut().for_each(pack::set);
    }

    fn all(&self) -> impl Iterator<Item = &Payable> {
        self.0.values().flatten()
    }
}

/// A payment to a seller, or what came back of one.
pub(super) struct Payment<'a> {
    by: Way<'a>,
    pub(super) seller: &'a str,
    pub(super) order: Option<&'a str>,
}

#[derive(Clone, Copy)]
enum Way<'a> {
    Bank(&'a BankItem),
    Processor(&'a Movement),
}

/// What a payment may settle.
#[derive(Clone, Copy)]
enum Reach {
    Order,
    UpToItsDay,
    All,
}

/// Rule 7.
pub(super) fn settle(settling: &mut Settling) {
    let items = settling.items;
    returned::by_name(settling);
    if items.payables.0.is_empty() {
        return;
    }
    let names = Names::of(&items.payables);
    let mut payments = by_bank(settling, &names);
    payments.extend(by_processor(items, &names));
    payments.sort_by_key(|payment| (payment.at(), payment.id()));
    returned::net(settling, &payments);
    settling.sellers = payments.iter().map(|payment| (payment.id(), payment.seller)).collect();
    let mut open = Open::of(&items.payables, &payments);
    for reach in [Reach::Order, Reach::UpToItsDay, Reach::All] {
        payments.iter().for_each(|payment| open.pay(settling, payment, reach));
    }
}

/// Bank lines that name a seller and no payout.
fn by_bank<'a>(settling: &Settling<'a>, names: &Names<'a>) -> Vec<Payment<'a>> {
    let lines = settling.items.bank_lines.values();
    let unnamed = lines.filter(|item| named_payouts(settling, item).is_empty());
    let payment = |item: &'a BankItem| {
        let texts = [&item.line.remittance, &item.line.end_to_end, &item.line.reference];
        let seller = texts.into_iter().find_map(|text| names.find(text))?;
        Some(Payment { by: Way::Bank(item), seller, order: None })
    };
    unnamed.filter_map(payment).collect()
}

fn by_processor<'a>(items: &'a Items, names: &Names<'a>) -> Vec<Payment<'a>> {
    if items.transfers.is_empty() {
        return Vec::new();
    }
    let mut of_order: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for payable in items.payables.all() {
        of_order.entry(&payable.order).or_default().insert(&payable.seller);
    }
    let payment = |transfer: &'a Movement| {
        let of_charge = || items.charge_of(transfer.charge.as_ref()?)?.order_reference.as_deref();
        let order = transfer.order_reference.as_deref().or_else(of_charge);
        let one = || {
            let sellers = of_order.get(order?)?;
            sellers.first().copied().filter(|_| sellers.len() == 1)
        };
        let seller = names.find(&transfer.description).or_else(one)?;
        Some(Payment { by: Way::Processor(transfer), seller, order })
    };
    items.transfers.values().filter_map(payment).collect()
}

impl<'a> Payment<'a> {
    pub(super) fn id(&self) -> &'a RecordId {
        match self.by {
            Way::Bank(item) => &item.id,
            Way::Processor(transfer) => &transfer.id,
        }
    }

    pub(super) fn at(&self) -> Timestamp {
        match self.by {
            Way::Bank(item) => item.at,
            Way::Processor(transfer) => transfer.at,
        }
    }

    pub(super) fn currency(&self) -> Currency {
        match self.by {
            Way::Bank(item) => item.line.amount.currency,
            Way::Processor(transfer) => transfer.amount.currency,
        }
    }

    /// What is left of it, positive; below zero of what came back.
    pub(super) fn left(&self, settling: &Settling<'a>) -> i64 {
        match self.by {
            Way::Bank(item) => settling.left_of_bank_line(item).saturating_neg(),
            Way::Processor(transfer) => settling.left_of_movement(transfer),
        }
    }

    pub(super) fn piece(&self, minor: i64) -> Piece<'a> {
        match self.by {
            Way::Bank(item) => Piece::of_bank_line(item, -minor),
            Way::Processor(transfer) => Piece::of_movement(transfer, minor),
        }
    }

    fn kind(&self) -> SettlementKind {
        match self.by {
            Way::Bank(_) => SettlementKind::SellerPaid,
            Way::Processor(_) => SettlementKind::SellerTransferred,
        }
    }

    pub(super) fn is_by_bank(&self) -> bool {
        matches!(self.by, Way::Bank(_))
    }

    fn reason(&self, reach: Reach) -> &'static str {
        match (self.by, reach) {
            (_, Reach::Order) => "the transfer names the order",
            (Way::Bank(_), _) => "the bank line names the seller",
            (Way::Processor(_), _) => "the transfer names the seller",
        }
    }
}

/// What is open of those who are paid.
struct Open<'a> {
    of_order: BTreeMap<(&'a str, &'a str, Currency), Vec<&'a Payable>>,
    of_seller: BTreeMap<(&'a str, Currency), Vec<&'a Payable>>,
}

impl<'a> Open<'a> {
    fn of(payables: &'a Payables, payments: &[Payment<'a>]) -> Self {
        let paid: BTreeSet<(&str, Currency)> =
            payments.iter().map(|payment| (payment.seller, payment.currency())).collect();
        let named: BTreeSet<&str> = payments.iter().filter_map(|payment| payment.order).collect();
        let mut open = Self { of_order: BTreeMap::new(), of_seller: BTreeMap::new() };
        for payable in payables.all() {
            let (seller, currency) = (payable.seller.as_str(), payable.amount.currency);
            if !paid.contains(&(seller, currency)) {
                continue;
            }
            open.of_seller.entry((seller, currency)).or_default().push(payable);
            if named.contains(payable.order.as_str()) {
                open.of_order.entry((payable.order.as_str(), seller, currency)).or_default().push(payable);
            }
        }
        open
    }

    /// Settles as much as the payment and what is owed within its reach allow.
    fn pay(&mut self, settling: &mut Settling<'a>, payment: &Payment<'a>, reach: Reach) {
        let left = payment.left(settling);
        if left <= 0 {
            return;
        }
        let key = (payment.seller, payment.currency());
        let by_order = payment.order.is_some_and(|order| self.of_order.contains_key(&(order, key.0, key.1)));
        if by_order != matches!(reach, Reach::Order) {
            return;
        }
        if let Some(payables) = self.of_seller.get_mut(&key).filter(|_| !by_order) {
            payables.retain(|payable| settling.left_of_payable(payable) != 0);
        }
        let due = self.due(payment, reach).into_iter();
        let due: Vec<Piece> =
            due.map(|payable| Piece::of_payable(payable, settling.left_of_payable(payable))).collect();
        let owed = due.iter().fold(0_i64, |sum, piece| sum.saturating_add(piece.minor));
        let paid = left.min(owed);
        if paid <= 0 {
            return;
        }
        let settled = spread(&due, paid);
        settling.assign(payment.kind(), payment.id(), payment.reason(reach), &settled, &[payment.piece(paid)]);
    }

    fn due(&self, payment: &Payment<'a>, reach: Reach) -> Vec<&'a Payable> {
        let until = payment.at().as_second().saturating_add(DAY_SECONDS);
        let key = (payment.seller, payment.currency());
        let of_seller = || self.of_seller.get(&key).into_iter().flatten().copied();
        match reach {
            Reach::Order => {
                let order = payment.order.and_then(|order| self.of_order.get(&(order, key.0, key.1)));
                order.into_iter().flatten().copied().collect()
            }
            Reach::UpToItsDay => of_seller().filter(|payable| payable.at.as_second() < until).collect(),
            Reach::All => of_seller().collect(),
        }
    }
}

/// Sellers by the words of their names.
struct Names<'a> {
    by_words: BTreeMap<String, &'a str>,
    most_words: usize,
}

impl<'a> Names<'a> {
    fn of(payables: &'a Payables) -> Self {
        let mut names = Self { by_words: BTreeMap::new(), most_words: 0 };
        for (seller, _) in payables.0.keys() {
            let words = words(seller);
            if !words.is_empty() {
                names.most_words = names.most_words.max(words.len());
                names.by_words.entry(words.join(" ")).or_insert(seller);
            }
        }
        names
    }

    /// The seller with the longest name that stands in a text; of equally long ones the first.
    fn find(&self, text: &str) -> Option<&'a str> {
        let words = words(text);
        let longest = self.most_words.min(words.len());
        let mut runs = (1..=longest).rev().flat_map(|length| words.windows(length));
        runs.find_map(|run| self.by_words.get(&run.join(" ")).copied())
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payable(second: i64, minor: i64) -> Payable {
        Payable {
            at: Timestamp::from_second(second).unwrap(),
            document: RecordId::from(format!("shop:{second}")),
            seller: "Lamps Ltd".into(),
            order: "1".into(),
            amount: Money::new(minor, Currency::GBP),
        }
    }

    #[test]
    fn what_the_seller_owes_is_taken_off_and_the_first_sales_are_paid_first() {
        let all = [payable(1, 875), payable(2, -350), payable(3, 700)];
        let due: Vec<Piece> = all.iter().map(|payable| Piece::of_payable(payable, payable.amount.minor)).collect();
        let taken = |paid| spread(&due, paid).iter().map(|piece| piece.minor).collect::<Vec<i64>>();
        assert_eq!(taken(1_000), [875, -350, 475]);
        assert_eq!(taken(1_225), [875, -350, 700]);
        assert_eq!(taken(100), [450, -350]);
    }

    #[test]
    fn the_longest_name_in_a_text_is_meant() {
        let mut payables = Payables::default();
        for seller in ["Lamps", "Lamps & Shades Ltd", "Bowls"] {
            payables.0.insert((seller.into(), Currency::GBP), BTreeSet::new());
        }
        let names = Names::of(&payables);
        assert_eq!(names.find("PAYMENT LAMPS SHADES LTD 06/25"), Some("Lamps & Shades Ltd"));
        assert_eq!(names.find("to lamps, may"), Some("Lamps"));
        assert_eq!(names.find("clamps"), None);
    }
}

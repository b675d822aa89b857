//! What an order's fate makes of it: payments, refunds, disputes and credit notes, and what is true of them.

use super::Market;
use super::WrongFee;
use super::fates::Fate;
use super::orders::{Note, Order, note_record};
use crate::calendar::{self, DAY, HOUR, MINUTE};
use crate::charges::share_of;
use crate::random::Stream;
use domain::{ExceptionRule as Rule, Money, ProcessorCategory as Category, RecordId};
use jiff::Timestamp;

/// The slot of a payment that no file has.
const UNKNOWN_SLOT: u8 = 9;

/// What a payment says of the order that it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Names {
    /// Its number.
    Order,
    /// Its number and another's, by its place.
    OrderAnd(u32),
    /// A number that no order has.
    NoOrder,
    /// Nothing.
    Nothing,
}

/// What stands in the text of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Text {
    Order,
    Note,
    Link,
    Empty,
}

/// A movement of the processor's balance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    pub(super) order: u32,
    /// Which of the order's movements.
    pub(super) slot: u8,
    pub(super) at: Timestamp,
    /// Whose balance moves.
    pub(super) storefront: u8,
    pub(super) category: Category,
    pub(super) gross: i64,
    pub(super) fee: i64,
    /// The slot of the payment that it is about.
    pub(super) charge: u8,
    pub(super) names: Names,
    pub(super) text: Text,
    /// The processor's customer: the buyer's number, but for strangers.
    pub(super) customer: u32,
    /// What the buyer saw, where that was another currency.
    pub(super) shown: Option<Money>,
    /// The payout that carries it, by its number from 1; 0 = none yet.
    pub(super) payout: u32,
}

/// Strangers' customers begin here: nobody else has them.
const STRANGERS: u32 = 50_000_000;

impl Movement {
    pub(super) fn net(&self) -> i64 {
        self.gross - self.fee
    }

    /// The balance transaction, by the processor's name.
    pub(super) fn transaction(&self, market: &Market) -> String {
        market.seed.id("txn_", &format!("{}/{}", self.order, self.slot))
    }

    pub(super) fn record(&self, market: &Market) -> RecordId {
        RecordId::from(format!("stripe:{}", self.transaction(market)))
    }
}

/// An order with what was drawn for it.
pub(super) struct Case<'m> {
    pub(super) market: &'m mut Market,
    pub(super) order: Order,
    pub(super) draw: Stream,
    /// When it is paid, usually.
    pub(super) paid: Timestamp,
}

/// Gives an order its money.
pub(super) fn move_money(market: &mut Market, order: Order, fate: Fate) {
    let mut draw = market.seed.stream("market money", &order.index.to_string());
    let paid = calendar::after(order.at, draw.between(20, 20 * MINUTE));
    let mut case = Case { market, order, draw, paid };
    match fate {
        Fate::Plain => drop(case.pay()),
        Fate::NeverPaid => case.never_paid(),
        Fate::Underpaid => case.underpaid(),
        Fate::StrayPayment => case.stray_payment(),
        Fate::PaidTwice => case.paid_twice(),
        Fate::RefundedTooMuch => case.refunded_too_much(),
        Fate::RefundOfUnknown => case.refund_of_unknown(),
        Fate::RefundWithoutNote => case.refund_without_note(),
        Fate::NoteWithoutRefund => case.note_without_refund(),
        Fate::PaidOneOff => case.paid_one_off(),
        Fate::WrongFee => case.wrong_fee(),
        Fate::InterestOfInstalments => case.interest_of_instalments(),
        Fate::SellerOverpaid => case.seller_overpaid(),
        _ => case.near_miss(fate),
    }
}

impl Case<'_> {
    /// A payment in full that names its order, as the processor would have it.
    pub(super) fn charge(&self) -> Movement {
        let (order, gross) = (&self.order, self.order.total());
        Movement {
            order: order.index,
            slot: 0,
            at: self.paid,
            storefront: order.storefront,
            category: Category::Charge,
            gross,
            fee: self.fee(gross, self.paid),
            charge: 0,
            names: Names::Order,
            text: Text::Order,
            customer: order.buyer,
            shown: None,
            payout: 0,
        }
    }

    fn fee(&self, gross: i64, at: Timestamp) -> i64 {
        self.order.storefront().fee(gross, at >= self.market.price_change(), false)
    }

    pub(super) fn part(&self, slot: u8, gross: i64, at: Timestamp) -> Movement {
        Movement { slot, charge: slot, gross, at, fee: self.fee(gross, at), ..self.charge() }
    }

    fn refund(&self, slot: u8, of: u8, minor: i64, at: Timestamp, text: Text) -> Movement {
        let category = Category::Refund;
        Movement { slot, charge: of, category, gross: -minor, fee: 0, at, text, names: Names::Nothing, ..self.charge() }
    }

    pub(super) fn push(&mut self, movement: Movement) -> RecordId {
        self.market.movements.push(movement);
        movement.record(self.market)
    }

    pub(super) fn pay(&mut self) -> RecordId {
        self.push(self.charge())
    }

    /// Writes the credit note, some days after the payment; when.
    fn note(&mut self, minor: i64) -> Timestamp {
        let at = calendar::after(self.paid, self.draw.between(DAY, 10 * DAY));
        self.note_at(minor, at)
    }

    fn note_at(&mut self, minor: i64, at: Timestamp) -> Timestamp {
        self.market.notes.push(Note { order: self.order.index, at, minor });
        at
    }

    /// Some hours up to three days later.
    pub(super) fn soon_after(&mut self, at: Timestamp) -> Timestamp {
        calendar::after(at, self.draw.between(HOUR, 3 * DAY))
    }

    /// From a fifth to nine tenths of the order.
    pub(super) fn some(&mut self) -> i64 {
        share_of(self.order.total(), self.draw.between(2_000, 9_000)).max(1)
    }

    pub(super) fn plant(&mut self, rule: Rule, record: RecordId, minor: i64, note: &str) {
        let amount = self.order.money(minor);
        self.market.plant(rule, record, amount, note);
    }

    fn never_paid(&mut self) {
        let order = self.order;
        self.plant(Rule::OrderWithoutPayment, order.record(), order.total(), "the buyer never paid");
    }

    fn underpaid(&mut self) {
        let order = self.order;
        let paid = self.some();
        self.push(self.part(0, paid, self.paid));
        self.plant(Rule::OrderUnderpaid, order.record(), order.total() - paid, "a part was never paid");
    }

    /// More than the order; or a payment beside it that names an order that nobody knows, or none, by somebody unknown.
    fn stray_payment(&mut self) {
        let extra = self.some();
        let kind = self.draw.between(0, 2);
        if kind == 0 {
            let record = self.push(self.part(0, self.order.total() + extra, self.paid));
            return self.plant(Rule::PaymentWithoutOrder, record, extra, "more was paid than the order");
        }
        self.pay();
        let at = self.soon_after(self.paid);
        let (names, text) = if kind == 1 { (Names::NoOrder, Text::Empty) } else { (Names::Nothing, Text::Link) };
        let customer = STRANGERS + self.order.index;
        let record = self.push(Movement { names, text, customer, ..self.part(1, extra, at) });
        self.plant(Rule::PaymentWithoutOrder, record, extra, "nobody ordered this");
    }

    fn paid_twice(&mut self) {
        self.pay();
        let (total, at) = (self.order.total(), calendar::after(self.paid, self.draw.between(MINUTE, 26 * HOUR)));
        let record = self.push(self.part(1, total, at));
        self.plant(Rule::DuplicateCharge, record, total, "the payment was taken twice");
    }

    fn refunded_too_much(&mut self) {
        self.pay();
        let total = self.order.total();
        let excess = share_of(total, self.draw.between(500, 4_000)).max(1);
        let noted = self.note(total);
        let at = self.soon_after(noted);
        let record = self.push(self.refund(1, 0, total + excess, at, Text::Note));
        self.plant(Rule::RefundExceedsPayment, record, excess, "more was given back than was paid");
    }

    fn refund_of_unknown(&mut self) {
        self.pay();
        let minor = self.some();
        let noted = self.note(minor);
        let at = self.soon_after(noted);
        let record = self.push(self.refund(1, UNKNOWN_SLOT, minor, at, Text::Note));
        self.plant(Rule::RefundWithoutPayment, record, minor, "the payment is in no file");
    }

    fn refund_without_note(&mut self) {
        self.pay();
        let minor = self.some();
        let at = self.soon_after(self.paid);
        let record = self.push(self.refund(1, 0, minor, at, Text::Empty));
        self.plant(Rule::RefundWithoutCreditNote, record, minor, "nobody wrote a credit note");
    }

    fn note_without_refund(&mut self) {
        self.pay();
        let minor = self.some();
        self.note(minor);
        let record = note_record(self.order.index);
        self.plant(Rule::CreditNoteWithoutRefund, record, minor, "nothing was given back");
    }

    /// One minor unit too little or too much.
    fn paid_one_off(&mut self) {
        let (order, too_much) = (self.order, self.draw.chance(5_000));
        let paid = order.total() + if too_much { 1 } else { -1 };
        let payment = self.push(self.part(0, paid, self.paid));
        let record = if too_much { payment } else { order.record() };
        self.plant(Rule::RoundingDifference, record, 1, "the payment was rounded otherwise");
    }

    /// The share is twice what it should be, or the fixed part is taken three times.
    fn wrong_fee(&mut self) {
        let right = self.charge();
        let fixed = self.order.storefront().fixed_fee_minor;
        let charged = if self.draw.chance(5_000) { 2 * right.fee - fixed } else { right.fee + 2 * fixed };
        let record = self.push(Movement { fee: charged, ..right });
        let [expected, charged] = [right.fee, charged].map(|minor| self.order.money(minor));
        self.market.wrong_fees.push(WrongFee { record, expected, charged });
    }

    fn near_miss(&mut self, fate: Fate) {
        let order = self.order;
        let (kind, record) = match fate {
            Fate::PaidLate => {
                let at = calendar::after(order.at, self.draw.between(DAY, 4 * DAY));
                self.push(self.part(0, order.total(), at));
                ("paid late", order.record())
            }
            Fate::Cancelled => {
                let at = calendar::after(order.at, self.draw.between(MINUTE, 20 * HOUR));
                self.note_at(order.total(), at);
                ("cancelled before it was paid", order.record())
            }
            Fate::PaidInParts => ("paid in parts", self.paid_in_parts(share_of(order.total(), 3_000).max(1))),
            Fate::PaidInThirds => ("paid in thirds that were rounded", self.paid_in_thirds()),
            Fate::PaidByHalves => ("paid by halves", self.paid_in_parts(order.total() / 2)),
            Fate::PaidByLink => {
                let link = Movement { names: Names::Nothing, text: Text::Link, ..self.charge() };
                ("paid by a link that names no order", self.push(link))
            }
            Fate::SecondPaymentGivenBack => ("second payment given back", self.second_payment_given_back()),
            _ => match self.other_way(fate) {
                Some(way) => way,
                None => self.refunded(fate),
            },
        };
        self.market.near_miss(kind, record);
    }

    fn paid_in_parts(&mut self, first: i64) -> RecordId {
        let second = calendar::after(self.paid, self.draw.between(5 * MINUTE, 26 * HOUR));
        self.push(self.part(0, first, self.paid));
        self.push(self.part(1, self.order.total() - first, second))
    }

    fn paid_in_thirds(&mut self) -> RecordId {
        let third = self.order.total() / 3;
        let second = calendar::after(self.paid, self.draw.between(5 * MINUTE, 12 * HOUR));
        let last = calendar::after(second, self.draw.between(5 * MINUTE, 12 * HOUR));
        self.push(self.part(0, third, self.paid));
        self.push(self.part(1, third, second));
        self.push(self.part(2, self.order.total() - 2 * third, last))
    }

    fn second_payment_given_back(&mut self) -> RecordId {
        self.pay();
        let (total, second) = (self.order.total(), calendar::after(self.paid, self.draw.between(MINUTE, HOUR)));
        let record = self.push(self.part(1, total, second));
        let back = calendar::after(second, self.draw.between(5 * MINUTE, 55 * MINUTE));
        self.push(self.refund(2, 1, total, back, Text::Empty));
        record
    }

    /// Refunds that credit notes explain, in ways that a hasty checker does not see.
    fn refunded(&mut self, fate: Fate) -> (&'static str, RecordId) {
        self.pay();
        let total = self.order.total();
        match fate {
            Fate::RefundedInFull => {
                let noted = self.note(total);
                let at = self.soon_after(noted);
                ("refunded in full", self.push(self.refund(1, 0, total, at, Text::Note)))
            }
            Fate::RefundedInFullByParts => ("refunded in full by parts", self.refunded_by_parts(total)),
            Fate::NoteRefundedByParts => {
                let minor = self.some().max(2);
                ("credit note refunded by parts", self.refunded_by_parts(minor))
            }
            Fate::RefundedLate => {
                let minor = self.some();
                let at = calendar::after(self.paid, self.draw.between(14 * DAY, 24 * DAY));
                let noted = self.note_at(minor, at);
                let at = self.soon_after(noted);
                ("refunded weeks later", self.push(self.refund(1, 0, minor, at, Text::Note)))
            }
            Fate::NoteRefundedLate => {
                let minor = self.some();
                let noted = self.note(minor);
                let at = calendar::after(noted, self.draw.between(8 * DAY, 9 * DAY));
                self.push(self.refund(1, 0, minor, at, Text::Note));
                ("credit note refunded late", note_record(self.order.index))
            }
            _ => {
                let minor = self.some();
                let noted = self.note(minor);
                let at = self.soon_after(noted);
                ("refund without a text", self.push(self.refund(1, 0, minor, at, Text::Empty)))
            }
        }
    }

    fn refunded_by_parts(&mut self, minor: i64) -> RecordId {
        let noted = self.note(minor);
        let first = share_of(minor, self.draw.between(2_000, 8_000)).clamp(1, minor - 1);
        let at = self.soon_after(noted);
        self.push(self.refund(1, 0, first, at, Text::Note));
        let later = calendar::after(at, self.draw.between(MINUTE, 12 * HOUR));
        self.push(self.refund(2, 0, minor - first, later, Text::Note))
    }
}

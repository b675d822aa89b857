//! Documents: records in standard form. The one noun that travels between the stages.

use domain::{
    Account, Authorisation, BankLine, BuyerPayment, Currency, LineNature, Money, PayoutNamed, ProcessorLine,
    RateProvider, RateSheet, RecordId, StockMovement, Token, WrittenCountry,
};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A record in standard form.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The record's id.
    pub id: RecordId,
    /// When it happened.
    pub at: Timestamp,
    /// What it is.
    pub kind: Kind,
}

/// What a document is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// Goods left or came back.
    Sales(SalesDocument),
    /// The processor's balance moved.
    Processor(ProcessorLine),
    /// The payout of an earlier processor line became known.
    PayoutNamed(PayoutNamed),
    /// The bank booked a line.
    Bank(BankLine),
    /// A buyer paid, as the shop says.
    BuyerPayment(BuyerPayment),
    /// The balances that the books go on from.
    Opening(Opening),
    /// The rates of a day.
    Rates(RateProvider, RateSheet),
    /// Somebody tried to pay. It posts nothing and settles nothing; risk is seen by it.
    Authorisation(Authorisation),
    /// How far an order has come. It settles nothing, but tells how far the shop's files reach.
    OrderStatus,
    /// Goods came or left.
    Stock(StockMovement),
    /// What moves no money and settles nothing: a parcel, a review, a price, a filed figure. The record itself
    /// says all.
    Fact,
}

/// A trial balance on accounts of ours. It balances in each currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// The balances stand at the end of this day.
    pub cut_over: Date,
    /// Debit positive, each account and currency once.
    pub balances: BTreeMap<(Account, Currency), i64>,
}

/// What a sales document is. The rules stand in [`crate::normalise`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SalesKind {
    /// A buyer owes.
    Sale,
    /// A buyer is owed.
    CreditNote,
    /// The books are adjusted; nobody pays or is paid.
    Adjustment,
    /// Stock moved, money did not.
    StockCorrection,
}

/// An invoice, credit note, adjustment or stock correction.
#[derive(Clone, PartialEq, Debug)]
pub struct SalesDocument {
    /// The shop's number.
    pub number: String,
    /// What it is.
    pub kind: SalesKind,
    /// The buyer's token; none for a guest.
    pub buyer: Option<Token>,
    /// Country as the source writes it, and which it is.
    pub country: WrittenCountry,
    /// In the file's order.
    pub lines: Vec<SalesLine>,
    /// Sum of all lines, as signed by the source (credit notes are negative).
    pub total: Money,
    /// Sum of the lines that the processor settles, signed as `total`.
    pub due: Money,
}

/// A line in standard form.
#[derive(Clone, PartialEq, Debug)]
pub struct SalesLine {
    /// In upper case.
    pub stock_code: String,
    /// Signed.
    pub quantity: i64,
    /// quantity × unit price, rounded once, half to even.
    pub amount: Money,
    /// What the line is.
    pub nature: LineNature,
}

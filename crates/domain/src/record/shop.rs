//! What a shop says: invoices, orders, parcels, stock, reviews.

use super::Span;
use crate::{Currency, Money, Token};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// An invoice as exported: the sign of quantities and the number's prefix say what it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Invoice {
    /// The shop's number, for example `536365` or `C536379`. Later exports may bring further lines of the same number
    /// as a record of their own; together they are the invoice.
    pub number: String,
    /// The buyer's token, or none for a guest.
    pub buyer: Option<Token>,
    /// Country as the source writes it.
    pub country: String,
    /// Currency of the prices.
    pub currency: Currency,
    /// In the file's order.
    pub lines: Vec<InvoiceLine>,
}

/// A line of an invoice.
#[derive(Clone, PartialEq, Debug)]
pub struct InvoiceLine {
    /// The shop's stock code, pseudo-products included.
    pub stock_code: String,
    /// May be empty.
    pub description: String,
    /// Negative on returns and stock corrections.
    pub quantity: i64,
    /// Major units, as exact as the source gives them.
    pub unit_price: Decimal,
    /// Its own row.
    pub span: Span,
}

/// How far an order has come, in the order of its life; the last two end it early.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OrderState {
    /// The buyer ordered.
    Created,
    /// The payment is approved.
    Approved,
    /// The invoice is written.
    Invoiced,
    /// It is being packed.
    Processing,
    /// It left.
    Shipped,
    /// It arrived.
    Delivered,
    /// The goods cannot be had.
    Unavailable,
    /// It was called off.
    Cancelled,
}

impl OrderState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Approved,
        Self::Invoiced,
        Self::Processing,
        Self::Shipped,
        Self::Delivered,
        Self::Unavailable,
        Self::Cancelled,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Approved => "approved",
            Self::Invoiced => "invoiced",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Unavailable => "unavailable",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An order's state and times, as a marketplace keeps them apart from the order's lines. The record's instant is when
/// it was placed. Posts nothing: the lines do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderStatus {
    /// The shop's order number.
    pub order_reference: String,
    /// The buyer's token, or none for a guest.
    pub buyer: Option<Token>,
    /// How far it had come when the file was written.
    pub state: OrderState,
    /// When the payment was approved.
    pub approved: Option<Timestamp>,
    /// When the carrier took it.
    pub shipped: Option<Timestamp>,
    /// When the buyer had it.
    pub delivered: Option<Timestamp>,
    /// Until when the buyer was told to have it.
    pub promised: Option<Timestamp>,
}

/// How far a parcel has come; the last three end it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ShipmentState {
    /// It is announced to the carrier.
    Created,
    /// The carrier has it.
    Shipped,
    /// The buyer has it.
    Delivered,
    /// It came back.
    Returned,
    /// It is lost.
    Lost,
    /// It was called off before it left.
    Cancelled,
}

impl ShipmentState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Created, Self::Shipped, Self::Delivered, Self::Returned, Self::Lost, Self::Cancelled];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A parcel. Posts nothing: what carriage costs is on the carrier's bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shipment {
    /// The shop's order number, may be empty.
    pub order_reference: String,
    /// The carrier's name, may be empty.
    pub carrier: String,
    /// The carrier's number of the parcel, may be empty.
    pub tracking: String,
    /// How far it had come when the file was written.
    pub state: ShipmentState,
    /// When the carrier took it.
    pub shipped: Option<Timestamp>,
    /// When the buyer had it.
    pub delivered: Option<Timestamp>,
    /// Until when the buyer was told to have it.
    pub promised: Option<Timestamp>,
    /// What the carrier charges, as far as the shop says.
    pub cost: Option<Money>,
}

/// Why stock moved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StockReason {
    /// Bought in.
    Purchase,
    /// Sold.
    Sale,
    /// Came back from a buyer.
    Return,
    /// Broken, stolen, found, given away.
    Adjustment,
    /// To or from another place of the shop's own.
    Transfer,
    /// What a count found beyond the books.
    Count,
}

impl StockReason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Purchase, Self::Sale, Self::Return, Self::Adjustment, Self::Transfer, Self::Count];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Sale => "sale",
            Self::Return => "return",
            Self::Adjustment => "adjustment",
            Self::Transfer => "transfer",
            Self::Count => "count",
        }
    }
}

/// What one unit cost, as exact as the source gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitCost {
    /// Major units.
    pub amount: Decimal,
    /// Their currency.
    pub currency: Currency,
}

/// Goods came or left. Posts what they cost where the policy says by which method; else nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StockMovement {
    /// The shop's stock code.
    pub stock_code: String,
    /// The warehouse or shelf, may be empty.
    pub location: String,
    /// Positive when stock rises.
    pub quantity: i64,
    /// Why.
    pub reason: StockReason,
    /// What one unit cost, where the source says it.
    pub unit_cost: Option<UnitCost>,
    /// The order, delivery or count that moved it, may be empty.
    pub reference: String,
}

/// What a buyer thinks. The words are kept as they were written, since they are the fact; a buyer may name people in
/// them, so they stand in the record only and in no index. The reviewer's name never stands here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// The order that it is about.
    pub order_reference: Option<String>,
    /// The goods that it is about.
    pub stock_code: Option<String>,
    /// Who wrote it, as a token.
    pub reviewer: Option<Token>,
    /// From 1, the worst, to `out_of`.
    pub rating: u8,
    /// The best rating, 5 for most.
    pub out_of: u8,
    /// May be empty.
    pub title: String,
    /// May be empty.
    pub text: String,
    /// ISO 639 code such as `pt`, where the source says it.
    pub language: Option<String>,
}

//! Records: what one source says happened, with the place in the file that says so.
//!
//! Personal values are not here: they left the record at the source and stand as [`Token`]s.

mod authorisation;
mod books;
mod market;
mod money;
mod shop;

pub use authorisation::{Authorisation, AuthorisationOutcome};
pub use books::{Accuracy, FactPeriod, FactValue, StatementFact, TrialBalance, TrialBalanceLine};
pub use market::{Price, RateProvider, RateSheet};
pub use money::{BankLine, BuyerPayment, PayoutNamed, ProcessorCategory, ProcessorLine};
pub use shop::{
    Invoice, InvoiceLine, OrderState, OrderStatus, Review, Shipment, ShipmentState, StockMovement, StockReason,
    UnitCost,
};

use crate::{Digest, RecordId};
use jiff::Timestamp;

/// Where in a file a row stands. Lines count from 1 (the header is a line), bytes from 0, in the unpacked file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Span {
    /// The first line of the row.
    pub line: u32,
    /// Bytes.
    pub offset: u64,
    /// Bytes, without the line end.
    pub len: u32,
}

/// One record of one source.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// `source:natural key`.
    pub id: RecordId,
    /// When it happened, by the source.
    pub at: Timestamp,
    /// The file that says so: SHA-256 of its unpacked bytes.
    pub file: Digest,
    /// Its first row; an invoice's lines carry their own.
    pub span: Span,
    /// What is said.
    pub content: Content,
}

impl Record {
    /// The places in the file that say it: its own, and those of an invoice's or a trial balance's further lines.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let (invoice, balance): (&[InvoiceLine], &[TrialBalanceLine]) = match &self.content {
            Content::Invoice(invoice) => (&invoice.lines, &[]),
            Content::TrialBalance(balance) => (&[], &balance.lines),
            _ => (&[], &[]),
        };
        let lines = invoice.iter().map(|line| line.span).chain(balance.iter().map(|line| line.span));
        std::iter::once(self.span).chain(lines.filter(|span| *span != self.span))
    }

    /// Rows of the file that the record stands in: its own, and those of further lines that stand on others.
    pub fn rows(&self) -> u64 {
        self.spans().fold(0, |rows, _| rows + 1)
    }
}

/// What a record says.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// An invoice, credit note or adjustment of the shop.
    Invoice(Invoice),
    /// A movement of the balance that a payment processor keeps for the shop.
    Processor(ProcessorLine),
    /// A later export names the payout of a processor line that was pending before.
    PayoutNamed(PayoutNamed),
    /// A booked line of a bank statement.
    Bank(BankLine),
    /// Reference exchange rates of one day, of the European Central Bank.
    Rates(RateSheet),
    /// Exchange rates of one day from the business's own table: they stand before the European Central Bank's.
    UserRates(RateSheet),
    /// What a shop says that a buyer paid.
    BuyerPayment(BuyerPayment),
    /// How far an order has come.
    OrderStatus(OrderStatus),
    /// A parcel on its way.
    Shipment(Shipment),
    /// Goods came, left or were counted.
    StockMovement(StockMovement),
    /// What a buyer thinks.
    Review(Review),
    /// A day's price of an instrument.
    Price(Price),
    /// A figure or text of a filed statement.
    StatementFact(StatementFact),
    /// The balances of another set of books on one day, from which ours go on.
    TrialBalance(TrialBalance),
    /// Somebody tried to pay.
    Authorisation(Authorisation),
}

impl Content {
    /// Whether it tells of the business's own doings, and so how far its books reach. Rates, prices and filings run on
    /// after a shop's books end, and a trial balance comes before they begin.
    pub fn dates_the_books(&self) -> bool {
        !matches!(
            self,
            Self::Rates(_) | Self::UserRates(_) | Self::Price(_) | Self::StatementFact(_) | Self::TrialBalance(_)
        )
    }
}

//! Records: what one source says happened, with the place in the file that says so.
//!
//! Personal values are not here: they left the record at the source and stand as [`Token`]s.

use crate::{Currency, Digest, Money, RecordId, Token};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

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
    /// The places in the file that say it: its own, and those of an invoice's further lines.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let lines = match &self.content {
            Content::Invoice(invoice) => invoice.lines.as_slice(),
            _ => &[],
        };
        std::iter::once(self.span).chain(lines.iter().map(|line| line.span).filter(|span| *span != self.span))
    }

    /// Rows of the file that the record stands in: its own, and those of an invoice's lines that stand on others.
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
    /// Reference exchange rates of one day.
    Rates(RateSheet),
}

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

/// What moved the processor's balance (the words of Stripe's reporting categories).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ProcessorCategory {
    /// A buyer paid.
    Charge,
    /// Money went back to a buyer.
    Refund,
    /// Money went to the shop's bank.
    Payout,
    /// A buyer's bank took a payment back.
    Dispute,
    /// A dispute was won.
    DisputeReversal,
    /// A fee of the processor's own.
    Fee,
    /// Anything else that moved the balance.
    Adjustment,
}

/// A movement of the processor's balance. `net = gross − fee`; signs are the balance's (a refund is negative).
#[derive(Clone, PartialEq, Debug)]
pub struct ProcessorLine {
    /// What moved.
    pub category: ProcessorCategory,
    /// Before the processor's fee, in the balance's currency.
    pub gross: Money,
    /// The processor's fee, positive when charged.
    pub fee: Money,
    /// What the balance moved by.
    pub net: Money,
    /// The object that moved it: a charge, refund or payout by the processor's own name.
    pub source_id: String,
    /// The charge that a refund or dispute is about (a charge names itself).
    pub charge: Option<String>,
    /// The payout that carried it to the bank; none while pending.
    pub payout: Option<String>,
    /// When that payout arrives, by the processor.
    pub payout_at: Option<Timestamp>,
    /// The shop's order or invoice number, where the shop passed one on.
    pub order_reference: Option<String>,
    /// The processor's customer, as a token.
    pub customer: Option<Token>,
    /// Free text.
    pub description: String,
    /// What the buyer saw on the card, where that was another currency.
    pub presentment: Option<Money>,
}

/// The payout of a processor line that came without one: the line itself stands as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayoutNamed {
    /// The line.
    pub line: RecordId,
    /// The payout that carried it to the bank.
    pub payout: String,
    /// When that payout arrives, by the processor.
    pub payout_at: Option<Timestamp>,
    /// What the line moved the balance by.
    pub net: Money,
}

/// A booked line of a bank statement; credits positive.
#[derive(Clone, PartialEq, Debug)]
pub struct BankLine {
    /// The account's own number (IBAN), the shop's.
    pub account: String,
    /// Signed.
    pub amount: Money,
    /// Booking date.
    pub booked: Date,
    /// The bank's reference, may be empty.
    pub reference: String,
    /// The other side's end-to-end reference, may be empty.
    pub end_to_end: String,
    /// Remittance text.
    pub remittance: String,
    /// The other side, as a token.
    pub counterparty: Option<Token>,
}

/// Reference rates of one day: how many units of each currency one unit of `base` buys.
#[derive(Clone, PartialEq, Debug)]
pub struct RateSheet {
    /// The day.
    pub date: Date,
    /// Euro for the European Central Bank.
    pub base: Currency,
    /// In the file's order; a currency without a rate that day is absent.
    pub rates: Vec<(Currency, Decimal)>,
}

//! Records, the files that they stand in, and issues as they are shown.

use super::MoneyView;
use domain::{
    BankLine, Content, Invoice, InvoiceLine, Issue, Money, PayoutNamed, ProcessorCategory, ProcessorLine, RateSheet,
    Record, Span,
};
use serde::Serialize;
use store::{ContentKind, FileRow, IssueRow};

/// Whether a file was made by `plimsoll simulate`, which names its files so.
pub fn is_simulated(file_name: &str) -> bool {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.starts_with("simulated-")
}

/// A source file and what became of it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in store::FileRow")]
pub struct FileView {
    pub digest: String,
    pub name: String,
    pub source: String,
    /// Made by `plimsoll simulate`, not by the world.
    pub simulated: bool,
    pub bytes: u64,
    pub rows: u64,
    pub records: u64,
    pub rows_in_records: u64,
    pub duplicates: u64,
    pub issues: u64,
    pub first_batch: u64,
}

impl From<&FileRow> for FileView {
    fn from(file: &FileRow) -> Self {
        Self {
            digest: file.digest.to_string(),
            name: file.name.clone(),
            source: file.source.clone(),
            simulated: is_simulated(&file.name),
            bytes: file.bytes,
            rows: file.rows,
            records: file.records,
            rows_in_records: file.rows_in_records,
            duplicates: file.duplicates,
            issues: file.issues,
            first_batch: file.first_batch,
        }
    }
}

/// Where in a file a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Span")]
pub struct SpanView {
    pub line: u32,
    pub offset: u64,
    pub len: u32,
}

impl From<Span> for SpanView {
    fn from(Span { line, offset, len }: Span) -> Self {
        Self { line, offset, len }
    }
}

/// Input that was kept but not used.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Issue")]
pub struct IssueView {
    pub stage: &'static str,
    pub rule: String,
    pub file: String,
    /// As the user named it.
    pub file_name: String,
    pub span: SpanView,
    pub rows: u32,
    pub column: String,
    pub value: String,
}

impl From<&IssueRow> for IssueView {
    fn from(IssueRow { issue, file_name }: &IssueRow) -> Self {
        let Issue { stage, rule, file, span, rows, column, value } = issue.clone();
        let (stage, rule, file, span) = (stage.name(), rule.name(), file.to_string(), span.into());
        Self { stage, rule, file, file_name: file_name.clone(), span, rows, column, value }
    }
}

/// A record with its place.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RecordView {
    /// `source:natural key`.
    pub id: String,
    /// When it happened, by the source.
    pub at: String,
    /// `invoice`, `processor`, `bank` or `rates`.
    pub kind: &'static str,
    /// The digest of the file that says so.
    pub file: String,
    /// As the user named that file; empty where no row of files names it.
    pub file_name: String,
    /// Made by `plimsoll simulate`.
    pub simulated: bool,
    /// Its first row.
    pub span: SpanView,
    /// What is said.
    pub content: ContentView,
}

impl RecordView {
    /// A record, and the row of its file where there is one.
    pub fn new(record: &Record, file: Option<&FileRow>) -> Self {
        let file_name = file.map_or(String::new(), |file| file.name.clone());
        Self {
            id: record.id.to_string(),
            at: record.at.to_string(),
            kind: ContentKind::of(&record.content).name(),
            file: record.file.to_string(),
            simulated: is_simulated(&file_name),
            file_name,
            span: record.span.into(),
            content: ContentView::from(&record.content),
        }
    }
}

/// What a record says.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "as in domain::Content")]
pub enum ContentView {
    Invoice(InvoiceView),
    Processor(Box<ProcessorView>),
    PayoutNamed(PayoutNamedView),
    Bank(BankView),
    Rates(RatesView),
}

impl From<&Content> for ContentView {
    fn from(content: &Content) -> Self {
        match content {
            Content::Invoice(invoice) => Self::Invoice(invoice.into()),
            Content::Processor(line) => Self::Processor(Box::new(line.into())),
            Content::PayoutNamed(named) => Self::PayoutNamed(named.into()),
            Content::Bank(line) => Self::Bank(line.into()),
            Content::Rates(sheet) => Self::Rates(sheet.into()),
        }
    }
}

/// An invoice, credit note or adjustment.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Invoice")]
pub struct InvoiceView {
    pub number: String,
    /// A token; none for a guest.
    pub buyer: Option<String>,
    pub country: String,
    /// Sum of the lines' amounts.
    pub total: MoneyView,
    pub lines: Vec<InvoiceLineView>,
}

/// A line of an invoice.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::InvoiceLine")]
pub struct InvoiceLineView {
    pub stock_code: String,
    pub description: String,
    pub quantity: i64,
    /// Major units, every digit that the source gives.
    pub unit_price: String,
    /// quantity × unit price, rounded once; none beyond 64 bits.
    pub amount: Option<MoneyView>,
    pub span: SpanView,
}

impl From<&Invoice> for InvoiceView {
    fn from(invoice: &Invoice) -> Self {
        let amounts: Vec<Option<Money>> = invoice.lines.iter().map(|line| amount(line, invoice)).collect();
        let total = amounts.iter().flatten().map(|amount| i128::from(amount.minor)).sum();
        let line = |(line, amount): (&InvoiceLine, Option<Money>)| InvoiceLineView {
            stock_code: line.stock_code.clone(),
            description: line.description.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price.to_string(),
            amount: amount.map(MoneyView::from),
            span: line.span.into(),
        };
        Self {
            number: invoice.number.clone(),
            buyer: invoice.buyer.map(|token| token.to_string()),
            country: invoice.country.clone(),
            total: MoneyView::new(total, invoice.currency),
            lines: invoice.lines.iter().zip(amounts).map(line).collect(),
        }
    }
}

fn amount(line: &InvoiceLine, invoice: &Invoice) -> Option<Money> {
    Money::from_decimal(line.unit_price.checked_mul(line.quantity.into())?, invoice.currency)
}

/// The payout of a processor line that was pending before.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::PayoutNamed")]
pub struct PayoutNamedView {
    pub line: String,
    pub payout: String,
    pub payout_at: Option<String>,
    pub net: MoneyView,
}

impl From<&PayoutNamed> for PayoutNamedView {
    fn from(named: &PayoutNamed) -> Self {
        Self {
            line: named.line.to_string(),
            payout: named.payout.clone(),
            payout_at: named.payout_at.map(|at| at.to_string()),
            net: named.net.into(),
        }
    }
}

/// A movement of the processor's balance.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::ProcessorLine")]
pub struct ProcessorView {
    pub category: &'static str,
    pub gross: MoneyView,
    pub fee: MoneyView,
    pub net: MoneyView,
    pub source_id: String,
    pub charge: Option<String>,
    pub payout: Option<String>,
    pub payout_at: Option<String>,
    pub order_reference: Option<String>,
    /// A token.
    pub customer: Option<String>,
    pub description: String,
    pub presentment: Option<MoneyView>,
}

impl From<&ProcessorLine> for ProcessorView {
    fn from(line: &ProcessorLine) -> Self {
        Self {
            category: category(line.category),
            gross: line.gross.into(),
            fee: line.fee.into(),
            net: line.net.into(),
            source_id: line.source_id.clone(),
            charge: line.charge.clone(),
            payout: line.payout.clone(),
            payout_at: line.payout_at.map(|at| at.to_string()),
            order_reference: line.order_reference.clone(),
            customer: line.customer.map(|token| token.to_string()),
            description: line.description.clone(),
            presentment: line.presentment.map(MoneyView::from),
        }
    }
}

fn category(category: ProcessorCategory) -> &'static str {
    match category {
        ProcessorCategory::Charge => "charge",
        ProcessorCategory::Refund => "refund",
        ProcessorCategory::Payout => "payout",
        ProcessorCategory::Dispute => "dispute",
        ProcessorCategory::DisputeReversal => "dispute reversal",
        ProcessorCategory::Fee => "fee",
        ProcessorCategory::Adjustment => "adjustment",
    }
}

/// A booked line of a bank statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::BankLine")]
pub struct BankView {
    pub account: String,
    pub amount: MoneyView,
    pub booked: String,
    pub reference: String,
    pub end_to_end: String,
    pub remittance: String,
    /// A token.
    pub counterparty: Option<String>,
}

impl From<&BankLine> for BankView {
    fn from(line: &BankLine) -> Self {
        Self {
            account: line.account.clone(),
            amount: line.amount.into(),
            booked: line.booked.to_string(),
            reference: line.reference.clone(),
            end_to_end: line.end_to_end.clone(),
            remittance: line.remittance.clone(),
            counterparty: line.counterparty.map(|token| token.to_string()),
        }
    }
}

/// Reference rates of one day.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::RateSheet")]
pub struct RatesView {
    pub date: String,
    pub base: String,
    pub rates: Vec<RateView>,
}

/// How many units one unit of the base buys.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::RateSheet")]
pub struct RateView {
    pub currency: String,
    pub rate: String,
}

impl From<&RateSheet> for RatesView {
    fn from(sheet: &RateSheet) -> Self {
        let rate = |(currency, rate): &(domain::Currency, rust_decimal::Decimal)| RateView {
            currency: currency.to_string(),
            rate: rate.to_string(),
        };
        Self {
            date: sheet.date.to_string(),
            base: sheet.base.to_string(),
            rates: sheet.rates.iter().map(rate).collect(),
        }
    }
}

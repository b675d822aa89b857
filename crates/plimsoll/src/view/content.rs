//! What a record says, as it is shown: by its kind.

use super::facts::{
    AuthorisationView, BuyerPaymentView, OrderStatusView, PriceView, RatesView, ReviewView, ShipmentView,
    StatementFactView, StockMovementView, TrialBalanceView,
};
use super::{MoneyView, SpanView};
use domain::{
    BankLine, Content, Country, Invoice, InvoiceLine, Money, PayoutNamed, ProcessorCategory, ProcessorLine,
    RateProvider,
};
use serde::Serialize;

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
    BuyerPayment(BuyerPaymentView),
    OrderStatus(OrderStatusView),
    Shipment(ShipmentView),
    StockMovement(StockMovementView),
    Review(ReviewView),
    Price(PriceView),
    StatementFact(StatementFactView),
    TrialBalance(TrialBalanceView),
    Authorisation(Box<AuthorisationView>),
}

impl From<&Content> for ContentView {
    fn from(content: &Content) -> Self {
        match content {
            Content::Invoice(invoice) => Self::Invoice(invoice.into()),
            Content::Processor(line) => Self::Processor(Box::new(line.into())),
            Content::PayoutNamed(named) => Self::PayoutNamed(named.into()),
            Content::Bank(line) => Self::Bank(line.into()),
            Content::Rates(sheet) => Self::Rates(RatesView::new(RateProvider::EuropeanCentralBank, sheet)),
            Content::UserRates(sheet) => Self::Rates(RatesView::new(RateProvider::User, sheet)),
            Content::BuyerPayment(payment) => Self::BuyerPayment(payment.into()),
            Content::OrderStatus(order) => Self::OrderStatus(order.into()),
            Content::Shipment(parcel) => Self::Shipment(parcel.into()),
            Content::StockMovement(movement) => Self::StockMovement(movement.into()),
            Content::Review(review) => Self::Review(review.into()),
            Content::Price(price) => Self::Price(price.into()),
            Content::StatementFact(fact) => Self::StatementFact(fact.into()),
            Content::TrialBalance(balance) => Self::TrialBalance(balance.into()),
            Content::Authorisation(said) => Self::Authorisation(Box::new(said.into())),
        }
    }
}

impl ContentView {
    /// Every amount of the business's own that it shows.
    pub(super) fn amounts(&mut self) -> Vec<&mut MoneyView> {
        match self {
            Self::Invoice(invoice) => {
                let lines = invoice.lines.iter_mut().filter_map(|line| line.amount.as_mut());
                std::iter::once(&mut invoice.total).chain(lines).collect()
            }
            Self::Processor(line) => {
                let ProcessorView { gross, fee, net, presentment, .. } = &mut **line;
                [gross, fee, net].into_iter().chain(presentment.as_mut()).collect()
            }
            Self::PayoutNamed(named) => vec![&mut named.net],
            Self::Bank(line) => vec![&mut line.amount],
            Self::BuyerPayment(payment) => vec![&mut payment.amount],
            Self::Authorisation(said) => vec![&mut said.amount],
            Self::Shipment(parcel) => parcel.cost.as_mut().into_iter().collect(),
            Self::TrialBalance(balance) => balance.lines.iter_mut().map(|line| &mut line.amount).collect(),
            Self::Rates(_)
            | Self::OrderStatus(_)
            | Self::StockMovement(_)
            | Self::Review(_)
            | Self::Price(_)
            | Self::StatementFact(_) => Vec::new(),
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
    /// ISO 3166-1; none where no country is known by that name.
    pub country_code: Option<String>,
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
            country_code: Country::named(&invoice.country).map(|country| country.to_string()),
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
    /// Of the bank that issued the buyer's card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_country: Option<String>,
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
            card_country: line.card_country.map(|country| country.to_string()),
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
        ProcessorCategory::Reserve => "reserve",
        ProcessorCategory::Transfer => "transfer",
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

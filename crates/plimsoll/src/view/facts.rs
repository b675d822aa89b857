//! Facts as they are shown: orders, parcels, stock, reviews, rates, prices, and what other books say.

use super::{MoneyView, SpanView};
use domain::{
    Accuracy, Authorisation, BuyerPayment, FactPeriod, FactValue, OrderStatus, Price, RateProvider, RateSheet, Review,
    Shipment, StatementFact, StockMovement, TrialBalance, TrialBalanceLine,
};
use serde::Serialize;

/// Exchange rates of one day.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::RateSheet")]
pub struct RatesView {
    /// Whose rates: the European Central Bank's, or the business's own.
    pub provider: &'static str,
    pub date: String,
    pub base: String,
    pub rates: Vec<RateView>,
}

/// An attempt to pay; people are tokens.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Authorisation")]
pub struct AuthorisationView {
    pub amount: MoneyView,
    pub outcome: &'static str,
    pub reason: String,
    pub latency_ms: Option<u32>,
    pub charge: Option<String>,
    pub order_reference: Option<String>,
    pub buyer: Option<String>,
    pub card: Option<String>,
    pub device: Option<String>,
    pub address: Option<String>,
    pub seller: String,
    pub merchant: String,
    pub country: String,
}

impl From<&Authorisation> for AuthorisationView {
    fn from(said: &Authorisation) -> Self {
        let token = |token: Option<domain::Token>| token.map(|token| token.to_string());
        Self {
            amount: said.amount.into(),
            outcome: said.outcome.name(),
            reason: said.reason.clone(),
            latency_ms: said.latency_ms,
            charge: said.charge.clone(),
            order_reference: said.order_reference.clone(),
            buyer: token(said.buyer),
            card: token(said.card),
            device: token(said.device),
            address: token(said.address),
            seller: said.seller.clone(),
            merchant: said.merchant.clone(),
            country: said.country.clone(),
        }
    }
}

/// How many units one unit of the base buys.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::RateSheet")]
pub struct RateView {
    pub currency: String,
    pub rate: String,
}

impl RatesView {
    /// A day's rates, and whose they are.
    pub fn new(provider: RateProvider, sheet: &RateSheet) -> Self {
        let rate = |(currency, rate): &(domain::Currency, rust_decimal::Decimal)| RateView {
            currency: currency.to_string(),
            rate: rate.to_string(),
        };
        Self {
            provider: provider.name(),
            date: sheet.date.to_string(),
            base: sheet.base.to_string(),
            rates: sheet.rates.iter().map(rate).collect(),
        }
    }
}

/// What a shop says that a buyer paid.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::BuyerPayment")]
pub struct BuyerPaymentView {
    pub order_reference: String,
    pub method: String,
    pub instalments: u32,
    pub amount: MoneyView,
}

impl From<&BuyerPayment> for BuyerPaymentView {
    fn from(from: &BuyerPayment) -> Self {
        Self {
            order_reference: from.order_reference.clone(),
            method: from.method.clone(),
            instalments: from.instalments,
            amount: from.amount.into(),
        }
    }
}

/// How far an order has come.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::OrderStatus")]
pub struct OrderStatusView {
    pub order_reference: String,
    pub buyer: Option<String>,
    pub state: &'static str,
    pub approved: Option<String>,
    pub shipped: Option<String>,
    pub delivered: Option<String>,
    pub promised: Option<String>,
}

impl From<&OrderStatus> for OrderStatusView {
    fn from(from: &OrderStatus) -> Self {
        Self {
            order_reference: from.order_reference.clone(),
            buyer: text(from.buyer.as_ref()),
            state: from.state.name(),
            approved: text(from.approved.as_ref()),
            shipped: text(from.shipped.as_ref()),
            delivered: text(from.delivered.as_ref()),
            promised: text(from.promised.as_ref()),
        }
    }
}

/// A parcel.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Shipment")]
pub struct ShipmentView {
    pub order_reference: String,
    pub carrier: String,
    pub tracking: String,
    pub state: &'static str,
    pub shipped: Option<String>,
    pub delivered: Option<String>,
    pub promised: Option<String>,
    pub cost: Option<MoneyView>,
}

impl From<&Shipment> for ShipmentView {
    fn from(from: &Shipment) -> Self {
        Self {
            order_reference: from.order_reference.clone(),
            carrier: from.carrier.clone(),
            tracking: from.tracking.clone(),
            state: from.state.name(),
            shipped: text(from.shipped.as_ref()),
            delivered: text(from.delivered.as_ref()),
            promised: text(from.promised.as_ref()),
            cost: from.cost.map(MoneyView::from),
        }
    }
}

/// Goods that came or left.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::StockMovement")]
pub struct StockMovementView {
    pub stock_code: String,
    pub location: String,
    pub quantity: i64,
    pub reason: &'static str,
    pub unit_cost: Option<String>,
    pub reference: String,
}

impl From<&StockMovement> for StockMovementView {
    fn from(from: &StockMovement) -> Self {
        Self {
            stock_code: from.stock_code.clone(),
            location: from.location.clone(),
            quantity: from.quantity,
            reason: from.reason.name(),
            unit_cost: from.unit_cost.map(|cost| format!("{} {}", cost.amount, cost.currency)),
            reference: from.reference.clone(),
        }
    }
}

/// What a buyer thinks.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Review")]
pub struct ReviewView {
    pub order_reference: Option<String>,
    pub stock_code: Option<String>,
    pub reviewer: Option<String>,
    pub rating: u8,
    pub out_of: u8,
    pub title: String,
    pub text: String,
    pub language: Option<String>,
}

impl From<&Review> for ReviewView {
    fn from(from: &Review) -> Self {
        Self {
            order_reference: from.order_reference.clone(),
            stock_code: from.stock_code.clone(),
            reviewer: text(from.reviewer.as_ref()),
            rating: from.rating,
            out_of: from.out_of,
            title: from.title.clone(),
            text: from.text.clone(),
            language: from.language.clone(),
        }
    }
}

/// A day's price.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Price")]
pub struct PriceView {
    pub instrument: String,
    pub market: String,
    pub currency: Option<String>,
    pub date: String,
    pub close: String,
    pub open: Option<String>,
    pub high: Option<String>,
    pub low: Option<String>,
    pub adjusted: Option<String>,
    pub volume: Option<String>,
}

impl From<&Price> for PriceView {
    fn from(from: &Price) -> Self {
        Self {
            instrument: from.instrument.clone(),
            market: from.market.clone(),
            currency: text(from.currency.as_ref()),
            date: from.date.to_string(),
            close: from.close.to_string(),
            open: text(from.open.as_ref()),
            high: text(from.high.as_ref()),
            low: text(from.low.as_ref()),
            adjusted: text(from.adjusted.as_ref()),
            volume: text(from.volume.as_ref()),
        }
    }
}

/// A figure or text of a filed statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::StatementFact")]
pub struct StatementFactView {
    pub entity: String,
    pub concept: String,
    pub unit: String,
    pub period: String,
    pub value: Option<String>,
    pub accuracy: Option<String>,
    pub dimensions: Vec<(String, String)>,
    pub accession: String,
}

impl From<&StatementFact> for StatementFactView {
    fn from(from: &StatementFact) -> Self {
        Self {
            entity: from.entity.clone(),
            concept: from.concept.clone(),
            unit: from.unit.clone(),
            period: period(from.period),
            value: value(&from.value),
            accuracy: from.accuracy.map(accuracy),
            dimensions: from.dimensions.clone(),
            accession: from.accession.clone(),
        }
    }
}

/// `2022-12-31`, `2022-01-01/2022-12-31` or `forever`.
fn period(period: FactPeriod) -> String {
    match period {
        FactPeriod::Instant(date) => date.to_string(),
        FactPeriod::Duration { start, end } => format!("{start}/{end}"),
        FactPeriod::Forever => "forever".to_owned(),
    }
}

fn value(value: &FactValue) -> Option<String> {
    match value {
        FactValue::Number(number) => Some(number.to_string()),
        FactValue::Text(text) => Some(text.clone()),
        FactValue::Nil => None,
    }
}

fn accuracy(accuracy: Accuracy) -> String {
    match accuracy {
        Accuracy::Decimals(places) => format!("decimals {places}"),
        Accuracy::Precision(digits) => format!("precision {digits}"),
        Accuracy::Exact => "exact".to_owned(),
    }
}

/// Balances that the books go on from.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::TrialBalance")]
pub struct TrialBalanceView {
    pub cut_over: String,
    pub lines: Vec<TrialBalanceLineView>,
}

impl From<&TrialBalance> for TrialBalanceView {
    fn from(from: &TrialBalance) -> Self {
        Self { cut_over: from.cut_over.to_string(), lines: from.lines.iter().map(TrialBalanceLineView::from).collect() }
    }
}

/// The balance of one account.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::TrialBalanceLine")]
pub struct TrialBalanceLineView {
    pub account_code: String,
    pub account_name: String,
    pub amount: MoneyView,
    pub span: SpanView,
}

impl From<&TrialBalanceLine> for TrialBalanceLineView {
    fn from(from: &TrialBalanceLine) -> Self {
        Self {
            account_code: from.account_code.clone(),
            account_name: from.account_name.clone(),
            amount: from.amount.into(),
            span: from.span.into(),
        }
    }
}

fn text(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

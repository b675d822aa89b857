//! Events that post nothing by themselves: how far orders and parcels have come, stock, reviews, prices; and what a shop
//! says that a buyer paid.

use super::fields::Fields;
use super::parse::{Person, Said};
use crate::fault::Fault;
use domain::{
    BuyerPayment, Content, IssueRule, OrderState, OrderStatus, Price, Review, Shipment, ShipmentState, StockMovement,
    StockReason, UnitCost,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Stars of a review that says no scale.
const STARS: u8 = 5;

/// What an event of one of these types says.
pub(super) fn said(kind: &str, fields: &mut Fields<'_>, latest: Timestamp) -> Result<Said, Fault> {
    if kind == "price" {
        return price(fields, latest);
    }
    let read = match kind {
        "buyer_payment" => buyer_payment,
        "order_status" => order_status,
        "shipment" => shipment,
        "stock_movement" => stock_movement,
        "review" => review,
        _ => return Err(Fault::new(IssueRule::UnknownValue, "type", kind)),
    };
    let at = fields.instant("at", latest)?;
    let (content, person) = read(fields)?;
    Ok((at, content, person))
}

fn buyer_payment(fields: &mut Fields<'_>) -> Result<(Content, Person), Fault> {
    let currency = fields.currency("currency")?;
    let amount = fields.amount("amount", currency)?;
    if amount.minor <= 0 {
        return Err(Fault::new(IssueRule::InvalidNumber, "amount", amount.to_decimal().to_string()));
    }
    let payment = BuyerPayment {
        order_reference: fields.needed("order")?,
        method: fields.text("method")?,
        instalments: fields.optional_number("instalments")?.unwrap_or(1),
        amount,
    };
    Ok((Content::BuyerPayment(payment), None))
}

fn order_status(fields: &mut Fields<'_>) -> Result<(Content, Person), Fault> {
    let status = OrderStatus {
        order_reference: fields.needed("order")?,
        buyer: None,
        state: fields.word("state", &OrderState::ALL.map(|state| (state.name(), state)))?,
        approved: fields.optional_instant("approved")?,
        shipped: fields.optional_instant("shipped")?,
        delivered: fields.optional_instant("delivered")?,
        promised: fields.optional_instant("promised")?,
    };
    Ok((Content::OrderStatus(status), fields.optional("buyer")?))
}

fn shipment(fields: &mut Fields<'_>) -> Result<(Content, Person), Fault> {
    let cost = match fields.optional("currency")? {
        Some(code) => fields.optional_amount("cost", crate::fields::currency(&code, "currency")?)?,
        None => None,
    };
    let shipment = Shipment {
        order_reference: fields.text("order")?,
        carrier: fields.text("carrier")?,
        tracking: fields.text("tracking")?,
        state: fields.word("state", &ShipmentState::ALL.map(|state| (state.name(), state)))?,
        shipped: fields.optional_instant("shipped")?,
        delivered: fields.optional_instant("delivered")?,
        promised: fields.optional_instant("promised")?,
        cost,
    };
    Ok((Content::Shipment(shipment), None))
}

fn stock_movement(fields: &mut Fields<'_>) -> Result<(Content, Person), Fault> {
    let unit_cost = match fields.optional_decimal("unit_cost")? {
        Some(amount) => Some(UnitCost { amount, currency: fields.currency("currency")? }),
        None => None,
    };
    let movement = StockMovement {
        stock_code: fields.needed("stock_code")?,
        location: fields.text("location")?,
        quantity: fields.whole("quantity")?,
        reason: fields.word("reason", &StockReason::ALL.map(|reason| (reason.name(), reason)))?,
        unit_cost,
        reference: fields.text("reference")?,
    };
    Ok((Content::StockMovement(movement), None))
}

fn review(fields: &mut Fields<'_>) -> Result<(Content, Person), Fault> {
    let out_of = fields.optional_number("out_of")?.unwrap_or(STARS);
    let rating: u8 =
        fields.optional_number("rating")?.ok_or_else(|| Fault::new(IssueRule::MissingValue, "rating", ""))?;
    if !(1..=out_of).contains(&rating) {
        return Err(Fault::new(IssueRule::InvalidNumber, "rating", format!("{rating} of {out_of}")));
    }
    let review = Review {
        order_reference: fields.optional("order")?,
        stock_code: fields.optional("stock_code")?,
        reviewer: None,
        rating,
        out_of,
        title: fields.text("title")?,
        text: fields.text("text")?,
        language: fields.optional("language")?,
    };
    Ok((Content::Review(review), fields.optional("reviewer")?))
}

/// A price is of its day's first instant.
fn price(fields: &mut Fields<'_>, latest: Timestamp) -> Result<Said, Fault> {
    let date = fields.day("date")?;
    let first = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    let first = first.map_err(|_| Fault::new(IssueRule::InvalidTime, "date", date.to_string()))?;
    let at = fields.optional_instant("at")?.unwrap_or(first);
    if at.max(first) > latest {
        return Err(Fault::new(IssueRule::DateInFuture, "date", date.to_string()));
    }
    let currency = fields.optional("currency")?.map(|code| crate::fields::currency(&code, "currency")).transpose()?;
    let price = Price {
        instrument: fields.needed("instrument")?,
        market: fields.text("market")?,
        currency,
        date,
        close: fields.decimal("close")?,
        open: fields.optional_decimal("open")?,
        high: fields.optional_decimal("high")?,
        low: fields.optional_decimal("low")?,
        adjusted: fields.optional_decimal("adjusted")?,
        volume: fields.optional_decimal("volume")?,
    };
    Ok((at, Content::Price(price), None))
}

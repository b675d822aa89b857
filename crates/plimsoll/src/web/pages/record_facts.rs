//! What a fact says: orders, parcels, stock, reviews, rates, prices, and what other books say.

use super::super::call::Call;
use super::super::words::Word;
use super::parts;
use super::record_content::fact;
use crate::view::{
    AuthorisationView, BuyerPaymentView, OrderStatusView, PriceView, RatesView, RecordView, ReviewView, ShipmentView,
    StatementFactView, StockMovementView, TrialBalanceView,
};
use maud::{Markup, html};

pub(super) fn rates(call: &Call, sheet: &RatesView) -> Markup {
    html! {
        p { (call.phrase(sheet.provider)) " · " (sheet.date) " · 1 " (sheet.base) " =" }
        dl.card { @for rate in &sheet.rates { div { dt { (rate.currency) } dd { (rate.rate) } } } }
        @if sheet.rates.is_empty() { (parts::empty(call.word(Word::NoRates), "")) }
    }
}

pub(super) fn authorisation(call: &Call, said: &AuthorisationView) -> Markup {
    let latency = said.latency_ms.map(|ms| format!("{ms} ms"));
    html! {
        dl.card {
            div { dt { (call.word(Word::Amount)) } dd { (parts::money(call, &said.amount)) } }
            div { dt { (call.word(Word::Status)) } dd { (call.phrase(said.outcome)) } }
            (fact(call, Word::Reason, Some(&said.reason)))
            (fact(call, Word::Latency, latency.as_ref()))
            (fact(call, Word::Charge, said.charge.as_ref()))
            (fact(call, Word::OrderReference, said.order_reference.as_ref()))
            (fact(call, Word::Buyer, said.buyer.as_ref()))
            (fact(call, Word::Card, said.card.as_ref()))
            (fact(call, Word::Device, said.device.as_ref()))
            (fact(call, Word::Address, said.address.as_ref()))
            (fact(call, Word::Seller, Some(&said.seller)))
            (fact(call, Word::Merchant, Some(&said.merchant)))
            (fact(call, Word::Country, Some(&said.country)))
        }
    }
}

pub(super) fn buyer_payment(call: &Call, payment: &BuyerPaymentView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Amount)) } dd { (parts::money(call, &payment.amount)) } }
            (fact(call, Word::OrderReference, Some(&payment.order_reference)))
            (fact(call, Word::Method, Some(&payment.method)))
            (fact(call, Word::Instalments, Some(&payment.instalments.to_string())))
        }
    }
}

pub(super) fn order_status(call: &Call, order: &OrderStatusView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Status)) } dd { (call.phrase(order.state)) } }
            (fact(call, Word::OrderReference, Some(&order.order_reference)))
            (fact(call, Word::Buyer, order.buyer.as_ref()))
            (fact(call, Word::Approved, order.approved.as_ref()))
            (fact(call, Word::Shipped, order.shipped.as_ref()))
            (fact(call, Word::Delivered, order.delivered.as_ref()))
            (fact(call, Word::Promised, order.promised.as_ref()))
        }
    }
}

pub(super) fn shipment(call: &Call, parcel: &ShipmentView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Status)) } dd { (call.phrase(parcel.state)) } }
            (fact(call, Word::OrderReference, Some(&parcel.order_reference)))
            (fact(call, Word::Carrier, Some(&parcel.carrier)))
            (fact(call, Word::Tracking, Some(&parcel.tracking)))
            (fact(call, Word::Shipped, parcel.shipped.as_ref()))
            (fact(call, Word::Delivered, parcel.delivered.as_ref()))
            (fact(call, Word::Promised, parcel.promised.as_ref()))
            @if let Some(amount) = &parcel.cost { div { dt { (call.word(Word::Cost)) } dd { (parts::money(call, amount)) } } }
        }
    }
}

pub(super) fn stock_movement(call: &Call, movement: &StockMovementView) -> Markup {
    html! {
        dl.card {
            (fact(call, Word::StockCode, Some(&movement.stock_code)))
            (fact(call, Word::Quantity, Some(&movement.quantity.to_string().replace('-', "−"))))
            div { dt { (call.word(Word::Reason)) } dd { (call.phrase(movement.reason)) } }
            (fact(call, Word::Location, Some(&movement.location)))
            (fact(call, Word::UnitCost, movement.unit_cost.as_ref()))
            (fact(call, Word::Reference, Some(&movement.reference)))
        }
    }
}

pub(super) fn review(call: &Call, review: &ReviewView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Rating)) } dd { (review.rating) " / " (review.out_of) } }
            (fact(call, Word::OrderReference, review.order_reference.as_ref()))
            (fact(call, Word::StockCode, review.stock_code.as_ref()))
            (fact(call, Word::Buyer, review.reviewer.as_ref()))
            (fact(call, Word::Title, Some(&review.title)))
            (fact(call, Word::Text, Some(&review.text)))
            (fact(call, Word::Language, review.language.as_ref()))
        }
    }
}

pub(super) fn price(call: &Call, price: &PriceView) -> Markup {
    html! {
        dl.card {
            (fact(call, Word::Instrument, Some(&price.instrument)))
            (fact(call, Word::Market, Some(&price.market)))
            (fact(call, Word::Day, Some(&price.date)))
            (fact(call, Word::ClosingPrice, Some(&price.close)))
            (fact(call, Word::Currency, price.currency.as_ref()))
            (fact(call, Word::OpeningPrice, price.open.as_ref()))
            (fact(call, Word::HighestPrice, price.high.as_ref()))
            (fact(call, Word::LowestPrice, price.low.as_ref()))
            (fact(call, Word::AdjustedPrice, price.adjusted.as_ref()))
            (fact(call, Word::Volume, price.volume.as_ref()))
        }
    }
}

pub(super) fn statement_fact(call: &Call, filed: &StatementFactView) -> Markup {
    html! {
        dl.card {
            (fact(call, Word::Concept, Some(&filed.concept)))
            (fact(call, Word::Value, filed.value.as_ref()))
            (fact(call, Word::Unit, Some(&filed.unit)))
            (fact(call, Word::Period, Some(&filed.period)))
            (fact(call, Word::Entity, Some(&filed.entity)))
            (fact(call, Word::Accuracy, filed.accuracy.as_ref()))
            (fact(call, Word::Accession, Some(&filed.accession)))
            @for (axis, member) in &filed.dimensions { div { dt { (axis) } dd { (member) } } }
        }
    }
}

pub(super) fn trial_balance(call: &Call, record: &RecordView, balance: &TrialBalanceView) -> Markup {
    html! {
        dl.card { (fact(call, Word::CutOver, Some(&balance.cut_over))) }
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::Code)) } th scope="col" { (call.word(Word::Account)) }
                th.n scope="col" { (call.word(Word::Amount)) } th scope="col" { (call.word(Word::Source)) } } }
            tbody { @for line in &balance.lines {
                tr {
                    td { (line.account_code) } td { (line.account_name) }
                    td.n { (parts::money(call, &line.amount)) } td.nowrap { (parts::line(call, &record.file, line.span)) }
                }
            } }
        } }
    }
}

//! Events as JSON Lines.

use super::{VERSION, VERSION_FIELD, type_of};
use domain::{BankLine, Content, Invoice, Money, ProcessorLine};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// One event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Unique among the events of its type.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The buyer, customer, counterparty or reviewer in clear text: tokens in `content` are not written.
    pub person: Option<String>,
    /// What happened.
    pub content: Content,
}

/// The file of these events, one a line. What the form has no type for is left out.
pub fn write(events: &[Event]) -> Vec<u8> {
    let mut out = Vec::with_capacity(events.len() * 256);
    for event in events {
        if let Some(line) = line(event) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
    out
}

/// The version first, so that the form is recognised by its first bytes.
fn line(event: &Event) -> Option<String> {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), type_of(&event.content)?.into());
    fields.insert("id".to_owned(), event.id.clone().into());
    fields.insert("at".to_owned(), event.at.to_string().into());
    match &event.content {
        Content::Invoice(invoice) => put_invoice(&mut fields, invoice, event.person.as_deref()),
        Content::Processor(line) => put_processor(&mut fields, line, event.person.as_deref()),
        Content::Bank(line) => put_bank(&mut fields, line, event.person.as_deref()),
        other => put(&mut fields, fact(other, event.person.as_deref())?),
    }
    fields.retain(|_, value| !value.is_null());
    let rest = Value::Object(fields).to_string();
    Some(format!("{{\"{VERSION_FIELD}\":{VERSION},{}", &rest[1..]))
}

fn put(fields: &mut Map<String, Value>, values: Value) {
    if let Value::Object(values) = values {
        fields.extend(values);
    }
}

fn put_invoice(fields: &mut Map<String, Value>, invoice: &Invoice, buyer: Option<&str>) {
    let lines: Vec<Value> = invoice
        .lines
        .iter()
        .map(|line| {
            json!({
                "stock_code": line.stock_code, "description": line.description, "quantity": line.quantity,
                "unit_price": line.unit_price.to_string(),
            })
        })
        .collect();
    let Invoice { number, country, currency, .. } = invoice;
    put(
        fields,
        json!({ "number": number, "buyer": buyer, "country": country, "currency": currency.code(), "lines": lines }),
    );
}

fn put_processor(fields: &mut Map<String, Value>, line: &ProcessorLine, customer: Option<&str>) {
    put(
        fields,
        json!({
            "currency": line.gross.currency.code(), "gross": amount(line.gross), "fee": amount(line.fee),
            "net": amount(line.net), "object": line.source_id, "charge": line.charge, "payout": line.payout,
            "payout_at": line.payout_at.map(|at| at.to_string()), "order": line.order_reference,
            "customer": customer, "description": line.description,
            "presentment_amount": line.presentment.map(amount),
            "presentment_currency": line.presentment.map(|money| money.currency.code().to_owned()),
            "card_country": line.card_country.map(|country| country.to_string()),
        }),
    );
}

fn put_bank(fields: &mut Map<String, Value>, line: &BankLine, counterparty: Option<&str>) {
    let BankLine { account, reference, end_to_end, remittance, .. } = line;
    put(
        fields,
        json!({
            "account": account, "currency": line.amount.currency.code(), "amount": amount(line.amount),
            "booked": line.booked.to_string(), "reference": reference, "end_to_end": end_to_end,
            "remittance": remittance, "counterparty": counterparty,
        }),
    );
}

/// The fields of what posts nothing by itself.
fn fact(content: &Content, person: Option<&str>) -> Option<Value> {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let number = |number: Option<Decimal>| number.map(|number| number.to_string());
    Some(match content {
        Content::BuyerPayment(paid) => json!({
            "order": paid.order_reference, "method": paid.method, "instalments": paid.instalments,
            "amount": amount(paid.amount), "currency": paid.amount.currency.code(),
        }),
        Content::OrderStatus(order) => json!({
            "order": order.order_reference, "buyer": person, "state": order.state.name(),
            "approved": time(order.approved), "shipped": time(order.shipped), "delivered": time(order.delivered),
            "promised": time(order.promised),
        }),
        Content::Shipment(parcel) => json!({
            "order": parcel.order_reference, "carrier": parcel.carrier, "tracking": parcel.tracking,
            "state": parcel.state.name(), "shipped": time(parcel.shipped), "delivered": time(parcel.delivered),
            "promised": time(parcel.promised), "cost": parcel.cost.map(amount),
            "currency": parcel.cost.map(|cost| cost.currency.code().to_owned()),
        }),
        Content::StockMovement(stock) => json!({
            "stock_code": stock.stock_code, "location": stock.location, "quantity": stock.quantity,
            "reason": stock.reason.name(), "reference": stock.reference,
            "unit_cost": number(stock.unit_cost.map(|cost| cost.amount)),
            "currency": stock.unit_cost.map(|cost| cost.currency.code().to_owned()),
        }),
        Content::Review(review) => json!({
            "order": review.order_reference, "stock_code": review.stock_code, "reviewer": person,
            "rating": review.rating, "out_of": review.out_of, "title": review.title, "text": review.text,
            "language": review.language,
        }),
        Content::Price(price) => json!({
            "instrument": price.instrument, "market": price.market, "date": price.date.to_string(),
            "currency": price.currency.map(|currency| currency.code().to_owned()), "close": price.close.to_string(),
            "open": number(price.open), "high": number(price.high), "low": number(price.low),
            "adjusted": number(price.adjusted), "volume": number(price.volume),
        }),
        _ => return None,
    })
}

fn amount(money: Money) -> String {
    money.to_decimal().to_string()
}

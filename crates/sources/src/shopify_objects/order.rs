//! Orders, by the rules of the orders export.

use super::refund::{self, OfOrder};
use super::shipment;
use crate::Context;
use crate::fault::Fault;
use crate::json::{Fact, Object};
use crate::number;
use crate::shopify_orders::VOID;
use crate::shopify_orders::order::Order;
use domain::{Content, Currency, InvoiceLine, IssueRule, Money, Span};
use rust_decimal::Decimal;

/// An order, its refunds and its parcels.
pub(super) fn facts(object: &Object<'_>, span: Span, context: &mut Context<'_>) -> Vec<Result<Fact, Fault>> {
    if object.text("financial_status").is_some_and(|status| VOID.contains(&status.as_str())) {
        return Vec::new();
    }
    let (fact, order) = match read(object, span, context) {
        Ok(read) => read,
        Err(fault) => return vec![Err(fault)],
    };
    let refunds = object.list("refunds");
    let refunds = refunds.iter().map(|object| refund::fact(object, Some(&order), span, context));
    let mut facts: Vec<_> = std::iter::once(Ok(fact)).chain(refunds).collect();
    let (name, latest) = (object.text("name"), context.latest());
    let parcels = object.list("fulfillments");
    facts.extend(parcels.iter().map(|parcel| shipment::parcel(parcel, name.as_deref(), latest)));
    facts
}

fn read(object: &Object<'_>, span: Span, context: &mut Context<'_>) -> Result<(Fact, OfOrder), Fault> {
    let order = order(object, span, context)?;
    let at = order.at;
    let id = format!("shopify-orders:{}", order.name);
    let (country, currency) = (order.country.clone(), order.currency);
    let buyer = order.email.as_deref().map(|email| context.personal.token("customer", email, None));
    let (invoice, broken) = order.invoice(buyer)?;
    let fact = Fact { beside: broken, ..Fact::new(id, at, Content::Invoice(invoice)) };
    Ok((fact, OfOrder { buyer, country, currency }))
}

fn order(object: &Object<'_>, span: Span, context: &Context<'_>) -> Result<Order, Fault> {
    let currency = object.currency("currency")?;
    if !object.has("line_items") {
        return Err(Fault::new(IssueRule::MissingValue, "line_items", ""));
    }
    let items = object.list("line_items");
    Ok(Order {
        name: object.needed("name")?,
        at: object.instant("created_at", context.latest())?,
        span,
        rows: 1,
        void: false,
        email: object.text("email").or_else(|| object.text("contact_email")).map(|email| email.to_lowercase()),
        country: country(object),
        currency,
        total: object.amount("total_price", currency)?,
        shipping: sum(&object.list("shipping_lines"), "price", currency)?,
        duties: duties(object, currency)?,
        taxes: object.amount_or_zero("total_tax", currency)?,
        discount: object.amount_or_zero("total_discounts", currency)?,
        item_discounts: Decimal::ZERO,
        priced: true,
        lines: items.iter().map(|item| line(item, span, 1)).collect::<Result<_, _>>()?,
    })
}

/// Two letters of where it is sent, else of who is billed.
fn country(object: &Object<'_>) -> String {
    let of = |name: &str| object.object(name)?.text("country_code");
    of("shipping_address").or_else(|| of("billing_address")).unwrap_or_default()
}

fn sum(objects: &[Object<'_>], name: &str, currency: Currency) -> Result<Money, Fault> {
    let overflow = || Fault::new(IssueRule::AmountOverflow, name, "");
    objects.iter().try_fold(Money::zero(currency), |sum, object| {
        let minor = sum.minor.checked_add(object.amount(name, currency)?.minor).ok_or_else(overflow)?;
        Ok(Money::new(minor, currency))
    })
}

fn duties(object: &Object<'_>, currency: Currency) -> Result<Money, Fault> {
    let of_shop = object.object("original_total_duties_set").and_then(|set| set.object("shop_money"));
    of_shop.map_or(Ok(Money::zero(currency)), |money| money.amount_or_zero("amount", currency))
}

/// A line item of an order, or with `sign` −1 of a refund.
pub(super) fn line(item: &Object<'_>, span: Span, sign: i64) -> Result<InvoiceLine, Fault> {
    let description = item.text("name").map_or_else(|| item.needed("title"), Ok)?;
    let quantity = item.needed("quantity")?;
    let count: i64 =
        quantity.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, "quantity", quantity.as_str()))?;
    let price = item.needed("price")?;
    let unit_price =
        number::decimal(&price).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, "price", price.as_str()))?;
    let overflow = || Fault::new(IssueRule::AmountOverflow, "quantity", quantity.as_str());
    Ok(InvoiceLine {
        stock_code: item.text("sku").unwrap_or_else(|| description.clone()),
        description,
        quantity: count.checked_mul(sign).ok_or_else(overflow)?,
        unit_price,
        span,
    })
}

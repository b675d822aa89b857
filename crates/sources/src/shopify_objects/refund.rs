//! Refunds as credit notes.

use super::order::line;
use crate::Context;
use crate::fault::Fault;
use crate::json::{Fact, Object};
use domain::{Content, Currency, Invoice, InvoiceLine, IssueRule, Span, Token};
use rust_decimal::Decimal;

/// What the order knows of its refunds.
pub(super) struct OfOrder {
    pub(super) buyer: Option<Token>,
    pub(super) country: String,
    pub(super) currency: Currency,
}

pub(super) fn fact(
    refund: &Object<'_>,
    order: Option<&OfOrder>,
    span: Span,
    context: &mut Context<'_>,
) -> Result<Fact, Fault> {
    let id = refund.needed("id")?;
    let at = refund.instant("created_at", context.latest())?;
    let paid = paid(refund);
    let currency = match (order, paid.first()) {
        (Some(order), _) => order.currency,
        (None, Some(transaction)) if transaction.text("currency").is_some() => transaction.currency("currency")?,
        _ => context.settings.currency,
    };
    let (lines, broken) = lines(refund, &paid, currency, span)?;
    let invoice = Invoice {
        number: format!("R{id}"),
        buyer: order.and_then(|order| order.buyer),
        country: order.map(|order| order.country.clone()).unwrap_or_default(),
        currency,
        lines,
    };
    Ok(Fact { beside: broken, ..Fact::new(format!("shopify-refunds:{id}"), at, Content::Invoice(invoice)) })
}

/// The transactions that gave money back.
fn paid<'a>(refund: &Object<'a>) -> Vec<Object<'a>> {
    let mut paid = refund.list("transactions");
    paid.retain(|paid| {
        let is = |name: &str, word: &str| paid.text(name).as_deref() == Some(word);
        is("kind", "refund") && is("status", "success")
    });
    paid
}

/// The lines, and what is off where they do not sum to what was paid back.
fn lines(
    refund: &Object<'_>,
    paid: &[Object<'_>],
    currency: Currency,
    span: Span,
) -> Result<(Vec<InvoiceLine>, Option<Fault>), Fault> {
    let mut lines = Vec::new();
    let (mut goods, mut tax) = (Decimal::ZERO, Decimal::ZERO);
    for item in refund.list("refund_line_items") {
        let (line, left) = item_line(&item, currency, span)?;
        let full = amount_of(&line)?;
        let owed = left.unwrap_or(full);
        goods = add(goods, owed)?;
        tax = add(tax, -item.amount_or_zero("total_tax", currency)?.to_decimal())?;
        lines.push(line);
        push(&mut lines, "DISCOUNT", add(owed, -full)?, span);
    }
    for adjustment in refund.list("order_adjustments") {
        let code =
            if adjustment.text("kind").as_deref() == Some("shipping_refund") { "SHIPPING" } else { "ADJUSTMENT" };
        let amount = adjustment.amount_or_zero("amount", currency)?.to_decimal();
        goods = add(goods, amount)?;
        tax = add(tax, adjustment.amount_or_zero("tax_amount", currency)?.to_decimal())?;
        push(&mut lines, code, amount, span);
    }
    let mut back = Decimal::ZERO;
    for transaction in paid {
        back = add(back, -transaction.amount("amount", currency)?.to_decimal())?;
    }
    if lines.is_empty() {
        push(&mut lines, "REFUND", back, span);
        return Ok((lines, None));
    }
    let on_top = add(goods, tax)?;
    let included = !paid.is_empty() && on_top != back && goods == back;
    if !included {
        push(&mut lines, "TAX", tax, span);
    }
    let broken = (!paid.is_empty() && !included && on_top != back).then(|| off(on_top, back));
    Ok((lines, broken))
}

/// A line item that came back, and what is owed for it where the refund says so, negative.
fn item_line(item: &Object<'_>, currency: Currency, span: Span) -> Result<(InvoiceLine, Option<Decimal>), Fault> {
    let sold = item.object("line_item").ok_or_else(|| Fault::new(IssueRule::MissingValue, "line_item", ""))?;
    let mut line = line(&sold, span, -1)?;
    let quantity = item.needed("quantity")?;
    let count: i64 =
        quantity.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, "quantity", quantity.as_str()))?;
    line.quantity = count.checked_neg().ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "quantity", quantity))?;
    let said = item.text("subtotal").map(|_| item.amount("subtotal", currency)).transpose()?;
    Ok((line, said.map(|owed| -owed.to_decimal())))
}

fn amount_of(line: &InvoiceLine) -> Result<Decimal, Fault> {
    let amount = line.unit_price.checked_mul(Decimal::from(line.quantity));
    amount.ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "price", ""))
}

fn add(sum: Decimal, amount: Decimal) -> Result<Decimal, Fault> {
    sum.checked_add(amount).ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "amount", ""))
}

fn push(lines: &mut Vec<InvoiceLine>, code: &str, amount: Decimal, span: Span) {
    if !amount.is_zero() {
        let (stock_code, description) = (code.to_owned(), String::new());
        lines.push(InvoiceLine { stock_code, description, quantity: 1, unit_price: amount, span });
    }
}

fn off(lines: Decimal, paid: Decimal) -> Fault {
    let value = format!("lines sum to {lines}, the transactions to {paid}: {} apart", lines - paid);
    Fault::new(IssueRule::IdentityBroken, "transactions", value)
}

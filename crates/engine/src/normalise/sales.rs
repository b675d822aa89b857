//! Invoices in standard form.

use super::bounds::{MOST_MINOR, Refused, check_currency};
use crate::document::{SalesDocument, SalesKind, SalesLine};
use domain::{Currency, Invoice, InvoiceLine, LineNature, Money, Policy, RecordId, WrittenCountry};
use rust_decimal::Decimal;

/// The invoice in standard form. All its lines together, each without its sign, are within [`MOST_MINOR`], so that no
/// sum over some of them overflows.
pub(super) fn standard_form(policy: &Policy, id: &RecordId, invoice: &Invoice) -> Result<SalesDocument, Refused> {
    check_currency("currency", invoice.currency)?;
    let mut lines = Vec::with_capacity(invoice.lines.len());
    let mut moved = 0_i64;
    for line in &invoice.lines {
        let overflow = || Refused::overflow("unit_price", Some(line.span));
        let standard = standard_line(policy, invoice.currency, line).ok_or_else(overflow)?;
        moved = moved.checked_add(standard.amount.minor.checked_abs().ok_or_else(overflow)?).ok_or_else(overflow)?;
        if moved > MOST_MINOR {
            return Err(overflow());
        }
        lines.push(standard);
    }
    let total = sum(&lines, invoice.currency, |_| true);
    let due = sum(&lines, invoice.currency, by_processor);
    Ok(SalesDocument {
        number: invoice.number.clone(),
        kind: kind(policy, numbered(id, invoice), &lines, total),
        buyer: invoice.buyer,
        country: WrittenCountry::of(invoice.country.as_str()),
        lines,
        total,
        due,
    })
}

/// Sources whose invoices tell by their sign what they are, by the word before the colon of their ids.
const TOLD_BY_SIGN: [&str; 4] = ["event", "olist", "shopify-orders", "shopify-refunds"];

/// The number where it tells what an invoice is; else nothing.
fn numbered<'a>(id: &RecordId, invoice: &'a Invoice) -> &'a str {
    let source = id.as_str().split(':').next().unwrap_or_default();
    if TOLD_BY_SIGN.contains(&source) { "" } else { &invoice.number }
}

fn kind(policy: &Policy, number: &str, lines: &[SalesLine], total: Money) -> SalesKind {
    if lines.iter().all(|line| line.amount.minor == 0) {
        SalesKind::StockCorrection
    } else if begins(number, &policy.adjustment_prefix) {
        SalesKind::Adjustment
    } else if begins(number, &policy.credit_note_prefix) || total.minor < 0 {
        SalesKind::CreditNote
    } else {
        SalesKind::Sale
    }
}

fn begins(number: &str, prefix: &str) -> bool {
    !prefix.is_empty() && number.starts_with(prefix)
}

/// None where the amount does not fit.
fn standard_line(policy: &Policy, currency: Currency, line: &InvoiceLine) -> Option<SalesLine> {
    let amount = Money::from_decimal(line.unit_price.checked_mul(Decimal::from(line.quantity))?, currency)?;
    let stock_code = line.stock_code.trim().to_uppercase();
    let nature = nature(policy, &stock_code);
    Some(SalesLine { stock_code, quantity: line.quantity, amount, nature })
}

fn nature(policy: &Policy, stock_code: &str) -> LineNature {
    let fits = |pattern: &str| match pattern.to_uppercase().strip_suffix('*') {
        Some(prefix) => stock_code.starts_with(prefix),
        None => stock_code.eq_ignore_ascii_case(pattern),
    };
    policy.line_rules.iter().find(|rule| fits(&rule.stock_code)).map_or(LineNature::Goods, |rule| rule.nature)
}

fn by_processor(line: &SalesLine) -> bool {
    !matches!(line.nature, LineNature::OutsideProcessor(_))
}

fn sum(lines: &[SalesLine], currency: Currency, counts: impl Fn(&SalesLine) -> bool) -> Money {
    Money::new(lines.iter().filter(|line| counts(line)).map(|line| line.amount.minor).sum(), currency)
}

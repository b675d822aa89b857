//! Invoices in standard form.

use crate::document::{SalesDocument, SalesKind, SalesLine};
use domain::{Currency, Invoice, InvoiceLine, LineNature, Money, Policy, Span};
use rust_decimal::Decimal;

/// The invoice in standard form, or the span of the line that overflows.
pub(super) fn standard_form(policy: &Policy, invoice: &Invoice) -> Result<SalesDocument, Span> {
    let lines: Vec<SalesLine> =
        invoice.lines.iter().map(|line| standard_line(policy, invoice.currency, line)).collect::<Result<_, _>>()?;
    let first = invoice.lines.first().map(|line| line.span).unwrap_or_default();
    let total = sum(&lines, invoice.currency, |_| true).ok_or(first)?;
    let due = sum(&lines, invoice.currency, by_processor).ok_or(first)?;
    Ok(SalesDocument {
        number: invoice.number.clone(),
        kind: kind(&invoice.number, &lines, total),
        buyer: invoice.buyer,
        country: invoice.country.clone(),
        lines,
        total,
        due,
    })
}

fn kind(number: &str, lines: &[SalesLine], total: Money) -> SalesKind {
    if lines.iter().all(|line| line.amount.minor == 0) {
        SalesKind::StockCorrection
    } else if number.starts_with('A') {
        SalesKind::Adjustment
    } else if number.starts_with('C') || total.minor < 0 {
        SalesKind::CreditNote
    } else {
        SalesKind::Sale
    }
}

fn standard_line(policy: &Policy, currency: Currency, line: &InvoiceLine) -> Result<SalesLine, Span> {
    let exact = line.unit_price.checked_mul(Decimal::from(line.quantity));
    let amount = exact.and_then(|exact| Money::from_decimal(exact, currency)).ok_or(line.span)?;
    let stock_code = line.stock_code.trim().to_uppercase();
    let nature = nature(policy, &stock_code);
    Ok(SalesLine { stock_code, quantity: line.quantity, amount, nature })
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

fn sum(lines: &[SalesLine], currency: Currency, counts: impl Fn(&SalesLine) -> bool) -> Option<Money> {
    let minor =
        lines.iter().filter(|line| counts(line)).try_fold(0_i64, |sum, line| sum.checked_add(line.amount.minor));
    minor.map(|minor| Money::new(minor, currency))
}

//! Records to documents in standard form.
//!
//! Charge: decides what a sales record *is*, rounds each line once, and tells goods from pseudo-products by the
//! policy's line rules. Limits: it looks at one record and the policy, at nothing else. What the books cannot hold is
//! an issue: amounts beyond [`MOST_MINOR`] or of no known currency, a processor's line whose net is not its gross less its fee, and a trial
//! balance whose debits are not its credits. The accounts of a trial balance are ours by the policy's account rules;
//! what none fits stands in suspense.
//!
//! What moves no money and settles nothing is a fact and passes as it is.
//!
//! Rules for sales records, by the first that fits:
//! 1. Every line is worth nothing: stock correction (negative quantities without price, free replacements).
//! 2. The number begins with the policy's prefix for adjustments: adjustment (bad debts written by hand).
//! 3. The number begins with the policy's prefix for credit notes, or the total is negative: credit note.
//! 4. Otherwise: sale.
//!
//! The prefixes are for tables of invoices, where the number tells what a row is. Of events and of sources that tell it by
//! the sign alone an invoice may have any number.
//!
//! Example: 3 × £0.335 and 1 × `POST` £5.00 make lines of £1.00 (half to even) and £5.00, a sale of £6.00.

mod bounds;
mod opening;
mod sales;
#[cfg(test)]
mod tests;

pub use bounds::MOST_MINOR;

use crate::document::{Document, Kind};
use bounds::Refused;
use domain::{Content, Issue, Policy, RateProvider, Record, Stage};

/// One record in standard form.
///
/// # Errors
/// An issue that names the row, and the amount where one is to blame.
pub fn normalise(policy: &Policy, record: &Record) -> Result<Document, Issue> {
    let kind = kind(policy, record).map_err(|refused| issue(record, &refused))?;
    Ok(Document { id: record.id.clone(), at: record.at, kind })
}

fn kind(policy: &Policy, record: &Record) -> Result<Kind, Refused> {
    Ok(match &record.content {
        Content::Invoice(invoice) => Kind::Sales(sales::standard_form(policy, &record.id, invoice)?),
        Content::Processor(line) => {
            bounds::check_processor_line(line)?;
            Kind::Processor(line.clone())
        }
        Content::PayoutNamed(named) => {
            bounds::check_amount("net", named.net)?;
            Kind::PayoutNamed(named.clone())
        }
        Content::Bank(line) => {
            bounds::check_amount("amount", line.amount)?;
            Kind::Bank(line.clone())
        }
        Content::BuyerPayment(payment) => {
            bounds::check_amount("amount", payment.amount)?;
            Kind::BuyerPayment(payment.clone())
        }
        Content::Rates(sheet) => Kind::Rates(RateProvider::EuropeanCentralBank, sheet.clone()),
        Content::UserRates(sheet) => Kind::Rates(RateProvider::User, sheet.clone()),
        Content::Authorisation(authorisation) => {
            bounds::check_amount("amount", authorisation.amount)?;
            Kind::Authorisation(authorisation.clone())
        }
        Content::OrderStatus(_) => Kind::OrderStatus,
        Content::StockMovement(stock) => {
            bounds::check_stock(stock)?;
            Kind::Stock(stock.clone())
        }
        Content::Shipment(_) | Content::Review(_) | Content::Price(_) | Content::StatementFact(_) => Kind::Fact,
        Content::TrialBalance(balance) => Kind::Opening(opening::standard_form(policy, balance)?),
    })
}

fn issue(record: &Record, refused: &Refused) -> Issue {
    Issue {
        stage: Stage::Normalise,
        rule: refused.rule,
        file: record.file,
        span: refused.span.unwrap_or(record.span),
        rows: 0,
        column: refused.column.to_owned(),
        value: record.id.to_string(),
    }
}

//! Records to documents in standard form.
//!
//! Charge: decides what a sales record *is*, rounds each line once, and tells goods from pseudo-products by the
//! policy's line rules. Limits: it looks at one record and the policy, at nothing else.
//!
//! Rules, by the first that fits:
//! 1. Every line is worth nothing: stock correction (negative quantities without price, free replacements).
//! 2. The number starts with `A`: adjustment (bad debts written by hand).
//! 3. The number starts with `C`, or the total is negative: credit note.
//! 4. Otherwise: sale.
//!
//! Example: 3 × £0.335 and 1 × `POST` £5.00 make lines of £1.00 (half to even) and £5.00, a sale of £6.00.

mod sales;
#[cfg(test)]
mod tests;

use crate::document::{Document, Kind};
use domain::{Content, Issue, IssueRule, Policy, Record, Span, Stage};

/// One record in standard form.
///
/// # Errors
/// An issue that names the line whose amount does not fit 64 bits of minor units.
pub fn normalise(policy: &Policy, record: &Record) -> Result<Document, Issue> {
    let kind = match &record.content {
        Content::Invoice(invoice) => {
            Kind::Sales(sales::standard_form(policy, invoice).map_err(|span| overflow(record, span))?)
        }
        Content::Processor(line) => Kind::Processor(line.clone()),
        Content::Bank(line) => Kind::Bank(line.clone()),
        Content::Rates(sheet) => Kind::Rates(sheet.clone()),
    };
    Ok(Document { id: record.id.clone(), at: record.at, kind })
}

fn overflow(record: &Record, span: Span) -> Issue {
    Issue {
        stage: Stage::Normalise,
        rule: IssueRule::AmountOverflow,
        file: record.file,
        span,
        rows: 0,
        column: String::new(),
        value: record.id.to_string(),
    }
}

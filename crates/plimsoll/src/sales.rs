//! Sales and credit notes as they were posted, seen from two sides: what a marketplace owes each seller, and what is owed
//! of sales tax in each country.
//!
//! Each document counts under the policy that held when it came. Amounts are as people read them: what is sold is positive,
//! what is credited negative.
//!
//! Example: 10.00 of a seller's goods at 12.5 % commission, of which 4.00 come back: sales 10.00, returns −4.00, commission
//! 0.75, owed 5.25. A sale of 100.00 to Germany with 19.00 of tax, another of 50.00 with 9.50 that the marketplace keeps:
//! taxable 150.00, charged 28.50, withheld 9.50, owed 19.00.

use crate::period::{self, Period};
use crate::view::MoneyView;
use crate::view::csv::{cell, plain};
use domain::seller::{SellerRule, seller_of};
use domain::{Account, Body, Content, Currency, LineNature, Policy, Record};
use engine::document::{Kind, SalesDocument, SalesKind, SalesLine};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::{Reader, StoreError};

/// What a seller is owed in a currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct SellerView {
    pub seller: String,
    pub currency: String,
    /// Owed before the period.
    pub opening: MoneyView,
    pub sales: MoneyView,
    pub returns: MoneyView,
    pub commission: MoneyView,
    /// Owed at its end.
    pub closing: MoneyView,
}

/// A line of a seller's statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct SellerLineView {
    pub at: String,
    pub record: String,
    pub number: String,
    pub stock_code: String,
    pub quantity: i64,
    pub amount: MoneyView,
    pub commission: MoneyView,
    pub owed: MoneyView,
    /// `file:line` of its row.
    pub source_line: String,
}

/// Sales tax of a country and currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct TaxView {
    /// Its code where it is known, else as it is written.
    pub jurisdiction: String,
    pub currency: String,
    pub documents: u64,
    /// Sold, less what was credited, without the tax.
    pub taxable: MoneyView,
    pub charged: MoneyView,
    /// What a marketplace kept of it, to pay it itself.
    pub withheld: MoneyView,
    pub owed: MoneyView,
}

#[derive(Default)]
struct Owed {
    opening: i128,
    sales: i128,
    returns: i128,
    commission: i128,
}

#[derive(Default)]
struct Tax {
    documents: u64,
    taxable: i128,
    charged: i128,
    withheld: i128,
}

/// Every seller over a period, by name and currency.
///
/// # Errors
/// When the journal cannot be read.
pub fn sellers(reader: &Reader, period: Period) -> Result<Vec<SellerView>, StoreError> {
    let mut all: BTreeMap<(String, Currency), Owed> = BTreeMap::new();
    each(reader, |policy, record, sales| {
        let day = period::day(record.at);
        for line in sales.lines.iter().filter(|_| day <= period.to) {
            let Some(rule) = seller(policy, line, record) else { continue };
            let owed = all.entry((rule.seller.clone(), line.amount.currency)).or_default();
            let (amount, commission) = (i128::from(line.amount.minor), i128::from(rule.commission(line.amount).minor));
            match (day < period.from, sales.kind) {
                (true, _) => owed.opening += amount - commission,
                (false, SalesKind::CreditNote) => owed.returns += amount,
                (false, _) => owed.sales += amount,
            }
            if day >= period.from {
                owed.commission += commission;
            }
        }
    })?;
    Ok(all.into_iter().map(|((seller, currency), owed)| owed.view(seller, currency)).collect())
}

/// The lines of a seller within a period, in order of arrival.
///
/// # Errors
/// When the journal cannot be read.
pub fn seller_lines(reader: &Reader, name: &str, period: Period) -> Result<Vec<SellerLineView>, StoreError> {
    let mut lines = Vec::new();
    each(reader, |policy, record, sales| {
        let Content::Invoice(invoice) = &record.content else { return };
        if !(period.from..=period.to).contains(&period::day(record.at)) {
            return;
        }
        for (line, written) in sales.lines.iter().zip(&invoice.lines) {
            let Some(rule) = seller(policy, line, record).filter(|rule| rule.seller == name) else { continue };
            let commission = rule.commission(line.amount);
            let owed = MoneyView::new(i128::from(line.amount.minor - commission.minor), line.amount.currency);
            let view = SellerLineView {
                at: record.at.to_string(),
                record: record.id.to_string(),
                number: sales.number.clone(),
                stock_code: line.stock_code.clone(),
                quantity: line.quantity,
                amount: line.amount.into(),
                commission: commission.into(),
                owed,
                source_line: written.span.line.to_string(),
            };
            lines.push((record.file, view));
        }
    })?;
    let place = |(file, view): (domain::Digest, SellerLineView)| {
        let name = reader.file(&file)?.map_or_else(String::new, |file| file.name);
        Ok(SellerLineView { source_line: format!("{name}:{}", view.source_line), ..view })
    };
    lines.into_iter().map(place).collect()
}

/// Sales tax of a period, by jurisdiction and currency. Those in which no tax was charged are told too.
///
/// # Errors
/// When the journal cannot be read.
pub fn taxes(reader: &Reader, period: Period) -> Result<Vec<TaxView>, StoreError> {
    let mut all: BTreeMap<(String, Currency), Tax> = BTreeMap::new();
    each(reader, |_, record, sales| {
        if (period.from..=period.to).contains(&period::day(record.at)) {
            all.entry((sales.country.key(), sales.total.currency)).or_default().add(sales);
        }
    })?;
    Ok(all.into_iter().map(|((jurisdiction, currency), tax)| tax.view(jurisdiction, currency)).collect())
}

/// Every sale and credit note that was posted, in the order of the journal.
fn each(reader: &Reader, mut tell: impl FnMut(&Policy, &Record, &SalesDocument)) -> Result<(), StoreError> {
    let mut policy = Policy::default();
    for batch in reader.batches() {
        for event in batch?.1.events {
            match event.body {
                Body::PolicyInstalled(installed) => policy = *installed,
                Body::Record(record) if matches!(record.content, Content::Invoice(_)) => {
                    // What the books could not hold was an issue, and was not posted.
                    let Ok(document) = engine::normalise::normalise(&policy, &record) else { continue };
                    let Kind::Sales(sales) = document.kind else { continue };
                    if matches!(sales.kind, SalesKind::Sale | SalesKind::CreditNote) {
                        tell(&policy, &record, &sales);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn seller<'p>(policy: &'p Policy, line: &SalesLine, record: &Record) -> Option<&'p SellerRule> {
    let of = || seller_of(&policy.seller_rules, &line.stock_code, period::day(record.at));
    if line.nature == LineNature::Goods { of() } else { None }
}

impl Owed {
    fn view(self, seller: String, currency: Currency) -> SellerView {
        let money = |minor| MoneyView::new(minor, currency);
        SellerView {
            seller,
            currency: currency.code().to_owned(),
            opening: money(self.opening),
            sales: money(self.sales),
            returns: money(self.returns),
            commission: money(self.commission),
            closing: money(self.opening + self.sales + self.returns - self.commission),
        }
    }
}

impl Tax {
    fn add(&mut self, sales: &SalesDocument) {
        self.documents += 1;
        for line in &sales.lines {
            let minor = i128::from(line.amount.minor);
            match line.nature {
                LineNature::Booked(Account::SalesTax) => self.charged += minor,
                // What a marketplace keeps stands against what it charged.
                LineNature::OutsideProcessor(Account::SalesTax) if (minor < 0) == (sales.total.minor < 0) => {
                    self.charged += minor;
                }
                LineNature::OutsideProcessor(Account::SalesTax) => self.withheld -= minor,
                LineNature::OutsideProcessor(account) | LineNature::Booked(account) if !account.class().is_result() => {
                }
                _ => self.taxable += minor,
            }
        }
    }

    fn view(self, jurisdiction: String, currency: Currency) -> TaxView {
        let money = |minor| MoneyView::new(minor, currency);
        TaxView {
            jurisdiction,
            currency: currency.code().to_owned(),
            documents: self.documents,
            taxable: money(self.taxable),
            charged: money(self.charged),
            withheld: money(self.withheld),
            owed: money(self.charged - self.withheld),
        }
    }
}

/// Sellers as comma-separated values.
pub fn sellers_csv(sellers: &[SellerView]) -> String {
    let mut out = "seller,currency,opening,sales,returns,commission,closing\n".to_owned();
    for view in sellers {
        let SellerView { opening, sales, returns, commission, closing, .. } = view;
        let amounts = [opening, sales, returns, commission, closing].map(plain).join(",");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{},{},{amounts}", cell(&view.seller), view.currency);
    }
    out
}

/// Taxes as comma-separated values.
pub fn taxes_csv(taxes: &[TaxView]) -> String {
    let mut out = "jurisdiction,currency,documents,taxable,charged,withheld,owed\n".to_owned();
    for view in taxes {
        let amounts = [&view.taxable, &view.charged, &view.withheld, &view.owed].map(plain).join(",");
        let _ = writeln!(out, "{},{},{},{amounts}", cell(&view.jurisdiction), view.currency, view.documents);
    }
    out
}

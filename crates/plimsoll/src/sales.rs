//! Sales and credit notes as they were posted, each under the policy that held when it came; and what is owed of sales tax
//! in each country.
//!
//! Amounts are as people read them: what is sold is positive, what is credited negative.
//!
//! Example: a sale of 100.00 to Germany with 19.00 of tax, another of 50.00 with 9.50 that the marketplace keeps: taxable
//! 150.00, charged 28.50, withheld 9.50, owed 19.00.

use crate::period::{self, Period};
use crate::view::MoneyView;
use crate::view::csv::{cell, plain};
use domain::seller::Sellers;
use domain::{Account, Body, Content, Currency, LineNature, Policy, Record};
use engine::document::{Kind, SalesDocument, SalesKind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::{Reader, StoreError};

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
struct Tax {
    documents: u64,
    taxable: i128,
    charged: i128,
    withheld: i128,
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
pub(crate) fn each(reader: &Reader, mut tell: impl FnMut(&Sellers, &Record, &SalesDocument)) -> Result<(), StoreError> {
    let (mut policy, mut sellers) = (Policy::default(), Sellers::default());
    for batch in reader.batches() {
        for event in batch?.1.events {
            match event.body {
                Body::PolicyInstalled(installed) => {
                    sellers = Sellers::of(&installed.seller_rules);
                    policy = *installed;
                }
                Body::Record(record) if matches!(record.content, Content::Invoice(_)) => {
                    // What the books could not hold was an issue, and was not posted.
                    let Ok(document) = engine::normalise::normalise(&policy, &record) else { continue };
                    let Kind::Sales(sales) = document.kind else { continue };
                    if matches!(sales.kind, SalesKind::Sale | SalesKind::CreditNote) {
                        tell(&sellers, &record, &sales);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
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

/// Taxes as comma-separated values.
pub fn taxes_csv(taxes: &[TaxView]) -> String {
    let mut out = "jurisdiction,currency,documents,taxable,charged,withheld,owed\n".to_owned();
    for view in taxes {
        let amounts = [&view.taxable, &view.charged, &view.withheld, &view.owed].map(plain).join(",");
        let _ = writeln!(out, "{},{},{},{amounts}", cell(&view.jurisdiction), view.currency, view.documents);
    }
    out
}

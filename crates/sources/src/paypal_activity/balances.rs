//! The running balance of each currency, where the file has a `Balance`.

use crate::csv_rows::Row;
use crate::fields::optional;
use crate::number_style::NumberStyle;
use crate::running_balance::{self, Link};
use crate::tie_out::content_of;
use domain::{Content, Currency, Digest, Issue, Record};
use std::collections::BTreeMap;

/// The balance's column in PayPal's languages.
pub(super) const COLUMN: [&str; 4] = ["Balance", "Guthaben", "Saldo", "余额"];

/// Rows with their balances, as far as they were read.
pub(super) struct Balances {
    column: Option<usize>,
    style: NumberStyle,
    links: BTreeMap<Currency, Vec<Option<Link>>>,
}

impl Balances {
    pub(super) fn new(column: Option<usize>, style: NumberStyle) -> Self {
        Self { column, style, links: BTreeMap::new() }
    }

    /// A row that moved its currency's balance. A balance that is no number is none: no figure hangs on it.
    pub(super) fn keep(&mut self, row: &Row<'_>, record: &Record) {
        let Content::Processor(line) = &record.content else { return };
        let currency = line.net.currency;
        let balance = optional(row, self.column).and_then(|text| self.style.amount(&text, currency).ok());
        let content = content_of(&[&record.at.to_string(), &line.description, &line.gross.to_string()]);
        let link = Link { account: String::new(), amount: line.net, balance, content, span: row.span };
        self.links.entry(currency).or_default().push(Some(link));
    }

    /// A row that was not read may have moved any balance.
    pub(super) fn fail(&mut self) {
        for links in self.links.values_mut() {
            links.push(None);
        }
    }

    /// The first row of each currency whose balance is not the one before and its net. Where most rows part, they do
    /// not stand in the order of the balances, and nothing is known.
    pub(super) fn issues(&self, file: Digest) -> Vec<Issue> {
        let broken = self.links.values().filter_map(|links| {
            let broken = running_balance::check(links, "Balance").err()?;
            (2 * broken.rows < links.len()).then(|| broken.fault.holding(file, broken.span, 0))
        });
        broken.collect()
    }
}

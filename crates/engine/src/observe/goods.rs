//! What is known of goods: how often each stock code was sold, and credited.

use crate::document::{SalesDocument, SalesLine};
use domain::LineNature;
use std::collections::BTreeMap;

/// A stock code as a number.
pub(super) type StockId = u32;

/// One stock code's history.
#[derive(Clone, Copy, Debug, Default)]
struct Stock {
    sale_lines: u32,
    credit_lines: u32,
    units: i64,
}

/// All stock codes.
#[derive(Clone, Debug, Default)]
pub(super) struct Goods {
    ids: BTreeMap<String, StockId>,
    stocks: Vec<Stock>,
    sale_lines: u32,
    credit_lines: u32,
}

/// The lines that are goods.
pub(super) fn goods_lines(sales: &SalesDocument) -> impl Iterator<Item = &SalesLine> {
    sales.lines.iter().filter(|line| line.nature == LineNature::Goods)
}

impl Goods {
    /// The number of a stock code that was seen before.
    pub(super) fn id(&self, stock_code: &str) -> Option<StockId> {
        self.ids.get(stock_code).copied()
    }

    /// Mean units a sale line; none before the first.
    pub(super) fn mean_units(&self, stock_code: &str) -> Option<f64> {
        let stock = self.stock(stock_code)?;
        (stock.sale_lines > 0).then(|| as_f64(stock.units) / f64::from(stock.sale_lines))
    }

    /// Credit lines over sale lines of all goods, pulled toward .02 by the weight of 100 lines.
    pub(super) fn credit_rate(&self) -> f64 {
        (f64::from(self.credit_lines) + 2.0) / (f64::from(self.sale_lines) + 100.0)
    }

    /// The same of one stock code, pulled toward the rate of all by the weight of 20 lines.
    pub(super) fn stock_credit_rate(&self, stock_code: &str) -> f64 {
        let stock = self.stock(stock_code).copied().unwrap_or_default();
        (f64::from(stock.credit_lines) + 20.0 * self.credit_rate()) / (f64::from(stock.sale_lines) + 20.0)
    }

    /// Counts a sale's goods, and returns their numbers.
    pub(super) fn learn_sale(&mut self, sales: &SalesDocument) -> Vec<StockId> {
        let mut seen = Vec::with_capacity(sales.lines.len());
        for line in goods_lines(sales) {
            let id = self.number(&line.stock_code);
            let stock = &mut self.stocks[id as usize];
            stock.sale_lines += 1;
            stock.units = stock.units.saturating_add(line.quantity);
            self.sale_lines += 1;
            seen.push(id);
        }
        seen
    }

    /// Counts a credit note's goods.
    pub(super) fn learn_credit_note(&mut self, sales: &SalesDocument) {
        for line in goods_lines(sales) {
            let id = self.number(&line.stock_code);
            self.stocks[id as usize].credit_lines += 1;
            self.credit_lines += 1;
        }
    }

    fn stock(&self, stock_code: &str) -> Option<&Stock> {
        self.stocks.get(self.id(stock_code)? as usize)
    }

    fn number(&mut self, stock_code: &str) -> StockId {
        if let Some(id) = self.ids.get(stock_code) {
            return *id;
        }
        let id = StockId::try_from(self.stocks.len()).expect("a shop has fewer than four billion stock codes");
        self.ids.insert(stock_code.to_owned(), id);
        self.stocks.push(Stock::default());
        id
    }
}

#[expect(clippy::cast_precision_loss, reason = "a feature; 53 bits of units are enough")]
pub(super) fn as_f64(value: i64) -> f64 {
    value as f64
}

//! What is known of one buyer. Windows slide by event time and are exact.

use super::SECONDS_A_DAY;
use super::goods::StockId;
use super::maturity::Count;
use crate::document::SalesDocument;
use domain::RecordId;
use std::collections::{BTreeSet, VecDeque};

/// The longest window that a feature looks back over, in days.
const LONGEST_WINDOW_DAYS: i64 = 90;

/// As many days later than its time a record may arrive and still see whole windows; older sales leave memory.
const LATENESS_DAYS: i64 = 30;

#[derive(Clone, Debug)]
struct Sale {
    at: i64,
    record: RecordId,
    value_minor: i64,
}

/// One buyer's history.
#[derive(Clone, Debug)]
pub(super) struct Buyer {
    pub first: i64,
    pub last_sale: Option<i64>,
    pub last_credit: Option<i64>,
    pub sales: u32,
    pub credits: u32,
    pub matured: Count,
    pub value_minor: i64,
    pub log_value: f64,
    pub sale_lines: u32,
    pub credited_minor: i64,
    pub credit_lines: u32,
    stock: BTreeSet<StockId>,
    recent_sales: VecDeque<Sale>,
    recent_credits: VecDeque<i64>,
}

impl Buyer {
    pub(super) fn new(first: i64) -> Self {
        Self {
            first,
            last_sale: None,
            last_credit: None,
            sales: 0,
            credits: 0,
            matured: Count::default(),
            value_minor: 0,
            log_value: 0.0,
            sale_lines: 0,
            credited_minor: 0,
            credit_lines: 0,
            stock: BTreeSet::new(),
            recent_sales: VecDeque::new(),
            recent_credits: VecDeque::new(),
        }
    }

    pub(super) fn bought(&self, stock: StockId) -> bool {
        self.stock.contains(&stock)
    }

    /// Sales in the `days` before `at`, and their value in minor units.
    pub(super) fn sales_within(&self, at: i64, days: i64) -> (u32, i64) {
        let from = at - days * SECONDS_A_DAY;
        let within = self.recent_sales.iter().filter(|sale| sale.at >= from && sale.at < at);
        within.fold((0, 0), |(count, value), sale| (count + 1, value + sale.value_minor))
    }

    /// Credit notes in the `days` before `at`.
    pub(super) fn credits_within(&self, at: i64, days: i64) -> u32 {
        let from = at - days * SECONDS_A_DAY;
        self.recent_credits.iter().filter(|credit| **credit >= from && **credit < at).fold(0, |count, _| count + 1)
    }

    /// Splits a credit over the sales of the `horizon` (seconds) before it, by their value; the last takes what
    /// rounding leaves, so that the shares sum to the credit. No sale is credited with more than it was worth; a credit
    /// note that takes an earlier one back credits nothing.
    pub(super) fn share_credit(&self, at: i64, horizon: i64, credit_minor: i64) -> Vec<(i64, RecordId, i64)> {
        if credit_minor <= 0 {
            return Vec::new();
        }
        let bears_on = |sale: &&Sale| sale.at < at && at <= sale.at + horizon;
        let sold: i64 = self.recent_sales.iter().filter(bears_on).map(|sale| sale.value_minor).sum();
        let credit = credit_minor.min(sold);
        let mut given = 0_i64;
        let mut passed = 0_i64;
        let mut shares = Vec::new();
        for sale in self.recent_sales.iter().filter(bears_on) {
            passed += sale.value_minor;
            let until_here = i128::from(credit) * i128::from(passed) / i128::from(sold.max(1));
            let until_here = i64::try_from(until_here).expect("a part of the credit is not more than the credit");
            shares.push((sale.at, sale.record.clone(), until_here - given));
            given = until_here;
        }
        shares
    }

    pub(super) fn learn_sale(
        &mut self,
        at: i64,
        record: &RecordId,
        sales: &SalesDocument,
        stock: Vec<StockId>,
        horizon_days: i64,
    ) {
        self.first = self.first.min(at);
        self.last_sale = self.last_sale.max(Some(at));
        self.sales += 1;
        self.value_minor += sales.total.minor;
        self.log_value += super::log_value(sales);
        self.sale_lines += line_count(sales);
        self.stock.extend(stock);
        let place = self.recent_sales.partition_point(|sale| sale.at <= at);
        self.recent_sales.insert(place, Sale { at, record: record.clone(), value_minor: sales.total.minor });
        self.forget_before(at - LONGEST_WINDOW_DAYS.max(horizon_days).saturating_add(LATENESS_DAYS) * SECONDS_A_DAY);
    }

    pub(super) fn learn_credit_note(&mut self, at: i64, sales: &SalesDocument) {
        self.first = self.first.min(at);
        self.last_credit = self.last_credit.max(Some(at));
        self.credits += 1;
        self.credited_minor -= sales.total.minor;
        self.credit_lines += line_count(sales);
        let place = self.recent_credits.partition_point(|credit| *credit <= at);
        self.recent_credits.insert(place, at);
    }

    fn forget_before(&mut self, oldest: i64) {
        while self.recent_sales.front().is_some_and(|sale| sale.at < oldest) {
            self.recent_sales.pop_front();
        }
        while self.recent_credits.front().is_some_and(|credit| *credit < oldest) {
            self.recent_credits.pop_front();
        }
    }
}

fn line_count(sales: &SalesDocument) -> u32 {
    u32::try_from(sales.lines.len()).unwrap_or(u32::MAX)
}

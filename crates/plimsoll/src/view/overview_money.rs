//! Money of the overview: whether it balances, what is at risk by rule, what was sold by month.

use super::indicators::months;
use super::{ExceptionView, MoneyView, Reporting, ReportingView, RuleTotalView};
use domain::{Account, Currency, ExceptionRule, Status};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Balance, ExceptionFilter, ExceptionTotal, MonthlyTotal, Reader, StoreError};

/// Sales and returns of a month.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MonthView {
    /// `2011-03`.
    pub month: String,
    /// Goods, shipping and manual lines sold.
    pub sales: MoneyView,
    /// Goods credited.
    pub returns: MoneyView,
}

/// Amounts together in the reporting currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SumView {
    /// Of those that can be told in it, each at the rate of its own day.
    pub money: MoneyView,
    /// How many of them were converted.
    pub converted: u64,
    /// How many have no rate and are left out.
    pub left_out: u64,
}

impl SumView {
    fn none(currency: Currency) -> Self {
        Self { money: MoneyView::new(0, currency), converted: 0, left_out: 0 }
    }

    fn add(&mut self, amount: &MoneyView, currency: Currency) {
        let minor = match &amount.reporting {
            None => amount.minor,
            Some(ReportingView::Converted(told)) => {
                self.converted += 1;
                told.minor
            }
            Some(ReportingView::NotConverted(_)) => {
                self.left_out += 1;
                return;
            }
        };
        self.money = MoneyView::new(self.money.minor + minor, currency);
    }
}

/// Debits equal credits in each currency.
pub(super) fn is_balanced(balances: &[Balance]) -> bool {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for row in balances {
        *sums.entry(row.currency).or_default() += row.minor;
    }
    sums.values().all(|sum| *sum == 0)
}

/// What is at risk in exceptions.
pub(super) struct Exceptions {
    /// Open ones that nobody handled, by rule and currency, the most money in the reporting currency first.
    pub by_rule: Vec<RuleTotalView>,
    pub cleared: u64,
    /// Open ones.
    pub by_currency: Vec<MoneyView>,
    /// Open ones.
    pub sum: SumView,
}

pub(super) fn exceptions(reader: &Reader, reporting: &Reporting<'_>) -> Result<Exceptions, StoreError> {
    let now = Some(Timestamp::now());
    let totals = reader.exception_totals(now)?;
    let (open, cleared): (Vec<_>, Vec<_>) = totals.into_iter().partition(|total| total.status == Status::Open);
    let mut money: BTreeMap<Currency, i128> = BTreeMap::new();
    for total in &open {
        *money.entry(total.currency).or_default() += total.money_at_risk_minor;
    }
    let sums = sums(reader, reporting, &open, now)?;
    let mut all = SumView::none(reporting.currency());
    for sum in sums.values() {
        all.money = MoneyView::new(all.money.minor + sum.money.minor, reporting.currency());
        all.converted += sum.converted;
        all.left_out += sum.left_out;
    }
    let view = |total: &ExceptionTotal| {
        let sum = sums.get(&(total.rule, total.currency)).filter(|_| total.currency != reporting.currency());
        RuleTotalView { reporting: sum.cloned(), ..RuleTotalView::from(total) }
    };
    let mut by_rule: Vec<RuleTotalView> = open.iter().map(view).collect();
    let worth = |row: &RuleTotalView| row.reporting.as_ref().map_or(row.money_at_risk.minor, |sum| sum.money.minor);
    by_rule.sort_by_key(|row| (-worth(row), row.rule));
    let by_currency = money.into_iter().map(|(currency, minor)| MoneyView::new(minor, currency)).collect();
    Ok(Exceptions { by_rule, cleared: cleared.iter().map(|total| total.count).sum(), by_currency, sum: all })
}

/// Each total in the reporting currency: from the total where it is of that, else from one exception after the other.
fn sums(
    reader: &Reader,
    reporting: &Reporting<'_>,
    totals: &[ExceptionTotal],
    unhandled_at: Option<Timestamp>,
) -> Result<BTreeMap<(ExceptionRule, Currency), SumView>, StoreError> {
    let currency = reporting.currency();
    let mut sums = BTreeMap::new();
    let (own, foreign): (Vec<&ExceptionTotal>, Vec<&ExceptionTotal>) =
        totals.iter().partition(|total| total.currency == currency);
    for total in own {
        let money = MoneyView::new(total.money_at_risk_minor, currency);
        sums.insert((total.rule, currency), SumView { money, ..SumView::none(currency) });
    }
    let rules: std::collections::BTreeSet<ExceptionRule> = foreign.iter().map(|total| total.rule).collect();
    for rule in rules {
        let status = Some(Status::Open);
        let filter = ExceptionFilter { rule: Some(rule), status, unhandled_at, limit: u32::MAX, offset: 0 };
        for exception in reader.exceptions(&filter)? {
            let of = exception.money_at_risk.currency;
            if of != currency {
                let ExceptionView { money_at_risk, .. } = reporting.exception(&exception, None)?;
                sums.entry((rule, of)).or_insert_with(|| SumView::none(currency)).add(&money_at_risk, currency);
            }
        }
    }
    Ok(sums)
}

/// Accounts that sales stand on.
const SOLD: [Account; 3] = [Account::Sales, Account::ShippingIncome, Account::ManualSales];

pub(super) fn monthly(totals: &[MonthlyTotal], currency: Currency) -> Vec<MonthView> {
    let sum = |month: &BTreeMap<Account, i128>, accounts: &[Account]| {
        accounts.iter().filter_map(|account| month.get(account)).sum::<i128>()
    };
    let view = |(month, moved): (String, BTreeMap<Account, i128>)| MonthView {
        month,
        sales: MoneyView::new(-sum(&moved, &SOLD), currency),
        returns: MoneyView::new(sum(&moved, &[Account::SalesReturns]), currency),
    };
    let views = months(totals, currency).into_iter().map(view);
    let all: Vec<MonthView> = views.collect();
    let sold = all.iter().any(|month| month.sales.minor != 0 || month.returns.minor != 0);
    if sold { all } else { Vec::new() }
}

/// What was sold in other currencies.
pub(super) fn sales_left_out(totals: &[MonthlyTotal], currency: Currency) -> Vec<MoneyView> {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for total in totals.iter().filter(|total| total.currency != currency && SOLD.contains(&total.account)) {
        *sums.entry(total.currency).or_default() -= total.minor;
    }
    sums.into_iter().filter(|(_, minor)| *minor != 0).map(|(currency, minor)| MoneyView::new(minor, currency)).collect()
}

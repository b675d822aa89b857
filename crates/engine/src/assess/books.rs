//! What the ledger says, as facts: each month's flows and the balances at the ends of years.
//!
//! A concept is told only where one of its accounts ever moved: an account that nobody posts to is unknown, not nought.
//! Totals of the balance sheet are told only by books that go on from a trial balance; others lack what was there before
//! them.

use super::facts::Fact;
use domain::{Account, AccountClass, CashFlow, Currency, FactPeriod};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Postings by account, debit positive, in minor units.
type Totals = BTreeMap<Account, i128>;

/// A month's postings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerMonth {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// What was posted.
    pub totals: Totals,
}

/// A concept over accounts: debit positive, or turned.
struct Sum {
    concept: &'static str,
    accounts: &'static [Account],
    turned: bool,
}

const fn sum(concept: &'static str, turned: bool, accounts: &'static [Account]) -> Sum {
    Sum { concept, accounts, turned }
}

const FLOWS: &[Sum] = &[
    sum(
        "revenue",
        true,
        &[
            Account::Sales,
            Account::SalesReturns,
            Account::Discounts,
            Account::ShippingIncome,
            Account::ManualSales,
            Account::OtherIncome,
        ],
    ),
    sum("gross_merchandise_value", true, &[Account::Sales, Account::ShippingIncome, Account::ManualSales]),
    sum("refunds", false, &[Account::SalesReturns]),
    sum("promotions", false, &[Account::Discounts]),
    sum("payment_fees", false, &[Account::ProcessorFees, Account::MarketplaceFees]),
    sum("bad_debt", false, &[Account::BadDebts]),
    sum("chargebacks", false, &[Account::Disputes]),
    sum("exchange_differences", false, &[Account::ExchangeDifferences]),
    sum("cost_of_revenue", false, &[Account::CostOfGoodsSold]),
    sum("operating_costs", false, &[Account::OperatingCosts]),
    sum("commission_income", true, &[Account::CommissionIncome]),
    sum("interest_expense", false, &[Account::Interest]),
    sum("income_tax", false, &[Account::IncomeTax]),
    sum("depreciation", false, &[Account::Depreciation]),
    sum("dividends_paid", false, &[Account::Drawings]),
];

const BALANCES: &[Sum] = &[
    sum("cash", false, &[Account::Bank, Account::BankUnexplained, Account::CashInTransit, Account::ProcessorBalance]),
    sum("receivables", false, &[Account::Receivables, Account::MarketplaceClearing]),
    sum("inventory", false, &[Account::Inventory]),
    sum("payables", true, &[Account::TradePayables]),
    sum("held_by_processors", false, &[Account::CashInTransit, Account::ProcessorBalance]),
    sum("processor_reserve", false, &[Account::ProcessorReserve]),
    sum("seller_payables", true, &[Account::SellerPayables]),
    sum("debt", true, &[Account::Loans]),
    sum("property", false, &[Account::FixedAssets, Account::AccumulatedDepreciation]),
    sum("unsettled_payments", true, &[Account::PaymentsUnapplied, Account::RefundsUnapplied]),
];

/// The facts of books: `balances` are those at the end of each month that ends a year, `is_opened` whether the books go
/// on from a trial balance. Months are whole, the oldest first.
pub fn facts_of_ledger(
    currency: Currency,
    months: &[LedgerMonth],
    balances: &[(Date, Totals)],
    is_opened: bool,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    for of in FLOWS.iter().filter(|of| moved(of, months.iter().map(|month| &month.totals))) {
        facts.extend(months.iter().map(|month| {
            let period = FactPeriod::Duration { start: month.start, end: month.end };
            of.fact(currency, period, &month.totals)
        }));
    }
    if months.iter().any(|month| month.totals.contains_key(&Account::Bank)) {
        facts.extend(months.iter().map(|month| cash_flow(currency, month)));
    }
    if is_opened {
        facts.extend(months.iter().flat_map(|month| results(currency, month)));
    }
    facts.extend(trend(currency, months));
    for of in BALANCES.iter().filter(|of| moved(of, balances.iter().map(|(_, totals)| totals))) {
        facts.extend(balances.iter().map(|(day, totals)| of.fact(currency, FactPeriod::Instant(*day), totals)));
    }
    if is_opened {
        facts.extend(balances.iter().flat_map(|(day, totals)| balance_sheet(currency, *day, totals)));
    }
    facts
}

fn over(month: &LedgerMonth) -> FactPeriod {
    FactPeriod::Duration { start: month.start, end: month.end }
}

/// What came into the bank and was neither lent, put in, nor spent on what is kept for years.
fn cash_flow(currency: Currency, month: &LedgerMonth) -> Fact {
    let other = |account: &Account| matches!(account.default_cash_flow(), CashFlow::Operating | CashFlow::Result);
    let minor: i128 = month.totals.iter().filter(|(account, _)| other(account)).map(|(_, minor)| -minor).sum();
    told(currency, "operating_cash_flow", over(month), minor, "all accounts but cash, investing and financing, turned")
}

/// The results of whole books: those that go on from a trial balance.
fn results(currency: Currency, month: &LedgerMonth) -> Vec<Fact> {
    let of = |left_out: &[Account]| -> i128 {
        let is_result = |account: &Account| account.class().is_result() && !left_out.contains(account);
        month.totals.iter().filter(|(account, _)| is_result(account)).map(|(_, minor)| -minor).sum()
    };
    let fact = |concept, minor, of: &str| told(currency, concept, over(month), minor, of);
    vec![
        fact("net_income", of(&[]), "all income and expense"),
        fact("pretax_income", of(&[Account::IncomeTax]), "all income and expense but tax"),
        fact(
            "operating_income",
            of(&[Account::IncomeTax, Account::Interest]),
            "all income and expense but tax and interest",
        ),
    ]
}

/// How sales of the last twelve months moved: the newest quarter, the one before, and how evenly they came.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a deviation of exact sums")]
fn trend(currency: Currency, months: &[LedgerMonth]) -> Vec<Fact> {
    let Some(year) = months.len().checked_sub(12).map(|first| &months[first..]) else { return Vec::new() };
    let sold = &[Account::Sales, Account::ShippingIncome, Account::ManualSales];
    let of =
        |month: &LedgerMonth| -> i128 { -sold.iter().filter_map(|account| month.totals.get(account)).sum::<i128>() };
    let sales: Vec<i128> = year.iter().map(of).collect();
    let mean = sales.iter().sum::<i128>() as f64 / 12.0;
    let deviation = (sales.iter().map(|month| (*month as f64 - mean).powi(2)).sum::<f64>() / 11.0).sqrt();
    let period = FactPeriod::Duration { start: year[0].start, end: year[11].end };
    [
        ("sales_of_last_quarter", sales[9..].iter().sum::<i128>()),
        ("sales_of_quarter_before", sales[6..9].iter().sum::<i128>()),
        ("mean_of_monthly_sales", mean.round() as i128),
        ("deviation_of_monthly_sales", deviation.round() as i128),
    ]
    .map(|(concept, minor)| told(currency, concept, period, minor, "sales by month"))
    .to_vec()
}

fn moved<'a>(of: &Sum, mut totals: impl Iterator<Item = &'a Totals>) -> bool {
    totals.any(|totals| of.accounts.iter().any(|account| totals.contains_key(account)))
}

impl Sum {
    fn fact(&self, currency: Currency, period: FactPeriod, totals: &Totals) -> Fact {
        let debit: i128 = self.accounts.iter().filter_map(|account| totals.get(account)).sum();
        let names: Vec<&str> = self.accounts.iter().map(|account| account.name()).collect();
        told(currency, self.concept, period, if self.turned { -debit } else { debit }, &names.join(" + "))
    }
}

fn balance_sheet(currency: Currency, day: Date, totals: &Totals) -> Vec<Fact> {
    let of = |holds: &dyn Fn(Account) -> bool| -> i128 {
        totals.iter().filter(|(account, _)| holds(**account)).map(|(_, minor)| minor).sum()
    };
    let class = |class: AccountClass| of(&|account| account.class() == class);
    let long = [Account::FixedAssets, Account::OtherAssets];
    let assets = class(AccountClass::Asset);
    let equity = [AccountClass::Equity, AccountClass::Income, AccountClass::Expense].map(class).iter().sum::<i128>();
    let retained = equity - of(&|account| matches!(account, Account::ShareCapital | Account::Suspense));
    let period = FactPeriod::Instant(day);
    let fact = |concept, minor, of: &str| told(currency, concept, period, minor, of);
    vec![
        fact("total_assets", assets, "all assets"),
        fact("current_assets", assets - of(&|account| long.contains(&account)), "all assets but fixed and other"),
        fact("total_liabilities", -class(AccountClass::Liability), "all liabilities"),
        fact(
            "current_liabilities",
            -of(&|account| account.class() == AccountClass::Liability && account != Account::OtherLiabilities),
            "all liabilities but loans and other",
        ),
        fact("equity", -equity, "equity, income and expense"),
        fact("retained_earnings", -retained, "equity, income and expense without share capital and suspense"),
    ]
}

fn told(currency: Currency, concept: &str, period: FactPeriod, minor: i128, of: &str) -> Fact {
    let value = Decimal::try_from_i128_with_scale(minor, currency.minor_digits()).unwrap_or_default();
    Fact { name: concept.to_owned(), period, value, unit: currency.code().to_owned(), source: format!("ledger: {of}") }
}

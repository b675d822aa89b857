//! What the ledger says, as facts: each month's flows and the balances at the ends of years.
//!
//! A concept is told only where one of its accounts ever moved: an account that nobody posts to is unknown, not nought.
//! Totals of the balance sheet are told only by books that go on from a trial balance; others lack what was there before
//! them.

use super::facts::Fact;
use domain::{Account, AccountClass, Currency, FactPeriod};
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
];

const BALANCES: &[Sum] = &[
    sum("cash", false, &[Account::Bank, Account::BankUnexplained, Account::CashInTransit, Account::ProcessorBalance]),
    sum("receivables", false, &[Account::Receivables, Account::MarketplaceClearing]),
    sum("inventory", false, &[Account::Inventory]),
    sum("payables", true, &[Account::TradePayables]),
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
    for of in BALANCES.iter().filter(|of| moved(of, balances.iter().map(|(_, totals)| totals))) {
        facts.extend(balances.iter().map(|(day, totals)| of.fact(currency, FactPeriod::Instant(*day), totals)));
    }
    if is_opened {
        facts.extend(balances.iter().flat_map(|(day, totals)| balance_sheet(currency, *day, totals)));
    }
    facts
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

//! A budget: a table of accounts by months, set beside what was earned.
//!
//! The first column is `account` (a name or a code of the chart), every other one a month like `2011-06`. Amounts are
//! in the reporting currency and as an income statement shows them: income and expenses both positive. A month or account
//! that is not there has no budget.
//!
//! Example:
//!
//! ```text
//! account,2011-05,2011-06
//! sales,1000.00,1200.00
//! processor_fees,20.00,24.00
//! ```

use crate::period::Period;
use domain::{Account, Chart, Currency, Money};
use engine::statements::Balances;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A budget of the accounts of the result.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Budget {
    /// Debits less credits, by the first day of the month and account.
    months: BTreeMap<Date, Balances>,
}

impl Budget {
    /// The budget that a table says.
    ///
    /// # Errors
    /// Every fault, with its line.
    pub fn parse(text: &str, chart: &Chart, currency: Currency) -> Result<Self, Vec<String>> {
        let (mut budget, mut faults) = (Self::default(), Vec::new());
        let mut lines =
            (1..).zip(text.trim_start_matches('\u{feff}').lines()).filter(|(_, line)| !line.trim().is_empty());
        let Some((number, header)) = lines.next() else { return Err(vec!["the table is empty".to_owned()]) };
        let months: Vec<Option<Date>> = header.split(',').skip(1).map(|cell| month(cell.trim())).collect();
        for (cell, _) in header.split(',').skip(1).zip(&months).filter(|(_, month)| month.is_none()) {
            faults.push(format!("line {number}: `{}` is no month like 2011-06", cell.trim()));
        }
        for (number, line) in lines {
            let mut cells = line.split(',').map(str::trim);
            let name = cells.next().unwrap_or_default();
            let Some(account) = account(chart, name) else {
                faults.push(format!("line {number}: `{name}` is no account of income or expenses"));
                continue;
            };
            for (cell, month) in cells.zip(&months).filter(|(cell, _)| !cell.is_empty()) {
                let amount = cell.parse::<Decimal>().ok().and_then(|decimal| Money::from_decimal(decimal, currency));
                match (amount, month) {
                    (Some(amount), Some(month)) => budget.add(*month, account, amount),
                    (None, _) => faults.push(format!("line {number}: `{cell}` is not an amount")),
                    (_, None) => {}
                }
            }
        }
        if faults.is_empty() { Ok(budget) } else { Err(faults) }
    }

    fn add(&mut self, month: Date, account: Account, amount: Money) {
        let minor = i128::from(amount.minor) * if account.class().is_debit() { 1 } else { -1 };
        *self.months.entry(month).or_default().entry(account).or_default() += minor;
    }

    /// What it comes to in a period; none where the period is not of whole months.
    pub fn over(&self, period: Period) -> Option<Balances> {
        let is_whole = period.from.day() == 1 && period.to == period.to.last_of_month();
        let mut sum = Balances::new();
        for (account, minor) in self.months.range(period.from..=period.to).flat_map(|(_, balances)| balances) {
            *sum.entry(*account).or_default() += minor;
        }
        is_whole.then_some(sum)
    }

    /// The period from its first month to its last.
    pub fn period(&self) -> Option<Period> {
        let (first, last) = (self.months.keys().next()?, self.months.keys().next_back()?);
        Some(Period { from: *first, to: last.checked_add(1.month()).ok()?.yesterday().ok()? })
    }
}

fn month(text: &str) -> Option<Date> {
    let period: Period = text.parse().ok()?;
    (period == Period::month(period.from)).then_some(period.from)
}

fn account(chart: &Chart, name: &str) -> Option<Account> {
    let by_code = || chart.accounts().into_iter().find(|account| account.code().to_string() == name);
    chart.account(name).or_else(by_code).filter(|account| account.class().is_result())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "account,2011-05,2011-06\nsales,1000.00,1200.00\n5000,20.00,24.00\ndiscounts,-5,\n";

    fn budget(text: &str) -> Result<Budget, Vec<String>> {
        Budget::parse(text, &Chart::default(), Currency::GBP)
    }

    #[test]
    fn the_example_by_hand() {
        let budget = budget(TABLE).unwrap();
        let of = |text: &str| budget.over(text.parse().unwrap()).unwrap();
        let june = of("2011-06");
        assert_eq!((june[&Account::Sales], june[&Account::ProcessorFees]), (-120_000, 2_400));
        let both = of("2011-05-01..2011-06-30");
        assert_eq!((both[&Account::Sales], both[&Account::Discounts]), (-220_000, 500));
        assert_eq!(of("2011-07"), Balances::new());
        assert_eq!(budget.over("2011-06-15".parse().unwrap()), None, "half a month has no budget");
        assert_eq!(budget.period(), Some("2011-05-01..2011-06-30".parse().unwrap()));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let faults = budget("account,June\nsales,1\nbank,1\nfees,1\ndiscounts,x\n").unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:#?}");
        assert!(faults[1].starts_with("line 3: `bank` is no account"), "{faults:#?}");
    }
}

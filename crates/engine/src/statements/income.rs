//! What a period earned.

use super::{Balances, Section, Side, Statement, Total, lines};
use domain::{Account, AccountClass, Chart};

/// Codes of what the goods sold had cost.
const COST_OF_SALES: std::ops::Range<u16> = 5100..5200;

/// The income statement of what each period moved. It ties to the balance sheet by [`super::balance_sheet`]'s result.
pub fn income(chart: &Chart, columns: &[Balances]) -> Statement {
    let of = |side, wanted: &dyn Fn(Account) -> bool| lines(chart, columns, side, wanted);
    let is_expense = |account: Account| account.class() == AccountClass::Expense;
    let cost_of_sales = |account: Account| COST_OF_SALES.contains(&account.code());
    let count = columns.len();
    let earned = Section::new("income", of(Side::Credit, &|account| account.class() == AccountClass::Income), count);
    let cost = Section::new("cost of sales", of(Side::Debit, &cost_of_sales), count);
    let spent =
        Section::new("expenses", of(Side::Debit, &|account| is_expense(account) && !cost_of_sales(account)), count);
    let less = |from: &[i128], what: &[i128]| from.iter().zip(what).map(|(a, b)| a - b).collect::<Vec<i128>>();
    let gross = less(&earned.total, &cost.total);
    let result = less(&gross, &spent.total);
    let moved = |balances: &Balances| -> i128 {
        balances.iter().filter(|(account, _)| account.class().is_result()).map(|(_, minor)| -minor).sum()
    };
    let ties = columns.iter().map(moved).zip(&result).map(|(moved, shown)| moved == *shown).collect();
    let totals = vec![Total { name: "gross profit", amounts: gross }, Total { name: "result", amounts: result }];
    Statement { sections: vec![earned, cost, spent], totals, ties }
}

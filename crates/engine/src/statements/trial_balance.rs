//! What stands on every account.

use super::{Balances, Line, Section, Side, Statement, Total, amounts_of, chart_and_used};
use domain::Chart;

/// The balance of each account that has one, debit positive; debits and credits are the totals.
pub fn trial_balance(chart: &Chart, columns: &[Balances]) -> Statement {
    let accounts = chart_and_used(chart, columns).into_iter();
    let lines = accounts.map(|account| {
        let amounts = amounts_of(columns, account, Side::Debit);
        Line { name: account.name().to_owned(), amounts: amounts.clone(), accounts: vec![(account, amounts)] }
    });
    let lines: Vec<Line> = lines.filter(|line| !line.is_nothing()).collect();
    let side = |positive: bool, column: usize| -> i128 {
        let amounts = lines.iter().map(|line| line.amounts[column]);
        amounts.filter(|minor| (*minor > 0) == positive).map(i128::abs).sum()
    };
    let sides = |positive| (0..columns.len()).map(|column| side(positive, column)).collect::<Vec<i128>>();
    let (debits, credits) = (sides(true), sides(false));
    let ties = debits.iter().zip(&credits).map(|(debit, credit)| debit == credit).collect();
    let totals = vec![Total { name: "debits", amounts: debits }, Total { name: "credits", amounts: credits }];
    Statement { sections: vec![Section::new("accounts", lines, columns.len())], totals, ties }
}

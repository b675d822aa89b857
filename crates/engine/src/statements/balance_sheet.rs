//! What the business has, owes, and is worth.

use super::{Balances, Line, Section, Side, Statement, Total, added, lines, result_line};
use domain::{AccountClass, Chart};

/// Where the accounts stand at an instant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// Then.
    pub at: Balances,
    /// Before the financial year of that instant began: results up to there are of earlier years.
    pub before_year: Balances,
}

/// The balance sheet. Results stand in equity as long as nothing moved them to retained earnings. Balances that were
/// `translated` from other currencies may miss each other by what rounding made, which has a line then.
pub fn balance_sheet(chart: &Chart, columns: &[Position], translated: bool) -> Statement {
    let at: Vec<Balances> = columns.iter().map(|position| position.at.clone()).collect();
    let of = |class: AccountClass, side: Side| lines(chart, &at, side, |account| account.class() == class);
    let assets = Section::new("assets", of(AccountClass::Asset, Side::Debit), columns.len());
    let liabilities = Section::new("liabilities", of(AccountClass::Liability, Side::Credit), columns.len());
    let mut equity = of(AccountClass::Equity, Side::Credit);
    equity.extend(results(chart, columns).into_iter().filter(|line| !line.is_nothing()));
    if translated {
        let gap = |balances: &Balances| balances.values().sum::<i128>();
        let rounding = Line::plain("Rounding of what is told in another currency", at.iter().map(gap).collect());
        equity.extend(Some(rounding).filter(|line| !line.is_nothing()));
    }
    let equity = Section::new("equity", equity, columns.len());
    let owed = added(columns.len(), [&liabilities.total[..], &equity.total]);
    let ties = assets.total.iter().zip(&owed).map(|(has, owes)| has == owes).collect();
    let total = Total { name: "liabilities and equity", amounts: owed };
    let has = Total { name: "total assets", amounts: assets.total.clone() };
    Statement { sections: vec![assets, liabilities, equity], totals: vec![has, total], ties }
}

fn results(chart: &Chart, columns: &[Position]) -> [Line; 2] {
    let earlier: Vec<Balances> = columns.iter().map(|position| position.before_year.clone()).collect();
    let year: Vec<Balances> =
        columns.iter().map(|position| super::difference(&position.before_year, &position.at)).collect();
    [result_line("Results of earlier years", chart, &earlier), result_line("Result of the year", chart, &year)]
}

//! Where the cash came from and where it went: the indirect method of IAS 7.

use super::{Balances, Line, Section, Side, Statement, Total, added, difference, lines, result_line};
use domain::{CashFlow, Chart};

/// A period.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// Balances before it.
    pub start: Balances,
    /// Balances at its end.
    pub end: Balances,
    /// What opening balances of other books brought in meanwhile: nothing flowed there.
    pub opened: Balances,
}

/// The cash flow statement. Where balances were `translated`, cash at the start is told at other rates than cash at the
/// end, and what that makes is a total of its own, as IAS 7 has it.
pub fn cash_flow(chart: &Chart, columns: &[Flow], translated: bool) -> Statement {
    let count = columns.len();
    let moved: Vec<Balances> =
        columns.iter().map(|flow| difference(&flow.opened, &difference(&flow.start, &flow.end))).collect();
    let of = |class: CashFlow| lines(chart, &moved, Side::Credit, |account| chart.cash_flow(account) == class);
    let mut operating = vec![result_line("Result of the period", chart, &moved)];
    operating.extend(of(CashFlow::Operating));
    let mut sections = vec![
        Section::new("operating", operating, count),
        Section::new("investing", of(CashFlow::Investing), count),
        Section::new("financing", of(CashFlow::Financing), count),
    ];
    let opened = brought_in(chart, columns);
    if !opened.is_nothing() {
        sections.push(Section::new("opening balances", vec![opened], count));
    }
    let change = added(count, sections.iter().map(|section| &section.total[..]));
    let cash = |balances: fn(&Flow) -> &Balances| -> Vec<i128> {
        columns.iter().map(|flow| cash_of(chart, balances(flow))).collect()
    };
    let (start, end) = (cash(|flow| &flow.start), cash(|flow| &flow.end));
    let gap: Vec<i128> = (0..count).map(|column| end[column] - start[column] - change[column]).collect();
    let ties = gap.iter().map(|gap| translated || *gap == 0).collect();
    let mut totals =
        vec![Total { name: "change in cash", amounts: change }, Total { name: "cash at the start", amounts: start }];
    if translated && gap.iter().any(|gap| *gap != 0) {
        totals.push(Total { name: "effect of exchange rates on cash", amounts: gap });
    }
    totals.push(Total { name: "cash at the end", amounts: end });
    Statement { sections, totals, ties }
}

fn cash_of(chart: &Chart, balances: &Balances) -> i128 {
    balances.iter().filter(|(account, _)| chart.cash_flow(**account) == CashFlow::Cash).map(|(_, minor)| minor).sum()
}

fn brought_in(chart: &Chart, columns: &[Flow]) -> Line {
    let opened: Vec<Balances> = columns.iter().map(|flow| flow.opened.clone()).collect();
    let accounts = lines(chart, &opened, Side::Debit, |account| chart.cash_flow(account) == CashFlow::Cash);
    let accounts: Vec<_> = accounts.into_iter().flat_map(|line| line.accounts).collect();
    let amounts = opened.iter().map(|balances| cash_of(chart, balances)).collect();
    Line { name: "Cash brought in by opening balances".to_owned(), amounts, accounts }
}

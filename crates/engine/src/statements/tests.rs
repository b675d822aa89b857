//! The header's example, and that statements tie whatever the books are.

use super::*;
use domain::{CashFlow, ChartRow, OwnAccount};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn balances(rows: &[(Account, i128)]) -> Balances {
    rows.iter().copied().collect()
}

fn line<'a>(statement: &'a Statement, name: &str) -> &'a Line {
    let lines = statement.sections.iter().flat_map(|section| &section.lines);
    lines.into_iter().find(|line| line.name == name).unwrap()
}

fn total<'a>(statement: &'a Statement, name: &str) -> &'a [i128] {
    &statement.totals.iter().find(|total| total.name == name).unwrap().amounts
}

#[test]
fn the_example_by_hand() {
    let chart = Chart::default();
    let books = balances(&[(Account::Bank, 500), (Account::Receivables, 100), (Account::Sales, -600)]);
    let position = Position { at: books.clone(), before_year: Balances::new() };
    let sheet = balance_sheet(&chart, &[position], false);
    assert_eq!((sheet.sections[0].total[0], line(&sheet, "Cash at bank").amounts[0]), (600, 500));
    assert_eq!(line(&sheet, "Result of the year").amounts, [600]);
    assert_eq!(sheet.ties, [true]);
    let flow = Flow { end: books.clone(), ..Flow::default() };
    let cash = cash_flow(&chart, &[flow], false);
    assert_eq!(line(&cash, "Trade receivables").amounts, [-100]);
    assert_eq!((total(&cash, "change in cash"), total(&cash, "cash at the end")), (&[500][..], &[500][..]));
    assert_eq!(total(&income(&chart, std::slice::from_ref(&books)), "result"), [600]);
    assert_eq!(total(&trial_balance(&chart, &[books]), "debits"), [600]);
}

/// Equipment of 1,000 for a loan, 100 of it worn: the wear is in the result, and no cash.
#[test]
fn what_is_worn_is_added_back() {
    let end = balances(&[
        (Account::FixedAssets, 1_000),
        (Account::Loans, -1_000),
        (Account::Depreciation, 100),
        (Account::AccumulatedDepreciation, -100),
    ]);
    let cash = cash_flow(&Chart::default(), &[Flow { end, ..Flow::default() }], false);
    let [operating, investing, financing] = &cash.sections[..] else { panic!("three sections") };
    assert_eq!((operating.total[0], investing.total[0], financing.total[0]), (0, -1_000, 1_000));
    assert_eq!(cash.ties, [true]);
}

#[test]
fn opening_balances_are_no_flow() {
    let opened = balances(&[(Account::Bank, 900), (Account::ShareCapital, -900)]);
    let end = balances(&[(Account::Bank, 950), (Account::ShareCapital, -900), (Account::Sales, -50)]);
    let cash = cash_flow(&Chart::default(), &[Flow { start: Balances::new(), end, opened }], false);
    assert_eq!(cash.sections[0].total, [50]);
    assert_eq!(line(&cash, "Cash brought in by opening balances").amounts, [900]);
    assert_eq!(total(&cash, "change in cash"), [950]);
}

#[test]
fn results_of_earlier_years_stand_apart() {
    let before_year = balances(&[(Account::Bank, 70), (Account::Sales, -70)]);
    let at = balances(&[(Account::Bank, 100), (Account::Sales, -100)]);
    let sheet = balance_sheet(&Chart::default(), &[Position { at, before_year }], false);
    assert_eq!(line(&sheet, "Results of earlier years").amounts, [70]);
    assert_eq!(line(&sheet, "Result of the year").amounts, [30]);
}

#[test]
fn what_rounding_made_stands_on_a_line_of_its_own() {
    let at = balances(&[(Account::Bank, 101), (Account::Sales, -100)]);
    let position = |at: &Balances| Position { at: at.clone(), before_year: Balances::new() };
    let sheet = balance_sheet(&Chart::default(), &[position(&at)], true);
    assert_eq!(line(&sheet, "Rounding of what is told in another currency").amounts, [1]);
    assert_eq!(sheet.ties, [true]);
    let untold = balance_sheet(&Chart::default(), &[position(&at)], false);
    assert_eq!(untold.ties, [false], "books that do not balance are told as they are");
}

fn account() -> impl Strategy<Value = Account> {
    let own = OwnAccount::account(1234, "till").unwrap();
    prop_oneof![9 => select(Account::ALL.to_vec()), 1 => Just(own)]
}

/// Entries of two postings each, which balance.
fn books() -> impl Strategy<Value = Balances> {
    vec((account(), account(), -1_000..1_000_i64), 0..30).prop_map(|entries| {
        let mut books = Balances::new();
        for (debit, credit, minor) in entries {
            *books.entry(debit).or_default() += i128::from(minor);
            *books.entry(credit).or_default() -= i128::from(minor);
        }
        books
    })
}

fn merged(parts: [&Balances; 2]) -> Balances {
    difference(&difference(parts[0], &Balances::new()), parts[1])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_balance_sheet_balances_and_its_result_is_that_of_the_income_statement(
        before_year in books(),
        year in books(),
    ) {
        let chart = Chart::default();
        let at = merged([&before_year, &year]);
        let sheet = balance_sheet(&chart, &[Position { at: at.clone(), before_year }], false);
        prop_assert_eq!(sheet.ties, [true]);
        let lines: Vec<&Line> = sheet.sections.iter().flat_map(|section| &section.lines).collect();
        let result = lines.iter().find(|line| line.name == "Result of the year").map_or(0, |line| line.amounts[0]);
        prop_assert_eq!(result, total(&income(&chart, &[year]), "result")[0]);
        for line in lines {
            prop_assert_eq!(line.accounts.iter().map(|(_, amounts)| amounts[0]).sum::<i128>(), line.amounts[0]);
        }
        prop_assert_eq!(trial_balance(&chart, &[at]).ties, [true]);
    }

    #[test]
    fn cash_flow_ties_to_the_change_in_cash_whatever_counts_as_cash(
        start in books(),
        moved in books(),
        opened in books(),
        places in vec((select(Account::ALL.to_vec()), select(CashFlow::ALL.to_vec())), 0..5),
    ) {
        let placed = |(account, flow): (Account, CashFlow)| ChartRow { account, line: None, cash_flow: Some(flow) };
        let rows = places.into_iter().filter(|(account, flow)| account.class().is_result() == (*flow == CashFlow::Result));
        let chart = Chart::new(&rows.map(placed).collect::<Vec<_>>());
        let end = merged([&merged([&start, &moved]), &opened]);
        let cash = cash_flow(&chart, &[Flow { start, end, opened }], false);
        prop_assert_eq!(cash.ties, [true]);
    }
}

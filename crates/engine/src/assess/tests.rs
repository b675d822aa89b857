//! The hard cases of facts: what is told badly, twice, in part, or not at all.

use super::*;
use domain::FactPeriod;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

fn concept(kind: Kind, tags: &[&str], identities: &[&str]) -> Concept {
    let definition = |text: &&str| Definition { text: (*text).to_owned(), formula: Expression::parse(text).unwrap() };
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Concept { kind, tags, identities: identities.iter().map(definition).collect() }
}

fn definitions() -> Definitions {
    let all = [
        ("assets", concept(Kind::Instant, &["us-gaap:Assets"], &["liabilities + equity"])),
        ("liabilities", concept(Kind::Instant, &[], &["assets - equity"])),
        ("equity", concept(Kind::Instant, &[], &["assets - liabilities"])),
        ("revenue", concept(Kind::Flow, &[], &[])),
        ("shares", concept(Kind::Cover, &[], &[])),
    ];
    Definitions { concepts: all.into_iter().map(|(name, concept)| (name.to_owned(), concept)).collect() }
}

fn at(name: &str, day: Date, value: i64, unit: &str) -> Fact {
    let (name, unit, source) = (name.to_owned(), unit.to_owned(), "here".to_owned());
    Fact { name, period: FactPeriod::Instant(day), value: value.into(), unit, source }
}

fn over(name: &str, start: Date, end: Date, value: i64) -> Fact {
    Fact { period: FactPeriod::Duration { start, end }, ..at(name, end, value, "USD") }
}

fn value(facts: &Facts, formula: &str) -> Result<f64, Lack> {
    let definitions = definitions();
    Evaluator::new(&definitions, facts, 0).value(&Expression::parse(formula).unwrap())
}

const END: Date = date(2022, 12, 31);

#[test]
fn what_is_not_told_is_derived_and_says_how() {
    let facts = Facts::new(vec![at("us-gaap:Assets", END, 100, "USD"), at("equity", END, 40, "USD")], None);
    let definitions = definitions();
    let mut evaluator = Evaluator::new(&definitions, &facts, 0);
    assert_eq!(evaluator.value(&Expression::parse("liabilities / assets").unwrap()), Ok(0.6));
    let how: BTreeMap<String, How> = evaluator.used().into_iter().map(|used| (used.concept, used.how)).collect();
    assert_eq!(how["liabilities"], How::Derived("assets - equity".to_owned()));
    assert_eq!(how["assets"], How::Told(vec![("us-gaap:Assets".to_owned(), "here".to_owned())]));
}

#[test]
fn what_cannot_be_derived_is_named_whole() {
    let facts = Facts::new(vec![at("equity", END, 40, "USD")], None);
    let lack = value(&facts, "liabilities / revenue + ln(shares)").unwrap_err();
    assert_eq!(lack.to_string(), "missing: assets, revenue, shares");
    assert!(value(&Facts::new(Vec::new(), None), "equity").is_err());
}

#[test]
fn a_ratio_over_nought_has_no_value() {
    let facts = Facts::new(vec![at("assets", END, 0, "USD"), at("equity", END, -40, "USD")], None);
    assert_eq!(value(&facts, "equity / assets").unwrap_err().to_string(), "undefined: assets is 0");
    assert_eq!(value(&facts, "ln(equity)").unwrap_err().to_string(), "says nothing: equity is not above 0");
    assert_eq!(value(&facts, "(equity < 0) - abs(equity)"), Ok(-39.0));
}

#[test]
fn a_return_on_negative_equity_says_nothing() {
    let facts = Facts::new(vec![at("assets", END, 100, "USD"), at("equity", END, -40, "USD")], None);
    let formula = Definition { text: String::new(), formula: Expression::parse("assets / equity").unwrap() };
    let multiplier = Indicator {
        side: "solvency".to_owned(),
        name: "equity multiplier".to_owned(),
        definition: formula,
        unit: String::new(),
        direction: Direction::Riskier,
        positive: vec!["equity".to_owned()],
        source: String::new(),
    };
    let all = indicators(&definitions(), &[], &[multiplier], &facts, 1);
    assert_eq!(all[0][0].0, Err(Lack::NotPositive("equity".to_owned())));
}

#[test]
fn four_quarters_are_a_year_and_three_are_not() {
    let starts = [date(2022, 1, 1), date(2022, 4, 1), date(2022, 7, 1), date(2022, 10, 1)];
    let ends = [date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30), END];
    let quarters: Vec<Fact> =
        starts.iter().zip(ends).zip(1..).map(|((start, end), value)| over("revenue", *start, end, value)).collect();
    assert_eq!(value(&Facts::new(quarters.clone(), None), "revenue"), Ok(10.0));
    let three = Facts::new(quarters[1..].to_vec(), None);
    assert_eq!(value(&three, "revenue").unwrap_err().to_string(), "missing: revenue (275 of 365 days)");
    let with_gap = Facts::new(vec![quarters[0].clone(), quarters[2].clone(), quarters[3].clone()], None);
    assert_eq!(value(&with_gap, "revenue").unwrap_err().to_string(), "missing: revenue (184 of 365 days)");
}

#[test]
fn ten_days_of_sales_are_no_year() {
    let facts = Facts::new(vec![over("revenue", date(2022, 12, 22), END, 10), at("equity", END, 3, "USD")], None);
    assert_eq!(value(&facts, "revenue").unwrap_err().to_string(), "missing: revenue");
    assert_eq!(value(&facts, "equity"), Ok(3.0));
}

#[test]
fn a_year_of_53_weeks_is_a_year_and_the_one_before_is_found() {
    let year = over("revenue", date(2022, 1, 30), date(2023, 2, 4), 530);
    let before = over("revenue", date(2021, 1, 31), date(2022, 1, 29), 520);
    assert_eq!(value(&Facts::new(vec![before, year], None), "revenue - revenue[-1]"), Ok(10.0));
}

#[test]
fn the_last_filing_stands_and_the_first_is_kept() {
    let facts = Facts::new(vec![at("assets", END, 100, "USD"), at("assets", END, 90, "USD")], None);
    assert_eq!(value(&facts, "assets"), Ok(90.0));
    assert_eq!(facts.restated[0].before.value, 100.into());
}

#[test]
fn the_currency_of_most_facts_stands_and_others_are_counted() {
    let told = vec![
        at("assets", END, 90, "EUR"),
        at("assets", END, 100, "USD"),
        at("equity", END, 40, "USD"),
        at("shares", END, 7, "shares"),
    ];
    let facts = Facts::new(told, None);
    assert_eq!((facts.currency.as_str(), value(&facts, "assets")), ("USD", Ok(100.0)));
    assert_eq!(facts.left_out, BTreeMap::from([("EUR".to_owned(), 1)]));
}

#[test]
fn a_cover_speaks_some_weeks_later() {
    let facts = Facts::new(vec![at("shares", date(2023, 1, 25), 7, "shares"), at("assets", END, 1, "USD")], Some(END));
    assert_eq!(value(&facts, "shares"), Ok(7.0));
    let late = Facts::new(vec![at("shares", date(2023, 8, 1), 7, "shares")], Some(END));
    assert!(value(&late, "shares").is_err());
}

#[test]
fn a_formula_that_cannot_be_read_says_where() {
    assert_eq!(
        Expression::parse("a / ").unwrap_err().to_string(),
        "`a / `: expected a number, a name or `(` at character 5"
    );
    assert_eq!(Expression::parse("(a + b").unwrap_err().to_string(), "`(a + b`: expected `)` at character 7");
    assert_eq!(Expression::parse("a[1]").unwrap_err().expected, "years back, as in `[-1]`");
    let whole = Expression::parse("1.2 * a / b + (c > 0)").unwrap();
    assert_eq!(whole.names(), ["a", "b", "c"]);
}

#[test]
fn an_account_that_never_moved_is_unknown() {
    let totals = |sales: i128| BTreeMap::from([(domain::Account::Sales, -sales)]);
    let month = |start: Date| LedgerMonth { start, end: start.last_of_month(), totals: totals(1_000) };
    let months: Vec<LedgerMonth> = (1..=12).map(|month_of| month(date(2022, month_of, 1))).collect();
    let facts = facts_of_ledger(domain::Currency::GBP, &months, &[(END, totals(12_000))], false);
    let facts = Facts::new(facts, None);
    assert_eq!(value(&facts, "revenue"), Ok(120.0));
    assert!(value(&facts, "assets").is_err(), "books without opening balances tell no assets");
}

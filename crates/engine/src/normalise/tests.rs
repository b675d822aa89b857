//! The header's example, and each rule of what a document is.

use super::*;
use crate::document::SalesKind;
use domain::policy::LineRule;
use domain::{Account, Currency, Digest, Invoice, InvoiceLine, LineNature, RecordId};
use jiff::Timestamp;

fn record(number: &str, lines: &[(&str, i64, &str)]) -> Record {
    let line = |(code, quantity, price): &(&str, i64, &str)| InvoiceLine {
        stock_code: (*code).to_owned(),
        description: String::new(),
        quantity: *quantity,
        unit_price: price.parse().unwrap(),
        span: domain::Span::default(),
    };
    let invoice = Invoice {
        number: number.to_owned(),
        buyer: None,
        country: String::new(),
        currency: Currency::GBP,
        lines: lines.iter().map(line).collect(),
    };
    let (at, file, span) = (Timestamp::UNIX_EPOCH, Digest::default(), domain::Span::default());
    Record { id: RecordId::from("shop:1"), at, file, span, content: Content::Invoice(invoice) }
}

fn policy() -> Policy {
    let nature = LineNature::Booked(Account::ShippingIncome);
    let rule = |code: &str| LineRule { stock_code: code.to_owned(), nature };
    let (credit_note_prefix, adjustment_prefix) = ("C".to_owned(), "A".to_owned());
    let line_rules = vec![rule("POST"), rule("dot*")];
    Policy { credit_note_prefix, adjustment_prefix, line_rules, ..Policy::default() }
}

fn sales(number: &str, lines: &[(&str, i64, &str)]) -> crate::document::SalesDocument {
    sales_of("shop:1", number, lines)
}

fn sales_of(id: &str, number: &str, lines: &[(&str, i64, &str)]) -> crate::document::SalesDocument {
    match normalise(&policy(), &Record { id: id.into(), ..record(number, lines) }).unwrap().kind {
        Kind::Sales(sales) => sales,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_example_by_hand() {
    let sales = sales("1", &[("W", 3, "0.335"), ("POST", 1, "5.00")]);
    assert_eq!(sales.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [100, 500]);
    assert_eq!((sales.kind, sales.total.minor, sales.due.minor), (SalesKind::Sale, 600, 600));
    assert_eq!(sales.lines[1].nature, LineNature::Booked(Account::ShippingIncome));
}

#[test]
fn prefixes_are_for_tables_of_invoices_and_not_for_sources_that_tell_by_the_sign() {
    let kind = |id: &str, number: &str, quantity| sales_of(id, number, &[("W", quantity, "5")]).kind;
    for id in ["event:invoice/A1", "shopify-orders:A1", "shopify-refunds:A1", "olist:A1"] {
        assert_eq!([kind(id, "A1", 1), kind(id, "C1", 1)], [SalesKind::Sale; 2], "{id}");
        assert_eq!([kind(id, "A1", -1), kind(id, "C1", -1)], [SalesKind::CreditNote; 2], "{id}");
    }
    for id in ["online-retail:A1", "my-invoices:A1"] {
        assert_eq!([kind(id, "A1", 1), kind(id, "C1", 1)], [SalesKind::Adjustment, SalesKind::CreditNote], "{id}");
    }
}

#[test]
fn the_first_rule_that_fits_says_what_it_is() {
    for (number, quantity, price, kind) in [
        ("A1", 1, "0", SalesKind::StockCorrection),
        ("A1", 1, "-5", SalesKind::Adjustment),
        ("C1", 1, "5", SalesKind::CreditNote),
        ("1", -1, "5", SalesKind::CreditNote),
        ("1", 1, "5", SalesKind::Sale),
    ] {
        assert_eq!(sales(number, &[("W", quantity, price)]).kind, kind, "{number} {quantity} × {price}");
    }
}

fn trial_balance(lines: &[(&str, &str, i64)]) -> Result<Document, domain::Issue> {
    let line = |(code, name, minor): &(&str, &str, i64)| domain::TrialBalanceLine {
        account_code: (*code).to_owned(),
        account_name: (*name).to_owned(),
        amount: domain::Money::new(*minor, Currency::GBP),
        span: domain::Span::default(),
    };
    let cut_over = "2025-12-31".parse().unwrap();
    let balance = domain::TrialBalance { cut_over, lines: lines.iter().map(line).collect() };
    let rule = domain::policy::AccountRule { theirs: "Bank*".to_owned(), ours: Account::Bank };
    let policy = Policy { account_rules: vec![rule], ..Policy::default() };
    normalise(&policy, &Record { content: Content::TrialBalance(balance), ..record("1", &[]) })
}

#[test]
fn a_trial_balance_stands_on_our_accounts_or_in_suspense() {
    let lines = [("1200", "Bank", 6_000), ("bank-usd", "", 4_000), ("3000", "Capital", -10_000)];
    let Kind::Opening(opening) = trial_balance(&lines).unwrap().kind else { panic!("no opening") };
    let balances: Vec<_> = opening.balances.into_iter().map(|((account, _), minor)| (account, minor)).collect();
    assert_eq!(balances, [(Account::Bank, 10_000), (Account::Suspense, -10_000)]);
    let issue = trial_balance(&lines[..2]).unwrap_err();
    assert_eq!((issue.rule, issue.stage), (domain::IssueRule::IdentityBroken, Stage::Normalise));
}

#[test]
fn stock_codes_are_compared_without_case_or_blanks_and_by_prefix() {
    let natures = sales("1", &[(" post ", 1, "1"), ("DOTCOM", 1, "1"), ("POSTER", 1, "1")]);
    let goods: Vec<bool> = natures.lines.iter().map(|line| line.nature == LineNature::Goods).collect();
    assert_eq!(goods, [false, false, true]);
}

#[test]
fn a_country_has_one_form_however_it_is_written() {
    for (written, key) in [("EIRE", "IE"), ("Ireland", "IE"), ("爱尔兰", "IE"), ("Atlantis", "atlantis")] {
        let mut record = record("1", &[("W", 1, "1")]);
        let Content::Invoice(invoice) = &mut record.content else { panic!("an invoice") };
        invoice.country = written.to_owned();
        let Kind::Sales(sales) = normalise(&policy(), &record).unwrap().kind else { panic!("sales") };
        assert_eq!((sales.country.written.as_str(), sales.country.key().as_str()), (written, key));
    }
}

//! Layouts, days and damage of trial balances, and what is said of those that do not balance.

use super::{TrialBalances, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, told};
use crate::{Source, recognise};
use domain::{Content, Currency, IssueRule, Money, Record, Span, TrialBalance, TrialBalanceLine};
use jiff::civil::date;
use proptest::prelude::*;

/// Three accounts, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&balance(&[
        ("1000", "Bank, main", 120_050),
        ("1100", "Debtors 应收账款", 30_000),
        ("1900", "Equity", -150_050),
    ]))
}

fn balance(lines: &[(&str, &str, i64)]) -> TrialBalance {
    let line = |(code, name, minor): &(&str, &str, i64)| TrialBalanceLine {
        account_code: (*code).to_owned(),
        account_name: (*name).to_owned(),
        amount: Money::new(*minor, Currency::GBP),
        span: Span::default(),
    };
    TrialBalance { cut_over: date(2025, 12, 31), lines: lines.iter().map(line).collect() }
}

fn read(record: &Record) -> &TrialBalance {
    let Content::TrialBalance(balance) = &record.content else { panic!("{record:?}") };
    balance
}

/// `(code, name, amount)` of every account, and the day.
fn accounts(text: &str) -> (Vec<(String, String, String)>, String) {
    assert!(TrialBalances.recognises(text.as_bytes()), "{text}");
    let parsed = parse(&TrialBalances, text.as_bytes());
    assert_eq!(told(&parsed.issues), [], "{text}");
    let balance = read(&parsed.records[0]);
    let lines = balance
        .lines
        .iter()
        .map(|line| (line.account_code.clone(), line.account_name.clone(), line.amount.to_string()));
    (lines.collect(), balance.cut_over.to_string())
}

#[test]
fn layouts_of_five_languages() {
    for (text, amounts) in [
        (
            "Shop Ltd\nTrial balance as at 31 December 2025\n\nAccount,Debit,Credit\nBank,\"1,250.00\",\nSales,,\"1,250.00\"\nTotal,\"1,250.00\",\"1,250.00\"\n",
            ["1250.00 GBP", "-1250.00 GBP"],
        ),
        (
            "Saldenliste zum 31.12.2025\nKontonummer;Bezeichnung;Saldo Soll;Saldo Haben;Währung\n1200;Bank;1.250,00;;EUR\n8400;Erlöse;;1.250,00;EUR\nSumme;;1.250,00;1.250,00;\n",
            ["1250.00 EUR", "-1250.00 EUR"],
        ),
        (
            "Sumas y saldos al 31/12/2025\nCuenta;Nombre;Debe;Haber;Saldo deudor;Saldo acreedor\n572;Bancos;9.000,00;1,00;8.999,00;0,00\n700;Ventas;1,00;9.000,00;0,00;8.999,00\n",
            ["8999.00 GBP", "-8999.00 GBP"],
        ),
        (
            "Balancete em 31-12-2025\nConta\tDescrição\tSaldo\tD/C\n11\tCaixa\t5,00\tD\n71\tVendas\t5,00\tC\n",
            ["5.00 GBP", "-5.00 GBP"],
        ),
        (
            "科目余额表\n截至2025年12月31日\n科目编码,科目名称,期初余额,期末借方余额,期末贷方余额\n1002,银行存款,0,5.00,0\n6001,主营业务收入,0,0,5.00\n合计,,0,5.00,5.00\n",
            ["5.00 GBP", "-5.00 GBP"],
        ),
        (
            "As of,Account code,Name,Balance (EUR)\n2025-12-31,10,Bank,5.00\n2025-12-31,40,Sales,(5.00)\n",
            ["5.00 EUR", "-5.00 EUR"],
        ),
    ] {
        let (lines, day) = accounts(text);
        assert_eq!(lines.iter().map(|line| line.2.as_str()).collect::<Vec<_>>(), amounts, "{text}");
        assert_eq!(day, "2025-12-31", "{text}");
    }
}

#[test]
fn headings_and_totals_are_no_accounts() {
    let text = "As at 2025-12-31\nAccount code,Account name,Debit,Credit\nASSETS,,,\n1000,Bank,5.00,\n1010,Cash,-,\nTotal assets,,5.00,\n4000,Sales,,5.00\n,Total,5.00,5.00\n";
    let parsed = parse(&TrialBalances, text.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.skipped, read(&parsed.records[0]).lines.len()), (6, 3, 3));
    assert_eq!(ids(&parsed.records), ["trial-balance:2025-12-31"]);
    assert_eq!(parsed.records[0].at.to_string(), "2025-12-31T23:59:59Z");
    let wrong = parse(&TrialBalances, text.replace(",Total,5.00,5.00", ",Total,6.00,6.00").as_bytes());
    let said = "6.00 GBP where the accounts sum to 5.00 GBP";
    assert_eq!(told(&wrong.issues), [(8, IssueRule::IdentityBroken, "Debit", said, 0)]);
    assert_eq!(wrong.records.len(), 1);
}

#[test]
fn other_tables_are_not_taken() {
    for header in [
        "Date,Account code,Debit,Credit\n",
        "Account,Debit,Credit\n",
        "Name,Balance\n",
        "Account code,Amount\n",
        "Account code,Account name,Debit\n",
        "Buchungstag;Konto;Soll;Haben\n",
    ] {
        assert!(!TrialBalances.recognises(header.as_bytes()), "{header}");
    }
}

/// What is said of a file with these rows, of which nothing is kept.
fn said(rows: &str) -> String {
    let text = format!("As at 2025-12-31\nAccount code,Account name,Debit,Credit\n{rows}");
    let parsed = parse(&TrialBalances, text.as_bytes());
    assert!(parsed.records.is_empty());
    let issue = parsed.issues.last().unwrap();
    assert_eq!((issue.rule, issue.rows > 0), (IssueRule::IdentityBroken, true));
    issue.value.clone()
}

#[test]
fn what_does_not_balance_says_by_how_much_and_likely_why() {
    for (rows, expected) in [
        (
            "1,Bank,120.00,\n3,Capital,,100.00\nTotal,,120.00,120.00\n",
            "debits exceed credits by 20.00 GBP: the total row has 120.00 GBP, so a credit of 20.00 GBP is missing",
        ),
        (
            "1,Bank,100.00,\n2,Loan,30.00,\n3,Capital,,70.00\n",
            "debits exceed credits by 60.00 GBP: account `2 Loan` likely stands on the wrong side",
        ),
        (
            "1,Bank,100.00,\n2,Stock,7.01,\n3,Capital,,100.00\n",
            "debits exceed credits by 7.01 GBP: likely account `2 Stock` comes twice, or what stands against it is missing",
        ),
        (
            "1,Bank,100.00,\n4,Sales,,90.99\n",
            "debits exceed credits by 9.01 GBP: no account of equity or result is there; likely that is missing",
        ),
        (
            "1,Bank,100.00,\n3,Capital,,109.00\n",
            "credits exceed debits by 9.00 GBP: nine divides it, so likely two digits changed places",
        ),
        (
            "1,Bank,100.00,\n3,Capital,,100.01\n",
            "credits exceed debits by 0.01 GBP: nothing tells which account is to blame",
        ),
        ("1,Bank,100.00,\n2,Till,x,\n3,Capital,,100.00\n", "a row of the trial balance could not be read"),
    ] {
        assert_eq!(said(rows), expected);
    }
}

#[test]
fn a_file_without_a_day_is_held_back_whole() {
    let parsed = parse(&TrialBalances, b"Account code,Debit,Credit\n1,5,\n2,,5\n");
    assert_eq!(
        told(&parsed.issues),
        [(1, IssueRule::MissingValue, "as of", "no line says the day of the balances", 2)]
    );
    let text = "As at 2027-12-31\nAccount code,Debit,Credit\n1,5,\n2,,5\n";
    let future = parse(&TrialBalances, text.as_bytes());
    assert_eq!(told(&future.issues), [(3, IssueRule::DateInFuture, "as of", "2027-12-31", 2)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("7,x,5.001,,GBP", InvalidNumber, "Debit", "5.001"),
        (",,5.00,,GBP", MissingValue, "Account code", ""),
        ("7,x,5.00,,POUND", InvalidCurrency, "Currency", "POUND"),
        ("7,x,5.00", WrongFieldCount, "", "3 of 5 fields"),
    ] {
        let text =
            format!("As at 2025-12-31\nAccount code,Account name,Debit,Credit,Currency\n1,Bank,5.25,,GBP\n{row}\n");
        let parsed = parse(&TrialBalances, text.as_bytes());
        assert_eq!(told(&parsed.issues)[0], (4, rule, column, value, 1));
        assert_eq!((parsed.rows, parsed.records.len()), (2, 0));
    }
    let days = "As of,Account code,Balance\n2025-12-31,1,5\n2025-11-30,2,-5\n";
    let parsed = parse(&TrialBalances, days.as_bytes());
    assert_eq!(told(&parsed.issues)[0], (3, IdentityBroken, "As of", "2025-11-30", 1));
}

#[test]
fn the_golden_is_this_format_s_alone() {
    assert_eq!(recognise(&golden()).map(Source::name), Some("trial-balance"));
}

prop_compose! {
    pub(crate) fn any_balance()(rows in prop::collection::vec((awkward_key(), awkward(), 1_i32..), 1..6)) -> TrialBalance {
        let total: i64 = rows.iter().map(|row| i64::from(row.2)).sum();
        let mut lines: Vec<_> = rows.iter().map(|(code, name, minor)| (code.as_str(), name.as_str(), i64::from(*minor))).collect();
        lines.push(("kend", "Equity", -total));
        balance(&lines)
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(written in any_balance()) {
        let parsed = parse(&TrialBalances, &write(&written));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let said = |balance: &TrialBalance| {
            let line = |line: &TrialBalanceLine| (line.account_code.clone(), line.account_name.clone(), line.amount);
            balance.lines.iter().map(line).collect::<Vec<_>>()
        };
        prop_assert_eq!(said(read(&parsed.records[0])), said(&written));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&TrialBalances, &damaged(golden(), &damage));
    }
}

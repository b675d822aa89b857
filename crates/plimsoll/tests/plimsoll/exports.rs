//! The ledger in other programs' formats: what they read is what the books say, to the last digit.

use crate::server::{Server, new_business};
use crate::shop::{SHOP, run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::Reader;
use tempfile::TempDir;

/// Balances that are not nothing, by account and currency, as decimals.
type Balances = BTreeMap<(String, String), String>;

fn export(dir: &Path, format: &str, into: &Path) -> PathBuf {
    let out = into.join(format);
    let said = run(dir, &["export", format, "--out", out.to_str().unwrap(), "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{format}");
    assert!(said.json()["rows"].as_u64().unwrap() > 0, "{format}");
    assert!(!into.join(format!("{format}.unfinished")).exists());
    out
}

/// Major units without needless zeros, so that `1.50` and `1.5` are one.
fn plain(text: &str) -> String {
    let text = text.replace(',', "");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}

fn balances(dir: &Path, named: impl Fn(&str, &str) -> String) -> Balances {
    let rows = run(dir, &["ledger", "--json"]).json_lines();
    let mut balances = Balances::new();
    for row in rows.iter().filter(|row| row["balance"]["minor"] != 0) {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let name = named(&text(&row["class"]), &text(&row["account"]));
        balances.insert((name, text(&row["balance"]["currency"])), plain(&text(&row["balance"]["text"])));
    }
    assert!(balances.len() > 5);
    balances
}

fn root(class: &str) -> &'static str {
    match class {
        "asset" => "assets",
        "liability" => "liabilities",
        "equity" => "equity",
        "income" => "income",
        _ => "expenses",
    }
}

/// The shop's books with payments of other currencies beside: of two digits, none, and three.
fn books() -> (PathBuf, TempDir) {
    let (dir, kept) = SHOP.books().close();
    let server = Server::start(&dir, &[]);
    for (id, currency, gross) in [("e1", "EUR", "12345.60"), ("e2", "JPY", "1500"), ("e3", "KWD", "0.125")] {
        let event = format!(
            r#"{{"type":"payment","id":"{id}","at":"2010-12-05T12:00:00Z","currency":"{currency}","gross":"{gross}","description":"a \"b\"; c, d"}}"#
        );
        assert_eq!(server.post(&event).status, 200, "{id}");
    }
    server.stop();
    (dir, kept)
}

#[test]
#[cfg_attr(not(hledger), ignore = "PLIMSOLL_HLEDGER is not set (scripts/install-test-tools tells it)")]
fn hledger_reads_the_export_and_agrees_on_every_balance() {
    let (dir, folder) = books();
    let journal = export(&dir, "hledger", folder.path());
    let hledger = |args: &[&str]| {
        let tool = option_env!("PLIMSOLL_HLEDGER").unwrap_or_default();
        let output = Command::new(tool).arg("-f").arg(&journal).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    hledger(&["check", "accounts", "commodities", "balancedwithautoconversion"]);
    let said = hledger(&["balance", "--flat", "--no-total", "--output-format", "csv"]);
    let mut theirs = Balances::new();
    for line in said.lines().skip(1) {
        let (account, amounts) = line.trim_matches('"').split_once("\",\"").unwrap();
        for amount in amounts.split(", ") {
            let (number, currency) = amount.rsplit_once(' ').unwrap();
            theirs.insert((account.to_owned(), currency.to_owned()), plain(number));
        }
    }
    assert_eq!(theirs, balances(&dir, |class, account| format!("{}:{account}", root(class))));
    // An amount that is off by a minor unit is found by hledger itself.
    let text = std::fs::read_to_string(&journal).unwrap();
    let last = text.rfind("assets:bank  0.00 GBP = ").unwrap();
    let wrong =
        format!("{}assets:bank  0.01 GBP = {}", &text[..last], &text[last + "assets:bank  0.00 GBP = ".len()..]);
    std::fs::write(&journal, wrong).unwrap();
    let tool = option_env!("PLIMSOLL_HLEDGER").unwrap_or_default();
    assert!(!Command::new(tool).arg("-f").arg(&journal).arg("check").output().unwrap().status.success());
}

#[test]
#[cfg_attr(not(beancount), ignore = "PLIMSOLL_BEANCOUNT is not set (scripts/install-test-tools tells it)")]
fn beancount_reads_the_export_and_agrees_on_every_balance() {
    let (dir, folder) = books();
    let file = export(&dir, "beancount", folder.path());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/peers/beancount_balances.py");
    let python = option_env!("PLIMSOLL_BEANCOUNT").unwrap_or_default();
    let output = Command::new(python).arg(script).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["errors"], serde_json::json!([]));
    assert_eq!(said["transactions"], Reader::open(&dir).unwrap().entries(&all()).unwrap().len());
    let mut theirs = Balances::new();
    for (name, amount) in said["balances"].as_object().unwrap() {
        let (account, currency) = name.rsplit_once(' ').unwrap();
        let amount = plain(amount.as_str().unwrap());
        if amount != "0" {
            theirs.insert((account.to_owned(), currency.to_owned()), amount);
        }
    }
    assert_eq!(theirs, balances(&dir, |class, account| format!("{}:{}", capital(root(class)), words(account))));
}

fn all() -> store::EntryFilter {
    store::EntryFilter { limit: u32::MAX, ..store::EntryFilter::default() }
}

fn capital(word: &str) -> String {
    format!("{}{}", word[..1].to_uppercase(), &word[1..])
}

fn words(account: &str) -> String {
    account.split('_').map(capital).collect::<Vec<_>>().join("-")
}

/// Tables are read back by the readers of uploads: each posting is there once, and sums to the balances.
#[test]
fn tables_hold_every_posting_once() {
    let (dir, folder) = books();
    let entries = Reader::open(&dir).unwrap().entries(&all()).unwrap();
    let postings: usize = entries.iter().map(|entry| entry.postings.len()).sum();
    for format in ["csv", "parquet", "xlsx"] {
        let bytes = std::fs::read(export(&dir, format, folder.path())).unwrap();
        let tables = sources::unpack(&bytes).unwrap();
        let table = tables.into_iter().next_back().unwrap().text.unwrap().into_owned();
        let table = String::from_utf8(table).unwrap();
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        let head = &rows[0];
        let column = |name: &str| head.iter().position(|cell| *cell == name).unwrap();
        assert_eq!(rows.len() - 1, postings, "{format}");
        let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
        for row in &rows[1..] {
            let currency = domain::Currency::from_code(row[column("currency")]).unwrap();
            let minor = if format == "parquet" {
                row[column("minor")].parse::<i128>().unwrap()
            } else {
                let minor = |name: &str| -> i128 {
                    let text = row[column(name)];
                    let amount = if text.is_empty() { "0" } else { text }.parse().unwrap();
                    i128::from(domain::Money::from_decimal(amount, currency).unwrap().minor)
                };
                minor("debit") - minor("credit")
            };
            *sums.entry((row[column("account")].to_owned(), currency.code().to_owned())).or_default() += minor;
        }
        let ours = run(&dir, &["ledger", "--json"]).json_lines().into_iter().map(|row| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let key = (text(&row["account"]), text(&row["balance"]["currency"]));
            (key, i128::from(row["balance"]["minor"].as_i64().unwrap()))
        });
        assert_eq!(sums, ours.collect::<BTreeMap<_, _>>(), "{format}");
    }
}

/// What a payout is made of is what leaves the processor for it, in the months that the parts belong to.
#[test]
fn a_payout_summary_accounts_for_every_payout() {
    let (dir, folder) = SHOP.books().close();
    let text = std::fs::read_to_string(export(&dir, "payout-summary", folder.path())).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut whole, mut payouts) = (0, std::collections::BTreeSet::new());
    let pence = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or(0);
    for row in &rows {
        *sums.entry(row[0]).or_default() += pence(row[6]) - pence(row[7]);
        if payouts.insert(row[0]) && row[9] == "0.00" {
            whole += 1;
        }
    }
    assert!(sums.values().all(|sum| *sum == 0), "each journal balances");
    assert!(payouts.len() > 5 && whole * 10 >= payouts.len() * 8, "{whole} of {} are whole", payouts.len());
}

#[test]
fn empty_books_make_empty_exports() {
    let (dir, folder) = new_business();
    for format in ["hledger", "beancount", "csv", "xlsx", "parquet", "payout-summary"] {
        let out = folder.path().join(format);
        let said = run(&dir, &["export", format, "--out", out.to_str().unwrap(), "--json"]);
        assert_eq!((said.code, said.json()["entries"].as_u64()), (0, Some(0)), "{format}: {}", said.err);
    }
    let said = run(&dir, &["export", "csv", "--out", "/no/such/folder/x.csv"]);
    assert_eq!(said.code, 4, "{}", said.err);
}

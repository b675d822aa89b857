//! Books of a small marketplace, worked out by hand: cost of goods, what sellers are owed, sales tax, fees against the
//! price list, a budget; each posted by readable rules and led back to the lines of the file.

use crate::server::Server;
use crate::shop::run;
use plimsoll::policy_file::DEFAULT;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A seller's lamps, bowls of the marketplace's own, tax, and a payment of which too much was kept.
const EVENTS: &str = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-02T10:00:00Z","number":"1","buyer":"ann","country":"DE","currency":"GBP","lines":[{"stock_code":"S1-LAMP","description":"","quantity":2,"unit_price":"5.00"},{"stock_code":"TAX","description":"","quantity":1,"unit_price":"1.90"}]}
{"plimsoll":1,"type":"invoice","id":"C1","at":"2025-06-05T10:00:00Z","number":"C1","buyer":"ann","country":"DE","currency":"GBP","lines":[{"stock_code":"S1-LAMP","description":"","quantity":-1,"unit_price":"4.00"}]}
{"plimsoll":1,"type":"invoice","id":"2","at":"2025-06-03T10:00:00Z","number":"2","buyer":"bob","country":"FR","currency":"GBP","lines":[{"stock_code":"BOWL","description":"","quantity":12,"unit_price":"2.50"},{"stock_code":"MARKET TAX","description":"","quantity":1,"unit_price":"6.00"},{"stock_code":"MARKET TAX","description":"","quantity":-1,"unit_price":"6.00"}]}
{"plimsoll":1,"type":"payment","id":"ch_1","at":"2025-06-02T10:05:00Z","currency":"GBP","gross":"11.90","fee":"0.38","order":"1"}
{"plimsoll":1,"type":"payment","id":"ch_2","at":"2025-06-03T10:05:00Z","currency":"GBP","gross":"30.00","fee":"0.95","order":"2"}
{"plimsoll":1,"type":"stock_movement","id":"p1","at":"2025-05-01T09:00:00Z","stock_code":"BOWL","quantity":10,"reason":"purchase","unit_cost":"1.00","currency":"GBP"}
{"plimsoll":1,"type":"stock_movement","id":"p2","at":"2025-05-20T09:00:00Z","stock_code":"BOWL","quantity":10,"reason":"purchase","unit_cost":"1.30","currency":"GBP"}
{"plimsoll":1,"type":"stock_movement","id":"s1","at":"2025-06-03T12:00:00Z","stock_code":"BOWL","quantity":-12,"reason":"sale"}
"#;

const RULES: &str = r#"
[[line]]
stock_code = "MARKET TAX"
account = "sales_tax"
outside_processor = true

[[seller]]
stock_code = "S1-*"
seller = "Lamps Ltd"
commission_percent = "12.5"

[[fee]]
source = "event"
of = "charge"
currency = "GBP"
percent = "1.5"
fixed = "0.20"
"#;

/// The books under a method of costing.
fn books(method: &str) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("policy.toml"), format!("cost_of_goods = \"{method}\"\n{DEFAULT}{RULES}")).unwrap();
    std::fs::write(path("events.jsonl"), EVENTS).unwrap();
    let dir = path("data");
    let said = run(&dir, &["init", "--policy", path("policy.toml").to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = run(&dir, &["import", path("events.jsonl").to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    (dir, folder)
}

fn balance(dir: &Path, account: &str) -> i64 {
    let rows = run(dir, &["ledger", "--json"]).json_lines();
    rows.iter().filter(|row| row["account"] == account).map(|row| row["balance"]["minor"].as_i64().unwrap()).sum()
}

fn minors(value: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| value[name]["minor"].as_i64().unwrap_or_else(|| panic!("{name} of {value}"))).collect()
}

#[test]
fn goods_sold_cost_what_the_policys_method_says() {
    for (method, cost, left) in [("fifo", 1_260, 1_040), ("weighted-average", 1_380, 920)] {
        let (dir, _kept) = books(method);
        let stands = ["cost_of_goods_sold", "inventory", "trade_payables"].map(|account| balance(&dir, account));
        assert_eq!(stands, [cost, left, -2_300], "{method}");
        let line = ["statement", "income", "--period", "2025-06", "--line", "Cost of goods sold", "--json"];
        let entries = run(&dir, &line).json_lines();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0]["id"], "stock-sale/event:stock_movement/s1");
        assert_eq!(entries[0]["source_lines"][0], "events.jsonl:8");
        assert_eq!(run(&dir, &["replay"]).code, 0);
        assert_eq!(run(&dir, &["verify"]).code, 0);
    }
}

#[test]
fn a_seller_is_owed_what_was_sold_less_the_commission() {
    let (dir, _kept) = books("fifo");
    let all = run(&dir, &["sellers", "--period", "2025-06", "--json"]).json_lines();
    assert_eq!(all.len(), 1);
    let expected = [0, 1_000, -400, 75, 525];
    assert_eq!(minors(&all[0], &["opening", "sales", "returns", "commission", "closing"]), expected);
    assert_eq!((balance(&dir, "seller_payables"), balance(&dir, "commission_income")), (-525, -75));
    let later = run(&dir, &["sellers", "--period", "2025-07", "--json"]).json_lines();
    assert_eq!(minors(&later[0], &["opening", "sales", "closing"]), [525, 0, 525]);
    let told = run(&dir, &["sellers", "--period", "2025-06", "--seller", "Lamps Ltd", "--json"]).json_lines();
    let lines: Vec<_> = told[1..].iter().map(|line| (minors(line, &["owed"])[0], &line["source_line"])).collect();
    assert_eq!(lines, [(875, &Value::from("events.jsonl:1")), (-350, &Value::from("events.jsonl:2"))]);
    assert_eq!(run(&dir, &["sellers", "--seller", "Lumps"]).code, 1);
}

#[test]
fn tax_is_told_by_jurisdiction_with_what_a_marketplace_withholds() {
    let (dir, _kept) = books("fifo");
    let taxes = run(&dir, &["tax", "--period", "2025-06", "--json"]).json_lines();
    let names = ["taxable", "charged", "withheld", "owed"];
    let told: Vec<_> = taxes.iter().map(|tax| (tax["jurisdiction"].as_str().unwrap(), minors(tax, &names))).collect();
    assert_eq!(told, [("DE", vec![600, 190, 0, 190]), ("FR", vec![3_000, 600, 600, 0])]);
    assert_eq!(balance(&dir, "sales_tax"), -190);
    let csv = run(&dir, &["tax", "--period", "2025-06", "--csv"]).out;
    assert_eq!(csv.lines().nth(1), Some("DE,GBP,2,6.00,1.90,0.00,1.90"));
}

#[test]
fn a_fee_that_the_price_list_does_not_say_is_found_down_to_its_line() {
    let (dir, _kept) = books("fifo");
    let audit = run(&dir, &["fees", "--json"]).json();
    let row = &audit["rows"][0];
    assert_eq!((&row["month"], &row["source"], &row["of"]), (&"2025-06".into(), &"event".into(), &"charge".into()));
    assert_eq!(minors(row, &["gross", "expected", "charged", "difference"]), [4_190, 103, 133, 30]);
    assert_eq!((&audit["differing"], &row["lines"]), (&1.into(), &2.into()));
    let line = &audit["lines"][0];
    assert_eq!(line["record"], "event:payment/ch_2");
    assert_eq!(line["source_line"], "events.jsonl:5");
    assert_eq!(minors(line, &["expected", "charged", "difference"]), [65, 95, 30]);
    let csv = run(&dir, &["fees", "--csv"]).out;
    assert_eq!(csv.lines().nth(1), Some("2025-06,event,charge,GBP,2,0,41.90,1.03,1.33,0.30,1"));
    assert!(run(&dir, &["fees", "--lines"]).out.contains("events.jsonl:5"));
    assert_eq!(run(&dir, &["fees", "--period", "2025-05", "--json"]).json()["rows"], Value::Array(Vec::new()));
}

#[test]
fn a_budget_stands_beside_what_was_earned() {
    let (dir, kept) = books("fifo");
    let file = kept.path().join("budget.csv");
    std::fs::write(&file, "account,2025-06,2025-07\nsales,25.00,99.00\ncost_of_goods_sold,10.00,\n").unwrap();
    let file = file.to_str().unwrap();
    let ask = ["statement", "income", "--period", "2025-06", "--budget", file];
    let income = run(&dir, &[&ask[..], &["--json"]].concat()).json();
    let labels: Vec<&str> =
        income["columns"].as_array().unwrap().iter().map(|column| column["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["2025-06", "budget", "beyond the budget"]);
    let sections = income["sections"].as_array().unwrap();
    let lines: Vec<&Value> = sections.iter().flat_map(|section| section["lines"].as_array().unwrap()).collect();
    let of = |name: &str| {
        let line = lines.iter().find(|line| line["name"] == name).unwrap();
        line["amounts"].as_array().unwrap().iter().map(|amount| amount["minor"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of("Sales"), [3_000, 2_500, 500]);
    assert_eq!(of("Cost of goods sold"), [1_260, 1_000, 260]);
    let half = ["statement", "income", "--period", "2025-06-01..2025-06-15", "--budget", file];
    assert!(run(&dir, &half).err.contains("whole months"));
    assert!(run(&dir, &["statement", "balance-sheet", "--budget", file]).err.contains("income statement alone"));
}

#[test]
fn the_pages_of_the_books_show_what_the_api_gives() {
    let (dir, _kept) = books("fifo");
    let server = Server::start(&dir, &[]);
    let fees = server.get("/v1/fees?period=2025-06").json();
    assert_eq!(fees["differing"], 1);
    for (page, says) in [
        ("/fees", "event:payment/ch_2"),
        ("/fees.csv", "2025-06,event,charge"),
        ("/postings", "stock sale"),
        ("/rollforward?period=2025-06", "payments_unapplied"),
        ("/close?month=2025-06", "Checks"),
        ("/statements", "Balance sheet"),
    ] {
        let answer = server.get(page);
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text.contains(says), "{page} lacks {says}: {}", answer.text);
    }
}

//! What goes wrong has a name: nothing is posted wrong, and nothing is lost. A difference of timing clears itself when the
//! other side comes.

use crate::shop::run;
use crate::ways_to_pay::{balances, books_of, import, open};
use serde_json::Value;
use std::path::Path;

fn issues(dir: &Path) -> Vec<(String, String)> {
    let rows = run(dir, &["issues", "--json", "--limit", "100"]).json_lines();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(row, "rule"), text(row, "value"))).collect()
}

/// The books balance, are sound, and replay to the same.
fn sound(dir: &Path) {
    assert_eq!(balances(dir).iter().map(|(_, minor)| minor).sum::<i64>(), 0);
    for verb in ["verify", "replay"] {
        assert_eq!(run(dir, &[verb]).code, 0, "{verb}");
    }
}

fn named(rows: &[(&str, i64)]) -> Vec<(String, i64)> {
    rows.iter().map(|(name, minor)| ((*name).to_owned(), *minor)).collect()
}

#[test]
fn an_unknown_currency_posts_nothing_and_is_kept() {
    let events = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-01T09:00:00Z","currency":"XYZ","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"10.00"}]}
{"type":"payment","id":"ch_1","at":"2025-06-01T09:05:00Z","currency":"GBP","gross":"10.00","order":"1"}
"#;
    let (dir, _kept) = books_of("", &[("events.jsonl", events)]);
    let found = issues(&dir);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "UnknownCurrency", "{found:?}");
    assert_eq!(balances(&dir), named(&[("processor_balance", 1_000), ("payments_unapplied", -1_000)]));
    assert!(run(&dir, &["quarantine", "list"]).out.contains("UnknownCurrency"), "it waits to be mended");
    sound(&dir);
}

#[test]
fn a_payout_in_another_currency_than_its_lines_lacks_them() {
    let events = r#"{"plimsoll":1,"type":"payment","id":"ch_1","at":"2025-06-01T09:05:00Z","currency":"EUR","gross":"10.00","payout":"po_1"}
{"type":"payment","id":"ch_2","at":"2025-06-01T10:05:00Z","currency":"GBP","gross":"8.50"}
{"type":"payout","id":"po_1","at":"2025-06-03T00:00:00Z","currency":"GBP","gross":"-8.50"}
{"type":"bank_line","id":"b1","booked":"2025-06-04","account":"GB00","currency":"GBP","amount":"8.50","reference":"1","remittance":"po_1"}
"#;
    let (dir, _kept) = books_of("", &[("events.jsonl", events)]);
    let lacking = open(&dir);
    let of = |id: &str| lacking.iter().find(|(open, _)| open == id).map(|(_, minor)| *minor);
    assert_eq!(
        of("SettlementLineMissing/event:payout/po_1"),
        Some(850),
        "the euros are none of its lines: {lacking:?}"
    );
    // Of the euros what arrived nowhere is on its way still.
    let rows = run(&dir, &["ledger", "--json"]).json_lines();
    let stands = |account: &str, currency: &str| {
        let row = rows.iter().find(|row| row["account"] == account && row["balance"]["currency"] == currency);
        row.map_or(0, |row| row["balance"]["minor"].as_i64().unwrap())
    };
    assert_eq!((stands("cash_in_transit", "EUR"), stands("bank", "GBP")), (1_000, 850), "{rows:?}");
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}

/// The refund's file comes a day before its payment's: the exception has a name, a price and an age; it clears itself.
#[test]
fn a_refund_before_its_payment_clears_itself_when_the_payment_comes() {
    let refund = r#"{"plimsoll":1,"type":"invoice","id":"C2","number":"C2","at":"2025-06-05T09:00:00Z","buyer":"ann","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":-1,"unit_price":"10.00"}]}
{"type":"refund","id":"re_1","at":"2025-06-06T09:05:00Z","currency":"GBP","gross":"-10.00","charge":"ch_1","description":"C2"}
{"type":"fee","id":"f1","at":"2025-06-10T09:05:00Z","currency":"GBP","fee":"1.00"}
"#;
    let payment = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-01T09:00:00Z","buyer":"ann","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"10.00"}]}
{"type":"payment","id":"ch_1","at":"2025-06-01T09:05:00Z","currency":"GBP","gross":"10.00","order":"1"}
"#;
    let (dir, kept) = books_of("", &[("refund.jsonl", refund)]);
    let rows = run(&dir, &["exceptions", "--json"]).json_lines();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["id"], &rows[0]["age_days"]), (&"RefundWithoutPayment/event:refund/re_1".into(), &4.into()));
    assert_eq!(rows[0]["money_at_risk"]["minor"], 1_000);
    assert!(rows[0]["suggested_fix"].as_str().unwrap().contains("older exports"), "{}", rows[0]);
    assert!(
        run(&dir, &["exceptions", "assign", "--to", "zoe", rows[0]["id"].as_str().unwrap(), "--by", "ann"]).code == 0
    );
    sound(&dir);
    import(&dir, kept.path(), "payment.jsonl", payment);
    assert_eq!(open(&dir), []);
    let all = run(&dir, &["exceptions", "--all", "--json"]).json_lines();
    assert_eq!((&all[0]["status"], &all[0]["handling"]["owner"]), (&"cleared".into(), &"zoe".into()), "{all:?}");
    let expected = [("processor_balance", -100), ("sales", -1_000), ("sales_returns", 1_000), ("processor_fees", 100)];
    assert_eq!(balances(&dir), named(&expected));
    sound(&dir);
}

#[test]
fn an_entry_in_a_locked_period_stands_in_the_open_one() {
    let invoice = |id: &str, at: &str| {
        format!(
            r#"{{"plimsoll":1,"type":"invoice","id":"{id}","at":"{at}","buyer":"ann","currency":"GBP","lines":[{{"stock_code":"BOWL","quantity":1,"unit_price":"10.00"}}]}}"#
        ) + "\n"
    };
    let (dir, kept) = books_of("", &[("june.jsonl", &invoice("1", "2025-06-10T09:00:00Z"))]);
    let said = run(&dir, &["close", "2025-06", "--lock", "--anyway", "a test", "--by", "ann"]);
    assert_eq!(said.code, 0, "{}", said.err);
    import(&dir, kept.path(), "late.jsonl", &invoice("2", "2025-06-11T09:00:00Z"));
    assert_eq!(issues(&dir), [("EntryInLockedPeriod".to_owned(), "event:invoice/2".to_owned())]);
    let entries = run(&dir, &["ledger", "--account", "sales", "--json"]).json_lines();
    let places: Vec<_> = entries.iter().map(|entry| (entry["at"].as_str(), entry["belongs_at"].as_str())).collect();
    let expected = [(Some("2025-06-10T09:00:00Z"), None), (Some("2025-07-01T00:00:00Z"), Some("2025-06-11T09:00:00Z"))];
    assert!(expected.iter().all(|place| places.contains(place)), "{places:?}");
    sound(&dir);
}

#[test]
fn a_rate_that_others_contradict_is_named_and_not_used() {
    let rates = "Date,From,To,Rate\n2025-06-02,EUR,GBP,0.85\n2025-06-02,EUR,USD,1.0625\n2025-06-02,USD,GBP,0.50\n";
    let sale = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-03T09:00:00Z","buyer":"ann","currency":"USD","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"10.00"}]}
"#;
    let (dir, _kept) = books_of("", &[("rates.csv", rates), ("sale.jsonl", sale)]);
    let found = issues(&dir);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "CircularRate", "{found:?}");
    let record = run(&dir, &["explain", "event:invoice/1", "--json"]).json();
    assert!(record.to_string().contains("\"minor\":800,"), "ten dollars are eight pounds: {record}");
    sound(&dir);
}

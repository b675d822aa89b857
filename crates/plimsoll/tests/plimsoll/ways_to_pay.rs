//! Ways to pay and be paid, worked out by hand from events to balances: gift cards, instalments, chargebacks lost and won, a
//! reserve, a payout sent by hand; nothing is left over, and each cent leads back to its line.

use crate::shop::run;
use plimsoll::policy_file::DEFAULT;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Books under the default policy and further rows, of files that were imported one after another.
pub(crate) fn books_of(rows: &str, files: &[(&str, &str)]) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (dir, policy) = (folder.path().join("data"), folder.path().join("policy.toml"));
    std::fs::write(&policy, format!("{DEFAULT}{rows}")).unwrap();
    let said = run(&dir, &["init", "--policy", policy.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    for (name, text) in files {
        import(&dir, folder.path(), name, text);
    }
    (dir, folder)
}

/// Imports one more file; rows of it may be quarantined.
pub(crate) fn import(dir: &Path, folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    let said = run(dir, &["import", path.to_str().unwrap(), "--max-rejected-rate", "100"]);
    assert!([0, 2].contains(&said.code), "{}{}", said.out, said.err);
}

/// Accounts that hold something, with their minor units.
pub(crate) fn balances(dir: &Path) -> Vec<(String, i64)> {
    let rows = run(dir, &["ledger", "--json"]).json_lines();
    let of = |row: &Value| (row["account"].as_str().unwrap().to_owned(), row["balance"]["minor"].as_i64().unwrap());
    rows.iter().map(of).filter(|(_, minor)| *minor != 0).collect()
}

/// Rules of what is open, with what they put at risk.
pub(crate) fn open(dir: &Path) -> Vec<(String, i64)> {
    let rows = run(dir, &["exceptions", "--json", "--limit", "1000"]).json_lines();
    let of = |row: &Value| (row["id"].as_str().unwrap().to_owned(), row["money_at_risk"]["minor"].as_i64().unwrap());
    rows.iter().map(of).collect()
}

const EVENTS: &str = r#"{"plimsoll":1,"type":"invoice","id":"V","at":"2025-06-01T09:00:00Z","buyer":"ann","currency":"GBP","lines":[{"stock_code":"VOUCHER","quantity":1,"unit_price":"50.00"}]}
{"type":"payment","id":"ch_v","at":"2025-06-01T09:05:00Z","currency":"GBP","gross":"50.00","fee":"0.95","order":"V"}
{"type":"invoice","id":"1","at":"2025-06-02T09:00:00Z","buyer":"bob","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"80.00"}]}
{"type":"buyer_payment","id":"g1","at":"2025-06-02T09:05:00Z","order":"1","currency":"GBP","amount":"50.00","method":"gift_card"}
{"type":"payment","id":"ch_1","at":"2025-06-02T09:05:00Z","currency":"GBP","gross":"30.00","fee":"0.65","order":"1"}
{"type":"invoice","id":"2","at":"2025-06-02T10:00:00Z","buyer":"cy","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"20.00"}]}
{"type":"payment","id":"ch_2","at":"2025-06-02T10:05:00Z","currency":"GBP","gross":"20.00","fee":"0.50","order":"2"}
{"type":"dispute","id":"dp_2","at":"2025-06-08T10:05:00Z","currency":"GBP","gross":"-20.00","fee":"15.00","charge":"ch_2"}
{"type":"invoice","id":"3","at":"2025-06-02T11:00:00Z","buyer":"di","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"40.00"}]}
{"type":"payment","id":"ch_3","at":"2025-06-02T11:05:00Z","currency":"GBP","gross":"40.00","fee":"0.80","order":"3"}
{"type":"dispute","id":"dp_3","at":"2025-06-08T11:05:00Z","currency":"GBP","gross":"-40.00","fee":"15.00","charge":"ch_3"}
{"type":"dispute_reversal","id":"dr_3","at":"2025-06-16T11:05:00Z","currency":"GBP","gross":"40.00","charge":"ch_3"}
{"type":"reserve","id":"rs_1","at":"2025-06-03T00:00:00Z","currency":"GBP","gross":"-8.00"}
{"type":"reserve","id":"rs_2","at":"2025-06-18T00:00:00Z","currency":"GBP","gross":"8.00"}
{"type":"payout","id":"po_1","at":"2025-06-20T00:00:00Z","currency":"GBP","gross":"-87.10"}
{"type":"bank_line","id":"b1","booked":"2025-06-21","account":"GB00","currency":"GBP","amount":"87.10","reference":"1","remittance":"po_1"}
"#;

const VOUCHERS: &str = "\n[[line]]\nstock_code = \"VOUCHER\"\naccount = \"gift_vouchers\"\n";

#[test]
fn gift_cards_chargebacks_a_reserve_and_a_payout_by_hand_come_out_even() {
    let (dir, _kept) = books_of(VOUCHERS, &[("events.jsonl", EVENTS)]);
    assert_eq!(open(&dir), []);
    // The voucher is used up; the dispute that was won leaves its fee alone.
    let expected = [("bank", 8_710), ("sales", -14_000), ("processor_fees", 3_290), ("disputes", 2_000)];
    assert_eq!(balances(&dir), expected.map(|(account, minor)| (account.to_owned(), minor)));
    let held = ["rollforward", "--account", "processor_reserve", "--period", "2025-06-01..2025-06-10", "--json"];
    assert_eq!(run(&dir, &held).json_lines()[0]["closing"]["minor"], 800);
    let told = run(&dir, &["explain", "event:payout/po_1", "--json"]).json();
    let drawn = told["settlements"].as_array().unwrap().iter().find(|row| row["kind"] == "payout-drawn").unwrap();
    let lines = drawn["by"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|share| share["amount"]["minor"].as_i64().unwrap()).sum();
    assert_eq!((lines.len(), sum), (9, 8_710), "payments, disputes and the reserve, net of fees");
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}

/// Fees of a chargeback stand beside it, and a loss of the goods stays where the dispute was lost.
#[test]
fn a_payment_by_instalments_settles_its_order_and_its_interest_is_named() {
    let events = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-01T09:00:00Z","buyer":"ann","currency":"BRL","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"100.00"}]}
{"type":"buyer_payment","id":"p1","at":"2025-06-01T09:05:00Z","order":"1","currency":"BRL","amount":"109.00","method":"credit_card","instalments":6}
{"type":"invoice","id":"2","at":"2025-06-01T10:00:00Z","buyer":"bob","currency":"BRL","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"100.00"}]}
{"type":"buyer_payment","id":"p2","at":"2025-06-01T10:05:00Z","order":"2","currency":"BRL","amount":"100.00","method":"credit_card","instalments":6}
"#;
    let (dir, _kept) = books_of("", &[("events.jsonl", events)]);
    assert_eq!(open(&dir), [("InstalmentInterest/event:buyer_payment/p1".to_owned(), 900)]);
    let expected = [("marketplace_clearing", 20_900), ("payments_unapplied", -900), ("sales", -20_000)];
    assert_eq!(balances(&dir), expected.map(|(account, minor)| (account.to_owned(), minor)));
}

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

const BY_HAND: &str = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-05-30T09:00:00Z","buyer":"ann","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"100.00"}]}
{"type":"payment","id":"ch_1","at":"2025-05-30T09:05:00Z","currency":"GBP","gross":"100.00","fee":"3.00","order":"1"}
{"type":"invoice","id":"2","at":"2025-06-01T09:00:00Z","buyer":"bob","currency":"GBP","lines":[{"stock_code":"BOWL","quantity":1,"unit_price":"52.00"}]}
{"type":"payment","id":"ch_2","at":"2025-06-01T09:05:00Z","currency":"GBP","gross":"52.00","fee":"2.00","order":"2"}
{"type":"payout","id":"po_1","at":"2025-06-02T00:00:00Z","currency":"GBP","gross":"-100.00"}
{"type":"payout","id":"po_2","at":"2025-06-20T00:00:00Z","currency":"GBP","gross":"-47.00"}
"#;

/// Payouts by hand are made of what they took: whole, in the months of their lines, the line that two share in parts.
#[test]
fn payouts_by_hand_are_summarised_and_split_at_the_months_end() {
    let (dir, kept) = books_of("", &[("events.jsonl", BY_HAND)]);
    let out = kept.path().join("payouts.csv");
    assert_eq!(run(&dir, &["export", "payout-summary", "--out", out.to_str().unwrap()]).code, 0);
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<[&str; 6]> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| [cells[0], cells[2], cells[5], cells[6], cells[7], cells[9]])
        .collect();
    let expected = [
        ["po_1", "2025-05", "processor_balance", "97.00", "", "0.00"],
        ["po_1", "2025-05", "payments_unapplied", "", "100.00", "0.00"],
        ["po_1", "2025-05", "processor_fees", "3.00", "", "0.00"],
        ["po_1", "2025-06", "processor_balance", "", "97.00", "0.00"],
        ["po_1", "2025-06", "cash_in_transit", "100.00", "", "0.00"],
        ["po_1", "2025-06", "payments_unapplied", "", "3.12", "0.00"],
        ["po_1", "2025-06", "processor_fees", "0.12", "", "0.00"],
        ["po_2", "2025-06", "cash_in_transit", "47.00", "", "0.00"],
        ["po_2", "2025-06", "payments_unapplied", "", "48.88", "0.00"],
        ["po_2", "2025-06", "processor_fees", "1.88", "", "0.00"],
    ];
    let sorted = |rows: &[[&str; 6]]| rows.iter().map(|row| row.join(" ")).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(sorted(&rows), sorted(&expected));
    let parts = run(&dir, &["close", "2025-05", "--json"]).json()["split_payouts"].clone();
    let minor = |part: &Value, side: &str| part[side]["minor"].as_i64().unwrap();
    let parts = parts.as_array().unwrap();
    assert_eq!(parts.len(), 1, "{parts:?}");
    assert_eq!((parts[0]["payout"].as_str(), minor(&parts[0], "before")), (Some("po_1"), 9_700));
    assert_eq!(minor(&parts[0], "after"), 300);
}

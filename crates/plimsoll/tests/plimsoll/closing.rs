//! Closing a month: what blocks is said, what comes late stands in the open month, and replay gives the same.

use crate::shop::{CORNER_SHOP, SHOP, run};
use serde_json::Value;
use std::path::Path;

fn closed(dir: &Path) {
    let said = run(dir, &["close", "2010-12", "--lock", "--anyway", "a test", "--by", "ann", "--json"]);
    assert_eq!((said.code, said.json()["locked_through"].as_str()), (0, Some("2010-12-31")), "{}", said.err);
}

fn check<'a>(checklist: &'a Value, name: &str) -> &'a Value {
    checklist["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

fn import(dir: &Path, bytes: &[u8]) -> i32 {
    let folder = tempfile::tempdir().unwrap();
    crate::shop::lay(folder.path(), &[("later.csv", bytes)]);
    run(dir, &["import", folder.path().to_str().unwrap()]).code
}

#[test]
fn the_checklist_says_what_blocks() {
    let (dir, _kept) = SHOP.books().close();
    let checklist = run(&dir, &["close", "2010-12", "--json"]).json();
    assert!(checklist["blocking"].as_u64().unwrap() > 0);
    let files = check(&checklist, "source files");
    assert_eq!(files["verdict"], "blocks", "the shop's files end before the month does: {files}");
    assert!(files["first"][0].as_str().unwrap().contains("ends on 2010-12-"), "{files}");
    assert_eq!(check(&checklist, "clearing accounts")["verdict"], "ok", "{checklist}");
    assert_eq!(check(&checklist, "rates")["verdict"], "ok");
    let lines = run(&dir, &["exceptions", "--rule", "BankLineUnexplained", "--json", "--limit", "1000"]).json_lines();
    assert_eq!(check(&checklist, "bank lines")["count"], lines.len());
    let refused = run(&dir, &["close", "2010-12", "--lock"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("checks block; work them off, or say why not with `--anyway`"), "{}", refused.err);
    assert_eq!(run(&dir, &["close", "2010-12-01"]).code, 1, "a day is no month");
}

#[test]
fn what_comes_late_stands_in_the_open_month() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let sheet = ["statement", "balance-sheet", "--as-of", "2010-12-31", "--json"];
    let before = run(&dir, &sheet).json();
    closed(&dir);
    assert_eq!(run(&dir, &["close", "2010-12", "--lock"]).code, 1, "it is closed already");
    // The whole shop's invoices: those of the corner shop are known, the rest is late.
    assert_eq!(import(&dir, &SHOP.shop), 0);
    assert_eq!(run(&dir, &sheet).json(), before, "what was closed stays as it was");
    let both = run(&dir, &[&sheet[..], &["--as-closed"]].concat()).json();
    for line in both["sections"].as_array().unwrap().iter().flat_map(|section| section["lines"].as_array().unwrap()) {
        assert_eq!(line["amounts"][0], line["amounts"][1], "{line}");
    }
    let late =
        run(&dir, &["ledger", "--account", "receivables", "--from", "2011-01-01T00:00:00Z", "--json"]).json_lines();
    assert!(!late.is_empty());
    for entry in &late {
        assert_eq!(entry["at"], "2011-01-01T00:00:00Z");
        assert!(entry["belongs_at"].as_str().unwrap().starts_with("2010-12-"), "{entry}");
    }
    let issues = run(&dir, &["issues", "--json", "--limit", "5"]).json_lines();
    assert_eq!(issues[0]["rule"], "EntryInLockedPeriod", "{}", issues[0]);
    let told = check(&run(&dir, &["close", "2011-01", "--json"]).json(), "late entries").clone();
    assert_eq!(told["verdict"], "note", "{told}");
    assert!(told["count"].as_u64().unwrap() > 100, "{told}");
    for verb in ["replay", "verify"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}

#[test]
fn a_month_is_opened_again_and_its_closed_figures_stay() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    closed(&dir);
    assert_eq!(run(&dir, &["close", "2011-02", "--reopen", "why not"]).code, 1, "it is open");
    let said = run(&dir, &["close", "2010-12", "--reopen", "a corrected statement", "--by", "bob"]);
    assert_eq!((said.code, said.out.as_str()), (0, "Open again from 2010-12-01 on.\n"), "{}", said.err);
    assert_eq!(import(&dir, &SHOP.shop), 0);
    let both = run(&dir, &["statement", "balance-sheet", "--as-of", "2010-12", "--as-closed", "--json"]).json();
    let assets = &both["totals"][0]["amounts"];
    assert_ne!(assets[0]["minor"], assets[1]["minor"], "live and as closed differ: {assets}");
    assert_eq!(both["ties"], true);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn clearing_accounts_roll_forward() {
    let (dir, _kept) = SHOP.books().close();
    let rolls =
        |period: &str| run(&dir, &["rollforward", "--period", period, "--json", "--limit", "100000"]).json_lines();
    let minor = |value: &Value| value["minor"].as_i64().unwrap();
    let (first, second) = (rolls("2010-12-01..2010-12-09"), rolls("2010-12-10..2010-12-31"));
    assert!(first.len() >= 6, "{}", first.len());
    for roll in first.iter().chain(&second) {
        let moved: i64 = roll["moved"].as_array().unwrap().iter().map(|moved| minor(&moved["amount"])).sum();
        assert_eq!(minor(&roll["opening"]) + moved, minor(&roll["closing"]), "{roll}");
        let items: i64 = roll["items"].as_array().unwrap().iter().map(|item| minor(&item["left"])).sum();
        let ages: i64 = roll["ages"].as_array().unwrap().iter().map(minor).sum();
        assert_eq!((items, ages, minor(&roll["unexplained"])), (minor(&roll["closing"]), minor(&roll["closing"]), 0));
        assert_eq!(roll["items"].as_array().unwrap().len() as u64, roll["open_items"].as_u64().unwrap());
    }
    for roll in &first {
        let next = second.iter().find(|next| next["account"] == roll["account"]).unwrap();
        assert_eq!(next["opening"], roll["closing"]);
    }
    let unknown = run(&dir, &["rollforward", "--account", "recievables"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("did you mean `receivables`?"), "{}", unknown.err);
}

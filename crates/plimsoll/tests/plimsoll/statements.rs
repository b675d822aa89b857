//! Statements at any instant: they tie, they agree with the ledger, and every line leads to the lines of the files.

use crate::server::Server;
use crate::shop::{Books, CORNER_SHOP, SHOP, run};
use jiff::{Timestamp, ToSpan};
use plimsoll::view::statement::{Ask, Column, Kind, StatementView, statements};
use serde_json::Value;
use std::path::Path;

fn statement(dir: &Path, args: &[&str]) -> Vec<Value> {
    let said = run(dir, &[&["statement"], args, &["--json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    said.json_lines()
}

fn total(statement: &Value, name: &str) -> i64 {
    let totals = statement["totals"].as_array().unwrap();
    let found = totals.iter().find(|total| total["name"] == name).unwrap_or_else(|| panic!("no {name} in {statement}"));
    found["amounts"][0]["minor"].as_i64().unwrap()
}

#[test]
fn statements_agree_with_the_ledger_and_with_each_other() {
    let (dir, _kept) = SHOP.books().close();
    let day = "2010-12-10";
    let at = format!("{day}T23:59:59.999999999Z");
    let ledger = run(&dir, &["ledger", "--at", &at, "--json"]).json_lines();
    let balance = |account: &str| -> i64 {
        let of = ledger.iter().filter(|row| row["account"] == account);
        of.map(|row| row["balance"]["minor"].as_i64().unwrap()).sum()
    };
    let debits: i64 = ledger.iter().filter_map(|row| row["balance"]["minor"].as_i64()).filter(|minor| *minor > 0).sum();
    let trial = &statement(&dir, &["trial-balance", "--as-of", day])[0];
    assert_eq!((total(trial, "debits"), total(trial, "credits")), (debits, debits));
    let sheet = &statement(&dir, &["balance-sheet", "--as-of", day])[0];
    assert_eq!(total(sheet, "total assets"), total(sheet, "liabilities and equity"));
    let income = &statement(&dir, &["income", "--from", "2010-01-01", "--to", day])[0];
    let equity = sheet["sections"].as_array().unwrap().iter().find(|section| section["name"] == "equity").unwrap();
    assert_eq!(equity["total"][0]["minor"], total(income, "result"), "the shop has no equity but its result");
    let cash = &statement(&dir, &["cash-flow", "--period", "2010-12-01..2010-12-10"])[0];
    assert_eq!(total(cash, "cash at the end"), balance("bank"));
    assert_eq!(total(cash, "cash at the start") + total(cash, "change in cash"), balance("bank"));
    assert!(balance("bank") != 0 && total(income, "result") != 0);
}

#[test]
fn statements_tie_at_every_instant() {
    let books = SHOP.books();
    let start: Timestamp = "2010-12-01T00:00:00Z".parse().unwrap();
    for hours in (0..24 * 30).step_by(53) {
        let to = start.checked_add((hours * 61).minutes()).unwrap();
        for kind in Kind::ALL {
            let column = Column { from: start, ..Column::at(to) };
            let made = statements(books.read(), &Ask { kind, columns: vec![column], currency: None }).unwrap();
            assert!(made.iter().all(|statement| statement.ties), "{kind:?} at {to}");
            let sums = |statement: &StatementView| {
                let lines = statement.lines().all(|line| {
                    line.accounts.is_empty()
                        || line.accounts.iter().map(|part| part.amounts[0].minor).sum::<i128>() == line.amounts[0].minor
                });
                lines
                    && statement.sections.iter().all(|section| {
                        section.lines.iter().map(|line| line.amounts[0].minor).sum::<i128>() == section.total[0].minor
                    })
            };
            assert!(made.iter().all(sums), "{kind:?} at {to}");
        }
    }
}

#[test]
fn a_line_leads_to_its_entries_and_to_the_lines_of_the_files() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let period = ["income", "--period", "2010-12"];
    let income = &statement(&dir, &period)[0];
    let line = &income["sections"][0]["lines"][0];
    assert_eq!(line["name"], "Sales");
    let entries = statement(&dir, &[&period[..], &["--line", "sales", "--limit", "100000"]].concat());
    let posted: i64 = entries
        .iter()
        .flat_map(|entry| entry["postings"].as_array().unwrap().iter().map(move |posting| (entry, posting)))
        .filter(|(entry, posting)| posting["account"] == entry["account"])
        .map(|(_, posting)| posting["amount"]["minor"].as_i64().unwrap())
        .sum();
    assert_eq!(-posted, line["amounts"][0]["minor"].as_i64().unwrap());
    let place = entries[0]["source_lines"][0].as_str().unwrap();
    let number: usize = place.strip_prefix("shop.csv:").unwrap().parse().unwrap();
    let text = String::from_utf8(CORNER_SHOP.shop.clone()).unwrap();
    let record = entries[0]["evidence"][0].as_str().unwrap().strip_prefix("online-retail:").unwrap();
    assert!(text.lines().nth(number - 1).unwrap().starts_with(record), "{place} holds {record}");

    let server = Server::start(&dir, &[]);
    let address = line["accounts"][0]["entries"].as_str().unwrap();
    let answer = server.get(&format!("{address}&limit=1000")).json();
    let account = line["accounts"][0]["account"].as_str().unwrap();
    let listed: i64 = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|entry| entry["postings"].as_array().unwrap())
        .filter(|posting| posting["account"] == account)
        .map(|posting| posting["amount"]["minor"].as_i64().unwrap())
        .sum();
    assert_eq!(-listed, line["accounts"][0]["amounts"][0]["minor"].as_i64().unwrap(), "{address}");
    let api = server.get("/v1/statements/income?period=2010-12").json();
    assert_eq!(&api[0], income, "the API says what the command line does");
    assert_eq!(server.get("/v1/statements/profit").status, 404);
    assert_eq!(server.get("/v1/statements/income?period=soon").status, 400);
    let csv = server.get("/statements.csv?statement=income&period=2010-12");
    assert!(csv.text.starts_with("statement,currency,section,line,code,account,2010-12\r\n"), "{}", csv.text);
}

#[test]
fn two_periods_stand_beside_each_other() {
    let (dir, _kept) = SHOP.books().close();
    let both = &statement(&dir, &["income", "--period", "2010-12-08..2010-12-14", "--against", "earlier"])[0];
    let labels: Vec<&str> = both["columns"].as_array().unwrap().iter().map(|c| c["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["2010-12-08..2010-12-14", "2010-12-01..2010-12-07"]);
    let alone = &statement(&dir, &["income", "--period", "2010-12-01..2010-12-07"])[0];
    let result = |statement: &Value, column: usize| statement["totals"][1]["amounts"][column]["minor"].clone();
    assert_eq!(result(both, 1), result(alone, 0));
    assert_ne!(result(both, 0), result(both, 1));
}

#[test]
fn several_currencies_are_told_alone_and_together() {
    let mut books = Books::new();
    books.import(&[("rates.csv", &CORNER_SHOP.rates)]);
    let (dir, _kept) = books.close();
    let server = Server::start(&dir, &[]);
    for (id, currency, gross) in [("ch_1", "EUR", "10.00"), ("ch_2", "GBP", "5.00"), ("ch_3", "KWD", "1.000")] {
        let event = format!(
            r#"{{"type":"payment","id":"{id}","at":"2011-03-02T12:00:00Z","currency":"{currency}","gross":"{gross}","customer":"zoe"}}"#
        );
        assert_eq!(server.post(&event).status, 200, "{id}");
    }
    server.stop();
    let made = statement(&dir, &["balance-sheet", "--as-of", "2011-03-31"]);
    let of: Vec<(&str, bool)> =
        made.iter().map(|one| (one["currency"].as_str().unwrap(), one["all_currencies"].as_bool().unwrap())).collect();
    assert_eq!(of, [("GBP", true), ("GBP", false), ("EUR", false), ("KWD", false)]);
    assert!(made.iter().all(|one| one["ties"] == true));
    assert_eq!(made[0]["left_out"][0]["currency"], "KWD");
    let assets = |statement: &Value| total(statement, "total assets");
    assert_eq!((assets(&made[1]), assets(&made[2]), assets(&made[3])), (500, 1_000, 1_000));
    assert!(
        assets(&made[0]) > 1_300 && assets(&made[0]) < 1_400,
        "5.00 and 10.00 EUR at some 0.88: {}",
        assets(&made[0])
    );
    assert_eq!(statement(&dir, &["balance-sheet", "--as-of", "2011-03-31", "--currency", "eur"]).len(), 1);
}

#[test]
fn what_cannot_be_read_is_named() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    for (args, expected) in [
        (&["income", "--period", "June"][..], "error: `--period` is `June`; expected a year, month or day"),
        (&["balance-sheet", "--as-of", "then"], "error: `--as-of` is `then`; expected a day, month or year"),
        (&["income", "--from", "2011-02-01", "--to", "2011-01-01"], "error: `--from` is `2011-02-01`; expected a day"),
        (&["income", "--currency", "pounds"], "error: `--currency` is `pounds`; expected a code like `GBP`"),
        (&["income", "--line", "Salse"], "error: no line `Salse`; did you mean `Sales`?"),
        (
            &["balance-sheet", "--as-closed"],
            "error: `--as-closed` is `true`; expected the end of a month that was closed",
        ),
    ] {
        let said = run(&dir, &[&["statement"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{args:?}");
        assert!(said.err.starts_with(expected), "{args:?}: {}", said.err);
    }
}

//! Lists that a business loads: people and goods that are like them have a compliance score, by replay too.

use crate::server::Server;
use crate::shop::{Books, run};
use domain::{RiskKind, Subject};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LIST: &str = "id,kind,name,aliases,reason\n\
    P1,person,Ivan Petrovich Sidorov,Iwan Sidorow; I. P. Sidorov,asset freeze\n\
    G1,goods,lithium battery,,flight safety\n";

/// A bank line from somebody, and a sale of something.
fn events(day: u32, counterparty: &str, description: &str) -> String {
    format!(
        r#"{{"plimsoll":1,"type":"bank_line","id":"b{day}","booked":"2026-01-{day:02}","account":"GB1","currency":"GBP","amount":"100.00","counterparty":"{counterparty}"}}
{{"plimsoll":1,"type":"invoice","id":"i{day}","at":"2026-01-{day:02}T10:00:00Z","buyer":"ann","currency":"GBP","lines":[{{"quantity":1,"unit_price":"20.00","description":"{description}"}}]}}
"#
    )
}

fn business() -> (PathBuf, TempDir) {
    let mut books = Books::new();
    books.import(&[("events.jsonl", events(5, "IVAN SIDOROV PETROVICH", "mug").as_bytes())]);
    books.close()
}

fn compliance(dir: &Path, record: &str) -> Option<domain::Score> {
    let subject = Subject::Transaction(record.into());
    store::Reader::open(dir).unwrap().score(&subject, RiskKind::Compliance).unwrap()
}

#[test]
fn a_list_finds_people_and_goods_from_then_on() {
    let (dir, folder) = business();
    let (list, later) = (folder.path().join("eu.csv"), folder.path().join("later.jsonl"));
    std::fs::write(&list, LIST).unwrap();
    let loaded = run(&dir, &["screen", "load", list.to_str().unwrap(), "--json"]);
    assert_eq!((loaded.code, loaded.json()["hits"].as_u64()), (0, Some(1)), "{}", loaded.err);
    let hits = run(&dir, &["screen", "hits", "--json"]).json_lines();
    assert_eq!((hits.len(), hits[0]["entry"].as_str(), hits[0]["list"].as_str()), (1, Some("P1"), Some("eu")));
    assert_eq!(compliance(&dir, "event:bank_line/b5"), None, "what came before is not judged");
    std::fs::write(&later, events(6, "IVAN SIDOROV PETROVICH", "Pack of lithium batteries") + &events(7, "Bob", "mug"))
        .unwrap();
    assert_eq!(run(&dir, &["import", later.to_str().unwrap()]).code, 0);
    let person = compliance(&dir, "event:bank_line/b6").unwrap();
    assert!(person.probability > 0.5 && person.money_at_risk.minor > 5_000, "{person:?}");
    assert!(person.reasons.iter().any(|reason| reason.value.contains("eu, P1")), "{:?}", person.reasons);
    let goods = compliance(&dir, "event:invoice/i6").unwrap();
    assert!(goods.reasons.iter().any(|reason| reason.name == "restricted goods"), "{:?}", goods.reasons);
    assert_eq!((compliance(&dir, "event:bank_line/b7"), compliance(&dir, "event:invoice/i7")), (None, None));
    assert_eq!(run(&dir, &["replay"]).code, 0);
    assert_eq!(run(&dir, &["screen", "unload", "eu"]).code, 0);
    assert_eq!(run(&dir, &["screen", "hits", "--json"]).out, "");
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn whoever_comes_new_is_held_against_the_lists_before_their_records_are_judged() {
    let mut books = Books::new();
    books.import(&[("events.jsonl", events(5, "Bob", "mug").as_bytes())]);
    let (dir, folder) = books.close();
    let hits = || run(&dir, &["screen", "hits", "--json"]).json_lines().len();
    let import = |day: u32, counterparty: &str| {
        let path = folder.path().join(format!("{day}.jsonl"));
        std::fs::write(&path, events(day, counterparty, "mug")).unwrap();
        assert_eq!(run(&dir, &["import", path.to_str().unwrap()]).code, 0);
    };
    import(6, "Iwan Sidorow");
    assert_eq!((hits(), compliance(&dir, "event:bank_line/b6")), (0, None), "no list is loaded");
    let list = folder.path().join("eu.csv");
    std::fs::write(&list, LIST).unwrap();
    assert_eq!(run(&dir, &["screen", "load", list.to_str().unwrap()]).code, 0);
    assert_eq!(hits(), 1);
    import(7, "Carla");
    assert_eq!((hits(), compliance(&dir, "event:bank_line/b7")), (1, None), "who was found stays found");
    import(8, "IVAN PETROVICH SIDOROV");
    assert_eq!(hits(), 2);
    let first = compliance(&dir, "event:bank_line/b8").unwrap();
    assert!(first.reasons.iter().any(|reason| reason.value.contains("eu, P1")), "{:?}", first.reasons);
    let server = Server::start(&dir, &[]);
    assert_eq!(server.post(events(9, "Sidorov, Ivan Petrovich", "mug")).status, 200);
    server.stop();
    assert_eq!(hits(), 3);
    assert!(compliance(&dir, "event:bank_line/b9").is_some(), "by a posted event, too");
    assert_eq!((run(&dir, &["replay"]).code, run(&dir, &["verify"]).code), (0, 0));
}

#[test]
fn rules_are_shown_installed_and_refused_with_every_fault() {
    let (dir, folder) = business();
    let file = folder.path().join("watch.toml");
    let rules = "[round_trips]\nleast = \"50.00\"\ntolerance_percent = 5.0\ndays = 10\n";
    std::fs::write(&file, rules).unwrap();
    let path = file.to_str().unwrap();
    assert_eq!(run(&dir, &["screen", "rules", "--install", path]).code, 0);
    let shown = run(&dir, &["screen", "rules", "--json"]).json();
    assert_eq!(
        (shown["round_trips"]["least"].as_str(), shown["system"]["latency_ms"].as_u64()),
        (Some("50.00"), Some(2_000))
    );
    std::fs::write(&file, rules.replace("50.00", "no").replace("= 10", "= 0")).unwrap();
    let refused = run(&dir, &["screen", "rules", "--install", path]);
    assert!(refused.code == 1 && refused.err.contains("2 faults"), "{}", refused.err);
    // A line that goes out of what came in.
    let out = events(9, "IVAN SIDOROV PETROVICH", "mug").replace("100.00", "-98.00");
    let (first, second) = (folder.path().join("in.jsonl"), folder.path().join("out.jsonl"));
    std::fs::write(&first, events(8, "IVAN SIDOROV PETROVICH", "mug")).unwrap();
    std::fs::write(&second, out).unwrap();
    for path in [&first, &second] {
        assert_eq!(run(&dir, &["import", path.to_str().unwrap()]).code, 0);
    }
    let trip = compliance(&dir, "event:bank_line/b9").unwrap();
    assert!(trip.reasons.iter().any(|reason| reason.name == "money that returned"), "{:?}", trip.reasons);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

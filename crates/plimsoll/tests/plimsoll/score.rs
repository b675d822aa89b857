//! Attempts over HTTP: each ruled on once and synced before its answer, whatever is sent beside it; and again by replay.

use crate::hard_cases::SmallDisk;
use crate::server::{self, Answer, Server, new_business};
use crate::shop::run;
use domain::{Body, Policy};
use plimsoll::backtest::rulings;
use plimsoll::command::compare_replay;
use plimsoll::policy_file;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use store::Reader;

const LIVE: &str = r#"
[live]
base_rate = 0.02
most_ahead_seconds = 300

[[live.rule]]
name = "large"
min_amount = "500.00"
action = "refuse"

[[live.rule]]
name = "card testing"
at_least = { card_count_1h = 3 }
action = "limit_amount"
limit = { most = "20.00", for_seconds = 3600 }

[[live.fallback]]
doing = "payout"
action = "hold"
"#;

/// Reads the policy with rules about attempts into a new business.
fn ruled() -> (std::path::PathBuf, tempfile::TempDir) {
    let (dir, kept) = new_business();
    let file = kept.path().join("policy.toml");
    std::fs::write(&file, format!("{}{LIVE}", policy_file::DEFAULT)).unwrap();
    assert_eq!(run(&dir, &["policy", "--install", file.to_str().unwrap()]).code, 0);
    (dir, kept)
}

fn attempt(id: &str, amount: &str, card: &str, second: u32) -> String {
    let mut attempt = server::attempt(id, &format!("2026-01-19T12:00:{second:02}Z"), amount, card);
    attempt["terminal"] = json!("t1");
    attempt.to_string()
}

fn told(answer: &Answer) -> (String, String) {
    let ruling = &answer.json()["items"][0]["ruling"];
    (ruling["action"].as_str().unwrap().to_owned(), ruling["rule"].as_str().unwrap().to_owned())
}

fn rulings_of(dir: &Path) -> usize {
    Reader::open(dir).unwrap().rulings_after(0, 10_000).unwrap().len()
}

#[test]
fn an_attempt_is_ruled_on_once_and_another_under_its_id_is_a_conflict() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    let first = server.score(&[], &attempt("a", "10.00", "c1", 0));
    assert_eq!((first.status, told(&first)), (200, ("allow".to_owned(), "default".to_owned())), "{first:?}");
    let again = server.score(&[], &attempt("a", "10.00", "c1", 0));
    assert_eq!(again.json()["items"][0]["status"], "replayed");
    assert_eq!(again.json()["items"][0]["ruling"], first.json()["items"][0]["ruling"]);
    let other = server.score(&[], &attempt("a", "11.00", "c1", 0));
    assert_eq!((other.status, other.statuses()), (409, vec!["conflict".to_owned()]));
    let keyed = json!({ "at": "2026-01-19T12:00:01Z", "amount": 12.5, "currency": "GBP", "card": "c2" }).to_string();
    assert_eq!(server.score(&[("Idempotency-Key", "k-1")], &keyed).json()["items"][0]["id"], "k-1");
    assert_eq!(server.score(&[("Idempotency-Key", "k-1")], &keyed).json()["replayed"], 1);
    let many =
        format!("[{},{},{}]", attempt("b", "900", "c3", 2), attempt("b", "900", "c3", 2), attempt("a", "1", "c1", 3));
    let many = server.score(&[], &many);
    assert_eq!((many.status, many.statuses()), (207, ["ruled", "replayed", "conflict"].map(str::to_owned).to_vec()));
    assert_eq!(told(&many), ("refuse".to_owned(), "large".to_owned()));
    server.stop();
    assert_eq!(rulings_of(&dir), 3, "every attempt has exactly one ruling");
    assert_eq!(run(&dir, &["verify"]).code, 0);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn what_cannot_be_used_is_told_by_field_and_harms_nobody() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    let whole = attempt("x", "10.00", "c1", 0);
    let table = [
        (whole.replace("\"card\"", "\"colour\":1,\"card\""), 422, "UnknownField", "colour"),
        (whole.replace("\"10.00\"", "\"NaN\""), 422, "InvalidNumber", "amount"),
        (whole.replace("2026-01-19", "9026-01-19"), 422, "TimeInTheFuture", "at"),
        (whole.replace("\"GBP\"", "\"pounds\""), 422, "InvalidCurrency", "currency"),
    ];
    for (body, status, rule, field) in table {
        let answer = server.score(&[], &body);
        let issue = &answer.json()["items"][0]["issue"];
        assert_eq!((answer.status, &issue["rule"], &issue["field"]), (status, &json!(rule), &json!(field)), "{body}");
    }
    assert_eq!(server.score(&[], &whole.replace("\"10.00\"", "NaN")).status, 400, "not JSON at all");
    assert_eq!(server.score(&[], &format!("{{\"id\":\"{}\"}}", "x".repeat(11 << 20))).status, 413);
    assert_eq!(server.ask("POST", "/v1/score", &[("Content-Type", "application/json")], b"{}").status, 401);
    // Whoever sends slowly keeps nobody else waiting.
    let mut slow = std::net::TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{",
        server.token
    );
    slow.write_all(head.as_bytes()).unwrap();
    assert_eq!(server.score(&[], &whole).status, 200);
    drop(slow);
    server.stop();
    assert_eq!(rulings_of(&dir), 1);
    let refused = run(&dir, &["audit", "--json"]).json_lines();
    assert!(refused.len() >= 6, "{refused:?}");
}

#[test]
fn a_token_does_what_its_scopes_say_and_no_more_often_than_it_may() {
    let (dir, _kept) = ruled();
    let token = run(&dir, &["token", "new", "labeller", "--scope", "labels", "--json"]).json()["token"].clone();
    let server = Server::start(&dir, &["--most-per-second", "3"]);
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let answer = server.ask("POST", "/v1/score", &headers, attempt("a", "1", "c1", 0).as_bytes());
    assert_eq!(answer.status, 403, "{answer:?}");
    let statuses: Vec<u16> =
        (0..8).map(|id| server.score(&[], &attempt(&format!("r{id}"), "1", "c1", 0)).status).collect();
    assert!(statuses.contains(&429) && statuses[0] == 200, "{statuses:?}");
}

#[test]
fn rules_limit_over_time_and_out_of_time_the_fallback_is_what_the_journal_holds() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    for (id, amount, expected) in
        [("1", "10.00", "allow"), ("2", "30.00", "allow"), ("3", "40.00", "limit_amount"), ("4", "21.00", "refuse")]
    {
        assert_eq!(told(&server.score(&[], &attempt(id, amount, "c9", id.parse().unwrap()))).0, expected, "{id}");
    }
    let late = attempt("late", "10.00", "c5", 9).replacen('{', r#"{"doing":"payout","#, 1);
    let answer = server.score(&[("Plimsoll-Deadline-Ms", "0")], &late);
    assert_eq!(answer.status, 200, "{answer:?}");
    let answered = answer.json()["items"][0].clone();
    server.stop();
    let ruling = Reader::open(&dir).unwrap().ruling("late").unwrap().unwrap();
    let action = answered["action"].as_str().or_else(|| answered["ruling"]["action"].as_str()).unwrap();
    assert_eq!(ruling.action.name(), action, "what was answered is what stands");
    assert_eq!(ruling.attempt.fell_back, answered["status"] == "fallback");
    if ruling.attempt.fell_back {
        assert_eq!((ruling.action.name(), ruling.rule.as_str()), ("hold", "deadline"));
    }
}

/// What is missing is not equal to itself, but is written alike.
fn bits(rulings: &[domain::Ruling]) -> Vec<String> {
    rulings.iter().map(|ruling| format!("{ruling:?}")).collect()
}

#[test]
fn a_backtest_rules_as_live_did_and_a_line_that_is_another_is_found() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    for id in 0..60_u32 {
        let amount = format!("{}.00", 5 + id * 13 % 600);
        let body = attempt(&format!("a{id}"), &amount, &format!("c{}", id % 7), id);
        assert_eq!(server.score(&[], &body).status, 200);
        if id % 9 == 0 {
            assert_eq!(
                server.send("/v1/labels", &[], &json!({ "id": format!("a{id}"), "event": true }).to_string()).status,
                200
            );
        }
    }
    server.stop();
    let reader = Reader::open(&dir).unwrap();
    let stood: Vec<_> = reader.rulings_after(0, 1_000).unwrap().into_iter().map(|row| row.ruling).collect();
    let policy = reader.policy().unwrap().unwrap();
    assert_eq!(bits(&rulings(&reader, &policy).unwrap()), bits(&stood), "the same policy rules the same");
    let mut planted: Policy = policy.clone();
    planted.live.rules[0].min_amount_minor -= 40_000;
    let anew = rulings(&reader, &planted).unwrap();
    assert!(anew.iter().zip(&stood).any(|(anew, stood)| anew.action != stood.action));
    assert!(compare_replay(&reader, &mut |_| {}).unwrap().iter().all(plimsoll::command::Comparison::same));
    let altered = compare_replay(&reader, &mut |batch: &mut domain::Batch| {
        for event in &mut batch.events {
            if let Body::PolicyInstalled(policy) = &mut event.body
                && let Some(rule) = policy.live.rules.first_mut()
            {
                rule.min_amount_minor -= 40_000;
            }
        }
    });
    assert!(altered.unwrap().iter().any(|table| table.table == "rulings" && !table.same()));
    let told = run(&dir, &["backtest", "--attempts", "--json"]).json();
    assert_eq!((&told["attempts"], &told["changed"]), (&json!(60), &json!(0)));
}

#[test]
fn an_outcome_is_taken_once_and_of_an_attempt_that_is_known() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    server.score(&[], &attempt("a", "10.00", "c1", 0));
    let label =
        |id: &str, event: bool| server.send("/v1/labels", &[], &json!({ "id": id, "event": event }).to_string());
    let status = |answer: &Answer| answer.json()["items"][0]["status"].clone();
    assert_eq!(status(&label("a", true)), "accepted");
    assert_eq!(status(&label("a", true)), "duplicate");
    assert_eq!(status(&label("a", false)), "accepted", "the last thing told stands");
    let unknown = label("b", true);
    assert_eq!((unknown.status, status(&unknown)), (422, json!("rejected")));
    server.stop();
    assert!(!Reader::open(&dir).unwrap().outcome("a").unwrap().unwrap().event);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn a_server_tells_how_it_does_why_a_score_changed_and_streams_what_is_new() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    server.score(&[], &attempt("a", "10.00", "c1", 0));
    server.score(&[], &attempt("b", "700.00", "c1", 5));
    assert_eq!((server.get("/healthz").status, server.get("/readyz").text.trim()), (200, "ready"));
    let metrics = server.get("/metrics").text;
    for line in ["plimsoll_attempts_ruled_total 2", "plimsoll_alerts_open 1", "plimsoll_answer_seconds_count 2"] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
    let change = server.get("/v1/changes/c1?since=2026-01-19T12:00:01Z").json();
    assert_eq!((&change["then"]["id"], &change["now"]["id"]), (&json!("a"), &json!("b")));
    assert_eq!(change["between"].as_array().map(Vec::len), Some(1));
    assert_eq!(server.get("/changes/c1").status, 200);
    assert_eq!(server.get("/v1/rulings?card=c1").json().as_array().map(Vec::len), Some(2));
    assert_eq!(server.get("/v1/openapi.json").json()["openapi"], "3.1.0");
    let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let (mut said, began) = (String::new(), Instant::now());
    while !said.contains("event: state") && began.elapsed() < Duration::from_secs(10) {
        let mut bytes = [0; 1_024];
        let count = stream.read(&mut bytes).unwrap();
        said.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert!(said.contains("\"open_alerts\":1"), "{said}");
    server.stop();
    let told = run(&dir, &["explain", "c1", "--since", "2026-01-19T12:00:01Z", "--json"]).json();
    assert_eq!(told["parts"], change["parts"]);
}

#[test]
fn a_backup_of_books_that_are_being_written_is_whole() {
    let (dir, kept) = ruled();
    let server = Server::start(&dir, &[]);
    server.score(&[], &attempt("a", "10.00", "c1", 0));
    let copy = kept.path().join("copy");
    assert_eq!(run(&dir, &["backup", copy.to_str().unwrap()]).code, 0);
    server.score(&[], &attempt("b", "10.00", "c2", 1));
    server.stop();
    assert_eq!((rulings_of(&copy), rulings_of(&dir)), (1, 2));
    assert_eq!((run(&copy, &["verify"]).code, run(&copy, &["replay"]).code), (0, 0));
    let again = Server::start(&copy, &[]);
    assert_eq!(again.score(&[], &attempt("a", "10.00", "c1", 0)).json()["replayed"], 1);
}

#[test]
fn the_load_of_an_open_schedule_is_answered_whole() {
    let (dir, _kept) = ruled();
    let server = Server::start(&dir, &[]);
    let address = server.address().to_string();
    let args = [
        "live",
        "load",
        address.as_str(),
        "--token",
        server.token.as_str(),
        "--rate",
        "400",
        "--requests",
        "300",
        "--connections",
        "8",
        "--json",
    ];
    let told: Value = run(&dir, &args).json();
    assert_eq!((&told["answered"], &told["refused"]), (&json!(300), &json!({})), "{told}");
    server.stop();
    assert_eq!(rulings_of(&dir), 300);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
#[cfg_attr(not(small_disk), ignore = "this process may not mount a small disk (CAP_SYS_ADMIN)")]
fn a_full_disk_refuses_attempts_keeps_what_it_answered_and_goes_on_when_there_is_space() {
    let disk = SmallDisk::of(3_000);
    let dir = disk.path().join("data");
    assert_eq!(run(&dir, &["init"]).code, 0);
    let server = Server::start(&dir, &[]);
    let mut answered = Vec::new();
    let refused = (0..4_000).find(|number| {
        let id = format!("d{number}");
        let answer = server.score(&[], &attempt(&id, "1.00", &format!("c{number}"), 0));
        if answer.status == 200 {
            answered.push(id);
        }
        answer.status != 200
    });
    assert!(refused.is_some(), "the disk was never full");
    assert!(disk.mount("remount,size=256m"), "space returns");
    assert_eq!(server.score(&[], &attempt("after", "1.00", "c1", 0)).status, 200);
    server.stop();
    let reader = Reader::open(&dir).unwrap();
    let lost: Vec<_> = answered.iter().filter(|id| reader.ruling(id).unwrap().is_none()).collect();
    assert_eq!(lost, Vec::<&String>::new());
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

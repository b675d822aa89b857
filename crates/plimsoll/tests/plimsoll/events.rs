//! Events posted over HTTP: each in the journal before it is called accepted, once, however often it is sent; what is
//! refused leaves an audit line and nothing else.

use crate::server::{Server, new_business};
use crate::shop::{Books, State, records, run};
use std::path::Path;
use store::Reader;

const FORM: &str = include_str!("../../../../docs/events.md");

/// The examples of the document, one a line.
fn examples() -> Vec<&'static str> {
    let block = FORM.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    block.lines().collect()
}

fn payment(id: &str, gross: &str) -> String {
    format!(
        r#"{{"type":"payment","id":"{id}","at":"2026-01-19T12:08:02Z","currency":"EUR","gross":"{gross}","customer":"zoe"}}"#
    )
}

fn reader(dir: &Path) -> Reader {
    Reader::open(dir).unwrap()
}

fn ids(dir: &Path) -> Vec<String> {
    records(&reader(dir)).into_iter().map(|record| record.id.to_string()).collect()
}

#[test]
fn one_event_is_accepted_once_and_another_under_its_id_is_a_conflict() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let event = payment("ch_1", "10.00");
    let answer = server.post(&event);
    assert_eq!((answer.status, answer.statuses()), (200, vec!["accepted".to_owned()]), "{answer:?}");
    assert_eq!(answer.json()["items"][0]["id"], "ch_1");
    let batch = reader(&dir).last_batch().unwrap();
    let again = server.post(&event);
    assert_eq!((again.status, again.statuses()), (200, vec!["duplicate".to_owned()]));
    assert_eq!(reader(&dir).last_batch().unwrap(), batch, "a duplicate adds nothing");
    let other = server.post(payment("ch_1", "11.00"));
    assert_eq!((other.status, other.statuses()), (409, vec!["conflict".to_owned()]));
    assert_eq!(other.json()["items"][0]["issue"]["rule"], "IdempotencyConflict");
    let rejected = server.post(payment("ch_2", "ten"));
    assert_eq!((rejected.status, rejected.statuses()), (422, vec!["rejected".to_owned()]));
    assert_eq!(rejected.json()["items"][0]["issue"]["field"], "gross");
    let batch = reader(&dir).last_batch().unwrap();
    assert_eq!(server.post(payment("ch_2", "ten")).status, 422);
    assert_eq!(reader(&dir).last_batch().unwrap(), batch, "what is kept as an issue is kept once");
    server.stop();
    assert_eq!(ids(&dir), ["event:payment/ch_1"]);
    let issues = run(&dir, &["issues", "--json"]).json_lines();
    let told: Vec<_> = issues.iter().map(|issue| (issue["rule"].as_str(), issue["text"].as_str())).collect();
    let (conflict, rejected) = (payment("ch_1", "11.00"), payment("ch_2", "ten"));
    let expected = [(Some("IdempotencyConflict"), Some(&*conflict)), (Some("InvalidNumber"), Some(&*rejected))];
    assert_eq!(told, expected);
    assert_eq!(run(&dir, &["verify"]).code, 0);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn many_events_have_a_result_each_and_each_record_points_at_its_own_bytes() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let events = [payment("a", "1.00"), payment("b", "x"), payment("a", "1.00"), payment("c", "3.00")];
    let wrapped = format!("{{\"events\": [\n{}\n]}}", events.join(",\n"));
    let answer = server.post(&wrapped);
    assert_eq!(
        (answer.status, answer.statuses()),
        (207, ["accepted", "rejected", "duplicate", "accepted"].map(str::to_owned).to_vec())
    );
    let lines = format!("{}\n{}\n", payment("d", "4.00"), payment("a", "1.00"));
    let answer = server.post_with(&[("content-type", "application/x-ndjson")], &lines);
    assert_eq!((answer.status, answer.statuses()), (200, ["accepted", "duplicate"].map(str::to_owned).to_vec()));
    server.stop();
    let reader = reader(&dir);
    for record in records(&reader) {
        let bytes = reader.raw_slice(&record.file, record.span.offset, u64::from(record.span.len)).unwrap();
        let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(record.id.0, format!("event:payment/{}", event["id"].as_str().unwrap()));
        let line = reader.raw_line(&record.file, record.span.line).unwrap();
        assert!(line.starts_with(&bytes), "line {} of the file", record.span.line);
    }
}

#[test]
fn the_documents_examples_posted_make_the_books_that_importing_them_makes() {
    let lines = examples();
    assert_eq!(lines.len(), 5);
    let mut imported = Books::new();
    let report = imported.import(&[("events.jsonl", lines.join("\n").as_bytes())]);
    assert_eq!((report.records, report.issues()), (5, 0));
    let whole = State::of(imported.read());
    assert!(!whole.settlements.is_empty());

    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &["--settle-every", "1"]);
    for line in &lines[..2] {
        assert_eq!(server.post(line).status, 200);
    }
    assert_eq!(server.post(lines[2..].join("\n")).statuses(), ["accepted"; 3]);
    let health = server.get("/v1/health").json();
    assert_eq!(health["sources"][0]["source"], "event");
    assert_eq!(health["sources"][0]["newest"], "2026-01-22T00:00:00Z");
    server.stop();
    assert_eq!(State::of(&reader(&dir)), whole, "what was posted is settled at the end");
}

#[test]
fn what_is_refused_leaves_an_audit_line_and_nothing_else() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let before = (reader(&dir).last_batch().unwrap(), reader(&dir).table_digests().unwrap());
    let event = payment("ch_1", "10.00");
    let large = format!("{event}{}", " ".repeat((10 << 20) + 1 - event.len()));
    let json = ("Content-Type", "application/json");
    let bearer = format!("Bearer {}", server.token);
    let known = ("Authorization", bearer.as_str());
    let wrong = format!("{bearer}0");
    let ask = |headers: &[(&str, &str)], body: &[u8]| server.ask("POST", "/v1/events", headers, body);
    let told = [
        (ask(&[json], event.as_bytes()), 401, "unauthorised"),
        (ask(&[json, ("Authorization", &wrong)], event.as_bytes()), 401, "unauthorised"),
        (ask(&[known], event.as_bytes()), 415, "media-type"),
        (ask(&[known, ("Content-Type", "text/csv")], event.as_bytes()), 415, "media-type"),
        (ask(&[known, json, ("Content-Encoding", "gzip")], event.as_bytes()), 415, "media-type"),
        (server.post(&large), 413, "too-large"),
        (server.post(b"{\"id\":\"\xff\"}"), 400, "unreadable"),
        (server.post(event.replace("zoe", "4111 1111 1111 1111")), 422, "card-number"),
        (server.post(event.replace("\"EUR\"", "\"EUR\",\"description\":\"5555555555554444\"")), 422, "card-number"),
        (server.post(""), 400, "unreadable"),
        (server.post("[]"), 400, "unreadable"),
        (server.post("id,amount\n1,2\n"), 400, "unreadable"),
        (server.post(&event[..40]), 400, "unreadable"),
    ];
    let lines = reader(&dir).audit(20, 0).unwrap();
    assert_eq!(lines.len(), told.len());
    for ((answer, status, reason), line) in told.iter().zip(lines.iter().rev()) {
        assert_eq!(answer.status, *status, "{answer:?}");
        assert!(answer.json()["next"].as_str().is_some_and(|next| !next.is_empty()), "{answer:?}");
        assert_eq!((line.reason.as_str(), line.peer.as_str()), (*reason, "127.0.0.1"));
        assert_eq!(line.body.is_some(), matches!(status, 400 | 422), "{line:?}");
    }
    assert_eq!(server.ask("GET", "/v1/events", &[], b"").status, 405);
    let after = (reader(&dir).last_batch().unwrap(), reader(&dir).table_digests().unwrap());
    assert_eq!(before, after);
    assert_eq!(std::fs::read_dir(dir.join("raw")).unwrap().count(), 0);
    server.stop();
    let lines = run(&dir, &["audit", "--json"]).json_lines();
    assert_eq!(lines.len(), 13);
    assert_eq!((lines[7]["reason"].as_str(), lines[7]["bytes"].as_u64()), (Some("too-large"), Some((10 << 20) + 1)));
}

#[test]
fn a_body_of_exactly_ten_mebibytes_is_taken() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let event = payment("ch_1", "10.00");
    let body = format!("{event}{}", "\n".repeat((10 << 20) - event.len()));
    assert_eq!(server.post(&body).status, 200);
}

#[test]
fn a_key_gets_its_answer_again_after_a_restart_too() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let key = [("Idempotency-Key", "k-1")];
    let first = server.post_with(&key, payment("ch_1", "10.00"));
    assert_eq!((first.status, first.head.contains("idempotency-replayed")), (200, false));
    server.kill();
    let server = Server::start(&dir, &[]);
    let again = server.post_with(&key, payment("ch_1", "10.00"));
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert!(again.head.contains("idempotency-replayed: true"));
    let other = server.post_with(&key, payment("ch_2", "10.00"));
    assert_eq!((other.status, other.json()["title"].as_str()), (409, Some("IdempotencyConflict")));
    assert_eq!(server.post(payment("ch_2", "10.00")).statuses(), ["accepted"], "nothing of it was kept");
}

#[test]
fn what_was_accepted_survives_a_kill_right_after_the_answer() {
    let (dir, _kept) = new_business();
    for round in 0..4 {
        let server = Server::start(&dir, &[]);
        let (new, old) = (payment(&format!("ch_{round}"), "10.00"), payment("ch_0", "10.00"));
        assert_eq!(server.post(format!("{new}\n{old}")).status, 200);
        server.kill();
        assert_eq!(ids(&dir).len(), round + 1, "killed in round {round}");
    }
    assert_eq!(run(&dir, &["verify"]).code, 0);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn of_many_who_send_one_event_at_once_one_is_accepted() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let statuses: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..8).map(|_| scope.spawn(|| server.post(payment("ch_1", "10.00")).statuses())).collect();
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| *status == "accepted").count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| *status == "duplicate").count(), 7, "{statuses:?}");
    let send = || server.post_with(&[("Idempotency-Key", "one")], payment("ch_2", "10.00")).text;
    let keyed: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(keyed.iter().all(|text| text == &keyed[0] && text.contains("accepted")), "{keyed:?}");
    server.stop();
    assert_eq!(ids(&dir), ["event:payment/ch_1", "event:payment/ch_2"]);
}

#[test]
fn a_server_that_only_reads_stands_beside_a_writer() {
    let (dir, _kept) = new_business();
    let writing = Server::start(&dir, &[]);
    let second = run(&dir, &["serve", "--address", "127.0.0.1:0"]);
    assert!(second.code != 0 && second.err.contains("--read-only"), "{}", second.err);
    let reading = Server::start(&dir, &["--read-only"]);
    assert_eq!(writing.post(payment("ch_1", "10.00")).status, 200);
    assert_eq!(reading.get("/v1/records/event:payment/ch_1").status, 200);
    assert_eq!(reading.post(payment("ch_2", "10.00")).status, 503);
}

#[test]
fn a_token_that_is_revoked_is_refused_within_a_second() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    assert_eq!(server.post(payment("ch_1", "10.00")).status, 200);
    assert_eq!(run(&dir, &["token", "revoke", "test-0"]).code, 0);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(server.post(payment("ch_2", "10.00")).status, 401);
    assert_eq!(run(&dir, &["token", "revoke", "test-0"]).code, 1);
    assert_eq!(run(&dir, &["token", "new", "No Name"]).code, 1);
}

#[test]
fn a_watched_folder_is_read_as_files_come_and_again_after_a_kill() {
    let (dir, kept) = new_business();
    let folder = kept.path().join("inbox");
    crate::shop::lay(&folder, &[("one.jsonl", examples()[..2].join("\n").as_bytes()), ("two.jsonl.part", b"{")]);
    let watched = folder.to_str().unwrap();
    let said = run(&dir, &["watch", watched, "--once", "--every", "1", "--json"]);
    let lines = said.json_lines();
    assert_eq!((lines.len(), &lines[0]["records"]), (1, &2.into()), "{}", said.err);
    let again = run(&dir, &["watch", watched, "--once", "--every", "1", "--json"]).json_lines();
    assert_eq!((again.len(), &again[0]["known"]), (1, &true.into()), "what was read adds nothing");

    let server = Server::start(&dir, &["--watch", watched]);
    std::fs::write(folder.join("three.jsonl"), examples()[2..].join("\n")).unwrap();
    let count = || ids(&dir).len();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while count() < 5 && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    server.kill();
    assert_eq!(count(), 5);
    let server = Server::start(&dir, &["--watch", watched]);
    assert_eq!(server.post(examples()[0]).statuses(), ["duplicate"], "what a file said is known to the API");
    std::thread::sleep(std::time::Duration::from_secs(5));
    server.stop();
    assert_eq!(count(), 5);
    assert!(folder.join("one.jsonl").exists() && folder.join("two.jsonl.part").exists());
    assert_eq!(run(&dir, &["verify"]).code, 0);
}

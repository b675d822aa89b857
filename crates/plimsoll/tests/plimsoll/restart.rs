//! A server of attempts that is killed while it is asked: it goes on from its snapshot and what came since, with every
//! attempt that it answered there once, and rules as one that was never stopped would.

#![cfg(unix)]

use crate::server::{Server, new_business};
use crate::shop::{CORNER_SHOP, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use store::Reader;
use tempfile::TempDir;

const SENDERS: usize = 3;

/// Cards come again and again, so that what is known of them matters.
fn attempt(sender: usize, round: usize, number: usize) -> Value {
    let second = round * 600 + number;
    json!({
        "id": format!("{round}-{sender}-{number}"),
        "at": format!("2026-01-19T{:02}:{:02}:{:02}Z", 8 + second / 3_600, second / 60 % 60, second % 60),
        "amount": format!("{}.50", 10 + number % 3), "currency": "GBP",
        "card": format!("c{}", number % 7), "terminal": format!("t{sender}"),
    })
}

/// Asks until the server is gone: what was sent, and what of it was answered.
fn ask(server: &Server, (sender, round): (usize, usize), sent: &Mutex<Vec<Value>>, answered: &Mutex<Vec<String>>) {
    for number in 0.. {
        let attempt = attempt(sender, round, number);
        sent.lock().unwrap().push(attempt.clone());
        match server.try_score(&attempt.to_string()) {
            Some(answer) if answer.status == 200 => answered.lock().unwrap().push(attempt["id"].to_string()),
            Some(answer) => panic!("{answer:?}"),
            None => return,
        }
    }
}

fn rulings(dir: &Path) -> Vec<String> {
    let rows = Reader::open(dir).unwrap().rulings_after(0, 1_000_000).unwrap();
    rows.iter().map(|row| json!(row.ruling.attempt.id.as_str()).to_string()).collect()
}

/// How fast the machine is decides what each kill meets, not what must hold after it.
#[test]
fn what_was_answered_is_there_once_after_a_kill_and_a_restart_from_the_snapshot() {
    let (dir, _kept) = new_business();
    let mut all: Vec<Value> = Vec::new();
    for (round, delay_ms) in [100, 1_600, 700].into_iter().enumerate() {
        let server = Server::start(&dir, &["--snapshot-attempts", "20"]);
        let (sent, answered) = (Mutex::default(), Mutex::default());
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (server, sent, answered) = (&server, &sent, &answered);
                scope.spawn(move || ask(server, (sender, round), sent, answered));
            }
            std::thread::sleep(Duration::from_millis(delay_ms));
            server.kill_in_use();
        });
        server.kill();
        let there = rulings(&dir);
        let answered: Vec<String> = answered.into_inner().unwrap();
        let lost: Vec<&String> = answered.iter().filter(|id| !there.contains(id)).collect();
        assert_eq!(lost, Vec::<&String>::new(), "round {round}: answered and lost");
        all.extend(sent.into_inner().unwrap());
        let again = Server::start(&dir, &["--snapshot-attempts", "20"]);
        for some in all.chunks(500) {
            let answer = again.try_score(&json!(some).to_string()).unwrap();
            assert!(answer.statuses().iter().all(|status| status == "ruled" || status == "replayed"), "{answer:?}");
        }
        again.stop();
        assert_eq!(rulings(&dir).len(), all.len(), "round {round}: each is there once");
        let verified = run(&dir, &["verify", "--json"]);
        assert_eq!((verified.code, &verified.json()["snapshot"]), (0, &json!("same")), "round {round}");
    }
    assert_eq!(run(&dir, &["replay"]).code, 0, "every ruling is what a replay of the whole journal gives");
}

/// Attempts, events and settling come before the books are read, or after: how fast the machine is decides. All of it is there.
#[test]
fn a_server_with_books_rules_before_it_has_read_them_and_takes_up_what_waited() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let mut asked = 0;
    for round in 0..3 {
        let server = Server::start(&dir, &["--snapshot-attempts", "10", "--settle-every", "1"]);
        let event = json!({
            "plimsoll": 1, "type": "authorisation", "id": format!("auth-{round}"), "at": "2026-01-19T12:00:00Z",
            "amount": "5.00", "currency": "GBP", "outcome": "approved", "card": "c1",
        });
        std::thread::scope(|scope| {
            let posted = scope.spawn(|| server.post(event.to_string()));
            for number in 0..30 {
                let answer = server.score(&[], &attempt(7, round, number).to_string());
                assert_eq!((answer.status, answer.statuses()), (200, vec!["ruled".to_owned()]), "{answer:?}");
                asked += 1;
            }
            assert_eq!(posted.join().unwrap().statuses(), ["accepted"]);
        });
        assert_eq!(server.get("/v1/health").json()["books_read"], json!(true), "an event was taken in");
        if round == 1 {
            server.kill();
        } else {
            server.stop();
        }
        assert_eq!(rulings(&dir).len(), asked);
        let verified = run(&dir, &["verify", "--json"]);
        assert_eq!(verified.code, 0, "round {round}");
        assert_ne!(verified.json()["snapshot"], json!("differs"), "round {round}");
        assert_eq!(run(&dir, &["replay"]).code, 0, "round {round}");
    }
}

/// A business of thirty attempts, and its snapshot.
fn kept() -> (PathBuf, TempDir, Vec<u8>) {
    let (dir, folder) = new_business();
    let server = Server::start(&dir, &["--snapshot-attempts", "10"]);
    let some: Vec<Value> = (0..30).map(|number| attempt(0, 0, number)).collect();
    assert_eq!(server.try_score(&json!(some).to_string()).unwrap().status, 200);
    server.stop();
    let snapshot = std::fs::read(dir.join("live.snapshot")).unwrap();
    (dir, folder, snapshot)
}

#[test]
fn a_snapshot_that_cannot_be_used_is_left_aside_and_nothing_is_lost() {
    let (dir, _folder, sound) = kept();
    let path = dir.join("live.snapshot");
    let (mut damaged, cut, foreign) = (sound.clone(), sound[..20].to_vec(), kept().2);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for bytes in [Some(damaged), Some(cut), Some(foreign), Some(Vec::new()), None] {
        let says = if bytes.is_some() { "unused" } else { "absent" };
        match bytes {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let verified = run(&dir, &["verify", "--json"]);
        assert_eq!((verified.code, &verified.json()["snapshot"]), (0, &json!(says)));
        // Each knows of those of its card before it, or replay would differ.
        let server = Server::start(&dir, &["--snapshot-attempts", "0"]);
        let next = attempt(0, 1, rulings(&dir).len());
        assert_eq!(server.try_score(&next.to_string()).unwrap().status, 200);
        server.stop();
        assert_eq!(run(&dir, &["replay"]).code, 0);
    }
    assert_eq!(rulings(&dir).len(), 35);
}

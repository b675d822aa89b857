//! What a port on a network meets: idle crowds, slow senders, floods, keys that are used twice. Each gets its status,
//! nothing is lost, and nobody else waits for it.

use crate::server::{Answer, Server, new_business};
use crate::shop::run;
use serde_json::json;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use store::Reader;

/// Connections that ask nothing, where the system lets this process and the server have as many.
const CROWD: usize = 10_000;

/// How long a test waits for what must come, however slow the machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn attempt(id: &str) -> String {
    json!({ "id": id, "amount": "10.00", "currency": "GBP", "card": format!("card of {id}") }).to_string()
}

fn score(server: &Server, headers: &[(&str, &str)], body: &str) -> Answer {
    let bearer = format!("Bearer {}", server.token);
    let usual = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    server.ask("POST", "/v1/score", &[&usual, headers].concat(), body.as_bytes())
}

/// Asks for rulings, each of which must be made; their ids.
fn scored(server: &Server, name: &str, count: usize) -> Vec<String> {
    let ids: Vec<String> = (0..count).map(|number| format!("{name}-{number}")).collect();
    for id in &ids {
        let answer = score(server, &[], &attempt(id));
        assert_eq!((answer.status, answer.statuses()), (200, vec!["ruled".to_owned()]), "{answer:?}");
    }
    ids
}

/// Every attempt that was answered has its ruling, and there is no other.
fn are_all_there(dir: &Path, ids: &[String]) {
    let mut kept: Vec<String> = Reader::open(dir)
        .unwrap()
        .rulings_after(0, 10_000)
        .unwrap()
        .into_iter()
        .map(|row| row.ruling.attempt.id.to_string())
        .collect();
    kept.sort();
    let mut ids = ids.to_vec();
    ids.sort();
    assert_eq!(kept, ids);
    assert_eq!(run(dir, &["replay"]).code, 0);
}

/// A request for a ruling whose body is announced, and does not come.
fn begun(server: &Server, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{",
        server.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Whether the server keeps a connection on which it has said nothing.
fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let read = (&*stream).read(&mut [0; 16]);
    matches!(read, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

/// What the server says until it closes; how that ends is told by the system in more than one way.
fn until_closed(mut stream: TcpStream) -> String {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("it stays open"),
        _ => String::from_utf8(said).unwrap(),
    }
}

/// As many as the limit of open files allows on this side and, less what its books need, on the other.
fn crowd() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    let files = line.split_whitespace().next().map_or(1_024, |soft| soft.parse().unwrap_or(usize::MAX));
    CROWD.min(files - 400)
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_waiting() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &["--idle-seconds", "3600"]);
    let many = crowd();
    let idle: Vec<TcpStream> = (0..many)
        .map(|number| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            // Every other one has begun to ask.
            if number % 2 == 0 {
                stream.write_all(b"POST /v1/score HTTP/1.1\r\nHost: local").unwrap();
            }
            stream
        })
        .collect();
    let ids = scored(&server, "beside", 100);
    let open = idle.iter().filter(|stream| is_open(stream)).count();
    assert_eq!(open, many, "there was room for all");
    drop(idle);
    server.stop();
    are_all_there(&dir, &ids);
}

#[cfg(unix)]
#[test]
fn where_there_is_no_room_the_connection_that_has_waited_longest_makes_it() {
    let (dir, _kept) = new_business();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 400; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_plimsoll"), "--data"]).arg(&dir);
    let server = Server::start_by(command, &dir, &["--idle-seconds", "3600"]);
    let mut ids = scored(&server, "before", 1);
    let mut idle = Vec::new();
    for round in 0..10 {
        idle.extend((0..100).map(|_| TcpStream::connect(server.address()).unwrap()));
        ids.extend(scored(&server, &format!("round-{round}"), 5));
    }
    assert!(is_open(&idle[999]), "the newest is let alone");
    assert_eq!(until_closed(idle.remove(0)), "", "the oldest made room");
    let open = idle.iter().filter(|stream| is_open(stream)).count();
    assert!((1..400).contains(&open), "{open} of 1,000 are open under a limit of 400 files");
    server.stop();
    are_all_there(&dir, &ids);
}

#[test]
fn whoever_asks_nothing_or_not_to_the_end_is_let_go_after_the_stated_time() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &["--idle-seconds", "1"]);
    let silent = TcpStream::connect(server.address()).unwrap();
    let mut half = TcpStream::connect(server.address()).unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: loc").unwrap();
    let body = begun(&server, 500);
    let mut kept = TcpStream::connect(server.address()).unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(until_closed(silent), "");
    let said = until_closed(half);
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    let said = until_closed(body);
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("problem:incomplete"), "{said}");
    let said = until_closed(kept);
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("ok\n"), "{said}");
    server.stop();
    are_all_there(&dir, &[]);
    let audit = run(&dir, &["audit", "--json"]).json_lines();
    assert_eq!(audit.iter().map(|line| line["reason"].as_str().unwrap()).collect::<Vec<_>>(), ["incomplete"]);
}

#[test]
fn large_bodies_that_come_slowly_take_no_room_from_rulings() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    // More than there is room for.
    let slow: Vec<TcpStream> = (0..20).map(|_| begun(&server, 9 << 20)).collect();
    let ids = scored(&server, "beside", 20);
    assert!(slow.iter().all(is_open), "they still send, or wait for room");
    drop(slow);
    server.stop();
    are_all_there(&dir, &ids);
}

#[test]
fn a_body_of_64_mebibytes_is_too_large_and_slows_nobody() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let whole = vec![b' '; 64 << 20];
    let (large, ids) = std::thread::scope(|scope| {
        let send = |path: &'static str| {
            let (server, whole) = (&server, &whole);
            move || {
                let bearer = format!("Bearer {}", server.token);
                let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
                server.ask("POST", path, &headers, whole).status
            }
        };
        let sent = ["/v1/score", "/v1/events", "/v1/labels"].map(|path| scope.spawn(send(path)));
        let ids = scored(&server, "beside", 50);
        (sent.map(|sent| sent.join().unwrap()), ids)
    });
    assert_eq!(large, [413, 413, 413]);
    server.stop();
    are_all_there(&dir, &ids);
    let audit = run(&dir, &["audit", "--json"]).json_lines();
    let told = |line: &serde_json::Value| (line["reason"].clone(), line["bytes"].clone());
    assert_eq!(audit.iter().map(told).collect::<Vec<_>>(), vec![(json!("too-large"), json!(64 << 20)); 3]);
}

#[test]
fn what_is_not_of_the_form_gets_its_status_at_every_door_and_one_decision_stands_for_each_attempt() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let mut ids = scored(&server, "sound", 2);
    let sound = attempt("x");
    let payment =
        r#"{"type":"payment","id":"p","at":"2026-01-19T12:08:02Z","currency":"EUR","gross":"10.00"}"#.to_owned();
    let scoring = |body: &str| score(&server, &[], body).status;
    let events = |body: &str| server.post(body).status;
    let far = "\"at\":\"9026-01-19T12:08:02Z\",";
    let table = [
        ("unknown field", scoring(&sound.replacen('{', "{\"colour\":1,", 1)), 422),
        ("NaN as text", scoring(&sound.replace("10.00", "NaN")), 422),
        ("NaN as a number", scoring(&sound.replace("\"10.00\"", "NaN")), 400),
        ("a future time", scoring(&sound.replacen('{', &format!("{{{far}"), 1)), 422),
        ("unknown field", events(&payment.replacen('{', "{\"colour\":1,", 1)), 422),
        ("NaN as text", events(&payment.replace("10.00", "NaN")), 422),
        ("NaN as a number", events(&payment.replace("\"10.00\"", "NaN")), 400),
        ("a future time", events(&payment.replace("2026", "9026")), 422),
    ];
    for (what, status, expected) in table {
        assert_eq!(status, expected, "{what}");
    }
    // A key, and an id, that come again with another payload: the first stands.
    let unnamed = json!({ "at": "2026-01-19T12:00:00Z", "amount": "1.00", "currency": "GBP", "card": "c" }).to_string();
    let key = [("Idempotency-Key", "k-1")];
    assert_eq!(score(&server, &key, &unnamed).status, 200);
    assert_eq!(score(&server, &key, &unnamed.replace("1.00", "2.00")).status, 409);
    assert_eq!(score(&server, &key, &unnamed).json()["replayed"], 1);
    ids.push("k-1".to_owned());
    assert_eq!(server.post_with(&key, &payment).status, 200);
    assert_eq!(server.post_with(&key, payment.replace("10.00", "11.00")).status, 409);
    // Forty at once ask about four attempts, each under two payloads.
    let statuses: Vec<(usize, u16)> = std::thread::scope(|scope| {
        let server = &server;
        let ask = |number: usize| {
            move || {
                let body = attempt(&format!("raced-{}", number % 4));
                let body = if number % 8 < 4 { body } else { body.replace("10.00", "11.00") };
                (number % 4, score(server, &[], &body).status)
            }
        };
        let asked: Vec<_> = (0..40).map(|number| scope.spawn(ask(number))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    for raced in 0..4 {
        let of = |status| statuses.iter().filter(|told| **told == (raced, status)).count();
        assert_eq!((of(200), of(409)), (5, 5), "one payload stands: {statuses:?}");
        ids.push(format!("raced-{raced}"));
    }
    server.stop();
    are_all_there(&dir, &ids);
}

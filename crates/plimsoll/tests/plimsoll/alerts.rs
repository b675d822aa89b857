//! Alerts: who is told, by a signed webhook; what people do about them; and what could not be delivered.

use crate::server::{Server, new_business};
use crate::shop::run;
use plimsoll::policy_file;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use store::Reader;

/// Takes webhooks: the first is answered 500, so that it is tried again.
fn receiver() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut count = 0;
        for connection in listener.incoming() {
            let connection = connection.unwrap();
            let mut said = BufReader::new(connection.try_clone().unwrap());
            let (mut signature, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                said.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(": ") else {
                    if line.trim().is_empty() { break } else { continue }
                };
                match name.to_ascii_lowercase().as_str() {
                    "plimsoll-signature" => signature = value.to_owned(),
                    "content-length" => length = value.parse().unwrap(),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            said.read_exact(&mut body).unwrap();
            // `check-config` only looks whether somebody is there.
            if length == 0 {
                continue;
            }
            let status = if count == 0 { "500 no" } else { "204 yes" };
            (&connection).write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes()).unwrap();
            count += 1;
            if tell.send((signature, serde_json::from_slice(&body).unwrap())).is_err() {
                return;
            }
        }
    });
    (address, told)
}

#[test]
fn an_alert_is_told_signed_tried_again_worked_on_and_closed_as_a_label() {
    let (dir, kept) = new_business();
    let (address, told) = receiver();
    let file = kept.path().join("policy.toml");
    let live = format!(
        "\n[[live.rule]]\nname = \"large\"\nmin_amount = \"500.00\"\naction = \"hold\"\n\n[[live.plan]]\nlevel = \"warning\"\ntell = [\"{address}\"]\n"
    );
    std::fs::write(&file, format!("{}{live}", policy_file::DEFAULT)).unwrap();
    assert_eq!(run(&dir, &["policy", "--install", file.to_str().unwrap()]).code, 0);
    assert_eq!(run(&dir, &["check-config"]).code, 0);
    let server = Server::start(&dir, &[]);
    let bearer = format!("Bearer {}", server.token);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let attempt = json!({ "id": "a", "amount": "900.00", "currency": "GBP", "card": "c1" }).to_string();
    assert_eq!(server.ask("POST", "/v1/score", &headers, attempt.as_bytes()).status, 200);
    let (_, first) = told.recv_timeout(Duration::from_secs(20)).unwrap();
    let (signature, second) = told.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!((&first["notice"], &second["why"]), (&second["notice"], &json!("opened")));
    assert!(signature.starts_with("t=") && signature.contains(",v1="), "{signature}");
    let began = Instant::now();
    while server.get("/metrics").text.contains("plimsoll_notices_waiting 1")
        && began.elapsed() < Duration::from_secs(10)
    {
        std::thread::sleep(Duration::from_millis(50));
    }
    let alerts = server.get("/v1/alerts").json();
    let id = alerts[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get("/alerts").status, 200);
    let work =
        json!({ "what": "close", "exceptions": [id], "by": "ann", "words": "a stolen card", "disposition": "event" });
    assert_eq!(server.ask("POST", "/v1/works", &headers, work.to_string().as_bytes()).status, 201);
    assert_eq!(server.get("/v1/alerts").json(), json!([]));
    server.stop();
    let reader = Reader::open(&dir).unwrap();
    let outcome = reader.outcome("a").unwrap().unwrap();
    assert_eq!((outcome.event, outcome.source), (true, domain::LabelSource::Disposition));
    assert_eq!(reader.notices(None, false, 9).unwrap()[0].settled.as_ref().map(|settled| settled.tries), Some(2));
    let show = run(&dir, &["alerts", "show", id.as_str(), "--json"]).json();
    assert_eq!((&show["alert"]["state"], &show["alert"]["reason"]), (&json!("closed"), &json!("a stolen card")));
    let undone = run(&dir, &["alerts", "undo", "1", "--by", "bob"]);
    assert_eq!(undone.code, 0);
    assert_eq!(run(&dir, &["alerts", "list", "--json"]).json_lines().len(), 1, "open again");
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn lists_decide_before_rules() {
    let (dir, _kept) = new_business();
    assert_eq!(run(&dir, &["lists", "block", "--card", "c1", "--reason", "stolen", "--by", "ann"]).code, 0);
    let server = Server::start(&dir, &[]);
    let bearer = format!("Bearer {}", server.token);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let ask = |id: &str, card: &str| {
        let body = json!({ "id": id, "amount": "1.00", "currency": "GBP", "card": card }).to_string();
        server.ask("POST", "/v1/score", &headers, body.as_bytes()).json()["items"][0]["ruling"]["rule"].clone()
    };
    assert_eq!(
        (ask("a", "c1"), ask("b", "C1 "), ask("c", "c2")),
        (json!("block list"), json!("block list"), json!("default"))
    );
    server.stop();
    assert_eq!(run(&dir, &["lists", "show", "--json"]).json_lines().len(), 1);
}

//! A server that is killed while it is written to: what it called accepted is there, once, and what it did not may be sent
//! again.

#![cfg(unix)]

use crate::server::{Server, new_business};
use crate::shop::{records, run};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use store::Reader;

const SENDERS: usize = 4;

fn payment(id: &str) -> String {
    format!(r#"{{"type":"payment","id":"{id}","at":"2026-01-19T12:08:02Z","currency":"EUR","gross":"10.00"}}"#)
}

/// Sends until the server is gone: what was sent, and what of it was called accepted.
fn send(server: &Server, sender: &str, sent: &Mutex<Vec<String>>, accepted: &Mutex<Vec<String>>) {
    for number in 0.. {
        let id = format!("{sender}-{number}");
        sent.lock().unwrap().push(id.clone());
        match server.try_post(&[], payment(&id)) {
            Some(answer) if answer.status == 200 => accepted.lock().unwrap().push(id),
            Some(answer) => panic!("{answer:?}"),
            None => return,
        }
    }
}

/// How fast the machine is decides what each kill meets, not what must hold after it.
#[test]
fn what_was_accepted_is_there_once_when_a_server_is_killed_while_it_is_written_to() {
    let (dir, _kept) = new_business();
    let (mut all, mut most) = (BTreeSet::new(), 0);
    for (round, delay_ms) in [30, 100, 300, 900].into_iter().enumerate() {
        let server = Server::start(&dir, &["--settle-every", "1"]);
        let (sent, accepted) = (Mutex::default(), Mutex::default());
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (server, sent, accepted) = (&server, &sent, &accepted);
                scope.spawn(move || send(server, &format!("{round}-{sender}"), sent, accepted));
            }
            std::thread::sleep(Duration::from_millis(delay_ms));
            server.kill_in_use();
        });
        server.kill();
        let [sent, accepted]: [Vec<String>; 2] = [sent, accepted].map(|ids| ids.into_inner().unwrap());
        let there = ids(&dir);
        let lost: Vec<&String> = accepted.iter().filter(|id| !there.contains(*id)).collect();
        assert_eq!(lost, Vec::<&String>::new(), "round {round}: accepted and lost");
        assert_eq!(run(&dir, &["verify"]).code, 0, "round {round}");
        most = most.max(accepted.len());
        all.extend(sent);
        let again = Server::start(&dir, &[]);
        let lines: Vec<String> = all.iter().map(|id| payment(id)).collect();
        let answer = again.post_with(&[("content-type", "application/x-ndjson")], lines.join("\n"));
        assert!(answer.statuses().iter().all(|status| status == "accepted" || status == "duplicate"), "{answer:?}");
        again.stop();
        assert_eq!(ids(&dir).len(), all.len(), "round {round}: each is there once");
    }
    assert!(most > 0, "no server lived long enough to accept anything");
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

/// The payments of the journal; the same twice would be a record twice.
fn ids(dir: &std::path::Path) -> BTreeSet<String> {
    let records = records(&Reader::open(dir).unwrap());
    let ids: BTreeSet<String> =
        records.iter().map(|record| record.id.as_str().strip_prefix("event:payment/").unwrap().to_owned()).collect();
    assert_eq!(ids.len(), records.len());
    ids
}

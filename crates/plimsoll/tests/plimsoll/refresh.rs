//! The refresh cycle over tens of turns with faults between: no wrong score, and each turn after a fault succeeds.

use crate::server::{Server, new_business};
use crate::shop::{partition, policy};
use domain::{Body, RiskKind, Role};
use plimsoll::live::history::play;
use plimsoll::live::refresh::{Cycle, Wanted, entries};
use plimsoll::session::Session;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use store::Reader;

/// Attempts of a turn.
const TOGETHER: usize = 150;

/// One attempt in ten is large, and nearly every large one is a fraud.
fn item(place: usize) -> (String, bool) {
    let fraud = place.is_multiple_of(10);
    let amount = if fraud { 400 + place % 50 } else { 5 + place % 60 };
    let at = jiff::Timestamp::from_second(1_700_000_000 + i64::try_from(place).unwrap() * 900).unwrap();
    let text = format!(
        r#"{{"id":"p{place}","at":"{at}","amount":"{amount}.00","currency":"GBP","card":"c{}","terminal":"t{}"}}"#,
        place % 97,
        place % 31
    );
    (text, fraud)
}

fn feed(session: &mut Session, from: usize, count: usize) {
    play(session, (from..from + count).map(|place| Ok(item(place)))).unwrap();
}

/// As the server's thread does it.
fn turn(cycle: &mut Cycle, session: &mut Session) -> anyhow::Result<bool> {
    let (_, wanted) = cycle.turn()?;
    let Some(Wanted { model, promoted, reason }) = wanted else { return Ok(false) };
    let digest = session.keep_model(&model)?;
    session.tell(jiff::Timestamp::now(), entries(promoted, reason)(digest))?;
    Ok(promoted)
}

fn champion(dir: &Path) -> Option<domain::Digest> {
    let rows = Reader::open(dir).unwrap().live_models().unwrap();
    rows.into_iter().rev().find(|row| row.role == Role::Champion).and_then(|row| row.model)
}

fn begun() -> (Session, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut policy = policy();
    policy.live.maturity_days = 2;
    let session = Session::begin(&folder.path().join("data"), &partition(), policy, jiff::Timestamp::UNIX_EPOCH);
    (session.unwrap(), folder)
}

#[test]
fn tens_of_turns_with_faults_between_serve_no_wrong_score_and_recover() {
    let (mut session, folder) = begun();
    let dir = folder.path().join("data");
    feed(&mut session, 0, 2_000);
    let mut cycle = Cycle::new(Reader::open(&dir).unwrap());
    assert!(turn(&mut cycle, &mut session).unwrap(), "the first champion");
    let mut fed = 2_000;
    let (mut failed, mut after_fault) = (0, 0);
    for number in 0..30 {
        feed(&mut session, fed, TOGETHER);
        fed += TOGETHER;
        match number % 3 {
            // The champion's file is damaged under the running server, and restored before the next turn.
            1 => {
                let path = dir.join("models").join(champion(&dir).unwrap().to_string());
                let sound = std::fs::read(&path).unwrap();
                let mut damaged = sound.clone();
                let middle = damaged.len() / 2;
                damaged[middle] ^= 0x55;
                std::fs::write(&path, damaged).unwrap();
                assert!(turn(&mut cycle, &mut session).is_err(), "turn {number} believes a damaged file");
                failed += 1;
                // What is in memory scores on.
                feed(&mut session, fed, 10);
                fed += 10;
                std::fs::write(&path, sound).unwrap();
            }
            // A flood of labels: all that matured is called a fraud. Nothing is promoted on it.
            2 => {
                let before = champion(&dir);
                let rows = Reader::open(&dir).unwrap().rulings_after(0, 100_000).unwrap();
                let newest: Vec<_> = rows.iter().rev().take(rows.len() / 2).collect();
                let told = |event: bool| -> Vec<Body> {
                    let outcome = |row: &&store::RulingRow| {
                        let attempt = row.ruling.attempt.clone();
                        let fraud = attempt.id[1..].parse::<usize>().unwrap() % 10 == 0;
                        Body::OutcomeKnown(domain::Outcome {
                            attempt: attempt.id,
                            at: attempt.at,
                            card: attempt.card,
                            terminal: attempt.terminal,
                            event: event || fraud,
                            known_at: jiff::Timestamp::now(),
                            source: domain::LabelSource::Told,
                        })
                    };
                    newest.iter().map(outcome).collect()
                };
                let (flood, truth) = (told(true), told(false));
                session.tell(jiff::Timestamp::now(), flood).unwrap();
                assert!(!turn(&mut cycle, &mut session).unwrap(), "turn {number} promotes on a flood");
                assert_eq!(champion(&dir), before);
                session.tell(jiff::Timestamp::now(), truth).unwrap();
            }
            _ => {
                turn(&mut cycle, &mut session).unwrap();
                after_fault += 1;
            }
        }
    }
    assert_eq!((failed, after_fault), (10, 10));
    session.close();
    // Every score is what the journal says: none was made by a damaged file or a model that was not chosen.
    let reader = Reader::open(&dir).unwrap();
    let tables = plimsoll::command::compare_replay(&reader, &mut |_| {}).unwrap();
    assert!(tables.iter().all(plimsoll::command::Comparison::same));
    assert_eq!(reader.rulings_after(0, 100_000).unwrap().len(), fed);
}

#[test]
fn a_champion_is_rolled_back_by_one_command() {
    let (mut session, folder) = begun();
    let dir = folder.path().join("data");
    feed(&mut session, 0, 2_000);
    let mut cycle = Cycle::new(Reader::open(&dir).unwrap());
    assert!(turn(&mut cycle, &mut session).unwrap());
    let first = champion(&dir);
    feed(&mut session, 2_000, 600);
    let (_, wanted) = cycle.turn().unwrap();
    let digest = session.keep_model(&wanted.unwrap().model).unwrap();
    let (kind, reason) = (RiskKind::Transaction, "forced".to_owned());
    let chosen = Body::LiveModelChosen { kind, role: Role::Champion, model: Some(digest), reason };
    session.tell(jiff::Timestamp::now(), vec![chosen]).unwrap();
    session.close();
    assert_ne!(champion(&dir), first);
    assert_eq!(crate::shop::run(&dir, &["live", "rollback", "--reason", "worse at night"]).code, 0);
    assert_eq!(champion(&dir), first);
    assert_eq!(crate::shop::run(&dir, &["model", "rollback", "--reason", "better at night"]).code, 0);
    assert_ne!(champion(&dir), first);
    assert_eq!(crate::shop::run(&dir, &["replay"]).code, 0);
}

#[test]
fn credit_has_a_champion_of_its_own_and_a_turn_renews_both() {
    let (mut session, folder) = begun();
    let dir = folder.path().join("data");
    let credit = (0..2_000).map(|place| {
        let (text, event) = item(place);
        Ok((text.replacen('{', r#"{"kind":"credit","#, 1), event))
    });
    play(&mut session, credit).unwrap();
    session.close();
    let chosen = |kind: RiskKind| {
        let rows = Reader::open(&dir).unwrap().live_models().unwrap();
        let rows = rows.into_iter().filter(|row| row.kind == kind && row.role == Role::Champion);
        rows.map(|row| row.model.is_some()).collect::<Vec<bool>>()
    };
    assert_eq!(crate::shop::run(&dir, &["live", "renew"]).code, 0);
    assert_eq!(crate::shop::run(&dir, &["live", "renew", "--kind", "credit"]).code, 0);
    assert_eq!((chosen(RiskKind::Transaction), chosen(RiskKind::Credit)), (vec![], vec![true]));
    assert_eq!(crate::shop::run(&dir, &["live", "rollback", "--kind", "credit", "--reason", "a trial"]).code, 0);
    assert_eq!(chosen(RiskKind::Credit), [true, false]);
    let mut session = Session::open(&dir).unwrap();
    feed(&mut session, 2_000, 2_000);
    session.close();
    let server = Server::start(&dir, &["--every", "1s"]);
    let began = Instant::now();
    while chosen(RiskKind::Transaction).is_empty() || chosen(RiskKind::Credit).len() < 3 {
        assert!(began.elapsed() < Duration::from_secs(60), "no champion: {}", server.get("/v1/loop").text);
        std::thread::sleep(Duration::from_millis(50));
    }
    server.stop();
    assert_eq!(chosen(RiskKind::Credit), [true, false, true]);
}

#[test]
fn each_turn_of_a_server_renews_the_business_too_and_tells_how_fresh_all_is() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &["--every", "1s"]);
    let event = r#"{"type":"payment","id":"p","at":"2026-01-19T12:08:02Z","currency":"EUR","gross":"10.00"}"#;
    assert_eq!(server.post(event).status, 200);
    let began = Instant::now();
    let looped = loop {
        let looped = server.get("/v1/loop").json();
        if looped["turns"].as_u64() >= Some(2) {
            break looped;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no turn came: {looped}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let turn = &looped["turn"];
    let parts = turn["parts"].as_array().unwrap();
    let names: Vec<_> = parts.iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["settling", "new data", "labels", "business", "drift", "challenger", "writing"]);
    assert!(parts.iter().all(|part| part["succeeded"] == true) && turn["succeeded"] == true, "{turn}");
    assert!(turn["business"]["missing"].as_u64() > Some(0), "one payment tells few indicators: {turn}");
    assert!(looped["oldest_score_age_seconds"].as_i64().is_some(), "{looped}");
    assert_eq!((&looped["sources"][0]["source"], &looped["turns_failed"]), (&json!("event"), &json!(0)));
    let metrics = server.get("/metrics").text;
    for line in [
        "plimsoll_refresh_part_succeeded{part=\"business\"} 1",
        "plimsoll_refresh_part_seconds{part=\"settling\"} ",
        "plimsoll_source_age_seconds{source=\"event\"} ",
        "plimsoll_oldest_score_age_seconds ",
    ] {
        assert!(metrics.lines().any(|found| found.starts_with(line)), "{line} in {metrics}");
    }
    let page = server.get("/").text;
    for said in ["newest record", "oldest score", "what the last renewal included", "99.5 %"] {
        assert!(page.contains(said), "{said} in {page}");
    }
}

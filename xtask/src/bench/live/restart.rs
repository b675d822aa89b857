//! Killed under load with a million live subjects and a shop's books, and at each enumerated point of the disk.

use super::super::crash;
use super::super::line::{Bar, Line, Report};
use super::Server;
use anyhow::{Context, ensure};
use jiff::Timestamp;
use plimsoll::command::compare_replay;
use plimsoll::live::history::play;
use plimsoll::live::keeper::{Keeper, USUAL_ATTEMPTS};
use plimsoll::live::load::{self, Plan};
use plimsoll::session::Session;
use std::path::Path;
use std::time::{Duration, Instant};
use store::Reader;

/// Cards and terminals that are heard of before the first kill.
const CARDS: u64 = 990_000;
const TERMINALS: u64 = 10_000;

const KILLS: u64 = 50;

/// Attempts a second while a server is killed, and how many are sent in all.
const RATE: f64 = 1_000.0;
const SENT: usize = 10_000;

/// Of a kill: those, and the one that is asked about first after the restart.
const OF_A_KILL: u64 = SENT as u64 + 1;

/// The end of what taught the champion: 24 July 2018, 20:00.
const SEEDED_AT_MS: i64 = 1_532_462_400_000;

/// `restart`: milliseconds until an attempt is answered, median and worst; lost and doubled.
#[expect(clippy::cast_precision_loss, reason = "counts of attempts")]
pub(super) fn run(report: &mut Report, seed: u64) -> anyhow::Result<()> {
    let mut server = Server::taught()?;
    server.kill()?;
    server.import_shop()?;
    seed_subjects(report, &server.dir, seed)?;
    server.again()?;
    let mut times = Vec::new();
    let (mut lost, mut doubled, mut answered) = (0, 0, 0);
    let before = count(&server.dir)?;
    for kill in 0..KILLS {
        let body = |place: usize| made_up(seed, kill, place);
        let plan = server.plan(RATE, SENT, seed + kill);
        let delay = Duration::from_millis(500 + mixed(seed ^ kill) % 9_000);
        let loaded = std::thread::scope(|scope| {
            let running = scope.spawn(|| load::run(&plan, body));
            std::thread::sleep(delay);
            let killed = server.kill();
            killed.and_then(|()| running.join().ok().context("the load is gone")?)
        })?;
        ensure!(loaded.answered > 0, "nothing was answered before kill {kill}");
        answered += loaded.answered;
        let there = count(&server.dir)?;
        lost += (before + kill * OF_A_KILL + loaded.answered as u64).saturating_sub(there);
        let start = Instant::now();
        server.again()?;
        let one = Plan { connections: 1, ..server.plan(RATE, 1, seed) };
        let first = load::run(&one, |_| body(SENT))?;
        times.push(start.elapsed());
        ensure!(first.answered == 1, "the first attempt was not answered after kill {kill}");
        // Sent once more, each is there once: what was answered is known, what was not is new.
        let again = load::run(&server.plan(4.0 * RATE, SENT, seed), body)?;
        lost += (SENT - again.answered) as u64;
        doubled += count(&server.dir)?.saturating_sub(before + (kill + 1) * OF_A_KILL);
    }
    tell_memory(report, &server, seed)?;
    server.kill()?;
    times.sort_unstable();
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("a million cards and terminals, made up");
    let millis = |time: Option<&Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0);
    report.add(&line("milliseconds", millis(times.last())).unit("ms").bar(Bar::AtMost(500.0)));
    report.add(&line("milliseconds_median", millis(times.get(times.len() / 2))).unit("ms"));
    let records: u64 = Reader::open(&server.dir)?.record_counts()?.iter().map(|row| row.records).sum();
    report.add(&line("records_of_books", records as f64));
    report.add(&line("answered_under_load", answered as f64));
    let [points, lost_there, doubled_there] = crash::counted("crash_live", &[("PLIMSOLL_CRASH_LIVE_SCALE", "35")])?;
    report.add(&line("points", points).data("10,600 attempts and three snapshots").bar(Bar::AtLeast(1.0)));
    report.add(&line("lost", lost as f64 + lost_there).bar(Bar::AtMost(0.0)));
    report.add(&line("doubled", doubled as f64 + doubled_there).bar(Bar::AtMost(0.0)));
    let differences = compare_replay(&Reader::open(&server.dir)?, &mut |_| {})?;
    let differences = differences.iter().filter(|table| !table.same()).count();
    report.add(&line("differences", differences as f64).bar(Bar::AtMost(0.0)));
    Ok(())
}

/// Every card and terminal is heard of, and a snapshot of it is kept, as a server would; what each takes is told.
#[expect(clippy::cast_precision_loss, reason = "counts and bytes")]
fn seed_subjects(report: &mut Report, dir: &Path, seed: u64) -> anyhow::Result<()> {
    let mut session = Session::open(dir)?;
    let items = (0..CARDS).map(|card| -> anyhow::Result<(String, bool)> {
        let at = Timestamp::from_millisecond(SEEDED_AT_MS + i64::try_from(card)? * 14)?;
        Ok((attempt(&format!("s-{card}"), at, card, mixed(seed ^ card)), false))
    });
    play(&mut session, items)?;
    let memory = session.working().payments().memory();
    session.close();
    Keeper::new(dir, 0, USUAL_ATTEMPTS)?.keep()?;
    let kept = std::fs::metadata(dir.join("live.snapshot"))?.len();
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("a million cards and terminals, made up");
    let subjects = memory.subjects as f64;
    report.add(&line("subjects", subjects).bar(Bar::AtLeast(1_000_000.0)));
    report.add(&line("events_in_windows", memory.events as f64));
    report.add(&line("bytes_per_subject_in_use", memory.bytes as f64 / subjects).unit("B"));
    report.add(&line("bytes_per_subject_kept", kept as f64 / subjects).unit("B"));
    Ok(())
}

/// What the server holds in memory after the last restart.
fn tell_memory(report: &mut Report, server: &Server, seed: u64) -> anyhow::Result<()> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.running.id())).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok());
    if let Some(kilobytes) = resident {
        let kilobytes: f64 = kilobytes;
        report.add(&Line::new("server_memory_mb", kilobytes / 1_024.0, seed).unit("MB"));
    }
    Ok(())
}

fn count(dir: &Path) -> anyhow::Result<u64> {
    Ok(Reader::open(dir)?.ruling_counts()?.iter().map(|(_, count)| count).sum())
}

/// An attempt of a card of the million, a few milliseconds after the one before.
fn made_up(seed: u64, kill: u64, place: usize) -> String {
    let number = kill * OF_A_KILL + place as u64;
    let after = SEEDED_AT_MS + i64::try_from(CARDS * 14 + number * 20).unwrap_or(0);
    let random = mixed(seed.wrapping_add(number).wrapping_mul(0x9E37_79B9));
    let at = Timestamp::from_millisecond(after).unwrap_or_default();
    attempt(&format!("k-{number}"), at, random % CARDS, random >> 20)
}

fn attempt(id: &str, at: Timestamp, card: u64, random: u64) -> String {
    let (terminal, cents) = (random % TERMINALS, 100 + random / TERMINALS % 20_000);
    format!(
        r#"{{"id":"{id}","at":"{at}","amount":"{}.{:02}","currency":"GBP","card":"m{card}","terminal":"n{terminal}"}}"#,
        cents / 100,
        cents % 100
    )
}

/// The finaliser of splitmix64.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

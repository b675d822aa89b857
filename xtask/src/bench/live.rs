//! Attempts live: an open load with a champion that decides, restarts by force, the stream replayed, and the refresh cycle.

mod faults;
mod replay;
mod restart;

use super::line::{Bar, Line, Report};
use super::runs;
use crate::project;
use anyhow::{Context, ensure};
use jiff::Timestamp;
use learn::ModelFile;
use plimsoll::compare::sets::cards::{FILE, FIT_DAY, Payment, read};
use plimsoll::live::keeper::{Keeper, USUAL_ATTEMPTS};
use plimsoll::live::load::{self, Loaded, Plan};
use plimsoll::live::refresh::{Cycle, entries};
use plimsoll::session::Session;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::Reader;
use tempfile::TempDir;

const SEED: u64 = 7;

/// Attempts of the stream before the cut that teach the first champion, and outcomes that were known by then.
const TAUGHT: usize = 250_000;

/// How long the load lasts, and how many come a second.
const SECONDS: f64 = 240.0;
const RATES: [f64; 8] = [2_500.0, 5_000.0, 6_000.0, 7_500.0, 10_000.0, 12_500.0, 15_000.0, 20_000.0];

/// The rate of the bars, and those: the share of the rate that is answered, and times.
const MAIN: f64 = 5_000.0;
const KEPT: f64 = 0.98;
const P99_MS: f64 = 10.0;
const P999_MS: f64 = 50.0;

/// A server on books of its own.
struct Server {
    _home: TempDir,
    dir: PathBuf,
    binary: PathBuf,
    running: Child,
    address: SocketAddr,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

impl Server {
    /// Books whose champion was fitted on the stream before 25 July, served.
    fn taught() -> anyhow::Result<Self> {
        Self::begun(|dir| {
            let champion = taught_model(dir)?;
            let mut session = Session::open(dir)?;
            let digest = session.keep_model(&champion)?;
            session.tell(Timestamp::now(), entries(true, "fitted before 25 July".to_owned())(digest))?;
            session.close();
            // As `plimsoll live teach` does.
            Keeper::new(dir, 0, USUAL_ATTEMPTS)?.keep()
        })
    }

    /// New books, with something done to them before they are served.
    fn begun(first: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let binary = project::build_release()?;
        let home = tempfile::tempdir()?;
        let dir = home.path().join("data");
        init(&binary, &dir)?;
        first(&dir)?;
        let token = runs::verb(&binary, &dir, &["token", "new", "bench"])?;
        let token = token["token"].as_str().context("no token")?.to_owned();
        let (running, address) = serve(&binary, &dir)?;
        Ok(Self { _home: home, dir, binary, running, address, token })
    }

    fn plan(&self, rate: f64, requests: usize, seed: u64) -> Plan {
        Plan { address: self.address, token: self.token.clone(), rate, requests, connections: 64, seed }
    }

    fn kill(&mut self) -> anyhow::Result<()> {
        self.running.kill()?;
        self.running.wait()?;
        Ok(())
    }

    /// The shipped shop's records come into the books, while nobody serves them.
    fn import_shop(&self) -> anyhow::Result<()> {
        let shop = project::root().join("data/online_retail.csv.gz");
        runs::verb(&self.binary, &self.dir, &["import", shop.to_str().context("the project's path is not text")?])?;
        Ok(())
    }

    /// Serves the same books again; how long until it is ready.
    fn again(&mut self) -> anyhow::Result<Duration> {
        let start = Instant::now();
        (self.running, self.address) = serve(&self.binary, &self.dir)?;
        Ok(start.elapsed())
    }
}

fn serve(binary: &Path, dir: &Path) -> anyhow::Result<(Child, SocketAddr)> {
    let mut running = Command::new(binary)
        .args(["serve", "--address", "127.0.0.1:0", "--quiet", "--data"])
        .arg(dir)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(running.stdout.take().context("no standard output")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).context("no address")?;
    Ok((running, address.parse()?))
}

/// The payments of the stream, before and from the cut on.
fn stream() -> anyhow::Result<(Vec<Payment>, Vec<Payment>)> {
    let folder =
        PathBuf::from(std::env::var("PLIMSOLL_DATA").context("set PLIMSOLL_DATA to the folder of the data sets")?);
    ensure!(folder.join(FILE).exists(), "{} is not there", folder.join(FILE).display());
    Ok(read(&folder)?.into_iter().partition(|payment| payment.day() < FIT_DAY))
}

fn item(payment: &Payment) -> anyhow::Result<String> {
    let at = Timestamp::from_second(payment.at_s)?;
    let Payment { id, card, terminal, amount, .. } = payment;
    Ok(format!(
        r#"{{"id":"{id}","at":"{at}","amount":"{amount:.2}","currency":"GBP","card":"{card}","terminal":"{terminal}"}}"#
    ))
}

fn init(binary: &Path, dir: &Path) -> anyhow::Result<()> {
    ensure!(Command::new(binary).args(["init", "--quiet", "--data"]).arg(dir).status()?.success(), "init");
    Ok(())
}

/// Plays the stream before the cut into the books in process, with the outcomes that were known; the model of them.
fn taught_model(dir: &Path) -> anyhow::Result<ModelFile> {
    let (before, _) = stream()?;
    let mut session = Session::open(dir)?;
    let taught = &before[before.len().saturating_sub(TAUGHT)..];
    plimsoll::live::history::play(&mut session, taught.iter().map(|payment| Ok((item(payment)?, payment.fraud))))?;
    let mut cycle = Cycle::new(Reader::open(dir)?);
    let (turn, wanted) = cycle.turn()?;
    Ok(wanted.with_context(|| format!("no champion: {}", turn.told))?.model)
}

/// `live-load`: events a second, the 99th and 99.9th of a hundred, and at which rate one of the bars is broken first; beyond
/// that nothing is tried.
pub(super) fn load(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let (_, after) = stream()?;
    let items: Vec<String> = after.iter().map(item).collect::<anyhow::Result<_>>()?;
    let mut kept = 0.0_f64;
    for rate in RATES {
        let server = Server::taught()?;
        tell_fsync(report, server.dir.as_path(), seed)?;
        let seconds = if (rate - MAIN).abs() < 1.0 { SECONDS } else { SECONDS / 8.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a million requests")]
        let requests = (rate * seconds) as usize;
        let loaded = load::run(&server.plan(rate, requests, seed), |place| {
            renamed(&items[place % items.len()], place / items.len())
        })?;
        tell(report, rate, &loaded, seed);
        tell_holds(report, rate, &server, seed)?;
        if holds(rate, &loaded) {
            kept = kept.max(rate);
        } else if rate >= MAIN {
            report.add(&Line::new("breaks_at", rate, seed).unit("a second").data("card_transactions"));
            break;
        }
    }
    report.add(&Line::new("keeps", kept, seed).unit("a second").data("card_transactions"));
    Ok(())
}

/// Whether a rate was kept up within the bars of the main one.
fn holds(rate: f64, loaded: &Loaded) -> bool {
    loaded.refused.is_empty()
        && loaded.per_second() >= rate * KEPT
        && loaded.quantile_ms(0.99) <= P99_MS
        && loaded.quantile_ms(0.999) <= P999_MS
}

/// The longest that each kind of work held the writer.
fn tell_holds(report: &mut Report, rate: f64, server: &Server, seed: u64) -> anyhow::Result<()> {
    let mut asked = TcpStream::connect(server.address)?;
    asked.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    asked.read_to_string(&mut text)?;
    for line in text.lines() {
        let told =
            line.strip_prefix("plimsoll_writer_longest_hold_seconds{work=\"").and_then(|rest| rest.split_once("\"} "));
        if let Some((work, seconds)) = told
            && let Ok(seconds) = seconds.parse::<f64>()
            && seconds > 0.0
        {
            let figure = format!("longest hold by {work} at {rate:.0}");
            report.add(&Line::new(figure, seconds * 1_000.0, seed).unit("ms"));
        }
    }
    Ok(())
}

/// Beyond the end of the stream it begins anew under other ids.
fn renamed(item: &str, round: usize) -> String {
    if round == 0 { item.to_owned() } else { item.replacen(r#"{"id":""#, &format!(r#"{{"id":"{round}-"#), 1) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests")]
fn tell(report: &mut Report, rate: f64, loaded: &Loaded, seed: u64) {
    let main = (rate - MAIN).abs() < 1.0;
    let line =
        |figure: &str, value: f64| Line::new(format!("{figure} at {rate:.0}"), value, seed).data("card_transactions");
    let barred = |line: Line, bar: Bar| if main { line.bar(bar) } else { line };
    report.add(&barred(line("events_per_second", loaded.per_second()), Bar::AtLeast(MAIN * KEPT)));
    report.add(&line("p50", loaded.quantile_ms(0.5)).unit("ms"));
    report.add(&barred(line("p99", loaded.quantile_ms(0.99)), Bar::AtMost(P99_MS)).unit("ms"));
    report.add(&barred(line("p999", loaded.quantile_ms(0.999)), Bar::AtMost(P999_MS)).unit("ms"));
    let refused: usize = loaded.refused.values().sum();
    report.add(&barred(line("refused", refused as f64), Bar::AtMost(0.0)));
    for (end, count) in loaded.histogram() {
        report.add(&line(&format!("answers_within_{end}_ms"), count as f64));
    }
}

/// What the device itself takes to sync 4 KiB, beside the answers.
fn tell_fsync(report: &mut Report, dir: &Path, seed: u64) -> anyhow::Result<()> {
    let path = dir.join("sync.probe");
    let mut file = File::create(&path)?;
    let mut micros = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        file.write_all(&[0; 4_096])?;
        file.sync_data()?;
        micros.push(u64::try_from(start.elapsed().as_micros())?);
    }
    std::fs::remove_file(path)?;
    micros.sort_unstable();
    let fsync = Loaded { micros, ..Loaded::default() };
    report.add(&Line::new("fsync_p50", fsync.quantile_ms(0.5), seed).unit("ms"));
    report.add(&Line::new("fsync_p99", fsync.quantile_ms(0.99), seed).unit("ms"));
    Ok(())
}

/// `restart`: killed under load again and again; nothing acknowledged is lost or doubled.
pub(super) fn restart(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    restart::run(report, seed.unwrap_or(SEED))
}

/// `live-replay`: the whole stream over HTTP, then replayed; and one altered line is found.
pub(super) fn replay(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    replay::run(report, seed.unwrap_or(SEED))
}

/// Renewals of the second paper's table: minutes between two, seconds of one, share that succeeded.
const PUBLISHED: [(u32, f64, f64); 3] = [(30, 15.2, 90.0), (20, 12.5, 86.0), (2, 1.1, 99.5)];

/// `refresh`: one turn over 100,000 rulings and the shipped shop's books with new data, and turns with faults between.
pub(super) fn refresh(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let mut server = Server::taught()?;
    server.kill()?;
    server.import_shop()?;
    server.again()?;
    let (_, after) = stream()?;
    let items: Vec<String> = after.iter().take(40_000).map(item).collect::<anyhow::Result<_>>()?;
    let mut cycle = Cycle::new(Reader::open(&server.dir)?);
    cycle.turn()?;
    let loaded = load::run(&server.plan(5_000.0, items.len(), seed), |place| items[place].clone())?;
    ensure!(loaded.answered == items.len(), "the new data was not taken");
    let (turn, _) = cycle.turn()?;
    let seconds = Line::new("seconds", turn.seconds, seed).unit("s").bar(Bar::AtMost(1.0)).data("card_transactions");
    report.add(&seconds.beside_known("second paper, every 2 min", 1.1));
    // What the renewal includes.
    for part in &turn.parts {
        report.add(&Line::new(format!("seconds of {}", part.name), part.seconds, seed).unit("s"));
    }
    let business = turn.business.unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a count of indicators")]
    report.add(&Line::new("indicators", business.indicators.len() as f64, seed));
    for (minutes, seconds, succeeded) in PUBLISHED {
        report.add(&Line::new(format!("published, every {minutes} min"), seconds, seed).unit("s"));
        report.add(&Line::new(format!("published success, every {minutes} min"), succeeded, seed).unit("%"));
    }
    drop(cycle);
    server.kill()?;
    faults::run(report, &server.dir, &after[40_000..], seed)
}

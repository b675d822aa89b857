//! An open load: attempts sent by a seeded schedule, whatever the server does.
//!
//! Promises: an answer's time runs from the instant at which its request was due, not from when it could be sent, so that
//! a server that stalls is charged for all that waited meanwhile (no coordinated omission); the same seed sends the same
//! requests at the same distances. Limits: one item a request; as many may be under way as there are connections.

use anyhow::{Context, ensure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A server that does not answer for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is sent where, and how fast.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server.
    pub address: SocketAddr,
    /// An API token.
    pub token: String,
    /// Requests a second, in the mean.
    pub rate: f64,
    /// Requests in all.
    pub requests: usize,
    /// Connections, each kept open.
    pub connections: usize,
    /// Of the distances.
    pub seed: u64,
}

/// What came back.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Loaded {
    /// Answers of 200.
    pub answered: usize,
    /// Other answers by status; 0 = none came.
    pub refused: BTreeMap<u16, usize>,
    /// From the first due instant to the last answer.
    pub seconds: f64,
    /// Times of the answers of 200 in microseconds, the shortest first.
    #[serde(skip)]
    pub micros: Vec<u64>,
}

impl Loaded {
    /// The time that this share of the answers stayed within, in milliseconds.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = (share * last as f64).round() as usize;
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a run")]
        self.micros.get(place).map_or(f64::NAN, |micros| *micros as f64 / 1_000.0)
    }

    /// Answers of 200 a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.seconds.max(1e-9)
    }

    /// Counts of answers by their time: upper end in milliseconds, count.
    pub fn histogram(&self) -> Vec<(f64, usize)> {
        let ends = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1_000.0, f64::INFINITY];
        let mut before = 0;
        let mut bars = Vec::new();
        for end in ends {
            #[expect(clippy::cast_precision_loss, reason = "microseconds of a run")]
            let below = self.micros.partition_point(|micros| *micros as f64 / 1_000.0 <= end);
            bars.push((end, below - before));
            before = below;
        }
        bars
    }
}

/// Sends what `body` says for each request, and waits for every answer.
///
/// # Errors
/// When the server cannot be reached at all.
pub fn run(plan: &Plan, body: impl Fn(usize) -> String + Sync) -> anyhow::Result<Loaded> {
    ensure!(plan.connections > 0 && plan.rate > 0.0, "give at least one connection and a rate above 0");
    let due = schedule(plan);
    let next = AtomicUsize::new(0);
    drop(TcpStream::connect(plan.address).with_context(|| format!("{} cannot be reached", plan.address))?);
    let start = Instant::now() + Duration::from_millis(50);
    let parts: Vec<Loaded> = std::thread::scope(|scope| {
        let send = || sender(plan, &due, &next, start, &body);
        let senders: Vec<_> = (0..plan.connections).map(|_| scope.spawn(send)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap_or_default()).collect()
    });
    let mut whole = Loaded::default();
    for part in parts {
        whole.answered += part.answered;
        whole.micros.extend(part.micros);
        whole.seconds = whole.seconds.max(part.seconds);
        for (status, count) in part.refused {
            *whole.refused.entry(status).or_default() += count;
        }
    }
    whole.micros.sort_unstable();
    Ok(whole)
}

/// When each request is due: exponential distances, as of callers who know nothing of each other.
fn schedule(plan: &Plan) -> Vec<Duration> {
    let (mut state, mut at) = (plan.seed, 0.0);
    let mut due = Vec::with_capacity(plan.requests);
    for _ in 0..plan.requests {
        due.push(Duration::from_secs_f64(at));
        at += -(1.0 - unit(&mut state)).ln() / plan.rate;
    }
    due
}

/// The next number of [0, 1) by splitmix64 (Steele and others, 2014).
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let share = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    share
}

/// One connection: takes the next request, waits until it is due, sends it, reads its answer.
fn sender(
    plan: &Plan,
    due: &[Duration],
    next: &AtomicUsize,
    start: Instant,
    body: &(impl Fn(usize) -> String + Sync),
) -> Loaded {
    let mut told = Loaded::default();
    let mut line = None;
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(due) = due.get(place) else { return told };
        let due = start + *due;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let status = Connection::of(&mut line, plan).and_then(|line| line.ask(plan, &body(place)));
        let took = due.elapsed();
        told.seconds = start.elapsed().as_secs_f64();
        match status {
            Ok(200) => {
                told.answered += 1;
                told.micros.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
            }
            Ok(status) => *told.refused.entry(status).or_default() += 1,
            Err(_) => {
                line = None;
                *told.refused.entry(0).or_default() += 1;
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    said: BufReader<TcpStream>,
}

impl Connection {
    fn of<'a>(known: &'a mut Option<Self>, plan: &Plan) -> anyhow::Result<&'a mut Self> {
        if known.is_none() {
            let stream = TcpStream::connect(plan.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            let said = BufReader::new(stream.try_clone()?);
            *known = Some(Self { stream, said });
        }
        known.as_mut().context("no connection")
    }

    fn ask(&mut self, plan: &Plan, body: &str) -> anyhow::Result<u16> {
        let request = format!(
            "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            plan.token,
            body.len()
        );
        self.stream.write_all(request.as_bytes())?;
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let mut length = 0;
        loop {
            line.clear();
            self.said.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        std::io::copy(&mut self.said.by_ref().take(length), &mut std::io::sink())?;
        Ok(status)
    }
}

/// A made-up attempt: some thousands of cards and terminals, amounts of a long tail, by a seed.
pub fn made_up(seed: u64, place: usize, at: jiff::Timestamp) -> String {
    let mut state = seed ^ u64::try_from(place).unwrap_or(u64::MAX).wrapping_mul(0x2545_F491_4F6C_DD1D);
    let card = unit(&mut state) * 5_000.0;
    let terminal = unit(&mut state) * 10_000.0;
    let amount = (-(1.0 - unit(&mut state)).ln() * 50.0).max(0.01);
    format!(
        r#"{{"id":"{seed}-{place}","at":"{at}","amount":"{amount:.2}","currency":"GBP","card":"c{card:.0}","terminal":"t{terminal:.0}"}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_has_the_same_schedule_of_the_stated_rate() {
        let plan = |seed| Plan {
            address: "127.0.0.1:1".parse().unwrap(),
            token: String::new(),
            rate: 1_000.0,
            requests: 20_000,
            connections: 1,
            seed,
        };
        let due = schedule(&plan(1));
        assert_eq!(due, schedule(&plan(1)));
        assert_ne!(due, schedule(&plan(2)));
        let seconds = due.last().unwrap().as_secs_f64();
        assert!((seconds - 20.0).abs() < 1.0, "{seconds}");
    }

    #[test]
    fn quantiles_and_bars_are_by_hand() {
        let loaded = Loaded { answered: 4, micros: vec![500, 1_500, 3_000, 60_000], seconds: 2.0, ..Loaded::default() };
        assert_eq!((loaded.quantile_ms(0.5), loaded.quantile_ms(1.0), loaded.per_second()), (3.0, 60.0, 2.0));
        let counts: Vec<usize> = loaded.histogram().iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [1, 1, 1, 0, 0, 0, 1, 0, 0]);
    }
}

//! What a server counts about attempts, for `/metrics` and the first page. Counted since it started; what must last stands
//! in the journal.

use super::business::Business;
use crate::writer::Answer;
use serde::Serialize;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the bars of a histogram, in microseconds.
const BARS_US: [u64; 10] = [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 1_000_000];

/// How long something took, in bars.
#[derive(Debug, Default)]
pub struct Histogram {
    bars: [AtomicU64; BARS_US.len()],
    beyond: AtomicU64,
    sum_us: AtomicU64,
}

impl Histogram {
    /// Counts one.
    pub fn add(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bar = BARS_US.iter().position(|end| took <= *end);
        bar.map_or(&self.beyond, |bar| &self.bars[bar]).fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(took, Ordering::Relaxed);
    }

    /// In the text format of Prometheus.
    fn write(&self, name: &str, help: &str, out: &mut String) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        let mut below = 0;
        for (end, bar) in BARS_US.iter().zip(&self.bars) {
            below += bar.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{le=\"{}\"}} {below}", seconds(*end));
        }
        let count = below + self.beyond.load(Ordering::Relaxed);
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "{name}_sum {}\n{name}_count {count}", seconds(self.sum_us.load(Ordering::Relaxed)));
    }
}

/// A decimal without the noise of binary fractions.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What keeps the one writer from ruling on the next attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// A group of attempts.
    Rulings,
    /// What came of attempts.
    Labels,
    /// A group of events and notices.
    Records,
    /// Files.
    Import,
    /// Books that are lent, and what settling changed is written.
    Settling,
    /// The books that were read come in.
    Opening,
    /// A model is kept and chosen.
    Model,
    /// What people did, lists, notices, and time that passes.
    Entries,
    /// The rest of a long write-ahead log.
    Log,
}

impl Hold {
    /// Each, with its name.
    const ALL: [(Self, &str); 9] = [
        (Self::Rulings, "rulings"),
        (Self::Labels, "labels"),
        (Self::Records, "records"),
        (Self::Import, "import"),
        (Self::Settling, "settling"),
        (Self::Opening, "opening"),
        (Self::Model, "model"),
        (Self::Entries, "entries"),
        (Self::Log, "log"),
    ];
}

/// How long something held the writer.
#[derive(Debug, Default)]
struct Held {
    count: AtomicU64,
    sum_us: AtomicU64,
    longest_us: AtomicU64,
}

/// One turn of the refresh cycle.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Turn {
    /// When it ended.
    pub ended_at: String,
    /// How long it took.
    pub seconds: f64,
    /// Whether all its parts succeeded.
    pub succeeded: bool,
    /// What it did, or what failed, in words.
    pub told: String,
    /// Rulings that were new.
    pub fresh: usize,
    /// Rulings whose labels had matured.
    pub matured: usize,
    /// The largest population stability index of a feature, and of which; none while too little is known.
    pub drift: Option<(String, f64)>,
    /// Champion's and challenger's figures on the rows that both did not see.
    pub gates: Vec<Gate>,
    /// The business itself; none where the turn did not come so far.
    pub business: Option<Business>,
    /// What the renewal included, in order; where it failed, up to the part that failed.
    pub parts: Vec<Part>,
}

/// One part of a turn.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Part {
    /// What was renewed.
    pub name: &'static str,
    /// How long it took.
    pub seconds: f64,
    /// Whether it succeeded.
    pub succeeded: bool,
}

/// One gate of a promotion.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Gate {
    /// What is asked.
    pub name: &'static str,
    /// What was measured.
    pub value: f64,
    /// What it must reach.
    pub bar: f64,
    /// Whether it is passed.
    pub passed: bool,
}

/// What is counted.
#[derive(Debug, Default)]
pub struct Meters {
    ruled: AtomicU64,
    replayed: AtomicU64,
    conflicts: AtomicU64,
    rejected: AtomicU64,
    fell_back: AtomicU64,
    busy: AtomicU64,
    limited: AtomicU64,
    commits: AtomicU64,
    failed_commits: AtomicU64,
    /// From the request to its answer.
    pub answers: Histogram,
    /// One commit, synced.
    pub commit_times: Histogram,
    held: [Held; Hold::ALL.len()],
    turns: AtomicU64,
    turns_failed: AtomicU64,
    last_turn: Mutex<Option<Turn>>,
    ended: AtomicBool,
}

impl Meters {
    /// The writer has ended.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// Whether the writer still takes anything.
    pub fn writes(&self) -> bool {
        !self.ended.load(Ordering::Acquire)
    }

    /// A group was written.
    pub fn committed(&self, answers: &[Vec<Answer>], took: Duration) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.commit_times.add(took);
        for answer in answers.iter().flatten() {
            let counter = match answer {
                Answer::Ruled { replayed: true, .. } => &self.replayed,
                Answer::Ruled { .. } => &self.ruled,
                Answer::Conflict(_) => &self.conflicts,
                Answer::Rejected(_) => &self.rejected,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Something held the writer for so long.
    pub fn held(&self, by: Hold, took: Duration) {
        let (held, took) = (&self.held[by as usize], u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        held.count.fetch_add(1, Ordering::Relaxed);
        held.sum_us.fetch_add(took, Ordering::Relaxed);
        held.longest_us.fetch_max(took, Ordering::Relaxed);
    }

    fn write_held(&self, out: &mut String) {
        let name = "plimsoll_writer_held_seconds";
        let _ = writeln!(out, "# HELP {name} How long work held the one writer\n# TYPE {name} summary");
        let held = || Hold::ALL.iter().zip(&self.held);
        for ((_, work), held) in held() {
            let sum = seconds(held.sum_us.load(Ordering::Relaxed));
            let count = held.count.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_sum{{work=\"{work}\"}} {sum}\n{name}_count{{work=\"{work}\"}} {count}");
        }
        let name = "plimsoll_writer_longest_hold_seconds";
        let _ = writeln!(out, "# HELP {name} The longest that it ever did\n# TYPE {name} gauge");
        for ((_, work), held) in held() {
            let _ = writeln!(out, "{name}{{work=\"{work}\"}} {}", seconds(held.longest_us.load(Ordering::Relaxed)));
        }
    }

    /// A group could not be written.
    pub fn failed(&self) {
        self.failed_commits.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was answered by its fallback.
    pub fn fell_back(&self) {
        self.fell_back.fetch_add(1, Ordering::Relaxed);
    }

    /// A request found the writer's queue full.
    pub fn busy(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// A request went beyond its token's rate.
    pub fn limited(&self) {
        self.limited.fetch_add(1, Ordering::Relaxed);
    }

    /// The refresh cycle turned.
    pub fn turned(&self, turn: Turn) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        if !turn.succeeded {
            self.turns_failed.fetch_add(1, Ordering::Relaxed);
        }
        *self.last_turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
    }

    /// The last turn of the refresh cycle, with turns and failed turns so far.
    pub fn turns(&self) -> (Option<Turn>, u64, u64) {
        let last = self.last_turn.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (last, self.turns.load(Ordering::Relaxed), self.turns_failed.load(Ordering::Relaxed))
    }

    /// In the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let counters = [
            ("plimsoll_attempts_ruled_total", "Attempts ruled on", &self.ruled),
            ("plimsoll_attempts_replayed_total", "Attempts answered again", &self.replayed),
            ("plimsoll_attempts_conflict_total", "Ids that came with another payload", &self.conflicts),
            ("plimsoll_attempts_rejected_total", "Items that could not be used", &self.rejected),
            ("plimsoll_attempts_fallback_total", "Requests answered by their fallback", &self.fell_back),
            ("plimsoll_requests_busy_total", "Requests that found the queue full", &self.busy),
            ("plimsoll_requests_limited_total", "Requests beyond the rate of their token", &self.limited),
            ("plimsoll_commits_total", "Commits of rulings", &self.commits),
            ("plimsoll_commits_failed_total", "Commits of rulings that failed", &self.failed_commits),
            ("plimsoll_refresh_turns_total", "Turns of the refresh cycle", &self.turns),
            ("plimsoll_refresh_turns_failed_total", "Turns that failed", &self.turns_failed),
        ];
        for (name, help, counter) in counters {
            let _ = writeln!(
                out,
                "# HELP {name} {help}\n# TYPE {name} counter\n{name} {}",
                counter.load(Ordering::Relaxed)
            );
        }
        self.answers.write("plimsoll_answer_seconds", "From a request to its answer", &mut out);
        self.commit_times.write("plimsoll_commit_seconds", "One commit of rulings, synced", &mut out);
        self.write_held(&mut out);
        if let (Some(turn), ..) = self.turns() {
            gauge(&mut out, "plimsoll_refresh_seconds", "How long the last turn took", turn.seconds);
            gauge(
                &mut out,
                "plimsoll_refresh_succeeded",
                "Whether the last turn succeeded",
                f64::from(u8::from(turn.succeeded)),
            );
            write_parts(&turn, &mut out);
        }
        out
    }
}

/// What the last turn included, and what it says of the business.
fn write_parts(turn: &Turn, out: &mut String) {
    let parts = turn.parts.iter().map(|part| (part.name, part.seconds));
    gauges(out, "plimsoll_refresh_part_seconds", "How long each part of the last turn took", "part", parts);
    let succeeded = turn.parts.iter().map(|part| (part.name, f64::from(u8::from(part.succeeded))));
    gauges(out, "plimsoll_refresh_part_succeeded", "Whether each part of the last turn succeeded", "part", succeeded);
    let Some(business) = &turn.business else { return };
    let indicators = business.indicators.iter().map(|(name, value)| (name.as_str(), *value));
    gauges(out, "plimsoll_indicator", "Indicators of the business", "name", indicators);
    if let Some(points) = business.credit_points {
        gauge(out, "plimsoll_credit_points", "The credit score of the business, 0-5, 5 worst", points);
    }
}

/// One gauge in the text format of Prometheus.
pub fn gauge(out: &mut String, name: &str, help: &str, value: f64) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
}

/// One gauge with a value for each of a label's values; nothing where there is none.
pub fn gauges<'a>(
    out: &mut String,
    name: &str,
    help: &str,
    label: &str,
    values: impl IntoIterator<Item = (&'a str, f64)>,
) {
    let mut values = values.into_iter().peekable();
    if values.peek().is_some() {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
    }
    for (of, value) in values {
        let of = of.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = writeln!(out, "{name}{{{label}=\"{of}\"}} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_holds_quotes_is_written_as_the_format_says() {
        let mut out = String::new();
        gauges(&mut out, "x", "h", "of", [("a \"b\" \\", 0.5)]);
        assert_eq!(out, "# HELP x h\n# TYPE x gauge\nx{of=\"a \\\"b\\\" \\\\\"} 0.5\n");
        gauges(&mut out, "y", "h", "of", []);
        assert!(!out.contains('y'));
    }

    #[test]
    fn the_longest_hold_of_each_work_is_told() {
        for (place, (hold, _)) in Hold::ALL.into_iter().enumerate() {
            assert_eq!(hold as usize, place);
        }
        let meters = Meters::default();
        [3_000, 12_500, 40].into_iter().for_each(|us| meters.held(Hold::Log, Duration::from_micros(us)));
        let text = meters.text();
        for line in [
            "plimsoll_writer_held_seconds_sum{work=\"log\"} 0.01554",
            "plimsoll_writer_held_seconds_count{work=\"log\"} 3",
            "plimsoll_writer_longest_hold_seconds{work=\"log\"} 0.0125",
            "plimsoll_writer_longest_hold_seconds{work=\"import\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }

    #[test]
    fn bars_hold_all_that_is_below_them() {
        let histogram = Histogram::default();
        for micros in [400, 500, 900, 2_000_000] {
            histogram.add(Duration::from_micros(micros));
        }
        let mut out = String::new();
        histogram.write("x", "h", &mut out);
        for line in ["x_bucket{le=\"0.0005\"} 2", "x_bucket{le=\"0.001\"} 3", "x_bucket{le=\"+Inf\"} 4", "x_sum 2.0018"]
        {
            assert!(out.lines().any(|found| found == line), "{line} in {out}");
        }
    }
}

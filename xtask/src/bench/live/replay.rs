//! The whole card stream over HTTP, then replayed from the journal; and a line that somebody altered is found.

use super::super::line::{Bar, Line, Report};
use super::{Server, init, item, stream, taught_model};
use crate::project;
use anyhow::ensure;
use domain::{Batch, Body};
use jiff::Timestamp;
use plimsoll::command::compare_replay;
use plimsoll::live::load::{self, Plan};
use plimsoll::live::refresh::entries;
use plimsoll::session::Session;
use std::time::Instant;
use store::Reader;

/// Attempts of one request: they share a commit.
const TOGETHER: usize = 200;

/// Requests a second that are due: more than are answered, so that the server is never idle.
const RATE: f64 = 100.0;

/// `live-replay`: tables that differ, and whether a planted difference is found.
#[expect(clippy::cast_precision_loss, reason = "counts of attempts and tables")]
pub(super) fn run(report: &mut Report, seed: u64) -> anyhow::Result<()> {
    let (before, after) = stream()?;
    let items: Vec<String> = before.iter().chain(&after).map(item).collect::<anyhow::Result<_>>()?;
    let bodies: Vec<String> = items.chunks(TOGETHER).map(|items| format!("[{}]", items.join(","))).collect();
    // The champion was fitted in other books, so that in these every attempt of the stream comes once, over HTTP.
    let school = tempfile::tempdir()?;
    let school = school.path().join("data");
    init(&project::build_release()?, &school)?;
    let champion = taught_model(&school)?;
    let mut server = Server::begun(|dir| {
        let mut session = Session::open(dir)?;
        let digest = session.keep_model(&champion)?;
        session.tell(Timestamp::now(), entries(true, "fitted before 25 July".to_owned())(digest))?;
        Ok(())
    })?;
    let began = Instant::now();
    let plan = Plan { connections: 8, ..server.plan(RATE, bodies.len(), seed) };
    let loaded = load::run(&plan, |place| bodies[place].clone())?;
    ensure!(loaded.answered == bodies.len(), "only {} of {} were answered", loaded.answered, bodies.len());
    let seconds = began.elapsed().as_secs_f64();
    server.kill()?;
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("card_transactions");
    let reader = Reader::open(&server.dir)?;
    let ruled: u64 = reader.ruling_counts()?.iter().map(|(_, count)| count).sum();
    report.add(&line("attempts", ruled as f64).bar(Bar::AtLeast(items.len() as f64)));
    report.add(&line("attempts_per_second", ruled as f64 / seconds));
    let differences = compare_replay(&reader, &mut |_| {})?.iter().filter(|table| !table.same()).count();
    report.add(&line("differences", differences as f64).bar(Bar::AtMost(0.0)));
    report.add(&line("control_found", f64::from(u8::from(control_found(&reader)?))).bar(Bar::AtLeast(1.0)));
    Ok(())
}

/// One line of the policy is another: retries are taken as such for an hour longer.
fn control_found(reader: &Reader) -> anyhow::Result<bool> {
    let mut altered = false;
    let control = compare_replay(reader, &mut |batch: &mut Batch| {
        for event in &mut batch.events {
            if let Body::PolicyInstalled(policy) = &mut event.body
                && !altered
            {
                policy.live.retry_seconds += 3_600;
                altered = true;
            }
        }
    })?;
    Ok(control.iter().any(|table| table.table == "rulings" && !table.same()))
}

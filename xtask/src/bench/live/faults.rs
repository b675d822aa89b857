//! Turns of the refresh cycle with faults between: a damaged model file, a flood of labels, a step of the clock.

use super::super::line::{Bar, Line, Report};
use super::item;
use anyhow::Context;
use domain::{Body, LabelSource, Method, Outcome, Role};
use jiff::{SignedDuration, Timestamp};
use learn::ModelFile;
use plimsoll::compare::sets::cards::Payment;
use plimsoll::live::history::play;
use plimsoll::live::refresh::{Cycle, Wanted, entries};
use plimsoll::session::Session;
use std::collections::BTreeMap;
use std::path::Path;
use store::{Reader, RulingRow};

/// Turns, and attempts between two.
const TURNS: usize = 1_000;
const TOGETHER: usize = 100;

/// Plays the turns and counts scores that the champion of their time does not give, and turns after a fault that failed.
pub(super) fn run(report: &mut Report, dir: &Path, stream: &[Payment], seed: u64) -> anyhow::Result<()> {
    let mut session = Session::open(dir)?;
    let mut cycle = Cycle::new(Reader::open(dir)?);
    let mut models: BTreeMap<domain::Digest, ModelFile> = BTreeMap::new();
    let (mut wrong, mut unrecovered, mut failed) = (0_u32, 0_u32, 0_u32);
    let mut faulted = false;
    for (number, payments) in stream.chunks(TOGETHER).take(TURNS).enumerate() {
        let path = champion_file(dir)?;
        let sound = std::fs::read(&path)?;
        let fault = number % 4;
        match fault {
            1 => damage(&path, &sound)?,
            2 => flood(&mut session, dir, true)?,
            3 => {
                let stepped = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 365))?;
                session.tell(stepped, vec![Body::Ticked])?;
            }
            _ => {}
        }
        play(&mut session, payments.iter().map(|payment| Ok((item(payment)?, payment.fraud))))?;
        wrong += wrong_scores(&Reader::open(dir)?, &mut models, TOGETHER)?;
        let turned = turn(&mut cycle, &mut session);
        failed += u32::from(turned.is_err());
        unrecovered += u32::from(turned.is_err() && (fault == 0 || faulted && fault != 1));
        faulted = turned.is_err();
        if fault == 1 {
            std::fs::write(&path, &sound)?;
        }
        if fault == 2 {
            flood(&mut session, dir, false)?;
        }
    }
    report.add(&Line::new("wrong_scores", f64::from(wrong), seed).bar(Bar::AtMost(0.0)));
    report.add(&Line::new("unrecovered", f64::from(unrecovered), seed).bar(Bar::AtMost(0.0)));
    report.add(&Line::new("turns_failed_by_a_fault", f64::from(failed), seed));
    Ok(())
}

fn turn(cycle: &mut Cycle, session: &mut Session) -> anyhow::Result<()> {
    let (_, wanted) = cycle.turn()?;
    if let Some(Wanted { model, promoted, reason }) = wanted {
        let digest = session.keep_model(&model)?;
        session.tell(Timestamp::now(), entries(promoted, reason)(digest))?;
    }
    Ok(())
}

fn champion_file(dir: &Path) -> anyhow::Result<std::path::PathBuf> {
    let rows = Reader::open(dir)?.live_models()?;
    let champion = rows.into_iter().rev().find(|row| row.role == Role::Champion).and_then(|row| row.model);
    Ok(dir.join("models").join(champion.context("no champion")?.to_string()))
}

fn damage(path: &Path, sound: &[u8]) -> anyhow::Result<()> {
    let mut damaged = sound.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    Ok(std::fs::write(path, damaged)?)
}

/// The newest two thousand attempts are called events, or not any more.
fn flood(session: &mut Session, dir: &Path, event: bool) -> anyhow::Result<()> {
    let now = Timestamp::now();
    let outcome = |row: RulingRow| {
        let attempt = row.ruling.attempt;
        let (at, card, terminal) = (attempt.at, attempt.card, attempt.terminal);
        Body::OutcomeKnown(Outcome {
            attempt: attempt.id,
            at,
            card,
            terminal,
            event,
            known_at: now,
            source: LabelSource::Told,
        })
    };
    let bodies = Reader::open(dir)?.newest_rulings(2_000)?.into_iter().map(outcome).collect();
    session.tell(now, bodies).map(drop)
}

/// Of the newest rulings, those whose score their model does not give.
fn wrong_scores(
    reader: &Reader,
    models: &mut BTreeMap<domain::Digest, ModelFile>,
    newest: usize,
) -> anyhow::Result<u32> {
    let mut wrong = 0;
    for row in reader.newest_rulings(u32::try_from(newest)?)? {
        let Method::Model(digest) = row.ruling.score.method else { continue };
        // A model whose file was damaged meanwhile was read before.
        let model = match models.get(&digest) {
            Some(model) => model,
            None => match reader.model(&digest) {
                Ok(bytes) => &*models.entry(digest).or_insert(ModelFile::from_bytes(&bytes)?),
                Err(_) => continue,
            },
        };
        let odds = model.score(&row.ruling.features).clamp(-12.0, 12.0);
        let probability = 1.0 / (1.0 + (-odds).exp());
        wrong += u32::from((probability - row.ruling.score.probability).abs() > 1e-9);
    }
    Ok(wrong)
}

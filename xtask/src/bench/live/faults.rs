//! Turns of the refresh cycle with faults between: a damaged model file, a disk that is full for files and one that is full
//! for the database, a flood of labels, a step of the clock.

use super::super::line::{Bar, Line, Report};
use super::item;
use anyhow::Context;
use domain::{Body, LabelSource, Method, Outcome, Role};
use jiff::{SignedDuration, Timestamp};
use learn::ModelFile;
use plimsoll::compare::sets::cards::Payment;
use plimsoll::live::history::play;
use plimsoll::live::keeper::{Keeper, USUAL_ATTEMPTS};
use plimsoll::live::refresh::{Cycle, Wanted, entries};
use plimsoll::session::Session;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{CommitSide, Disk, Reader, RealDisk, RulingRow};

/// Turns, and attempts between two.
const TURNS: usize = 1_000;
const TOGETHER: usize = 100;

/// What befalls every other turn, so that the next shows whether it is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// A byte of the champion's file is changed.
    DamagedModel,
    /// Nothing can be written to a file.
    FullDisk,
    /// Nothing can be committed.
    FullDatabase,
    /// Two thousand attempts are called events.
    LabelFlood,
    /// The machine's clock goes back a year.
    ClockStep,
}

impl Fault {
    const ALL: [Self; 5] = [Self::DamagedModel, Self::FullDisk, Self::FullDatabase, Self::LabelFlood, Self::ClockStep];

    fn of_turn(number: usize) -> Option<Self> {
        (!number.is_multiple_of(2)).then(|| Self::ALL[number / 2 % Self::ALL.len()])
    }

    fn name(self) -> &'static str {
        match self {
            Self::DamagedModel => "damaged_model",
            Self::FullDisk => "full_disk",
            Self::FullDatabase => "full_database",
            Self::LabelFlood => "label_flood",
            Self::ClockStep => "clock_step",
        }
    }
}

/// A disk that can be full, for files or for the database.
#[derive(Default)]
struct FullDisk {
    files: AtomicBool,
    database: AtomicBool,
}

impl Disk for FullDisk {
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        refused(&self.files)?;
        RealDisk.write(path, content)
    }

    fn commit_point(&self, side: CommitSide) -> io::Result<()> {
        if side == CommitSide::Before { refused(&self.database) } else { Ok(()) }
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
}

fn refused(full: &AtomicBool) -> io::Result<()> {
    if full.load(Ordering::Relaxed) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// What the turns came to.
#[derive(Default)]
struct Told {
    wrong: u32,
    unrecovered: u32,
    unfaulted: u32,
    /// Turns with a fault, and those of them that failed.
    faulted: BTreeMap<Fault, (u32, u32)>,
}

/// Plays the turns and counts scores that the champion of their time does not give, and turns without a fault that failed.
pub(super) fn run(report: &mut Report, dir: &Path, stream: &[Payment], seed: u64) -> anyhow::Result<()> {
    let disk = Arc::new(FullDisk::default());
    let open = || Session::open_on(dir, Arc::clone(&disk) as Arc<dyn Disk>);
    let mut session = open()?;
    let mut keeper = Keeper::new(dir, session.kept_events(), USUAL_ATTEMPTS)?;
    let mut cycle = Cycle::new(Reader::open(dir)?);
    let mut models: BTreeMap<domain::Digest, ModelFile> = BTreeMap::new();
    let mut told = Told::default();
    for (number, payments) in stream.chunks(TOGETHER).take(TURNS).enumerate() {
        let path = champion_file(dir)?;
        let sound = std::fs::read(&path)?;
        let fault = Fault::of_turn(number);
        match fault {
            Some(Fault::DamagedModel) => damage(&path, &sound)?,
            Some(Fault::LabelFlood) => flood(&mut session, dir, true)?,
            Some(Fault::ClockStep) => {
                let stepped = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 365))?;
                session.tell(stepped, vec![Body::Ticked])?;
            }
            Some(Fault::FullDisk | Fault::FullDatabase) | None => {}
        }
        play(&mut session, payments.iter().map(|payment| Ok((item(payment)?, payment.fraud))))?;
        told.wrong += wrong_scores(&Reader::open(dir)?, &mut models, TOGETHER)?;
        disk.files.store(fault == Some(Fault::FullDisk), Ordering::Relaxed);
        disk.database.store(fault == Some(Fault::FullDatabase), Ordering::Relaxed);
        let failed = u32::from(turn(&mut cycle, &mut session).is_err());
        disk.files.store(false, Ordering::Relaxed);
        disk.database.store(false, Ordering::Relaxed);
        if failed > 0 && fault == Some(Fault::FullDatabase) {
            // Memory is ahead of the journal: as the writer does, the books are opened anew, from a snapshot.
            drop(session);
            keeper.keep()?;
            session = open()?;
        }
        match fault {
            None => (told.unfaulted, told.unrecovered) = (told.unfaulted + 1, told.unrecovered + failed),
            Some(fault) => {
                let (turns, of_them) = told.faulted.entry(fault).or_default();
                (*turns, *of_them) = (*turns + 1, *of_them + failed);
            }
        }
        if fault == Some(Fault::DamagedModel) {
            std::fs::write(&path, &sound)?;
        }
        if fault == Some(Fault::LabelFlood) {
            flood(&mut session, dir, false)?;
        }
    }
    tell(report, &told, seed);
    Ok(())
}

fn tell(report: &mut Report, told: &Told, seed: u64) {
    let line = |figure: String, value: u32| Line::new(figure, f64::from(value), seed).data("card_transactions");
    report.add(&line("wrong_scores".to_owned(), told.wrong).bar(Bar::AtMost(0.0)));
    report.add(&line("unrecovered".to_owned(), told.unrecovered).bar(Bar::AtMost(0.0)));
    let succeeded = f64::from(told.unfaulted - told.unrecovered) / f64::from(told.unfaulted.max(1)) * 100.0;
    let succeeded = Line::new("succeeded without a fault", succeeded, seed).unit("%").data("card_transactions");
    report.add(&succeeded.bar(Bar::AtLeast(100.0)).beside_known("second paper, every 2 min", 99.5));
    for (fault, (turns, failed)) in &told.faulted {
        let name = fault.name();
        report.add(&line(format!("turns with {name}"), *turns));
        let failed = line(format!("failed of those with {name}"), *failed);
        // A turn that believes a damaged file has noticed nothing.
        let noticed = Bar::AtLeast(f64::from(*turns));
        report.add(&if *fault == Fault::DamagedModel { failed.bar(noticed) } else { failed });
    }
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

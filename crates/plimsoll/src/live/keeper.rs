//! What is known of attempts is kept beside the journal, so that a server is ready soon after it was killed.
//!
//! Promises: the writer never waits for it. It reads the journal as a restart would, from the last snapshot on, with a
//! memory of its own, by the scores that attempts had, and keeps what it then knows: so every snapshot is the last one and
//! what came after. It runs when others leave room, and at most a quarter of the time goes into keeping. Until there is
//! enough to keep it reads nothing and knows nothing.

use crate::background;
use crate::replayed::{Extent, Replayed};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Disk, Reader, RealDisk};

/// Attempts and records after which what is known is kept anew, where nobody says otherwise: replaying as many attempts
/// takes some 100 ms.
pub const USUAL_ATTEMPTS: u64 = 5_000;

/// Between two looks at the journal.
const ROUNDS: Duration = Duration::from_secs(1);

/// After keeping it rests for so many times as long.
const RESTS: u32 = 3;

/// After a failure.
const REST: Duration = Duration::from_secs(60);

/// Keeps what is known of attempts.
pub struct Keeper {
    reader: Reader,
    dir: PathBuf,
    disk: Arc<dyn Disk>,
    /// After so many attempts and records.
    every: u64,
    followed: Option<Replayed>,
    /// Attempts and records for which the snapshot stands.
    kept: u64,
    rests_until: Instant,
}

impl Keeper {
    /// Of a data directory whose snapshot stands for so many attempts and records ([`Session::kept_events`]); another after
    /// `every`.
    ///
    /// [`Session::kept_events`]: crate::session::Session::kept_events
    ///
    /// # Errors
    /// When the books cannot be read.
    pub fn new(dir: &Path, kept: u64, every: u64) -> anyhow::Result<Self> {
        Self::on(dir, kept, every, Arc::new(RealDisk))
    }

    /// As [`Keeper::new`], on another disk.
    ///
    /// # Errors
    /// As [`Keeper::new`].
    pub fn on(dir: &Path, kept: u64, every: u64, disk: Arc<dyn Disk>) -> anyhow::Result<Self> {
        let (reader, dir, rests_until) = (Reader::open(dir)?, dir.to_owned(), Instant::now());
        Ok(Self { reader, dir, disk, every: every.max(1), followed: None, kept, rests_until })
    }

    /// Takes in what was committed since, where there is enough of it, and keeps what is known where it is time.
    ///
    /// # Errors
    /// When the journal is damaged, or the disk fails; the snapshot before then stands.
    pub fn round(&mut self) -> anyhow::Result<()> {
        let fresh = self.fresh()?;
        if self.followed.is_none() && fresh < self.every {
            return Ok(());
        }
        self.follow()?;
        if fresh >= self.every && Instant::now() >= self.rests_until {
            self.keep()?;
        }
        Ok(())
    }

    /// Keeps what is known now, where there is anything worth it: a tenth of what would be kept at any rate.
    ///
    /// # Errors
    /// As [`Keeper::round`].
    pub fn last(&mut self) -> anyhow::Result<()> {
        if self.fresh()? >= self.every.div_ceil(10) { self.keep() } else { Ok(()) }
    }

    /// Attempts and records since the snapshot.
    fn fresh(&self) -> anyhow::Result<u64> {
        Ok(self.reader.attempts_and_records()?.saturating_sub(self.kept))
    }

    fn follow(&mut self) -> anyhow::Result<()> {
        match &mut self.followed {
            Some(followed) => followed.follow(&self.reader),
            None => {
                self.followed = Some(Replayed::open(&self.reader, Extent::AttemptsAsRuled)?);
                Ok(())
            }
        }
    }

    /// Keeps what is known now.
    ///
    /// # Errors
    /// As [`Keeper::round`].
    pub fn keep(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        let events = self.reader.attempts_and_records()?;
        self.follow()?;
        let followed = self.followed.as_mut().context("nothing was followed")?;
        let snapshot = followed.snapshot(events);
        snapshot.write(&self.dir, &*self.disk)?;
        // Packed again, all that was unpacked since takes little memory.
        let packed = std::mem::take(&mut followed.working).with_attempt_bytes(snapshot.state);
        followed.working = packed.context("what was kept is no state")?;
        self.kept = events;
        self.rests_until = Instant::now() + began.elapsed() * RESTS;
        Ok(())
    }

    /// After a failure nothing is known, and it rests.
    fn failed(&mut self, error: &anyhow::Error) {
        eprintln!("plimsoll serve: no snapshot was kept, the next start replays more of the journal: {error:#}");
        self.followed = None;
        self.rests_until = Instant::now() + REST;
    }
}

/// A keeper at work beside a server.
pub struct Keeping {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeping {
    /// Keeps what is known a last time, and ends.
    pub fn finish(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            eprintln!("plimsoll serve: what keeps snapshots stopped; the next start replays more of the journal");
        }
    }
}

/// Starts a keeper; none where nothing is to be counted.
///
/// # Errors
/// As [`Keeper::new`], or when the system gives no thread.
pub fn start(dir: &Path, kept: u64, every: u64) -> anyhow::Result<Option<Keeping>> {
    if every == 0 {
        return Ok(None);
    }
    let mut keeper = Keeper::new(dir, kept, every)?;
    let (stop, stopped) = channel();
    let thread = background::spawn("keeper", move || {
        while stopped.recv_timeout(ROUNDS) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = keeper.round() {
                keeper.failed(&error);
            }
        }
        if let Err(error) = keeper.last() {
            keeper.failed(&error);
        }
    })?;
    Ok(Some(Keeping { stop, thread }))
}

//! What the writer does with the books: they are read after a start and settled on a thread beside it, so that attempts
//! are ruled on meanwhile.
//!
//! Promises: while the books are elsewhere nothing that bears on them is committed, so what comes back is what the journal
//! gives; what waits for them is done in the order in which it came. Limits: files are imported by the writer itself, and
//! attempts wait for that.

use super::{Freshness, Job, MOST_WAITING, Writer, report};
use crate::import::{self, Mappings, Options};
use crate::live::meters::Hold;
use crate::mappings;
use crate::replayed::Books;
use crate::session::Session;
use anyhow::Context;
use domain::{Batch, Body, Event, Step};
use engine::{Loaded, Working};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Instant;

/// How long an answer is kept under its key.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether entries bear on the books.
pub(super) fn bear_on_them(bodies: &[Body]) -> bool {
    let event = |body: &Body| Event { now: Timestamp::UNIX_EPOCH, body: body.clone() };
    engine::bears_on_books(&Batch { events: bodies.iter().map(event).collect() })
}

/// Work on the books on another thread.
pub(super) struct Errand {
    number: u64,
    thread: JoinHandle<anyhow::Result<Done>>,
}

/// What such work came to.
enum Done {
    /// They were read.
    Read(Box<Books>),
    /// They were settled by this batch, and what that changed.
    Settled(Box<(Working, Batch, Step)>),
}

impl Writer {
    /// A session was opened: somebody else moves its log, and its books are read where they were not.
    pub(super) fn opened(&mut self) -> anyhow::Result<()> {
        let seam = self.seam.clone();
        let session = self.session.as_mut().context("no session")?;
        session.store.checkpoint_beside(seam)?;
        if let Some(read) = session.unread() {
            self.send(move || Ok(Done::Read(Box::new(read()?))))?;
        }
        Ok(())
    }

    /// The session, opened anew after a failure.
    pub(super) fn session(&mut self) -> anyhow::Result<&mut Session> {
        if self.session.is_none() {
            if self.errand.take().is_some() {
                self.give_up();
            }
            self.session = Some(Session::open(&self.dir)?);
            self.opened()?;
        }
        self.session.as_mut().context("the data directory is not open")
    }

    pub(super) fn has_books(&mut self) -> anyhow::Result<bool> {
        Ok(self.session()?.has_books())
    }

    /// A job waits for the books; where too many do, whoever sent it hears that it was not written.
    pub(super) fn defer(&mut self, job: Job) {
        if self.deferred.len() < MOST_WAITING {
            self.deferred.push_back(job);
        }
    }

    /// The first job that waited for the books, once they are here.
    pub(super) fn next_deferred(&mut self) -> Option<Job> {
        let here = self.session.as_ref().is_none_or(Session::has_books);
        if here { self.deferred.pop_front() } else { None }
    }

    fn send(&mut self, work: impl FnOnce() -> anyhow::Result<Done> + Send + 'static) -> anyhow::Result<()> {
        self.errands += 1;
        let (number, jobs) = (self.errands, self.jobs.clone());
        let thread = std::thread::Builder::new().name("books".to_owned()).spawn(move || {
            let done = work();
            // Where every handle is gone, the writer asks for it by itself.
            if let Some(jobs) = jobs.upgrade() {
                let _ = jobs.send(Job::BooksBack(number));
            }
            done
        })?;
        self.errand = Some(Errand { number, thread });
        Ok(())
    }

    pub(super) fn settling_is_due(&self) -> bool {
        let waited = self.unsettled.is_some_and(|since| since.elapsed() >= self.settings.settle_every);
        waited && self.errand.is_none()
    }

    /// Settles all open items and renews every score as of the last record, as an import does; beside the writer.
    pub(super) fn settle(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        let session = self.session()?;
        let now = session.working().latest();
        let (Some(_), Some(now)) = (self.unsettled, now) else {
            self.unsettled = None;
            return self.told_settled();
        };
        let session = self.session()?;
        let mut books = session.lend_books().context("the books are elsewhere")?;
        self.unsettled = None;
        self.send(move || {
            let events = [Body::Reconcile, Body::Refresh].map(|body| Event { now, body }).to_vec();
            let batch = Batch { events };
            let step = engine::advance(&mut books, &Loaded::default(), &batch);
            Ok(Done::Settled(Box::new((books, batch, step))))
        })?;
        self.meters.held(Hold::Settling, began.elapsed());
        Ok(())
    }

    /// An errand is done; one that was given up is not waited for.
    pub(super) fn books_back(&mut self, number: u64) -> anyhow::Result<()> {
        if let Some(errand) = self.errand.take_if(|errand| errand.number == number) {
            self.take_in(errand)
        } else {
            Ok(())
        }
    }

    fn take_in(&mut self, errand: Errand) -> anyhow::Result<()> {
        let done = errand.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let began = Instant::now();
        let Some(session) = self.session.as_mut() else {
            self.give_up();
            return Ok(());
        };
        match done {
            Done::Read(books) => {
                session.bring(*books);
                self.meters.held(Hold::Opening, began.elapsed());
                self.publish(|_| {});
                Ok(())
            }
            Done::Settled(settled) => {
                let (books, batch, step) = *settled;
                session.return_books(books);
                match session.commit_advanced(&batch, &step) {
                    Ok(()) => self.told_settled()?,
                    Err(error) => {
                        report(&error);
                        self.session = None;
                        self.give_up();
                    }
                }
                self.meters.held(Hold::Settling, began.elapsed());
                Ok(())
            }
        }
    }

    /// What was done elsewhere was done to books that are gone: whoever waits for it hears that it failed.
    fn give_up(&mut self) {
        self.settled.clear();
        self.unsettled.get_or_insert_with(Instant::now);
    }

    /// All is settled: whoever waits is told.
    fn told_settled(&mut self) -> anyhow::Result<()> {
        let kept_from = Timestamp::now().checked_sub(ANSWERS_KEPT).unwrap_or(Timestamp::MIN);
        self.session()?.store.forget_answers(kept_from)?;
        self.publish(Freshness::settled);
        for reply in self.settled.drain(..) {
            let _ = reply.send(());
        }
        Ok(())
    }

    /// Every handle is gone: what waits is done, and all is settled.
    pub(super) fn end(&mut self, jobs: &Receiver<Job>) -> anyhow::Result<()> {
        loop {
            if let Some(errand) = self.errand.take() {
                self.take_in(errand)?;
            } else if let Some(job) = self.next_deferred() {
                self.work(job, jobs)?;
            } else if self.unsettled.is_some() {
                self.settle()?;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn import(&mut self, paths: &[PathBuf]) -> anyhow::Result<anyhow::Result<import::Report>> {
        let mappings = match mappings::kept(&self.dir) {
            Ok(kept) => Mappings { kept, forced: None },
            Err(error) => return Ok(Err(error)),
        };
        let (settings, tolerance) = (self.settings.sources.clone(), import::Tolerance::default());
        let options = Options { as_of: None, now: Timestamp::now(), settings, tolerance, mappings };
        let report = import::import(self.session()?, paths, &options);
        match &report {
            Ok(done) if done.records > 0 => {
                self.unsettled = None;
                self.publish(Freshness::settled);
            }
            Ok(_) => {}
            Err(_) => self.session = None,
        }
        Ok(report)
    }
}

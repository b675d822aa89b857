//! The one writer of a data directory that is served: a thread that owns the [`Session`].
//!
//! Promises: a request is answered after what it brought is in the journal and synced; requests that wait together are
//! committed together, and none waits for others to come; a request that cannot be committed harms no other; settling
//! runs at an interval, so that one event is cheap. Attempts are ruled on while the books are read after a start and while
//! they are settled ([`books`]); what bears on the books waits until they are back.

mod answer;
mod attempts;
mod books;
mod freshness;
mod group;
mod handle;

pub use answer::{Answered, ItemIssue, ItemResult, ItemStatus};
pub use attempts::{Answer, Asked as AskedRulings, Ticket, Told};
pub use freshness::{Freshness, SourceFreshness};
pub use handle::{Handle, WeakHandle};

use crate::import;
use crate::live::meters::{Hold, Meters};
use crate::live::request::ToldOutcome;
use crate::session::Session;
use crate::work::{Refused, work_with_labels};
use books::Errand;
use domain::{Body, LabelSource, WorkKind};
use jiff::Timestamp;
use learn::ModelFile;
use sources::SourceSettings;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{AuditLine, Seam};
use tokio::sync::oneshot;

/// Requests that may wait; more are asked to come again.
const MOST_WAITING: usize = 4_096;

/// A group is closed at so many requests or bytes, so that its commit takes some milliseconds.
const GROUP_REQUESTS: usize = 1_024;
const GROUP_BYTES: usize = 4 << 20;

/// A request to be written.
pub struct Delivery {
    /// The address that it was sent to; keys are unique in it.
    pub channel: String,
    /// The sender's key, where there is one.
    pub key: Option<String>,
    /// As it came.
    pub body: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// When it came.
    pub at: Timestamp,
}

impl Delivery {
    /// With its card numbers masked: nothing keeps them.
    fn without_cards(mut self) -> Self {
        let masked = sources::card_number::mask(&self.body);
        if masked.count() > 0 {
            self.body = masked.bytes.into_owned();
        }
        self
    }
}

/// What a request is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Events in our own form, each with a result. A key that comes again with another body is a conflict.
    Events,
    /// A provider's notice: read as a file of its format is, and answered as a whole. A key or a body that came before
    /// is a duplicate, whatever came with it.
    Notice,
}

/// How the writer works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What files and bodies do not say.
    pub sources: SourceSettings,
    /// Settle when something new has waited for so long.
    pub settle_every: Duration,
    /// Turn the refresh cycle so often; none = not at all.
    pub refresh_every: Option<Duration>,
    /// The mail server that takes alerts.
    pub mail_relay: Option<String>,
    /// Keep what is known of attempts after so many; 0 = never.
    pub snapshot_attempts: u64,
}

enum Job {
    Deliver(Delivery, oneshot::Sender<Answered>),
    Refuse(AuditLine, oneshot::Sender<()>),
    Tell(Vec<Body>, oneshot::Sender<()>),
    Import(Vec<PathBuf>, oneshot::Sender<anyhow::Result<import::Report>>),
    Work(Box<Asked>, oneshot::Sender<Result<(), Refused>>),
    Rule(AskedRulings, oneshot::Sender<Vec<Answer>>),
    Learn(Vec<Result<ToldOutcome, ItemIssue>>, oneshot::Sender<Vec<Told>>),
    Settle(oneshot::Sender<()>),
    /// What was done with the books elsewhere is done: the errand of this number.
    BooksBack(u64),
    Choose(Box<ModelFile>, Box<MakeBodies>, oneshot::Sender<()>),
}

impl Job {
    /// Whether it must wait while the books are elsewhere.
    fn needs_books(&self) -> bool {
        match self {
            Self::Deliver(..) | Self::Import(..) | Self::Settle(_) => true,
            Self::Tell(bodies, _) => books::bear_on_them(bodies),
            Self::Refuse(..)
            | Self::Work(..)
            | Self::Rule(..)
            | Self::Learn(..)
            | Self::Choose(..)
            | Self::BooksBack(_) => false,
        }
    }
}

/// The entries that bring a model in, once it has its digest.
type MakeBodies = dyn FnOnce(domain::Digest) -> Vec<Body> + Send;

/// What somebody wants done about exceptions.
pub struct Asked {
    /// About these.
    pub exceptions: Vec<String>,
    /// Who.
    pub by: String,
    /// What.
    pub what: WorkKind,
    /// Of alerts that are closed: whether their attempts came to the event.
    pub event: Option<bool>,
    /// When.
    pub at: Timestamp,
}

/// Why a request was not written. It may be sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotWritten {
    /// Too many wait.
    Busy,
    /// The writer has stopped, or could not commit.
    Failed,
}

/// Starts the writer of a session, whose books it has read where they were not. It ends, settled, when every [`Handle`] is
/// gone; `ended` is called then, and when it fails. Somebody else moves the write-ahead log, and meets it at the seam.
///
/// # Errors
/// When the system gives no thread.
pub fn start(
    session: Session,
    dir: &Path,
    settings: Settings,
    seam: Seam,
    ended: impl FnOnce() + Send + 'static,
) -> anyhow::Result<(Handle, JoinHandle<anyhow::Result<()>>)> {
    let (jobs, waiting) = sync_channel(MOST_WAITING);
    let jobs = Arc::new(jobs);
    let freshness = Arc::new(Mutex::new(Freshness::of(&session)));
    let policy = Arc::new(session.working().policy().live.clone());
    let meters = Arc::new(Meters::default());
    let mut writer = Writer {
        session: Some(session),
        dir: dir.to_owned(),
        settings,
        unsettled: None,
        errand: None,
        errands: 0,
        deferred: VecDeque::new(),
        settled: Vec::new(),
        jobs: Arc::downgrade(&jobs),
        seam,
        freshness: Arc::clone(&freshness),
        meters: Arc::clone(&meters),
    };
    writer.opened()?;
    let counted = Arc::clone(&meters);
    let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
        let _ended = OnDrop(Some(|| {
            counted.end();
            ended();
        }));
        writer.run(&waiting)
    })?;
    Ok((Handle { jobs, freshness, policy, meters }, thread))
}

/// Calls when it is dropped, at a panic too.
struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            call();
        }
    }
}

struct Writer {
    /// None after a failed commit, until it is opened anew: memory is then ahead of the journal.
    session: Option<Session>,
    dir: PathBuf,
    settings: Settings,
    /// Since when something waits to be settled.
    unsettled: Option<Instant>,
    /// What is done with the books elsewhere.
    errand: Option<Errand>,
    errands: u64,
    /// What waits for the books.
    deferred: VecDeque<Job>,
    /// Who waits for them to be settled.
    settled: Vec<oneshot::Sender<()>>,
    /// Where this writer's own jobs come in.
    jobs: Weak<SyncSender<Job>>,
    seam: Seam,
    freshness: Arc<Mutex<Freshness>>,
    meters: Arc<Meters>,
}

type Waiting = (Delivery, oneshot::Sender<Answered>);
type WaitingRulings = (AskedRulings, oneshot::Sender<Vec<Answer>>);

impl Writer {
    fn run(&mut self, jobs: &Receiver<Job>) -> anyhow::Result<()> {
        loop {
            match self.wait(jobs) {
                Ok(job) => self.work(job, jobs)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.end(jobs),
            }
            self.tick()?;
            if self.settling_is_due() {
                self.settle()?;
            }
            self.tidy();
        }
    }

    /// Does some work, and notes how long it held the writer.
    fn held<T>(&mut self, by: Hold, work: impl FnOnce(&mut Self) -> T) -> T {
        let began = Instant::now();
        let done = work(self);
        self.meters.held(by, began.elapsed());
        done
    }

    /// Between two commits, moves what is left of a long log.
    fn tidy(&mut self) {
        let began = Instant::now();
        match self.session.as_ref().map(|session| session.store.tidy()) {
            Some(Ok(true)) => self.meters.held(Hold::Log, began.elapsed()),
            Some(Ok(false)) | None => {}
            Some(Err(error)) => eprintln!("plimsoll serve: the write-ahead log was not moved: {error}"),
        }
    }

    /// Waits for a job, or until something is to be settled or somebody else to be told of an alert.
    fn wait(&mut self, jobs: &Receiver<Job>) -> Result<Job, RecvTimeoutError> {
        if let Some(job) = self.next_deferred() {
            return Ok(job);
        }
        let settling = self.unsettled.filter(|_| self.errand.is_none());
        let settling = settling.map(|since| self.settings.settle_every.saturating_sub(since.elapsed()));
        let alert =
            self.alert_due().map(|due| Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or_default());
        match settling.into_iter().chain(alert).min() {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(patience) => jobs.recv_timeout(patience),
        }
    }

    fn alert_due(&self) -> Option<Timestamp> {
        self.session.as_ref()?.working().live().alerts().next_due()
    }

    /// Time passes for alerts, where somebody else is to be told by now.
    fn tick(&mut self) -> anyhow::Result<()> {
        if self.alert_due().is_some_and(|due| due <= Timestamp::now()) {
            self.held(Hold::Entries, |writer| writer.tell(vec![Body::Ticked]))?;
        }
        Ok(())
    }

    /// Writes the first job and what waits behind it.
    fn work(&mut self, first: Job, jobs: &Receiver<Job>) -> anyhow::Result<()> {
        let (mut group, mut refused, mut bytes) = (Vec::new(), Vec::new(), 0);
        let (mut rulings, mut attempts): (Vec<WaitingRulings>, usize) = (Vec::new(), 0);
        let mut next = Some(first);
        while let Some(job) = next.take() {
            match job {
                job if job.needs_books() && !self.has_books()? => self.defer(job),
                Job::Deliver(delivery, reply) => {
                    bytes += delivery.body.len();
                    group.push((delivery, reply));
                }
                Job::Refuse(line, reply) => refused.push((line, reply)),
                Job::Rule(asked, reply) => {
                    attempts += asked.items.len();
                    rulings.push((asked, reply));
                }
                Job::Learn(told, reply) => {
                    self.rule(std::mem::take(&mut rulings))?;
                    self.held(Hold::Labels, |writer| writer.learn(&told, reply))?;
                }
                Job::Choose(model, bodies, reply) => {
                    if self.held(Hold::Model, |writer| writer.choose(&model, bodies))? {
                        let _ = reply.send(());
                    }
                }
                // Rulings go first: nothing that follows is as urgent.
                job => {
                    self.rule(std::mem::take(&mut rulings))?;
                    self.write(std::mem::take(&mut group), std::mem::take(&mut refused))?;
                    self.one(job)?;
                }
            }
            let room = group.len() + refused.len() < GROUP_REQUESTS && bytes < GROUP_BYTES;
            if room && attempts < attempts::MOST_TOGETHER {
                next = self.next_deferred().or_else(|| jobs.try_recv().ok());
            }
        }
        self.rule(rulings)?;
        self.write(group, refused)
    }

    /// Does a job that shares its commit with no other.
    fn one(&mut self, job: Job) -> anyhow::Result<()> {
        match job {
            Job::Settle(reply) => {
                self.settled.push(reply);
                self.settle()?;
            }
            Job::BooksBack(number) => self.books_back(number)?,
            Job::Work(asked, reply) => {
                let done = self.held(Hold::Entries, |writer| writer.work_on(*asked))?;
                let _ = reply.send(done);
            }
            Job::Tell(bodies, reply) => {
                if self.held(Hold::Entries, |writer| writer.tell(bodies))? {
                    let _ = reply.send(());
                }
            }
            Job::Import(paths, reply) => {
                let report = self.held(Hold::Import, |writer| writer.import(&paths))?;
                let _ = reply.send(report);
            }
            Job::Deliver(..) | Job::Refuse(..) | Job::Rule(..) | Job::Learn(..) | Job::Choose(..) => {}
        }
        Ok(())
    }

    /// One commit for all rulings; where that fails, whoever waits is told to come again, and the books are opened anew.
    fn rule(&mut self, rulings: Vec<WaitingRulings>) -> anyhow::Result<()> {
        if rulings.is_empty() {
            return Ok(());
        }
        let (asked, replies): (Vec<AskedRulings>, Vec<_>) = rulings.into_iter().unzip();
        let started = Instant::now();
        match self.session().and_then(|session| attempts::write(session, &asked)) {
            Ok(answers) => {
                self.meters.committed(&answers, started.elapsed());
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                report(&error);
                self.meters.failed();
                self.session = None;
            }
        }
        self.meters.held(Hold::Rulings, started.elapsed());
        Ok(())
    }

    fn learn(
        &mut self,
        told: &[Result<ToldOutcome, ItemIssue>],
        reply: oneshot::Sender<Vec<Told>>,
    ) -> anyhow::Result<()> {
        let session = self.session()?;
        match attempts::learn(session, told, LabelSource::Told, Timestamp::now()) {
            Ok(answers) => drop(reply.send(answers)),
            Err(error) => {
                report(&error);
                self.session = None;
            }
        }
        Ok(())
    }

    /// Whether the model is kept and named.
    fn choose(&mut self, model: &ModelFile, bodies: Box<MakeBodies>) -> anyhow::Result<bool> {
        let session = self.session()?;
        let chosen = session.keep_model(model).and_then(|digest| session.tell(Timestamp::now(), bodies(digest)));
        if let Err(error) = &chosen {
            report(error);
            self.session = None;
        }
        Ok(chosen.is_ok())
    }

    /// One commit for all; where that fails, one for each, so that none suffers for another.
    fn write(&mut self, group: Vec<Waiting>, refused: Vec<(AuditLine, oneshot::Sender<()>)>) -> anyhow::Result<()> {
        if group.is_empty() && refused.is_empty() {
            return Ok(());
        }
        let lines: Vec<AuditLine> = refused.iter().map(|(line, _)| line.clone()).collect();
        let (deliveries, replies): (Vec<Delivery>, Vec<_>) =
            group.into_iter().map(|(delivery, reply)| (delivery.without_cards(), reply)).unzip();
        match self.held(Hold::Records, |writer| writer.commit(&deliveries, lines)) {
            Ok(answers) => {
                // Whoever does not wait for the answer any more can ask for it again.
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
                for (_, reply) in refused {
                    let _ = reply.send(());
                }
            }
            Err(error) => {
                report(&error);
                self.session = None;
                if deliveries.len() + refused.len() > 1 {
                    refused.into_iter().try_for_each(|line| self.write(Vec::new(), vec![line]))?;
                    deliveries.into_iter().zip(replies).try_for_each(|one| self.write(vec![one], Vec::new()))?;
                }
            }
        }
        Ok(())
    }

    fn commit(&mut self, deliveries: &[Delivery], refused: Vec<AuditLine>) -> anyhow::Result<Vec<Answered>> {
        let settings = self.settings.sources.clone();
        let session = self.session()?;
        refused.into_iter().for_each(|line| session.store.audit(line));
        let written = group::write(session, deliveries, &settings)?;
        if written.records > 0 {
            self.unsettled.get_or_insert_with(Instant::now);
            self.publish(|freshness| freshness.wrote(written.records));
        }
        Ok(written.answers)
    }

    /// Checked against the books as they stand, as nobody else writes meanwhile.
    fn work_on(&mut self, asked: Asked) -> anyhow::Result<Result<(), Refused>> {
        let session = self.session()?;
        let reader = session.store.read();
        let bodies = match work_with_labels(reader, &asked.exceptions, &asked.by, asked.what, asked.event, asked.at) {
            Ok(bodies) => bodies,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Err(error) = session.tell(asked.at, bodies) {
            report(&error);
            self.session = None;
            return Ok(Err(Refused::Because("it could not be written; try again".to_owned())));
        }
        Ok(Ok(()))
    }

    /// Whether the entries were written; where not, whoever waits is told.
    fn tell(&mut self, bodies: Vec<Body>) -> anyhow::Result<bool> {
        let told = self.session()?.tell(Timestamp::now(), bodies);
        if let Err(error) = &told {
            report(error);
            self.session = None;
        }
        Ok(told.is_ok())
    }

    fn publish(&self, change: impl FnOnce(&mut Freshness)) {
        let mut freshness = self.freshness.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = &self.session {
            freshness.follow(session);
        }
        change(&mut freshness);
    }
}

fn report(error: &anyhow::Error) {
    eprintln!("plimsoll serve: a group was not written: {error:#}");
}

//! The writer from outside: requests are handed in, and answered once they are synced.

use super::answer::{Answered, ItemIssue};
use super::attempts::{Answer, Asked as AskedRulings, Told};
use super::{Asked, Delivery, Freshness, Job, NotWritten};
use crate::import;
use crate::live::meters::Meters;
use crate::live::request::ToldOutcome;
use crate::work::Refused;
use domain::{Body, LivePolicy};
use learn::ModelFile;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::AuditLine;
use tokio::sync::oneshot;

/// Where requests are handed in. Clones share the writer.
#[derive(Clone)]
pub struct Handle {
    pub(super) jobs: Arc<SyncSender<Job>>,
    pub(super) freshness: Arc<Mutex<Freshness>>,
    /// The policy's part about attempts; no other process can install another while this one writes.
    pub(super) policy: Arc<LivePolicy>,
    pub(super) meters: Arc<Meters>,
}

impl Handle {
    /// Rules on attempts; answered once that is synced. An empty answer: it could not be written.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub async fn rule(&self, asked: AskedRulings) -> Result<Vec<Answer>, NotWritten> {
        self.ask(|reply| Job::Rule(asked, reply)).await
    }

    /// As [`Handle::rule`], without waiting: what will be answered.
    ///
    /// # Errors
    /// [`NotWritten::Busy`].
    pub fn rule_later(&self, asked: AskedRulings) -> Result<oneshot::Receiver<Vec<Answer>>, NotWritten> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Rule(asked, reply))?;
        Ok(answer)
    }

    /// Takes in what came of attempts; answered once that is synced.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub async fn learn(&self, told: Vec<Result<ToldOutcome, ItemIssue>>) -> Result<Vec<Told>, NotWritten> {
        self.ask(|reply| Job::Learn(told, reply)).await
    }

    /// The policy's part about attempts.
    pub fn policy(&self) -> &LivePolicy {
        &self.policy
    }

    /// What is counted, for a thread of its own.
    pub fn shared_meters(&self) -> Arc<Meters> {
        Arc::clone(&self.meters)
    }

    /// Whether the writer still takes anything.
    pub fn lives(&self) -> bool {
        self.meters.writes()
    }

    /// What is counted.
    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    /// Writes a request; answered once it is synced.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub async fn deliver(&self, delivery: Delivery) -> Result<Answered, NotWritten> {
        self.ask(|reply| Job::Deliver(delivery, reply)).await
    }

    /// Keeps an audit line.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub async fn refuse(&self, line: AuditLine) -> Result<(), NotWritten> {
        self.ask(|reply| Job::Refuse(line, reply)).await
    }

    /// Does something about exceptions; answered once it is synced.
    ///
    /// # Errors
    /// [`NotWritten`]; within, why it cannot be done.
    pub async fn work(&self, asked: Asked) -> Result<Result<(), Refused>, NotWritten> {
        self.ask(|reply| Job::Work(Box::new(asked), reply)).await
    }

    /// Writes entries of the business's own; answered once they are synced.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub async fn tell(&self, bodies: Vec<Body>) -> Result<(), NotWritten> {
        self.ask(|reply| Job::Tell(bodies, reply)).await
    }

    /// One that does not keep the writer running.
    pub fn downgrade(&self) -> WeakHandle {
        WeakHandle(Arc::downgrade(&self.jobs))
    }

    /// How fresh the books are.
    pub fn freshness(&self) -> Freshness {
        self.freshness.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, NotWritten> {
        let (reply, answer) = oneshot::channel();
        self.send(job(reply))?;
        answer.await.map_err(|_| NotWritten::Failed)
    }

    fn send(&self, job: Job) -> Result<(), NotWritten> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => NotWritten::Busy,
            TrySendError::Disconnected(_) => NotWritten::Failed,
        })
    }
}

/// Hands files in for as long as somebody else keeps the writer running.
pub struct WeakHandle(Weak<SyncSender<Job>>);

impl WeakHandle {
    /// Imports files, as `plimsoll import` does, and waits; none when the writer has ended.
    pub fn import(&self, paths: Vec<PathBuf>) -> Option<Result<anyhow::Result<import::Report>, NotWritten>> {
        let (reply, answer) = oneshot::channel();
        let sent = self.0.upgrade()?.send(Job::Import(paths, reply));
        Some(sent.map_err(|_| NotWritten::Failed).and_then(|()| answer.blocking_recv().map_err(|_| NotWritten::Failed)))
    }

    /// Settles what waits, and waits; whether it is done, none when the writer has ended.
    pub fn settle(&self) -> Option<bool> {
        let (reply, answer) = oneshot::channel();
        self.0.upgrade()?.send(Job::Settle(reply)).ok()?;
        Some(answer.blocking_recv().is_ok())
    }

    /// Writes entries of the business's own, and waits; whether they were written, none when the writer has ended.
    pub fn tell(&self, bodies: Vec<Body>) -> Option<bool> {
        let (reply, answer) = oneshot::channel();
        self.0.upgrade()?.send(Job::Tell(bodies, reply)).ok()?;
        Some(answer.blocking_recv().is_ok())
    }

    /// Keeps a model's file and writes the entries that name it; whether they were written.
    pub fn choose(
        &self,
        model: ModelFile,
        bodies: impl FnOnce(domain::Digest) -> Vec<Body> + Send + 'static,
    ) -> Option<bool> {
        let (reply, answer) = oneshot::channel();
        self.0.upgrade()?.send(Job::Choose(Box::new(model), Box::new(bodies), reply)).ok()?;
        Some(answer.blocking_recv().is_ok())
    }

    /// Whether the writer still takes anything.
    pub fn lives(&self) -> bool {
        self.0.strong_count() > 0
    }
}

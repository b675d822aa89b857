//! Connections that wait for a request, the one that has waited longest first: it makes room where there is none.

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::Notify;

/// Whoever asks something is in no place of the line.
const BUSY: u64 = 0;

/// All that wait.
#[derive(Default)]
pub(super) struct Waiting(Mutex<Line>);

#[derive(Default)]
struct Line {
    /// The last place that was taken.
    last: u64,
    places: BTreeMap<u64, Arc<Notify>>,
}

/// One connection.
pub(super) struct Seat {
    waiting: Arc<Waiting>,
    place: AtomicU64,
    close: Arc<Notify>,
}

/// A request of a connection that is answered; it waits again once this is gone.
pub(super) struct Busy(Arc<Seat>);

impl Waiting {
    /// Asks the one that has waited longest to close; nothing where none waits.
    pub(super) fn close_oldest(&self) {
        if let Some((_, close)) = self.line().places.pop_first() {
            close.notify_one();
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// A connection that has just come, and waits.
    pub(super) fn new(waiting: Arc<Waiting>) -> Arc<Self> {
        let seat = Arc::new(Self { waiting, place: AtomicU64::new(BUSY), close: Arc::default() });
        seat.wait();
        seat
    }

    /// It asks something.
    pub(super) fn ask(self: &Arc<Self>) -> Busy {
        self.leave();
        Busy(Arc::clone(self))
    }

    /// Ends once it is to close, while it asks nothing.
    pub(super) async fn closed(&self) {
        loop {
            self.close.notified().await;
            // A request may have come between.
            if self.place.load(Ordering::Relaxed) != BUSY {
                return;
            }
        }
    }

    fn wait(&self) {
        let mut line = self.waiting.line();
        line.last += 1;
        let place = line.last;
        line.places.insert(place, Arc::clone(&self.close));
        self.place.store(place, Ordering::Relaxed);
    }

    fn leave(&self) {
        let place = self.place.swap(BUSY, Ordering::Relaxed);
        self.waiting.line().places.remove(&place);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.wait();
    }
}

/// The body of an answer: its connection is busy until it is sent.
pub(super) struct Answering {
    body: Body,
    _busy: Busy,
}

impl Answering {
    pub(super) fn new(body: Body, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl http_body::Body for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(waiting: &Waiting) -> Vec<u64> {
        waiting.line().places.keys().copied().collect()
    }

    #[test]
    fn who_asked_last_is_the_last_to_go() {
        let waiting = Arc::new(Waiting::default());
        let (first, second) = (Seat::new(Arc::clone(&waiting)), Seat::new(Arc::clone(&waiting)));
        assert_eq!(waits(&waiting), [1, 2]);
        let busy = first.ask();
        assert_eq!(waits(&waiting), [2]);
        drop(busy);
        assert_eq!(waits(&waiting), [2, 3]);
        waiting.close_oldest();
        assert_eq!(waits(&waiting), [3], "the second was asked to go");
        drop(second.ask());
        drop(second);
        assert_eq!(waits(&waiting), [3]);
        drop(first);
        assert!(waits(&waiting).is_empty());
    }
}

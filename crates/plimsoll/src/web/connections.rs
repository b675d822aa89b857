//! Connections: who is let in, and when one is closed.
//!
//! Promises: what has waited [`Door::idle`] for a request, or for the rest of one, is closed; where there is no room
//! for another, the one that has waited longest makes it, so that connections which ask nothing keep nobody out; a
//! handshake keeps nobody else waiting; in the end, what was asked is answered.

use super::patience::{BODY_TIME, InTime, Patient};
use super::tls;
use super::waiting::{Answering, Seat, Waiting};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// Where a server is reached, and how.
#[derive(Clone, Debug)]
pub struct Door {
    /// Port 0 takes any free one.
    pub address: SocketAddr,
    /// Its certificate; none = without TLS.
    pub tls: Option<tls::Files>,
    /// A connection that waits longer for a request is closed.
    pub idle: Duration,
}

impl Door {
    /// Without TLS.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, tls: None, idle: IDLE }
    }
}

/// Longer than the 60 s for which load balancers keep a connection by their defaults: they are to be the first to close.
pub const IDLE: Duration = Duration::from_secs(75);

/// Connections at a time, where the system allows as many: some 10 KiB each.
const MOST: usize = 16_384;

/// Files that the books may have open beside.
const OF_THE_BOOKS: usize = 256;

/// A handshake that takes longer is given up.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Between two looks for room.
const ROOM_AGAIN: Duration = Duration::from_millis(20);

/// All connections.
pub(super) struct Connections {
    router: Router,
    tls: Option<TlsAcceptor>,
    idle: Duration,
    most: usize,
    room: Arc<Semaphore>,
    waiting: Arc<Waiting>,
}

impl Connections {
    pub(super) fn new(router: Router, tls: Option<TlsAcceptor>, idle: Duration) -> Self {
        let most = most();
        Self { router, tls, idle, most, room: Arc::new(Semaphore::new(most)), waiting: Arc::default() }
    }

    /// Takes connections until `stop`, and waits for those that ask something.
    pub(super) async fn serve(&self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let (going, ends) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let (permit, (stream, peer)) = tokio::select! {
                next = self.next(&listener) => next,
                () = &mut stop => break,
            };
            tokio::spawn(self.attend(stream, peer, permit, ends.clone()));
        }
        drop((listener, going));
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        // Whoever has not sent all by now is not waited for.
        let _ = timeout(BODY_TIME * 2, self.room.acquire_many(all)).await;
    }

    async fn next(&self, listener: &TcpListener) -> (OwnedSemaphorePermit, (TcpStream, SocketAddr)) {
        let permit = self.room().await;
        loop {
            match listener.accept().await {
                Ok(taken) => return (permit, taken),
                // It was gone before it was taken, or the system gives no more files.
                Err(error) => {
                    if !is_of_the_other_end(&error) {
                        eprintln!("plimsoll serve: a connection was not taken: {error}");
                        self.waiting.close_oldest();
                        sleep(ROOM_AGAIN).await;
                    }
                }
            }
        }
    }

    /// Room for one more.
    async fn room(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                return permit;
            }
            self.waiting.close_oldest();
            if let Ok(Ok(permit)) = timeout(ROOM_AGAIN, Arc::clone(&self.room).acquire_owned()).await {
                return permit;
            }
        }
    }

    /// One connection, until it ends.
    fn attend(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        permit: OwnedSemaphorePermit,
        ends: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (router, tls, idle) = (self.router.clone(), self.tls.clone(), self.idle);
        let seat = Seat::new(Arc::clone(&self.waiting));
        async move {
            let _permit = permit;
            let _ = stream.set_nodelay(true);
            let stream = Patient::new(stream);
            match tls {
                None => answer(TokioIo::new(stream), peer, router, idle, &seat, ends).await,
                Some(tls) => {
                    let shaken = tokio::select! {
                        shaken = timeout(HANDSHAKE_TIME, tls.accept(stream)) => shaken,
                        () = seat.closed() => return,
                    };
                    if let Ok(Ok(stream)) = shaken {
                        answer(TokioIo::new(stream), peer, router, idle, &seat, ends).await;
                    }
                }
            }
        }
    }
}

/// Answers what is asked on a connection, until it ends or is to.
async fn answer(
    stream: impl Read + Write + Unpin,
    peer: SocketAddr,
    router: Router,
    idle: Duration,
    seat: &Arc<Seat>,
    mut ends: watch::Receiver<()>,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: Request<Incoming>| {
        let busy = seat.ask();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.call(request.map(|body| Body::new(InTime::new(body, idle.min(BODY_TIME)))));
        async move { answer.await.map(|answer: Response<Body>| answer.map(|body| Answering::new(body, busy))) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(idle);
    let mut connection = pin!(builder.serve_connection(stream, service));
    tokio::select! {
        _ = connection.as_mut() => return,
        () = seat.closed() => return,
        _ = ends.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

fn is_of_the_other_end(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// As many as this process may have files open beside those of the books, as Linux says it; elsewhere few, and the system
/// refuses the rest.
fn most() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits");
    let files = limits.map_or(1_024, |limits| open_files(&limits));
    files.saturating_sub(OF_THE_BOOKS.min(files / 2)).clamp(1, MOST)
}

fn open_files(limits: &str) -> usize {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::open_files;

    #[test]
    fn the_limit_of_files_is_read_as_linux_writes_it() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max open files            1024                 524288               files\n";
        assert_eq!(open_files(limits), 1_024);
        assert_eq!(open_files(&limits.replace("1024  ", "unlimited")), usize::MAX);
    }
}

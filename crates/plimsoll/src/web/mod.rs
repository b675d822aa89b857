//! The HTTP API and the pages.
//!
//! Promises: all that is written goes through the one [`writer`]; every page shows what the API gives, from the same
//! answers; what a file says is escaped wherever it is shown; internal text never reaches a client; nothing is loaded from
//! elsewhere. On a loopback address only requests that name a loopback host are answered, so that no page of another site
//! can read the books through the browser (DNS rebinding). There are no users yet: whoever reaches the address may read, so
//! keep it on loopback. Whoever writes shows an API token ([`crate::access`]) or a provider's signature
//! ([`crate::webhook`]), or is a page of this server on a loopback address ([`work`], [`review`]).
//!
//! Every answer bears an `x-request-id`, under which a failure stands in the log.
//!
//! One way through: a request becomes a [`call::Call`], which asks [`answers`], which the [`api`] writes as JSON and the
//! [`pages`] as HTML; what fails becomes a [`problem::Problem`].

mod answers;
mod api;
mod assessment_phrases;
mod call;
mod connections;
mod guard;
mod lines;
mod live;
mod live_phrases;
mod openapi;
mod pages;
mod params;
mod patience;
mod phrases;
mod post;
mod problem;
mod rate;
mod refusal;
mod review;
mod routes;
mod score;
mod sellers;
mod sentences;
#[cfg(test)]
mod tests;
mod tls;
mod waiting;
mod words;
mod work;

pub use connections::{Door, IDLE};
pub use tls::Files as TlsFiles;

use crate::access::Access;
use crate::assess::Report as Assessment;
use crate::assess::seller_report::SellerReport;
use crate::compare::report::Report;
use crate::live::keeper;
use crate::session::Session;
use crate::view::{Overview, overview};
use crate::webhook::config::Configs;
use crate::writer::{self, WeakHandle};
use anyhow::Context;
use connections::Connections;
use problem::Problem;
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Reader, Seam};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// A comparison of models as one page that needs nothing else; English where the language is not known.
pub fn comparison_page(report: &Report, lang: &str) -> String {
    pages::comparison::alone(words::Lang::from_code(lang).unwrap_or(words::Lang::En), report)
}

/// An assessment as one page that needs nothing else; English where the language is not known.
pub fn assessment_page(report: &Assessment, lang: &str) -> String {
    pages::assessment::alone(words::Lang::from_code(lang).unwrap_or(words::Lang::En), report)
}

/// A seller's report as one page that needs nothing else; English where the language is not known.
pub fn seller_page(report: &SellerReport, lang: &str) -> String {
    pages::seller::alone(words::Lang::from_code(lang).unwrap_or(words::Lang::En), report)
}

/// What every request shares.
struct App {
    reader: Reader,
    /// The data directory.
    dir: PathBuf,
    /// The last overview and the batch that it is of.
    overview: Mutex<Option<(u64, Arc<Overview>)>>,
    /// The sellers, alike.
    sellers: sellers::SellerSource,
    /// What may be written, by whom; none where these books are only read.
    posts: Option<post::Posts>,
    /// Only this machine reaches the address.
    on_loopback: bool,
    /// Models that explain rulings.
    models: score::Models,
    /// The server ends: streams do, too.
    stopping: AtomicBool,
}

impl App {
    fn new(reader: Reader, dir: &Path) -> Self {
        Self {
            reader,
            dir: dir.to_owned(),
            overview: Mutex::default(),
            sellers: sellers::SellerSource::default(),
            posts: None,
            on_loopback: false,
            models: score::Models::default(),
            stopping: AtomicBool::new(false),
        }
    }

    fn writing(reader: Reader, dir: &Path, posts: post::Posts) -> Self {
        Self { posts: Some(posts), ..Self::new(reader, dir) }
    }

    /// With the sellers of this book instead of those that the policy names.
    fn with_sellers(mut self, book: Option<&Path>) -> Self {
        self.sellers.book = book.map(Path::to_owned);
        self
    }

    /// The overview: made once for each state of the journal, as it reads every entry.
    fn overview(&self) -> Result<Arc<Overview>, Problem> {
        let batch = self.reader.last_batch()?;
        let mut kept = self.overview.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, known)) = &*kept
            && *of == batch
        {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(overview(&self.reader)?);
        *kept = Some((batch, Arc::clone(&made)));
        Ok(made)
    }
}

/// Serves the API and the pages of a data directory until Ctrl-C, only to be read; calls `ready` with the address once
/// it listens. Sellers are those of `seller_book`, where one is given.
///
/// # Errors
/// The directory or the certificate cannot be read, or the address cannot be listened on.
pub fn serve(
    dir: &Path,
    door: &Door,
    seller_book: Option<&Path>,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let app = App::new(Reader::open(dir)?, dir).with_sellers(seller_book);
    let ready = |address| {
        ready(address);
        Ok(())
    };
    runtime()?.block_on(listen(app, door, ready, std::future::pending()))
}

/// As [`serve`], with this session as the one writer. What came is settled before it returns.
///
/// # Errors
/// As [`serve`], and when the writer fails.
pub fn serve_writing(
    dir: &Path,
    session: Session,
    settings: &writer::Settings,
    most_per_second: Option<u32>,
    door: &Door,
    seller_book: Option<&Path>,
    ready: impl FnOnce(SocketAddr, WeakHandle) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (reader, access, webhooks) = (Reader::open(dir)?, Access::open(dir)?, Configs::open(dir)?);
    let ended = Arc::new(Notify::new());
    let tell = Arc::clone(&ended);
    let (kept_events, seam) = (session.kept_events(), Seam::default());
    let (handle, thread) = writer::start(session, dir, settings.clone(), seam.clone(), move || tell.notify_one())?;
    let weak = handle.downgrade();
    crate::live::beside(dir, &handle, settings, seam)?;
    let keeping = keeper::start(dir, kept_events, settings.snapshot_attempts)?;
    let app = App::writing(reader, dir, post::Posts::new(handle, access, webhooks, most_per_second))
        .with_sellers(seller_book);
    let served = runtime()?
        .block_on(listen(app, door, move |address| ready(address, weak), async move { ended.notified().await }));
    let written = thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the writer stopped; run `plimsoll verify`")));
    if let Some(keeping) = keeping {
        keeping.finish();
    }
    served.and(written)
}

fn runtime() -> anyhow::Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

async fn listen(
    app: App,
    door: &Door,
    ready: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
    ended: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let tls = door.tls.as_ref().map(TlsFiles::acceptor).transpose()?;
    let address = door.address;
    let listening = tokio::net::TcpListener::bind(address).await;
    let listener = listening
        .with_context(|| format!("cannot listen on {address}; choose another address, or port 0 for a free one"))?;
    let address = listener.local_addr()?;
    let on_loopback = address.ip().is_loopback();
    let app = Arc::new(App { on_loopback, ..app });
    let router = routes::router(Arc::clone(&app), on_loopback);
    ready(address)?;
    let stop = async move {
        tokio::select! {
            () = interrupted() => {}
            () = ended => {}
        }
        app.stopping.store(true, Ordering::Release);
    };
    Connections::new(router, tls, door.idle).serve(listener, stop).await;
    Ok(())
}

/// Ends at Ctrl-C or when the system asks the process to end; never, where the system cannot tell.
async fn interrupted() {
    let asked = async {
        #[cfg(unix)]
        if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            terminate.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = asked => {}
        () = interrupt => {}
    }
}

//! The HTTP API and the pages.
//!
//! Promises: it only reads; every page shows what the API gives, from the same answers; what a file says is escaped
//! wherever it is shown; internal text never reaches a client; nothing is loaded from elsewhere. On a loopback address
//! only requests that name a loopback host are answered, so that no page of another site can read the books through the
//! browser (DNS rebinding). There are no users yet: whoever reaches the address may read, so keep it on loopback.
//!
//! One way through: a request becomes a [`call::Call`], which asks [`answers`], which the [`api`] writes as JSON and the
//! [`pages`] as HTML; what fails becomes a [`problem::Problem`].

mod answers;
mod api;
mod call;
mod guard;
mod lines;
mod pages;
mod params;
mod phrases;
mod problem;
mod routes;
#[cfg(test)]
mod tests;
mod words;

use crate::view::{Overview, overview};
use anyhow::Context;
use problem::Problem;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::Reader;

/// What every request shares.
struct App {
    reader: Reader,
    /// The last overview and the batch that it is of.
    overview: Mutex<Option<(u64, Arc<Overview>)>>,
}

impl App {
    fn new(reader: Reader) -> Self {
        Self { reader, overview: Mutex::default() }
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

/// Serves the API and the pages of a data directory until Ctrl-C; calls `ready` with the address once it listens.
///
/// # Errors
/// The directory cannot be read, or the address cannot be listened on.
pub fn serve(dir: &Path, address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let reader = Reader::open(dir)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listening = tokio::net::TcpListener::bind(address).await;
        let listener = listening
            .with_context(|| format!("cannot listen on {address}; choose another address, or port 0 for a free one"))?;
        let address = listener.local_addr()?;
        let app = routes::router(Arc::new(App::new(reader)), address.ip().is_loopback());
        ready(address);
        axum::serve(listener, app).with_graceful_shutdown(interrupted()).await?;
        Ok(())
    })
}

/// Ends at Ctrl-C; never, where the system cannot tell of one.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

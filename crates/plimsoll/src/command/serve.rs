//! `plimsoll serve`: the pages and the API, and what is posted to it.

use super::{Outcome, Setting, watch};
use crate::assess::seller_book::SellerBook;
use crate::cli::Serve;
use crate::live::keeper;
use crate::session::Session;
use crate::web::{Door, TlsFiles};
use crate::{web, writer};
use sources::SourceSettings;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use store::Reader;

/// How long what was posted waits to be settled, where nobody says otherwise.
pub(super) const SETTLE_EVERY: Duration = Duration::from_secs(120);

pub(super) fn run(setting: &Setting, args: &Serve) -> anyhow::Result<Outcome> {
    let door = door(args)?;
    let seller_book = args.seller_book.as_deref();
    seller_book.map(SellerBook::open_as_written).transpose()?;
    if args.read_only {
        warn_of(args.address);
        web::serve(&setting.dir, &door, seller_book, |address| announce(&door, address, "only to be read"))?;
        return Ok(Outcome::Done);
    }
    let session = setting.progress.step("opening", || Session::open_for_attempts(&setting.dir));
    let session = match session {
        Ok(session) => session,
        Err(error) => {
            // Where they cannot be read either, that is what is wrong.
            drop(Reader::open(&setting.dir)?);
            return Err(error.context("cannot open the books for writing; `--read-only` shows them beside a writer"));
        }
    };
    let every = Duration::from_secs(args.every.unwrap_or(args.settle_every));
    let settings = writer::Settings {
        sources: SourceSettings::default(),
        settle_every: every,
        refresh_every: args.every.map(Duration::from_secs),
        mail_relay: args.mail_relay.clone(),
        snapshot_attempts: args.snapshot_attempts,
    };
    let beside = Beside { most_per_second: args.most_per_second, watching: args.watch.as_deref(), seller_book };
    serve_as(setting, session, &door, &settings, &beside)
}

/// Where, and with which certificate: looked at before the books are opened, as that may take long.
fn door(args: &Serve) -> anyhow::Result<Door> {
    let tls = args.tls.files();
    tls.as_ref().map(TlsFiles::check).transpose()?;
    Ok(Door { address: args.address, tls, idle: Duration::from_secs(args.idle_seconds) })
}

/// Serves until Ctrl-C, with this session as the one writer.
pub(super) fn serve(
    setting: &Setting,
    session: Session,
    address: SocketAddr,
    settle_every: Duration,
    watching: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let settings = writer::Settings {
        sources: SourceSettings::default(),
        settle_every,
        refresh_every: None,
        mail_relay: None,
        snapshot_attempts: keeper::USUAL_ATTEMPTS,
    };
    serve_as(setting, session, &Door::at(address), &settings, &Beside { watching, ..Beside::default() })
}

/// What a server is started with beside its books.
#[derive(Default)]
struct Beside<'a> {
    most_per_second: Option<u32>,
    watching: Option<&'a Path>,
    seller_book: Option<&'a Path>,
}

fn serve_as(
    setting: &Setting,
    session: Session,
    door: &Door,
    settings: &writer::Settings,
    beside: &Beside<'_>,
) -> anyhow::Result<Outcome> {
    warn_of(door.address);
    let (most, book) = (beside.most_per_second, beside.seller_book);
    web::serve_writing(&setting.dir, session, settings, most, door, book, |address, writer| {
        announce(door, address, "POST /v1/events takes what happens");
        beside.watching.map_or(Ok(()), |folder| watch::beside(folder, setting.json, writer))
    })?;
    Ok(Outcome::Done)
}

fn warn_of(address: SocketAddr) {
    if !address.ip().is_loopback() {
        eprintln!("warning: anyone who reaches {address} may read these books; there is no login yet");
    }
}

fn announce(door: &Door, address: SocketAddr, what: &str) {
    let scheme = if door.tls.is_some() { "https" } else { "http" };
    println!("Pages and API on {scheme}://{address} (Ctrl-C stops); {what}");
}

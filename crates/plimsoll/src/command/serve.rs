//! `plimsoll serve`: the pages and the API.

use super::{Outcome, Setting};
use crate::cli::Serve;
use crate::web;
use std::net::SocketAddr;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Serve) -> anyhow::Result<Outcome> {
    drop(Reader::open(&setting.dir)?);
    serve(setting, args.address)
}

/// Serves until Ctrl-C.
pub(super) fn serve(setting: &Setting, address: SocketAddr) -> anyhow::Result<Outcome> {
    if !address.ip().is_loopback() {
        eprintln!("warning: anyone who reaches {address} may read these books; there is no login yet");
    }
    web::serve(&setting.dir, address, |address| {
        println!("Pages and API on http://{address} (Ctrl-C stops)");
    })?;
    Ok(Outcome::Done)
}

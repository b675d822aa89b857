//! `plimsoll check-config`: whether a server would start and reach whom it must tell; nothing is changed.

use super::{Outcome, Setting};
use crate::cli::CheckConfig;
use crate::policy_file;
use crate::terminal;
use anyhow::Context;
use serde::Serialize;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;
use store::Reader;

/// One thing that was looked at.
#[derive(Serialize)]
struct Looked {
    what: String,
    /// Empty where it is well.
    wrong: String,
}

pub(super) fn run(setting: &Setting, args: &CheckConfig) -> anyhow::Result<Outcome> {
    let mut looked = Vec::new();
    let mut look = |what: &str, found: Result<(), String>| {
        looked.push(Looked { what: what.to_owned(), wrong: found.err().unwrap_or_default() });
    };
    let reader = Reader::open(&setting.dir);
    look("data directory", reader.as_ref().map(drop).map_err(ToString::to_string));
    let in_force = reader.ok().and_then(|reader| reader.policy().ok().flatten());
    let policy = match &args.policy {
        None => Ok(in_force.unwrap_or_default()),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            policy_file::parse(&text, 1).map_err(|error| error.to_string())
        }
    };
    look("policy", policy.as_ref().map(drop).map_err(Clone::clone));
    let tell = policy.iter().flat_map(|policy| &policy.live.plans).flat_map(|plan| &plan.tell);
    let mut mails = false;
    for to in tell {
        match to.strip_prefix("http://") {
            Some(rest) => look(to, reached(rest.split('/').next().unwrap_or_default(), 80)),
            None => mails = true,
        }
    }
    match &args.mail_relay {
        Some(relay) => look("mail relay", reached(relay, 25)),
        None if mails => look("mail relay", Err("the plans name mail addresses; give `--mail-relay`".to_owned())),
        None => {}
    }
    if let Some(files) = args.tls.files() {
        look("TLS", files.check().map_err(|error| format!("{error:#}")));
    }
    let well = looked.iter().all(|looked| looked.wrong.is_empty());
    if setting.json {
        looked.iter().try_for_each(terminal::json)?;
    } else {
        for Looked { what, wrong } in &looked {
            println!("{what}: {}", if wrong.is_empty() { "well" } else { wrong });
        }
    }
    Ok(if well { Outcome::Done } else { Outcome::Usage })
}

/// Whether somebody takes a connection there within two seconds.
fn reached(host: &str, port: u16) -> Result<(), String> {
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
    let address = host.to_socket_addrs().map_err(|error| error.to_string())?.next();
    let address = address.ok_or_else(|| format!("{host} has no address"))?;
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).map(drop).map_err(|error| error.to_string())
}

//! A server, and what is asked about one thing.

use crate::web::{self, TlsFiles};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `serve`
#[derive(Args, Debug)]
pub struct Serve {
    /// Where to serve; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:7645")]
    pub address: SocketAddr,
    /// Only show the books, beside another process that writes them; nothing can be posted.
    #[arg(long)]
    pub read_only: bool,
    /// Read every file that is laid into this folder, too.
    #[arg(long, value_name = "DIR", conflicts_with = "read_only")]
    pub watch: Option<PathBuf>,
    /// Show the sellers of this book (`assess --sellers FILE --book FILE` adds days to it) instead of those that the policy
    /// names; days that are added while the server runs are shown at the next look.
    #[arg(long, value_name = "FILE")]
    pub seller_book: Option<PathBuf>,
    /// Seconds after which what was posted is settled and scored anew, with all that came meanwhile.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub settle_every: u64,
    /// Turn the refresh cycle so often, too: settle, weigh new labels, renew the challenger, promote it where it passes
    /// every gate. `2m`, `30s`; `plimsoll serve --every 2m` is the usual.
    #[arg(long, value_name = "TIME", value_parser = seconds_of, conflicts_with_all = ["read_only", "settle_every"])]
    pub every: Option<u64>,
    /// Requests that one token may send in a second (default: any number).
    #[arg(long, value_name = "REQUESTS", value_parser = clap::value_parser!(u32).range(1..))]
    pub most_per_second: Option<u32>,
    /// The mail server that takes alerts for `mailto:` addresses, without a login: a relay on this machine or network.
    #[arg(long, value_name = "HOST:PORT")]
    pub mail_relay: Option<String>,
    /// Keep what is known of attempts in a snapshot after so many of them, so that a restart replays no more than what came
    /// since; 0 keeps none.
    #[arg(long, value_name = "ATTEMPTS", default_value_t = crate::live::keeper::USUAL_ATTEMPTS)]
    pub snapshot_attempts: u64,
    /// A connection that waits so long for a request is closed. Longer than a load balancer keeps one.
    #[arg(long, value_name = "SECONDS", default_value_t = web::IDLE.as_secs(), value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub idle_seconds: u64,
    /// The certificate of the server.
    #[command(flatten)]
    pub tls: Tls,
}

/// A certificate, for `serve` and `check-config`.
#[derive(Args, Debug)]
pub struct Tls {
    /// Serve over TLS with this certificate: PEM, the server's own first, then those that lead to its root.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key: PEM, without a passphrase.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

impl Tls {
    /// The files, where they are given.
    pub fn files(&self) -> Option<TlsFiles> {
        let (certificate, key) = self.tls_cert.clone().zip(self.tls_key.clone())?;
        Some(TlsFiles { certificate, key })
    }
}

/// Seconds of `90`, `90s`, `2m`, `1h`.
fn seconds_of(text: &str) -> Result<u64, String> {
    let (digits, unit) = text.split_at(text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len());
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err("expected seconds, or a number with s, m or h".to_owned()),
    };
    let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    seconds.filter(|seconds| (1..=86_400).contains(seconds)).ok_or_else(|| "expected 1 second to 24 hours".to_owned())
}

/// `explain`
#[derive(Args, Debug)]
pub struct Explain {
    /// For example `online-retail:536365`, `order-paid/online-retail:536365`, `PayoutShort/stripe:txn_…`, `business`.
    pub id: String,
    /// Of a card or an attempt: its score then and now, and what happened between; an instant, or a time of today (UTC).
    #[arg(long, value_name = "TIME", value_parser = instant_of)]
    pub since: Option<jiff::Timestamp>,
}

/// An instant, or `09:42` of today.
fn instant_of(text: &str) -> Result<jiff::Timestamp, String> {
    let today = || {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let time: jiff::civil::Time = text.parse()?;
        now.date().to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).map(|at| at.timestamp())
    };
    text.parse().or_else(|_| today()).map_err(|error| format!("neither an instant nor a time of today: {error}"))
}

//! Attempts: alerts, lists, models; and what runs a server.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `alerts`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Alerts {
    /// What to do; lists those that are open where nothing is said.
    #[command(subcommand)]
    pub action: Option<AlertAction>,
}

/// What to do about alerts.
#[derive(Subcommand, Debug)]
pub enum AlertAction {
    /// Those that are open, the loudest first.
    List {
        /// Closed ones, too.
        #[arg(long)]
        all: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// One with its rulings and who was told.
    Show {
        /// Its id.
        id: String,
    },
    /// Say who is to look at them; that ends the escalation.
    Assign {
        /// Who; `nobody` takes it back.
        #[arg(long, value_name = "NAME")]
        to: String,
        /// Which.
        #[command(flatten)]
        which: WhichAlerts,
    },
    /// Somebody looks at them; that ends the escalation.
    Acknowledge {
        /// Which.
        #[command(flatten)]
        which: WhichAlerts,
    },
    /// Nothing more is to be done, and why. What it was becomes the label of their attempts.
    Close {
        /// Why.
        #[arg(long)]
        reason: String,
        /// What it was: `event` (fraud, a default), `genuine`, or `unclear`, which labels nothing.
        #[arg(long = "as", value_name = "WHAT", value_parser = ["event", "genuine", "unclear"], default_value = "unclear")]
        disposition: String,
        /// Which.
        #[command(flatten)]
        which: WhichAlerts,
    },
    /// They are to be looked at again.
    Reopen {
        /// Why.
        #[arg(long)]
        reason: String,
        /// Which.
        #[command(flatten)]
        which: WhichAlerts,
    },
    /// Take back what was done, by its number in `plimsoll exceptions history`.
    Undo {
        /// The number.
        number: u64,
        /// Who does so.
        #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
        by: String,
    },
    /// Notices that could not be delivered.
    Dead {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// The secret that webhooks of alerts are signed with.
    Secret,
}

/// Which alerts.
#[derive(Args, Debug)]
pub struct WhichAlerts {
    /// Their ids.
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
    pub by: String,
}

/// `lists`
#[derive(Subcommand, Debug)]
pub enum ListsAction {
    /// What is listed.
    Show,
    /// Refuse a card or terminal before any rule.
    Block(ListEntry),
    /// Let a card or terminal through before any rule.
    Allow(ListEntry),
    /// Take a card or terminal off both lists.
    Remove(ListEntry),
}

/// An entry of a list.
#[derive(Args, Debug)]
pub struct ListEntry {
    /// The card, as it is sent.
    #[arg(long, value_name = "CARD", required_unless_present = "terminal", conflicts_with = "terminal")]
    pub card: Option<String>,
    /// The terminal, as it is sent.
    #[arg(long, value_name = "TERMINAL")]
    pub terminal: Option<String>,
    /// When it ends by itself.
    #[arg(long, value_name = "TIME")]
    pub until: Option<jiff::Timestamp>,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who does so.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
    pub by: String,
}

/// `live`
#[derive(Subcommand, Debug)]
pub enum LiveModelAction {
    /// Which model did what from when on, and why.
    Models,
    /// Take in attempts of the past, a JSON object a line, by time: as `POST /v1/score` takes them, and `event` (true or
    /// false) beside; then `renew` fits the first champion.
    Teach {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Send made-up attempts to a server by a seeded schedule and tell how long it took: times run from when a request was
    /// due, not from when it could be sent.
    Load {
        /// The server, for example 127.0.0.1:7645; its books then hold the made-up attempts.
        #[arg(value_name = "ADDRESS")]
        address: std::net::SocketAddr,
        /// An API token with the scope `score`.
        #[arg(long, value_name = "TOKEN", env = "PLIMSOLL_TOKEN", hide_env_values = true)]
        token: String,
        /// Requests a second.
        #[arg(long, default_value_t = 1_000.0)]
        rate: f64,
        /// Requests in all.
        #[arg(long, default_value_t = 10_000)]
        requests: usize,
        /// Connections.
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// Of the schedule and of what is made up.
        #[arg(long, default_value_t = 7)]
        seed: u64,
    },
    /// Fit a challenger on the labels that have matured, and let it decide if it passes every gate.
    Renew {
        /// Let it decide though it does not pass every gate.
        #[arg(long)]
        force: bool,
        /// Of attempts of this kind.
        #[arg(long, default_value = "transaction", value_parser = ["transaction", "credit"])]
        kind: String,
    },
    /// Let the champion before the present one decide again.
    Rollback {
        /// Why.
        #[arg(long)]
        reason: String,
        /// Of attempts of this kind.
        #[arg(long, default_value = "transaction", value_parser = ["transaction", "credit"])]
        kind: String,
    },
    /// Let a policy decide in the shadow: what it would have done is kept beside every ruling.
    Shadow {
        /// A policy file; none ends it.
        #[arg(value_name = "POLICY")]
        policy: Option<PathBuf>,
    },
}

/// `backup`
#[derive(Args, Debug)]
pub struct Backup {
    /// Where to: a folder that is not there yet.
    #[arg(value_name = "DIR")]
    pub to: PathBuf,
}

/// `check-config`
#[derive(Args, Debug)]
pub struct CheckConfig {
    /// A policy file (default: the policy in force).
    #[arg(value_name = "POLICY")]
    pub policy: Option<PathBuf>,
    /// The mail server that `serve` will be given.
    #[arg(long, value_name = "HOST:PORT")]
    pub mail_relay: Option<String>,
    /// The certificate of the server.
    #[command(flatten)]
    pub tls: super::Tls,
}

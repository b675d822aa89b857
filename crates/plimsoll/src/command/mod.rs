//! The verbs of the command line, one file each. They call the rooms below and print; they decide nothing.

mod alerts;
mod assess;
mod audit;
mod backtest;
mod backup;
mod changed;
mod chart;
mod check_config;
mod close;
mod compare;
mod demo;
mod entities;
mod events;
mod exceptions;
mod explain;
mod export;
mod features;
mod fees;
mod import;
mod init;
mod issues;
mod ledger;
mod link;
mod link_compare;
mod lists;
mod live;
mod map;
mod model;
mod policy;
mod postings;
mod profile;
mod quarantine;
mod raw;
mod replay;
mod review;
mod rollforward;
mod sales;
mod scores;
mod screen;
mod serve;
mod simulate;
mod statement;
mod status;
mod token;
mod train;
mod tune;
mod verify;
mod watch;
mod webhook;
mod work;

pub(crate) use changed::token as token_of_text;
pub(crate) use compare::KEPT as KEPT_COMPARISON;
pub use link_compare::{Figures, best_threshold, compare as compare_learners};
pub(crate) use map::Unkept;
pub use replay::{Comparison, compare_replay};

use crate::cli::{Cli, Verb};
use crate::policy_file::nearest;
use crate::progress::Progress;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::StoreError;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: the command line, or what it names, is wrong.
    Usage,
    /// Exit code 2: done, and some rows are quarantined.
    Quarantined,
    /// Exit code 3: something is not what was written.
    Integrity,
    /// Exit code 4: input or output failed.
    InputOutput,
}

/// The command line names something that is not there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl UsageError {
    /// `name` is none of the `known`.
    pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> Self {
        let near = nearest(name, known.iter().copied());
        Self(format!("no {what} `{name}`; did you mean `{near}`? The {what}s are {}", known.join(", ")))
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Usage => 1,
            Outcome::Quarantined => 2,
            Outcome::Integrity => 3,
            Outcome::InputOutput => 4,
        })
    }
}

impl Outcome {
    /// How a run that failed ends.
    pub fn of_error(error: &anyhow::Error) -> Self {
        let usage = error.is::<UsageError>() || error.is::<crate::policy_file::PolicyError>();
        match error.chain().find_map(|cause| cause.downcast_ref::<StoreError>()) {
            Some(StoreError::Corrupt { .. } | StoreError::Unbalanced(_)) => Self::Integrity,
            Some(StoreError::AlreadyExists(_) | StoreError::NoStore(_) | StoreError::Name(_)) => Self::Usage,
            _ if usage => Self::Usage,
            _ => Self::InputOutput,
        }
    }
}

/// What every verb is given.
struct Setting {
    dir: PathBuf,
    json: bool,
    progress: Progress,
}

/// Runs the verb of a command line.
///
/// # Errors
/// What went wrong, where, and what next; [`Outcome::of_error`] tells the exit code.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    let default = if matches!(cli.verb, Verb::Demo(_)) { "plimsoll-demo" } else { "plimsoll-data" };
    let setting = Setting {
        dir: cli.data.clone().unwrap_or_else(|| PathBuf::from(default)),
        json: cli.json,
        progress: Progress::new(cli.quiet || cli.json),
    };
    verb(cli, &setting).map_err(|error| placed(error, &setting.dir))
}

/// An error of the database does not know where it stands.
fn placed(error: anyhow::Error, dir: &Path) -> anyhow::Error {
    match error.downcast_ref() {
        Some(StoreError::Database(_)) => error.context(format!("cannot work in {}", dir.display())),
        _ => error,
    }
}

fn verb(cli: &Cli, setting: &Setting) -> anyhow::Result<Outcome> {
    match &cli.verb {
        Verb::Demo(args) => demo::run(setting, args),
        Verb::Init(args) => init::run(setting, args),
        Verb::Import(args) => import::run(setting, args),
        Verb::Link(args) => link::run(setting, args),
        Verb::Entities(args) => entities::run(setting, args),
        Verb::Review => review::run(setting),
        Verb::Map(args) => map::run(setting, args),
        Verb::Profile(args) => profile::run(setting, args),
        Verb::Simulate(args) => simulate::run(setting, args),
        Verb::Train(args) => train::run(setting, args),
        Verb::Compare(args) => compare::run(setting, args),
        Verb::Assess(args) => assess::run(setting, args),
        Verb::Tune(args) => tune::run(setting, args),
        Verb::Model(args) => model::run(setting, args),
        Verb::Status => status::run(setting),
        Verb::Exceptions(args) => exceptions::run(setting, args),
        Verb::Scores(args) => scores::run(setting, args),
        Verb::Ledger(args) => ledger::run(setting, args),
        Verb::Statement(args) => statement::run(setting, args),
        Verb::Chart(args) => chart::run(setting, args),
        Verb::Postings => postings::run(setting),
        Verb::Sellers(args) => sales::sellers(setting, args),
        Verb::Tax(args) => sales::tax(setting, args),
        Verb::Fees(args) => fees::run(setting, args),
        Verb::Rollforward(args) => rollforward::run(setting, args),
        Verb::Close(args) => close::run(setting, args),
        Verb::Export(args) => export::run(setting, args),
        Verb::Features(args) => features::run(setting, args),
        Verb::Issues(args) => issues::run(setting, args),
        Verb::Quarantine(args) => quarantine::run(setting, args),
        Verb::Screen(args) => screen::run(setting, args),
        Verb::Raw(args) => raw::run(setting, args),
        Verb::Explain(args) => explain::run(setting, args),
        Verb::Policy(args) => policy::run(setting, args),
        Verb::Backtest(args) => backtest::run(setting, args),
        Verb::Replay => replay::run(setting),
        Verb::Verify => verify::run(setting),
        Verb::Watch(args) => watch::run(setting, args),
        Verb::Serve(args) => serve::run(setting, args),
        Verb::Token(args) => token::run(setting, args),
        Verb::Webhook(args) => webhook::run(setting, args),
        Verb::Audit(args) => audit::run(setting, args),
        Verb::Alerts(args) => alerts::run(setting, args),
        Verb::Lists(action) => lists::run(setting, action),
        Verb::Live(action) => live::run(setting, action),
        Verb::Backup(args) => backup::run(setting, args),
        Verb::CheckConfig(args) => check_config::run(setting, args),
        Verb::Events => events::run(),
    }
}

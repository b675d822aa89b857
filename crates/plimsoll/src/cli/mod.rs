//! The command line. `plimsoll help VERB` is its documentation; each verb's code stands in `command/`.

mod assess;
mod books;
mod entities;
mod exceptions;
mod export;
mod features;
mod fees;
mod link;
mod live;
mod models;
mod policy;
mod quarantine;
mod sales;
mod screen;
mod serve;
mod simulate;

pub use assess::AssessArgs;
pub use books::{ChartArgs, Close, Ledger, Rollforward, StatementArgs, StatementName};
pub use entities::{EntitiesArgs, EntitiesVerb};
pub use exceptions::{ExceptionAction, Exceptions, Which};
pub use export::{ExportArgs, ExportFormat};
pub use features::{FeatureSet, Features, FeaturesExport, FeaturesVerb};
pub use fees::Fees;
pub use link::{LearnerName, LinkArgs};
pub use live::{AlertAction, Alerts, Backup, CheckConfig, ListEntry, ListsAction, LiveModelAction};
pub use models::{Compare, DataSets, Model, ModelInspect, ModelVerb, Search, TableColumns, Tune};
pub use policy::{Backtest, PolicyArgs};
pub use quarantine::{Quarantine, QuarantineEdit, QuarantineList, QuarantineReplay, QuarantineVerb, Raw, RawVerb};
pub use sales::{Sellers, Tax};
pub use screen::{Screen, ScreenVerb};
pub use serve::{Explain, Serve, Tls};
pub use simulate::{Simulate, SimulatedWorld};

use crate::import::MAX_REJECTED_PERCENT;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Raw exports in; one balanced, traceable ledger and explained risk scores out.
#[derive(Parser, Debug)]
#[command(name = "plimsoll", version, after_help = EXAMPLES)]
pub struct Cli {
    /// The data directory: journal, tables, raw files and keys of one business.
    #[arg(long, global = true, value_name = "DIR", env = "PLIMSOLL_DIR")]
    pub data: Option<PathBuf>,

    /// Print one JSON object (or one a row) instead of text.
    #[arg(long, global = true)]
    pub json: bool,

    /// No progress on standard error.
    #[arg(long, global = true)]
    pub quiet: bool,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll demo                                 a real shop, from raw files to explained scores, then pages
  plimsoll init --business my-shop              make ./plimsoll-data
  plimsoll import exports/                      read every file below exports/, settle, score
  plimsoll exceptions --rule PayoutShort        what does not tie out
  plimsoll statement balance-sheet --as-of 2011-06-30
  plimsoll explain online-retail:536365         from a score to the line of the source file
  plimsoll compare                              which model for which data, with intervals and curves
  plimsoll serve                                pages and API on http://127.0.0.1:7645
  plimsoll token new my-shop                    a token for POST /v1/events; plimsoll events shows what to post

Exit codes: 0 done, 1 usage, 2 done with quarantined rows, 3 integrity, 4 input or output.";

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Run every verb in a row on the shipped shop, then serve its pages.
    Demo(Demo),
    /// Make a data directory and install a policy.
    Init(Init),
    /// Read files or folders, post, settle and score. Reading the same again adds nothing.
    Import(Import),
    /// Which records of your own tables are one thing, with probability and reasons; no configuration needed.
    Link(LinkArgs),
    /// Who is who in tables of any length, under ids that last: later records, golden records, history, why
    Entities(EntitiesArgs),
    /// Answer about the pairs that linking is least sure of: one thing, or not.
    Review,
    /// Draft how a table that no source knows is to be read; keep, list, show and check such mappings.
    Map(Map),
    /// What a table looks like: types, ranges, gaps, repeats, and what is odd. Keeps nothing.
    Profile(ProfileArgs),
    /// Derive a processor's and a bank's exports, seeded, from the invoices in the journal, with planted breaks.
    Simulate(Simulate),
    /// Fit, compare and install a model of the business's own.
    Train(Train),
    /// Try every model on every labelled set in hand, on the same rows, and recommend one.
    Compare(Compare),
    /// Is the business sound? Scores and indicators of a filing, a table of facts or these books, every figure traced.
    Assess(Box<AssessArgs>),
    /// Search the parameters of one model.
    Tune(Tune),
    /// What is in a model's file; the models that a business has installed.
    #[command(subcommand)]
    Model(Model),
    /// Everything at a glance: what came in, what ties out, what is at risk.
    Status,
    /// What did not settle, by money at risk; assign, resolve, suppress it.
    Exceptions(Exceptions),
    /// The riskiest sales or buyers, with reasons.
    Scores(Scores),
    /// The trial balance, or the entries of one account.
    Ledger(Ledger),
    /// Balance sheet, income, cash flow or trial balance, at any instant, each line down to its source.
    Statement(StatementArgs),
    /// The chart of accounts: classes, sides, lines of the statements, parts of the cash flow.
    Chart(ChartArgs),
    /// The table of posting rules: what moves which account, and what the policy moved elsewhere.
    Postings,
    /// What the sellers of a marketplace are owed, and the statement of one.
    Sellers(Sellers),
    /// Sales tax by jurisdiction: charged, withheld by marketplaces, owed.
    Tax(Tax),
    /// What processors took against their price lists, by month, source and currency, down to the line.
    Fees(Fees),
    /// What stood on each clearing account, what moved, what is left, and how old that is.
    Rollforward(Rollforward),
    /// What speaks against closing a month; close it, or open it again.
    Close(Close),
    /// The ledger for hledger, beancount, spreadsheets, data tools and bookkeeping programs.
    Export(ExportArgs),
    /// What is known at each event; the training set made of it, as it was known then.
    Features(Features),
    /// Rows that were kept but not used, with file, line and rule.
    Issues(Issues),
    /// Mend, replay or dismiss the rows that were kept but not used.
    Quarantine(Quarantine),
    /// Everything about a record, entry, exception or subject: why, from what, and where it stands.
    Explain(Explain),
    /// Show the policy in force, or install another.
    Policy(PolicyArgs),
    /// What a policy would have decided over a stretch of the past, in sales and in money, beside the one in force.
    Backtest(Backtest),
    /// Hold people and goods against lists (sanctions, restricted goods); watch for structuring, round trips and failures.
    Screen(Screen),
    /// The source files as they came: list them, or remove the bytes of old ones.
    Raw(Raw),
    /// Rebuild every table from the journal and compare.
    Replay,
    /// Check hashes, chain and balances; one changed byte is found.
    Verify,
    /// Read every file that is laid into a folder, as soon as it is whole.
    Watch(Watch),
    /// Serve the pages and the API, and take what is posted to it.
    Serve(Serve),
    /// Make, list or revoke tokens for those who post to the API.
    #[command(subcommand)]
    Token(Token),
    /// Set, list or remove the secrets by which webhooks of payment providers are believed.
    #[command(subcommand)]
    Webhook(Webhook),
    /// Requests that were refused.
    Audit(Audit),
    /// Alerts: the queue, one of them, and what is done about it.
    Alerts(Alerts),
    /// The block list and the allow list of cards and terminals.
    #[command(subcommand)]
    Lists(ListsAction),
    /// The models that rule on attempts: list them, fit one, go back to the one before.
    #[command(subcommand)]
    Live(LiveModelAction),
    /// Copy the data directory while it is being written.
    Backup(Backup),
    /// Check a policy file, the data directory and the addresses of alerts, and change nothing.
    CheckConfig(CheckConfig),
    /// Print the standard form of an event: what to post to the API, or to write into a file.
    Events,
}

/// `demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// Stop after the figures instead of serving the pages.
    #[arg(long)]
    pub no_serve: bool,
    /// Seed of the simulated processor and bank.
    #[arg(long, default_value_t = 2011)]
    pub seed: u64,
    /// Where to serve.
    #[arg(long, default_value = "127.0.0.1:7645")]
    pub address: SocketAddr,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    /// Who runs the business: one tenant may have several.
    #[arg(long, default_value = "default")]
    pub tenant: String,
    /// The business.
    #[arg(long, default_value = "shop")]
    pub business: String,
    /// A policy file; the built-in one where none is given (`plimsoll policy --default` prints it).
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// `import`
#[derive(Args, Debug)]
pub struct Import {
    /// Files or folders.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Settle as of this instant instead of the last record's.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<jiff::Timestamp>,
    /// What files do not say.
    #[command(flatten)]
    pub zoned: Zoned,
    /// How much of a file may be wrong.
    #[command(flatten)]
    pub tolerate: Tolerate,
    /// A line for every file, however many there are.
    #[arg(long)]
    pub verbose: bool,
    /// Read every file of this run as this mapping says: a file, or the name of a kept one. Without it, kept mappings
    /// read the files that no built-in source knows and whose headers they do (`plimsoll map`).
    #[arg(long, value_name = "MAPPING")]
    pub mapping: Option<PathBuf>,
}

/// What files do not say.
#[derive(Args, Debug)]
pub struct Zoned {
    /// Zone of exports that carry local times.
    #[arg(long, default_value = "Europe/London")]
    pub zone: String,
    /// Currency of exports that carry none.
    #[arg(long, default_value = "GBP")]
    pub currency: String,
}

/// `map`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Map {
    /// List, show or check mappings instead of drafting one.
    #[command(subcommand)]
    pub action: Option<MapAction>,
    /// A table: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// This sheet of a workbook, or file of a zip (default: the first).
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Write the draft here instead of printing it.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Keep the draft in the data directory under this name, for `import` to use.
    #[arg(long, value_name = "NAME")]
    pub keep: Option<String>,
}

/// What to do with mappings.
#[derive(Subcommand, Debug)]
pub enum MapAction {
    /// The mappings that are kept.
    List,
    /// Print a kept mapping.
    Show {
        /// As `map list` has it.
        name: String,
    },
    /// Read a table as a mapping says, and keep nothing: counts, totals, first issues.
    Check(MapCheck),
}

/// `map check`
#[derive(Args, Debug)]
pub struct MapCheck {
    /// The table.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A mapping file or the name of a kept one (default: the kept one that knows the header).
    #[arg(long, value_name = "MAPPING")]
    pub mapping: Option<PathBuf>,
    /// This sheet of a workbook, or file of a zip (default: the first).
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
}

/// `profile`
#[derive(Args, Debug)]
pub struct ProfileArgs {
    /// A table: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// This sheet of a workbook, or file of a zip (default: the first).
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
}

/// How much of a file may be wrong.
#[derive(Args, Debug)]
pub struct Tolerate {
    /// What to do with rejected rows.
    #[arg(long, value_enum, default_value = "quarantine")]
    pub on_error: OnError,
    /// What to do with a file whose columns are not those of earlier files of its source.
    #[arg(long, value_enum, default_value = "evolve")]
    pub on_drift: OnDrift,
    /// Take nothing of a file with more rejected rows than this.
    #[arg(long, value_name = "ROWS")]
    pub max_rejected: Option<u64>,
    /// Take nothing of a file of ten rows or more with a larger share of rejected rows than this.
    #[arg(long, value_name = "PERCENT", default_value_t = MAX_REJECTED_PERCENT, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub max_rejected_rate: u8,
}

/// `--on-error`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OnError {
    /// The first one stops the run with exit code 4, and nothing of it is kept.
    Fail,
    /// Count them and keep no issue; their file is kept, so that a replay finds them.
    Skip,
    /// Keep each as an issue (exit code 2; 0 when the same files come again).
    Quarantine,
}

/// `--on-drift`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OnDrift {
    /// Take the file, and note what changed.
    Evolve,
    /// Hold the file back until a replay is told to take it.
    Freeze,
    /// Take the file, ignore new columns, and say so once.
    Discard,
}

/// `train`
#[derive(Args, Debug)]
pub struct Train {
    /// Seed of samples and bootstrap.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The fit sees labels that had matured by here (default: the start of the test).
    #[arg(long, value_name = "TIME")]
    pub fit_before: Option<jiff::Timestamp>,
    /// First instant of the test (default: the last fifth of the matured time).
    #[arg(long, value_name = "TIME")]
    pub test_from: Option<jiff::Timestamp>,
    /// End of the test, exclusive (default: the last matured sale).
    #[arg(long, value_name = "TIME")]
    pub test_to: Option<jiff::Timestamp>,
    /// Parameters found by `plimsoll tune boost` or `plimsoll tune logistic` instead of the usual ones.
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Print the figures and install nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `scores`
#[derive(Args, Debug)]
pub struct Scores {
    /// `transaction`, `buyer` or `business`.
    #[arg(long, default_value = "transaction")]
    pub subject: String,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

/// `issues`
#[derive(Args, Debug)]
pub struct Issues {
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// `watch`
#[derive(Args, Debug)]
pub struct Watch {
    /// The folder; nothing in it is moved or deleted.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Seconds between two looks; a file is read once it is the same in both.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: u64,
    /// Read what stands there, and end.
    #[arg(long)]
    pub once: bool,
    /// What the files do not say.
    #[command(flatten)]
    pub zoned: Zoned,
    /// How much of a file may be wrong.
    #[command(flatten)]
    pub tolerate: Tolerate,
}

/// `token`
#[derive(Subcommand, Debug)]
pub enum Token {
    /// Make a token and show it, this once.
    New {
        /// What to call it: lower-case letters, digits and hyphens.
        name: String,
        /// What it may do: `events`, `score`, `labels`, `work` (default: all of them).
        #[arg(long, value_name = "SCOPE", value_delimiter = ',', value_parser = ["events", "score", "labels", "work"])]
        scope: Vec<String>,
    },
    /// Show the names of all tokens.
    List,
    /// Take a token back; requests that show it are refused from then on.
    Revoke {
        /// Its name.
        name: String,
    },
}

/// `webhook`
#[derive(Subcommand, Debug)]
pub enum Webhook {
    /// Set a provider's secret; notices then come to `POST /v1/webhooks/PROVIDER`.
    Set(WebhookSet),
    /// Show which providers' notices are believed.
    List,
    /// Forget a provider's secrets.
    Remove {
        /// `stripe`, `shopify`, `paypal` or `adyen`.
        provider: String,
    },
}

/// `webhook set`
#[derive(Args, Debug)]
pub struct WebhookSet {
    /// `stripe`, `shopify`, `paypal` or `adyen`.
    pub provider: String,
    /// A file with Stripe's `whsec_…`, Shopify's client secret, Adyen's HMAC key, or PayPal's certificate in PEM; `-`
    /// reads standard input.
    #[arg(long, value_name = "FILE")]
    pub secret_file: PathBuf,
    /// What PayPal calls the webhook; PayPal signs it too.
    #[arg(long, value_name = "ID")]
    pub webhook_id: Option<String>,
    /// Go on believing the secret before this one, until the next is set.
    #[arg(long)]
    pub keep_old: bool,
}

/// `audit`
#[derive(Args, Debug)]
pub struct Audit {
    /// At most so many, the newest first.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
}

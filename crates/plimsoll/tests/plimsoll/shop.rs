//! A small real shop for every test: whole invoices from the start of the shipped file, the rates of its days, and a
//! processor and a bank simulated from them as `plimsoll simulate` does.

use domain::{Account, Batch, Body, Content, Currency, Policy, Record, RecordId, Status, Token};
use jiff::Timestamp;
use plimsoll::import::{self, Mappings, Options, Report, Tolerance};
use plimsoll::policy_file;
use plimsoll::session::Session;
use sim::{Params, Truth};
use sources::{Context, Personal, Source, SourceSettings};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use store::{ExceptionFilter, Partition, Reader};
use tempfile::TempDir;

/// The shop that most tests share.
pub(crate) static SHOP: LazyLock<World> = LazyLock::new(|| World::of(1_500, 1));

/// A shop that is imported in a blink, with enough records for a segment.
pub(crate) static CORNER_SHOP: LazyLock<World> = LazyLock::new(|| World::of(60, 1));

/// The shipped file's lines, the header first.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| lines(&shipped("online_retail.csv.gz")));

/// What a business would export, and what is true of it.
pub(crate) struct World {
    pub shop: Vec<u8>,
    pub rates: Vec<u8>,
    pub stripe: Vec<u8>,
    pub bank: Vec<u8>,
    pub truth: Truth,
}

impl World {
    /// The first so many invoices (all, where the file has no more), with a processor and a bank of this seed.
    pub(crate) fn of(invoices: usize, seed: u64) -> Self {
        let (shop, rates) = (first_invoices(invoices), rates_of(&["2010-11", "2010-12", "2011"]));
        let records = parse(&sources::online_retail::OnlineRetail, &shop);
        let sheets =
            parse(&sources::ecb_rates::EcbRates, &rates).into_iter().filter_map(|record| match record.content {
                Content::Rates(sheet) => Some(sheet),
                _ => None,
            });
        let world = sim::processor_world(&records, &sheets.collect::<Vec<_>>(), &policy(), &Params::new(seed));
        Self { shop, rates, stripe: world.stripe_csv(), bank: world.camt_xml(), truth: world.truth }
    }

    /// Every file with its name.
    pub(crate) fn files(&self) -> [(&str, &[u8]); 4] {
        [("shop.csv", &self.shop), ("rates.csv", &self.rates), ("stripe.csv", &self.stripe), ("bank.xml", &self.bank)]
    }

    /// The books of all files, imported at once.
    pub(crate) fn books(&self) -> Books {
        let mut books = Books::new();
        books.import(&self.files());
        books
    }
}

/// A business in a folder of its own.
pub(crate) struct Books {
    pub session: Session,
    folder: TempDir,
}

impl Books {
    pub(crate) fn new() -> Self {
        Self::with_policy(policy_file::DEFAULT)
    }

    /// A business under the policy of this file.
    pub(crate) fn with_policy(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let policy = policy_file::parse(text, 1).unwrap();
        let session = Session::begin(&folder.path().join("data"), &partition(), policy, now()).unwrap();
        Self { session, folder }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn read(&self) -> &Reader {
        self.session.store.read()
    }

    /// Imports files of these names and contents in one run.
    pub(crate) fn import(&mut self, files: &[(&str, &[u8])]) -> Report {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        lay(folder.path(), files);
        import::import(&mut self.session, &[folder.path().to_owned()], &options()).unwrap()
    }

    /// Closes the session, so that another process may write.
    pub(crate) fn close(self) -> (PathBuf, TempDir) {
        (self.dir(), self.folder)
    }
}

pub(crate) fn partition() -> Partition {
    Partition { tenant: "test".to_owned(), business: "corner shop".to_owned() }
}

pub(crate) fn policy() -> Policy {
    policy_file::parse(policy_file::DEFAULT, 1).unwrap()
}

/// The instant of every test's import.
pub(crate) fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn options() -> Options {
    Options {
        as_of: None,
        now: now(),
        settings: SourceSettings::default(),
        tolerance: Tolerance::default(),
        mappings: Mappings::default(),
    }
}

/// Writes files into a folder.
pub(crate) fn lay(folder: &Path, files: &[(&str, &[u8])]) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// What does not depend on the order of arrival: the balances, the open exceptions with their money, and what settles
/// what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct State {
    pub balances: BTreeMap<(Account, Currency), i128>,
    pub open: BTreeMap<String, i64>,
    pub settlements: BTreeMap<String, Shares>,
}

/// Who settles, and who is settled: records with their minor units.
type Shares = BTreeSet<(RecordId, i64)>;

impl State {
    pub(crate) fn of(reader: &Reader) -> Self {
        let balances = reader.balances(None).unwrap();
        let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
        let settlements = reader.settlements().unwrap().into_iter().filter(|settlement| !settlement.withdrawn);
        Self {
            balances: balances.iter().filter(|b| b.minor != 0).map(|b| ((b.account, b.currency), b.minor)).collect(),
            open: reader.exceptions(&open).unwrap().into_iter().map(|e| (e.id, e.money_at_risk.minor)).collect(),
            settlements: settlements
                .map(|s| {
                    let shares = s.settled.iter().chain(&s.by).map(|share| (share.record.clone(), share.amount.minor));
                    (s.id.to_string(), shares.collect())
                })
                .collect(),
        }
    }
}

/// Debits less credits by currency.
pub(crate) fn debits_less_credits(reader: &Reader) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    for balance in reader.balances(None).unwrap() {
        *sums.entry(balance.currency).or_default() += balance.minor;
    }
    sums
}

/// Every record of the journal.
pub(crate) fn records(reader: &Reader) -> Vec<Record> {
    let batches = reader.batches().map(|batch| batch.unwrap().1);
    let bodies = batches.flat_map(|Batch { events }| events.into_iter().map(|event| event.body));
    bodies.filter_map(|body| if let Body::Record(record) = body { Some(record) } else { None }).collect()
}

/// What a run of the binary said.
#[derive(Debug)]
pub(crate) struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The one JSON object.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// The JSON objects, one a line.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The built binary, on a data directory.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.env_remove("PLIMSOLL_DIR").arg("--data").arg(dir);
    command
}

/// Runs the built binary on a data directory.
pub(crate) fn run(dir: &Path, args: &[&str]) -> Said {
    let Output { status, stdout, stderr } = command(dir).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
}

/// The bytes of a shipped file, unpacked.
fn shipped(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name);
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    sources::unpack(&packed).unwrap().remove(0).text.unwrap().into_owned()
}

/// Lines with their ends.
pub(crate) fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn first_invoices(count: usize) -> Vec<u8> {
    let mut numbers = BTreeSet::new();
    let number = |line: &[u8]| line.split(|byte| *byte == b',').next().map(<[u8]>::to_vec);
    let rows = LINES[1..].iter().take_while(|line| {
        numbers.insert(number(line));
        numbers.len() <= count
    });
    [LINES[0].clone()].iter().chain(rows).flatten().copied().collect()
}

fn rates_of(months: &[&str]) -> Vec<u8> {
    let lines = lines(&shipped("eurofxref-hist.zip"));
    let of_months = |line: &&Vec<u8>| months.iter().any(|month| line.starts_with(month.as_bytes()));
    lines[..1].iter().chain(lines[1..].iter().filter(of_months)).flatten().copied().collect()
}

/// Tokens for a parser whose records go to no store.
struct Unkeyed;

impl Personal for Unkeyed {
    fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
        let hash = sources::digest(format!("{field} {value}").as_bytes());
        Token(std::array::from_fn(|byte| hash.0[byte]))
    }
}

fn parse(source: &dyn Source, bytes: &[u8]) -> Vec<Record> {
    let settings = SourceSettings::default();
    let mut context = Context { personal: &mut Unkeyed, now: now(), settings: &settings, beside: &[] };
    let parsed = source.parse(sources::digest(bytes), bytes, &mut context);
    assert_eq!(parsed.issues, []);
    parsed.records
}

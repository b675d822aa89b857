//! What may be asked, and the answer as data. The API writes it as JSON, the pages show it.

use super::App;
use super::call::Call;
use super::params::Window;
use super::problem::Problem;
use crate::clearing;
use crate::close::{self, Checklist};
use crate::command::KEPT_COMPARISON as COMPARISON;
use crate::compare::report::Report;
use crate::fees::{self, FeeAudit};
use crate::period::{self, Period};
use crate::policy_file::{ChartFile, chart_of};
use crate::sales::{self, TaxView};
use crate::sellers::{self, SellerStatement, SellerView};
use crate::view::statement::{self, Kind, StatementView, Words};
use crate::view::{
    AuditView, BalanceView, DecisionView, EntryView, ExceptionView, FileView, IssueView, RecordView, Reporting,
    RollView, ScoreView, SettlementView, WorkView,
};
use domain::{
    Chart, Digest, EntryId, Exception, ExceptionRule, IssueRule, IssueStatus, Party, PartyId, RecordId, RiskKind,
    Status, Subject, Token,
};
use jiff::Timestamp;
use serde::Serialize;
use store::{EntryFilter, ExceptionFilter, IssueFilter, Reader, ScoreFilter, ScoreOrder, SubjectKind};

/// A part of a list.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Listing<T> {
    /// In the whole list; none where counting would read it all.
    pub total: Option<u64>,
    pub limit: u32,
    pub offset: u32,
    /// Whether rows follow.
    pub more: bool,
    pub items: Vec<T>,
}

impl<T> Listing<T> {
    /// From one row more than the window asks for.
    fn new(total: Option<u64>, window: Window, mut items: Vec<T>) -> Self {
        let more = items.len() > window.limit as usize;
        items.truncate(window.limit as usize);
        Self { total, limit: window.limit, offset: window.offset, more, items }
    }
}

/// The newest comparison of models that `compare` left in the data directory.
pub(super) fn comparison(app: &App) -> Result<Report, Problem> {
    let none = || Problem::not_found("comparison", "models");
    let bytes = std::fs::read(app.dir.join(COMPARISON)).map_err(|_| none())?;
    serde_json::from_slice(&bytes).map_err(|_| none())
}

/// Requests that were refused, the newest first.
pub(super) fn audit(reader: &Reader, call: &Call) -> Result<Listing<AuditView>, Problem> {
    let window = call.params.window()?;
    let lines = reader.audit(window.limit + 1, window.offset)?;
    Ok(Listing::new(None, window, lines.iter().map(AuditView::from).collect()))
}

/// Exceptions, the most money at risk first.
pub(super) fn exceptions(reader: &Reader, call: &Call) -> Result<Listing<ExceptionView>, Problem> {
    let window = call.params.window()?;
    let filter = exception_filter(call)?;
    let total = reader.exception_count(&filter)?;
    let filter = ExceptionFilter { limit: window.limit + 1, offset: window.offset, ..filter };
    let as_of = reader.reconciled_at()?;
    let views = exception_views(reader, &reader.exceptions(&filter)?, as_of)?;
    Ok(Listing::new(Some(total), window, views))
}

/// Every exception that the address asks for.
pub(super) fn all_exceptions(reader: &Reader, call: &Call) -> Result<Vec<ExceptionView>, Problem> {
    let filter = ExceptionFilter { limit: u32::MAX, ..exception_filter(call)? };
    let as_of = reader.reconciled_at()?;
    exception_views(reader, &reader.exceptions(&filter)?, as_of)
}

fn exception_views(
    reader: &Reader,
    exceptions: &[Exception],
    as_of: Option<Timestamp>,
) -> Result<Vec<ExceptionView>, Problem> {
    let (reporting, now) = (Reporting::of(reader)?, Timestamp::now());
    let view = |exception| reporting.handled_exception(exception, as_of, now);
    Ok(exceptions.iter().map(view).collect::<Result<_, _>>()?)
}

fn exception_filter(call: &Call) -> Result<ExceptionFilter, Problem> {
    let rule =
        call.params.parsed("rule", "the name of a rule, for example `DuplicateCharge`", ExceptionRule::from_name)?;
    let now = Some(Timestamp::now());
    let status = call.params.parsed("status", "`open`, `handled`, `cleared` or `all`", |text| match text {
        "open" => Some((Some(Status::Open), now)),
        "handled" => Some((Some(Status::Open), None)),
        "cleared" => Some((Some(Status::Cleared), None)),
        "all" => Some((None, None)),
        _ => None,
    })?;
    let (status, unhandled_at) = status.unwrap_or((Some(Status::Open), now));
    Ok(ExceptionFilter { rule, status, unhandled_at, ..ExceptionFilter::default() })
}

/// One exception.
pub(super) fn exception(reader: &Reader, id: &str) -> Result<ExceptionView, Problem> {
    let found = reader.exception(id)?.ok_or_else(|| Problem::not_found("exception", id))?;
    Ok(Reporting::of(reader)?.explained_exception(&found, reader.reconciled_at()?, Timestamp::now())?)
}

/// What people did about exceptions, the newest first.
pub(super) fn works(reader: &Reader, call: &Call) -> Result<Vec<WorkView>, Problem> {
    let window = call.params.window()?;
    Ok(reader.works(window.limit)?.iter().map(WorkView::from).collect())
}

/// Rows that were kept and not used, in the order in which they came.
pub(super) fn issues(reader: &Reader, call: &Call) -> Result<Listing<IssueView>, Problem> {
    let window = call.params.window()?;
    let rule = call.params.parsed("rule", "the name of a rule, for example `InvalidNumber`", IssueRule::from_name)?;
    let file = call.params.parsed("file", "a digest of 64 hexadecimal digits", |text| text.parse::<Digest>().ok())?;
    let status = call.params.parsed("status", "`open`, `mended`, `dismissed` or `all`", |text| match text {
        "all" => Some(None),
        text => IssueStatus::from_name(text).map(Some),
    })?;
    let status = status.unwrap_or(Some(IssueStatus::Open));
    let (limit, offset) = (window.limit + 1, window.offset);
    let filter = IssueFilter { rule, file, status, limit, offset, ..IssueFilter::default() };
    let views = reader.issues(&filter)?.iter().map(IssueView::from).collect();
    Ok(Listing::new(None, window, views))
}

/// Live scores of one kind of subject.
pub(super) fn scores(reader: &Reader, call: &Call) -> Result<Listing<ScoreView>, Problem> {
    let window = call.params.window()?;
    let subject = subject_kind(call)?;
    let order = call.params.parsed("order", "`money` or `points`", |text| match text {
        "money" => Some(ScoreOrder::MoneyAtRisk),
        "points" => Some(ScoreOrder::Points),
        _ => None,
    })?;
    let filter = ScoreFilter {
        subject: Some(subject),
        order: order.unwrap_or_default(),
        limit: window.limit + 1,
        offset: window.offset,
        ..ScoreFilter::default()
    };
    let views = Reporting::of(reader)?.scores(&reader.scores(&filter)?)?;
    Ok(Listing::new(Some(reader.score_count(subject)?), window, views))
}

fn subject_kind(call: &Call) -> Result<SubjectKind, Problem> {
    let kind = call.params.parsed("subject", "`transaction`, `buyer` or `business`", |text| match text {
        "transaction" => Some(SubjectKind::Transaction),
        "buyer" => Some(SubjectKind::Buyer),
        "business" => Some(SubjectKind::Business),
        _ => None,
    })?;
    Ok(kind.unwrap_or(SubjectKind::Transaction))
}

/// A score with what it is about.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SubjectAnswer {
    pub score: ScoreView,
    /// Of a transaction.
    pub decisions: Vec<DecisionView>,
    /// Of a buyer: its sales, the newest first.
    pub sales: Vec<SaleAnswer>,
}

/// A buyer's sale.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SaleAnswer {
    pub record: String,
    pub at: String,
    /// None once its label has matured.
    pub score: Option<ScoreView>,
}

/// The live score of a subject as it is written: `transaction/…`, `buyer/…` or `business`.
pub(super) fn score(reader: &Reader, name: &str) -> Result<SubjectAnswer, Problem> {
    let missing = || Problem::not_found("live score of", name);
    let subject = subject(name).ok_or_else(missing)?;
    let score = reader.score(&subject, RiskKind::Transaction)?.ok_or_else(missing)?;
    let (mut decisions, mut sales) = (Vec::new(), Vec::new());
    match &subject {
        Subject::Transaction(record) => {
            decisions = reader.decisions_of(record)?.iter().map(DecisionView::from).collect();
        }
        Subject::Buyer(party) => sales = sales_of(reader, party)?,
        Subject::Business => {}
    }
    Ok(SubjectAnswer { score: Reporting::of(reader)?.score(&score)?, decisions, sales })
}

fn subject(name: &str) -> Option<Subject> {
    match name.split_once('/') {
        Some(("transaction", id)) => Some(Subject::Transaction(RecordId::from(id))),
        Some(("buyer", id)) => Some(Subject::Buyer(PartyId::from(id))),
        None if name == "business" => Some(Subject::Business),
        _ => None,
    }
}

/// A known buyer's sales by their features; a guest is its own invoice.
fn sales_of(reader: &Reader, id: &PartyId) -> Result<Vec<SaleAnswer>, Problem> {
    let tokens = reader.party(id)?.map_or(Vec::new(), |party: Party| party.tokens);
    let mut sales = Vec::new();
    if let Some(invoice) = id.0.strip_prefix("guest:") {
        if let Some(record) = reader.record(&RecordId::from(invoice))? {
            sales.push(sale(reader, &record.id, record.at)?);
        }
        return Ok(sales);
    }
    let bought = |buyer: &Token| tokens.contains(buyer);
    for row in reader.features()?.into_iter().rev().filter(|row| bought(&row.buyer)) {
        sales.push(sale(reader, &row.record, row.at)?);
    }
    Ok(sales)
}

fn sale(reader: &Reader, record: &RecordId, at: Timestamp) -> Result<SaleAnswer, Problem> {
    let score = reader.score(&Subject::Transaction(record.clone()), RiskKind::Transaction)?;
    let score = score.map(|score| Reporting::of(reader)?.score(&score)).transpose()?;
    Ok(SaleAnswer { record: record.to_string(), at: at.to_string(), score })
}

/// A record with all that came of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RecordAnswer {
    pub record: RecordView,
    pub entries: Vec<EntryView>,
    pub settlements: Vec<SettlementView>,
    pub exceptions: Vec<ExceptionView>,
    pub decisions: Vec<DecisionView>,
    pub score: Option<ScoreView>,
}

/// A record by its id.
pub(super) fn record(reader: &Reader, name: &str) -> Result<RecordAnswer, Problem> {
    let id = RecordId::from(name);
    let record = reader.record(&id)?.ok_or_else(|| Problem::not_found("record", name))?;
    let score = reader.score(&Subject::Transaction(id.clone()), RiskKind::Transaction)?;
    let reporting = Reporting::of(reader)?;
    let (entries, settlements) = (reader.entries_of(&id)?, reader.settlements_of(&id)?);
    Ok(RecordAnswer {
        record: reporting.record(&record, reader.file(&record.file)?.as_ref())?,
        entries: entries.iter().map(|entry| reporting.entry(entry)).collect::<Result<_, _>>()?,
        settlements: settlements.iter().map(|settlement| reporting.settlement(settlement)).collect::<Result<_, _>>()?,
        exceptions: exceptions_of(reader, &id)?,
        decisions: reader.decisions_of(&id)?.iter().map(DecisionView::from).collect(),
        score: score.map(|score| reporting.score(&score)).transpose()?,
    })
}

/// At most one a rule, by the way in which their ids are made.
fn exceptions_of(reader: &Reader, record: &RecordId) -> Result<Vec<ExceptionView>, Problem> {
    let as_of = reader.reconciled_at()?;
    let mut found = Vec::new();
    for rule in ExceptionRule::ALL {
        found.extend(reader.exception(&format!("{}/{record}", rule.name()))?);
    }
    exception_views(reader, &found, as_of)
}

/// Entries in order of time.
pub(super) fn entries(reader: &Reader, call: &Call) -> Result<Listing<EntryView>, Problem> {
    let window = call.params.window()?;
    let chart = Chart::new(&reader.policy()?.unwrap_or_default().chart);
    let named = |name: &str| chart.account(name);
    let account = call.params.parsed("account", "the name of an account, for example `receivables`", named)?;
    let (from, to) = (call.params.instant("from")?, call.params.instant("to")?);
    let filter = EntryFilter { account, from, to, limit: window.limit + 1, offset: window.offset };
    let reporting = Reporting::of(reader)?;
    let views = reader.entries(&filter)?.iter().map(|entry| reporting.entry(entry)).collect::<Result<_, _>>()?;
    Ok(Listing::new(None, window, views))
}

/// An entry by its id.
pub(super) fn entry(reader: &Reader, id: &str) -> Result<EntryView, Problem> {
    let found = reader.entry(&EntryId::from(id))?;
    let found = found.ok_or_else(|| Problem::not_found("entry", id))?;
    Ok(Reporting::of(reader)?.entry(&found)?)
}

/// What stands on every account.
pub(super) fn balances(reader: &Reader) -> Result<Vec<BalanceView>, Problem> {
    Ok(Reporting::of(reader)?.balances(&reader.balances(None)?, None)?)
}

/// The chart of accounts.
pub(super) fn chart(reader: &Reader) -> Result<ChartFile, Problem> {
    Ok(chart_of(&Chart::new(&reader.policy()?.unwrap_or_default().chart)))
}

/// A statement, named by the path or else by the query; the balance sheet where neither does.
pub(super) fn statements(reader: &Reader, call: &Call) -> Result<Vec<StatementView>, Problem> {
    let expected = "`balance-sheet`, `income`, `cash-flow` or `trial-balance`";
    let kind = match call.captured("statement") {
        "" => call.params.parsed("statement", expected, Kind::from_name)?.unwrap_or(Kind::BalanceSheet),
        name => Kind::from_name(name).ok_or_else(|| Problem::not_found("statement", name))?,
    };
    let text = |name| call.params.text(name);
    let words = Words {
        as_of: text("as_of"),
        from: text("from"),
        to: text("to"),
        period: text("period"),
        against: text("against"),
        as_closed: text("as_closed") == Some("true"),
        currency: text("currency"),
    };
    let ask = words.ask(reader, kind)?;
    let ask = ask.map_err(|(name, text, expected)| Problem::parameter(&name.replace('-', "_"), text, expected))?;
    Ok(statement::statements(reader, &ask)?)
}

/// Every clearing account over a period; the last month of the books where none is said.
pub(super) fn rollforward(reader: &Reader, call: &Call) -> Result<Vec<RollView>, Problem> {
    let period = period_or_last_month(reader, call)?;
    let rolls = clearing::rolls(reader, period.start(), period.end())?;
    Ok(rolls.iter().map(|roll| RollView::new(roll, ITEMS)).collect())
}

/// Fees against the price lists, and the lines that differ.
pub(super) fn fees(reader: &Reader, call: &Call) -> Result<FeeAudit, Problem> {
    let period = period(call)?;
    let source = call.params.text("source").map(str::to_owned);
    Ok(fees::audit(reader, &fees::Ask { period, source, limit: call.params.window()?.limit as usize })?)
}

/// What each seller is owed, and was paid, over a period.
pub(super) fn sellers(reader: &Reader, call: &Call) -> Result<Vec<SellerView>, Problem> {
    Ok(sellers::sellers(reader, period_or_last_month(reader, call)?)?)
}

/// A seller's statement.
pub(super) fn seller(reader: &Reader, call: &Call, name: &str) -> Result<SellerStatement, Problem> {
    let statement = sellers::statement(reader, name, period_or_last_month(reader, call)?)?;
    statement.ok_or_else(|| Problem::not_found("seller", name))
}

/// Sales tax by jurisdiction.
pub(super) fn taxes(reader: &Reader, call: &Call) -> Result<Vec<TaxView>, Problem> {
    Ok(sales::taxes(reader, period_or_last_month(reader, call)?)?)
}

/// The period that is asked for.
fn period(call: &Call) -> Result<Option<Period>, Problem> {
    let expected = "a year, month or day, or two days with `..` between";
    call.params.parsed("period", expected, |text| text.parse().ok())
}

/// The period that is asked for; the last month of the books where none is.
pub(super) fn period_or_last_month(reader: &Reader, call: &Call) -> Result<Period, Problem> {
    match period(call)? {
        Some(period) => Ok(period),
        None => Ok(Period::month(period::day(reader.reconciled_at()?.unwrap_or_else(Timestamp::now)))),
    }
}

/// Open items of a clearing account that are listed.
const ITEMS: usize = 100;

/// What speaks against closing a month.
pub(super) fn checklist(reader: &Reader, month: &str) -> Result<Checklist, Problem> {
    let parsed = month.parse::<Period>().ok().filter(|period| *period == Period::month(period.from));
    let month = parsed.ok_or_else(|| Problem::parameter("month", month, "a month like `2011-06`"))?;
    Ok(close::checklist(reader, month)?)
}

/// Every source file.
pub(super) fn files(reader: &Reader) -> Result<Vec<FileView>, Problem> {
    Ok(reader.files()?.iter().map(FileView::from).collect())
}

/// A source file by its digest.
pub(super) fn file(reader: &Reader, text: &str) -> Result<(Digest, FileView), Problem> {
    let missing = || Problem::not_found("file", text);
    let digest = text.parse().map_err(|_| missing())?;
    Ok((digest, FileView::from(&reader.file(&digest)?.ok_or_else(missing)?)))
}

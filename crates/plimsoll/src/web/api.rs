//! The JSON API, version 1: one function an address.

use super::App;
use super::answers::{self, Listing, RecordAnswer, SubjectAnswer};
use super::call::Call;
use super::lines::{LinesAnswer, lines};
use super::problem::Problem;
use crate::close::Checklist;
use crate::compare::report::Report;
use crate::fees::FeeAudit;
use crate::policy_file::ChartFile;
use crate::sales::TaxView;
use crate::sellers::{SellerStatement, SellerView};
use crate::view::statement::StatementView;
use crate::view::{
    AuditView, BalanceView, EntryView, ExceptionView, FileView, IssueView, Overview, PostingTableView, RollView,
    ScoreView, WorkView,
};
use crate::writer::SourceFreshness;
use jiff::Timestamp;
use serde::Serialize;

/// Whether the books can be read.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Health {
    pub status: &'static str,
    pub version: &'static str,
    /// The last batch of the journal.
    pub batch: u64,
    /// What the writer knows; none where these books are only read.
    #[serde(flatten)]
    pub writer: Option<WriterHealth>,
}

/// How fresh the books are.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WriterHealth {
    /// The newest record of each source.
    pub sources: Vec<SourceFreshness>,
    /// When the writer last settled; none before the first time since it started.
    pub settled_at: Option<String>,
    /// Records that wait to be settled.
    pub unsettled_records: u64,
    /// Whether the books were read since the start; until then what bears on them waits, and attempts do not.
    pub books_read: bool,
}

/// `GET /v1/health`
pub(super) fn health(app: &App, _: &Call) -> Result<Health, Problem> {
    let writer = app.posts.as_ref().map(|posts| posts.writer.freshness()).map(|freshness| WriterHealth {
        sources: freshness.sources(Timestamp::now()),
        settled_at: freshness.settled_at().map(|at| at.to_string()),
        unsettled_records: freshness.unsettled_records(),
        books_read: freshness.books_read(),
    });
    Ok(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), batch: app.reader.last_batch()?, writer })
}

/// `GET /v1/overview`
pub(super) fn overview(app: &App, _: &Call) -> Result<Overview, Problem> {
    Ok((*app.overview()?).clone())
}

/// `GET /v1/models`: the newest comparison of models in these books.
pub(super) fn models(app: &App, _: &Call) -> Result<Report, Problem> {
    answers::comparison(app)
}

/// `GET /v1/exceptions?rule=&status=&limit=&offset=`
pub(super) fn exceptions(app: &App, call: &Call) -> Result<Listing<ExceptionView>, Problem> {
    answers::exceptions(&app.reader, call)
}

/// `GET /v1/exceptions/{id}`
pub(super) fn exception(app: &App, call: &Call) -> Result<ExceptionView, Problem> {
    answers::exception(&app.reader, call.captured("id"))
}

/// `GET /v1/issues?rule=&file=&status=&limit=&offset=`
pub(super) fn issues(app: &App, call: &Call) -> Result<Listing<IssueView>, Problem> {
    answers::issues(&app.reader, call)
}

/// `GET /v1/scores?subject=&order=&limit=&offset=`
pub(super) fn scores(app: &App, call: &Call) -> Result<Listing<ScoreView>, Problem> {
    answers::scores(&app.reader, call)
}

/// `GET /v1/scores/{subject}`
pub(super) fn score(app: &App, call: &Call) -> Result<SubjectAnswer, Problem> {
    answers::score(&app.reader, call.captured("subject"))
}

/// `GET /v1/entries?account=&from=&to=&limit=&offset=`
pub(super) fn entries(app: &App, call: &Call) -> Result<Listing<EntryView>, Problem> {
    answers::entries(&app.reader, call)
}

/// `GET /v1/entries/{id}`
pub(super) fn entry(app: &App, call: &Call) -> Result<EntryView, Problem> {
    answers::entry(&app.reader, call.captured("id"))
}

/// `GET /v1/records/{id}`
pub(super) fn record(app: &App, call: &Call) -> Result<RecordAnswer, Problem> {
    answers::record(&app.reader, call.captured("id"))
}

/// `GET /v1/audit?limit=&offset=`
pub(super) fn audit(app: &App, call: &Call) -> Result<Listing<AuditView>, Problem> {
    answers::audit(&app.reader, call)
}

/// `GET /v1/files`
pub(super) fn files(app: &App, _: &Call) -> Result<Vec<FileView>, Problem> {
    answers::files(&app.reader)
}

/// `GET /v1/files/{digest}/lines/{line}?around=&offset=&len=`
pub(super) fn file_lines(app: &App, call: &Call) -> Result<LinesAnswer, Problem> {
    lines(&app.reader, call, call.captured("digest"), call.captured("line"))
}

/// `GET /v1/balances`
pub(super) fn balances(app: &App, _: &Call) -> Result<Vec<BalanceView>, Problem> {
    answers::balances(&app.reader)
}

/// `GET /v1/chart`
pub(super) fn chart(app: &App, _: &Call) -> Result<ChartFile, Problem> {
    answers::chart(&app.reader)
}

/// `GET /v1/statements/{statement}?as_of=&from=&to=&period=&against=&currency=`
pub(super) fn statement(app: &App, call: &Call) -> Result<Vec<StatementView>, Problem> {
    answers::statements(&app.reader, call)
}

/// `GET /v1/rollforward?period=`
pub(super) fn rollforward(app: &App, call: &Call) -> Result<Vec<RollView>, Problem> {
    answers::rollforward(&app.reader, call)
}

/// `GET /v1/close/{month}`
pub(super) fn close(app: &App, call: &Call) -> Result<Checklist, Problem> {
    answers::checklist(&app.reader, call.captured("month"))
}

/// `GET /v1/fees?period=&source=&limit=`: fees against the price lists of the policy.
pub(super) fn fees(app: &App, call: &Call) -> Result<FeeAudit, Problem> {
    answers::fees(&app.reader, call)
}

/// `GET /v1/payables?period=`: what each seller is owed and was paid.
pub(super) fn payables(app: &App, call: &Call) -> Result<Vec<SellerView>, Problem> {
    answers::sellers(&app.reader, call)
}

/// `GET /v1/payables/{seller}?period=`: a seller's statement.
pub(super) fn seller_statement(app: &App, call: &Call) -> Result<SellerStatement, Problem> {
    answers::seller(&app.reader, call, call.captured("seller"))
}

/// `GET /v1/tax?period=`: sales tax by jurisdiction.
pub(super) fn tax(app: &App, call: &Call) -> Result<Vec<TaxView>, Problem> {
    answers::taxes(&app.reader, call)
}

/// `GET /v1/works?limit=`: what people did about exceptions.
pub(super) fn works(app: &App, call: &Call) -> Result<Vec<WorkView>, Problem> {
    answers::works(&app.reader, call)
}

/// `GET /v1/postings`
pub(super) fn postings(app: &App, _: &Call) -> Result<PostingTableView, Problem> {
    Ok(PostingTableView::new(&app.reader.policy()?.unwrap_or_default()))
}

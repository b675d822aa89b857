//! Everything on one page: what came in, whether it ties out, what is at risk.

use super::indicators::indicators;
use super::{
    BalanceView, FileView, IndicatorView, MatchedView, MoneyView, MonthView, Reporting, RuleTotalView, ScoreView,
    SumView, matched, overview_money,
};
use domain::{RiskKind, Stage, Subject};
use learn::ModelFile;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{InstalledModel, Reader, ScoreFilter, StoreError, SubjectKind};

/// Transactions and buyers that the overview lists.
pub const RISKIEST: u32 = 10;

/// Whose books.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PartitionView {
    /// Whose keys.
    pub tenant: String,
    /// Whose books.
    pub business: String,
}

/// How many of something.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CountView {
    /// Of what.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// What a stage took and passed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StageView {
    /// The stage's verb.
    pub stage: &'static str,
    /// Offered.
    pub taken: u64,
    /// Passed on.
    pub passed: u64,
    /// Became issues.
    pub issues: u64,
    /// `taken = passed + issues`.
    pub holds: bool,
}

/// The model that decides.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ModelView {
    /// Of its file.
    pub digest: String,
    /// When it was installed.
    pub installed_at: String,
    /// Share of the exposure that the event costs, 0–1.
    pub loss_given_event: f64,
    /// Share of subjects with the event where it was fitted, 0–1.
    pub base_rate: f64,
    /// Columns that it looks at.
    pub features: usize,
    /// What it says of itself: data, cuts, figures.
    pub notes: BTreeMap<String, String>,
}

/// Everything on one page.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Overview {
    /// Whose books.
    pub partition: PartitionView,
    /// Books are kept in it.
    pub currency: String,
    /// In the order in which they came.
    pub files: Vec<FileView>,
    /// Records by kind.
    pub records: Vec<CountView>,
    /// In order.
    pub stages: Vec<StageView>,
    /// Issues by rule.
    pub issues: Vec<CountView>,
    /// Of every account that was posted on.
    pub balances: Vec<BalanceView>,
    /// Debits equal credits in each currency.
    pub ledger_balanced: bool,
    /// Of all money that is to be settled and can be told in the reporting currency; none where there is none.
    pub matched_money_share: Option<f64>,
    /// The same of each currency, with what it weighs among all, or why it is left out.
    pub matched_money: Vec<MatchedView>,
    /// Open ones that nobody handled, the most money first.
    pub exceptions: Vec<RuleTotalView>,
    /// Cleared by themselves.
    pub exceptions_cleared: u64,
    /// Of all open exceptions, by currency.
    pub exceptions_money: Vec<MoneyView>,
    /// Of all open exceptions together.
    pub exceptions_sum: SumView,
    /// The score of the business.
    pub business: Option<ScoreView>,
    /// The riskiest, by money at risk.
    pub transactions: Vec<ScoreView>,
    /// The riskiest, by money at risk.
    pub buyers: Vec<ScoreView>,
    /// How many parties are known.
    pub parties: u64,
    /// By action, the mildest first.
    pub decisions: Vec<CountView>,
    /// Known or not.
    pub indicators: Vec<IndicatorView>,
    /// In the reporting currency, oldest first; the last may be a part.
    pub months: Vec<MonthView>,
    /// Sales that `months` and `indicators` leave out, as they are of other currencies.
    pub sales_left_out: Vec<MoneyView>,
    /// None before one is installed.
    pub model: Option<ModelView>,
    /// As of when everything was settled.
    pub reconciled_at: Option<String>,
    /// Of the policy that holds.
    pub policy_version: u32,
    /// Points from which the policy says `watch`, `warning`, `critical`.
    pub level_cuts: [f64; 3],
}

/// Everything on one page.
///
/// # Errors
/// As the reader.
pub fn overview(reader: &Reader) -> Result<Overview, StoreError> {
    let policy = reader.policy()?.unwrap_or_default();
    let currency = policy.reporting_currency;
    let balances = reader.balances(None)?;
    let reporting = Reporting::of(reader)?;
    let reconciled_at = reader.reconciled_at()?;
    let matched_money = matched::matched(reader, &reporting, reconciled_at)?;
    let open = overview_money::exceptions(reader, &reporting)?;
    let totals = reader.monthly_totals()?;
    let business = reader.score(&Subject::Business, RiskKind::Transaction)?;
    Ok(Overview {
        partition: partition(reader)?,
        currency: currency.code().to_owned(),
        files: files(reader)?,
        records: records(reader)?,
        stages: stages(reader)?,
        issues: reader.issue_counts()?.into_iter().map(|(name, count)| CountView { name, count }).collect(),
        ledger_balanced: overview_money::is_balanced(&balances),
        balances: reporting.balances(&balances, None)?,
        matched_money_share: matched::share_of_all(&matched_money),
        matched_money,
        exceptions: open.by_rule,
        exceptions_cleared: open.cleared,
        exceptions_money: open.by_currency,
        exceptions_sum: open.sum,
        business: business.as_ref().map(ScoreView::from),
        transactions: riskiest(reader, &reporting, SubjectKind::Transaction)?,
        buyers: riskiest(reader, &reporting, SubjectKind::Buyer)?,
        parties: reader.party_count()?,
        decisions: decisions(reader)?,
        indicators: indicators(reader)?,
        months: overview_money::monthly(&totals, currency),
        sales_left_out: overview_money::sales_left_out(&totals, currency),
        model: reader.installed_model()?.map(|installed| model(reader, installed)).transpose()?,
        reconciled_at: reconciled_at.map(|at| at.to_string()),
        policy_version: policy.version,
        level_cuts: policy.level_cuts,
    })
}

/// Files in the order in which they came. What was posted in one day to one address stands in many, and is told as one.
fn files(reader: &Reader) -> Result<Vec<FileView>, StoreError> {
    let mut files: Vec<FileView> = Vec::new();
    for file in reader.files()?.iter().map(FileView::from) {
        let posted = file.name.starts_with('/');
        let same = |known: &&mut FileView| posted && (&known.name, &known.source) == (&file.name, &file.source);
        match files.iter_mut().rev().find(same) {
            Some(known) => known.add(&file),
            None => files.push(file),
        }
    }
    Ok(files)
}

fn partition(reader: &Reader) -> Result<PartitionView, StoreError> {
    let partition = reader.partition()?;
    Ok(PartitionView { tenant: partition.tenant, business: partition.business })
}

fn records(reader: &Reader) -> Result<Vec<CountView>, StoreError> {
    let mut kinds = BTreeMap::new();
    for row in reader.record_counts()? {
        *kinds.entry(row.kind).or_default() += row.records;
    }
    Ok(kinds.into_iter().map(|(kind, count)| CountView { name: kind.name().to_owned(), count }).collect())
}

fn stages(reader: &Reader) -> Result<Vec<StageView>, StoreError> {
    let counts = reader.stage_counts()?;
    let view = |(stage, count): (Stage, domain::step::StageCount)| StageView {
        stage: stage.name(),
        taken: count.taken,
        passed: count.passed,
        issues: count.issues,
        holds: count.taken == count.passed + count.issues,
    };
    Ok(Stage::ALL.into_iter().zip(counts).map(view).collect())
}

fn riskiest(reader: &Reader, reporting: &Reporting<'_>, subject: SubjectKind) -> Result<Vec<ScoreView>, StoreError> {
    let filter = ScoreFilter { subject: Some(subject), limit: RISKIEST, ..ScoreFilter::default() };
    reporting.scores(&reader.scores(&filter)?)
}

fn decisions(reader: &Reader) -> Result<Vec<CountView>, StoreError> {
    let counts = reader.decision_counts()?;
    Ok(counts.into_iter().map(|(action, count)| CountView { name: action.name().to_owned(), count }).collect())
}

fn model(reader: &Reader, installed: InstalledModel) -> Result<ModelView, StoreError> {
    let file = ModelFile::from_bytes(&reader.model(&installed.model)?);
    let file = file.map_err(|error| StoreError::Corrupt {
        what: format!("models/{}", installed.model),
        reason: error.to_string(),
    })?;
    Ok(ModelView {
        digest: installed.model.to_string(),
        installed_at: installed.at.to_string(),
        loss_given_event: f64::from(installed.loss_given_event_bps) / 10_000.0,
        base_rate: f64::from(installed.base_rate_bps) / 10_000.0,
        features: file.feature_names().len(),
        notes: file.notes().clone(),
    })
}

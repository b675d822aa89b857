//! What went in and what came of it: counts, and what is installed.

use super::Reader;
use crate::tables::day;
use crate::{StoreError, database};
use domain::{Body, Content, Digest, Event, Policy, RateProvider, RateSheet, StageCount};
use jiff::Timestamp;
use jiff::civil::Date;

/// What a record says, without saying it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ContentKind {
    /// Invoices, credit notes, adjustments.
    Invoice = 0,
    /// Lines of a processor's balance.
    Processor = 1,
    /// Lines of a bank statement.
    Bank = 2,
    /// Days of exchange rates.
    Rates = 3,
    /// What a shop says that buyers paid.
    BuyerPayment = 4,
    /// States of orders.
    OrderStatus = 5,
    /// Parcels.
    Shipment = 6,
    /// Goods that came or left.
    StockMovement = 7,
    /// Reviews of buyers.
    Review = 8,
    /// Days of prices.
    Price = 9,
    /// Figures and texts of filed statements.
    StatementFact = 10,
    /// Balances that the books go on from.
    TrialBalance = 11,
    /// Attempts to pay.
    Authorisation = 12,
}

impl ContentKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Invoice,
        Self::Processor,
        Self::Bank,
        Self::Rates,
        Self::BuyerPayment,
        Self::OrderStatus,
        Self::Shipment,
        Self::StockMovement,
        Self::Review,
        Self::Price,
        Self::StatementFact,
        Self::TrialBalance,
        Self::Authorisation,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Processor => "processor",
            Self::Bank => "bank",
            Self::Rates => "rates",
            Self::BuyerPayment => "buyer payment",
            Self::OrderStatus => "order status",
            Self::Shipment => "shipment",
            Self::StockMovement => "stock movement",
            Self::Review => "review",
            Self::Price => "price",
            Self::StatementFact => "statement fact",
            Self::TrialBalance => "trial balance",
            Self::Authorisation => "authorisation",
        }
    }

    /// The kind of a content.
    pub fn of(content: &Content) -> Self {
        match content {
            Content::Invoice(_) => Self::Invoice,
            Content::Processor(_) | Content::PayoutNamed(_) => Self::Processor,
            Content::Bank(_) => Self::Bank,
            Content::Rates(_) | Content::UserRates(_) => Self::Rates,
            Content::BuyerPayment(_) => Self::BuyerPayment,
            Content::OrderStatus(_) => Self::OrderStatus,
            Content::Shipment(_) => Self::Shipment,
            Content::StockMovement(_) => Self::StockMovement,
            Content::Review(_) => Self::Review,
            Content::Price(_) => Self::Price,
            Content::StatementFact(_) => Self::StatementFact,
            Content::TrialBalance(_) => Self::TrialBalance,
            Content::Authorisation(_) => Self::Authorisation,
        }
    }
}

/// Records of one kind in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RecordCount {
    /// Of which kind.
    pub kind: ContentKind,
    /// In which file.
    pub file: Digest,
    /// How many.
    pub records: u64,
}

/// The model that decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InstalledModel {
    /// Its file.
    pub model: Digest,
    /// Loss given the event, in hundredths of a percent of the exposure.
    pub loss_given_event_bps: u32,
    /// Share of subjects with the event, in hundredths of a percent.
    pub base_rate_bps: u32,
    /// When it was installed.
    pub at: Timestamp,
}

impl Reader {
    /// What each stage took and passed over all batches, in the order of [`Stage::ALL`].
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn stage_counts(&self) -> Result<[StageCount; 8], StoreError> {
        let batches: Vec<Vec<StageCount>> =
            self.ask(|database| database::all(database, "stage_counts", "SELECT body FROM stage_counts", []))?;
        let mut sums = [StageCount::default(); 8];
        for (sum, count) in batches.iter().flat_map(|counts| (0..8).zip(counts)) {
            let sum: &mut StageCount = &mut sums[sum];
            sum.taken += count.taken;
            sum.passed += count.passed;
            sum.issues += count.issues;
        }
        Ok(sums)
    }

    /// Records by kind and file, in that order.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn record_counts(&self) -> Result<Vec<RecordCount>, StoreError> {
        self.ask(|database| {
            let mut select =
                database.prepare_cached("SELECT kind, file, records FROM record_counts ORDER BY kind, file")?;
            let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (kind, file, records) = row?;
                let kind = ContentKind::ALL.into_iter().find(|known| *known as i64 == kind);
                let kind = kind.ok_or_else(|| StoreError::corrupt("a row of record_counts", "its kind is unknown"))?;
                Ok(RecordCount { kind, file: Digest(file), records })
            })
            .collect()
        })
    }

    /// Exchange rates of the days from `first` until before `end`, with whose they are, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn rates(&self, first: Date, end: Date) -> Result<Vec<(RateProvider, RateSheet)>, StoreError> {
        let sql = "SELECT body FROM rates WHERE day >= ?1 AND day < ?2 ORDER BY n";
        let days = [day(first), day(end)];
        let contents: Vec<Content> = self.ask(|database| database::all(database, "rates", sql, days))?;
        let sheet = |content| match content {
            Content::Rates(sheet) => Some((RateProvider::EuropeanCentralBank, sheet)),
            Content::UserRates(sheet) => Some((RateProvider::User, sheet)),
            _ => None,
        };
        Ok(contents.into_iter().filter_map(sheet).collect())
    }

    /// The rules and thresholds that hold.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn policy(&self) -> Result<Option<Policy>, StoreError> {
        Ok(match self.current("policy")?.map(|event| event.body) {
            Some(Body::PolicyInstalled(policy)) => Some(*policy),
            _ => None,
        })
    }

    /// The model that decides.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn installed_model(&self) -> Result<Option<InstalledModel>, StoreError> {
        let Some(event) = self.current("model")? else { return Ok(None) };
        let Body::ModelInstalled { model, loss_given_event_bps, base_rate_bps } = event.body else { return Ok(None) };
        Ok(Some(InstalledModel { model, loss_given_event_bps, base_rate_bps, at: event.now }))
    }

    /// The `now` of the last reconcile.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn reconciled_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.current("reconcile")?.map(|event| event.now))
    }

    fn current(&self, name: &str) -> Result<Option<Event>, StoreError> {
        self.ask(|database| database::one(database, "current", "SELECT body FROM current WHERE name = ?1", [name]))
    }
}

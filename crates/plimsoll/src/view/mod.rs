//! What is shown, as data: the same for `--json`, the API and the pages.
//!
//! Promises: a view is made from the nouns and never is one, so that what is shown may change without them; money is
//! minor units with its text beside, and of another currency than the reporting one with its worth in that and the rate
//! ([`Reporting`]); times are RFC 3339 in UTC; names of rules, accounts and stages are the domain's.
//! Views are written, never read. Start at [`overview`].

mod audit;
mod candidates;
mod clearing;
mod content;
pub(crate) mod csv;
mod exceptions;
mod facts;
mod handling;
mod indicators;
mod ledger;
pub mod live;
mod matched;
mod money;
mod overview;
mod overview_money;
mod postings;
mod records;
mod reporting;
mod scores;
pub mod statement;

pub use audit::AuditView;
pub use candidates::{CandidateView, nearest};
pub use clearing::{ItemView, MovedView, RollView};
pub use content::{BankView, ContentView, InvoiceLineView, InvoiceView, PayoutNamedView, ProcessorView};
pub use exceptions::{ExceptionView, RuleTotalView};
pub use facts::{
    AuthorisationView, BuyerPaymentView, OrderStatusView, PriceView, RateView, RatesView, ReviewView, ShipmentView,
    StatementFactView, StockMovementView, TrialBalanceLineView, TrialBalanceView,
};
pub use handling::{HandlingView, WorkView};
pub use indicators::{IndicatorView, indicators};
pub use ledger::{BalanceView, EntryView, PostingView, SettlementView, ShareView};
pub use matched::MatchedView;
pub(crate) use money::grouped;
pub use money::{Converted, MoneyView, NotConverted, ReportingView, WhyNot};
pub use overview::{CountView, ModelView, Overview, PartitionView, RISKIEST, StageView, overview};
pub use overview_money::{MonthView, SumView};
pub use postings::{MovedPartView, PostingRowView, PostingTableView};
pub use records::{FileView, IssueView, RecordView, SpanView, is_simulated};
pub use reporting::Reporting;
pub use scores::{DecisionView, ReasonView, ScoreView};

//! The nouns of Plimsoll: what things *are*, never what is done with them.
//!
//! Promises: no serde, no input or output, no clock, and money is always an integer number of minor units with its
//! currency in the type. A stored format or an API view is never one of these types.

pub mod account;
pub mod alert;
pub mod attempt;
pub mod chart;
pub mod compliance;
pub mod country;
pub mod decision;
pub mod digest;
pub mod entry;
pub mod event;
pub mod exception;
pub mod feature;
pub mod fee;
pub mod id;
pub mod issue;
pub mod language;
pub mod live_policy;
pub mod money;
pub mod pair;
pub mod party;
pub mod policy;
pub mod posting;
pub mod quarantine;
pub mod record;
pub mod score;
pub mod seller;
pub mod settlement;
pub mod step;
pub mod text;
pub mod work;

pub use account::{Account, AccountClass, CashFlow, OwnAccount};
pub use alert::{Alert, Delivered, Delivery, Notice};
pub use attempt::{Assessed, Attempt, LabelSource, List, Listed, Outcome, Role, Ruling, Shadow, Terms, WouldHave};
pub use chart::{Chart, ChartRow};
pub use compliance::{
    RoundTripRule, Screened, Screening, ScreeningEntry, ScreeningHit, ScreeningList, StructuringRule, SystemRule,
    WatchRules,
};
pub use country::{Country, WrittenCountry};
pub use decision::{Action, Decision};
pub use digest::Digest;
pub use entry::{Entry, OPENING_RULE, Posting};
pub use event::{Batch, Body, Event};
pub use exception::{Exception, ExceptionRule, Status};
pub use feature::{FeatureRow, Label};
pub use id::{EntryId, PartyId, RecordId, Token};
pub use issue::{Issue, IssueRule, Stage};
pub use language::Language;
pub use live_policy::LivePolicy;
pub use money::{Currency, Money};
pub use pair::{PairAnswer, PairKey, PairQueue};
pub use party::{Party, PartyKind};
pub use policy::{CostMethod, LineNature, Policy};
pub use posting::{PostingRole, PostingRule};
pub use quarantine::{Edit, IssueChange, IssueId, IssueStatus, Mend};
pub use record::{
    Accuracy, Authorisation, AuthorisationOutcome, BankLine, BuyerPayment, Content, FactPeriod, FactValue, Invoice,
    InvoiceLine, OrderState, OrderStatus, PayoutNamed, Price, ProcessorCategory, ProcessorLine, RateProvider,
    RateSheet, Record, Review, Shipment, ShipmentState, Span, StatementFact, StockMovement, StockReason, TrialBalance,
    TrialBalanceLine, UnitCost,
};
pub use score::{Grade, Level, Method, Reason, RiskKind, Score, Subject};
pub use settlement::{Settlement, SettlementKind, Share};
pub use step::{StageCount, Step};
pub use work::{Decided, Handling, Note, Work, WorkKind, Worked};

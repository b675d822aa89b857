//! The policy: the rules and thresholds that a business sets. It enters the journal, so replay uses the same.

use crate::fee::FeeRule;
use crate::seller::SellerRule;
use crate::{Account, Action, ChartRow, Currency, LivePolicy, PostingRule};

/// What a line of an invoice is, told by its stock code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LineNature {
    /// Goods: sales, or sales returns when credited.
    Goods,
    /// A pseudo-product that is booked on an account of its own, both ways.
    Booked(Account),
    /// As `Booked`, and settled by a marketplace instead of the processor: no payment or refund is expected.
    OutsideProcessor(Account),
}

/// A stock code and what it means. A code that ends in `*` is a prefix. The first that fits wins; none = goods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineRule {
    /// As the shop writes it; compared without regard to case.
    pub stock_code: String,
    /// What it is.
    pub nature: LineNature,
}

/// An account of imported books and the account of ours that it is. The first that fits wins; none = suspense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRule {
    /// Its number or name there, compared without regard to case; what ends in `*` is a beginning.
    pub theirs: String,
    /// Ours.
    pub ours: Account,
}

/// When to act: the first rule whose bars are all reached decides.
#[derive(Clone, PartialEq, Debug)]
pub struct DecisionRule {
    /// Shown with every decision that it makes.
    pub name: String,
    /// Least 0–5 score.
    pub min_points: f64,
    /// Least money at risk, in minor units of the reporting currency.
    pub min_money_at_risk_minor: i64,
    /// What to do.
    pub action: Action,
}

/// In which order goods are taken to leave the stock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CostMethod {
    /// What was bought first is sold first.
    FirstInFirstOut,
    /// Every unit costs what all in stock cost on average.
    WeightedAverage,
}

impl CostMethod {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::FirstInFirstOut, Self::WeightedAverage];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstInFirstOut => "fifo",
            Self::WeightedAverage => "weighted-average",
        }
    }

    /// The method of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// Rules and thresholds.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    /// Rises with each change.
    pub version: u32,
    /// Books are kept in it.
    pub reporting_currency: Currency,
    /// Numbers that begin so are credit notes, whatever their sign; empty = only the sign tells.
    pub credit_note_prefix: String,
    /// Numbers that begin so are adjustments that nobody pays; empty = there are none.
    pub adjustment_prefix: String,
    /// Stock codes that are not goods.
    pub line_rules: Vec<LineRule>,
    /// Days after which an unpaid order is an exception.
    pub payment_grace_days: i64,
    /// Days after which a credit note without refund is an exception.
    pub refund_grace_days: i64,
    /// Days after which a payout that the bank does not show is an exception.
    pub payout_grace_days: i64,
    /// Days after an invoice within which a credit note counts as its event; then its label has matured.
    pub event_horizon_days: i64,
    /// Matured invoices of its own that a buyer needs to be scored by the model.
    pub cold_start_invoices: u32,
    /// Probability that scores 0.
    pub best_probability: f64,
    /// Probability that scores 5.
    pub worst_probability: f64,
    /// Points from which a score is `Watch`, `Warning`, `Critical`.
    pub level_cuts: [f64; 3],
    /// In order of precedence.
    pub decision_rules: Vec<DecisionRule>,
    /// Days after which the bytes of source files may be removed; none = they are kept.
    pub raw_retention_days: Option<u32>,
    /// What the accounts of imported trial balances are here.
    pub account_rules: Vec<AccountRule>,
    /// Accounts that the business adds, and where others stand in its statements.
    pub chart: Vec<ChartRow>,
    /// The month with which the financial year begins, 1 to 12.
    pub financial_year_starts: i8,
    /// Exceptions as large as this keep a month from being closed, and take two people to resolve; in minor units of the
    /// reporting currency.
    pub materiality_minor: i64,
    /// On which accounts parts of entries stand, where not on those of the default.
    pub posting_rules: Vec<PostingRule>,
    /// How attempts are ruled on.
    pub live: LivePolicy,
    /// What processors agreed to take.
    pub fee_rules: Vec<FeeRule>,
    /// How stock movements become cost of goods sold; none = stock is not kept in the ledger.
    pub cost_method: Option<CostMethod>,
    /// Whose goods are sold, of a marketplace.
    pub seller_rules: Vec<SellerRule>,
}

impl Default for Policy {
    /// What holds until a business installs its own: pounds sterling, no pseudo-products, nothing decided but `allow`.
    fn default() -> Self {
        Self {
            version: 0,
            reporting_currency: Currency::GBP,
            credit_note_prefix: String::new(),
            adjustment_prefix: String::new(),
            line_rules: Vec::new(),
            payment_grace_days: 5,
            refund_grace_days: 10,
            payout_grace_days: 7,
            event_horizon_days: 30,
            cold_start_invoices: 2,
            best_probability: 0.02,
            worst_probability: 0.80,
            level_cuts: [2.5, 3.5, 4.5],
            decision_rules: Vec::new(),
            raw_retention_days: None,
            account_rules: Vec::new(),
            chart: Vec::new(),
            financial_year_starts: 1,
            materiality_minor: 10_000,
            posting_rules: Vec::new(),
            live: LivePolicy::default(),
            fee_rules: Vec::new(),
            cost_method: None,
            seller_rules: Vec::new(),
        }
    }
}

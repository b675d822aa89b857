//! What the words of a category or state column can mean, by kind of record.

use super::meaning::{Kind, Meaning};
use super::{Fields, Mapping};
use crate::fault::Fault;
use crate::stock_movements::Why;
use crate::{shipments, stock_movements};
use domain::{IssueRule, ProcessorCategory, ShipmentState, StockReason};

/// What a word means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// A kind of movement of a processor's balance.
    Movement(ProcessorCategory),
    /// How far a parcel is.
    State(ShipmentState),
    /// Why stock moved, and whether a size without a sign then leaves.
    Stock(StockReason, bool),
}

const MOVEMENTS: [(&str, Word); 7] = [
    ("charge", Word::Movement(ProcessorCategory::Charge)),
    ("refund", Word::Movement(ProcessorCategory::Refund)),
    ("payout", Word::Movement(ProcessorCategory::Payout)),
    ("dispute", Word::Movement(ProcessorCategory::Dispute)),
    ("dispute-reversal", Word::Movement(ProcessorCategory::DisputeReversal)),
    ("fee", Word::Movement(ProcessorCategory::Fee)),
    ("adjustment", Word::Movement(ProcessorCategory::Adjustment)),
];

const STATES: [(&str, Word); 6] = [
    ("created", Word::State(ShipmentState::Created)),
    ("shipped", Word::State(ShipmentState::Shipped)),
    ("delivered", Word::State(ShipmentState::Delivered)),
    ("returned", Word::State(ShipmentState::Returned)),
    ("lost", Word::State(ShipmentState::Lost)),
    ("cancelled", Word::State(ShipmentState::Cancelled)),
];

const REASONS: [(&str, Word); 8] = [
    ("purchase", Word::Stock(StockReason::Purchase, false)),
    ("sale", Word::Stock(StockReason::Sale, true)),
    ("return", Word::Stock(StockReason::Return, false)),
    ("adjustment", Word::Stock(StockReason::Adjustment, false)),
    ("loss", Word::Stock(StockReason::Adjustment, true)),
    ("transfer", Word::Stock(StockReason::Transfer, false)),
    ("transfer-out", Word::Stock(StockReason::Transfer, true)),
    ("count", Word::Stock(StockReason::Count, false)),
];

impl Kind {
    /// What a mapping file may say that a word means.
    pub(super) fn words(self) -> &'static [(&'static str, Word)] {
        match self {
            Self::Payment | Self::Refund => &MOVEMENTS,
            Self::Shipment => &STATES,
            Self::StockMovement => &REASONS,
            Self::BankLine | Self::OrderLine | Self::Review | Self::Price | Self::TrialBalance => &[],
        }
    }
}

impl Kind {
    /// What a word means everywhere, as mapping files call it.
    pub(super) fn word_for(self, said: &str) -> Option<&'static str> {
        let word = match self {
            Self::Shipment => state_of(said)?,
            Self::StockMovement => reason_of(said)?,
            _ => return None,
        };
        self.words().iter().find(|(_, known)| *known == word).map(|(name, _)| *name)
    }
}

impl Mapping {
    /// What the mapping says of a word.
    pub(super) fn word(&self, said: &str) -> Option<Word> {
        let lower = said.to_lowercase();
        self.categories.iter().find(|(told, _)| *told == lower).map(|(_, word)| *word)
    }
}

/// A parcel's state: by the mapping's words, else by those that shipments everywhere have.
pub(super) fn state_of(said: &str) -> Option<Word> {
    shipments::state_of(said).map(Word::State)
}

/// Why stock moved, in the same way.
pub(super) fn reason_of(said: &str) -> Option<Word> {
    stock_movements::reason_of(said).map(|Why { reason, leaves }| Word::Stock(reason, leaves))
}

/// The word of a row's column, by the mapping or by `usual`; none where the row has none.
pub(super) fn word(
    fields: &Fields<'_>,
    means: Meaning,
    usual: fn(&str) -> Option<Word>,
) -> Result<Option<Word>, Fault> {
    let Some((said, column)) = fields.given(means) else { return Ok(None) };
    let found = fields.mapping.word(said).or_else(|| usual(said));
    found.map(Some).ok_or_else(|| fields.fault(IssueRule::UnknownValue, column, said))
}

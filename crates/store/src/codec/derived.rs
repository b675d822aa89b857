//! What stands in the derived tables: entries, settlements, exceptions, scores and the rest of a step.

use super::{Decoder, Encoder, Malformed, Stored, stored_enum, stored_struct};
use domain::{
    Decided, Decision, Entry, EntryId, Exception, ExceptionRule, FeatureRow, Handling, Label, Level, Method, Note,
    Party, PartyId, PartyKind, Posting, Reason, RiskKind, Score, Settlement, SettlementKind, Share, StageCount, Status,
    Subject,
};
use std::collections::BTreeSet;
use std::sync::Mutex;

stored_struct!(Party { id, kind, tokens, first_seen, country });
stored_enum!(PartyKind { 0 = Buyer, 1 = Guest });
stored_struct!(Posting { account, amount });
stored_struct!(Share { record, amount });
stored_struct!(Settlement { id, kind, reason, seller, settled, by, withdrawn });
stored_enum!(SettlementKind {
    0 = OrderPaid,
    1 = CreditNoteRefunded,
    2 = OrderCancelled,
    3 = PaymentVoided,
    4 = PayoutReceived,
    5 = PayoutImplied,
    6 = SellerPaid,
    7 = SellerTransferred,
    8 = PayoutDrawn,
    9 = TransferReturned,
    10 = BankPaymentReturned,
});
stored_struct!(Exception { id, rule, record, related, at, money_at_risk, explanation, status });
stored_enum!(Status { 0 = Open, 1 = Cleared });
stored_struct!(Handling { owner, notes, decided });
stored_struct!(Note { at, by, text });
stored_struct!(Decided { at, by, reason, money_at_risk, until, needs_second, second });
stored_struct!(FeatureRow { record, buyer, at, values });
stored_struct!(Label { record, known_at, cost_minor });
stored_struct!(Score { subject, kind, at, method, probability, points, level, exposure, money_at_risk, reasons });
stored_enum!(Subject { 0 = Transaction(record), 1 = Buyer(party), 2 = Business });
stored_enum!(RiskKind { 0 = Credit, 1 = Transaction, 2 = Compliance, 3 = System });
stored_enum!(Method { 0 = ColdStart, 1 = Model(digest), 2 = Aggregate });
stored_enum!(Level { 0 = Normal, 1 = Watch, 2 = Warning, 3 = Critical });
stored_struct!(Reason { name, value, log_odds });
stored_struct!(Decision { record, at, action, rule, points });
stored_struct!(StageCount { taken, passed, issues });

impl Stored for Entry {
    fn put(&self, out: &mut Encoder) {
        let Self { id, at, belongs_at, rule, evidence, reverses, postings } = self;
        id.put(out);
        at.put(out);
        belongs_at.put(out);
        (*rule).to_owned().put(out);
        evidence.put(out);
        reverses.put(out);
        postings.put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            id: Stored::take(from)?,
            at: Stored::take(from)?,
            belongs_at: Stored::take(from)?,
            rule: posting_rule(from)?,
            evidence: Stored::take(from)?,
            reverses: Stored::take(from)?,
            postings: Stored::take(from)?,
        })
    }
}

/// More posting rules than any chart of accounts has; beyond it the bytes are damaged.
const MOST_POSTING_RULES: usize = 1_000;

/// A posting rule's words live as long as the program (the engine has them as literals), so each is kept once.
fn posting_rule(from: &mut Decoder<'_>) -> Result<&'static str, Malformed> {
    static RULES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let text = String::take(from)?;
    let mut rules = RULES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(rule) = rules.get(text.as_str()) {
        return Ok(rule);
    }
    if rules.len() >= MOST_POSTING_RULES || text.len() > 100 {
        return Err(from.malformed("a posting rule"));
    }
    let rule: &'static str = text.leak();
    rules.insert(rule);
    Ok(rule)
}

impl Stored for EntryId {
    fn put(&self, out: &mut Encoder) {
        out.text(self.as_str());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        String::take(from).map(Self::from)
    }
}

impl Stored for PartyId {
    fn put(&self, out: &mut Encoder) {
        out.text(self.as_str());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        String::take(from).map(Self::from)
    }
}

impl Stored for ExceptionRule {
    fn put(&self, out: &mut Encoder) {
        self.name().to_owned().put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let name = String::take(from)?;
        Self::from_name(&name).ok_or_else(|| from.malformed("an exception rule's name"))
    }
}

//! The table of posting rules as it is shown.

use domain::Policy;
use engine::post::TABLE;
use serde::Serialize;

/// What moves which account.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PostingTableView {
    /// Of this version of the policy.
    pub policy_version: u32,
    /// Every posting rule as it is without the policy.
    pub table: Vec<PostingRowView>,
    /// What the policy moved elsewhere.
    pub moved: Vec<MovedPartView>,
}

/// A posting rule's part.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the table calls it")]
pub struct PostingRowView {
    pub rule: &'static str,
    pub part: &'static str,
    pub debit: &'static str,
    pub credit: &'static str,
    /// What the policy calls it; none where it stands fast.
    pub may_be_moved_as: Option<&'static str>,
}

/// A part that stands on another account.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MovedPartView {
    /// Which part.
    pub part: &'static str,
    /// Of records of this source; none = of any.
    pub source: Option<String>,
    /// The first day; none = from the beginning.
    pub from: Option<String>,
    /// The account's name.
    pub account: &'static str,
}

impl PostingTableView {
    /// The table with what a policy moved.
    pub fn new(policy: &Policy) -> Self {
        let table = TABLE.iter().map(|row| PostingRowView {
            rule: row.rule,
            part: row.part,
            debit: row.debit,
            credit: row.credit,
            may_be_moved_as: row.role.map(domain::PostingRole::name),
        });
        let moved = policy.posting_rules.iter().map(|rule| MovedPartView {
            part: rule.role.name(),
            source: rule.source.clone(),
            from: rule.from.map(|day| day.to_string()),
            account: rule.account.name(),
        });
        Self { policy_version: policy.version, table: table.collect(), moved: moved.collect() }
    }
}

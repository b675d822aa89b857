//! What a request is answered: a result for each of its items, and the status that they make together.

use domain::Issue;
use serde::Serialize;

/// What became of one item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemStatus {
    /// It is in the journal now.
    Accepted,
    /// It was there before; nothing is added.
    Duplicate,
    /// Its key is there with another payload; kept as an issue.
    Conflict,
    /// It could not be used; kept as an issue.
    Rejected,
}

/// The result of one item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemResult {
    /// Its place in the request, from 0.
    pub index: usize,
    /// Its `id`, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What became of it.
    pub status: ItemStatus,
    /// Why it was not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<ItemIssue>,
}

/// Why an item was not used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemIssue {
    /// The rule that it broke.
    pub rule: String,
    /// The field to blame, where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Its value, where it may be shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

impl From<&Issue> for ItemIssue {
    fn from(issue: &Issue) -> Self {
        Self { rule: issue.rule.name(), field: issue.column.clone(), value: issue.value.clone() }
    }
}

/// The body of an answer.
#[derive(Serialize)]
struct Summary<'a> {
    accepted: usize,
    duplicate: usize,
    conflict: usize,
    rejected: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<&'a [ItemResult]>,
}

/// An answer, ready to be sent, and to be sent again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub text: String,
    /// It was given before, to the same key.
    pub replayed: bool,
}

impl Answered {
    /// The answer to a request with these items. One item decides the status itself: 200, 409 or 422; of several, 200
    /// says that all are in the journal, 207 that some are not.
    pub(super) fn of(items: &[ItemResult]) -> Self {
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let summary = Summary {
            accepted: count(ItemStatus::Accepted),
            duplicate: count(ItemStatus::Duplicate),
            conflict: count(ItemStatus::Conflict),
            rejected: count(ItemStatus::Rejected),
            items: Some(items),
        };
        let status = match (items.len(), summary.conflict, summary.rejected) {
            (_, 0, 0) => 200,
            (1, 1, _) => 409,
            (1, ..) => 422,
            _ => 207,
        };
        Self { status, text: serde_json::to_string(&summary).unwrap_or_default(), replayed: false }
    }

    /// The answer to a notice, of which so many rows were accepted, known, in conflict or rejected: it is received.
    pub(super) fn received([accepted, duplicate, conflict, rejected]: [usize; 4]) -> Self {
        let summary = Summary { accepted, duplicate, conflict, rejected, items: None };
        Self { status: 200, text: serde_json::to_string(&summary).unwrap_or_default(), replayed: false }
    }

    /// The key came before with another body.
    pub(super) fn key_conflict(key: &str) -> Self {
        let text = serde_json::json!({
            "type": "urn:plimsoll:problem:idempotency-conflict", "title": "IdempotencyConflict", "status": 409,
            "detail": format!("the key `{key}` came before with another body; nothing of this request is kept"),
            "next": "Send the body under a key of its own.",
        });
        Self { status: 409, text: text.to_string(), replayed: false }
    }
}

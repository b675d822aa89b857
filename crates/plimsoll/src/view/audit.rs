//! A refused request.

use serde::Serialize;
use store::AuditLine;

/// What is kept of a request that was refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AuditView {
    /// When.
    pub at: String,
    /// The address that it was sent to.
    pub channel: String,
    /// Who sent it, as far as the network tells.
    pub peer: String,
    /// Why, in a word.
    pub reason: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its body, where that was read to its end.
    pub body: Option<String>,
}

impl From<&AuditLine> for AuditView {
    fn from(line: &AuditLine) -> Self {
        Self {
            at: line.at.to_string(),
            channel: line.channel.clone(),
            peer: line.peer.clone(),
            reason: line.reason.clone(),
            bytes: line.bytes,
            body: line.body.map(|digest| digest.to_string()),
        }
    }
}

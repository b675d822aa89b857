//! JSON files, object by object: one object, a list, JSON Lines, or an envelope around a list.
//!
//! Promises: every object knows its own line and bytes; what is broken is one row, and does not take the sound objects
//! before it (in a file of lines: nor those behind it) with it; hostile nesting or missing brackets cost no more than a
//! few passes over the file. A file that came from an interface and the body of a webhook are read the same way.

mod object;
mod scan;
mod split;

pub(crate) use object::{Object, quoted};
pub(crate) use scan::top_keys;
pub(crate) use split::{Envelope, Piece, pieces};

use crate::Parsed;
use crate::fault::Fault;
use crate::once::Once;
use domain::{Content, Digest, IssueRule, Record, RecordId, Span};
use jiff::Timestamp;

/// What an object says happened.
pub(crate) struct Fact {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) content: Content,
    /// What is wrong with it that holds it not back.
    pub(crate) beside: Option<Fault>,
}

impl Fact {
    pub(crate) fn new(id: String, at: Timestamp, content: Content) -> Self {
        Self { id, at, content, beside: None }
    }
}

/// Gives every object to `facts`. Each fact is a row, and so is an object without any: it is skipped. `key` is the
/// field that names a fact.
pub(crate) fn read(
    file: Digest,
    bytes: &[u8],
    envelope: &Envelope,
    key: &str,
    mut facts: impl FnMut(&Object<'_>, Span) -> Vec<Result<Fact, Fault>>,
) -> Parsed {
    let (mut parsed, mut once) = (Parsed::default(), Once::default());
    if scan::is_blank(bytes) {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    for piece in pieces(bytes, envelope) {
        let found = match object(bytes, &piece) {
            Ok(object) => facts(&object, piece.span),
            Err(fault) => vec![Err(fault)],
        };
        parsed.skipped += u64::from(found.is_empty());
        parsed.rows += u64::from(found.is_empty());
        for fact in found {
            parsed.rows += 1;
            let kept = fact.and_then(|Fact { id, at, content, beside }| {
                let record = Record { id: RecordId::from(id), at, file, span: piece.span, content };
                let before = parsed.records.len();
                once.keep(record, key, &mut parsed)?;
                let beside = beside.filter(|_| parsed.records.len() > before);
                parsed.issues.extend(beside.map(|fault| fault.holding(file, piece.span, 0)));
                Ok(())
            });
            parsed.issues.extend(kept.err().map(|fault| fault.at(file, piece.span)));
        }
    }
    parsed
}

/// The object that a piece holds.
fn object<'a>(bytes: &'a [u8], piece: &Piece) -> Result<Object<'a>, Fault> {
    if !piece.closed {
        return Err(Fault::new(IssueRule::Malformed, "", "an object is not closed, or this is no object"));
    }
    let text =
        std::str::from_utf8(&bytes[piece.range.clone()]).map_err(|_| Fault::new(IssueRule::InvalidUtf8, "", ""))?;
    Object::read(text).ok_or_else(|| Fault::new(IssueRule::Malformed, "", "this is no JSON object"))
}

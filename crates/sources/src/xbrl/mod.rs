//! Filed statements as XBRL 2.1 instance documents. The rules:
//!
//! - A row is a fact: an element with a `contextRef`, at the top or within a tuple. Contexts and units are looked up once
//!   the whole document is read, as they may stand behind the facts that name them.
//! - A concept is its qualified name as the document writes it, `us-gaap:Assets`. A unit is its measures without their
//!   prefixes: `USD`, `USD/shares`, `pure`. A figure is one that names a unit; all else is text.
//! - A context's end given as a day means midnight at its end; one given as an instant at 00:00 means the day before.
//! - Dimensions of segments and scenarios are (axis, member), typed members by their text, in order of their axes.
//! - A nil fact says that there is nothing to say; it is a record too.
//! - A record is `xbrl:<entity>/<schema>/<concept>@<period>`, then the unit and the dimensions where there are any. The
//!   schema is the file name of the filing's own `schemaRef`, so that a later filing may restate a figure. Text that
//!   stands in several languages has its language behind.
//! - A fact that comes again is a duplicate where both agree as far as the coarser of them goes (its `decimals` or
//!   `precision`); the more exact one is the record. Where they do not agree, the first stands and the other is an
//!   `IdempotencyConflict`.
//! - A fact whose context or unit is not in the document is a `MissingValue`. Fractions are not read.
//! - The instant of a record is the start of its period's last day in UTC; a fact without end has the epoch. Filings
//!   speak of the future too (leases that mature), so no date is too late.
//! - Where the document breaks off, the facts before it stand, and one `Malformed` issue holds the others.
//! - Inline XBRL (facts within a web page) is not read; regulators hand out the instance that is made of it.

mod context;
mod duplicates;
mod fact;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::write;

use crate::{Context, Parsed, Source};
use domain::Digest;

/// The namespace of every instance.
const NAMESPACE: &str = "http://www.xbrl.org/2003/instance";

/// The format.
pub struct Xbrl;

impl Source for Xbrl {
    fn name(&self) -> &'static str {
        "xbrl"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        // Without its zero bytes, UTF-16 is ASCII where it matters here.
        let head: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        let text = String::from_utf8_lossy(&head);
        text.contains(NAMESPACE) && text.split('<').any(is_root)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

fn is_root(tag: &str) -> bool {
    let name = tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
    name == "xbrl" || name.ends_with(":xbrl")
}

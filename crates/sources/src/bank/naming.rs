//! What a bank line is called: banks give no key that all of them keep unique.

use crate::digest;
use domain::{BankLine, Content, Digest, Record, RecordId, Span};
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// A booked line that waits for its name.
pub(crate) struct Kept {
    pub(crate) line: BankLine,
    /// What the bank itself calls the line; may be empty.
    pub(crate) key: String,
    /// Whether the texts of the line stay out of its name, since another file may tell them at another length.
    pub(crate) by_amount: bool,
    pub(crate) span: Span,
}

/// Names the lines: by the bank's reference where that is unique, else by what they say.
pub(crate) fn named(file: Digest, kept: Vec<Kept>) -> Vec<Record> {
    let mut references: HashMap<(String, String), u32> = HashMap::new();
    for line in &kept {
        *references.entry(line.reference_key()).or_default() += 1;
    }
    let mut equal: HashMap<Digest, u32> = HashMap::new();
    kept.into_iter()
        .map(|line| {
            let key = line.reference_key();
            let unique = !key.1.is_empty() && references.get(&key) == Some(&1);
            let id = if unique { format!("bank:{}/{}", key.0, key.1) } else { line.name_by_content(&mut equal) };
            line.record(RecordId::from(id), file)
        })
        .collect()
}

impl Kept {
    fn reference_key(&self) -> (String, String) {
        (self.line.account.clone(), self.key.clone())
    }

    /// The other side's token is left out, so that a new key for tokens changes no name.
    fn name_by_content(&self, equal: &mut HashMap<Digest, u32>) -> String {
        let BankLine { account, amount, booked, reference, end_to_end, remittance, .. } = &self.line;
        let (end_to_end, remittance) = if self.by_amount { ("", "") } else { (&**end_to_end, &**remittance) };
        let content = format!("{account}\0{amount}\0{booked}\0{reference}\0{end_to_end}\0{remittance}");
        let content = digest(content.as_bytes());
        let occurrence = equal.entry(content).or_default();
        *occurrence += 1;
        format!("bank:{account}/#{}-{occurrence}", &content.to_string()[..32])
    }

    fn record(self, id: RecordId, file: Digest) -> Record {
        // A day that is no instant was refused before.
        let at = TimeZone::UTC.to_timestamp(self.line.booked.at(0, 0, 0, 0)).unwrap_or_default();
        Record { id, at, file, span: self.span, content: Content::Bank(self.line) }
    }
}

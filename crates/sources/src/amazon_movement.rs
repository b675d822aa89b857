//! Movements as both of Amazon's reports tell them, under one name, so that a file of each is no double.
//!
//! The settlement report has a row for every component of a movement, the date-range report a row for every item of an
//! order. What both agree on is the movement: the order, what kind it is, and the second it was posted. So rows that
//! share these are one record, the sum of its rows, of which the first is its place:
//!
//! - `amazon:<order id>/<kind>/<instant>`, where a charge, refund or dispute is of that kind, and any other type is
//!   called by its letters in lower case. Neither the report nor the settlement is part of the name: a row that was
//!   exported before its settlement closed is the same movement afterwards, and then names its payout.
//! - `amazon:<instant>/<net amount>-<n>` without an order, where `n` counts equal ones: types and texts differ between
//!   the two reports there, amounts do not. Such a row is a record of its own.
//! - `amazon:<settlement id>/payout` for what goes to the bank.
//!
//! Rows beyond a record's first are counted as skipped, and a note says how many. A movement that only fees are left of
//! is a fee, whatever its type.

use crate::Parsed;
use crate::fault::Fault;
use crate::processor_line::money_of;
use domain::{Content, Digest, Money, ProcessorCategory, ProcessorLine, Record, RecordId, Span};
use jiff::Timestamp;
use std::collections::HashMap;

/// A row's part of a movement.
pub(crate) struct Part<'a> {
    /// Amazon's word for the type.
    pub(crate) word: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) span: Span,
    pub(crate) line: ProcessorLine,
}

/// The movements of a file so far.
pub(crate) struct Movements {
    file: Digest,
    /// Where each stands among the records.
    places: HashMap<String, usize>,
    /// How often each movement without an order came.
    equal: HashMap<String, u32>,
    joined: u64,
}

impl Movements {
    pub(crate) fn of(file: Digest) -> Self {
        Self { file, places: HashMap::new(), equal: HashMap::new(), joined: 0 }
    }

    /// Keeps a row's part: as a record, or within the record of its movement.
    ///
    /// # Errors
    /// `AmountOverflow`, where the sum is too large.
    pub(crate) fn keep(&mut self, part: Part<'_>, parsed: &mut Parsed) -> Result<(), Fault> {
        let mut name = self.name(&part);
        if let Some(&place) = self.places.get(&name) {
            if same_settlement(&parsed.records[place], &part.line) {
                return self.join(&mut parsed.records[place], &part, &mut parsed.skipped);
            }
            // One second of one order in two settlements of the file.
            name = format!("{name}@{}", part.line.payout.as_deref().unwrap_or_default());
            if let Some(&place) = self.places.get(&name) {
                return self.join(&mut parsed.records[place], &part, &mut parsed.skipped);
            }
        }
        self.places.insert(name.clone(), parsed.records.len());
        let content = Content::Processor(part.line);
        parsed.records.push(Record {
            id: RecordId::from(name),
            at: part.at,
            file: self.file,
            span: part.span,
            content,
        });
        Ok(())
    }

    fn name(&mut self, part: &Part<'_>) -> String {
        let Part { word, at, line, .. } = part;
        match (line.category, &line.payout, &line.order_reference) {
            (ProcessorCategory::Payout, Some(settlement), _) => format!("amazon:{settlement}/payout"),
            (category, _, Some(order)) => format!("amazon:{order}/{}/{at}", kind(category, word)),
            (_, _, None) => {
                let name = format!("amazon:{at}/{}", line.net);
                let count = self.equal.entry(name.clone()).or_default();
                *count += 1;
                format!("{name}-{count}")
            }
        }
    }

    fn join(&mut self, record: &mut Record, part: &Part<'_>, skipped: &mut u64) -> Result<(), Fault> {
        let Content::Processor(known) = &mut record.content else { return Ok(()) };
        let sum = |a: Money, b: Money| money_of(i128::from(a.minor) + i128::from(b.minor), a, "amount");
        let [gross, fee, net] =
            [(known.gross, part.line.gross), (known.fee, part.line.fee), (known.net, part.line.net)];
        let sums = [sum(gross.0, gross.1)?, sum(fee.0, fee.1)?, sum(net.0, net.1)?];
        [known.gross, known.fee, known.net] = sums;
        record.span = joined(record.span, part.span);
        self.joined += 1;
        *skipped += 1;
        Ok(())
    }

    /// Says what can only be said of whole movements.
    pub(crate) fn finish(self, parsed: &mut Parsed) {
        for record in &mut parsed.records {
            let Content::Processor(line) = &mut record.content else { continue };
            if line.category != ProcessorCategory::Payout && line.gross.minor == 0 && line.fee.minor != 0 {
                line.category = ProcessorCategory::Fee;
            }
        }
        if self.joined > 0 {
            let note = format!("{} rows are further parts of movements that earlier rows began", self.joined);
            parsed.notes.push(note);
        }
    }
}

fn same_settlement(record: &Record, new: &ProcessorLine) -> bool {
    matches!(&record.content, Content::Processor(known) if known.payout == new.payout && known.net.currency == new.net.currency)
}

/// Both rows' bytes, where the second stands right behind the first.
fn joined(first: Span, next: Span) -> Span {
    let end = first.offset + u64::from(first.len);
    let gap = next.offset.checked_sub(end);
    let len = (next.offset + u64::from(next.len)).checked_sub(first.offset).and_then(|len| u32::try_from(len).ok());
    match (gap, len) {
        // A line end is one byte or two.
        (Some(1 | 2), Some(len)) => Span { len, ..first },
        _ => first,
    }
}

/// What a movement of an order is called by both reports.
fn kind(category: ProcessorCategory, word: &str) -> String {
    match category {
        ProcessorCategory::Charge => "charge".to_owned(),
        ProcessorCategory::Refund => "refund".to_owned(),
        ProcessorCategory::Dispute => "dispute".to_owned(),
        _ => word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(),
    }
}

/// Our category of Amazon's type.
pub(crate) fn category(word: &str) -> ProcessorCategory {
    match word {
        "Order" => ProcessorCategory::Charge,
        "Refund" => ProcessorCategory::Refund,
        "Chargeback Refund" | "A-to-z Guarantee Refund" | "A-to-z Guarantee Claim" => ProcessorCategory::Dispute,
        "Transfer" => ProcessorCategory::Payout,
        "Shipping Services" => ProcessorCategory::Fee,
        _ if word.contains("Fee") => ProcessorCategory::Fee,
        _ => ProcessorCategory::Adjustment,
    }
}

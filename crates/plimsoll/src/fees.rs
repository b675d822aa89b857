//! Fees that were charged against the price lists of the policy: by month, source, kind of line and currency, and line by
//! line where the two differ.
//!
//! A line that no row of a price list is for is counted as `unpriced` and never as a difference. A line differs where its
//! fee is not to the minor unit what the list says: processors round each line, and so does the list.
//!
//! Example: two payments of 100.00 under 1.5 % and 0.20, charged 1.70 and 2.00: expected 3.40, charged 3.70, one line
//! differs by 0.30.

use crate::period::{self, Period};
use crate::policy_file::kind_name;
use crate::view::MoneyView;
use crate::view::csv::{cell, plain};
use domain::fee::{FeeRule, expected_fee};
use domain::{Body, Content, Currency, Money, ProcessorLine, Record};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::{Reader, StoreError};

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ask {
    /// Of lines within it; none = of all.
    pub period: Option<Period>,
    /// Of lines of this source; none = of any.
    pub source: Option<String>,
    /// At most so many differing lines are listed, the largest first.
    pub limit: usize,
}

/// An audit.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FeeAudit {
    /// Of this version of the policy.
    pub policy_version: u32,
    /// By month, source, kind and currency.
    pub rows: Vec<FeeRow>,
    /// Lines that differ, the largest difference first.
    pub lines: Vec<FeeLine>,
    /// How many differ in all.
    pub differing: u64,
}

/// The fees of one month, source, kind and currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct FeeRow {
    pub month: String,
    pub source: String,
    pub of: &'static str,
    pub currency: String,
    /// Lines that a row of a price list is for.
    pub lines: u64,
    /// Lines that none is for.
    pub unpriced: u64,
    pub gross: MoneyView,
    pub expected: MoneyView,
    pub charged: MoneyView,
    /// Charged beyond what was expected.
    pub difference: MoneyView,
    /// Lines that differ.
    pub differing: u64,
}

/// A line that differs.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct FeeLine {
    pub record: String,
    pub at: String,
    pub gross: MoneyView,
    pub expected: MoneyView,
    pub charged: MoneyView,
    pub difference: MoneyView,
    /// `file:line` that says so.
    pub source_line: String,
}

/// Month, source, kind, currency.
type Key = (String, String, &'static str, Currency);

#[derive(Default)]
struct Sums {
    lines: u64,
    unpriced: u64,
    differing: u64,
    gross: i128,
    expected: i128,
    charged: i128,
}

/// A line that differs, and by how much.
struct Differing {
    record: Record,
    gross: Money,
    expected: Money,
    charged: Money,
}

/// Audits the fees of every line of a processor.
///
/// # Errors
/// When the journal cannot be read.
pub fn audit(reader: &Reader, ask: &Ask) -> Result<FeeAudit, StoreError> {
    let policy = reader.policy()?.unwrap_or_default();
    let (mut sums, mut differing) = (BTreeMap::new(), Vec::new());
    for batch in reader.batches() {
        for event in batch?.1.events {
            let Body::Record(record) = event.body else { continue };
            take(&policy.fee_rules, ask, record, &mut sums, &mut differing);
        }
    }
    let size = |line: &Differing| (line.charged.minor - line.expected.minor).abs();
    differing.sort_by(|a, b| (size(b), &a.record.id).cmp(&(size(a), &b.record.id)));
    let listed = differing.iter().take(ask.limit).map(|line| line.view(reader)).collect::<Result<_, _>>()?;
    Ok(FeeAudit {
        policy_version: policy.version,
        rows: sums.into_iter().map(|(key, sums)| sums.row(key)).collect(),
        differing: differing.iter().fold(0, |count, _| count + 1),
        lines: listed,
    })
}

fn take(rules: &[FeeRule], ask: &Ask, record: Record, sums: &mut BTreeMap<Key, Sums>, differing: &mut Vec<Differing>) {
    let Content::Processor(line) = &record.content else { return };
    let (source, day) = (record.id.as_str().split(':').next().unwrap_or_default(), period::day(record.at));
    let within = ask.period.is_none_or(|period| (period.from..=period.to).contains(&day));
    let wanted = ask.source.as_deref().is_none_or(|wanted| wanted == source);
    let of = kind_name(line.category);
    if !within || !wanted || of.is_empty() {
        return;
    }
    let key = (Period::month(day).to_string(), source.to_owned(), of, line.gross.currency);
    let expected = expected_fee(rules, source, line, day);
    sums.entry(key).or_default().add(line, expected);
    if let Some(expected) = expected.filter(|expected| expected.minor != line.fee.minor) {
        let (gross, charged) = (line.gross, line.fee);
        differing.push(Differing { record, gross, expected, charged });
    }
}

impl Sums {
    fn add(&mut self, line: &ProcessorLine, expected: Option<Money>) {
        let Some(expected) = expected else {
            self.unpriced += 1;
            return;
        };
        self.lines += 1;
        self.differing += u64::from(expected.minor != line.fee.minor);
        self.gross += i128::from(line.gross.minor);
        self.expected += i128::from(expected.minor);
        self.charged += i128::from(line.fee.minor);
    }

    fn row(self, (month, source, of, currency): Key) -> FeeRow {
        let money = |minor| MoneyView::new(minor, currency);
        FeeRow {
            month,
            source,
            of,
            currency: currency.code().to_owned(),
            lines: self.lines,
            unpriced: self.unpriced,
            gross: money(self.gross),
            expected: money(self.expected),
            charged: money(self.charged),
            difference: money(self.charged - self.expected),
            differing: self.differing,
        }
    }
}

impl Differing {
    fn view(&self, reader: &Reader) -> Result<FeeLine, StoreError> {
        let name = reader.file(&self.record.file)?.map_or_else(String::new, |file| file.name);
        let difference = Money::new(self.charged.minor - self.expected.minor, self.charged.currency);
        Ok(FeeLine {
            record: self.record.id.to_string(),
            at: self.record.at.to_string(),
            gross: self.gross.into(),
            expected: self.expected.into(),
            charged: self.charged.into(),
            difference: difference.into(),
            source_line: format!("{name}:{}", self.record.span.line),
        })
    }
}

impl FeeAudit {
    /// The rows as comma-separated values.
    pub fn rows_csv(&self) -> String {
        let mut out =
            "month,source,of,currency,lines,unpriced,gross,expected,charged,difference,differing\n".to_owned();
        for row in &self.rows {
            let FeeRow { month, of, currency, lines, unpriced, differing, .. } = row;
            let [gross, expected, charged, difference] =
                [&row.gross, &row.expected, &row.charged, &row.difference].map(plain);
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{month},{},{of},{currency},{lines},{unpriced},{gross},{expected},{charged},{difference},{differing}",
                cell(&row.source),
            );
        }
        out
    }

    /// The differing lines as comma-separated values.
    pub fn lines_csv(&self) -> String {
        let mut out = "record,at,currency,gross,expected,charged,difference,source_line\n".to_owned();
        for line in &self.lines {
            let [gross, expected, charged, difference] =
                [&line.gross, &line.expected, &line.charged, &line.difference].map(plain);
            let _ = writeln!(
                out,
                "{},{},{},{gross},{expected},{charged},{difference},{}",
                cell(&line.record),
                line.at,
                line.gross.currency,
                cell(&line.source_line),
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ProcessorCategory;

    #[test]
    fn the_example_by_hand() {
        let money = |minor| Money::new(minor, Currency::GBP);
        let line = |fee| ProcessorLine {
            category: ProcessorCategory::Charge,
            gross: money(10_000),
            fee: money(fee),
            net: money(10_000 - fee),
            source_id: String::new(),
            charge: None,
            payout: None,
            payout_at: None,
            order_reference: None,
            customer: None,
            description: String::new(),
            presentment: None,
            card_country: None,
        };
        let mut sums = Sums::default();
        sums.add(&line(170), Some(money(170)));
        sums.add(&line(200), Some(money(170)));
        sums.add(&line(900), None);
        let row = sums.row(("2025-06".to_owned(), "stripe".to_owned(), "charge", Currency::GBP));
        assert_eq!((row.lines, row.differing, row.unpriced), (2, 1, 1));
        assert_eq!((row.expected.minor, row.charged.minor, row.difference.minor), (340, 370, 30));
    }
}

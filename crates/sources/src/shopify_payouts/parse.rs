//! Rows to checks.

use super::NEEDED;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{amount, currency, instant, optional};
use crate::number_style::NumberStyle;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, Money};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Columns that make the total beside charges and fees.
const FURTHER: [&str; 4] = ["Refunds", "Adjustments", "Reserved Funds", "Retried Amount"];

/// Shopify's words for how far a payout has come.
const STATUSES: [&str; 7] = ["paid", "scheduled", "in_transit", "in transit", "pending", "failed", "canceled"];

/// How far ahead a payout may be scheduled.
const SCHEDULED: jiff::SignedDuration = jiff::SignedDuration::from_hours(31 * 24);

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open(bytes, &[], NEEDED) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let checker = Checker::new(found, &table, context.latest());
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| {
        checker.check(row)?;
        parsed.skipped += 1;
        Ok(())
    });
    parsed
}

struct Checker {
    columns: [usize; 6],
    further: Vec<(usize, &'static str)>,
    style: NumberStyle,
    latest: Timestamp,
}

impl Checker {
    fn new(columns: [usize; 6], table: &Table<'_>, latest: Timestamp) -> Self {
        let [.., charges, fees, total, _] = columns;
        let [style, ..] = table.number_styles([charges, fees, total], NumberStyle::Point);
        let further = FURTHER.iter().filter_map(|&name| Some((table.column(&[name])?, name))).collect();
        let latest = latest.checked_add(SCHEDULED).unwrap_or(Timestamp::MAX);
        Self { columns, further, style, latest }
    }

    fn check(&self, row: &Row<'_>) -> Result<(), Fault> {
        let [date, status, charges, fees, total, code] = self.columns;
        instant(&needed(row, date, "Payout Date")?, &TimeZone::UTC, self.latest, "Payout Date")?;
        let word = needed(row, status, "Status")?;
        if !STATUSES.contains(&word.to_lowercase().as_str()) {
            return Err(Fault::new(IssueRule::UnknownValue, "Status", word));
        }
        let currency = currency(&needed(row, code, "Currency")?, "Currency")?;
        let read = |text: &str, name| amount(text, self.style, currency, name).map(|money| i128::from(money.minor));
        let needed = |column, name| read(&needed(row, column, name)?, name);
        let mut sum = needed(charges, "Charges")?;
        for &(column, name) in &self.further {
            sum += optional(row, Some(column)).map_or(Ok(0), |text| read(&text, name))?;
        }
        let sum = sum - needed(fees, "Fees")?.abs();
        let said = needed(total, "Total")?;
        if sum == said {
            return Ok(());
        }
        let shown =
            |minor: i128| i64::try_from(minor).map(|minor| Money::new(minor, currency).to_decimal().to_string());
        let (sum, said, apart) =
            (shown(sum).unwrap_or_default(), shown(said).unwrap_or_default(), shown(sum - said).unwrap_or_default());
        let value = format!("the parts make {sum}, not {said}: {apart} apart");
        Err(Fault::new(IssueRule::IdentityBroken, "Total", value))
    }
}

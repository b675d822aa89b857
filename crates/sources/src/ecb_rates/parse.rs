//! Rows to rate sheets.

use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::once::Once;
use crate::table::{Table, needed, trimmed};
use crate::{Context, Parsed, number};
use domain::{Content, Currency, Digest, IssueRule, RateSheet, Record, RecordId, Span};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// When the day's rates are known, in UTC (see the folder's header).
const PUBLISHED_HOUR: i8 = 15;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, [date]) = match Table::open(bytes, &[], [&["Date"]]) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let mut parsed = Parsed::default();
    let reader = Reader { file, date, quoted: quoted(&table, date, file, &mut parsed), latest: context.latest() };
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| once.keep(reader.record(row)?, "Date", parsed));
    parsed
}

/// The columns that are currencies; each other one is an issue, but for the nameless one behind the last comma.
fn quoted(table: &Table<'_>, date: usize, file: Digest, parsed: &mut Parsed) -> Vec<(usize, Currency)> {
    let mut quoted = Vec::new();
    for (index, name) in table.names.iter().enumerate().filter(|(index, name)| *index != date && !name.is_empty()) {
        match Currency::from_code(name) {
            Some(currency) => quoted.push((index, currency)),
            None => {
                let fault = Fault::new(IssueRule::InvalidCurrency, name, name.as_str());
                parsed.issues.push(fault.holding(file, Span { line: 1, ..Span::default() }, 0));
            }
        }
    }
    quoted
}

struct Reader {
    file: Digest,
    date: usize,
    /// Columns and their currencies.
    quoted: Vec<(usize, Currency)>,
    latest: Timestamp,
}

impl Reader {
    fn record(&self, row: &Row<'_>) -> Result<Record, Fault> {
        let text = needed(row, self.date, "Date")?;
        let invalid = || Fault::new(IssueRule::InvalidTime, "Date", text.as_ref());
        let date: Date = text.parse().map_err(|_| invalid())?;
        let at = TimeZone::UTC.to_timestamp(date.at(PUBLISHED_HOUR, 0, 0, 0)).map_err(|_| invalid())?;
        if at > self.latest {
            return Err(Fault::new(IssueRule::DateInFuture, "Date", text));
        }
        let rates = self.rates(row)?;
        Ok(Record {
            id: RecordId::from(format!("ecb:{date}")),
            at,
            file: self.file,
            span: row.span,
            content: Content::Rates(RateSheet { date, base: Currency::EUR, rates }),
        })
    }

    fn rates(&self, row: &Row<'_>) -> Result<Vec<(Currency, Decimal)>, Fault> {
        let mut rates = Vec::with_capacity(self.quoted.len());
        for &(index, currency) in &self.quoted {
            let text = trimmed(row.text(index));
            if !text.is_empty() && text != "N/A" {
                rates.push((currency, rate(&text, currency)?));
            }
        }
        Ok(rates)
    }
}

fn rate(text: &str, currency: Currency) -> Result<Decimal, Fault> {
    let rate = number::decimal(text).filter(|rate| *rate > Decimal::ZERO);
    rate.ok_or_else(|| Fault::new(IssueRule::InvalidNumber, currency.code(), text))
}

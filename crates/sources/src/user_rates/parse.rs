//! Rows to rate sheets.

use super::columns::{Base, Layout, fits};
use crate::bank::in_time;
use crate::csv_rows::Row;
use crate::days::{Order, day, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::worded::{self, Worded, text};
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, RateSheet, Record, RecordId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// What stands where there is no rate.
const NONE: [&str; 6] = ["", "N/A", "n/a", "-", "–", "NA"];

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = worded::ways(bytes);
    let found = worded::open(&ways, fits).and_then(|table| Some((Layout::of(&table.header, &table.preamble)?, table)));
    let Some((layout, table)) = found else {
        return worded::lacking(file, &ways, "date, from, to, rate");
    };
    if matches!(layout, Layout::Wide { base: Base::Unknown, .. }) {
        let fault =
            Fault::new(IssueRule::MissingValue, "base", "no line or column says of what one unit the rates are");
        return fault.whole_file(file, table.row_count());
    }
    let reader = Reader::new(&table, layout);
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| {
        let record = reader.record(file, row, context)?;
        once.keep(record, &reader.names[reader.date()], parsed)
    });
    parsed
}

struct Reader {
    names: Vec<String>,
    layout: Layout,
    order: Option<Order>,
    style: NumberStyle,
}

impl Reader {
    fn new(table: &Worded<'_>, layout: Layout) -> Self {
        let (date, numbers) = match &layout {
            Layout::Long { date, rate, .. } => (*date, vec![*rate]),
            Layout::Wide { date, quoted, .. } => (*date, quoted.iter().map(|(column, _)| *column).collect()),
        };
        let dates = table.texts(date);
        let points = dates.iter().any(|text| text.contains('.'));
        let default = if points { NumberStyle::Comma } else { NumberStyle::Point };
        let style = NumberStyle::of_column(numbers.iter().flat_map(|column| table.texts(*column)));
        let [style] = NumberStyle::settle([style], default);
        Self { names: table.header.names.clone(), order: order_of(&dates), layout, style }
    }

    fn date(&self) -> usize {
        match self.layout {
            Layout::Long { date, .. } | Layout::Wide { date, .. } => date,
        }
    }

    fn record(&self, file: Digest, row: &Row<'_>, context: &Context<'_>) -> Result<Record, Fault> {
        let date = self.day(row, context)?;
        let (base, rates) = match &self.layout {
            Layout::Long { from, to, rate, .. } => {
                (self.currency(row, *from)?, vec![(self.currency(row, *to)?, self.rate(row, *rate)?)])
            }
            Layout::Wide { base, quoted, .. } => (self.base(row, base)?, self.rates(row, quoted)?),
        };
        let name = match (&self.layout, rates.first()) {
            (Layout::Long { .. }, Some((to, _))) => format!("user-rates:{date}/{base}/{to}"),
            _ => format!("user-rates:{date}/{base}"),
        };
        let at = TimeZone::UTC
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_err(|_| self.fault(IssueRule::InvalidTime, self.date(), ""))?;
        let content = Content::UserRates(RateSheet { date, base, rates });
        Ok(Record { id: RecordId::from(name), at, file, span: row.span, content })
    }

    fn base(&self, row: &Row<'_>, base: &Base) -> Result<Currency, Fault> {
        match base {
            Base::Of(currency) => Ok(*currency),
            Base::Column(column) => self.currency(row, *column),
            Base::Unknown => Err(Fault::new(IssueRule::MissingValue, "base", "")),
        }
    }

    fn rates(&self, row: &Row<'_>, quoted: &[(usize, Currency)]) -> Result<Vec<(Currency, Decimal)>, Fault> {
        let told = quoted.iter().filter(|(column, _)| !NONE.contains(&text(row, *column).as_str()));
        told.map(|(column, currency)| Ok((*currency, self.rate(row, *column)?))).collect()
    }

    fn rate(&self, row: &Row<'_>, column: usize) -> Result<Decimal, Fault> {
        let said = text(row, column);
        let rule = if said.is_empty() { IssueRule::MissingValue } else { IssueRule::InvalidNumber };
        let read = self.style.decimal(&said).filter(|rate| *rate > Decimal::ZERO);
        read.ok_or_else(|| self.fault(rule, column, &said))
    }

    fn currency(&self, row: &Row<'_>, column: usize) -> Result<Currency, Fault> {
        let code = text(row, column);
        let rule = if code.is_empty() { IssueRule::MissingValue } else { IssueRule::InvalidCurrency };
        Currency::from_code(&code).ok_or_else(|| self.fault(rule, column, &code))
    }

    fn day(&self, row: &Row<'_>, context: &Context<'_>) -> Result<Date, Fault> {
        let said = text(row, self.date());
        let rule = if said.is_empty() { IssueRule::MissingValue } else { IssueRule::InvalidTime };
        let read = day(&said, self.order).ok_or_else(|| self.fault(rule, self.date(), &said))?;
        in_time(read, &self.names[self.date()], context)
    }

    fn fault(&self, rule: IssueRule, column: usize, value: &str) -> Fault {
        Fault::new(rule, self.names.get(column).map_or("", String::as_str), value)
    }
}

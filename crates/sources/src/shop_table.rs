//! What a business's own tables of shipments, stock movements and reviews have in common. The rules:
//!
//! - The layout is as in `worded.rs`. Headings and words are compared without case and accents, and `tracking_number`,
//!   `tracking-number` and `Tracking Number` are one.
//! - Order of day and month is decided for the whole file, and said where a day could be read two ways; decimal comma or
//!   point too. A time without an offset is the settings' zone's.
//! - An amount's currency is the row's, else that of the heading (`Cost (EUR)`), else the settings'.
//! - A row that has a natural key is known by it; any other by what it says and which of its equals it is.

use crate::content_key::ContentKeys;
use crate::csv_rows::Row;
use crate::days::{self, Order, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::values::table_time;
use crate::worded::{self, Header, Worded, currency_in, text, word};
use crate::{Context, Parsed};
use domain::text::key;
use domain::{Content, Currency, Digest, IssueRule, Record, RecordId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The order's number.
pub(crate) const ORDER: &[&str] = &[
    "order",
    "order number",
    "order no",
    "order no.",
    "order id",
    "order reference",
    "order name",
    "bestellnummer",
    "bestellung",
    "auftragsnummer",
    "auftrag",
    "numero de pedido",
    "numero do pedido",
    "no pedido",
    "pedido",
    "订单号",
    "订单编号",
];
/// The shop's stock code.
pub(crate) const STOCK_CODE: &[&str] = &[
    "sku",
    "stock code",
    "item code",
    "item number",
    "article number",
    "product code",
    "artikelnummer",
    "artikelnr.",
    "artikel nr.",
    "codigo de articulo",
    "codigo del articulo",
    "codigo de producto",
    "codigo do produto",
    "商品编码",
    "商品编号",
    "货号",
    "物料编码",
    "sku编码",
];
pub(crate) const CURRENCY: &[&str] = &["currency", "wahrung", "waehrung", "moneda", "divisa", "moeda", "币种", "货币"];

/// A heading or a value's word as it is compared.
pub(crate) fn plain(said: &str) -> String {
    key(&said.replace(['_', '-'], " "))
}

/// The headings of a table.
pub(crate) struct Headings(Vec<String>);

impl Headings {
    fn of(header: &Header) -> Self {
        Self(header.names.iter().map(|name| plain(&word(name))).collect())
    }

    /// The column of the first of these words that there is.
    pub(crate) fn place(&self, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|wanted| self.0.iter().position(|word| word == wanted))
    }

    pub(crate) fn has(&self, words: &[&str]) -> bool {
        self.place(words).is_some()
    }
}

/// How a record is known.
pub(crate) enum Known {
    /// By its natural key.
    As(String),
    /// By what it says.
    ByContent(Vec<String>),
}

/// One of the tables: its columns, and how a row of it is read.
pub(crate) trait ShopTable: Sized {
    /// The word before the colon of its records' ids.
    const NAME: &'static str;
    /// The telling columns, for a file that lacks them.
    const NEEDED: &'static str;

    fn of(headings: &Headings) -> Option<Self>;
    /// The columns of days and times.
    fn dates(&self) -> Vec<usize>;
    /// The columns of numbers.
    fn numbers(&self) -> Vec<usize>;
    /// The column that its natural key stands in.
    fn key_column(&self) -> usize;

    /// Decides what only the whole file can tell, and says it.
    fn settle(&mut self, _: &Worded<'_>, _: &Fields) -> Option<String> {
        None
    }

    fn record(
        &self,
        row: &Row<'_>,
        fields: &Fields,
        context: &mut Context<'_>,
    ) -> Result<(Known, Timestamp, Content), Fault>;
}

/// Whether a file that begins so is such a table.
pub(crate) fn recognises<T: ShopTable>(head: &[u8]) -> bool {
    worded::recognises(head, |header, _| T::of(&Headings::of(header)).is_some())
}

/// Reads a whole file.
pub(crate) fn parse<T: ShopTable>(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = worded::ways(bytes);
    let found = worded::open(&ways, |header, _| T::of(&Headings::of(header)).is_some())
        .and_then(|table| Some((T::of(&Headings::of(&table.header))?, table)));
    let Some((mut kind, table)) = found else { return worded::lacking(file, &ways, T::NEEDED) };
    let dates: Vec<String> = kind.dates().iter().flat_map(|column| table.texts(*column)).collect();
    let fields = Fields::new(&table, &dates, &kind.numbers(), context);
    let notes = [days::note(&dates, fields.order), kind.settle(&table, &fields)];
    let mut parsed = Parsed { notes: notes.into_iter().flatten().collect(), ..Parsed::default() };
    let (mut once, mut keys) = (Once::default(), ContentKeys::default());
    table.read(file, &mut parsed, |row, parsed| {
        let (known, at, content) = kind.record(row, &fields, context)?;
        let key = match known {
            Known::As(key) => key,
            Known::ByContent(parts) => keys.name(&parts.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        let id = RecordId::from(format!("{}:{key}", T::NAME));
        let record = Record { id, at, file, span: row.span, content };
        once.keep(record, &fields.names[kind.key_column()], parsed)
    });
    parsed
}

/// How the fields of a file are read.
pub(crate) struct Fields {
    names: Vec<String>,
    order: Option<Order>,
    style: NumberStyle,
    zone: TimeZone,
    latest: Timestamp,
    currency: Currency,
}

impl Fields {
    fn new(table: &Worded<'_>, dates: &[String], numbers: &[usize], context: &Context<'_>) -> Self {
        let points = dates.iter().any(|text| text.contains('.') && !text.contains(':'));
        let default = if points { NumberStyle::Comma } else { NumberStyle::Point };
        let style = NumberStyle::of_column(numbers.iter().flat_map(|column| table.texts(*column)));
        let [style] = NumberStyle::settle([style], default);
        Self {
            names: table.header.names.clone(),
            order: order_of(dates),
            style,
            zone: TimeZone::get(&context.settings.zone).unwrap_or(TimeZone::UTC),
            latest: context.latest(),
            currency: context.settings.currency,
        }
    }

    /// The heading of a column, as it stands.
    pub(crate) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    pub(crate) fn fault(&self, rule: IssueRule, column: usize, value: &str) -> Fault {
        Fault::new(rule, self.name(column), value)
    }

    /// What stands in a column that may be absent or blank.
    pub(crate) fn optional(&self, row: &Row<'_>, column: Option<usize>) -> Option<String> {
        column.map(|column| text(row, column)).filter(|said| !said.is_empty())
    }

    pub(crate) fn needed(&self, row: &Row<'_>, column: usize) -> Result<String, Fault> {
        self.optional(row, Some(column)).ok_or_else(|| self.fault(IssueRule::MissingValue, column, ""))
    }

    /// A time, or a day for its first instant.
    pub(crate) fn instant(&self, row: &Row<'_>, column: Option<usize>) -> Result<Option<Timestamp>, Fault> {
        let (Some(column), Some(said)) = (column, self.optional(row, column)) else { return Ok(None) };
        let read = table_time(&said, self.order, &self.zone);
        read.map(Some).ok_or_else(|| self.fault(IssueRule::InvalidTime, column, &said))
    }

    /// One that has come.
    pub(crate) fn past(&self, row: &Row<'_>, column: Option<usize>) -> Result<Option<Timestamp>, Fault> {
        let read = self.instant(row, column)?;
        match (read, column) {
            (Some(at), Some(column)) if at > self.latest => {
                Err(self.fault(IssueRule::DateInFuture, column, &text(row, column)))
            }
            _ => Ok(read),
        }
    }

    pub(crate) fn number(&self, row: &Row<'_>, column: Option<usize>) -> Result<Option<Decimal>, Fault> {
        let (Some(column), Some(said)) = (column, self.optional(row, column)) else { return Ok(None) };
        let read = self.style.decimal(&said);
        read.map(Some).ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, &said))
    }

    /// A number without a fraction: `5`, `5.00`.
    pub(crate) fn whole(&self, row: &Row<'_>, column: Option<usize>) -> Result<Option<i64>, Fault> {
        let (Some(column), Some(number)) = (column, self.number(row, column)?) else { return Ok(None) };
        let whole = number.is_integer().then(|| number.to_i64()).flatten();
        whole.map(Some).ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, &text(row, column)))
    }

    /// The currency of the amounts in `amount`.
    pub(crate) fn currency(&self, row: &Row<'_>, told: Option<usize>, amount: usize) -> Result<Currency, Fault> {
        let (Some(column), Some(code)) = (told, self.optional(row, told)) else {
            return Ok(currency_in(self.name(amount)).unwrap_or(self.currency));
        };
        Currency::from_code(&code).ok_or_else(|| self.fault(IssueRule::InvalidCurrency, column, &code))
    }

    /// What a column's word means.
    pub(crate) fn meant<T>(&self, row: &Row<'_>, column: usize, means: fn(&str) -> Option<T>) -> Result<T, Fault> {
        let said = text(row, column);
        means(&said).ok_or_else(|| self.fault(IssueRule::UnknownValue, column, &said))
    }
}

/// What a word means in a list of meanings with their words.
pub(crate) fn meaning_of<T: Copy>(said: &str, words: &[(T, &[&str])]) -> Option<T> {
    let wanted = plain(said);
    words.iter().find(|(_, words)| words.contains(&wanted.as_str())).map(|(meaning, _)| *meaning)
}

/// Words in any other form would never be met.
#[cfg(test)]
pub(crate) fn check_words(lists: &[&[&str]]) {
    for word in lists.iter().copied().flatten() {
        assert_eq!(plain(word), *word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_the_form_that_is_compared() {
        check_words(&[ORDER, STOCK_CODE, CURRENCY]);
        assert_eq!(["Tracking_Number", "tracking-number", "  TRACKING  number"].map(plain), ["tracking number"; 3]);
    }
}

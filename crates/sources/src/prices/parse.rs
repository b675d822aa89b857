//! Rows to prices.

use crate::bank::in_time;
use crate::csv_rows::Row;
use crate::days::{Order, day, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::worded::{self, Header, Worded, text};
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, Price, Record, RecordId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

const INSTRUMENT: &[&str] = &[
    "symbol",
    "ticker",
    "instrument",
    "isin",
    "wkn",
    "security",
    "wertpapier",
    "valor",
    "ativo",
    "证券代码",
    "股票代码",
    "代码",
];
const MARKET: &[&str] = &["exchange", "market", "mic", "börse", "mercado", "bolsa", "交易所", "市场"];
const CURRENCY: &[&str] = &["currency", "währung", "waehrung", "moneda", "divisa", "moeda", "币种", "货币"];
const DATE: &[&str] = &["date", "trade date", "trading day", "datum", "fecha", "data", "日期", "交易日期"];
const CLOSE: &[&str] = &[
    "close",
    "closing price",
    "close/last",
    "last",
    "schluss",
    "schlusskurs",
    "cierre",
    "fechamento",
    "收盘",
    "收盘价",
];
const OPEN: &[&str] = &["open", "eröffnung", "erster", "apertura", "abertura", "开盘", "开盘价"];
const HIGH: &[&str] = &["high", "hoch", "máximo", "máx.", "alta", "最高", "最高价"];
const LOW: &[&str] = &["low", "tief", "mínimo", "mín.", "baixa", "最低", "最低价"];
const ADJUSTED: &[&str] = &["adj close", "adj. close", "adjusted close", "adjusted", "adjclose", "复权收盘价"];
const VOLUME: &[&str] = &["volume", "vol.", "vol", "volumen", "stücke", "成交量"];

/// Zeros that a letter behind a volume stands for.
const THOUSANDS: [(char, u32); 3] = [('K', 3), ('M', 6), ('B', 9)];

/// The columns of a file.
pub(super) struct Columns {
    instrument: Option<usize>,
    market: Option<usize>,
    currency: Option<usize>,
    date: usize,
    close: usize,
    /// Open, high, low, adjusted.
    others: [Option<usize>; 4],
    volume: Option<usize>,
}

impl Columns {
    pub(super) fn of(header: &Header) -> Option<Self> {
        let instrument = header.place(INSTRUMENT);
        let others = [OPEN, HIGH, LOW, ADJUSTED].map(|words| header.place(words));
        let is_prices = instrument.is_some() || others.iter().any(Option::is_some);
        is_prices.then_some(())?;
        Some(Self {
            instrument,
            market: header.place(MARKET),
            currency: header.place(CURRENCY),
            date: header.place(DATE)?,
            close: header.place(CLOSE)?,
            others,
            volume: header.place(VOLUME),
        })
    }
}

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = worded::ways(bytes);
    let found = worded::open(&ways, |header, _| Columns::of(header).is_some())
        .and_then(|table| Some((Columns::of(&table.header)?, table)));
    let Some((columns, table)) = found else {
        return worded::lacking(file, &ways, "date, symbol, close");
    };
    let named = table.preamble.first().cloned();
    if columns.instrument.is_none() && named.is_none() {
        let fault = Fault::new(IssueRule::MissingValue, "symbol", "no line or column says of what the prices are");
        return fault.whole_file(file, table.row_count());
    }
    let reader = Reader::new(&table, columns, named.unwrap_or_default());
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| {
        let record = reader.record(file, row, context)?;
        once.keep(record, &reader.names[reader.columns.date], parsed)
    });
    parsed
}

struct Reader {
    names: Vec<String>,
    columns: Columns,
    /// Of a file of one instrument.
    named: String,
    order: Option<Order>,
    style: NumberStyle,
}

impl Reader {
    fn new(table: &Worded<'_>, columns: Columns, named: String) -> Self {
        let dates = table.texts(columns.date);
        let points = dates.iter().any(|text| text.contains('.'));
        let default = if points { NumberStyle::Comma } else { NumberStyle::Point };
        let prices = columns.others.iter().flatten().chain([&columns.close]).flat_map(|column| table.texts(*column));
        let [style] = NumberStyle::settle([NumberStyle::of_column(prices)], default);
        Self { names: table.header.names.clone(), order: order_of(&dates), columns, named, style }
    }

    fn record(&self, file: Digest, row: &Row<'_>, context: &Context<'_>) -> Result<Record, Fault> {
        let date = self.day(row, context)?;
        let at = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
        let at = at.map_err(|_| self.fault(IssueRule::InvalidTime, self.columns.date, &date.to_string()))?;
        let price = self.price(row, date)?;
        let id = RecordId::from(id(&price));
        Ok(Record { id, at, file, span: row.span, content: Content::Price(price) })
    }

    fn price(&self, row: &Row<'_>, date: Date) -> Result<Price, Fault> {
        let field = |column: Option<usize>| column.map(|column| text(row, column)).unwrap_or_default();
        let instrument = match self.columns.instrument {
            Some(column) => self.needed(row, column)?,
            None => self.named.clone(),
        };
        self.needed(row, self.columns.close)?;
        let [open, high, low, adjusted] = self.columns.others;
        Ok(Price {
            instrument,
            market: field(self.columns.market),
            currency: self.currency(row)?,
            date,
            close: self.number(row, self.columns.close)?,
            open: self.optional(row, open)?,
            high: self.optional(row, high)?,
            low: self.optional(row, low)?,
            adjusted: self.optional(row, adjusted)?,
            volume: self.volume(row)?,
        })
    }

    fn needed(&self, row: &Row<'_>, column: usize) -> Result<String, Fault> {
        let said = text(row, column);
        if said.is_empty() { Err(self.fault(IssueRule::MissingValue, column, "")) } else { Ok(said) }
    }

    fn optional(&self, row: &Row<'_>, column: Option<usize>) -> Result<Option<Decimal>, Fault> {
        let told = column.filter(|column| !is_absent(&text(row, *column)));
        told.map(|column| self.number(row, column)).transpose()
    }

    fn number(&self, row: &Row<'_>, column: usize) -> Result<Decimal, Fault> {
        let said = text(row, column);
        self.style.decimal(&said).ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, &said))
    }

    fn volume(&self, row: &Row<'_>) -> Result<Option<Decimal>, Fault> {
        let Some(column) = self.columns.volume else { return Ok(None) };
        let said = text(row, column);
        if is_absent(&said) {
            return Ok(None);
        }
        volume(&said, self.style).map(Some).ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, &said))
    }

    fn currency(&self, row: &Row<'_>) -> Result<Option<Currency>, Fault> {
        let told = self.columns.currency.map(|column| (column, text(row, column))).filter(|(_, code)| !code.is_empty());
        let Some((column, code)) = told else { return Ok(None) };
        Currency::from_code(&code).map(Some).ok_or_else(|| self.fault(IssueRule::InvalidCurrency, column, &code))
    }

    fn day(&self, row: &Row<'_>, context: &Context<'_>) -> Result<Date, Fault> {
        let column = self.columns.date;
        let said = self.needed(row, column)?;
        let read = day(&said, self.order).ok_or_else(|| self.fault(IssueRule::InvalidTime, column, &said))?;
        in_time(read, &self.names[column], context)
    }

    fn fault(&self, rule: IssueRule, column: usize, value: &str) -> Fault {
        Fault::new(rule, self.names.get(column).map_or("", String::as_str), value)
    }
}

/// How a price is called.
pub(crate) fn id(price: &Price) -> String {
    let market = if price.market.is_empty() { String::new() } else { format!("@{}", price.market) };
    format!("price:{}{market}/{}", price.instrument, price.date)
}

/// Whether a field says that there is no number.
pub(crate) fn is_absent(said: &str) -> bool {
    matches!(said, "" | "-" | "N/A" | "null")
}

/// `69,846,400`, `69.85M`.
pub(crate) fn volume(said: &str, style: NumberStyle) -> Option<Decimal> {
    let zeros = THOUSANDS.iter().find_map(|(letter, zeros)| Some((said.strip_suffix(*letter)?, *zeros)));
    let (digits, zeros) = zeros.unwrap_or((said, 0));
    style.decimal(digits)?.checked_mul(Decimal::from(10_i64.pow(zeros)))
}

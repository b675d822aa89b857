//! Facts with their places: from a filing's XBRL, a table of facts, prices, the ledger, or the command line.

use crate::command::{Unkept, UsageError};
use crate::table_file;
use anyhow::Context as _;
use domain::{Content, FactPeriod, FactValue, IssueRule, Price, Record};
use engine::assess::Fact;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sources::prices::Prices;
use sources::tabular::{Layout, TableRow, TableText};
use sources::xbrl::Xbrl;
use sources::{Context, Parsed, Source, SourceSettings};
use std::path::{Path, PathBuf};

/// What was told, in the order of its filing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Told {
    /// The figures of the whole business.
    pub facts: Vec<Fact>,
    /// Who files; empty where nothing says so.
    pub entity: String,
    /// Its name.
    pub name: String,
    /// The ticker of its share.
    pub ticker: String,
    /// Where it was read.
    pub files: Vec<String>,
    /// What the reader should know: rows that were not taken.
    pub notes: Vec<String>,
}

/// Columns of a table of facts.
const COLUMNS: [&str; 5] = ["name", "period", "value", "unit", "source"];

impl Told {
    /// Reads a filing: an instance, or every instance of a folder, by name.
    ///
    /// # Errors
    /// Nothing there is an XBRL instance, or it cannot be read.
    pub fn xbrl(path: &Path) -> anyhow::Result<Self> {
        let mut told = Self::default();
        for file in files_of(path)? {
            let table = table_file::open(&file, None)?;
            if !Xbrl.recognises(&table.text[..table.text.len().min(4096)]) {
                continue;
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let parsed = parse(&Xbrl, &table.text);
            told.note_issues(&name, &parsed);
            parsed.records.iter().for_each(|record| told.take(&name, record));
            told.files.push(file.display().to_string());
        }
        if told.files.is_empty() {
            return Err(UsageError(format!("{} holds no XBRL instance", path.display())).into());
        }
        Ok(told)
    }

    fn note_issues(&mut self, file: &str, parsed: &Parsed) {
        let conflicts = parsed.issues.iter().filter(|issue| issue.rule == IssueRule::IdempotencyConflict).count();
        let others = parsed.issues.len() - conflicts;
        if conflicts > 0 {
            self.notes.push(format!("{file}: {conflicts} facts are told twice and differ; the first stands"));
        }
        if others > 0 {
            self.notes.push(format!("{file}: {others} facts could not be read"));
        }
    }

    fn take(&mut self, file: &str, record: &Record) {
        let Content::StatementFact(fact) = &record.content else { return };
        if !fact.dimensions.is_empty() {
            return;
        }
        self.entity.clone_from(&fact.entity);
        match &fact.value {
            FactValue::Text(text) if fact.concept == "dei:EntityRegistrantName" => self.name.clone_from(text),
            FactValue::Text(text) if fact.concept == "dei:TradingSymbol" => self.ticker.clone_from(text),
            FactValue::Number(value) => {
                let filing = if fact.accession.is_empty() { String::new() } else { format!(" ({})", fact.accession) };
                self.facts.push(Fact {
                    name: fact.concept.clone(),
                    period: fact.period,
                    value: *value,
                    unit: fact.unit.clone(),
                    source: format!("{file}:{}{filing}", record.span.line),
                });
            }
            FactValue::Text(_) | FactValue::Nil => {}
        }
    }

    /// Reads a table of facts: columns `name`, `period` (`2022-12-31` or `2022-01-01..2022-12-31`), `value`, `unit` and,
    /// if there is one, `source`. Rows `entity`, `business` and `ticker` say whose facts they are, by their value.
    ///
    /// # Errors
    /// It is no such table; a row that cannot be read is named with its line.
    pub fn table(path: &Path) -> anyhow::Result<Self> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let table = table_file::open(path, None)?;
        let refused = |why: &str| UsageError(format!("{} is no table of facts: {why}", path.display()));
        let layout = Layout::of(&table.text).ok_or_else(|| refused("no rows of fields"))?;
        let text = TableText::new(&table.text, &layout).map_err(|_| refused("its encoding is not known"))?;
        let mut rows = text.rows().map_err(|_| refused("it has no header"))?;
        let place = |column: &str| rows.names().iter().position(|name| name.trim() == column);
        let [name, period, value, unit, source] = COLUMNS.map(place);
        let needed = || name.zip(period).zip(value).zip(unit);
        let (((name, period), value), unit) =
            needed().ok_or_else(|| refused("it needs the columns name, period, value and unit"))?;
        let mut told = Self { files: vec![path.display().to_string()], ..Self::default() };
        let mut row = TableRow::default();
        while rows.read(&mut row) {
            let line = row.span.line;
            let cell = |at: usize| row.fields.get(at).map_or("", |field| field.trim());
            match cell(name) {
                "entity" => cell(value).clone_into(&mut told.entity),
                "business" => cell(value).clone_into(&mut told.name),
                "ticker" => cell(value).clone_into(&mut told.ticker),
                concept => {
                    let unread =
                        |what: &str, said: &str| UsageError(format!("{file}:{line}: {what} `{said}` cannot be read"));
                    let behind =
                        source.map(cell).filter(|source| !source.is_empty()).map(|source| format!(", {source}"));
                    told.facts.push(Fact {
                        name: concept.to_owned(),
                        period: period_of(cell(period)).ok_or_else(|| unread("the period", cell(period)))?,
                        value: cell(value).parse().map_err(|_| unread("the value", cell(value)))?,
                        unit: cell(unit).to_owned(),
                        source: format!("{file}:{line}{}", behind.unwrap_or_default()),
                    });
                }
            }
        }
        Ok(told)
    }

    /// A figure given by hand, `share_price=84.00`, at a day.
    ///
    /// # Errors
    /// It is not `NAME=NUMBER`.
    pub fn by_hand(&mut self, said: &str, day: Date, unit: &str) -> Result<(), UsageError> {
        let read = said.split_once('=').and_then(|(name, value)| Some((name.trim(), value.trim().parse().ok()?)));
        let (name, value): (&str, Decimal) =
            read.ok_or_else(|| UsageError(format!("`{said}` is not NAME=NUMBER, as in `share_price=84.00`")))?;
        let (name, unit) = (name.to_owned(), unit.to_owned());
        self.facts.push(Fact {
            name,
            period: FactPeriod::Instant(day),
            value,
            unit,
            source: "command line".to_owned(),
        });
        Ok(())
    }
}

/// A day, or its first and last: `2022-01-01..2022-12-31`.
fn period_of(text: &str) -> Option<FactPeriod> {
    let Some((start, end)) = text.split_once("..") else { return text.parse().ok().map(FactPeriod::Instant) };
    let (start, end) = (start.parse().ok()?, end.parse().ok()?);
    (start <= end).then_some(FactPeriod::Duration { start, end })
}

fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unread = || format!("cannot read {}", path.display());
    if !std::fs::metadata(path).with_context(unread)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).with_context(unread)? {
        let path = entry.with_context(unread)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn parse(source: &dyn Source, text: &[u8]) -> Parsed {
    let settings = SourceSettings::default();
    let mut context = Context { personal: &mut Unkept, now: Timestamp::now(), settings: &settings, beside: &[] };
    source.parse(sources::digest(text), text, &mut context)
}

/// The daily prices of one instrument, by day.
///
/// # Errors
/// The file holds no prices, or several instruments and none is named.
pub fn prices(path: &Path, instrument: &str) -> anyhow::Result<Vec<Price>> {
    let table = table_file::open(path, None)?;
    let told = parse(&Prices, &table.text).records.into_iter().filter_map(|record| match record.content {
        Content::Price(price) => Some(price),
        _ => None,
    });
    let all: Vec<Price> = told.collect();
    let mut names: Vec<&str> = all.iter().map(|price| price.instrument.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let wanted = match (&names[..], instrument) {
        ([], _) => return Err(UsageError(format!("{} holds no prices", path.display())).into()),
        ([one], "") => (*one).to_owned(),
        (_, named) if names.contains(&named) => named.to_owned(),
        (many, _) => {
            let message = format!("{} holds {}; --instrument names one", path.display(), many.join(", "));
            return Err(UsageError(message).into());
        }
    };
    let mut prices: Vec<Price> = all.into_iter().filter(|price| price.instrument == wanted).collect();
    prices.sort_by_key(|price| price.date);
    Ok(prices)
}

/// Closes by day, adjusted for splits and dividends where the file says so; those above nought.
pub fn adjusted_closes(prices: &[Price]) -> Vec<(Date, f64)> {
    let close = |price: &Price| {
        let close = price.adjusted.unwrap_or(price.close).to_f64()?;
        (close > 0.0).then_some((price.date, close))
    };
    prices.iter().filter_map(close).collect()
}

/// The last close on or before a day, as a fact of that day; within a week, or there is none.
pub fn close_at(prices: &[Price], day: Date, unit: &str, file: &str) -> Option<Fact> {
    let price = prices.iter().rev().find(|price| price.date <= day)?;
    ((day - price.date).get_days() <= 7).then(|| Fact {
        name: "share_price".to_owned(),
        period: FactPeriod::Instant(day),
        value: price.close,
        unit: unit.to_owned(),
        source: format!("{file}, {} of {}", price.instrument, price.date),
    })
}

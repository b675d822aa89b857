//! The mapping as a TOML file, and what can be wrong with it: each error names the line and what is allowed there.

use super::meaning::{self, Kind, Meaning};
use super::{Column, Mapping, Sign, Word};
use crate::tabular::{Layout, Shape};
use crate::values::DateStyle;
use domain::Currency;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// What is wrong with a mapping file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MappingError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for MappingError {}

/// The file's keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    kind: Spanned<Kind>,
    #[serde(default)]
    format: Format,
    #[serde(default = "utf_8")]
    encoding: Spanned<String>,
    #[serde(default = "comma")]
    delimiter: Spanned<String>,
    #[serde(default = "first")]
    header_row: usize,
    #[serde(default)]
    header: Vec<String>,
    #[serde(default)]
    skip_last: u64,
    currency: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    #[serde(default = "signed")]
    sign: Spanned<Sign>,
    instrument: Option<String>,
    as_of: Option<Spanned<String>>,
    #[serde(default = "five")]
    best_rating: Spanned<u8>,
    #[serde(default)]
    categories: BTreeMap<String, Spanned<String>>,
    #[serde(default, rename = "column")]
    columns: Vec<ColumnFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ColumnFile {
    name: String,
    means: Spanned<Meaning>,
    dates: Option<Spanned<String>>,
    #[serde(default)]
    decimal: Decimals,
    minor: Option<Spanned<bool>>,
    personal: Option<Spanned<bool>>,
    #[serde(default)]
    key: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum Format {
    #[default]
    Delimited,
    JsonLines,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Decimals {
    #[default]
    Point,
    Comma,
}

fn utf_8() -> Spanned<String> {
    Spanned::new(0..0, "utf-8".to_owned())
}

fn comma() -> Spanned<String> {
    Spanned::new(0..0, ",".to_owned())
}

fn signed() -> Spanned<Sign> {
    Spanned::new(0..0, Sign::Signed)
}

fn five() -> Spanned<u8> {
    Spanned::new(0..0, 5)
}

fn first() -> usize {
    1
}

impl Mapping {
    /// Reads and checks a mapping file; its records are called by `name`.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            MappingError { line: line_of(text, at), reason: error.message().trim().to_owned() }
        })?;
        Checker { text }.mapping(name, &file)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

struct Checker<'a> {
    text: &'a str,
}

impl Checker<'_> {
    fn error<T>(&self, at: usize, reason: String) -> Result<T, MappingError> {
        Err(MappingError { line: line_of(self.text, at), reason })
    }

    fn mapping(&self, name: &str, file: &File) -> Result<Mapping, MappingError> {
        let kind = *file.kind.get_ref();
        let mapping = Mapping {
            name: name.to_owned(),
            kind,
            layout: self.layout(file)?,
            header: file.header.clone(),
            skip_last: file.skip_last,
            currency: file.currency.as_ref().map(|code| self.currency(code)).transpose()?,
            zone: file.zone.as_ref().map(|zone| self.zone(zone)).transpose()?,
            sign: self.sign(kind, &file.sign)?,
            categories: self.categories(kind, file)?,
            instrument: file.instrument.clone(),
            as_of: file.as_of.as_ref().map(|day| self.day(day)).transpose()?,
            best_rating: self.best_rating(&file.best_rating)?,
            columns: file.columns.iter().map(|column| self.column(kind, column)).collect::<Result<_, _>>()?,
        };
        self.complete(file, &mapping.columns)?;
        Ok(mapping)
    }

    fn layout(&self, file: &File) -> Result<Layout, MappingError> {
        let label = file.encoding.get_ref();
        let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
            let reason = format!(
                "no encoding `{label}`; use utf-8, utf-16le, utf-16be, gbk, windows-1252 or another of the web's names"
            );
            return self.error(file.encoding.span().start, reason);
        };
        let shape = match file.format {
            Format::JsonLines => Shape::JsonLines,
            Format::Delimited => match file.delimiter.get_ref().as_bytes() {
                [delimiter] if !b"\"\r\n".contains(delimiter) => {
                    Shape::Delimited { delimiter: *delimiter, header_row: file.header_row }
                }
                _ => {
                    let reason = "`delimiter` is one character such as \",\", \";\" or \"\\t\"".to_owned();
                    return self.error(file.delimiter.span().start, reason);
                }
            },
        };
        Ok(Layout { encoding: encoding.name().to_lowercase(), shape })
    }

    fn column(&self, kind: Kind, column: &ColumnFile) -> Result<Column, MappingError> {
        let means = *column.means.get_ref();
        if !kind.allowed().contains(&means) {
            let reason =
                format!("a {} has no `{}`; its columns mean {}", kind.name(), means.name(), words(kind.allowed()));
            return self.error(column.means.span().start, reason);
        }
        if let Some(personal) = column.personal.as_ref().filter(|personal| *personal.get_ref() != means.is_personal()) {
            let reason = if means.is_personal() {
                format!("`{}` is always personal", means.name())
            } else {
                format!("a personal column means `counterparty` or `customer`, or is left out; not `{}`", means.name())
            };
            return self.error(personal.span().start, reason);
        }
        let minor = column.minor.as_ref().filter(|minor| *minor.get_ref());
        if let Some(minor) = minor.filter(|_| !means.is_money(kind)) {
            let reason = format!("`minor` is of columns of money; not of `{}`", means.name());
            return self.error(minor.span().start, reason);
        }
        let dates = match &column.dates {
            None => DateStyle::YearFirst,
            Some(word) => match DateStyle::ALL.iter().find(|(_, name)| name == word.get_ref()) {
                Some((style, _)) => *style,
                None => {
                    let names: Vec<&str> = DateStyle::ALL.iter().map(|(_, name)| *name).collect();
                    return self.error(word.span().start, format!("`dates` is one of {}", names.join(", ")));
                }
            },
        };
        Ok(Column {
            name: column.name.clone(),
            means,
            dates,
            comma: column.decimal == Decimals::Comma,
            minor: minor.is_some(),
            personal: means.is_personal(),
            key: column.key || means == Meaning::Id,
        })
    }

    /// What a kind needs is there, and nothing but descriptions twice.
    fn complete(&self, file: &File, columns: &[Column]) -> Result<(), MappingError> {
        let kind = *file.kind.get_ref();
        let has = |means: &Meaning| columns.iter().any(|column| column.means == *means);
        for ways in kind.needed() {
            if !ways.iter().any(has) {
                let reason =
                    format!("a {} needs a column that means {}", kind.name(), words(ways).replace(", ", " or "));
                return self.error(file.kind.span().start, reason);
            }
        }
        for means in meaning::all().filter(|means| *means != Meaning::Description) {
            let mut given = file.columns.iter().filter(|column| *column.means.get_ref() == means);
            if let (Some(_), Some(second)) = (given.next(), given.next()) {
                return self.error(second.means.span().start, format!("two columns mean `{}`", means.name()));
            }
        }
        Ok(())
    }

    fn currency(&self, code: &Spanned<String>) -> Result<Currency, MappingError> {
        match Currency::from_code(code.get_ref()) {
            Some(currency) => Ok(currency),
            None => self.error(
                code.span().start,
                format!("`{}` is no currency code; write three letters such as EUR", code.get_ref()),
            ),
        }
    }

    fn zone(&self, zone: &Spanned<String>) -> Result<TimeZone, MappingError> {
        match TimeZone::get(zone.get_ref()) {
            Ok(found) => Ok(found),
            Err(_) => self.error(
                zone.span().start,
                format!("no time zone `{}`; use a name such as Europe/London", zone.get_ref()),
            ),
        }
    }

    fn sign(&self, kind: Kind, sign: &Spanned<Sign>) -> Result<Sign, MappingError> {
        match *sign.get_ref() {
            Sign::ByReason if kind != Kind::StockMovement => {
                self.error(sign.span().start, format!("a {} has no reason that says its sign", kind.name()))
            }
            sign => Ok(sign),
        }
    }

    fn day(&self, day: &Spanned<String>) -> Result<Date, MappingError> {
        match day.get_ref().parse() {
            Ok(read) => Ok(read),
            Err(_) => self.error(day.span().start, format!("`{}` is no day; write it as 2026-12-31", day.get_ref())),
        }
    }

    fn best_rating(&self, best: &Spanned<u8>) -> Result<u8, MappingError> {
        match *best.get_ref() {
            0 | 1 => self.error(best.span().start, "`best-rating` is 2 or more; most have 5".to_owned()),
            best => Ok(best),
        }
    }

    fn categories(&self, kind: Kind, file: &File) -> Result<Vec<(String, Word)>, MappingError> {
        let known = kind.words();
        let category = |(word, means): (&String, &Spanned<String>)| {
            if let Some((_, told)) = known.iter().find(|(name, _)| name == means.get_ref()) {
                return Ok((word.to_lowercase(), *told));
            }
            let names = known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let there_are = if names.is_empty() { "none".to_owned() } else { names };
            let reason = format!("no category `{}`; of a {} there are {there_are}", means.get_ref(), kind.name());
            self.error(means.span().start, reason)
        };
        file.categories.iter().map(category).collect()
    }
}

fn words(meanings: &[Meaning]) -> String {
    meanings.iter().map(|means| means.name()).collect::<Vec<_>>().join(", ")
}

//! The mapping as a TOML file, and what can be wrong with it: each error names the line and what is allowed there.

use super::meaning::{ALL, Kind, Meaning};
use super::{Column, Mapping};
use crate::tabular::{Layout, Shape};
use crate::values::DateStyle;
use domain::{Currency, ProcessorCategory};
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
    #[serde(default)]
    sign: Sign,
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
enum Sign {
    #[default]
    Signed,
    Negated,
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

fn first() -> usize {
    1
}

/// The words of processor categories.
pub(super) const CATEGORIES: [(&str, ProcessorCategory); 7] = [
    ("charge", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("payout", ProcessorCategory::Payout),
    ("dispute", ProcessorCategory::Dispute),
    ("dispute-reversal", ProcessorCategory::DisputeReversal),
    ("fee", ProcessorCategory::Fee),
    ("adjustment", ProcessorCategory::Adjustment),
];

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
            negated: file.sign == Sign::Negated,
            categories: self.categories(file)?,
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
                format!("a {} has no `{}`; its columns mean {}", kind.name(), means.name(), words(&kind.allowed()));
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
        for means in ALL.iter().filter(|means| **means != Meaning::Description) {
            let mut given = file.columns.iter().filter(|column| column.means.get_ref() == means);
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

    fn categories(&self, file: &File) -> Result<Vec<(String, ProcessorCategory)>, MappingError> {
        let category = |(word, means): (&String, &Spanned<String>)| match CATEGORIES
            .iter()
            .find(|(name, _)| name == means.get_ref())
        {
            Some((_, category)) => Ok((word.to_lowercase(), *category)),
            None => {
                let names = CATEGORIES.map(|(name, _)| name).join(", ");
                self.error(means.span().start, format!("no category `{}`; there are {names}", means.get_ref()))
            }
        };
        file.categories.iter().map(category).collect()
    }
}

fn words(meanings: &[Meaning]) -> String {
    meanings.iter().map(|means| means.name()).collect::<Vec<_>>().join(", ")
}

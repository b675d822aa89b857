//! A row for each posting as a Parquet file. Money is minor units with their digits: no figure is a float.

use super::{Books, Written};
use crate::period;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use anyhow::Context;
use domain::Entry;
use jiff::civil::date;
use std::io::Write;
use std::sync::Arc;

const SCHEMA: &str = "
message postings {
    REQUIRED INT32 date (DATE);
    REQUIRED INT64 at (TIMESTAMP(MICROS,true));
    REQUIRED BYTE_ARRAY entry (UTF8);
    REQUIRED BYTE_ARRAY rule (UTF8);
    REQUIRED INT32 code;
    REQUIRED BYTE_ARRAY account (UTF8);
    REQUIRED INT64 minor;
    REQUIRED INT32 digits;
    REQUIRED BYTE_ARRAY currency (UTF8);
    OPTIONAL BYTE_ARRAY reverses (UTF8);
    REQUIRED BYTE_ARRAY evidence (UTF8);
}";

/// Rows that are in memory at a time.
const GROUP: usize = 100_000;

/// Columns of the rows that wait to be written.
#[derive(Default)]
struct Rows {
    dates: Vec<i32>,
    at: Vec<i64>,
    entries: Vec<ByteArray>,
    rules: Vec<ByteArray>,
    codes: Vec<i32>,
    accounts: Vec<ByteArray>,
    minor: Vec<i64>,
    digits: Vec<i32>,
    currencies: Vec<ByteArray>,
    reverses: Vec<ByteArray>,
    /// 1 where the row reverses an entry.
    reverses_levels: Vec<i16>,
    evidence: Vec<ByteArray>,
}

pub(super) fn write(books: &Books<'_>, out: &mut (impl Write + Send)) -> anyhow::Result<Written> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    let mut rows = Rows::default();
    let written = books.each_entry(|entry| {
        rows.add(entry);
        if rows.dates.len() >= GROUP {
            std::mem::take(&mut rows).write(&mut file)?;
        }
        Ok(())
    })?;
    if !rows.dates.is_empty() {
        rows.write(&mut file)?;
    }
    file.close()?;
    Ok(written)
}

impl Rows {
    fn add(&mut self, entry: &Entry) {
        let evidence: Vec<&str> = entry.evidence.iter().map(domain::RecordId::as_str).collect();
        let evidence = evidence.join(" ");
        let days = period::day(entry.at).since(date(1970, 1, 1)).map_or(0, |span| span.get_days());
        for posting in &entry.postings {
            self.dates.push(days);
            self.at.push(entry.at.as_microsecond());
            self.entries.push(entry.id.as_str().into());
            self.rules.push(entry.rule.into());
            self.codes.push(i32::from(posting.account.code()));
            self.accounts.push(posting.account.name().into());
            self.minor.push(posting.amount.minor);
            self.digits.push(posting.amount.currency.minor_digits().cast_signed());
            self.currencies.push(posting.amount.currency.code().into());
            self.reverses_levels.push(i16::from(entry.reverses.is_some()));
            self.reverses.extend(entry.reverses.as_ref().map(|reversed| ByteArray::from(reversed.as_str())));
            self.evidence.push(evidence.as_str().into());
        }
    }

    fn write<W: Write + Send>(self, file: &mut SerializedFileWriter<W>) -> anyhow::Result<()> {
        let mut group = file.next_row_group()?;
        column::<Int32Type, W>(&mut group, &self.dates, None)?;
        column::<Int64Type, W>(&mut group, &self.at, None)?;
        column::<ByteArrayType, W>(&mut group, &self.entries, None)?;
        column::<ByteArrayType, W>(&mut group, &self.rules, None)?;
        column::<Int32Type, W>(&mut group, &self.codes, None)?;
        column::<ByteArrayType, W>(&mut group, &self.accounts, None)?;
        column::<Int64Type, W>(&mut group, &self.minor, None)?;
        column::<Int32Type, W>(&mut group, &self.digits, None)?;
        column::<ByteArrayType, W>(&mut group, &self.currencies, None)?;
        column::<ByteArrayType, W>(&mut group, &self.reverses, Some(&self.reverses_levels))?;
        column::<ByteArrayType, W>(&mut group, &self.evidence, None)?;
        group.close()?;
        Ok(())
    }
}

/// Writes the next column of a group; `levels` where values may be missing.
///
/// # Errors
/// The schema has no further column, or the file cannot be written.
pub(crate) fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.context("the schema has a column for each of these")?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()?;
    Ok(())
}

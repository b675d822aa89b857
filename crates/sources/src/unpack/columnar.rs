//! Parquet to text: its rows as one CSV, a header of the columns' names first.
//!
//! - Instants are ISO 8601 in UTC (`2026-01-31T08:30:00Z`), local times the same without `Z`; both as fine as they are
//!   kept, but for the old INT96 kind, which is read to the millisecond. Decimals and whole numbers are exact, floats
//!   shortest (15 digits). Nothing is an empty field. Bytes that are no text are hexadecimal.
//! - A column that is nested (a list, a map, a struct) has no place in a table: the file is refused by its name.
//! - The library is trusted with sound files only: what it has no reading for is refused before it is asked, and a
//!   panic within it is a damaged file.

use super::workbook::shortest;
use super::{Budget, Refusal};
use crate::csv_line;
use bytes::Bytes;
use domain::IssueRule;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::ColumnDescriptor;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

const MAGIC: &[u8] = b"PAR1";

pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && bytes.ends_with(MAGIC)
}

/// The text of all rows.
pub(super) fn rows(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, budget)));
    read.unwrap_or_else(|_| Err(damaged("it is not sound")))
}

fn damaged(reason: impl std::fmt::Display) -> Refusal {
    Refusal::new(IssueRule::DamagedArchive, format!("the Parquet file cannot be read: {reason}"))
}

fn read(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let columns: Vec<Shape> = schema.columns().iter().map(|column| Shape::of(column)).collect::<Result<_, _>>()?;
    if columns.is_empty() {
        return Err(IssueRule::EmptyFile.into());
    }
    let mut out = Vec::new();
    let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
    csv_line::push(&mut out, &names);
    for row in reader.get_row_iter(None).map_err(damaged)? {
        let before = out.len();
        push(&mut out, &row.map_err(damaged)?, &columns);
        budget.spend((out.len() - before) as u64)?;
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, row: &Row, columns: &[Shape]) {
    let texts: Vec<String> = row.get_column_iter().zip(columns).map(|((_, field), shape)| shape.text(field)).collect();
    let fields: Vec<&str> = texts.iter().map(String::as_str).collect();
    csv_line::push(out, &fields);
}

/// What a column's numbers mean beyond what the library tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    Plain,
    /// Nanoseconds in one unit of the column, and whether they count in UTC.
    Instant {
        unit: i128,
        utc: bool,
    },
    Text,
}

impl Shape {
    fn of(column: &ColumnDescriptor) -> Result<Self, Refusal> {
        let path = column.path().parts();
        let (physical, kind) = (column.physical_type(), column.converted_type());
        let repeated = column.self_type().get_basic_info().repetition() == Repetition::REPEATED;
        if path.len() > 1 || repeated || !is_read(physical, kind) {
            let name = path.join(".");
            let reason =
                format!("column `{name}` is nested or of a kind that no table has; export it as plain columns");
            return Err(Refusal::new(IssueRule::UnknownFormat, reason));
        }
        Ok(match (column.logical_type_ref(), kind, physical) {
            (Some(LogicalType::Timestamp(at)), ..) => {
                Self::Instant { unit: nanoseconds(at.unit), utc: at.is_adjusted_to_u_t_c }
            }
            (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS, _) => {
                let unit = if kind == ConvertedType::TIMESTAMP_MILLIS { 1_000_000 } else { 1_000 };
                Self::Instant { unit, utc: true }
            }
            (_, _, Physical::INT96) => Self::Instant { unit: 1_000_000, utc: false },
            (_, _, Physical::BYTE_ARRAY) => Self::Text,
            _ => Self::Plain,
        })
    }

    fn text(self, field: &Field) -> String {
        match (self, field) {
            (_, Field::Null) => String::new(),
            (Self::Instant { unit, utc }, field) => instant(field, unit, utc),
            (_, Field::Str(text)) => text.clone(),
            (_, Field::Double(number)) => shortest(*number),
            (_, Field::Float(number)) => number.to_string(),
            (_, Field::Date(days)) => day(*days),
            (_, Field::Decimal(_)) => {
                let text = field.to_string();
                text.strip_suffix('.').map(str::to_owned).unwrap_or(text)
            }
            (Self::Text, Field::Bytes(bytes)) if bytes.as_utf8().is_ok() => {
                bytes.as_utf8().unwrap_or_default().to_owned()
            }
            (_, Field::Bytes(bytes)) => hexadecimal(bytes.data()),
            (_, other) => other.to_string(),
        }
    }
}

/// What the library has a reading for.
fn is_read(physical: Physical, kind: ConvertedType) -> bool {
    use ConvertedType as C;
    match physical {
        Physical::BOOLEAN | Physical::FLOAT | Physical::DOUBLE | Physical::INT96 => true,
        Physical::INT32 => !matches!(
            kind,
            C::INT_64
                | C::UINT_64
                | C::TIME_MICROS
                | C::TIMESTAMP_MILLIS
                | C::TIMESTAMP_MICROS
                | C::UTF8
                | C::ENUM
                | C::JSON
                | C::BSON
                | C::INTERVAL
                | C::LIST
                | C::MAP
                | C::MAP_KEY_VALUE
        ),
        Physical::INT64 => matches!(
            kind,
            C::NONE | C::INT_64 | C::UINT_64 | C::TIME_MICROS | C::TIMESTAMP_MILLIS | C::TIMESTAMP_MICROS | C::DECIMAL
        ),
        Physical::BYTE_ARRAY => matches!(kind, C::NONE | C::UTF8 | C::ENUM | C::JSON | C::BSON | C::DECIMAL),
        Physical::FIXED_LEN_BYTE_ARRAY => matches!(kind, C::NONE | C::DECIMAL),
    }
}

fn nanoseconds(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::MILLIS => 1_000_000,
        TimeUnit::MICROS => 1_000,
        TimeUnit::NANOS => 1,
    }
}

fn instant(field: &Field, unit: i128, utc: bool) -> String {
    let count = match field {
        Field::TimestampMillis(count) | Field::TimestampMicros(count) | Field::Long(count) => i128::from(*count),
        other => return other.to_string(),
    };
    match Timestamp::from_nanosecond(count * unit) {
        Err(_) => count.to_string(),
        Ok(at) if utc => at.to_string(),
        Ok(at) => at.to_zoned(TimeZone::UTC).datetime().to_string(),
    }
}

/// Days since 1970.
fn day(days: i32) -> String {
    let first = Date::constant(1970, 1, 1);
    let day = first.checked_add(jiff::Span::new().try_days(days).unwrap_or_default());
    day.map_or_else(|_| days.to_string(), |day| day.to_string())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{OriginalKind, unpack};
    use super::*;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    const SCHEMA: &str = "message rows {
        required byte_array name (UTF8);
        optional int64 at (TIMESTAMP(MICROS,true));
        required int64 local (TIMESTAMP(NANOS,false));
        required int32 day (DATE);
        required int64 amount (DECIMAL(18,2));
        required double rate;
    }";

    const TEXT: &str = "name,at,local,day,amount,rate\n\
        \"a, \"\"b\"\"\",2026-01-31T08:30:00.000001Z,2026-01-31T08:30:00.000000001,2026-01-31,-12.30,0.3\n\
        礼品卡,,1970-01-01T00:00:00,1969-12-31,0.05,1500\n";

    /// A file of two rows.
    pub(in super::super) fn golden() -> Vec<u8> {
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let mut writer =
            SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::builder().build())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let names: Vec<ByteArray> = ["a, \"b\"", "礼品卡"].map(ByteArray::from).to_vec();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
        column.close().unwrap();
        let seconds = 1_769_848_200;
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[seconds * 1_000_000 + 1], Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[seconds * 1_000_000_000 + 1, 0], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&[20_484, -1], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[-1230, 5], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&[0.1 + 0.2, 1500.0], None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn rows_are_text_with_every_digit() {
        let packed = golden();
        let members = unpack(&packed).unwrap();
        assert_eq!(std::str::from_utf8(members[0].text.as_ref().unwrap()).unwrap(), TEXT);
        assert_eq!(members[0].made_from.as_ref().unwrap().kind, OriginalKind::Parquet);
    }

    #[test]
    fn a_nested_column_is_refused_by_its_name() {
        let schema = "message rows { repeated int32 tags; required group to { required int32 zip; } }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        let packed = writer.into_inner().unwrap();
        let refusal = unpack(&packed).unwrap()[0].text.clone().unwrap_err();
        assert_eq!(refusal.rule, IssueRule::UnknownFormat);
        assert!(refusal.reason.contains("`tags`"), "{}", refusal.reason);
    }
}

//! A training set as Parquet: a row an event, a column a feature, whatever it is called.

use super::TrainingRow;
use crate::export::parquet::column;
use ::parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, FloatType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{Type, TypePtr};
use anyhow::ensure;
use std::io::Write;
use std::sync::Arc;

/// Rows of a group.
const GROUP: usize = 100_000;

/// Columns before those of the features.
const BESIDE: [(&str, Physical, Repetition, ConvertedType); 6] = [
    ("record", Physical::BYTE_ARRAY, Repetition::REQUIRED, ConvertedType::UTF8),
    ("at", Physical::INT64, Repetition::REQUIRED, ConvertedType::TIMESTAMP_MICROS),
    ("subject", Physical::BYTE_ARRAY, Repetition::REQUIRED, ConvertedType::UTF8),
    ("event", Physical::BOOLEAN, Repetition::OPTIONAL, ConvertedType::NONE),
    ("known_at", Physical::INT64, Repetition::OPTIONAL, ConvertedType::TIMESTAMP_MICROS),
    ("cost_minor", Physical::INT64, Repetition::REQUIRED, ConvertedType::NONE),
];

pub(super) fn write(rows: &[TrainingRow], names: &[String], out: &mut (impl Write + Send)) -> anyhow::Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut file = SerializedFileWriter::new(out, schema(names)?, Arc::new(properties))?;
    for rows in rows.chunks(GROUP) {
        let mut group = file.next_row_group()?;
        write_beside(rows, &mut group)?;
        for place in 0..names.len() {
            let value = |row: &TrainingRow| row.features.values.get(place).copied();
            let values: Vec<f32> = rows.iter().filter_map(value).collect();
            ensure!(values.len() == rows.len(), "the registry has changed since these features were made");
            column::<FloatType, _>(&mut group, &values, None)?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

/// Built, not parsed: a feature may be called anything.
fn schema(names: &[String]) -> anyhow::Result<TypePtr> {
    let beside = BESIDE.iter().map(|(name, physical, repetition, converted)| {
        let column = Type::primitive_type_builder(name, *physical).with_repetition(*repetition);
        column.with_converted_type(*converted).build()
    });
    let features = names
        .iter()
        .map(|name| Type::primitive_type_builder(name, Physical::FLOAT).with_repetition(Repetition::REQUIRED).build());
    let columns = beside.chain(features).map(|column| column.map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("features").with_fields(columns).build()?))
}

fn write_beside<W: Write + Send>(
    rows: &[TrainingRow],
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> anyhow::Result<()> {
    let records: Vec<ByteArray> = rows.iter().map(|row| row.features.record.as_str().into()).collect();
    let at: Vec<i64> = rows.iter().map(|row| row.features.at.as_microsecond()).collect();
    let subjects: Vec<ByteArray> = rows.iter().map(|row| row.features.buyer.to_string().as_str().into()).collect();
    let events: Vec<bool> = rows.iter().filter_map(|row| row.event).collect();
    let event_levels: Vec<i16> = rows.iter().map(|row| i16::from(row.event.is_some())).collect();
    let known: Vec<i64> = rows.iter().filter_map(|row| row.known_at).map(jiff::Timestamp::as_microsecond).collect();
    let known_levels: Vec<i16> = rows.iter().map(|row| i16::from(row.known_at.is_some())).collect();
    let costs: Vec<i64> = rows.iter().map(|row| row.cost_minor).collect();
    column::<ByteArrayType, W>(group, &records, None)?;
    column::<Int64Type, W>(group, &at, None)?;
    column::<ByteArrayType, W>(group, &subjects, None)?;
    column::<BoolType, W>(group, &events, Some(&event_levels))?;
    column::<Int64Type, W>(group, &known, Some(&known_levels))?;
    column::<Int64Type, W>(group, &costs, None)
}

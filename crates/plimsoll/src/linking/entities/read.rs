//! Files into records: each is walked once, and of its values only the distinct ones are kept.

use super::{Digests, NONE, Origins, digests};
use crate::command::UsageError;
use crate::linking::tables::{plain, speaks_of_ids};
use crate::table_file;
use anyhow::Context;
use engine::link::entities::Compact;
use engine::link::table::Kind;
use sources::tabular::{Layout, TableRow, TableText};
use std::path::{Path, PathBuf};

/// Where a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) source: u16,
    /// From 1.
    pub(super) row: u32,
    /// The number of its key.
    pub(super) key: u32,
}

/// A file whose table was found.
pub struct Opened {
    /// Its name.
    pub name: String,
    text: Vec<u8>,
    layout: Layout,
    names: Vec<String>,
}

/// Opens files: CSV, TSV, JSON Lines, workbooks or Parquet, packed or not.
///
/// # Errors
/// When one cannot be read, or is no table.
pub fn open(paths: &[PathBuf]) -> anyhow::Result<Vec<Opened>> {
    paths.iter().map(|path| opened(path, paths)).collect()
}

fn opened(path: &Path, all: &[PathBuf]) -> anyhow::Result<Opened> {
    let text = table_file::open(path, None)?.text;
    let no_table =
        || UsageError(format!("{} is no table: no rows of fields, and no JSON object a line", path.display()));
    let layout = Layout::of(&text).ok_or_else(no_table)?;
    let names = TableText::new(&text, &layout)
        .ok()
        .and_then(|table| table.rows().ok().map(|rows| rows.names().to_vec()))
        .ok_or_else(no_table)?;
    let short = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let is_only = all.iter().filter(|other| short(other) == short(path)).count() == 1;
    let name = if is_only { short(path) } else { path.display().to_string() };
    Ok(Opened { name, text, layout, names })
}

impl Opened {
    /// Hands over every row, with the values of these columns; tells of rows that cannot be read.
    fn each(
        &self,
        columns: &[String],
        mut take: impl FnMut(u32, &[&str]),
        faults: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let place = |column: &String| self.names.iter().position(|name| plain(name) == plain(column));
        let places: Vec<Option<usize>> = columns.iter().map(place).collect();
        let table = TableText::new(&self.text, &self.layout).map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
        let mut rows = table.rows().map_err(|fault| anyhow::anyhow!("{}: {fault:?}", self.name))?;
        let (mut row, mut number) = (TableRow::default(), 0);
        while rows.read(&mut row) {
            if let Some((rule, what)) = &row.fault {
                faults.push(format!("{}, line {}: {} {what}", self.name, row.span.line, rule.name()));
                continue;
            }
            number += 1;
            let value =
                |place: &Option<usize>| place.and_then(|at| row.fields.get(at)).map_or("", |field| field.trim());
            let values: Vec<&str> = places.iter().map(value).collect();
            take(number, &values);
        }
        Ok(())
    }
}

/// Records as they were read.
pub(crate) struct Read {
    pub(crate) table: Compact,
    pub(crate) origins: Origins,
    pub(crate) faults: Vec<String>,
}

/// Reads files that nobody has read before: every column but those left out is compared, or a key.
///
/// # Errors
/// When there are no columns, or too many files.
pub(crate) fn first(files: Vec<Opened>, said: &[(String, Kind)], ignored: &[String]) -> anyhow::Result<Read> {
    let is_ignored = |name: &String| ignored.iter().any(|ignored| plain(ignored) == plain(name));
    let mut columns: Vec<String> = Vec::new();
    for name in files.iter().flat_map(|file| &file.names).filter(|name| !is_ignored(name)) {
        if !columns.iter().any(|known| plain(known) == plain(name)) {
            columns.push(name.clone());
        }
    }
    let (mut table, mut faults) = (Compact::new(&columns), Vec::new());
    let (mut origins, mut ends) = (Origins::default(), vec![0]);
    for file in files {
        let source = origins.add_source(&file.name)?;
        let take = |row: u32, values: &[&str]| {
            table.push(values);
            origins.of_record.push(Origin { source, row, key: NONE });
        };
        file.each(&columns, take, &mut faults)?;
        ends.push(origins.len());
    }
    if columns.len() > engine::link::entities::MOST_FIELDS {
        let most = engine::link::entities::MOST_FIELDS;
        faults.push(format!("there are {} columns; the first {most} are compared, `--ignore` chooses", columns.len()));
    }
    take_keys(&mut table, &mut origins, &ends);
    if table.fields().is_empty() {
        return Err(UsageError("there is no column to compare".to_owned()).into());
    }
    let canonical = |name: &str| table.fields().iter().find(|field| plain(&field.name) == plain(name));
    let kinds: Vec<(String, Kind)> =
        said.iter().filter_map(|(name, kind)| Some((canonical(name)?.name.clone(), *kind))).collect();
    table.guess_kinds(&kinds);
    Ok(Read { table, origins, faults })
}

/// Of each file, the first column that speaks of ids and whose values are all there and all different is the key.
fn take_keys(table: &mut Compact, origins: &mut Origins, ends: &[usize]) {
    for range in ends.windows(2) {
        let speaks = |field: &usize| speaks_of_ids(&table.fields()[*field].name);
        let is_key = |field: &usize| table.is_distinct(*field, range[0]..range[1]);
        if origins.of_record[range[0]..range[1]].iter().all(|origin| origin.key == NONE) {
            let Some(field) = (0..table.fields().len()).filter(speaks).find(is_key) else { continue };
            origins.key_columns.push(table.fields()[field].name.clone());
            let (texts, ids) = table.take(field);
            for (origin, id) in origins.of_record.iter_mut().zip(ids) {
                if origin.key == NONE && id != NONE {
                    origin.key = origins.keys.id(texts.get(id));
                }
            }
        }
    }
}

/// Reads files behind records that are there; tells of columns that are not known and of records that are, both of
/// which are left out.
///
/// # Errors
/// When a file has none of the columns, or there are too many files.
pub(crate) fn further(files: Vec<Opened>, table: &mut Compact, origins: &mut Origins) -> anyhow::Result<Vec<String>> {
    let fields: Vec<String> = table.fields().iter().map(|field| field.name.clone()).collect();
    let columns: Vec<String> = fields.iter().chain(&origins.key_columns).cloned().collect();
    let by_key = origins.is_key_enough();
    let known = digests(table, origins, by_key);
    let mut faults = Vec::new();
    for file in files {
        let is_known = |name: &&String| columns.iter().any(|column| plain(column) == plain(name));
        if !file.names.iter().any(|name| is_known(&name)) {
            return Err(UsageError(format!("{} has none of the columns {}", file.name, columns.join(", "))).into());
        }
        let strange: Vec<&str> = file.names.iter().filter(|name| !is_known(name)).map(String::as_str).collect();
        if !strange.is_empty() {
            faults.push(format!("{}: not known, and left out: {}", file.name, strange.join(", ")));
        }
        let source = origins.add_source(&file.name)?;
        let (mut digests, mut again) = (Digests::new(by_key), 0);
        let take = |row: u32, values: &[&str]| {
            let (values, keys) = values.split_at(fields.len());
            let key = keys.iter().find(|key| !key.is_empty()).copied().unwrap_or_default();
            if known.contains_key(&digests.of(&file.name, key, values.iter().copied())) {
                again += 1;
                return;
            }
            table.push_sorted(values);
            origins.push(source, row, key);
        };
        file.each(&columns, take, &mut faults)?;
        if again > 0 {
            faults
                .push(format!("{}: {again} records are known, and left out; changed ones take a full run", file.name));
        }
    }
    Ok(faults)
}

impl Origins {
    fn add_source(&mut self, name: &str) -> anyhow::Result<u16> {
        let known = self.sources.iter().position(|source| source == name);
        let at = known.unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        });
        u16::try_from(at).context("more files than can be numbered")
    }

    /// Adds a record as it was kept.
    pub(super) fn push(&mut self, source: u16, row: u32, key: &str) {
        let key = if key.is_empty() { NONE } else { self.keys.id(key) };
        self.of_record.push(Origin { source, row, key });
    }

    /// A record's row and key.
    pub(super) fn kept(&self, record: usize) -> (u32, &str) {
        let origin = self.of_record[record];
        (origin.row, self.keys.get(origin.key))
    }
}

//! Workbooks to text: every sheet that holds anything as one CSV, so that what reads CSV reads sheets too.
//!
//! - Row `n` of the sheet is line `n` of the text: blank rows are kept, and a line break within a cell becomes a blank.
//!   Every row is written as wide as the widest. Cells that were merged have their value in the first.
//! - Dates are ISO 8601 with a time only where there is one (`2026-01-31`, `2026-01-31 08:30:00`), lengths of time are
//!   hours, `true` and `false` are words, errors such as `#N/A` stand as Excel writes them. No number is shown as the
//!   sheet's format would, as that would round it: a percentage of 5 % is `0.05`.
//! - A number is written shortest, with a point, never with an exponent: whole numbers to 2⁵³ exactly, all else to the
//!   15 digits that Excel itself keeps, so that 0.1 + 0.2 is `0.3`.
//! - Hidden sheets are read as well: they are in the file that was given.
//!
//! The library is trusted with sound workbooks only: parts are measured before they are opened, cells are taken one by
//! one where the format can name a far corner, and a panic within it is a damaged file.

use super::{Budget, Refusal, ZIP};
use crate::csv_line;
use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Reader, Sheet, SheetType, Xls, XlsError, Xlsb, Xlsx, XlsxError,
    open_workbook_from_rs,
};
use domain::IssueRule;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// Compound files: XLS, and workbooks under a password.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Members that only workbooks have.
const XLSX_PART: &str = "xl/workbook.xml";
const XLSB_PART: &str = "xl/workbook.bin";
const ODS_PARTS: [&str; 2] = ["content.xml", "mimetype"];

/// Whole numbers up to here are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A sheet's name and its text.
type SheetText = (String, Vec<u8>);

pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(OLE) || is_zipped(bytes)
}

/// Whether a zip is a workbook.
pub(super) fn is_zipped(bytes: &[u8]) -> bool {
    kind_of_zip(bytes).is_some()
}

#[derive(Clone, Copy)]
enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    Compound,
}

fn kind_of_zip(bytes: &[u8]) -> Option<Kind> {
    let archive = bytes.starts_with(ZIP).then(|| ZipArchive::new(Cursor::new(bytes)).ok())??;
    let has = |name: &str| archive.index_for_name(name).is_some();
    match () {
        () if has(XLSX_PART) => Some(Kind::Xlsx),
        () if has(XLSB_PART) => Some(Kind::Xlsb),
        () if ODS_PARTS.iter().all(|part| has(part)) => Some(Kind::Ods),
        () => None,
    }
}

/// The text of every sheet that holds anything.
pub(super) fn sheets(bytes: &[u8], budget: &mut Budget) -> Result<Vec<SheetText>, Refusal> {
    let kind = kind_of_zip(bytes).unwrap_or(Kind::Compound);
    if !matches!(kind, Kind::Compound) {
        measure(bytes, budget.0)?;
    }
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, kind, budget)));
    let sheets = read.unwrap_or_else(|_| Err(damaged("it is not a sound workbook")))?;
    if sheets.is_empty() { Err(IssueRule::EmptyFile.into()) } else { Ok(sheets) }
}

/// Refuses a workbook whose parts unpack to more than `most`.
fn measure(bytes: &[u8], most: u64) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| IssueRule::DamagedArchive)?;
    let mut left = Budget(most);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| IssueRule::DamagedArchive)?;
        let size = std::io::copy(&mut part.take(left.0 + 1), &mut std::io::sink());
        left.spend(size.map_err(|_| IssueRule::DamagedArchive)?)?;
    }
    Ok(())
}

fn damaged(reason: &str) -> Refusal {
    Refusal::new(IssueRule::DamagedArchive, reason)
}

fn read(bytes: &[u8], kind: Kind, budget: &mut Budget) -> Result<Vec<SheetText>, Refusal> {
    match kind {
        Kind::Xlsx => {
            let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| xlsx_refusal(&error))?;
            each(&tables(book.sheets_metadata()), budget, |name| {
                let mut cells = book.worksheet_cells_reader(name).map_err(|error| xlsx_refusal(&error))?;
                let next = || cells.next_cell().map_err(|error| xlsx_refusal(&error));
                Cells::collect(next, |cell| (cell.get_position(), text_of_ref(cell.get_value())))
            })
        }
        Kind::Xlsb => {
            let mut book: Xlsb<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(refusal)?;
            each(&tables(book.sheets_metadata()), budget, |name| {
                let mut cells = book.worksheet_cells_reader(name).map_err(refusal)?;
                let next = || cells.next_cell().map_err(refusal);
                Cells::collect(next, |cell| (cell.get_position(), text_of_ref(cell.get_value())))
            })
        }
        Kind::Ods => {
            let mut book: Ods<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(refusal)?;
            each(&tables(book.sheets_metadata()), budget, |name| {
                Ok(Cells::of(&book.worksheet_range(name).map_err(refusal)?))
            })
        }
        Kind::Compound => {
            let mut book: Xls<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| xls_refusal(&error))?;
            each(&tables(book.sheets_metadata()), budget, |name| {
                Ok(Cells::of(&book.worksheet_range(name).map_err(refusal)?))
            })
        }
    }
}

fn xlsx_refusal(error: &XlsxError) -> Refusal {
    match error {
        XlsxError::Password => locked(),
        error => refusal(error),
    }
}

fn xls_refusal(error: &XlsError) -> Refusal {
    match error {
        XlsError::Password => locked(),
        error => refusal(error),
    }
}

fn locked() -> Refusal {
    damaged("the workbook is locked with a password; save it without one")
}

#[expect(clippy::needless_pass_by_value, reason = "is given to `map_err`")]
fn refusal(error: impl ToString) -> Refusal {
    damaged(&format!("the workbook cannot be read: {}", error.to_string()))
}

/// Names of the sheets that are tables: charts and macros are none.
fn tables(sheets: &[Sheet]) -> Vec<String> {
    sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
}

fn each(
    names: &[String],
    budget: &mut Budget,
    mut cells: impl FnMut(&str) -> Result<Cells, Refusal>,
) -> Result<Vec<SheetText>, Refusal> {
    let mut texts = Vec::new();
    for name in names {
        let cells = cells(name)?;
        if !cells.0.is_empty() {
            texts.push((name.clone(), cells.text(budget)?));
        }
    }
    Ok(texts)
}

/// The cells of a sheet that hold anything, by row and column from 0.
struct Cells(Vec<((u32, u32), String)>);

impl Cells {
    fn collect<T>(
        mut next: impl FnMut() -> Result<Option<T>, Refusal>,
        of: impl Fn(&T) -> ((u32, u32), String),
    ) -> Result<Self, Refusal> {
        let mut cells = Vec::new();
        while let Some(cell) = next()? {
            cells.push(of(&cell));
        }
        Ok(Self::sorted(cells))
    }

    fn of(range: &calamine::Range<Data>) -> Self {
        let (from_row, from_column) = range.start().unwrap_or_default();
        let place = |index: usize, from: u32| u32::try_from(index).unwrap_or(u32::MAX).saturating_add(from);
        let cells = range
            .used_cells()
            .map(|(row, column, value)| ((place(row, from_row), place(column, from_column)), text_of(value)));
        Self::sorted(cells.collect())
    }

    fn sorted(mut cells: Vec<((u32, u32), String)>) -> Self {
        cells.retain(|(_, text)| !text.is_empty());
        cells.sort_by_key(|(place, _)| *place);
        cells.dedup_by_key(|(place, _)| *place);
        Self(cells)
    }

    /// One line a row, all as wide as the widest.
    fn text(&self, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
        let width = self.0.iter().map(|((_, column), _)| u64::from(*column) + 1).max().unwrap_or_default();
        let rows = self.0.chunk_by(|a, b| a.0.0 == b.0.0);
        let height = self.0.last().map_or(0, |((row, _), _)| u64::from(*row) + 1);
        let texts: u64 = self.0.iter().map(|(_, text)| text.len() as u64 + 2).sum();
        budget.spend(texts + height + width * rows.clone().count() as u64)?;
        let mut out = Vec::new();
        let mut line = 0;
        for row in rows {
            let blanks = row[0].0.0 - line;
            out.extend((0..blanks).map(|_| b'\n'));
            let mut fields = vec![""; usize::try_from(width).unwrap_or_default()];
            for ((_, column), text) in row {
                if let Some(field) = usize::try_from(*column).ok().and_then(|column| fields.get_mut(column)) {
                    *field = text;
                }
            }
            csv_line::push(&mut out, &fields);
            line = row[0].0.0 + 1;
        }
        Ok(out)
    }
}

fn text_of_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => one_line(text),
        other => text_of(&Data::from(other.clone())),
    }
}

fn text_of(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => shortest(*number),
        Data::String(text) => one_line(text),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(at) => moment(at),
        Data::DateTimeIso(text) => iso(text),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r']) { text.replace("\r\n", " ").replace(['\n', '\r'], " ") } else { text.to_owned() }
}

/// The digits that a person typed, as far as a double keeps them.
pub(super) fn shortest(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return format!("{}", number + 0.0);
    }
    let kept: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{kept}")
}

fn moment(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return shortest(at.as_f64() * 24.0);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match (at.as_f64() < 1.0, time == "00:00:00") {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

/// `2026-01-31T00:00:00` of ODS is a day.
fn iso(text: &str) -> String {
    text.strip_suffix("T00:00:00").unwrap_or(text).replace('T', " ")
}

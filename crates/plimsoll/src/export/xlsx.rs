//! A workbook: the statements as of the end, then the postings, on as many sheets as they need.

use super::csv::COLUMNS;
use super::{Books, Written};
use crate::period;
use crate::view::MoneyView;
use crate::view::statement::{Kind, StatementView, Words, statements};
use anyhow::{Context, anyhow};
use domain::{Currency, Entry};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use std::io::Write;

/// Rows of a sheet below its header: Excel has 1,048,576.
const ROWS: u32 = 1_000_000;

pub(super) fn write(books: &Books<'_>, out: &mut impl Write) -> anyhow::Result<Written> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    for kind in Kind::ALL {
        let last = period::day(period::before(books.until)).to_string();
        let words = Words { to: Some(&last), ..Words::default() };
        let ask = words.ask(books.reader, kind)?;
        let ask = ask.map_err(|(name, ..)| anyhow!("a statement does not read `{name}`"))?;
        let sheet = workbook.add_worksheet().set_name(kind.name())?;
        let mut row = 0;
        for statement in statements(books.reader, &ask)? {
            row = put_statement(sheet, row, &statement, &styles)? + 1;
        }
        sheet.set_column_width(0, 44)?;
    }
    let mut sheets = vec![new_sheet(&styles)?];
    let mut row = 0;
    let written = books.each_entry(|entry| {
        if row >= ROWS {
            sheets.push(new_sheet(&styles)?);
            row = 0;
        }
        let sheet = sheets.last_mut().context("there is a sheet")?;
        row = put_entry(sheet, row, entry, &styles)?;
        Ok(())
    })?;
    for (number, mut sheet) in (1..).zip(sheets) {
        sheet.set_name(format!("postings {number}"))?;
        workbook.push_worksheet(sheet);
    }
    out.write_all(&workbook.save_to_buffer()?)?;
    Ok(written)
}

fn put_statement(sheet: &mut Worksheet, first: u32, statement: &StatementView, styles: &Styles) -> anyhow::Result<u32> {
    let mut row = first;
    sheet.write_with_format(row, 0, format!("{} in {}", statement.statement, statement.currency), &styles.bold)?;
    for (column, head) in (1..).zip(&statement.columns) {
        sheet.write_with_format(row, column, &head.label, &styles.bold)?;
    }
    for section in &statement.sections {
        for line in &section.lines {
            row += 1;
            put_amounts(sheet, row, &line.name, &line.amounts, styles)?;
        }
        row += 1;
        put_amounts(sheet, row, section.name, &section.total, styles)?;
    }
    for total in &statement.totals {
        row += 1;
        put_amounts(sheet, row, total.name, &total.amounts, styles)?;
    }
    Ok(row + 1)
}

fn put_amounts(
    sheet: &mut Worksheet,
    row: u32,
    name: &str,
    amounts: &[MoneyView],
    styles: &Styles,
) -> anyhow::Result<()> {
    sheet.write(row, 0, name)?;
    for (column, amount) in (1..).zip(amounts) {
        let currency = Currency::from_code(&amount.currency).context("a view names a currency")?;
        put_money(sheet, (row, column), amount.minor, currency, styles)?;
    }
    Ok(())
}

fn new_sheet(styles: &Styles) -> anyhow::Result<Worksheet> {
    let mut sheet = Worksheet::new();
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_with_format(0, column, name, &styles.bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(sheet)
}

/// Below `row`; the last row that is written comes back.
fn put_entry(sheet: &mut Worksheet, row: u32, entry: &Entry, styles: &Styles) -> anyhow::Result<u32> {
    let evidence: Vec<&str> = entry.evidence.iter().map(domain::RecordId::as_str).collect();
    let evidence = evidence.join(" ");
    let mut row = row;
    for posting in &entry.postings {
        row += 1;
        let (minor, currency) = (posting.amount.minor, posting.amount.currency);
        sheet.write(row, 0, period::day(entry.at).to_string())?;
        sheet.write(row, 1, entry.at.to_string())?;
        sheet.write(row, 2, entry.id.as_str())?;
        sheet.write(row, 3, entry.rule)?;
        sheet.write(row, 4, posting.account.code())?;
        sheet.write(row, 5, posting.account.name())?;
        let column = if minor < 0 { 7 } else { 6 };
        put_money(sheet, (row, column), i128::from(minor).abs(), currency, styles)?;
        sheet.write(row, 8, currency.code())?;
        if let Some(reversed) = &entry.reverses {
            sheet.write(row, 9, reversed.as_str())?;
        }
        sheet.write(row, 10, cut(&evidence))?;
    }
    Ok(row)
}

/// A number as a spreadsheet has it, with the currency's digits; as text where its fifteen digits are too few.
fn put_money(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    minor: i128,
    currency: Currency,
    styles: &Styles,
) -> anyhow::Result<()> {
    let digits = currency.minor_digits();
    let exact = i64::try_from(minor).ok().filter(|minor| minor.unsigned_abs() < MOST_EXACT);
    match exact.and_then(|minor| Decimal::new(minor, digits).to_f64()).zip(styles.money.get(digits as usize)) {
        Some((number, style)) => drop(sheet.write_with_format(row, column, number, style)?),
        None => drop(sheet.write(row, column, super::text::amount(minor, currency))?),
    }
    Ok(())
}

/// How cells look.
struct Styles {
    bold: Format,
    /// By digits behind the point.
    money: Vec<Format>,
}

impl Styles {
    fn new() -> Self {
        let shown = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"];
        let money = shown.map(|shown| Format::new().set_num_format(shown)).to_vec();
        Self { bold: Format::new().set_bold(), money }
    }
}

/// A cell's number is a double: beyond fifteen digits it is not what was written.
const MOST_EXACT: u64 = 1_000_000_000_000_000;

/// A cell holds 32,767 characters.
fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(32_000).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

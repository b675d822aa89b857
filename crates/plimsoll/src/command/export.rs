//! `plimsoll export`: the ledger for other programs.

use super::{Outcome, Setting, UsageError};
use crate::cli::{ExportArgs, ExportFormat};
use crate::export::{Books, Format, export};
use crate::period;
use crate::terminal::{self, count};
use domain::Chart;
use jiff::Timestamp;
use serde_json::json;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &ExportArgs) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let chart = Chart::new(&reader.policy()?.unwrap_or_default().chart);
    let until = match &args.as_of {
        Some(text) => instant(text)?,
        None => reader.last_entry_at()?.unwrap_or(Timestamp::UNIX_EPOCH),
    };
    let until = period::after(until);
    let books = Books { reader: &reader, chart, until };
    let written = setting.progress.step("exporting", || export(&books, format(args.format), &args.out))?;
    if setting.json {
        let out = args.out.display().to_string();
        terminal::json(&json!({ "out": out, "entries": written.entries, "rows": written.rows }))?;
    } else {
        let what = if format(args.format) == Format::PayoutSummary { "payouts" } else { "entries" };
        println!("{} {what} in {} rows: {}", count(written.entries), count(written.rows), args.out.display());
    }
    Ok(Outcome::Done)
}

fn instant(text: &str) -> Result<Timestamp, UsageError> {
    let unread = || UsageError(format!("`--as-of` is `{text}`; expected a day, month or year, or a time"));
    period::instant(text).ok_or_else(unread)
}

fn format(format: ExportFormat) -> Format {
    match format {
        ExportFormat::Hledger => Format::Hledger,
        ExportFormat::Beancount => Format::Beancount,
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Xlsx => Format::Xlsx,
        ExportFormat::Parquet => Format::Parquet,
        ExportFormat::PayoutSummary => Format::PayoutSummary,
    }
}

//! `plimsoll import`: what became of each file.

use super::{Outcome, Setting, UsageError};
use crate::cli::Import;
use crate::import::{self, FileReport, Options, Report};
use crate::session::Session;
use crate::terminal::{self, count, row};
use domain::Currency;
use jiff::Timestamp;
use serde_json::json;
use sources::SourceSettings;

pub(super) fn run(setting: &Setting, args: &Import) -> anyhow::Result<Outcome> {
    let currency = Currency::from_code(&args.currency)
        .ok_or_else(|| UsageError(format!("`{}` is not a currency code", args.currency)))?;
    if jiff::tz::TimeZone::get(&args.zone).is_err() {
        return Err(UsageError(format!("`{}` is not a time zone; use a name such as Europe/London", args.zone)).into());
    }
    let settings = SourceSettings { zone: args.zone.clone(), currency };
    let options = Options { as_of: args.as_of, now: Timestamp::now(), settings };
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    let report = setting.progress.step("importing", || import::import(&mut session, &args.paths, &options))?;
    print(setting, &report)?;
    Ok(outcome(&report))
}

/// How an import ends.
pub(super) fn outcome(report: &Report) -> Outcome {
    match (report.unreadable(), report.issues()) {
        (true, _) => Outcome::InputOutput,
        (false, 0) => Outcome::Done,
        (false, _) => Outcome::Quarantined,
    }
}

pub(super) fn print(setting: &Setting, report: &Report) -> anyhow::Result<()> {
    if setting.json {
        let files: Vec<_> = report.files.iter().map(file_json).collect();
        return terminal::json(&json!({
            "files": files, "records": report.records, "issues": report.issues(), "as_of": report.as_of.map(|at| at.to_string()),
        }));
    }
    let mut table = terminal::table(&["file", "read as", ">rows", ">in records", ">duplicates", ">issues", "result"]);
    for file in &report.files {
        let name = file.path.display().to_string();
        match &file.row {
            None => row(
                &mut table,
                [name, String::new(), String::new(), String::new(), String::new(), String::new(), said(file)],
            ),
            Some(r) => row(
                &mut table,
                [
                    name,
                    r.source.clone(),
                    count(r.rows),
                    count(r.rows_in_records),
                    count(r.duplicates),
                    count(r.issues),
                    said(file),
                ],
            ),
        }
    }
    println!("{table}");
    if report.records == 0 {
        println!("Nothing new: the journal holds all of it already, or nothing could be read.");
    }
    if report.issues() > 0 {
        println!("Quarantined: {} (`plimsoll issues` shows each)", count(report.issues()));
    }
    Ok(())
}

fn said(file: &FileReport) -> String {
    match (&file.unreadable, &file.row) {
        (Some(error), _) => format!("cannot be read: {error}"),
        (None, _) if file.known => "read before; adds nothing".to_owned(),
        (None, Some(row)) if row.source == "none" => "not read; kept: see plimsoll issues".to_owned(),
        (None, Some(row)) if row.records == 0 => "adds nothing".to_owned(),
        (None, Some(row)) => format!("{} new records", count(row.records)),
        (None, None) => String::new(),
    }
}

fn file_json(file: &FileReport) -> serde_json::Value {
    let row = file.row.as_ref();
    json!({
        "path": file.path.to_string_lossy(), "source": row.map(|r| &r.source), "digest": row.map(|r| r.digest.to_string()),
        "rows": row.map(|r| r.rows), "records": row.map(|r| r.records), "duplicates": row.map(|r| r.duplicates),
        "issues": row.map(|r| r.issues), "known": file.known, "skipped": file.skipped, "unreadable": file.unreadable,
    })
}

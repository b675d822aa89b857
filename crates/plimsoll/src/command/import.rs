//! `plimsoll import`: what became of each file.

use super::{Outcome, Setting, UsageError};
use crate::cli::{self, Import, Tolerate, Zoned};
use crate::import::{self, FileReport, Mappings, OnDrift, OnError, Options, Progress, Report, Tolerance};
use crate::mappings;
use crate::session::Session;
use crate::terminal::{self, count, row};
use domain::Currency;
use jiff::Timestamp;
use serde_json::json;
use sources::SourceSettings;

/// Said of products, customers and balances, and of payouts and disputes whose money other files itemise.
const HOLDS_NO_RECORD: &str = "known, and nothing to book: what it says moves nothing by itself";

/// Beyond so many files, those of which nothing is to be said share one line.
const MOST_LINES: usize = 30;

pub(super) fn run(setting: &Setting, args: &Import) -> anyhow::Result<Outcome> {
    let forced = args.mapping.as_ref().map(|word| mappings::named(&setting.dir, word)).transpose()?;
    let mappings = Mappings { kept: mappings::kept(&setting.dir)?, forced };
    let options = Options { as_of: args.as_of, mappings, ..options(&args.zoned, &args.tolerate)? };
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    session.store.alone();
    let report = setting.progress.told("importing", |tell| {
        import::import_watched(&mut session, &args.paths, &options, &mut |progress| tell(how_far(progress)))
    })?;
    session.close();
    if setting.json {
        print_json(&report)?;
    } else {
        print(&report, args.verbose);
    }
    Ok(outcome(&report))
}

/// What the command line says of zone, currency and faults.
pub(super) fn options(zoned: &Zoned, tolerate: &Tolerate) -> anyhow::Result<Options> {
    let currency = Currency::from_code(&zoned.currency)
        .ok_or_else(|| UsageError(format!("`{}` is not a currency code", zoned.currency)))?;
    if jiff::tz::TimeZone::get(&zoned.zone).is_err() {
        let said = format!("`{}` is not a time zone; use a name such as Europe/London", zoned.zone);
        return Err(UsageError(said).into());
    }
    let settings = SourceSettings { zone: zoned.zone.clone(), currency };
    let mappings = Mappings::default();
    Ok(Options { as_of: None, now: Timestamp::now(), settings, tolerance: tolerance(tolerate), mappings })
}

fn tolerance(args: &Tolerate) -> Tolerance {
    Tolerance {
        on_error: match args.on_error {
            cli::OnError::Fail => OnError::Fail,
            cli::OnError::Skip => OnError::Skip,
            cli::OnError::Quarantine => OnError::Quarantine,
        },
        on_drift: match args.on_drift {
            cli::OnDrift::Evolve => OnDrift::Evolve,
            cli::OnDrift::Freeze => OnDrift::Freeze,
            cli::OnDrift::Discard => OnDrift::Discard,
        },
        max_rejected: args.max_rejected,
        max_rejected_percent: args.max_rejected_rate,
    }
}

fn how_far(progress: Progress<'_>) -> String {
    match progress {
        Progress::File(path, number, of) => format!("reading {number} of {of}: {}", path.display()),
        Progress::Settling => "settling and scoring".to_owned(),
    }
}

/// How an import ends: what earlier runs quarantined of files that came again is no fault of this one.
pub(super) fn outcome(report: &Report) -> Outcome {
    match (report.unreadable(), report.issues()) {
        (true, _) => Outcome::InputOutput,
        (false, 0) => Outcome::Done,
        (false, _) => Outcome::Quarantined,
    }
}

fn print_json(report: &Report) -> anyhow::Result<()> {
    let files: Vec<_> = report.files.iter().map(file_json).collect();
    terminal::json(&json!({
        "files": files, "records": report.records, "issues": report.issues(),
        "kept_before": report.kept_before(), "left_out": report.left_out(), "as_of": report.as_of.map(|at| at.to_string()),
    }))
}

fn print(report: &Report, verbose: bool) {
    let fold = !verbose && report.files.len() > MOST_LINES;
    let (folded, shown): (Vec<&FileReport>, Vec<_>) =
        report.files.iter().partition(|file| fold && is_unremarkable(file));
    let mut table = terminal::table(&[
        "file",
        "read as",
        ">rows",
        ">records",
        ">duplicates",
        ">quarantined",
        ">left out",
        "result",
    ]);
    for file in shown {
        let numbers = file.row.as_ref().map(numbers).unwrap_or_default();
        let read_as = file.row.as_ref().map_or(String::new(), |row| row.source.clone());
        row(&mut table, [file.path.display().to_string(), read_as].into_iter().chain(numbers).chain([said(file)]));
    }
    if !folded.is_empty() {
        let sum = |of: fn(&store::FileRow) -> u64| {
            count(folded.iter().filter(|file| !file.known).filter_map(|file| file.row.as_ref()).map(of).sum::<u64>())
        };
        let numbers = [sum(|row| row.rows), sum(|row| row.records), sum(|row| row.duplicates)];
        let told = "nothing to be said of them; --verbose lists each".to_owned();
        let cells = [format!("{} more files", count(folded.len() as u64)), String::new()].into_iter();
        row(&mut table, cells.chain(numbers).chain(["0".to_owned(), "0".to_owned(), told]));
    }
    println!("{table}");
    if report.records == 0 {
        println!("Nothing new: the journal holds all of it already, or nothing could be read.");
    }
    if report.left_out() > 0 {
        println!("Left out, as told: {} rejected rows. Their files are kept as they came.", count(report.left_out()));
    }
    if report.kept_before() > 0 {
        println!(
            "Quarantined by earlier runs, of files that came again: {} (`plimsoll quarantine list` shows what still is)",
            count(report.kept_before())
        );
    }
    if report.issues() > 0 {
        println!(
            "Quarantined: {} (`plimsoll quarantine list` shows each, with its id to mend it by)",
            count(report.issues())
        );
    }
}

fn numbers(row: &store::FileRow) -> [String; 5] {
    [row.rows, row.records, row.duplicates, row.issues, row.left_out].map(count)
}

/// A file that was read whole, or was known.
fn is_unremarkable(file: &FileReport) -> bool {
    let sound = file.row.as_ref().is_some_and(|row| row.issues == 0 && row.left_out == 0);
    file.unreadable.is_none() && file.notes.is_empty() && (file.known || sound)
}

pub(super) fn said(file: &FileReport) -> String {
    let result = match (&file.unreadable, &file.row) {
        (Some(error), _) => format!("cannot be read: {error}"),
        (None, Some(row)) if file.known && row.issues > 0 => {
            format!("read before; adds nothing; {} were quarantined then", count(row.issues))
        }
        (None, _) if file.known => "read before; adds nothing".to_owned(),
        (None, Some(row)) if row.source == "none" => "not read; kept: see plimsoll issues".to_owned(),
        (None, Some(row)) if row.records == 0 && row.issues > 0 && row.issues == row.rows => {
            "nothing of it taken; kept: see plimsoll issues".to_owned()
        }
        (None, Some(row)) if row.rows == 0 && file.notes.is_empty() => HOLDS_NO_RECORD.to_owned(),
        (None, Some(row)) if row.records == 0 && row.duplicates > 0 => "all of it is known; adds nothing".to_owned(),
        (None, Some(row)) if row.records == 0 => "adds nothing".to_owned(),
        (None, Some(row)) => format!("{} new records", count(row.records)),
        (None, None) => String::new(),
    };
    std::iter::once(result).chain(file.notes.iter().cloned()).collect::<Vec<String>>().join("; ")
}

pub(super) fn file_json(file: &FileReport) -> serde_json::Value {
    let row = file.row.as_ref();
    json!({
        "path": file.path.to_string_lossy(), "source": row.map(|r| &r.source), "digest": row.map(|r| r.digest.to_string()),
        "rows": row.map(|r| r.rows), "records": row.map(|r| r.records), "duplicates": row.map(|r| r.duplicates),
        "issues": row.map(|r| r.issues), "left_out": row.map(|r| r.left_out), "known": file.known,
        "skipped": file.skipped, "notes": file.notes, "unreadable": file.unreadable,
    })
}

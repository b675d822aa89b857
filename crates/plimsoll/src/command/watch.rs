//! `plimsoll watch`: every file that is laid into a folder, read as soon as it is whole.

use super::{Outcome, Setting, import as import_verb};
use crate::cli::Watch;
use crate::import::{self, FileReport, Options, Report};
use crate::session::Session;
use crate::terminal::{self, count};
use crate::watch::Watched;
use crate::writer::WeakHandle;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Between two looks, where nobody says otherwise.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(super) fn run(setting: &Setting, args: &Watch) -> anyhow::Result<Outcome> {
    let mut watched = Watched::new(&args.folder);
    watched.look()?;
    let options = import_verb::options(&args.zoned, &args.tolerate)?;
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    if !setting.json {
        println!("Watching {} (Ctrl-C stops)", args.folder.display());
    }
    loop {
        std::thread::sleep(Duration::from_secs(args.every));
        for path in watched.look()? {
            let now = Options { now: Timestamp::now(), ..options.clone() };
            let report = import::import(&mut session, &[path], &now)?;
            tell(setting.json, &report)?;
        }
        if args.once {
            return Ok(Outcome::Done);
        }
    }
}

/// Watches a folder beside a server, through its writer, for as long as that runs.
///
/// # Errors
/// When the folder cannot be read, or the system gives no thread.
pub(super) fn beside(folder: &Path, json: bool, writer: WeakHandle) -> anyhow::Result<()> {
    let mut watched = Watched::new(folder);
    watched.look()?;
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        loop {
            std::thread::sleep(LOOK_EVERY);
            let told = watched.look().and_then(|paths| take(paths, json, &writer));
            match told {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => eprintln!("plimsoll serve: the watched folder: {error:#}"),
            }
        }
    })?;
    Ok(())
}

/// Whether the writer still runs.
fn take(paths: Vec<PathBuf>, json: bool, writer: &WeakHandle) -> anyhow::Result<bool> {
    for path in paths {
        match writer.import(vec![path]) {
            Some(Ok(report)) => tell(json, &report?)?,
            Some(Err(_)) => anyhow::bail!("the writer could not take a file; it is read at the next start"),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// A line for each file.
fn tell(json: bool, report: &Report) -> anyhow::Result<()> {
    for file in &report.files {
        if json {
            terminal::json(&import_verb::file_json(file))?;
        } else {
            println!("{} {}", Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"), line(file));
        }
    }
    Ok(())
}

fn line(file: &FileReport) -> String {
    let row = file.row.as_ref().filter(|_| !file.known);
    let counts = row.map_or(String::new(), |row| {
        format!(" ({}; duplicates: {}, issues: {})", row.source, count(row.duplicates), count(row.issues))
    });
    format!("{}: {}{counts}", file.path.display(), import_verb::said(file))
}

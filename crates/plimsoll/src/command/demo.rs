//! `plimsoll demo`: the verbs in a row, on the shipped shop. Nothing here that the verbs cannot do.

use super::{Outcome, Setting, import as import_verb, serve, simulate, status, train};
use crate::cli::Demo;
use crate::clock::{StageClock, Stopwatch};
use crate::import::{self, Mappings, Options, Report, Tolerance};
use crate::policy_file;
use crate::session::Session;
use crate::terminal::{self, count, row};
use crate::truth::{self, Finding};
use crate::view::{self, Overview};
use anyhow::Context;
use domain::{Stage, Status};
use engine::training::{Cuts, Trained, TrainingError};
use jiff::Timestamp;
use serde_json::json;
use sources::SourceSettings;
use std::path::{Path, PathBuf};
use store::{ExceptionFilter, Partition, StoreError};

const SHOP: (&str, &[u8]) = ("online_retail.csv.gz", include_bytes!("../../../../data/online_retail.csv.gz"));
const RATES: (&str, &[u8]) = ("eurofxref-hist.zip", include_bytes!("../../../../data/eurofxref-hist.zip"));

/// Seed of the training's samples, as `plimsoll train` has it by default.
const TRAINING_SEED: u64 = 7;

/// What the run gave.
struct Run {
    session: Session,
    watch: Stopwatch,
    reports: Vec<Report>,
    findings: Vec<Finding>,
    trained: Result<Trained, TrainingError>,
    overview: Overview,
}

pub(super) fn run(setting: &Setting, args: &Demo) -> anyhow::Result<Outcome> {
    let run = verbs(setting, args)?;
    if setting.json {
        terminal::json(&json_of(&run))?;
    } else {
        print(&run);
    }
    let outcome = run.reports.iter().map(import_verb::outcome).find(|outcome| *outcome != Outcome::Done);
    let outcome = if run.overview.ledger_balanced { outcome.unwrap_or(Outcome::Done) } else { Outcome::Integrity };
    if !args.no_serve {
        serve::serve(setting, run.session, args.address, serve::SETTLE_EVERY, None)?;
    }
    Ok(outcome)
}

fn verbs(setting: &Setting, args: &Demo) -> anyhow::Result<Run> {
    let progress = setting.progress;
    let mut watch = Stopwatch::default();
    let inputs = unpack_inputs(&setting.dir)?;
    let mut session = watch.step("init", || progress.step("init", || open_or_create(setting)))?;
    let shop = watch.step("import the shop", || progress.step("import the shop", || import(&mut session, &inputs)))?;
    let world =
        watch.step("simulate", || progress.step("simulate", || simulate::world(session.store.read(), args.seed)))?;
    let exports = [simulate::write(&world, &setting.dir.join("simulated"))?];
    let rest = watch.step("import processor and bank", || {
        progress.step("import processor and bank", || import(&mut session, &exports))
    })?;
    let trained = watch.step("train", || {
        progress.step("train", || {
            let trained = train::fit(&session, Cuts::default(), TRAINING_SEED)?;
            if let Ok(trained) = &trained {
                train::install(&mut session, trained)?;
            }
            Ok(trained)
        })
    })?;
    let overview = watch.step("status", || Ok(view::overview(session.store.read())?))?;
    let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
    let findings = truth::findings(&world.truth, &session.store.read().exceptions(&open)?);
    Ok(Run { session, watch, reports: vec![shop, rest], findings, trained, overview })
}

/// The shipped files, laid where a user's own would lie.
fn unpack_inputs(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = dir.join("inputs");
    let lay = |(name, bytes): (&str, &[u8])| {
        let path = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(&path, bytes)?;
        Ok(path)
    };
    let laid: std::io::Result<Vec<PathBuf>> = [SHOP, RATES].into_iter().map(lay).collect();
    laid.with_context(|| format!("cannot write to {}", folder.display()))
}

fn open_or_create(setting: &Setting) -> anyhow::Result<Session> {
    let partition = Partition { tenant: "demo".to_owned(), business: "UCI Online Retail".to_owned() };
    let policy = policy_file::parse(policy_file::DEFAULT, 1)?;
    match Session::begin(&setting.dir, &partition, policy, Timestamp::now()) {
        Err(error) if matches!(error.downcast_ref(), Some(StoreError::AlreadyExists(_))) => Session::open(&setting.dir),
        begun => begun,
    }
}

fn import(session: &mut Session, paths: &[PathBuf]) -> anyhow::Result<Report> {
    let (settings, tolerance) = (SourceSettings::default(), Tolerance::default());
    let options = Options { as_of: None, now: Timestamp::now(), settings, tolerance, mappings: Mappings::default() };
    import::import(session, paths, &options)
}

fn print(run: &Run) {
    println!(
        "A real shop (UCI Online Retail, customer numbers re-keyed) and real ECB rates; its processor's and bank's"
    );
    println!("files are SIMULATED from its invoices, with planted breaks. Revenue at invoice; VAT is left out.");
    status::print(&run.overview);
    println!("\nAgainst the truth of the simulation, which no import reads:");
    print_findings(&run.findings);
    match &run.trained {
        Ok(trained) => train::print_report(&trained.report),
        Err(reason) => println!("No model: {reason}."),
    }
    print_timings(run);
}

fn print_findings(findings: &[Finding]) {
    let mut table = terminal::table(&["exception", ">planted", ">found", ">missed", ">natural", ">found", ">wrong"]);
    for f in findings {
        let counts = [f.planted, f.found, f.planted - f.found, f.natural, f.natural_found, f.wrong];
        row(&mut table, std::iter::once(f.kind.to_owned()).chain(counts.iter().map(|n| count(*n as u64))));
    }
    println!("{table}");
}

fn print_timings(run: &Run) {
    let mut table = terminal::table(&["step", ">seconds", ">peak MB"]);
    for timing in &run.watch.timings {
        let memory = timing.peak_memory_mb.map_or("unknown".to_owned(), |mb| format!("{mb:.0}"));
        row(&mut table, [timing.step.clone(), format!("{:.2}", timing.seconds), memory]);
    }
    println!("\n{table}");
    println!("Inside the imports:");
    let mut table = terminal::table(&["stage", ">seconds", ">peak MB"]);
    for stage in Stage::ALL {
        let memory = run.session.clock.peak_memory_mb(stage).map_or("unknown".to_owned(), |mb| format!("{mb:.0}"));
        row(&mut table, [stage.name().to_owned(), format!("{:.2}", run.session.clock.seconds(stage)), memory]);
    }
    println!("{table}");
    println!("{:.1} s in all.", run.watch.seconds());
}

fn json_of(run: &Run) -> serde_json::Value {
    let rows: Vec<_> =
        run.reports.iter().flat_map(|report| &report.files).filter_map(|file| file.row.as_ref()).collect();
    let sum = |of: fn(&store::FileRow) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
    json!({
        "records_in": sum(|row| row.rows),
        "records_out": sum(|row| row.rows_in_records),
        "duplicates": sum(|row| row.duplicates),
        "issues": sum(|row| row.issues),
        "stages": run.overview.stages,
        "ledger_balanced": run.overview.ledger_balanced,
        "planted": run.findings,
        "matched_money_share": run.overview.matched_money_share,
        "exceptions": run.overview.exceptions,
        "business": run.overview.business,
        "model": run.trained.as_ref().ok().map(|trained| train::report_json(trained, None)),
        "stage_costs": stage_costs(&run.session.clock),
        "steps": run.watch.timings,
        "seconds": run.watch.seconds(),
        "peak_memory_mb": run.watch.peak_memory_mb(),
    })
}

/// Seconds and the most memory of each stage, inside the imports.
fn stage_costs(clock: &StageClock) -> Vec<serde_json::Value> {
    let cost = |stage: &Stage| {
        json!({
            "stage": stage.name(), "seconds": clock.seconds(*stage), "peak_memory_mb": clock.peak_memory_mb(*stage),
        })
    };
    Stage::ALL.iter().map(cost).collect()
}

//! `cargo xtask fuzz`: coverage-guided fuzzing of a parser, and its corpus.
//!
//! A corpus stands as one archive a target, `crates/sources/corpus/NAME.zip`; the tests of `sources` replay it. A run
//! starts from it, and what reached new code is merged back, the smallest inputs first, up to [`MAX_CORPUS_BYTES`].
//! Needs a C++ compiler for LLVM's fuzzer; the Rust stays stable.

use crate::project;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

/// What the repository holds of one target's corpus, before compression.
const MAX_CORPUS_BYTES: usize = 300_000;

/// Counters at every edge and the operands of comparisons, as LLVM's fuzzer reads them.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Longest input in bytes: goldens are a few kilobytes.
const MAX_LENGTH: u32 = 16_384;

/// `fuzz NAME [--minutes N]` (0: only what the corpus has): false where an input broke a promise.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<bool> {
    let (name, minutes) = match arguments {
        [name] => (*name, 10),
        [name, "--minutes", minutes] => (*name, minutes.parse().context("--minutes takes a whole number")?),
        _ => bail!("say `cargo xtask fuzz NAME [--minutes N]`; NAME is a source's, `mapping`, `unpack` or `recognise`"),
    };
    let target = Target::make(name)?;
    target.unpack_corpus()?;
    let whole = target.fuzz(&["-timeout=10", &limit(minutes)], &[&target.corpus])?;
    if whole {
        target.merge()?;
    } else {
        eprintln!("the input that broke it stands in {}", target.crashes.display());
    }
    Ok(whole)
}

/// The fuzzer takes no time at all for no limit.
fn limit(minutes: u32) -> String {
    if minutes == 0 { "-runs=0".to_owned() } else { format!("-max_total_time={}", u64::from(minutes) * 60) }
}

/// A target with the folders of its run.
struct Target {
    name: String,
    binary: PathBuf,
    corpus: PathBuf,
    merged: PathBuf,
    crashes: PathBuf,
}

impl Target {
    fn make(name: &str) -> anyhow::Result<Self> {
        let target_directory = project::target_directory()?.join("fuzz");
        let binary = build(&target_directory)?;
        let folder = |kind: &str| target_directory.join(kind).join(name);
        let (corpus, merged, crashes) = (folder("corpus"), folder("merged"), folder("crashes"));
        for folder in [&corpus, &merged, &crashes] {
            fs::create_dir_all(folder)?;
        }
        Ok(Self { name: name.to_owned(), binary, corpus, merged, crashes })
    }

    fn archive(&self) -> PathBuf {
        project::root().join("crates/sources/corpus").join(format!("{}.zip", self.name))
    }

    /// Lays the repository's corpus beside what earlier runs on this machine found.
    fn unpack_corpus(&self) -> anyhow::Result<()> {
        if let Ok(file) = File::open(self.archive()) {
            ZipArchive::new(file)?.extract(&self.corpus)?;
        }
        Ok(())
    }

    fn fuzz(&self, options: &[&str], folders: &[&Path]) -> anyhow::Result<bool> {
        let mut command = Command::new(&self.binary);
        command.env("PLIMSOLL_FUZZ", &self.name);
        command.args(["-print_final_stats=1", &format!("-max_len={MAX_LENGTH}"), "-rss_limit_mb=2048"]);
        command.arg(format!("-artifact_prefix={}/", self.crashes.display()));
        Ok(command.args(options).args(folders).status()?.success())
    }

    /// Keeps the fewest inputs that reach the same code, and writes the archive.
    fn merge(&self) -> anyhow::Result<()> {
        fs::remove_dir_all(&self.merged)?;
        fs::create_dir_all(&self.merged)?;
        if !self.fuzz(&["-merge=1"], &[&self.merged, &self.corpus])? {
            bail!("the corpus of {} could not be merged", self.name);
        }
        let kept = smallest(&self.merged)?;
        eprintln!("{}: {} inputs kept", self.name, kept.len());
        pack(&self.archive(), &kept)
    }
}

fn build(target_directory: &Path) -> anyhow::Result<PathBuf> {
    let manifest = project::root().join("fuzz/Cargo.toml");
    let triple = project::output("rustc", &["--print", "host-tuple"])?;
    let mut cargo = project::cargo(&["build", "--quiet", "--release", "--target", &triple]);
    cargo.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(target_directory).env("RUSTFLAGS", COVERAGE);
    if !cargo.status()?.success() {
        bail!("the fuzz target does not build");
    }
    Ok(target_directory.join(triple).join("release/fuzz"))
}

/// The inputs of a folder, the smallest first, as many as the repository takes; named for their content by the fuzzer.
fn smallest(folder: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let mut bytes = Vec::new();
        File::open(entry.path())?.read_to_end(&mut bytes)?;
        inputs.push((entry.file_name().to_string_lossy().into_owned(), bytes));
    }
    inputs.sort_by(|a, b| (a.1.len(), &a.0).cmp(&(b.1.len(), &b.0)));
    let mut total = 0;
    inputs.retain(|(_, bytes)| {
        total += bytes.len();
        total <= MAX_CORPUS_BYTES
    });
    Ok(inputs)
}

fn pack(archive: &Path, inputs: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    if let Some(folder) = archive.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut writer = ZipWriter::new(File::create(archive)?);
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for (name, bytes) in inputs {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    writer.finish()?;
    Ok(())
}

//! PyTorch on the very numbers on which ours are measured, in an environment of its own.

use super::tables::Parts;
use super::{BATCH_ROWS, EPOCHS, HELD_BACK, Measured, RUNS};
use crate::bench::peers;
use anyhow::{Context, bail};
use learn::Dataset;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Command;

const SCRIPT: &str = "benches/peers/torch_nets.py";

/// The peer's name and version, and each net's figures; or why it could not be measured.
pub(super) type Answer = Result<(String, Vec<(String, Measured)>), String>;

/// Fits and scores these nets.
pub(super) fn measure(parts: &Parts, nets: &[&str], seed: u64) -> Answer {
    ask(parts, nets, seed).map_err(|error| format!("{error:#}"))
}

fn ask(parts: &Parts, nets: &[&str], seed: u64) -> anyhow::Result<(String, Vec<(String, Measured)>)> {
    let python = peers::make_for("torch")?;
    let dir = tempfile::tempdir()?;
    for (name, part) in [("fit", &parts.fit), ("test", &parts.test)] {
        write(&dir.path().join(name), part)?;
    }
    let numbers = [parts.steps, parts.channels, EPOCHS, BATCH_ROWS, RUNS].map(|number| number.to_string());
    let script = crate::project::root().join(SCRIPT);
    let mut command = Command::new(python);
    command.arg(script).arg(dir.path()).args(numbers).args([HELD_BACK.to_string(), seed.to_string()]).args(nets);
    let output = command.output()?;
    if !output.status.success() {
        bail!("{SCRIPT} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    read(&String::from_utf8_lossy(&output.stdout))
}

/// Values as `f32`, then labels as bytes, one a row.
fn write(path: &Path, part: &Dataset) -> anyhow::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for value in part.values() {
        file.write_all(&value.to_le_bytes())?;
    }
    let labels: Vec<u8> = part.labels().iter().map(|label| u8::from(*label)).collect();
    file.write_all(&labels)?;
    Ok(file.flush()?)
}

fn read(text: &str) -> anyhow::Result<(String, Vec<(String, Measured)>)> {
    let (mut peer, mut measured) = (String::new(), Vec::new());
    for line in text.lines() {
        let answer: Value = serde_json::from_str(line)?;
        let number = |name: &str| answer[name].as_f64().with_context(|| format!("the peer tells no `{name}`"));
        let word = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        peer = word("peer");
        let figures = Measured {
            seconds: number("seconds")?,
            cpu_seconds: number("cpu_seconds")?,
            auc: number("auc")?,
            microseconds_a_row: number("microseconds_a_row")?,
        };
        measured.push((word("net"), figures));
    }
    Ok((peer, measured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read() {
        let line = r#"{"peer": "torch 2", "net": "mlp", "seconds": 1.5, "cpu_seconds": 3, "auc": 0.9, "microseconds_a_row": 24}"#;
        let (peer, measured) = read(line).unwrap();
        assert!(peer == "torch 2" && measured[0].0 == "mlp" && measured[0].1.auc == 0.9);
        assert!(read("{}").is_err());
    }
}

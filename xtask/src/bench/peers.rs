//! The peers' environment: a Python venv of ours beside the build, from PyPI's wheels, pinned.

use crate::project;
use anyhow::{Context, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = "benches/peers/requirements.txt";
const SCRIPT: &str = "benches/peers/lightgbm_returns.py";

/// Makes the environment, and says where its Python is. Nothing is done where it is there with the same pins.
pub(super) fn make() -> anyhow::Result<PathBuf> {
    make_from(REQUIREMENTS, "peers")
}

/// The same for a peer that has an environment of its own, with the pins in `requirements-PEER.txt`.
pub(super) fn make_for(peer: &str) -> anyhow::Result<PathBuf> {
    make_from(&format!("benches/peers/requirements-{peer}.txt"), &format!("peers-{peer}"))
}

fn make_from(requirements: &str, place: &str) -> anyhow::Result<PathBuf> {
    let home = project::target_directory()?.join(place);
    let (python, stamp) = (home.join("bin").join("python"), home.join("requirements.txt"));
    let pins = std::fs::read(project::root().join(requirements))?;
    if python.exists() && std::fs::read(&stamp).ok().as_ref() == Some(&pins) {
        return Ok(python);
    }
    let place = home.display().to_string();
    project::output("python3", &["-m", "venv", "--clear", &place])
        .context("no Python with `venv` (Debian: python3-venv)")?;
    let install = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--requirement", requirements];
    project::output(&python.display().to_string(), &install).context("PyPI's wheels cannot be had")?;
    std::fs::write(stamp, pins)?;
    Ok(python)
}

/// LightGBM's figures with its defaults and with our parameters; one reason where it cannot run here.
pub(super) fn lightgbm(table: &Path, seed: u64, parameters: &Value) -> anyhow::Result<Vec<Result<Value, String>>> {
    let python = make()?;
    let script = project::root().join(SCRIPT);
    let output =
        Command::new(python).arg(script).arg(table).arg(seed.to_string()).arg(parameters.to_string()).output()?;
    if !output.status.success() {
        bail!("{SCRIPT} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| Ok(Ok(serde_json::from_str(line)?))).collect()
}

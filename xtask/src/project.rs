//! Where the project stands, and how its commands are run.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A command that runs at the root.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// Cargo, at the root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// What a command says on standard output.
pub(crate) fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let told = format!("{program} {}", arguments.join(" "));
    let output = command(program, arguments).output().with_context(|| format!("cannot run `{told}`"))?;
    if !output.status.success() {
        bail!("`{told}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Builds the binary as a user would, and says where it stands.
pub(crate) fn build_release() -> anyhow::Result<PathBuf> {
    let status = cargo(&["build", "--quiet", "--release", "--package", "plimsoll"]).status()?;
    if !status.success() {
        bail!("the release build failed");
    }
    Ok(target_directory()?.join("release").join(format!("plimsoll{}", std::env::consts::EXE_SUFFIX)))
}

/// Where cargo builds.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)?;
    let directory = metadata["target_directory"].as_str().context("`cargo metadata` names no target directory")?;
    Ok(PathBuf::from(directory))
}

//! Every sample file in hand, imported with no flags: which are recognised, and whether each as what it is.
//! `benches/recognise.tsv` says what each is; a `*` there ends a name that stands for several files.

use super::line::{Bar, Line, Report};
use super::runs;
use crate::project;
use anyhow::Context;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const EXPECTED: &str = "benches/recognise.tsv";
const FOLDERS: [&str; 2] = ["formats", "shops"];
/// How the import names a file that no source reads.
const NONE: &str = "none";

pub(super) fn run(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let data = std::env::var("PLIMSOLL_DATA").context("PLIMSOLL_DATA is not set: it names the folder of samples")?;
    let list = std::fs::read_to_string(project::root().join(EXPECTED))?;
    let expected = expected(&list)?;
    let found = imported(&project::build_release()?, Path::new(&data))?;
    let (mut unknown, mut wrong) = (0, 0);
    for (path, source) in &found {
        let should = should_be(&expected, path).with_context(|| format!("{EXPECTED} does not name {path}"))?;
        unknown += u32::from(source == NONE && should != NONE);
        wrong += u32::from(source != NONE && source != should);
        if source != should {
            eprintln!("recognise: {path} is {should}, read as {source}");
        }
    }
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("formats and shops");
    report.add(&line("files", found.len() as f64));
    report.add(&line("unknown", f64::from(unknown)).bar(Bar::AtMost(0.0)));
    report.add(&line("wrong", f64::from(wrong)).bar(Bar::AtMost(0.0)));
    Ok(())
}

/// Path below the samples' folder → the source that read it.
fn imported(binary: &Path, data: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let home = tempfile::tempdir()?;
    let dir = home.path().join("data");
    runs::verb(binary, &dir, &["init"])?;
    let mut command = Command::new(binary);
    command.arg("import").args(FOLDERS.map(|folder| data.join(folder))).args(["--json", "--quiet", "--data"]).arg(&dir);
    let (answer, _) = runs::watched(command)?;
    let files = answer["files"].as_array().context("the import named no files")?;
    let named = files.iter().map(|file| {
        let path = file["path"].as_str().context("a file without a path")?;
        let path = Path::new(path).strip_prefix(data).map_or(path, |below| below.to_str().unwrap_or(path));
        Ok((path.to_owned(), source(file)))
    });
    named.collect()
}

fn source(file: &Value) -> String {
    file["source"].as_str().unwrap_or(NONE).to_owned()
}

/// Lines of `path<TAB>source`, in order.
fn expected(text: &str) -> anyhow::Result<Vec<(&str, &str)>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').with_context(|| format!("{EXPECTED}: no tab in `{line}`"))).collect()
}

/// The first line whose name fits.
fn should_be<'a>(expected: &[(&str, &'a str)], path: &str) -> Option<&'a str> {
    let fits = |name: &str| name.strip_suffix('*').map_or(name == path, |start| path.starts_with(start));
    expected.iter().find(|(name, _)| fits(name)).map(|(_, source)| *source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_fits_says_what_a_file_is() {
        let lines = expected("# what is what\na/b.csv\tbank-csv\na/*\tnone\n").unwrap();
        assert_eq!(should_be(&lines, "a/b.csv"), Some("bank-csv"));
        assert_eq!(should_be(&lines, "a/c.csv"), Some("none"));
        assert_eq!(should_be(&lines, "b/c.csv"), None);
        assert!(expected("no tab").is_err());
    }
}

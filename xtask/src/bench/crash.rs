//! Killed at every enumerated point, then restarted: what the crash test of the binary counted.

use super::line::{Bar, Line, Report};
use crate::project;
use anyhow::{bail, ensure};
use std::process::Stdio;

/// How the test's line begins: `crash: points=N lost=N doubled=N`.
const MARK: &str = "crash: ";

pub(super) fn run(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let [points, lost, doubled] = counted("crash::", &[])?;
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("a shop of a few days");
    report.add(&line("points", points).bar(Bar::AtLeast(1.0)));
    report.add(&line("lost", lost).bar(Bar::AtMost(0.0)));
    report.add(&line("doubled", doubled).bar(Bar::AtMost(0.0)));
    Ok(())
}

/// Points, lost and doubled of the tests whose names hold this, in this environment.
pub(super) fn counted(tests: &str, environment: &[(&str, &str)]) -> anyhow::Result<[f64; 3]> {
    let words =
        ["test", "--package", "plimsoll", "--test", "plimsoll", tests, "--", "--nocapture", "--include-ignored"];
    let output = project::cargo(&words).envs(environment.iter().copied()).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(counts) = counts(&text) else {
        bail!("the crash test printed no line `{MARK}points=N lost=N doubled=N`:\n{text}");
    };
    ensure!(output.status.success(), "the crash test failed:\n{text}");
    Ok(counts)
}

/// Points, lost and doubled, over all lines of the test.
fn counts(text: &str) -> Option<[f64; 3]> {
    let lines = text.lines().filter_map(|line| line.split_once(MARK)).filter_map(|(_, counts)| of_line(counts));
    lines.reduce(|a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
}

fn of_line(counts: &str) -> Option<[f64; 3]> {
    let count = |name: &str| {
        let word = counts.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        word.trim_end_matches(',').parse().ok()
    };
    Some([count("points")?, count("lost")?, count("doubled")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_summed() {
        let text =
            "running 1 test\ntest crash::x ... crash: points=12 lost=0 doubled=1\ncrash: points=3 lost=2 doubled=0\nok";
        assert_eq!(counts(text), Some([15.0, 2.0, 1.0]));
        assert_eq!(counts("crash: points=12 lost=0"), None);
    }
}

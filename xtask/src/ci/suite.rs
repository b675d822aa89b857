//! Every test of the workspace by plain `cargo test`, documentation included; its lines pass through and are counted.

use super::{Setting, Tally};
use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

pub(super) fn run(setting: &mut Setting) -> anyhow::Result<Tally> {
    let mut cargo = setting.cargo(&["test", "--workspace", "--no-fail-fast"]);
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot run `cargo test`")?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("`cargo test` has no output")?).lines() {
        let line = line?;
        println!("{line}");
        if let Some(counted) = counted(&line) {
            tally.add(counted);
        }
    }
    // What does not compile counts as one failure: no test of it says so.
    if !child.wait()?.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// The counts of a line like `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`.
fn counted(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?;
    let of = |what: &str| {
        let words: Vec<&str> = counts.split([' ', ';']).collect();
        let number = words.windows(2).find(|pair| pair[1] == what).map(|pair| pair[0]);
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    Some(Tally { passed: of("passed"), failed: of("failed"), skipped: of("ignored") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_counted() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(counted(line), Some(Tally { passed: 3, failed: 2, skipped: 1 }));
        assert_eq!(counted("test engine::x ... ok"), None);
    }
}

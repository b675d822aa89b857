//! `benches/RESULTS.md`: the newest lines of each bench, with commit, machine and versions.

use super::line::ordered;
use super::machine;
use crate::project;
use serde_json::Value;
use std::fmt::Write;

const RESULTS: &str = "benches/RESULTS.md";

const HEAD: &str = "# What was measured\n\n\
    The newest lines of each bench, as `cargo xtask bench NAME --json` printed them; `cargo xtask bench all --record`\n\
    writes this file. `bar` is the promise, `holds` whether it was kept; `peer` is who else was measured, in the same run\n\
    unless it says \"manifest\"; `low` and `high` are a 95 % interval.\n";

/// Puts a bench's lines in the place of its last ones.
pub(super) fn record(bench: &str, lines: &[Value]) -> anyhow::Result<()> {
    let path = project::root().join(RESULTS);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, with_section(&before, bench, &section(bench, lines)))?;
    Ok(())
}

fn section(bench: &str, lines: &[Value]) -> String {
    let mut text = format!("\n## {bench}\n\n{}\n\n```json\n", machine::told());
    for line in lines {
        let _ = writeln!(text, "{}", ordered(line));
    }
    text + "```\n"
}

/// The file with this section in the place of the last one, or behind the others.
fn with_section(before: &str, bench: &str, section: &str) -> String {
    let mark = format!("\n## {bench}\n");
    let sections = before.split("\n## ").skip(1).map(|text| format!("\n## {text}"));
    let mut sections: Vec<String> = sections.map(|text| text.trim_end().to_owned() + "\n").collect();
    match sections.iter_mut().find(|kept| kept.starts_with(&mark)) {
        Some(kept) => section.clone_into(kept),
        None => sections.push(section.to_owned()),
    }
    format!("{HEAD}{}", sections.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_replaces_its_own_lines_only() {
        let (demo, crash) = ("\n## demo\n\nx\n", "\n## crash\n\ny\n");
        let first = with_section("", "demo", demo);
        let second = with_section(&first, "crash", crash);
        assert_eq!(second, format!("{HEAD}{demo}{crash}"));
        assert_eq!(with_section(&second, "demo", "\n## demo\n\nz\n"), format!("{HEAD}\n## demo\n\nz\n{crash}"));
    }
}

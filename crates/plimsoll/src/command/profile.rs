//! `plimsoll profile`: what a table looks like before anyone trusts it.

use super::{Outcome, Setting, UsageError};
use crate::cli::ProfileArgs;
use crate::table_file;
use crate::terminal::{self, count, row};
use jiff::Timestamp;
use serde_json::json;
use sources::profile::{ColumnProfile, Profile, Type, profile};
use sources::tabular::{Layout, TableFault};
use std::time::Instant;

/// Heights of a small histogram's bars.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Characters of a value in the table.
const LONGEST: usize = 24;

pub(super) fn run(setting: &Setting, args: &ProfileArgs) -> anyhow::Result<Outcome> {
    let table = table_file::open(&args.file, args.sheet.as_deref())?;
    let no_table =
        || UsageError(format!("{} is no table: no rows of fields, and no JSON object a line", args.file.display()));
    let layout = Layout::of(&table.text).ok_or_else(no_table)?;
    let start = Instant::now();
    let now = Timestamp::now();
    let told = setting.progress.step("reading", || profile(&table.text, &layout, now)).map_err(fault_of)?;
    let seconds = start.elapsed().as_secs_f64();
    if setting.json {
        let mut value = serde_json::to_value(&told)?;
        value["file"] = json!(args.file.to_string_lossy());
        value["sheet"] = json!(table.member);
        value["encoding"] = json!(layout.encoding);
        value["seconds"] = json!(seconds);
        return terminal::json(&value).map(|()| Outcome::Done);
    }
    if !table.others.is_empty() {
        eprintln!("This is `{}`; `--sheet` takes another: {}.", table.member, table.others.join(", "));
    }
    print(&told, &layout, seconds);
    Ok(Outcome::Done)
}

fn fault_of(fault: TableFault) -> UsageError {
    UsageError(match fault {
        TableFault::Empty => "the table is empty".to_owned(),
        TableFault::Encoding => "the bytes are not of the encoding that their beginning has".to_owned(),
        TableFault::NoHeader => "the table has no header".to_owned(),
    })
}

fn print(told: &Profile, layout: &Layout, seconds: f64) {
    println!("{} rows, {} columns, {} in {seconds:.2} s", count(told.rows), told.columns.len(), layout.encoding);
    for (many, what) in [
        (told.faulty_rows, "rows do not split as the header asks"),
        (told.repeated_rows, "rows repeat an earlier one"),
        (told.total_rows, "rows at the end are totals"),
    ] {
        if many > 0 {
            println!("{} {what}", count(many));
        }
    }
    let mut table = terminal::table(&[
        "column",
        "type",
        ">values",
        ">empty",
        ">different",
        "least",
        "middle",
        "greatest",
        "spread",
        "most frequent",
    ]);
    for column in &told.columns {
        row(&mut table, line(column));
    }
    println!("{table}");
    for column in told.columns.iter().filter(|column| !column.odd.is_empty()) {
        for odd in &column.odd {
            let line = odd.line.map_or(String::new(), |line| format!(", first in line {line}"));
            println!("{}: {}: {}{line}", column.name, odd.what, count(odd.count));
        }
    }
}

fn line(column: &ColumnProfile) -> [String; 10] {
    let kind = match column.kind {
        Type::Empty => "empty",
        Type::Whole => "whole",
        Type::Number => "number",
        Type::Date => "date",
        Type::Text => "text",
    };
    let about = if column.different_exact { "" } else { "~" };
    let middle = column.quantiles.map(|of| format!("{}{}", if of.exact { "" } else { "~" }, of.p50));
    let frequent = column.frequent.iter().take(2).map(|(value, many)| format!("{} ({})", short(value), count(*many)));
    let told = |value: &Option<String>| value.as_deref().map(short).unwrap_or_default();
    [
        short(&column.name),
        kind.to_owned(),
        count(column.filled),
        count(column.nulls.values().sum::<u64>()),
        format!("{about}{}", count(column.different)),
        told(&column.min),
        middle.unwrap_or_default(),
        told(&column.max),
        sparkline(&column.histogram),
        frequent.collect::<Vec<_>>().join(", "),
    ]
}

fn short(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    if clean.chars().count() > LONGEST { clean.chars().take(LONGEST - 1).chain(['…']).collect() } else { clean }
}

/// Counts as bars; a bar that is there is never the lowest.
fn sparkline(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let bar = |count: &u64| match count {
        0 => BARS[0],
        count => BARS[usize::try_from(1 + count * 6 / most).unwrap_or(7).min(7)],
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_counts() {
        assert_eq!(sparkline(&[0, 1, 50, 100]), "▁▂▅█");
        assert_eq!((sparkline(&[]), sparkline(&[0])), (String::new(), "▁".to_owned()));
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(short("a\nb"), "a b");
        assert_eq!(short(&"x".repeat(30)).chars().count(), LONGEST);
    }
}

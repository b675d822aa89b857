//! `plimsoll issues`: rows that were kept but not used.

use super::{Outcome, Setting};
use crate::cli::Issues;
use crate::terminal::{self, row};
use crate::view::IssueView;
use serde::Serialize;
use store::{IssueFilter, IssueRow, Reader};

/// Characters of a value and of a line that the table shows; `--json` has all.
const SHOWN: usize = 80;

/// An issue, and the row as it stood.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    issue: IssueView,
    text: String,
}

pub(super) fn run(setting: &Setting, args: &Issues) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let issues = reader.issues(&IssueFilter { limit, ..IssueFilter::default() })?;
    if setting.json {
        issues
            .iter()
            .try_for_each(|found| terminal::json(&Told { issue: found.into(), text: text(&reader, found) }))?;
        return Ok(Outcome::Done);
    }
    if issues.is_empty() {
        println!("No row is quarantined.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["file", ">line", "rule", "column", "value", "the line"]);
    for found in &issues {
        let issue = &found.issue;
        row(
            &mut table,
            [
                found.file_name.clone(),
                issue.span.line.to_string(),
                issue.rule.name(),
                issue.column.clone(),
                shortened(&issue.value),
                shortened(&text(&reader, found)),
            ],
        );
    }
    println!("{table}");
    Ok(Outcome::Done)
}

/// The row as it stood; nothing where the issue is of a whole file.
fn text(reader: &Reader, found: &IssueRow) -> String {
    let issue = &found.issue;
    let raw = reader.raw_slice(&issue.file, issue.span.offset, u64::from(issue.span.len)).unwrap_or_default();
    String::from_utf8_lossy(&raw).into_owned()
}

/// On one line: an entry of an XML file stands on many.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_shown_on_one_line_of_bounded_length() {
        for (text, shown) in [("a,b", "a,b"), ("<Ntry>\n  <Amt>1</Amt>\r\n</Ntry>", "<Ntry> <Amt>1</Amt> </Ntry>")] {
            assert_eq!(shortened(text), shown);
        }
        assert_eq!(shortened(&"é".repeat(SHOWN + 1)), "é".repeat(SHOWN) + "…");
    }
}

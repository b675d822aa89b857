//! Statements as a table for spreadsheets (RFC 4180): a row for each account of each line, then each total.

use super::StatementView;
use crate::view::MoneyView;
use crate::view::csv::{cell, plain};

/// All of them below each other; what a row is of stands in its first cells.
pub fn csv(statements: &[StatementView]) -> String {
    let mut text = String::new();
    for statement in statements {
        let labels = statement.columns.iter().map(|column| cell(&column.label));
        let header = ["statement", "currency", "section", "line", "code", "account"].map(str::to_owned);
        line(&mut text, header.into_iter().chain(labels));
        let of = [statement.statement.to_owned(), statement.currency.clone()];
        let mut push = |names: [&str; 4], amounts: &[MoneyView]| {
            let names = names.map(cell);
            line(&mut text, of.iter().cloned().chain(names).chain(amounts.iter().map(plain)));
        };
        for section in &statement.sections {
            for row in &section.lines {
                for part in &row.accounts {
                    push([section.name, &row.name, &part.code.to_string(), part.account], &part.amounts);
                }
                if row.accounts.is_empty() {
                    push([section.name, &row.name, "", ""], &row.amounts);
                }
            }
            push([section.name, "total", "", ""], &section.total);
        }
        statement.totals.iter().for_each(|total| push([total.name, "", "", ""], &total.amounts));
    }
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push_str(&cells.collect::<Vec<String>>().join(","));
    text.push_str("\r\n");
}

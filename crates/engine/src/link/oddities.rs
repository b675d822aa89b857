//! What is odd about tables, so that nobody wonders at the links: fields without values, values too long, one record again
//! and again.

use super::table::{Field, Rows};
use super::words::LONGEST_VALUE;

/// Copies of one record from which on a user is told.
const MANY_COPIES: usize = 1_000;

/// What a user should know of a table whose rows are in the order of their content; `side` names the table.
/// The same of the tables that are linked.
pub(super) fn of_tables(fields: &[Field], left: &Rows, right: Option<&Rows>) -> Vec<String> {
    let Some(right) = right else { return oddities(fields, left, "table") };
    [oddities(fields, left, "left table"), oddities(fields, right, "right table")].concat()
}

fn oddities(fields: &[Field], rows: &Rows, side: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let values = || (0..rows.len()).map(|row| rows.value(row, at));
        if !rows.is_empty() && values().all(|value| value.trim().is_empty()) {
            warnings.push(format!("`{}` is empty in every record of the {side}; it says nothing", field.name));
        }
        // A character is a byte at least, so that most values need not be counted.
        let is_long = |value: &&str| value.len() > LONGEST_VALUE && value.chars().nth(LONGEST_VALUE).is_some();
        let long = values().filter(is_long).count();
        if long > 0 {
            warnings.push(format!(
                "{long} values of `{}` in the {side} are longer than {LONGEST_VALUE} characters; their beginnings are compared",
                field.name
            ));
        }
    }
    let most = rows.0.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
    if let Some(same) = most.filter(|same| same.len() >= MANY_COPIES) {
        let said: String = same[0].join(", ").chars().take(60).collect();
        warnings.push(format!(
            "one record comes {} times in the {side} (`{said}`); `plimsoll entities` finds copies",
            same.len()
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::table::Kind;

    #[test]
    fn causes_are_named() {
        let fields = ["notes", "title"].map(|name| Field { name: name.to_owned(), kind: Kind::Title });
        let mut rows = vec![vec![String::new(), "red oak".to_owned()]; MANY_COPIES];
        rows.push(vec![" ".to_owned(), "x".repeat(LONGEST_VALUE + 1)]);
        let told = oddities(&fields, &Rows(rows.clone()), "left table").join("\n");
        for cause in ["`notes` is empty", "1 values of `title`", "comes 1000 times in the left table (`, red oak`)"] {
            assert!(told.contains(cause), "{cause}: {told}");
        }
        assert_eq!(oddities(&fields[1..], &Rows(vec![vec!["red oak".to_owned()]]), "table"), Vec::<String>::new());
    }
}

//! A screening list as a table: `id`, `kind`, `name`, and where there are any `aliases` and `reason`.

use crate::command::UsageError;
use crate::linking::UserTable;
use domain::{Screened, ScreeningEntry, ScreeningList};
use std::collections::BTreeSet;
use std::path::Path;

/// Faults that are shown.
const SHOWN: usize = 10;

/// The list of a file, every fault of it at once.
///
/// # Errors
/// [`UsageError`].
pub fn read(path: &Path, name: &str) -> anyhow::Result<ScreeningList> {
    let table = UserTable::read(path)?;
    let (list, faults) = list_of(&table, name);
    if faults.is_empty() {
        return Ok(list);
    }
    let more = faults.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let shown = faults.iter().take(SHOWN).cloned().collect::<Vec<String>>().join("\n  ");
    Err(UsageError(format!("{} is no list:\n  {shown}{more}", path.display())).into())
}

fn list_of(table: &UserTable, name: &str) -> (ScreeningList, Vec<String>) {
    let column = |name: &str| table.names.iter().position(|known| known.trim().eq_ignore_ascii_case(name));
    let mut faults = table.faults.clone();
    let needed: Vec<Option<usize>> = ["id", "kind", "name"]
        .into_iter()
        .map(|name| {
            let found = column(name);
            if found.is_none() {
                faults.push(format!("it has no column `{name}`; the columns are {}", table.names.join(", ")));
            }
            found
        })
        .collect();
    let mut entries = Vec::new();
    if let [Some(id), Some(kind), Some(named)] = needed[..] {
        let mut ids = BTreeSet::new();
        for row in 0..table.rows.len() {
            let value = |at: usize| table.rows.value(row, at).trim();
            let text = |name: &str| column(name).map(value).unwrap_or_default();
            let fault = |what: String| format!("row {}: {what}", row + 1);
            if value(named).is_empty() || value(id).is_empty() {
                faults.push(fault("it has no id or no name".to_owned()));
            } else if !ids.insert(value(id).to_owned()) {
                faults.push(fault(format!("the id `{}` stands twice", value(id))));
            } else if let Some(kind) = kind_of(value(kind)) {
                let aliases = text("aliases").split(';').map(str::trim).filter(|alias| !alias.is_empty());
                entries.push(ScreeningEntry {
                    id: value(id).to_owned(),
                    kind,
                    name: value(named).to_owned(),
                    aliases: aliases.map(str::to_owned).collect(),
                    reason: text("reason").to_owned(),
                });
            } else {
                faults.push(fault(format!("the kind `{}` is none of person, organisation, goods", value(kind))));
            }
        }
        if entries.is_empty() && faults.is_empty() {
            faults.push("it has no rows; `plimsoll screen unload` takes a list away".to_owned());
        }
    }
    (ScreeningList { name: name.to_owned(), entries }, faults)
}

fn kind_of(word: &str) -> Option<Screened> {
    Screened::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::link::table::Rows;

    fn read(rows: &[&[&str]]) -> (ScreeningList, Vec<String>) {
        let names = ["ID", "kind", "name", "aliases"].map(str::to_owned).to_vec();
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        list_of(&UserTable::new(names, Rows(rows), Vec::new()), "eu")
    }

    #[test]
    fn a_list_is_read_and_every_fault_is_told() {
        let (list, faults) =
            read(&[&["1", "Person", " Ann Bell ", "A. Bell; ;Annie Bell"], &["2", "goods", "saffron", ""]]);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!((list.entries[0].name.as_str(), list.entries[0].aliases.len()), ("Ann Bell", 2));
        let (_, faults) = read(&[
            &["1", "ship", "A", ""],
            &["2", "goods", "", ""],
            &["3", "goods", "a", ""],
            &["3", "goods", "b", ""],
        ]);
        assert_eq!(faults.len(), 3, "{faults:?}");
        let nothing = UserTable::new(vec!["name".to_owned()], Rows(Vec::new()), Vec::new());
        assert_eq!(list_of(&nothing, "eu").1.len(), 2, "two columns are missing");
    }
}

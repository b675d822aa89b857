//! A table that someone names, with its label: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.

use super::table::Texts;
use crate::command::UsageError;
use crate::compare::labelled::{Kind, Labelled, Splitting, Stakes};
use crate::table_file;
use learn::leak::{LeakOptions, find_leaks};
use sources::tabular::Layout;
use std::collections::BTreeMap;
use std::path::Path;

/// A column of texts with more different ones is no category.
const MOST_CATEGORIES: usize = 60;

/// What someone says of the table.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The column of what happened.
    pub label: String,
    /// The value of it that is the event.
    pub positive: Option<String>,
    /// The column of when.
    pub time: Option<String>,
    /// The column of who.
    pub group: Option<String>,
    /// The column of the money that a row exposes.
    pub amount: Option<String>,
    /// Columns that no model may see.
    pub drop: Vec<String>,
    /// Columns that stay although the leak detector names them.
    pub keep: Vec<String>,
}

/// Reads the table, leaves out what leaks, and says so.
///
/// # Errors
/// It cannot be read, or a column is not as said.
pub fn labelled(path: &Path, sheet: Option<&str>, columns: &Columns, seed: u64) -> anyhow::Result<Labelled> {
    let file = table_file::open(path, sheet)?;
    let no_table = || UsageError(format!("{} is no table: no rows of fields", path.display()));
    let layout = Layout::of(&file.text).ok_or_else(no_table)?;
    let texts = Texts::of_layout(&file.text, &layout)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut set = of_texts(&name, &texts, columns)?;
    leave_out_leaks(&mut set, &columns.keep, seed)?;
    Ok(set)
}

fn of_texts(name: &str, texts: &Texts, columns: &Columns) -> anyhow::Result<Labelled> {
    let place = |column: &str| {
        let known: Vec<&str> = texts.names.iter().map(String::as_str).collect();
        texts.names.iter().position(|at| at == column).ok_or_else(|| UsageError::unknown("column", column, &known))
    };
    let label = place(&columns.label)?;
    let labels = labels(texts, label, columns.positive.as_deref())?;
    let mut said = vec![label];
    for column in [&columns.time, &columns.group].into_iter().flatten().chain(&columns.drop) {
        said.push(place(column)?);
    }
    let mut notes = Vec::new();
    let mut taken = Vec::new();
    for column in (0..texts.names.len()).filter(|column| !said.contains(column)) {
        match texts.numbers(column).1.map(|values| values.len()).filter(|values| *values > MOST_CATEGORIES) {
            Some(values) => notes.push(format!("`{}` is left out: {values} different texts", texts.names[column])),
            None => taken.push(column),
        }
    }
    anyhow::ensure!(!taken.is_empty(), UsageError("no column is left that a model could use".to_owned()));
    let about = format!("`{}` is the event", columns.label);
    let mut set = Labelled::new(name, Kind::Table, &about, texts.table(&taken, labels)?);
    set.notes = notes;
    set.splitting = splitting(texts, columns)?;
    if let Some(amount) = &columns.amount {
        let (amounts, _) = texts.numbers(place(amount)?);
        let exposure = amounts.iter().map(|amount| super::minor_units(f64::from(*amount) * 100.0));
        set.stakes = Some(Stakes { exposure_minor: exposure.collect(), currency: amount.clone() });
    }
    Ok(set)
}

fn labels(texts: &Texts, column: usize, positive: Option<&str>) -> Result<Vec<bool>, UsageError> {
    let name = &texts.names[column];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    texts.cells(column).for_each(|cell| *counts.entry(cell).or_default() += 1);
    let told: Vec<String> = counts.iter().take(8).map(|(value, rows)| format!("`{value}` ({rows} rows)")).collect();
    if let Some(rows) = counts.get("") {
        return Err(UsageError(format!("`{name}` is empty in {rows} rows; a label must be known")));
    }
    let event = match positive {
        Some(value) => value,
        None if counts.len() == 2 => {
            let usual = ["1", "true", "True", "TRUE", "yes", "Yes", "1.0", "bad", "fraud"];
            let found = usual.into_iter().find(|value| counts.contains_key(value));
            found.ok_or_else(|| {
                UsageError(format!(
                    "which value of `{name}` is the event? say --positive; there are {}",
                    told.join(", ")
                ))
            })?
        }
        None => {
            let says = format!("`{name}` has {} values: {}; say --positive VALUE", counts.len(), told.join(", "));
            return Err(UsageError(says));
        }
    };
    match counts.get(event) {
        None => Err(UsageError(format!("`{name}` is never `{event}`; there are {}", told.join(", ")))),
        Some(rows) if *rows == texts.rows.len() => Err(UsageError(format!("every row of `{name}` is `{event}`"))),
        Some(_) => Ok(texts.cells(column).map(|cell| cell == event).collect()),
    }
}

fn splitting(texts: &Texts, columns: &Columns) -> anyhow::Result<Splitting> {
    if let Some(time) = &columns.time {
        let second = |cell: &str| super::seconds(cell).or_else(|| cell.parse::<i64>().ok());
        let column = texts.column(time)?;
        let no_time = |cell: &str| UsageError(format!("`{cell}` in `{time}` is no time; write 2026-01-19T12:08:02Z"));
        let times = texts.cells(column).map(|cell| second(cell).ok_or_else(|| no_time(cell)));
        return Ok(Splitting::Time { times_s: times.collect::<Result<_, _>>()?, maturity_s: 0 });
    }
    let Some(group) = &columns.group else { return Ok(Splitting::Chance) };
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    let column = texts.column(group)?;
    let mut groups = Vec::with_capacity(texts.rows.len());
    for cell in texts.cells(column) {
        let next = numbers.len() as u64;
        groups.push(*numbers.entry(cell).or_insert(next));
    }
    Ok(Splitting::Groups(groups))
}

/// What the leak detector names is left out, unless it is to stay.
fn leave_out_leaks(set: &mut Labelled, keep: &[String], seed: u64) -> anyhow::Result<()> {
    let options = LeakOptions { categories: set.table.category_names(), seed, ..LeakOptions::default() };
    let findings = match find_leaks(&set.table.rows, &options) {
        Ok(findings) => findings,
        Err(reason) => {
            set.notes.push(format!("leaks were not looked for: {reason}"));
            return Ok(());
        }
    };
    for finding in findings {
        if keep.contains(&finding.column) {
            set.notes.push(format!("kept although it may leak: {finding}"));
            continue;
        }
        let at = set.table.rows.names().iter().position(|name| *name == finding.column);
        let Some(at) = at.filter(|_| set.table.rows.columns() > 1) else { continue };
        set.table.rows = super::without_column(&set.table.rows, at)?;
        set.table.categories.retain(|category| category.name != finding.column);
        set.notes
            .push(format!("left out, as it may know the answer (`--keep {}` keeps it): {finding}", finding.column));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[&str]) -> Texts {
        Texts::of_csv(format!("when,who,x,y\n{}\n", rows.join("\n")).as_bytes()).unwrap()
    }

    fn columns(label: &str) -> Columns {
        Columns { label: label.to_owned(), ..Columns::default() }
    }

    #[test]
    fn what_is_said_is_no_feature() {
        let table = texts(&["2026-01-01,a,1,yes", "2026-01-02,b,2,no", "2026-01-03,a,3,no"]);
        let said = Columns { time: Some("when".to_owned()), group: Some("who".to_owned()), ..columns("y") };
        let set = of_texts("t", &table, &said).unwrap();
        assert_eq!(set.table.rows.names(), ["x"]);
        assert_eq!(set.labels(), [true, false, false]);
        let Splitting::Time { times_s, .. } = set.splitting else { panic!("rows with times are split by them") };
        assert_eq!(times_s[1] - times_s[0], 86_400);
        let said = Columns { group: Some("who".to_owned()), ..columns("y") };
        let Splitting::Groups(groups) = of_texts("t", &table, &said).unwrap().splitting else { panic!("no groups") };
        assert_eq!(groups, [0, 1, 0]);
    }

    #[test]
    fn an_unclear_label_is_asked_for() {
        let table = texts(&["2026-01-01,a,1,late", "2026-01-02,b,2,paid", "2026-01-03,c,3,"]);
        let error = |columns: &Columns| of_texts("t", &table, columns).unwrap_err().to_string();
        assert_eq!(error(&columns("y")), "`y` is empty in 1 rows; a label must be known");
        assert!(error(&columns("who")).starts_with("`who` has 3 values: `a` (1 rows)"), "{}", error(&columns("who")));
        let never = Columns { positive: Some("d".to_owned()), ..columns("who") };
        assert!(error(&never).starts_with("`who` is never `d`"));
        assert!(error(&columns("z")).starts_with("no column `z`; did you mean"), "{}", error(&columns("z")));
    }
}

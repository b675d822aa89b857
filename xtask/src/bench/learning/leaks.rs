//! Planted and known leaks that are found, and honest sets on which nothing may be.

use super::table::{GERMAN, HELOC, HMEQ, INSURANCE, Set, TAIWAN};
use crate::bench::line::{Bar, Line, Report};
use learn::leak::{LeakOptions, find_leaks};

/// Sets with a column that leaks.
const LEAKY: [(Set, &str); 2] = [(INSURANCE, "PolicyNumber"), (HELOC, "Probabilities")];

/// Sets without one. `ID` stands in Taiwan's: it numbers the rows and tells nothing.
const HONEST: [Set; 3] = [GERMAN, TAIWAN, HMEQ];

pub(crate) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(7);
    for (set, column) in LEAKY {
        let findings = findings(&set, seed)?;
        let found = findings.iter().any(|name| name == column);
        let others = findings.iter().filter(|name| *name != column).count();
        let found = f64::from(u8::from(found));
        report.add(&Line::new(format!("found {column}"), found, seed).bar(Bar::AtLeast(1.0)).data(set.name));
        report.add(&Line::new("wrong", others as f64, seed).bar(Bar::AtMost(0.0)).data(set.name));
    }
    for set in HONEST {
        let wrong = findings(&set, seed)?.len();
        report.add(&Line::new("wrong", wrong as f64, seed).bar(Bar::AtMost(0.0)).data(set.name));
    }
    Ok(())
}

/// The columns that are suspect, each told on the standard error.
fn findings(set: &Set, seed: u64) -> anyhow::Result<Vec<String>> {
    let table = set.read()?;
    let options = LeakOptions { categories: table.category_names(), seed, ..LeakOptions::default() };
    let findings = find_leaks(&table.rows, &options).map_err(|error| anyhow::anyhow!("{error}"))?;
    findings.iter().for_each(|finding| eprintln!("{}: {finding}", set.name));
    Ok(findings.into_iter().map(|finding| finding.column).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
    fn known_leaks_are_found() {
        for (set, column) in LEAKY {
            assert_eq!(findings(&set, 7).unwrap(), [column], "{}", set.name);
        }
    }

    #[test]
    fn honest_sets_that_ship_raise_nothing() {
        for set in [GERMAN, TAIWAN] {
            assert_eq!(findings(&set, 7).unwrap(), Vec::<String>::new(), "{}", set.name);
        }
    }

    #[test]
    #[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
    fn an_honest_set_of_the_folder_raises_nothing() {
        assert_eq!(findings(&HMEQ, 7).unwrap(), Vec::<String>::new());
    }
}

//! The rules of the house, one small function each, in files by theme. A finding names a place and what to do there.
//!
//! Limits: it reads the files that git knows or would add, and judges texts; what the compiler and clippy can hold
//! is held there.

mod code;
mod crates;
mod data;
mod house;
mod map;
mod stages;
#[cfg(test)]
mod tests;

use crate::project;

/// What breaks a rule, and where.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Finding {
    place: String,
    says: String,
}

impl Finding {
    fn new(place: impl Into<String>, says: impl Into<String>) -> Self {
        Self { place: place.into(), says: says.into() }
    }
}

/// A file of the project: its path from the root, with `/`.
pub(crate) struct File {
    path: String,
    bytes: Vec<u8>,
}

impl File {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// The project's files, by path.
pub(crate) struct House {
    files: Vec<File>,
}

impl House {
    /// What git knows or would add. A file that is listed and gone is left out.
    fn read() -> anyhow::Result<Self> {
        let listed =
            project::output("git", &["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"])?;
        let mut files: Vec<File> = listed
            .lines()
            .filter_map(|path| {
                Some(File { path: path.to_owned(), bytes: std::fs::read(project::root().join(path)).ok()? })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder))
    }
}

type Rule = fn(&House) -> Vec<Finding>;

/// Every rule. A new one is a function and a line here.
const RULES: &[(&str, Rule)] = &[
    ("the map names what exists", map::names_what_exists),
    ("the map is there, and short", map::is_there_and_short),
    ("links lead somewhere", map::links_lead_somewhere),
    ("no stage names another", stages::no_stage_names_another),
    ("crates use what they may", crates::use_what_they_may),
    ("each dependency has its reason", crates::dependencies_have_reasons),
    ("serde stays at the edges", crates::serde_stays_at_the_edges),
    ("the core has no clock", crates::core_has_no_clock),
    ("files are short", code::files_are_short),
    ("functions are short", code::functions_are_short),
    ("files say their charge", code::files_say_their_charge),
    ("nothing is left for later", code::nothing_is_left_for_later),
    ("shipped data is what it says", data::is_what_it_says),
    ("shipped data has licence and source", data::has_licence_and_source),
    ("the house's papers are there", house::papers_are_there),
    ("scripts are short and can be run", house::scripts_are_short),
];

/// Prints every finding; true where there is none.
pub(crate) fn run() -> anyhow::Result<bool> {
    let house = House::read()?;
    let mut findings = 0;
    for (name, rule) in RULES {
        let mut found = rule(&house);
        found.sort();
        findings += found.len();
        println!("{} {name}", if found.is_empty() { "ok  " } else { "FAIL" });
        for Finding { place, says } in found {
            println!("     {place}: {says}");
        }
    }
    println!("{} files, {} rules, {findings} findings", house.files.len(), RULES.len());
    Ok(findings == 0)
}

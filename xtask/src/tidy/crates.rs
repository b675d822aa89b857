//! The walls between crates, read from each Cargo.toml: one dependency a line.

use super::{File, Finding, House};

/// Who may use whom. The chores may use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("learn", &[]),
    ("engine", &["domain", "learn"]),
    ("sources", &["domain"]),
    ("store", &["domain"]),
    ("sim", &["domain", "sources"]),
    ("fuzz", &["sources"]),
    ("plimsoll", &["domain", "learn", "engine", "sources", "store", "sim"]),
];

/// Crates with a stored or sent format; model files are `learn`'s.
const MAY_SERIALISE: [&str; 5] = ["sources", "store", "plimsoll", "learn", "xtask"];

/// Crates whose functions depend on their arguments alone.
const CORE: [&str; 4] = ["domain", "learn", "engine", "sim"];

/// One line of a table of dependencies.
struct Dependency<'a> {
    of: &'a str,
    place: String,
    name: &'a str,
    line: &'a str,
}

impl Dependency<'_> {
    fn is_ours(&self) -> bool {
        self.line.contains("path =")
    }
}

/// A crate uses only the crates of ours that it may.
pub(super) fn use_what_they_may(house: &House) -> Vec<Finding> {
    let known = |of: &str| MAY_USE.iter().find(|(name, _)| *name == of).map(|(_, may)| *may);
    let strangers =
        manifests(house).map(|(of, file)| (of, &file.path)).filter(|(of, _)| *of != "xtask" && known(of).is_none());
    let strangers = strangers
        .map(|(of, path)| Finding::new(path, format!("`{of}` stands in no line of the table in tidy/crates.rs")));
    let forbidden = dependencies(house).into_iter().filter(|dependency| {
        dependency.is_ours() && known(dependency.of).is_some_and(|may| !may.contains(&dependency.name))
    });
    let forbidden = forbidden.map(|d| Finding::new(d.place, format!("`{}` may not use `{}`", d.of, d.name)));
    strangers.chain(forbidden).collect()
}

/// Each line that brings in a crate of others ends with the reason.
pub(super) fn dependencies_have_reasons(house: &House) -> Vec<Finding> {
    let bare = dependencies(house).into_iter().filter(|dependency| {
        let reason = dependency.line.split_once(" # ").map_or("", |(_, reason)| reason.trim());
        !dependency.is_ours() && reason.is_empty()
    });
    bare.map(|d| Finding::new(d.place, format!("`{}` has no reason on its line", d.name))).collect()
}

/// A domain type is never a stored format or an answer.
pub(super) fn serde_stays_at_the_edges(house: &House) -> Vec<Finding> {
    let inside = dependencies(house)
        .into_iter()
        .filter(|dependency| dependency.name.starts_with("serde") && !MAY_SERIALISE.contains(&dependency.of));
    inside
        .map(|d| Finding::new(d.place, format!("`{}` in `{}`, which stores and sends nothing", d.name, d.of)))
        .collect()
}

/// Each core crate bans clocks, files and environment in its clippy.toml.
pub(super) fn core_has_no_clock(house: &House) -> Vec<Finding> {
    let bans = ["std::time::SystemTime::now", "std::env::var", "std::fs::read"];
    let mut found = Vec::new();
    for of in CORE {
        let path = format!("crates/{of}/clippy.toml");
        let text = house.file(&path).map_or("", File::text);
        let missing = bans.iter().filter(|ban| !text.contains(**ban));
        found.extend(missing.map(|ban| Finding::new(&path, format!("does not ban `{ban}`"))));
    }
    found.retain(|_| house.below("crates/").next().is_some());
    found
}

/// Each crate's name and Cargo.toml.
fn manifests(house: &House) -> impl Iterator<Item = (&str, &File)> {
    house.files.iter().filter_map(|file| {
        let folder = file.path.strip_suffix("/Cargo.toml")?;
        Some((folder.rsplit('/').next().unwrap_or(folder), file))
    })
}

fn dependencies(house: &House) -> Vec<Dependency<'_>> {
    let mut all = Vec::new();
    for (of, file) in manifests(house) {
        let mut inside = false;
        for (index, line) in file.text().lines().enumerate() {
            if line.starts_with('[') {
                inside = line.trim_end().ends_with("dependencies]");
            } else if let Some((name, _)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) {
                let place = format!("{}:{}", file.path, index + 1);
                all.push(Dependency { of, place, name: name.trim(), line });
            }
        }
    }
    all
}

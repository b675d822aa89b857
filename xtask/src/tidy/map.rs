//! The map: ARCHITECTURE.md and `docs/` name only paths and items that exist.

use super::{File, Finding, House};

const MAP: &str = "ARCHITECTURE.md";

/// Lines of the map, and of a walk-through.
const LONGEST_MAP: usize = 200;
const LONGEST_WALK: usize = 40;

/// Endings that make a word in back-quotes a path, wherever it stands.
const PATH_ENDINGS: [&str; 6] = [".rs", ".toml", ".md", ".case", ".py", ".css"];

/// Every path and item in back-quotes exists.
pub(super) fn names_what_exists(house: &House) -> Vec<Finding> {
    let maps = house.files.iter().filter(|file| file.path == MAP || is_document(file));
    maps.flat_map(|map| dead_names(house, map)).collect()
}

/// Every link of a paper to a file of ours leads somewhere.
pub(super) fn links_lead_somewhere(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for paper in house.files.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = paper.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, line) in prose(paper.text()) {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            let dead =
                targets.filter(|to| !to.is_empty() && !to.contains("://") && !leads_somewhere(house, folder, to));
            found.extend(
                dead.map(|to| Finding::new(format!("{}:{number}", paper.path), format!("`{to}`: no such file"))),
            );
        }
    }
    found
}

fn leads_somewhere(house: &House, folder: &str, to: &str) -> bool {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in to.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let path = parts.join("/");
    house.file(&path).is_some() || house.below(&format!("{path}/")).next().is_some()
}

/// The map is there as soon as the README sends people to it; it and the walk-throughs stay short.
pub(super) fn is_there_and_short(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    let sent = house.file("README.md").is_some_and(|readme| readme.text().contains(MAP));
    match house.file(MAP) {
        None if sent => found.push(Finding::new(MAP, "README.md names it, and it is not there")),
        None => {}
        Some(map) => found.extend(too_long(map, LONGEST_MAP)),
    }
    let walks = house.below("docs/adding-").filter(|file| is_document(file));
    found.extend(walks.filter_map(|walk| too_long(walk, LONGEST_WALK)));
    found
}

fn is_document(file: &File) -> bool {
    file.path.starts_with("docs/") && file.path.ends_with(".md")
}

fn too_long(file: &File, limit: usize) -> Option<Finding> {
    let lines = file.text().lines().count();
    (lines > limit).then(|| Finding::new(&file.path, format!("{lines} lines; at most {limit}")))
}

fn dead_names(house: &House, map: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in prose(map.text()) {
        for name in quoted(line) {
            if let Some(kind) = Name::of(house, name).filter(|kind| !kind.exists(house)) {
                let what = if matches!(kind, Name::Path(_)) { "no such path" } else { "no such item in the code" };
                found.push(Finding::new(format!("{}:{number}", map.path), format!("`{name}`: {what}")));
            }
        }
    }
    found
}

/// Numbered lines outside code fences.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// What stands in back-quotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What a word in back-quotes names, where it names a part of the project.
enum Name<'a> {
    Path(&'a str),
    /// The crate's folder, where it is said, and the item.
    Item(Option<String>, &'a str),
}

impl<'a> Name<'a> {
    fn of(house: &House, word: &'a str) -> Option<Self> {
        if word.is_empty() || word.contains(char::is_whitespace) || word.starts_with(['/', '-', '<', '$', '.']) {
            return None;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "_./{},*-".contains(c);
        if word.chars().all(plain) && is_path(house, word) {
            return Some(Self::Path(word.trim_end_matches('/')));
        }
        let name = word.trim_end_matches("()");
        let segments: Vec<&str> = name.split("::").collect();
        let last = segments.last().copied().filter(|_| segments.iter().all(|segment| is_identifier(segment)))?;
        let folder = format!("crates/{}/", segments[0]);
        match segments.len() {
            1 if is_type(last) || name.len() < word.len() => Some(Self::Item(None, last)),
            1 => None,
            _ if house.below(&folder).next().is_some() => Some(Self::Item(Some(folder), last)),
            _ => None,
        }
    }

    fn exists(&self, house: &House) -> bool {
        match self {
            Self::Path(path) => braces(path).iter().all(|path| path_exists(house, path)),
            Self::Item(folder, name) => {
                let folder = folder.as_deref().unwrap_or("");
                house.below(folder).filter(|file| file.is_rust()).any(|file| has_word(file.text(), name))
            }
        }
    }
}

fn is_path(house: &House, word: &str) -> bool {
    let first = word.split('/').next().unwrap_or_default();
    let at_root = word.contains('/') && house.below(&format!("{first}/")).next().is_some();
    at_root || PATH_ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// A path from the root, or the end of one.
fn path_exists(house: &House, path: &str) -> bool {
    let (end, folder) = (format!("/{path}"), format!("{path}/"));
    let inner = format!("/{folder}");
    house.files.iter().any(|file| match path.split_once('*') {
        Some((before, after)) => file.path.starts_with(before) && file.path.ends_with(after.trim_start_matches('*')),
        None => {
            file.path == path
                || file.path.ends_with(&end)
                || file.path.starts_with(&folder)
                || file.path.contains(&inner)
        }
    })
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn braces(path: &str) -> Vec<String> {
    let parts = path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match parts {
        Some((before, (choices, after))) => {
            choices.split(',').map(|choice| format!("{before}{choice}{after}")).collect()
        }
        None => vec![path.to_owned()],
    }
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `PayoutShort`, but neither `VAT` nor `Brier`.
fn is_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.contains(|c: char| c.is_ascii_lowercase())
        && word.chars().skip(1).any(|c| c.is_ascii_uppercase())
}

fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(inside) && !text[at + word.len()..].starts_with(inside))
}

//! Rust files: short, with their charge on top, and nothing left for later.

use super::{File, Finding, House};
use syn::visit::{self, Visit};

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 70;

/// Files that are longer, and by how much they may be. A ratchet: the numbers may only fall.
const LONGER: &[(&str, usize)] = &[];

/// Words that may not be merged. Written in two halves, so that this file may be.
const FOR_LATER: [&str; 4] =
    [concat!("todo", "!("), concat!("dbg", "!("), concat!("FIX", "ME"), concat!("unimplemented", "!(")];

/// No file is longer than can be read in one sitting.
pub(super) fn files_are_short(house: &House) -> Vec<Finding> {
    let long = house.rust().filter_map(|file| {
        let (lines, limit) = (file.text().lines().count(), limit(&file.path));
        (lines > limit).then(|| Finding::new(&file.path, format!("{lines} lines; at most {limit}: split it by theme")))
    });
    long.collect()
}

fn limit(path: &str) -> usize {
    LONGER.iter().find(|(longer, _)| *longer == path).map_or(LONGEST_FILE, |(_, lines)| *lines)
}

/// No function is longer than a screen, from its `fn` to its last brace.
pub(super) fn functions_are_short(house: &House) -> Vec<Finding> {
    house.rust().flat_map(long_functions).collect()
}

fn long_functions(file: &File) -> Vec<Finding> {
    let parsed = match syn::parse_file(file.text()) {
        Ok(parsed) => parsed,
        Err(error) => return vec![Finding::new(&file.path, format!("cannot be parsed: {error}"))],
    };
    let mut lengths = Lengths { found: Vec::new() };
    lengths.visit_file(&parsed);
    let long = lengths.found.into_iter().filter(|(_, _, lines)| *lines > LONGEST_FUNCTION);
    long.map(|(name, line, lines)| {
        Finding::new(format!("{}:{line}", file.path), format!("`{name}` has {lines} lines; at most {LONGEST_FUNCTION}"))
    })
    .collect()
}

/// Name, first line and lines of each function.
struct Lengths {
    found: Vec<(String, usize, usize)>,
}

impl Lengths {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (first, last) = (signature.fn_token.span.start().line, block.brace_token.span.close().end().line);
        self.found.push((signature.ident.to_string(), first, last + 1 - first));
    }
}

impl<'a> Visit<'a> for Lengths {
    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'a syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

/// The first line of each file is its charge.
pub(super) fn files_say_their_charge(house: &House) -> Vec<Finding> {
    let silent = house.rust().filter(|file| !file.text().starts_with("//! "));
    silent.map(|file| Finding::new(&file.path, "begins with no `//!` line that says its charge")).collect()
}

/// What is unfinished is an issue, not a word in the code.
pub(super) fn nothing_is_left_for_later(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in house.rust() {
        for (index, line) in file.text().lines().enumerate() {
            let words = FOR_LATER.iter().filter(|word| line.contains(**word));
            found.extend(
                words.map(|word| Finding::new(format!("{}:{}", file.path, index + 1), format!("holds `{word}`"))),
            );
        }
    }
    found
}

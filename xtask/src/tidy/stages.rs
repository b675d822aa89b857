//! The engine's walls: no stage names another, so that each can be read, tested and replaced alone.

use super::{File, Finding, House};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;

const ENGINE: &str = "crates/engine/src/";

/// Files beside the stages that may name them all.
const MAY_NAME_ALL: [&str; 6] = ["lib.rs", "live.rs", "pipeline.rs", "renewal.rs", "snapshot.rs", "training.rs"];

/// Looks from one stage into another that are allowed: from, to, reason. The list may only shrink.
const ALLOWED: &[(&str, &str, &str)] = &[];

/// No stage names another stage's module; of the files beside them only the named ones do.
pub(super) fn no_stage_names_another(house: &House) -> Vec<Finding> {
    let stages = stages(house);
    let mut unused: BTreeSet<(&str, &str)> = ALLOWED.iter().map(|(from, to, _)| (*from, *to)).collect();
    let mut found = Vec::new();
    for file in house.below(ENGINE).filter(|file| file.is_rust()) {
        let inside = &file.path[ENGINE.len()..];
        let own = inside.split_once('/').map_or("", |(stage, _)| stage);
        if MAY_NAME_ALL.contains(&inside) || own == "pipeline" {
            continue;
        }
        for other in named(file).into_iter().filter(|name| name != own && stages.contains(name.as_str())) {
            match ALLOWED.iter().find(|(from, to, _)| *from == own && *to == other) {
                Some((from, to, _)) => drop(unused.remove(&(*from, *to))),
                None => {
                    found.push(Finding::new(&file.path, format!("names the stage `{other}`; only `pipeline.rs` may")));
                }
            }
        }
    }
    let unused = unused.into_iter().filter(|(from, _)| stages.contains(from));
    found.extend(unused.map(|(from, to)| {
        Finding::new("xtask/src/tidy/stages.rs", format!("`{from}` no longer names `{to}`: take it off the list"))
    }));
    found
}

/// Folders of the engine that hold a `mod.rs`.
fn stages(house: &House) -> BTreeSet<&str> {
    let inside = house.below(ENGINE).map(|file| &file.path[ENGINE.len()..]);
    inside.filter_map(|path| path.strip_suffix("/mod.rs")).filter(|folder| !folder.contains('/')).collect()
}

/// Names that stand behind `crate::` or `super::`, also in a group of braces.
fn named(file: &File) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Ok(tokens) = file.text().parse::<TokenStream>() {
        collect(tokens, &mut names);
    }
    names
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            collect(group.stream(), names);
        }
        let is_root = matches!(token, TokenTree::Ident(ident) if ident == "crate" || ident == "super");
        if is_root && is_colons(&tokens[index + 1..]) {
            names.extend(tokens.get(index + 3).into_iter().flat_map(first_names));
        }
    }
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(tokens.first()) && is_colon(tokens.get(1))
}

/// The first name of each path that begins here: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(token: &TokenTree) -> Vec<String> {
    match token {
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Group(group) => {
            let (mut names, mut begins) = (Vec::new(), true);
            for token in group.stream() {
                if let (true, TokenTree::Ident(ident)) = (begins, &token) {
                    names.push(ident.to_string());
                }
                begins = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            }
            names
        }
        _ => Vec::new(),
    }
}

//! Each rule on a house that breaks it and one that does not, and all rules on this house.

use super::{File, Finding, House, RULES, Rule, code, crates, data, house, map, stages};

fn house_of(files: &[(&str, &str)]) -> House {
    let files = files.iter().map(|(path, text)| File { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() });
    House { files: files.collect() }
}

/// The places that a rule finds fault with.
fn places(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    rule(&house_of(files)).into_iter().map(|finding| finding.place).collect()
}

#[test]
fn this_house_is_tidy() {
    let house = House::read().unwrap();
    let found: Vec<(&str, Vec<Finding>)> =
        RULES.iter().map(|(name, rule)| (*name, rule(&house))).filter(|(_, found)| !found.is_empty()).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_map_may_not_name_what_is_gone() {
    let code = ("crates/engine/src/pipeline.rs", "//! x\npub struct Working; fn advance() {}");
    let alive = "`engine::advance` `Working` `advance()` `pipeline.rs` `crates/{engine,engine}/src` `crates/*/src/pipeline.rs` \
                 `/v1/overview` `cargo xtask ci` `VAT` `serde::Serialize`\n```\n`crates/gone.rs`\n```";
    assert_eq!(places(map::names_what_exists, &[code, ("ARCHITECTURE.md", alive)]), Vec::<String>::new());
    for dead in
        ["`engine::retreat`", "`WorkedOut`", "`retreat()`", "`crates/gone`", "`link.rs`", "`crates/{engine,gone}`"]
    {
        assert_eq!(
            places(map::names_what_exists, &[code, ("docs/a.md", &format!("\nSee {dead}."))]),
            ["docs/a.md:2"],
            "{dead}"
        );
    }
}

#[test]
fn a_map_is_there_once_it_is_named() {
    assert_eq!(places(map::is_there_and_short, &[("README.md", "x")]), Vec::<String>::new());
    assert_eq!(places(map::is_there_and_short, &[("README.md", "see ARCHITECTURE.md")]), ["ARCHITECTURE.md"]);
    assert_eq!(
        places(map::is_there_and_short, &[("docs/adding-a-rule.md", &"x\n".repeat(41))]),
        ["docs/adding-a-rule.md"]
    );
}

#[test]
fn a_link_leads_somewhere() {
    let there = "[a](https://a.example) [b](../README.md) [c](../crates) [d](#here) [e](b.md#part)";
    let files =
        [("README.md", "[f](docs)"), ("crates/a.rs", ""), ("docs/a.md", there), ("docs/b.md", "[g](README.md)")];
    assert_eq!(places(map::links_lead_somewhere, &files), ["docs/b.md:1"]);
}

#[test]
fn a_stage_may_not_name_another() {
    let (link, post) = (("crates/engine/src/link/mod.rs", "//! x"), "crates/engine/src/post/mod.rs");
    let named = |path, text| {
        let found =
            stages::no_stage_names_another(&house_of(&[link, (path, text), ("crates/engine/src/post/mod.rs", "")]));
        found.len()
    };
    for text in
        ["use crate::link::Links;", "use crate::{document, link};", "fn f() { super::link::x() }", "m!(crate::link)"]
    {
        assert_eq!(named(post, text), 1, "{text}");
        assert_eq!(named("crates/engine/src/rates.rs", text), 1, "{text}");
        assert_eq!(named("crates/engine/src/pipeline.rs", text), 0, "{text}");
    }
    for text in ["use crate::document::link;", "// crate::link", "use crate::post::x;", "let crate_link = 1;"] {
        assert_eq!(named(post, text), 0, "{text}");
    }
}

#[test]
fn crates_keep_to_their_walls() {
    let manifest = |line: &str| format!("[dependencies]\n{line}\n[lints]\nx = 1");
    let found =
        |rule: Rule, of: &str, line: &str| places(rule, &[(&format!("crates/{of}/Cargo.toml"), &manifest(line))]).len();
    assert_eq!(found(crates::use_what_they_may, "engine", "store = { path = \"../store\" }"), 1);
    assert_eq!(found(crates::use_what_they_may, "engine", "learn = { path = \"../learn\" }"), 0);
    assert_eq!(found(crates::use_what_they_may, "stranger", ""), 1);
    assert_eq!(found(crates::dependencies_have_reasons, "store", "zstd = \"1\""), 1);
    assert_eq!(found(crates::dependencies_have_reasons, "store", "zstd = \"1\" # smaller"), 0);
    assert_eq!(found(crates::serde_stays_at_the_edges, "domain", "serde = \"1\" # x"), 1);
    assert_eq!(found(crates::serde_stays_at_the_edges, "learn", "serde = \"1\" # x"), 0);
    assert_eq!(found(crates::core_has_no_clock, "plimsoll", ""), 12);
}

#[test]
fn code_is_short_and_finished() {
    let lines = |n: usize| format!("//! x\nfn f() {{\n{}}}\n", "    g();\n".repeat(n));
    assert_eq!(places(code::files_are_short, &[("a.rs", &lines(497))]), Vec::<String>::new());
    assert_eq!(places(code::files_are_short, &[("a.rs", &lines(498))]), ["a.rs"]);
    assert_eq!(places(code::functions_are_short, &[("a.rs", &lines(68))]), Vec::<String>::new());
    assert_eq!(places(code::functions_are_short, &[("a.rs", &lines(69))]), ["a.rs:2"]);
    assert_eq!(places(code::files_say_their_charge, &[("a.rs", "// x"), ("b.rs", "//! x")]), ["a.rs"]);
    let later = format!("//! x\nfn f() {{ {}) }}", concat!("todo", "!("));
    assert_eq!(places(code::nothing_is_left_for_later, &[("a.rs", &later)]), ["a.rs:2"]);
}

#[test]
fn data_is_what_its_page_says() {
    // The SHA-256 of nothing, as FIPS 180-4's test vectors have it.
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let page = |digest: &str| format!("| `a.csv` | x | `{digest}` |\n\n## A\nSource <https://a.example>. Licence: b.");
    let found = |rule: Rule, page: &str| places(rule, &[("data/a.csv", ""), ("data/README.md", page)]);
    assert_eq!(found(data::is_what_it_says, &page(digest)), Vec::<String>::new());
    assert_eq!(found(data::is_what_it_says, &page("0")), ["data/a.csv"]);
    assert_eq!(found(data::is_what_it_says, ""), ["data/a.csv"]);
    assert_eq!(places(data::is_what_it_says, &[("data/README.md", &page(digest))]), ["data/README.md"]);
    assert_eq!(found(data::has_licence_and_source, &page(digest)), Vec::<String>::new());
    assert_eq!(found(data::has_licence_and_source, "\n## A\n").len(), 2);
}

#[test]
fn papers_and_scripts() {
    assert_eq!(places(house::papers_are_there, &[]).len(), 5);
    assert_eq!(places(house::scripts_are_short, &[("scripts/gone", "echo")]), ["scripts/gone", "scripts/gone"]);
}

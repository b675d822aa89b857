//! Entities from outside: found, added to, told apart by hand, explained; and killed while they are kept.

use crate::shop::run;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// 3,000 simulated records of people; the last 30 in a file of their own.
fn world(home: &Path) -> [String; 3] {
    let said = run(
        home,
        &["simulate", "parties", "--records", "3000", "--seed", "5", "--out", text(&home.join("w")), "--json"],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    let file = said.json()["file"].as_str().unwrap().to_owned();
    let lines: Vec<String> = std::fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    let part = |name: &str, rows: &[String]| {
        let path = home.join(name);
        std::fs::write(&path, format!("{}\n{}\n", lines[0], rows.join("\n"))).unwrap();
        text(&path).to_owned()
    };
    let (known, later) = lines[1..].split_at(2_970);
    [file, part("known.csv", known), part("later.csv", later)]
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The entity of each record.
fn listed(home: &Path, state: &str) -> BTreeMap<String, String> {
    let said = run(home, &["entities", "list", "--state", state]);
    assert_eq!(said.code, 0, "{}", said.err);
    let cells = said.out.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    cells.map(|cells| (cells[2].clone(), cells[0].clone())).collect()
}

fn sizes(of: &BTreeMap<String, String>) -> BTreeMap<&str, usize> {
    let mut sizes = BTreeMap::new();
    of.values().for_each(|id| *sizes.entry(id.as_str()).or_default() += 1);
    sizes
}

#[test]
fn entities_last_and_can_be_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let [_, known, later] = world(home);
    let state = text(&home.join("people")).to_owned();
    let with = |words: &[&str]| run(home, &[words, &["--state", &state]].concat());

    let found = with(&["entities", "find", &known, "--json"]);
    assert_eq!((found.code, found.json()["records"].as_u64()), (0, Some(2_970)), "{}", found.err);
    let first = listed(home, &state);
    let people = sizes(&first).len();
    assert!((900..1_500).contains(&people), "{people}");

    let added = with(&["entities", "add", &later, "--json"]);
    assert_eq!((added.code, added.json()["records"].as_u64()), (0, Some(3_000)), "{}", added.err);
    assert!(added.json()["compared"].as_u64().unwrap() < found.json()["compared"].as_u64().unwrap() / 4);
    let grown = listed(home, &state);
    let kept = first.iter().filter(|(record, id)| grown[*record] == **id).count();
    assert!(kept >= 2_960, "ids go on: {kept}");
    let again = with(&["entities", "add", &later]);
    assert!(again.err.contains("30 records are known"), "{}", again.err);
    assert_eq!(listed(home, &state), grown, "the same file adds nothing");
    let anew = with(&["entities", "find", &known, &later]);
    assert_eq!(anew.code, 0, "{}", anew.err);
    let full = listed(home, &state);
    let kept = grown.iter().filter(|(record, id)| full[*record] == **id).count();
    assert!(kept >= 2_990, "a full run keeps the ids: {kept}");

    let sizes = sizes(&full);
    let (record, id) = full.iter().find(|(_, id)| sizes[id.as_str()] >= 3).unwrap();
    let other = full.iter().find(|(name, of)| *of == id && *name != record).unwrap().0;
    let why = with(&["entities", "why", record, other]);
    assert!(why.out.contains("They are one entity.") && why.out.contains("place"), "{}", why.out);
    let how = with(&["entities", "how", id, "--json"]).json();
    assert_eq!(how["records"].as_array().unwrap().len(), sizes[id.as_str()]);
    assert!(!how["joins"].as_array().unwrap().is_empty() && !how["golden"].as_array().unwrap().is_empty());

    assert_eq!(with(&["entities", "different", record, other]).code, 0);
    assert_eq!(with(&["entities", "find", &known, &later]).code, 0);
    let parted = listed(home, &state);
    assert_ne!(parted[record], parted[other]);
    let why_not = with(&["entities", "why-not", record, other]);
    assert!(why_not.out.contains("somebody said so"), "{}", why_not.out);
    let history = with(&["entities", "history"]);
    assert!(history.out.contains("run 5: find") && history.out.contains("are not one thing"), "{}", history.out);
    assert!(history.out.contains("came out of") || history.out.contains("went from"), "{}", history.out);
}

#[test]
fn golden_records_say_where_each_field_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let crm = home.join("crm.csv");
    std::fs::write(
        &crm,
        "id,name,email\n1,Ann Bell,ann.bell@x.example\n2,Anna Bell,ann.bell@x.example\n3,Carl Dean,cd@x.example\n",
    )
    .unwrap();
    let shop = home.join("shop.csv");
    std::fs::write(&shop, "id,name,email\n1,Anna Bell,ann.bell@x.example\n2,Eve Frost,eve@x.example\n").unwrap();
    let state = text(&home.join("people")).to_owned();
    let with = |words: &[&str]| run(home, &[words, &["--state", &state]].concat());
    assert_eq!(with(&["entities", "find", text(&crm), text(&shop)]).code, 0);
    for (one, other) in [("crm.csv:1", "crm.csv:2"), ("crm.csv:2", "shop.csv:1")] {
        assert_eq!(with(&["entities", "same", one, other]).code, 0);
    }
    assert_eq!(with(&["entities", "find", text(&shop), text(&crm)]).code, 0);
    let golden = with(&["entities", "golden"]);
    assert!(golden.out.starts_with("entity,records,email,name,email from,name from\n"), "{}", golden.out);
    assert!(golden.out.contains(",3,ann.bell@x.example,Anna Bell,shop.csv:1,shop.csv:1"), "{}", golden.out);
    let longest = with(&["entities", "golden", "--keep", "Name=first-source"]);
    assert!(longest.out.contains("Anna Bell"), "{}", longest.out);
    for (words, says) in [
        (&["entities", "golden", "--keep", "nam=longest"][..], "no column `nam`; did you mean `name`"),
        (&["entities", "why", "9", "8"], "no record `9`"),
        (&["entities", "same", "crm.csv:1", "crm.csv:1"], "the same record"),
    ] {
        let said = with(words);
        assert_eq!(said.code, 1);
        assert!(said.err.contains(says), "{}", said.err);
    }
    let none = run(home, &["entities", "list", "--state", text(&home.join("nothing"))]);
    assert!(none.code == 1 && none.err.contains("plimsoll entities find FILE"), "{}", none.err);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let [whole, ..] = world(home);
    let state = text(&home.join("people")).to_owned();
    assert_eq!(run(home, &["entities", "find", &whole, "--state", &state]).code, 0);
    for verb in ["list", "golden"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.args(["entities", verb, "--state", &state]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // 3,000 lines are more than a pipe holds.
        drop(child.stdout.take());
        let said = child.wait_with_output().unwrap();
        assert!(said.status.success() && said.stderr.is_empty(), "{verb}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

/// How fast the machine is decides what each kill meets, not what must hold after it.
#[test]
fn a_run_that_is_killed_leaves_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let [whole, known, later] = world(home);
    let state = text(&home.join("people")).to_owned();
    assert_eq!(run(home, &["entities", "find", &known, "--state", &state]).code, 0);
    let (before, mut seen) = (listed(home, &state).len(), BTreeSet::new());
    for delay_ms in [0, 5, 20, 60, 150, 400] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.args(["entities", "add", &later, "--state", &state, "--quiet"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay_ms));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = listed(home, &state).len();
        assert!(after == before || after == 3_000, "half of it was kept: {after}");
        seen.insert(after);
    }
    assert_eq!(run(home, &["entities", "find", &whole, "--state", &state]).code, 0, "nothing is in the way");
    assert_eq!(listed(home, &state).len(), 3_000, "{seen:?}");
}

//! The main job as a newcomer runs it: the release binary, a fresh directory, and checks on what it says.

use super::{Setting, Tally};
use crate::project;
use anyhow::{Context, bail};
use serde_json::Value;
use std::process::Command;

/// Recall and precision that each planted kind must reach (the first issue).
const SHARE_FOUND: f64 = 0.98;

/// Kinds that the simulation plants.
const KINDS_PLANTED: usize = 4;

/// Tables that replay compares, so that an empty answer is no success.
const LEAST_TABLES: usize = 5;

pub(super) fn run(_: &mut Setting) -> anyhow::Result<Tally> {
    let binary = project::build_release()?;
    let fresh = tempfile::tempdir()?;
    let said = |verb: &[&str], good: &[i32]| -> anyhow::Result<Value> {
        let output = Command::new(&binary).args(verb).arg("--json").current_dir(fresh.path()).output()?;
        if !good.contains(&output.status.code().unwrap_or(-1)) {
            bail!(
                "`plimsoll {}` ended with {}: {}",
                verb.join(" "),
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        serde_json::from_slice(&output.stdout).with_context(|| format!("`plimsoll {}` printed no JSON", verb.join(" ")))
    };
    let demo = said(&["demo", "--no-serve"], &[0, 2])?;
    let replay = said(&["replay", "--data", "plimsoll-demo"], &[0])?;
    let verify = said(&["verify", "--data", "plimsoll-demo"], &[0])?;
    let mut tally = Tally::default();
    let ours = checks(&demo).into_iter().chain(checks_after(&replay, &verify));
    for (says, holds) in ours {
        println!("{} {says}", if holds { "ok  " } else { "FAIL" });
        tally.add(Tally::of(holds));
    }
    println!("{} s, {} MB", demo["seconds"], demo["peak_memory_mb"]);
    Ok(tally)
}

/// What must hold of the demo's answer.
fn checks(demo: &Value) -> Vec<(String, bool)> {
    let number = |name: &str| demo[name].as_u64();
    let (taken, kept, doubled, issues) =
        (number("records_in"), number("records_out"), number("duplicates"), number("issues"));
    let parts = kept.zip(doubled).zip(issues).map(|((kept, doubled), issues)| kept + doubled + issues);
    let planted: Vec<&Value> =
        demo["planted"].as_array().into_iter().flatten().filter(|kind| count(kind, "planted") > 0.0).collect();
    let mut checks = vec![
        (
            format!("records in {taken:?} = out {kept:?} + duplicates {doubled:?} + issues {issues:?}"),
            taken > Some(0) && taken == parts,
        ),
        ("the ledger is balanced".to_owned(), demo["ledger_balanced"] == Value::Bool(true)),
        (format!("{} kinds planted", planted.len()), planted.len() >= KINDS_PLANTED),
    ];
    for kind in planted {
        let (of, found, wrong) = (count(kind, "planted"), count(kind, "found"), count(kind, "wrong"));
        let enough = found / of >= SHARE_FOUND && found / (found + wrong) >= SHARE_FOUND;
        checks.push((format!("{}: {found} of {of} found, {wrong} wrong", kind["kind"]), enough));
    }
    checks
}

fn checks_after(replay: &Value, verify: &Value) -> [(String, bool); 2] {
    let tables = replay["tables"].as_array().map_or(0, Vec::len);
    let same = tables >= LEAST_TABLES && replay["differences"] == 0;
    let clean = verify["findings"].as_array().is_some_and(Vec::is_empty);
    [(format!("replay makes the same {tables} tables"), same), ("verify finds nothing".to_owned(), clean)]
}

fn count(kind: &Value, name: &str) -> f64 {
    kind[name].as_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn demo() -> Value {
        let kind = |name: &str| json!({ "kind": name, "planted": 100, "found": 98, "wrong": 2 });
        json!({
            "records_in": 10, "records_out": 7, "duplicates": 2, "issues": 1, "ledger_balanced": true,
            "planted": [kind("A"), kind("B"), kind("C"), kind("D"), json!({ "kind": "E", "planted": 0, "wrong": 9 })],
        })
    }

    #[test]
    fn a_good_demo_passes() {
        assert!(checks(&demo()).iter().all(|(_, holds)| *holds), "{:?}", checks(&demo()));
    }

    #[test]
    fn each_fault_fails() {
        let faults: [(&str, Value); 6] = [
            ("/records_out", json!(8)),
            ("/issues", json!("1")),
            ("/ledger_balanced", json!(false)),
            ("/planted/0/found", json!(97)),
            ("/planted/1/wrong", json!(3)),
            ("/planted/2/planted", json!(0)),
        ];
        for (place, fault) in faults {
            let mut demo = demo();
            *demo.pointer_mut(place).unwrap() = fault;
            assert_eq!(checks(&demo).iter().filter(|(_, holds)| !holds).count(), 1, "{place}");
        }
        assert!(checks(&json!({})).iter().all(|(_, holds)| !holds));
    }
}

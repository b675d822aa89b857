//! What the demo found of what was planted.

use anyhow::{Context, bail};
use serde_json::Value;

/// Every planted kind.
pub(super) struct Kinds(pub Vec<Kind>);

/// One planted kind.
#[derive(Debug)]
pub(super) struct Kind {
    pub name: String,
    planted: f64,
    found: f64,
    wrong: f64,
}

impl Kinds {
    /// The planted kinds of a demo's answer; none is an error, as nothing would be measured.
    pub(super) fn of(answer: &Value) -> anyhow::Result<Self> {
        let listed = answer["planted"].as_array().context("the demo printed no `planted`")?;
        let kinds: Vec<Kind> = listed.iter().filter_map(Kind::of).filter(|kind| kind.planted > 0.0).collect();
        if kinds.is_empty() {
            bail!("the demo planted nothing");
        }
        Ok(Self(kinds))
    }
}

impl Kind {
    fn of(value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_f64();
        let name = value["kind"].as_str()?.to_owned();
        Some(Self { name, planted: number("planted")?, found: number("found")?, wrong: number("wrong")? })
    }

    /// Found over planted.
    pub(super) fn recall(&self) -> f64 {
        self.found / self.planted
    }

    /// Found over found and wrongly raised. What is natural and listed counts on neither side.
    pub(super) fn precision(&self) -> f64 {
        if self.found + self.wrong > 0.0 { self.found / (self.found + self.wrong) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shares_by_hand() {
        let answer = json!({ "planted": [
            { "kind": "A", "planted": 10, "found": 9, "wrong": 1 },
            { "kind": "B", "planted": 4, "found": 0, "wrong": 0 },
            { "kind": "C", "planted": 0, "found": 0, "wrong": 3 },
        ] });
        let kinds = Kinds::of(&answer).unwrap().0;
        let shares: Vec<(f64, f64)> = kinds.iter().map(|kind| (kind.recall(), kind.precision())).collect();
        assert_eq!(shares, [(0.9, 0.9), (0.0, 0.0)]);
        assert!(Kinds::of(&json!({ "planted": [] })).is_err());
    }
}

//! The words behind `cargo xtask bench`.

use super::BENCHES;
use anyhow::{Context, bail};

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// As given.
    pub given: Vec<String>,
    pub name: String,
    pub list: bool,
    pub peers: bool,
    pub json: bool,
    pub record: bool,
    pub seed: Option<u64>,
}

impl Arguments {
    pub(super) fn parse(words: &[&str]) -> anyhow::Result<Self> {
        let mut asked = Self { given: words.iter().map(|word| (*word).to_owned()).collect(), ..Self::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--list" => asked.list = true,
                "--peers" => asked.peers = true,
                "--json" => asked.json = true,
                "--record" => asked.record = true,
                "--seed" => {
                    asked.seed = Some(words.next().and_then(|n| n.parse().ok()).context("`--seed` needs a number")?);
                }
                name if asked.name.is_empty() && !name.starts_with('-') => name.clone_into(&mut asked.name),
                other => bail!("`{other}` is not understood; see `cargo xtask`"),
            }
        }
        let known = asked.name == "all" || BENCHES.iter().any(|bench| bench.name == asked.name);
        if !known && !asked.list && !asked.peers {
            bail!("there is no bench `{}`; `cargo xtask bench --list` names them", asked.name);
        }
        Ok(asked)
    }

    pub(super) fn asks_for(&self, bench: &str) -> bool {
        self.name == "all" || self.name == bench
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood() {
        let asked = Arguments::parse(&["demo", "--json", "--seed", "7"]).unwrap();
        assert!(
            asked.json && !asked.record && asked.seed == Some(7) && asked.asks_for("demo") && !asked.asks_for("crash")
        );
        assert!(Arguments::parse(&["all", "--record"]).unwrap().asks_for("crash"));
        assert!(Arguments::parse(&["--list"]).unwrap().list);
        for wrong in
            [&["nothing"][..], &[], &["demo", "--seed"], &["demo", "--seed", "x"], &["demo", "crash"], &["demo", "--x"]]
        {
            assert!(Arguments::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

//! One figure: its value, the bar that it should hold, and the peer beside it.

use serde_json::{Value, json};

/// What the value should be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

impl Bar {
    fn value(self) -> f64 {
        match self {
            Self::AtLeast(bar) | Self::AtMost(bar) => bar,
        }
    }

    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bar) => value >= bar,
            Self::AtMost(bar) => value <= bar,
        }
    }
}

/// Who else was measured.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Peer {
    None,
    Known {
        name: String,
        value: f64,
    },
    /// It should have been measured in this run, and could not be.
    Missing {
        reason: String,
    },
}

/// One figure.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Line {
    pub figure: String,
    pub value: f64,
    pub unit: &'static str,
    pub bar: Option<Bar>,
    pub peer: Peer,
    /// What chance alone would move it to, 95 times in 100.
    pub interval: Option<(f64, f64)>,
    pub data: &'static str,
    pub seed: u64,
}

impl Line {
    pub(super) fn new(figure: impl Into<String>, value: f64, seed: u64) -> Self {
        let figure = figure.into();
        Self { figure, value, unit: "", bar: None, peer: Peer::None, interval: None, data: "online_retail", seed }
    }

    pub(super) fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    pub(super) fn bar(self, bar: Bar) -> Self {
        Self { bar: Some(bar), ..self }
    }

    pub(super) fn data(self, data: &'static str) -> Self {
        Self { data, ..self }
    }

    pub(super) fn interval(self, low: f64, high: f64) -> Self {
        Self { interval: Some((low, high)), ..self }
    }

    pub(super) fn beside(self, peer: Peer) -> Self {
        Self { peer, ..self }
    }

    pub(super) fn beside_known(self, name: &str, value: f64) -> Self {
        self.beside(Peer::Known { name: name.to_owned(), value })
    }

    /// As the design says: `bench`, `figure`, `value`, `unit`, `bar`, `holds`, `peer`, `peer_value`, `data`, `seed`;
    /// `low` and `high` of a 95 % interval, where there is one; and `peer_missing` with the reason where a peer could not be measured.
    pub(super) fn json(&self, bench: &str) -> Value {
        let (peer, peer_value) = match &self.peer {
            Peer::Known { name, value } => (Some(name), Some(rounded(*value))),
            Peer::None | Peer::Missing { .. } => (None, None),
        };
        let mut line = json!({
            "bench": bench, "figure": self.figure, "value": rounded(self.value), "unit": self.unit,
            "bar": self.bar.map(Bar::value), "holds": self.bar.map(|bar| bar.holds(self.value)),
            "peer": peer, "peer_value": peer_value, "data": self.data, "seed": self.seed,
        });
        if let Some((low, high)) = self.interval {
            (line["low"], line["high"]) = (json!(rounded(low)), json!(rounded(high)));
        }
        if let Peer::Missing { reason } = &self.peer {
            line["peer_missing"] = json!(reason);
        }
        line
    }
}

/// Six digits behind the point: more is noise.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Prints each figure as it comes, and keeps it.
pub(super) struct Report {
    bench: &'static str,
    json: bool,
    pub lines: Vec<Value>,
}

impl Report {
    pub(super) fn new(bench: &'static str, json: bool) -> Self {
        Self { bench, json, lines: Vec::new() }
    }

    pub(super) fn add(&mut self, line: &Line) {
        let json = line.json(self.bench);
        if self.json {
            println!("{}", ordered(&json));
        } else {
            println!("{}", text(&json));
        }
        self.lines.push(json);
    }
}

/// The fields in the order in which the design names them.
pub(super) fn ordered(line: &Value) -> String {
    let names = [
        "bench",
        "figure",
        "value",
        "low",
        "high",
        "unit",
        "bar",
        "holds",
        "peer",
        "peer_value",
        "data",
        "seed",
        "peer_missing",
    ];
    let fields = names.iter().filter_map(|name| Some(format!("{}: {}", json!(name), line.get(name)?)));
    format!("{{{}}}", fields.collect::<Vec<String>>().join(", "))
}

/// A figure for people.
fn text(line: &Value) -> String {
    let word = |name: &str| line[name].as_str().unwrap_or_default();
    let mut text =
        format!("{:<8} {:<34} {:>12} {:<4}", word("bench"), word("figure"), line["value"].to_string(), word("unit"));
    match line["holds"].as_bool() {
        Some(true) => text.push_str(&format!(" holds   (bar {})", line["bar"])),
        Some(false) => text.push_str(&format!(" MISSED  (bar {})", line["bar"])),
        None => {}
    }
    if let Some(peer) = line["peer"].as_str() {
        text.push_str(&format!("  {peer}: {}", line["peer_value"]));
    }
    if let Some(reason) = line["peer_missing"].as_str() {
        text.push_str(&format!("  no peer: {reason}"));
    }
    format!("{text}  seed {}", line["seed"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_every_field() {
        let line =
            Line::new("f1", 0.987, 7).bar(Bar::AtLeast(0.98)).beside_known("splink 5.0.0", 0.939).data("payments_bank");
        let expected = json!({
            "bench": "link-bank", "figure": "f1", "value": 0.987, "unit": "", "bar": 0.98, "holds": true,
            "peer": "splink 5.0.0", "peer_value": 0.939, "data": "payments_bank", "seed": 7,
        });
        assert_eq!(line.json("link-bank"), expected);
        let text = r#"{"bench": "link-bank", "figure": "f1", "value": 0.987, "unit": "", "bar": 0.98, "holds": true, "peer": "splink 5.0.0", "peer_value": 0.939, "data": "payments_bank", "seed": 7}"#;
        assert_eq!(ordered(&expected), text);
        let bare =
            Line::new("lost", 1.0, 0).bar(Bar::AtMost(0.0)).beside(Peer::Missing { reason: "no Python".to_owned() });
        let bare = bare.json("crash");
        assert_eq!(
            (&bare["holds"], &bare["peer"], &bare["peer_missing"]),
            (&json!(false), &Value::Null, &json!("no Python"))
        );
    }
}

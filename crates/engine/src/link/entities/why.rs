//! Why two records are one entity or not, and how an entity came to be.

use super::group::{Apart, Edge, Join};
use super::level::level_of;
use super::value::Level;
use super::{EntityId, Linker, rule_name, single};
use std::collections::BTreeMap;

/// One comparison of two records.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// What is compared.
    pub what: String,
    /// What each record says.
    pub values: (String, String),
    /// How far they agree.
    pub level: Level,
    /// What that adds to the log-odds.
    pub adds: f64,
}

/// What stands between two records, or brings them together.
#[derive(Debug, Clone, PartialEq)]
pub enum Between {
    /// They are one entity.
    One,
    /// A user said that they are not one thing.
    SaidApart,
    /// No rule of blocking gives them a common key, so they were not compared.
    NoCandidate {
        /// The rules that there are.
        rules: Vec<String>,
    },
    /// Compared, and the log-odds are 0 or less.
    TooUnlike,
    /// Alike by themselves, but the entities that they are in are not, on the mean.
    GroupsTooUnlike {
        /// The mean log-odds between the two.
        mean: f64,
    },
    /// A user keeps two other records of their entities apart.
    GroupsSaidApart(u32, u32),
    /// They say the same, but too little to tell one thing from another.
    TooLittle,
}

/// Two records held side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// The comparisons, what weighs most first.
    pub compared: Vec<Compared>,
    /// What was known before anything was compared.
    pub before: f64,
    /// That and what the comparisons add.
    pub log_odds: f64,
    /// What it came to.
    pub between: Between,
}

impl Linker<'_> {
    /// Holds two records side by side. `of_record` is the entity of each.
    pub fn why(&self, one: u32, other: u32, of_record: &[EntityId]) -> Why {
        let (a, b) = (self.nodes.of_record[one as usize], self.nodes.of_record[other as usize]);
        let pattern = self.nodes.pattern(a, b);
        let log_odds = self.odds(a, b);
        let reasons = self.model.classes.reasons(pattern);
        let before = log_odds - reasons.iter().sum::<f64>();
        let said = |record: u32, comparison: usize| {
            let fields = self.nodes.levels.fields(comparison).iter();
            let values =
                fields.map(|field| self.table.value(record as usize, *field)).filter(|value| !value.is_empty());
            values.collect::<Vec<&str>>().join(", ")
        };
        let mut compared: Vec<Compared> = (0..self.nodes.levels.len())
            .map(|at| Compared {
                what: self.nodes.levels.name(at).to_owned(),
                values: (said(one, at), said(other, at)),
                level: level_of(pattern, at),
                adds: reasons[at],
            })
            .collect();
        compared.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()).then(a.what.cmp(&b.what)));
        Why { compared, before, log_odds, between: self.between((one, a), (other, b), log_odds, of_record) }
    }

    fn between(&self, (one, a): (u32, u32), (other, b): (u32, u32), log_odds: f64, of_record: &[EntityId]) -> Between {
        let is_pair = |pair: &&(u32, u32)| **pair == (one, other) || **pair == (other, one);
        if of_record[one as usize] == of_record[other as usize] {
            return Between::One;
        }
        if self.said.apart.iter().any(|pair| is_pair(&pair)) {
            return Between::SaidApart;
        }
        if log_odds <= 0.0 {
            return if a == b { Between::TooLittle } else { Between::TooUnlike };
        }
        let mut near = Vec::new();
        self.blocks.near(a, false, &mut near);
        if near.binary_search(&b).is_err() {
            let rules = self.model.rules.iter().map(|parts| rule_name(parts, self.table.fields())).collect();
            return Between::NoCandidate { rules };
        }
        let odds = |one: u32, other: u32| self.odds(one, other);
        let mut groups = self.groups(&odds);
        self.join_as_they_are(&mut groups, of_record);
        match groups.meets(a, b) {
            Ok(mean) | Err(Apart::Mean(mean)) => Between::GroupsTooUnlike { mean },
            Err(Apart::Said(one, other)) => {
                Between::GroupsSaidApart(self.nodes.records(one)[0], self.nodes.records(other)[0])
            }
        }
    }

    fn join_as_they_are(&self, groups: &mut super::Groups<'_>, of_record: &[EntityId]) {
        let mut first: BTreeMap<EntityId, u32> = BTreeMap::new();
        for (id, node) in of_record.iter().zip(&self.nodes.of_record) {
            groups.join(*first.entry(*id).or_insert(*node), *node);
        }
    }

    /// How the records of an entity came together, step by step, as a full run joins them; pairs and joined nodes are
    /// told by a record each. Records that say the same are together from the start.
    pub fn how(&self, records: &[u32]) -> Vec<Join> {
        let mut nodes: Vec<u32> = records.iter().map(|record| self.nodes.of_record[*record as usize]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let record = |node: u32| self.nodes.records(node).iter().min().copied().unwrap_or(u32::MAX);
        let mut joins: Vec<Join> = Vec::new();
        let is_here = |at: u32| records.contains(&at);
        for &(one, other) in self.said.same.iter().filter(|(one, other)| is_here(*one) && is_here(*other)) {
            joins.push(Join { pair: (one, other), odds: None, mean: None, joined: vec![other] });
        }
        let (mut edges, mut near) = (Vec::new(), Vec::new());
        for &one in &nodes {
            self.blocks.near(one, true, &mut near);
            for &other in near.iter().filter(|other| nodes.binary_search(other).is_ok()) {
                let odds = self.odds(one, other);
                edges.extend((odds > 0.0).then_some(Edge { odds: single(odds), one, other }));
            }
        }
        let odds = |one: u32, other: u32| self.odds(one, other);
        let mut groups = self.groups(&odds);
        groups.grow(edges, |join| {
            let joined = join.joined.iter().map(|node| record(*node)).collect();
            joins.push(Join { pair: (record(join.pair.0), record(join.pair.1)), joined, ..join });
        });
        joins
    }
}

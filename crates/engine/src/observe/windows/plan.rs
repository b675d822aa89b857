//! A registry made ready: which windows each kind's subjects keep, and where each feature's columns stand in a row.

use super::definition::{Aggregate, Definition};
use super::event::KeyKind;
use super::frame::FramePlan;
use std::fmt;

/// A registry that can be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    pub(super) kinds: [KindPlan; KeyKind::ALL.len()],
    definitions: Vec<Definition>,
    columns: Vec<String>,
    /// How far the furthest window follows behind.
    lag_us: i64,
}

/// What is kept for each subject of a kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct KindPlan {
    pub frames: Vec<FramePlan>,
    pub features: Vec<Feature>,
    /// Roles whose keys stand beside each event, in the order of slots.
    pub counted: Vec<KeyKind>,
    /// How far back the longest window looks.
    pub reach_us: i64,
}

/// A definition with its places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Feature {
    pub definition: Definition,
    /// Its window among the kind's frames.
    pub frame: usize,
    /// Where the kind that it counts stands among the frame's.
    pub keys: usize,
    /// The slot of that kind beside each event.
    pub slot: usize,
    /// Its first column.
    pub column: usize,
}

/// A registry that cannot be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanError {
    /// The columns of the definition.
    pub name: String,
    /// What is wrong with it.
    pub fault: &'static str,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the feature `{}` cannot be kept: {}", self.name, self.fault)
    }
}

impl std::error::Error for PlanError {}

impl Plan {
    /// Makes a registry ready. Columns stand in the order of the definitions.
    ///
    /// # Errors
    /// [`PlanError`] for a definition that makes no sense, or one that stands twice.
    pub fn new(definitions: &[Definition]) -> Result<Self, PlanError> {
        let lag_us = definitions.iter().map(|definition| definition.over.lag_us).max().unwrap_or(0);
        let (kinds, definitions_kept) = (Default::default(), definitions.to_vec());
        let mut plan = Self { kinds, definitions: definitions_kept, columns: Vec::new(), lag_us };
        for definition in definitions {
            let columns = definition.columns();
            let twice = columns.iter().any(|column| plan.columns.contains(column)).then_some("it stands twice");
            if let Some(fault) = definition.fault().or(twice) {
                return Err(PlanError { name: columns.join(", "), fault });
            }
            plan.kinds[definition.of.place()].add(*definition, plan.columns.len());
            plan.columns.extend(columns);
        }
        Ok(plan)
    }

    /// The definitions, in the order of their columns.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The names of the columns of a row.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How far the furthest window follows behind, in microseconds.
    pub fn lag_us(&self) -> i64 {
        self.lag_us
    }
}

impl KindPlan {
    fn add(&mut self, definition: Definition, column: usize) {
        let frame = self.frames.iter().position(|frame| frame.fits(&definition)).unwrap_or_else(|| {
            let (over, only) = (definition.over, definition.only);
            self.frames.push(FramePlan { over, only, extremes: false, slots: Vec::new() });
            self.frames.len() - 1
        });
        let (mut keys, mut slot) = (0, 0);
        match definition.what {
            Aggregate::Min | Aggregate::Max => self.frames[frame].extremes = true,
            Aggregate::Distinct(kind) | Aggregate::New(kind) => {
                slot = place_of(&mut self.counted, kind);
                keys = place_of(&mut self.frames[frame].slots, slot);
            }
            _ => {}
        }
        self.reach_us = self.reach_us.max(definition.over.reach_us());
        self.features.push(Feature { definition, frame, keys, slot, column });
    }
}

/// Where a value stands in a list, at whose end it is put where it is not there yet.
fn place_of<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter().position(|known| *known == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}

//! `plimsoll link --sums`: records without a partner that settle each other in sum.

use super::{LinkArgs, Told, UsageError, quoted};
use anyhow::Context;
use engine::link::Tables;
use engine::link::sums::{Group, Grouped, Limits, group};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Told<'_> {
    /// Groups what no link holds, and tells on standard error what was found and what was given up.
    pub(super) fn sums(&self, args: &LinkArgs) -> anyhow::Result<Grouped> {
        let standing = || self.linked.pairs.iter().filter(|pair| pair.stands).map(|pair| pair.pair);
        let (lefts, rights): (BTreeSet<u32>, BTreeSet<u32>) = standing().unzip();
        let is_free = |is_left: bool, row: u32| !(if is_left { &lefts } else { &rights }).contains(&row);
        let prepared = &self.of.prepared;
        let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: prepared.right.as_ref() };
        let limits = Limits { days: (-1, i64::from(args.days)), fee_bps: args.fee, ..Limits::default() };
        let found = group(tables, is_free, &limits).with_context(|| {
            UsageError(
                "there is nothing to sum: no column of both tables holds amounts (`--kind COLUMN=amount`)".to_owned(),
            )
        })?;
        let records: usize = found.groups.iter().map(|group| group.left.len() + group.right.len()).sum();
        eprintln!("{} groups of the rest, {records} records, settle each other in sum.", found.groups.len());
        if found.left_out > 0 {
            eprintln!(
                "warning: {} records have no exact amount, day or currency; they were not summed",
                found.left_out
            );
        }
        if !found.gave_up.is_empty() {
            let names: Vec<String> = found.gave_up.iter().take(3).map(|row| self.names((0, *row)).1).collect();
            eprintln!(
                "warning: {} records, such as {}, have so many others near that not every sum was tried; fewer `--days` help",
                found.gave_up.len(),
                names.join(", ")
            );
        }
        Ok(found)
    }

    fn names_of(&self, group: &Group) -> (Vec<String>, Vec<String>) {
        let left = group.left.iter().map(|row| self.names((*row, 0)).0);
        (left.collect(), group.right.iter().map(|row| self.names((0, *row)).1).collect())
    }

    pub(super) fn sums_json(&self, found: &Grouped) -> Value {
        let of = |group: &Group| {
            let (left, right) = self.names_of(group);
            json!({"left": left, "right": right, "owed": group.owed.to_string(), "paid": group.paid.to_string()})
        };
        let gave_up: Vec<String> = found.gave_up.iter().map(|row| self.names((0, *row)).1).collect();
        let groups: Vec<Value> = found.groups.iter().map(of).collect();
        json!({"groups": groups, "gave_up": gave_up, "left_out": found.left_out})
    }

    /// A line for each left and right record of a group, with the sums as its reason and no chance.
    pub(super) fn add_sums(&self, found: &Grouped, text: &mut String) {
        for (number, group) in (1..).zip(&found.groups) {
            let (lefts, rights) = self.names_of(group);
            let reason = format!("group {number}: {} paid of {}", group.paid, group.owed);
            for left in &lefts {
                for right in &rights {
                    let _ = writeln!(text, "{},{},,{}", quoted(left), quoted(right), quoted(&reason));
                }
            }
        }
    }
}

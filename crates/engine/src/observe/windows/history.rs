//! One subject's events in order of time; of one instant, in order of arrival.

use super::event::{Key, Traits};
use std::collections::VecDeque;

/// An event as its subject remembers it: 32 bytes, and 8 for each kind that is counted at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Item {
    pub at_us: i64,
    pub id: u64,
    pub amount_minor: i64,
    pub traits: Traits,
}

/// The events, oldest first, and beside each the keys that are counted here.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    items: VecDeque<Item>,
    keys: VecDeque<Option<Key>>,
    /// Keys of each item.
    stride: usize,
}

impl History {
    pub(super) fn new(stride: usize) -> Self {
        Self { stride, ..Self::default() }
    }

    /// Of events that stand in order, and their keys one behind the other.
    pub(super) fn of(items: Vec<Item>, keys: Vec<Option<Key>>, stride: usize) -> Self {
        Self { items: items.into(), keys: keys.into(), stride }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn item(&self, place: usize) -> &Item {
        &self.items[place]
    }

    /// The key of a counted kind of the item at a place.
    pub(super) fn key(&self, place: usize, slot: usize) -> Option<Key> {
        self.keys[place * self.stride + slot]
    }

    /// The keys beside the item at a place, in the order of slots.
    pub(super) fn keys(&self, place: usize) -> impl Iterator<Item = Option<Key>> + Clone {
        self.keys.range(place * self.stride..(place + 1) * self.stride).copied()
    }

    pub(super) fn newest_us(&self) -> Option<i64> {
        self.items.back().map(|item| item.at_us)
    }

    /// How many are not later than an instant.
    pub(super) fn until(&self, at_us: i64) -> usize {
        if self.newest_us().is_none_or(|newest| newest <= at_us) {
            return self.items.len();
        }
        self.items.partition_point(|item| item.at_us <= at_us)
    }

    /// Where an event of this name and instant stands.
    pub(super) fn find(&self, at_us: i64, id: u64) -> Option<usize> {
        let end = self.until(at_us);
        let mut of_the_instant = (0..end).rev().take_while(|place| self.items[*place].at_us == at_us);
        of_the_instant.find(|place| self.items[*place].id == id)
    }

    /// Puts an event behind all that are not later, and says where.
    pub(super) fn insert(&mut self, item: Item, keys: impl Iterator<Item = Option<Key>>) -> usize {
        let place = self.until(item.at_us);
        if place == self.items.len() {
            self.items.push_back(item);
            self.keys.extend(keys);
        } else {
            self.items.insert(place, item);
            let first = place * self.stride;
            keys.enumerate().for_each(|(slot, key)| self.keys.insert(first + slot, key));
        }
        place
    }

    /// More is true of the item at a place.
    pub(super) fn add(&mut self, place: usize, traits: Traits) {
        let known = &mut self.items[place].traits;
        *known = known.and(traits);
    }

    pub(super) fn mark(&mut self, place: usize, bad: bool) {
        let traits = &mut self.items[place].traits;
        *traits = if bad { traits.and(Traits::BAD) } else { traits.without(Traits::BAD) };
    }

    /// Takes the oldest out.
    pub(super) fn forget_oldest(&mut self) {
        self.items.pop_front();
        self.keys.drain(..self.stride.min(self.keys.len()));
    }

    /// Bytes that it holds beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<Item>() + self.keys.capacity() * size_of::<Option<Key>>()
    }
}

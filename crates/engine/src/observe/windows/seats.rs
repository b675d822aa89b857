//! A list and a table that grow a little at a time: one that doubled as a whole would keep an attempt waiting for as long as
//! all subjects take to be moved, some 100 ms at a million.

use super::event::Key;
use std::collections::HashMap;

/// A place in the list.
pub(super) type Place = u32;

/// Seats of one block.
const BLOCK: usize = 4_096;

/// A list of seats in blocks that stay where they are.
#[derive(Clone, Debug)]
pub(super) struct Seats<T>(Vec<Vec<Option<T>>>);

impl<T> Default for Seats<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Seats<T> {
    pub(super) fn get(&self, place: Place) -> Option<&T> {
        self.0.get(place as usize / BLOCK)?.get(place as usize % BLOCK)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, place: Place) -> Option<&mut T> {
        self.0.get_mut(place as usize / BLOCK)?.get_mut(place as usize % BLOCK)?.as_mut()
    }

    /// Takes who sits there away.
    pub(super) fn free(&mut self, place: Place) -> Option<T> {
        self.0.get_mut(place as usize / BLOCK)?.get_mut(place as usize % BLOCK)?.take()
    }

    /// Seats somebody at a free place of the list.
    pub(super) fn put(&mut self, place: Place, seat: T) {
        if let Some(free) =
            self.0.get_mut(place as usize / BLOCK).and_then(|block| block.get_mut(place as usize % BLOCK))
        {
            *free = Some(seat);
        }
    }

    /// Seats somebody at the end of the list.
    pub(super) fn push(&mut self, seat: T) -> Place {
        if self.0.last().is_none_or(|block| block.len() == BLOCK) {
            self.0.push(Vec::with_capacity(BLOCK));
        }
        let before = (self.0.len() - 1) * BLOCK;
        let place = match self.0.last_mut() {
            Some(block) => {
                block.push(Some(seat));
                before + block.len() - 1
            }
            None => before,
        };
        Place::try_from(place).expect("there are fewer than four billion subjects")
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten().flatten()
    }

    /// Places that memory is taken for.
    pub(super) fn capacity(&self) -> usize {
        self.0.len() * BLOCK
    }
}

/// Tables by the first bits of the keys, which are even.
const TABLES: usize = 64;

/// Where each key sits.
#[derive(Clone, Debug)]
pub(super) struct Places(Vec<HashMap<Key, Place>>);

impl Default for Places {
    fn default() -> Self {
        Self((0..TABLES).map(|_| HashMap::new()).collect())
    }
}

impl Places {
    fn table(key: Key) -> usize {
        (key.number() >> 58) as usize % TABLES
    }

    pub(super) fn get(&self, key: Key) -> Option<Place> {
        self.0[Self::table(key)].get(&key).copied()
    }

    pub(super) fn insert(&mut self, key: Key, place: Place) {
        self.0[Self::table(key)].insert(key, place);
    }

    pub(super) fn remove(&mut self, key: Key) {
        self.0[Self::table(key)].remove(&key);
    }

    /// Keys that memory is taken for.
    pub(super) fn capacity(&self) -> usize {
        self.0.iter().map(HashMap::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_stay_where_they_are_over_several_blocks() {
        let mut seats = Seats::default();
        let places: Vec<Place> = (0..10_000).map(|number| seats.push(number)).collect();
        assert_eq!(places, (0..10_000).collect::<Vec<_>>());
        assert_eq!(seats.free(5_000), Some(5_000));
        assert_eq!((seats.get(5_000), seats.get(9_999), seats.get(20_000)), (None, Some(&9_999), None));
        assert_eq!(seats.iter().count(), 9_999);
        seats.put(5_000, 7);
        seats.iter_mut().for_each(|number| *number += 1);
        assert_eq!((seats.get(5_000), seats.get(4_096)), (Some(&8), Some(&4_097)));
        assert_eq!(seats.get_mut(20_000), None);
        assert_eq!(seats.capacity(), 3 * BLOCK);
    }
}

//! Items by the name that a source gives them.

use crate::pack;
use domain::Currency;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Items by name and currency: the same name in another currency is another item, so that no sum mixes currencies.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(BTreeMap<(SmolStr, Option<Currency>), T>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Named<T> {
    pub(super) fn get(&self, name: &str, currency: Currency) -> Option<&T> {
        self.0.get(&key(name, currency))
    }

    /// The items of a name, in any currency.
    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = &T> {
        let name = SmolStr::from(name);
        let from = (name.clone(), None);
        self.0.range(from..).take_while(move |((of, _), _)| *of == name).map(|(_, item)| item)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Gives back empty places.
    pub(super) fn pack(&mut self) {
        pack::map(&mut self.0);
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.of(name).next().is_some()
    }

    /// All items with their names, by name and currency.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|((name, _), item)| (name.as_str(), item))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    pub(super) fn get_or_insert_with(&mut self, name: &str, currency: Currency, make: impl FnOnce() -> T) -> &mut T {
        self.0.entry(key(name, currency)).or_insert_with(make)
    }

    pub(super) fn insert(&mut self, name: &str, currency: Currency, item: T) {
        self.0.insert(key(name, currency), item);
    }

    pub(super) fn remove(&mut self, name: &str, currency: Currency) -> Option<T> {
        self.0.remove(&key(name, currency))
    }
}

/// The currency is optional so that a name alone sorts before all of its items.
fn key(name: &str, currency: Currency) -> (SmolStr, Option<Currency>) {
    (name.into(), Some(currency))
}

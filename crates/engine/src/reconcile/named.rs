//! Items by the name that a source gives them.

use domain::Currency;
use std::collections::BTreeMap;

/// Items by name and currency: the same name in another currency is another item, so that no sum mixes currencies.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(BTreeMap<String, BTreeMap<Currency, T>>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Named<T> {
    pub(super) fn get(&self, name: &str, currency: Currency) -> Option<&T> {
        self.0.get(name)?.get(&currency)
    }

    /// The items of a name, in any currency.
    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = &T> {
        self.0.get(name).into_iter().flat_map(BTreeMap::values)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.of(name).next().is_some()
    }

    /// All items with their names, by name and currency.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().flat_map(|(name, items)| items.values().map(move |item| (name.as_str(), item)))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, item)| item)
    }

    pub(super) fn get_or_insert_with(&mut self, name: &str, currency: Currency, make: impl FnOnce() -> T) -> &mut T {
        self.0.entry(name.to_owned()).or_default().entry(currency).or_insert_with(make)
    }

    pub(super) fn insert(&mut self, name: &str, currency: Currency, item: T) {
        self.0.entry(name.to_owned()).or_default().insert(currency, item);
    }

    pub(super) fn remove(&mut self, name: &str, currency: Currency) {
        if let Some(items) = self.0.get_mut(name) {
            items.remove(&currency);
        }
    }
}

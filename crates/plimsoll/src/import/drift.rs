//! Schema drift: a file whose columns are not those that its source sent before.
//!
//! A source has layouts (Stripe has a dozen exports): a header is compared with the one most like it among all that the
//! source has sent, and where not even half of the names are shared, it is a layout of its own. The order of columns
//! does not matter.

use domain::{Digest, Issue, IssueRule, Span, Stage};
use std::collections::{BTreeMap, BTreeSet};
use store::{FileRow, Reader, StoreError};

/// The headers that each source has sent.
#[derive(Default)]
pub(super) struct Headers {
    known: BTreeMap<String, Vec<Vec<String>>>,
}

/// How a header differs from the one before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Drift {
    gained: Vec<String>,
    lost: Vec<String>,
    renamed: Vec<(String, String)>,
}

impl Headers {
    /// Those of the files that were taken.
    pub(super) fn of(reader: &Reader) -> Result<Self, StoreError> {
        let mut headers = Self::default();
        reader.files()?.iter().for_each(|row| headers.learn(row));
        Ok(headers)
    }

    /// Takes the header of a file that was taken.
    pub(super) fn learn(&mut self, row: &FileRow) {
        let known = self.known.entry(row.source.clone()).or_default();
        if !row.columns.is_empty() && !known.contains(&row.columns) {
            known.push(row.columns.clone());
        }
    }

    /// How these columns differ from the most similar header of the source; none where it is known, or new altogether.
    pub(super) fn drift(&self, source: &str, columns: &[String]) -> Option<Drift> {
        let new: BTreeSet<&String> = columns.iter().collect();
        let known = self.known.get(source).filter(|_| !columns.is_empty())?;
        let alike = |old: &&Vec<String>| {
            let old: BTreeSet<&String> = old.iter().collect();
            100 * old.intersection(&new).count() / old.union(&new).count().max(1)
        };
        let nearest = known.iter().max_by_key(alike)?;
        (50..100).contains(&alike(&nearest)).then(|| Drift::between(nearest, columns))
    }
}

impl Drift {
    fn between(old: &[String], new: &[String]) -> Self {
        let missing = |from: &[String], in_: &[String]| -> Vec<(usize, String)> {
            let apart = from.iter().enumerate().filter(|(_, name)| !in_.contains(name));
            apart.map(|(place, name)| (place, name.clone())).collect()
        };
        let (mut lost, mut gained) = (missing(old, new), missing(new, old));
        let one_each = lost.len() == 1 && gained.len() == 1;
        let mut renamed = Vec::new();
        lost.retain(|(place, name)| {
            let same_place = gained.iter().position(|(at, _)| at == place || one_each);
            let Some(found) = same_place else { return true };
            renamed.push((name.clone(), gained.remove(found).1));
            false
        });
        let names = |columns: Vec<(usize, String)>| columns.into_iter().map(|(_, name)| name).collect();
        Self { gained: names(gained), lost: names(lost), renamed }
    }

    /// The columns that it is about.
    pub(super) fn columns(&self) -> String {
        let renamed = self.renamed.iter().map(|(_, new)| new);
        self.gained.iter().chain(&self.lost).chain(renamed).cloned().collect::<Vec<String>>().join(", ")
    }

    /// `gained a, b; lost c; d is now e`.
    pub(super) fn said(&self) -> String {
        let list = |word: &str, names: &[String]| (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")));
        let renamed = self.renamed.iter().map(|(old, new)| format!("{old} is now {new}"));
        let parts = list("gained", &self.gained).into_iter().chain(list("lost", &self.lost)).chain(renamed);
        parts.collect::<Vec<String>>().join("; ")
    }

    /// The note of a file that is taken all the same.
    pub(super) fn note(&self, file: Digest) -> Issue {
        let span = Span { line: 1, offset: 0, len: 0 };
        let (column, value) = (self.columns(), self.said());
        Issue { stage: Stage::Sources, rule: IssueRule::SchemaDrift, file, span, rows: 0, column, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: &str) -> Vec<String> {
        columns.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_header_is_compared_with_the_most_similar_of_its_source() {
        let mut headers = Headers::default();
        for columns in ["id at net", "id at net fee memo", "payout day total"] {
            let row = FileRow { source: "shop".to_owned(), columns: names(columns), ..FileRow::default() };
            headers.learn(&row);
        }
        for (columns, said) in [
            ("id at net", None),
            ("net at id", None),
            ("something else altogether here", None),
            ("", None),
            ("id at net tax", Some("gained tax")),
            ("id at", Some("lost net")),
            ("id at amount", Some("net is now amount")),
            ("memo id at net", Some("lost fee")),
            ("id at net fee note", Some("memo is now note")),
            ("payout day total x", Some("gained x")),
        ] {
            let drift = headers.drift("shop", &names(columns)).map(|drift| drift.said());
            assert_eq!(drift.as_deref(), said, "{columns}");
            assert_eq!(headers.drift("other", &names(columns)), None);
        }
    }
}

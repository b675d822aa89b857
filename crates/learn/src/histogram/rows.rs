//! The rows of a growing tree, node by node.

/// Rows in an order in which each node's stand together.
pub(crate) struct NodeRows {
    rows: Vec<u32>,
    /// Where a partition keeps the rows that go right.
    others: Vec<u32>,
}

impl NodeRows {
    /// These rows (ascending), as those of the root.
    pub(crate) fn new(rows: Vec<u32>) -> Self {
        Self { others: vec![0; rows.len()], rows }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows of a node.
    pub(crate) fn of(&self, start: usize, end: usize) -> &[u32] {
        &self.rows[start..end]
    }

    /// Brings the rows that go left before the others, keeping the order of both; gives where the
    /// others begin. Each row is written to both sides and one of the two is kept: no branch to
    /// guess.
    pub(crate) fn partition(&mut self, start: usize, end: usize, goes_left: impl Fn(u32) -> bool) -> usize {
        let part = &mut self.rows[start..end];
        let others = &mut self.others[..part.len()];
        let mut left = 0;
        for index in 0..part.len() {
            let row = part[index];
            part[left] = row;
            others[index - left] = row;
            left += usize::from(goes_left(row));
        }
        part[left..].copy_from_slice(&others[..end - start - left]);
        start + left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_keep_their_order() {
        let mut rows = NodeRows::new(vec![1, 4, 5, 8, 9]);
        assert_eq!(rows.partition(1, 5, |row| row % 2 == 1), 3);
        assert_eq!(rows.of(0, 5), [1, 5, 9, 4, 8]);
    }
}

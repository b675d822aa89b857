//! The log-odds of one row: many trees walk down side by side, without a branch on the data.
//!
//! A step is one load of a node, one of a value, one comparison. Trees of like depth walk together,
//! since a block is as deep as its deepest. A missing value needs no question of its own: each
//! column has two slots, the value as it is, which no threshold lets go left when it is missing,
//! and the value or −∞, which every threshold does.
//!
//! Promises: nothing is allocated for up to 256 columns, and the sum's order depends on the trees
//! alone.

use super::TreeEnsemble;

/// How many trees walk down side by side; their loads don't wait for one another.
const LOCKSTEP: usize = 16;

/// Trees that walk down side by side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// The first nodes of the trees; a tree that stands twice counts once.
    roots: [u32; LOCKSTEP],
    /// How many of them count.
    trees: usize,
    /// Of the deepest.
    depth: usize,
}

impl Block {
    /// Trees of like depth together, the shallowest first.
    pub(super) fn of_trees(starts: &[u32], depths: &[usize]) -> Vec<Self> {
        let mut order: Vec<usize> = (0..depths.len()).collect();
        order.sort_by_key(|&tree| depths[tree]);
        let block = |trees: &[usize]| {
            let deepest = trees[trees.len() - 1];
            let root = |lane: usize| starts[*trees.get(lane).unwrap_or(&trees[0])];
            Self { roots: std::array::from_fn(root), trees: trees.len(), depth: depths[deepest] }
        };
        order.chunks(LOCKSTEP).map(block).collect()
    }
}

impl TreeEnsemble {
    /// The log-odds of one row: a value a column, `NaN` where missing. Panics if `row` is shorter
    /// than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        let row = &row[..self.columns];
        match row.len() {
            0..=32 => self.sum_on_stack::<64>(row),
            33..=256 => self.sum_on_stack::<512>(row),
            _ => {
                let slots: Vec<f32> = row.iter().flat_map(|&value| [value, low_if_missing(value)]).collect();
                self.sum(|slot| slots[usize::from(slot)])
            }
        }
    }

    /// The same, summed tree by tree as a fit sums: one that goes on from these trees is then, bit for bit, the fit of
    /// all of them.
    pub(crate) fn log_odds_in_order(&self, row: &[f32]) -> f64 {
        let roots = self.starts.iter().take(self.trees());
        roots.fold(self.bias, |sum, &root| sum + self.values[self.leaf_below(root, row) as usize])
    }

    fn leaf_below(&self, root: u32, row: &[f32]) -> u32 {
        let mut at = root;
        loop {
            let node = self.nodes[at as usize];
            let right = u32::from(node.side(row[node.column()]) == 1);
            match at + u32::from(node.down) + right {
                next if next == at => return at,
                next => at = next,
            }
        }
    }

    /// `SLOTS` is a power of two and at least two a column: so the mask changes no slot, and spares its check.
    fn sum_on_stack<const SLOTS: usize>(&self, row: &[f32]) -> f64 {
        let slots = slotted::<SLOTS>(row);
        self.sum(|slot| slots[usize::from(slot) & (SLOTS - 1)])
    }

    fn sum(&self, value: impl Fn(u16) -> f32) -> f64 {
        let mut sums = [0.0; LOCKSTEP];
        for block in &self.blocks {
            let leaves = self.walk(block, &value);
            for (sum, leaf) in sums[..block.trees].iter_mut().zip(leaves) {
                *sum += self.values[leaf as usize];
            }
        }
        sums.iter().fold(self.bias, |sum, part| sum + part)
    }

    /// The leaf of each tree.
    #[inline(always)]
    fn walk(&self, block: &Block, value: &impl Fn(u16) -> f32) -> [u32; LOCKSTEP] {
        let mut at = block.roots;
        for _ in 0..block.depth {
            for at in &mut at {
                let node = self.nodes[*at as usize];
                let goes_left = value(node.slot) <= node.threshold;
                *at += u32::from(node.down) + u32::from(!goes_left);
            }
        }
        at
    }
}

/// Two slots a column on the stack.
fn slotted<const SLOTS: usize>(row: &[f32]) -> [f32; SLOTS] {
    let mut slots = [0.0; SLOTS];
    for (slots, &value) in slots.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *slots = [value, low_if_missing(value)];
    }
    slots
}

fn low_if_missing(value: f32) -> f32 {
    if value.is_nan() { f32::NEG_INFINITY } else { value }
}

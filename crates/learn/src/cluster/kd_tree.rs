//! The points within a distance, found in a tree that halves them along their widest column.

use super::points::{Points, squared_distance};

/// Fewer points than this are not halved again.
const LEAF_POINTS: usize = 16;

/// Indices of points, halved and halved again.
pub(super) struct KdTree<'a> {
    points: &'a Points,
    order: Vec<usize>,
    /// By place in the order, for the place where a part is halved: its column.
    columns: Vec<usize>,
}

impl<'a> KdTree<'a> {
    pub(super) fn new(points: &'a Points) -> Self {
        let mut order: Vec<usize> = (0..points.count()).collect();
        let mut columns = vec![0; order.len()];
        let mut open = vec![(0, order.len())];
        while let Some((start, end)) = open.pop() {
            if end - start <= LEAF_POINTS {
                continue;
            }
            let column = widest(points, &order[start..end]);
            let middle = start.midpoint(end);
            order[start..end].select_nth_unstable_by(middle - start, |&a, &b| {
                points.point(a)[column].total_cmp(&points.point(b)[column]).then(a.cmp(&b))
            });
            columns[middle] = column;
            open.extend([(start, middle), (middle + 1, end)]);
        }
        Self { points, order, columns }
    }

    /// The points within this distance of a point, itself among them, ascending.
    pub(super) fn within(&self, point: &[f64], distance: f64) -> Vec<usize> {
        let (mut found, mut open) = (Vec::new(), vec![(0, self.order.len())]);
        let mut take = |index: usize| {
            if squared_distance(self.points.point(index), point) <= distance * distance {
                found.push(index);
            }
        };
        while let Some((start, end)) = open.pop() {
            if end - start <= LEAF_POINTS {
                self.order[start..end].iter().for_each(|&index| take(index));
                continue;
            }
            let middle = start.midpoint(end);
            let (column, index) = (self.columns[middle], self.order[middle]);
            let cut = self.points.point(index)[column];
            take(index);
            if point[column] - distance <= cut {
                open.push((start, middle));
            }
            if point[column] + distance >= cut {
                open.push((middle + 1, end));
            }
        }
        found.sort_unstable();
        found
    }
}

fn widest(points: &Points, indices: &[usize]) -> usize {
    let width = |column: usize| {
        let values = indices.iter().map(|&index| points.point(index)[column]);
        let ends =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |ends, value| (ends.0.min(value), ends.1.max(value)));
        ends.1 - ends.0
    };
    let widths: Vec<f64> = (0..points.columns()).map(width).collect();
    (0..widths.len()).max_by(|&a, &b| widths[a].total_cmp(&widths[b]).then(b.cmp(&a))).unwrap_or(0)
}

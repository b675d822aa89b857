//! Solves `A x = b` for a symmetric positive definite `A`, by Cholesky's factors `A = L Lᵀ`.

/// The solution, or `None` where `A` is not positive definite. `matrix` is row-major, n × n; only
/// its lower triangle is read. It ends as `L`.
///
/// By hand: A = \[4 2; 2 5\], b = \[8, 8\]: L = \[2 0; 1 2\], so x = \[1.5, 1\].
pub(crate) fn solve(matrix: &mut [f64], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    factor(matrix, size)?;
    let mut solution = right.to_vec();
    for row in 0..size {
        let known = dot(&matrix[row * size..row * size + row], &solution[..row]);
        solution[row] = (solution[row] - known) / matrix[row * size + row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|below| matrix[below * size + row] * solution[below]).sum();
        solution[row] = (solution[row] - known) / matrix[row * size + row];
    }
    Some(solution)
}

/// Replaces the lower triangle by `L`, row by row.
fn factor(matrix: &mut [f64], size: usize) -> Option<()> {
    for row in 0..size {
        for column in 0..=row {
            let (a, b) = (row * size, column * size);
            let rest = matrix[a + column] - dot(&matrix[a..a + column], &matrix[b..b + column]);
            if column < row {
                matrix[a + column] = rest / matrix[b + column];
            } else if rest > 0.0 && rest.is_finite() {
                matrix[a + column] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        let mut matrix = vec![4.0, 2.0, 2.0, 5.0];
        assert_eq!(solve(&mut matrix, &[8.0, 8.0]), Some(vec![1.5, 1.0]));
        assert_eq!([matrix[0], matrix[2], matrix[3]], [2.0, 1.0, 2.0]);
    }

    #[test]
    fn an_indefinite_matrix_has_no_factors() {
        assert_eq!(solve(&mut [1.0, 2.0, 2.0, 1.0], &[1.0, 1.0]), None);
    }
}

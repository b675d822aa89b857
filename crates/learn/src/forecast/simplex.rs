//! The lowest point of a function of a few numbers without slopes (Nelder and Mead 1965), with the usual factors.

/// Stops where the corners' values differ by no more, relative to the lowest.
const CLOSE: f64 = 1e-9;

/// The lowest point found from `start`, with first corners a `step` away along each axis, in at most `most` looks.
pub(super) fn lowest(start: &[f64], step: f64, most: usize, mut value: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut looked = 0;
    let mut look = |point: &[f64]| {
        looked += 1;
        let value = value(point);
        (if value.is_nan() { f64::INFINITY } else { value }, looked)
    };
    let mut corners: Vec<(f64, Vec<f64>)> = Vec::with_capacity(start.len() + 1);
    corners.push((look(start).0, start.to_vec()));
    for axis in 0..start.len() {
        let mut corner = start.to_vec();
        corner[axis] += step;
        corners.push((look(&corner).0, corner));
    }
    loop {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = corners.len() - 1;
        let spread = corners[last].0 - corners[0].0;
        if last == 0 || spread <= CLOSE * corners[0].0.abs().max(f64::MIN_POSITIVE) {
            break;
        }
        let centre: Vec<f64> = (0..start.len())
            .map(|axis| corners[..last].iter().map(|(_, corner)| corner[axis]).sum::<f64>() / last as f64)
            .collect();
        let along = |factor: f64, worst: &[f64]| -> Vec<f64> {
            centre.iter().zip(worst).map(|(c, w)| c + factor * (c - w)).collect()
        };
        let reflected = along(1.0, &corners[last].1);
        let (at, seen) = look(&reflected);
        if seen >= most {
            break;
        }
        let second = corners[last - 1].0;
        corners[last] = if at < corners[0].0 {
            let stretched = along(2.0, &corners[last].1);
            let further = look(&stretched).0;
            if further < at { (further, stretched) } else { (at, reflected) }
        } else if at < second {
            (at, reflected)
        } else {
            let towards = if at < corners[last].0 { 0.5 } else { -0.5 };
            let drawn = along(towards, &corners[last].1);
            let nearer = look(&drawn).0;
            if nearer < at.min(corners[last].0) {
                (nearer, drawn)
            } else {
                let best = corners[0].1.clone();
                for (value, corner) in &mut corners[1..] {
                    *corner = corner.iter().zip(&best).map(|(c, b)| b + 0.5 * (c - b)).collect();
                    *value = look(corner).0;
                }
                continue;
            }
        };
    }
    corners.swap_remove(0).1
}

#[cfg(test)]
mod tests {
    use super::lowest;

    #[test]
    fn a_bent_valley_is_walked_to_its_end() {
        let found = lowest(&[-1.2, 1.0], 0.5, 2_000, |p| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2));
        assert!((found[0] - 1.0).abs() < 1e-3 && (found[1] - 1.0).abs() < 1e-3, "{found:?}");
    }
}

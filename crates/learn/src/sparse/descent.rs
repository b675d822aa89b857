//! Newton's quadratic, solved column by column over the cells that are there.
//!
//! (Yuan, Ho and Lin, "An improved GLMNET for L1-regularized logistic regression", 2012, on which LIBLINEAR's L1
//! solver stands.) One pass over all columns costs one look at each cell.

use super::{SparseLogisticParams, SparseRows};
use crate::estimator::FitError;
use crate::logistic::soft_threshold;
use crate::odds::{log_loss_of, probability_of};

/// The most passes over the columns for one quadratic.
const MOST_SWEEPS: usize = 200;

/// How often a step is halved before it is given up.
const MOST_HALVINGS: i32 = 30;

/// A step must take at least this share of what its slope promises (Armijo's rule, as in the paper).
const LEAST_PROMISE: f64 = 0.01;

/// The intercept and the coefficients of the least penalised loss.
pub(super) fn minimise(
    params: &SparseLogisticParams,
    rows: &SparseRows,
    labels: &[bool],
    weights: &[f64],
) -> Result<(f64, Vec<f64>), FitError> {
    let problem = Problem { params, rows, labels, weights };
    let mut at = Point::start(&problem);
    let mut first: Option<f64> = None;
    for _ in 0..params.max_steps {
        let slopes = problem.slopes(&at);
        let worst = problem.worst_slope(&at, &slopes);
        let start = *first.get_or_insert(worst);
        if !worst.is_finite() {
            return Err(FitError::NotFinite);
        }
        if worst <= params.tolerance * start {
            return Ok((at.intercept, at.coefficients));
        }
        // The nearer the minimum, the closer each quadratic is solved.
        let tolerance = (0.1 * worst).min(worst * worst / start).max(params.tolerance * start * 0.1);
        let step = problem.least_of_quadratic(&at, &slopes, tolerance);
        at = problem.descend(&at, &step).ok_or(FitError::NotFinite)?;
    }
    Err(FitError::NotConverged { steps: params.max_steps })
}

struct Problem<'a> {
    params: &'a SparseLogisticParams,
    rows: &'a SparseRows,
    labels: &'a [bool],
    weights: &'a [f64],
}

/// A place of the descent, with the log-odds of each row there.
struct Point {
    intercept: f64,
    coefficients: Vec<f64>,
    log_odds: Vec<f64>,
    objective: f64,
}

impl Point {
    /// No coefficients, and the base rate's log-odds.
    fn start(problem: &Problem) -> Self {
        let rows = 0..problem.labels.len();
        let positive: f64 = rows.clone().filter(|&row| problem.labels[row]).map(|row| problem.weight(row)).sum();
        let all: f64 = rows.map(|row| problem.weight(row)).sum();
        let intercept = (positive / (all - positive)).ln();
        let coefficients = vec![0.0; problem.rows.columns()];
        let log_odds = vec![intercept; problem.labels.len()];
        let objective = problem.objective(&coefficients, &log_odds);
        Self { intercept, coefficients, log_odds, objective }
    }
}

/// First and second derivatives of the loss by the log-odds of each row, and by each column with λ₂.
struct Slopes {
    curvature_of_row: Vec<f64>,
    intercept: f64,
    intercept_curvature: f64,
    columns: Vec<f64>,
    curvatures: Vec<f64>,
}

/// A move, with what it changes of the log-odds of each row.
struct Step {
    intercept: f64,
    coefficients: Vec<f64>,
    log_odds: Vec<f64>,
    /// What the slopes promise of the whole step; negative.
    promise: f64,
}

impl Problem<'_> {
    fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    fn objective(&self, coefficients: &[f64], log_odds: &[f64]) -> f64 {
        let loss =
            log_odds.iter().enumerate().map(|(row, &odds)| self.weight(row) * log_loss_of(odds, self.labels[row]));
        let (l1, l2) = (self.params.lambda_l1, self.params.lambda_l2);
        loss.sum::<f64>() + coefficients.iter().map(|b| l1 * b.abs() + l2 / 2.0 * b * b).sum::<f64>()
    }

    fn slopes(&self, at: &Point) -> Slopes {
        let (mut slope_of_row, mut curvature_of_row) = (Vec::new(), Vec::new());
        for (row, &odds) in at.log_odds.iter().enumerate() {
            let probability = probability_of(odds);
            slope_of_row.push(self.weight(row) * (probability - f64::from(u8::from(self.labels[row]))));
            curvature_of_row.push(self.weight(row) * probability * (1.0 - probability));
        }
        let (mut columns, mut curvatures) = (Vec::new(), Vec::new());
        for (column, coefficient) in at.coefficients.iter().enumerate() {
            let (mut slope, mut curvature) = (self.params.lambda_l2 * coefficient, self.params.lambda_l2);
            let (rows, values) = self.rows.column(column);
            for (&row, &value) in rows.iter().zip(values) {
                slope += slope_of_row[row as usize] * f64::from(value);
                curvature += curvature_of_row[row as usize] * f64::from(value) * f64::from(value);
            }
            columns.push(slope);
            curvatures.push(curvature);
        }
        let (intercept, intercept_curvature) = (slope_of_row.iter().sum(), curvature_of_row.iter().sum());
        Slopes { curvature_of_row, intercept, intercept_curvature, columns, curvatures }
    }

    fn worst_slope(&self, at: &Point, slopes: &Slopes) -> f64 {
        let lambda = self.params.lambda_l1;
        let columns = at.coefficients.iter().zip(&slopes.columns).map(|(&value, slope)| match value {
            0.0 => (slope.abs() - lambda).max(0.0),
            _ => (slope + lambda * value.signum()).abs(),
        });
        columns.fold(slopes.intercept.abs(), f64::max)
    }

    /// The step to where Newton's quadratic with both penalties is least, up to `tolerance` in its slopes.
    fn least_of_quadratic(&self, at: &Point, slopes: &Slopes, tolerance: f64) -> Step {
        let lambda = self.params.lambda_l1;
        let size = at.coefficients.len();
        let mut step = Step {
            intercept: 0.0,
            coefficients: vec![0.0; size],
            log_odds: vec![0.0; at.log_odds.len()],
            promise: 0.0,
        };
        for _ in 0..MOST_SWEEPS {
            let mut most = self.step_intercept(slopes, &mut step);
            for column in 0..size {
                let curvature = slopes.curvatures[column];
                if curvature <= 0.0 {
                    continue;
                }
                let (rows, values) = self.rows.column(column);
                let bent = rows.iter().zip(values).map(|(&row, &value)| {
                    slopes.curvature_of_row[row as usize] * step.log_odds[row as usize] * f64::from(value)
                });
                let moved = step.coefficients[column];
                let slope = slopes.columns[column] + bent.sum::<f64>() + self.params.lambda_l2 * moved;
                let here = at.coefficients[column] + moved;
                let by = soft_threshold(here - slope / curvature, lambda / curvature) - here;
                if by != 0.0 {
                    step.coefficients[column] += by;
                    let cells = rows.iter().zip(values);
                    cells.for_each(|(&row, &value)| step.log_odds[row as usize] += by * f64::from(value));
                    most = most.max((curvature * by).abs());
                }
            }
            if most <= tolerance {
                break;
            }
        }
        let linear = slopes.columns.iter().zip(&step.coefficients).map(|(slope, by)| slope * by).sum::<f64>();
        let absolute = at.coefficients.iter().zip(&step.coefficients).map(|(at, by)| (at + by).abs() - at.abs());
        step.promise = linear + slopes.intercept * step.intercept + lambda * absolute.sum::<f64>();
        step
    }

    fn step_intercept(&self, slopes: &Slopes, step: &mut Step) -> f64 {
        let bent: f64 = slopes.curvature_of_row.iter().zip(&step.log_odds).map(|(curvature, by)| curvature * by).sum();
        let slope = slopes.intercept + bent;
        let by = if slopes.intercept_curvature > 0.0 { -slope / slopes.intercept_curvature } else { 0.0 };
        step.intercept += by;
        step.log_odds.iter_mut().for_each(|odds| *odds += by);
        slope.abs()
    }

    /// The first of the whole step, its half, its quarter and so on that keeps Armijo's rule, up to rounding.
    fn descend(&self, at: &Point, step: &Step) -> Option<Point> {
        let moved = |from: &[f64], by: &[f64], share: f64| -> Vec<f64> {
            from.iter().zip(by).map(|(from, by)| from + share * by).collect()
        };
        (0..MOST_HALVINGS).find_map(|halvings| {
            let share = 0.5_f64.powi(halvings);
            let coefficients = moved(&at.coefficients, &step.coefficients, share);
            let log_odds = moved(&at.log_odds, &step.log_odds, share);
            let objective = self.objective(&coefficients, &log_odds);
            let most = at.objective + LEAST_PROMISE * share * step.promise + at.objective.abs() * 1e-12;
            let intercept = at.intercept + share * step.intercept;
            (objective <= most).then_some(Point { intercept, coefficients, log_odds, objective })
        })
    }
}

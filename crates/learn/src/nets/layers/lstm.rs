//! Long short-term memory (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers et al.):
//! what a unit remembers after the last step of a sequence.
//!
//! A step: i, f, o = σ(gates), g = tanh(gate), c ← f · c + i · g, h ← o · tanh(c), where the gates
//! are x · `of_input` + h · `of_hidden` + bias, in the order i, f, g, o. A step that is not there
//! changes nothing. Weights: `of_input` (inputs × 4 units), `of_hidden` (units × 4 units), biases.
//!
//! What is kept goes by steps, not by rows, so that one step of all rows is one stretch and the
//! slopes of all steps are two products.

use super::{Gave, Given, Slopes, add_rows, uniform};
use crate::nets::kernel::{Loop, Matrix, add_product, add_row_product, vectorised};
use crate::nets::scalar::Scalar;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Lstm {
    pub steps: usize,
    /// Numbers a step.
    pub channels: usize,
    pub units: usize,
}

/// What the forward way keeps, each step by step.
struct Kept<M> {
    input: M,
    gates: M,
    cell: M,
    cell_tanh: M,
    hidden: M,
}

/// The parts of the weights.
struct Parts<M> {
    of_input: M,
    of_hidden: M,
    biases: M,
}

impl Lstm {
    pub(super) fn inputs(&self) -> usize {
        self.steps * self.channels
    }

    pub(super) fn outputs(&self) -> usize {
        self.units
    }

    pub(super) fn weights(&self) -> usize {
        (self.channels + self.units + 1) * 4 * self.units
    }

    /// ±1 / √units, as PyTorch does; the forget gates' biases 1, so that it remembers at first.
    pub(super) fn start<T: Scalar>(&self, weights: &mut [T], random: &mut Random) {
        uniform(weights, 1.0 / (self.units as f64).sqrt(), random);
        let biases = (self.channels + self.units) * 4 * self.units;
        weights[biases..].fill(T::ZERO);
        weights[biases + self.units..biases + 2 * self.units].fill(T::ONE);
    }

    fn parts<'a, T>(&self, weights: &'a [T]) -> Parts<&'a [T]> {
        let (of_input, rest) = weights.split_at(self.channels * 4 * self.units);
        let (of_hidden, biases) = rest.split_at(self.units * 4 * self.units);
        Parts { of_input, of_hidden, biases }
    }

    fn parts_mut<'a, T>(&self, weights: &'a mut [T]) -> Parts<&'a mut [T]> {
        let (of_input, rest) = weights.split_at_mut(self.channels * 4 * self.units);
        let (of_hidden, biases) = rest.split_at_mut(self.units * 4 * self.units);
        Parts { of_input, of_hidden, biases }
    }

    fn kept<'a, T>(&self, kept: &'a [T], rows: usize) -> Kept<&'a [T]> {
        let cells = self.steps * rows * self.units;
        let (input, kept) = kept.split_at(self.steps * rows * self.channels);
        let (gates, kept) = kept.split_at(4 * cells);
        let (cell, kept) = kept.split_at(cells);
        let (cell_tanh, hidden) = kept.split_at(cells);
        Kept { input, gates, cell, cell_tanh, hidden }
    }

    fn kept_mut<'a, T>(&self, kept: &'a mut [T], rows: usize) -> Kept<&'a mut [T]> {
        let cells = self.steps * rows * self.units;
        let (input, kept) = kept.split_at_mut(self.steps * rows * self.channels);
        let (gates, kept) = kept.split_at_mut(4 * cells);
        let (cell, kept) = kept.split_at_mut(cells);
        let (cell_tanh, hidden) = kept.split_at_mut(cells);
        Kept { input, gates, cell, cell_tanh, hidden }
    }

    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T], kept: &mut Vec<T>) {
        let rows = output.len() / self.units;
        let weights = self.parts(given.weights);
        kept.clear();
        kept.resize(self.steps * rows * (self.channels + 7 * self.units), T::ZERO);
        let kept = self.kept_mut(kept, rows);
        self.by_steps(given.input, kept.input);
        kept.gates.chunks_exact_mut(4 * self.units).for_each(|gates| gates.copy_from_slice(weights.biases));
        let of_input = Matrix::new(weights.of_input, 4 * self.units);
        add_product(Matrix::new(kept.input, self.channels), of_input, kept.gates);
        let size = rows * self.units;
        let nothing = vec![T::ZERO; size];
        for step in 0..self.steps {
            let (hidden_before, hidden) = kept.hidden.split_at_mut(step * size);
            let (cell_before, cell) = kept.cell.split_at_mut(step * size);
            let hidden_before = if step == 0 { &nothing } else { &hidden_before[(step - 1) * size..] };
            let cell_before = if step == 0 { &nothing } else { &cell_before[(step - 1) * size..] };
            let gates = &mut kept.gates[4 * step * size..4 * (step + 1) * size];
            let of_hidden = Matrix::new(weights.of_hidden, 4 * self.units);
            add_product(Matrix::new(hidden_before, self.units), of_hidden, gates);
            vectorised(Step {
                lstm: self,
                given,
                step,
                gates,
                before: [cell_before, hidden_before],
                after: [&mut cell[..size], &mut kept.cell_tanh[step * size..(step + 1) * size], &mut hidden[..size]],
            });
        }
        match self.steps.checked_sub(1) {
            Some(last) => output.copy_from_slice(&kept.hidden[last * size..]),
            None => output.fill(T::ZERO),
        }
    }

    /// One row without anything kept: all steps in one run of the processor's widest registers.
    pub(super) fn infer<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T], scratch: &mut Vec<T>) {
        scratch.clear();
        scratch.resize(5 * self.units, T::ZERO);
        output.fill(T::ZERO);
        vectorised(Infer { lstm: self, given, scratch, hidden: output });
    }

    pub(super) fn backward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        gave: Gave<'_, T>,
        slope: &[T],
        slopes: Slopes<'_, T>,
    ) {
        let rows = slope.len() / self.units;
        let (weights, kept) = (self.parts(given.weights), self.kept(gave.kept, rows));
        let of_weights = self.parts_mut(slopes.weights);
        let size = rows * self.units;
        let of_gates = self.gate_slopes(given, &kept, weights.of_hidden, slope);
        let gate_rows = Matrix::new(&of_gates, 4 * self.units);
        add_product(Matrix::new(kept.input, self.channels).transposed(), gate_rows, of_weights.of_input);
        add_rows(&of_gates, of_weights.biases);
        if self.steps > 1 {
            let before = Matrix::new(&kept.hidden[..(self.steps - 1) * size], self.units);
            let later = Matrix::new(&of_gates[4 * size..], 4 * self.units);
            add_product(before.transposed(), later, of_weights.of_hidden);
        }
        if let Some(input) = slopes.input {
            let mut by_steps = vec![T::ZERO; input.len()];
            add_product(gate_rows, Matrix::new(weights.of_input, 4 * self.units).transposed(), &mut by_steps);
            self.each_step(rows, |row, step| {
                input[row..row + self.channels].copy_from_slice(&by_steps[step..step + self.channels]);
            });
        }
    }

    /// The slope by each gate's sum, from the last step to the first.
    fn gate_slopes<T: Scalar>(&self, given: Given<'_, T>, kept: &Kept<&[T]>, of_hidden: &[T], slope: &[T]) -> Vec<T> {
        let size = slope.len();
        let nothing = vec![T::ZERO; size];
        let mut of_gates = vec![T::ZERO; 4 * size * self.steps];
        let (mut hidden, mut cell) = (slope.to_vec(), vec![T::ZERO; size]);
        for step in (0..self.steps).rev() {
            let of_step = &mut of_gates[4 * step * size..4 * (step + 1) * size];
            vectorised(StepBack {
                lstm: self,
                given,
                step,
                gates: &kept.gates[4 * step * size..4 * (step + 1) * size],
                cell_before: if step == 0 { &nothing } else { &kept.cell[(step - 1) * size..step * size] },
                cell_tanh: &kept.cell_tanh[step * size..(step + 1) * size],
                of_gates: of_step,
                of_hidden: &mut hidden,
                of_cell: &mut cell,
            });
            let turned = Matrix::new(of_hidden, 4 * self.units).transposed();
            add_product(Matrix::new(of_step, 4 * self.units), turned, &mut hidden);
        }
        of_gates
    }

    fn by_steps<T: Scalar>(&self, rows: &[T], steps: &mut [T]) {
        let count = rows.len() / self.inputs();
        self.each_step(count, |row, step| {
            steps[step..step + self.channels].copy_from_slice(&rows[row..row + self.channels]);
        });
    }

    /// Where each step of each row begins, by rows and by steps.
    fn each_step(&self, rows: usize, mut place: impl FnMut(usize, usize)) {
        for step in 0..self.steps {
            for row in 0..rows {
                place((row * self.steps + step) * self.channels, (step * rows + row) * self.channels);
            }
        }
    }
}

/// Turns the sums of one row's gates into gates.
#[inline(always)]
fn open_gates<T: Scalar, const FUSED: bool>(gates: &mut [T], units: usize) {
    let (input_and_forget, rest) = gates.split_at_mut(2 * units);
    let (candidate, output) = rest.split_at_mut(units);
    input_and_forget.iter_mut().for_each(|gate| *gate = gate.sigmoid::<FUSED>());
    candidate.iter_mut().for_each(|gate| *gate = gate.tanh::<FUSED>());
    output.iter_mut().for_each(|gate| *gate = gate.sigmoid::<FUSED>());
}

/// One step of all rows.
struct Step<'a, T> {
    lstm: &'a Lstm,
    given: Given<'a, T>,
    step: usize,
    gates: &'a mut [T],
    /// The cell and the hidden state.
    before: [&'a [T]; 2],
    /// The cell, its tanh and the hidden state.
    after: [&'a mut [T]; 3],
}

impl<T: Scalar> Loop for Step<'_, T> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let units = self.lstm.units;
        let [cell, cell_tanh, hidden] = self.after;
        for (row, gates) in self.gates.chunks_exact_mut(4 * units).enumerate() {
            let at = row * units..(row + 1) * units;
            let (cell, cell_tanh) = (&mut cell[at.clone()], &mut cell_tanh[at.clone()]);
            let (hidden, cell_before) = (&mut hidden[at.clone()], &self.before[0][at.clone()]);
            if !self.given.is_present(row, self.step, self.lstm.steps) {
                cell.copy_from_slice(cell_before);
                hidden.copy_from_slice(&self.before[1][at]);
                continue;
            }
            open_gates::<T, FUSED>(gates, units);
            let (i, f, g, o) = of_gates(gates, units);
            for unit in 0..units {
                cell[unit] = f[unit] * cell_before[unit] + i[unit] * g[unit];
            }
            for unit in 0..units {
                cell_tanh[unit] = cell[unit].tanh::<FUSED>();
                hidden[unit] = o[unit] * cell_tanh[unit];
            }
        }
    }
}

#[inline(always)]
fn of_gates<T>(gates: &[T], units: usize) -> (&[T], &[T], &[T], &[T]) {
    let (i, rest) = gates.split_at(units);
    let (f, rest) = rest.split_at(units);
    let (g, o) = rest.split_at(units);
    (i, f, g, &o[..units])
}

/// The way back through one step of all rows.
struct StepBack<'a, T> {
    lstm: &'a Lstm,
    given: Given<'a, T>,
    step: usize,
    gates: &'a [T],
    cell_before: &'a [T],
    cell_tanh: &'a [T],
    of_gates: &'a mut [T],
    /// In: the slope by this step's hidden state. Out: 0 where the step is there, since the one
    /// before takes its slope from the gates; unchanged where it is not.
    of_hidden: &'a mut [T],
    /// In: the slope by this step's cell. Out: by the cell before it.
    of_cell: &'a mut [T],
}

impl<T: Scalar> Loop for StepBack<'_, T> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let units = self.lstm.units;
        for (row, slopes) in self.of_gates.chunks_exact_mut(4 * units).enumerate() {
            if !self.given.is_present(row, self.step, self.lstm.steps) {
                continue;
            }
            let at = row * units..(row + 1) * units;
            let (i, f, g, o) = of_gates(&self.gates[row * 4 * units..(row + 1) * 4 * units], units);
            let (before, tanh) = (&self.cell_before[at.clone()], &self.cell_tanh[at.clone()]);
            let (hidden, cell) = (&mut self.of_hidden[at.clone()], &mut self.of_cell[at]);
            let (of_i, rest) = slopes.split_at_mut(units);
            let (of_f, rest) = rest.split_at_mut(units);
            let (of_g, of_o) = rest.split_at_mut(units);
            let of_o = &mut of_o[..units];
            for unit in 0..units {
                let (i, f, g, o, tanh) = (i[unit], f[unit], g[unit], o[unit], tanh[unit]);
                let through = cell[unit] + hidden[unit] * o * (T::ONE - tanh * tanh);
                of_i[unit] = through * g * i * (T::ONE - i);
                of_f[unit] = through * before[unit] * f * (T::ONE - f);
                of_g[unit] = through * i * (T::ONE - g * g);
                of_o[unit] = hidden[unit] * tanh * o * (T::ONE - o);
                cell[unit] = through * f;
                hidden[unit] = T::ZERO;
            }
        }
    }
}

/// All steps of one row.
struct Infer<'a, T> {
    lstm: &'a Lstm,
    given: Given<'a, T>,
    /// The gates, then the cell.
    scratch: &'a mut [T],
    hidden: &'a mut [T],
}

impl<T: Scalar> Loop for Infer<'_, T> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let units = self.lstm.units;
        let Parts { of_input, of_hidden, biases } = self.lstm.parts(self.given.weights);
        let (gates, cell) = self.scratch.split_at_mut(4 * units);
        let (cell, hidden) = (&mut cell[..units], &mut self.hidden[..units]);
        for (step, input) in self.given.input.chunks_exact(self.lstm.channels).enumerate() {
            if !self.given.is_present(0, step, self.lstm.steps) {
                continue;
            }
            gates.copy_from_slice(biases);
            add_row_product::<T, FUSED>(input, of_input, gates);
            add_row_product::<T, FUSED>(hidden, of_hidden, gates);
            open_gates::<T, FUSED>(gates, units);
            let (i, f, g, o) = of_gates(gates, units);
            for unit in 0..units {
                cell[unit] = f[unit] * cell[unit] + i[unit] * g[unit];
                hidden[unit] = o[unit] * cell[unit].tanh::<FUSED>();
            }
        }
    }
}

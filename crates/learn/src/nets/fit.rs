//! The fit: reads the rows, keeps some apart, changes the weights epoch by epoch, and ends.

use super::inputs::Inputs;
use super::layout::Layout;
use super::log::{Epoch, Score};
use super::loss::Loss;
use super::measure::{Meter, Set, Space, Sums};
use super::model::{NetModel, Said};
use super::network::Network;
use super::params::{ClassWeights, EarlyStopping, ErrorMeasure, NetParams, ValidNetParams};
use super::rules::{
    Adam, Descent, Levenberg, MOST_WEIGHTS_OF_LEVENBERG, Rprop, Rule, Standing, WholeBatch, normal_equations,
};
use super::samples::{Samples, Targets};
use super::scalar::Scalar;
use crate::estimator::FitError;
use crate::number::floor_index;
use crate::odds::log_odds_of;
use crate::random::Random;

impl ValidNetParams {
    /// Fits a net. Validation rows, where given, are measured each epoch and may end the fit early,
    /// but are not learned.
    ///
    /// # Errors
    /// [`FitError`], named for what the samples lack.
    pub fn fit(&self, fit: &Samples, validation: Option<&Samples>) -> Result<NetModel, FitError> {
        self.fit_watched(fit, validation, &mut |_| {})
    }

    /// The same, and tells each epoch as it ends, so that a caller can time it.
    ///
    /// # Errors
    /// [`FitError`], named for what the samples lack.
    pub fn fit_watched(
        &self,
        fit: &Samples,
        validation: Option<&Samples>,
        watch: &mut dyn FnMut(&Epoch),
    ) -> Result<NetModel, FitError> {
        let job = Job::new(self.get(), fit, validation)?;
        let (weights, log) = match self.get().rule {
            Rule::Levenberg { .. } => {
                let (weights, log) = job.run::<f64>(watch)?;
                (weights.into_iter().map(crate::number::nearest_f32).collect(), log)
            }
            _ => job.run::<f32>(watch)?,
        };
        NetModel::new(self.get().architecture.clone(), job.inputs, job.said, weights, log)
            .map_err(|_| FitError::NotFinite)
    }
}

/// One fit, read and checked.
struct Job<'a> {
    params: &'a NetParams,
    inputs: Inputs,
    said: Said,
    network: Network,
    loss: Loss,
    fit: &'a Samples,
    fit_rows: Vec<usize>,
    validation: Option<(&'a Samples, Vec<usize>)>,
    class_weights: Vec<f64>,
}

impl<'a> Job<'a> {
    fn new(params: &'a NetParams, fit: &'a Samples, validation: Option<&'a Samples>) -> Result<Self, FitError> {
        if !fit.has_two_classes() {
            return Err(FitError::OneLabelOnly);
        }
        let said = Said::of(fit.targets());
        if validation.is_some_and(|other| other.names() != fit.names() || Said::of(other.targets()) != said) {
            return Err(FitError::ValidationColumnsDiffer);
        }
        let architecture = &params.architecture;
        let layout = Layout::of_names(fit.names(), architecture.form()).ok_or(FitError::ColumnsUnreadable)?;
        let (fit_rows, validation) = parts(params, fit, validation);
        let inputs = Inputs::fit(layout, architecture.form(), fit, &fit_rows);
        let network = architecture.network(&inputs, said.outputs(), params.dropout).ok_or(FitError::NetUnfit)?;
        if matches!(params.rule, Rule::Levenberg { .. }) {
            let most = MOST_WEIGHTS_OF_LEVENBERG;
            if network.weights() > most || said.outputs() > 1 {
                return Err(FitError::TooManyWeights { weights: network.weights(), most });
            }
        }
        let class_weights = class_weights(params.class_weights, fit, &fit_rows);
        let loss = loss(params.error, &said);
        Ok(Self { params, inputs, said, network, loss, fit, fit_rows, validation, class_weights })
    }

    fn run<T: Scalar>(&self, watch: &mut dyn FnMut(&Epoch)) -> Result<(Vec<T>, Vec<Epoch>), FitError>
    where
        Self: Ruled<T>,
    {
        let set = Set::<T>::new(&self.inputs, self.fit, &self.fit_rows, &self.class_weights);
        let validation = self
            .validation
            .as_ref()
            .map(|(samples, rows)| Set::<T>::new(&self.inputs, samples, rows, &self.class_weights));
        let mut weights = self.network.start::<T>(self.params.seed);
        self.start_from_base_rate(&mut weights, &set);
        let mut curve = Curve { job: self, validation, log: Vec::new(), best: None, watch };
        let weights = match self.params.rule {
            Rule::Adam { rate, batch_rows } => self.by_batches(weights, &set, (rate, batch_rows), &mut curve)?,
            _ => self.by_whole_batch(weights, &set, &mut curve)?,
        };
        let weights = curve.best.map_or(weights, |best| best.weights);
        Ok((weights, curve.log))
    }

    /// The last bias is the log-odds of the base rate, so that the first epochs need not find it.
    fn start_from_base_rate<T: Scalar>(&self, weights: &mut [T], set: &Set<T>) {
        let rows = set.rows();
        let mean = (0..rows).map(|row| set.weight(row) * set.targets[row]).sum::<f64>() / rows as f64;
        if let (Some(bias), Loss::Log | Loss::SquaredProbability) = (weights.last_mut(), self.loss) {
            let inside = mean.clamp(0.5 / rows as f64, 1.0 - 0.5 / rows as f64);
            *bias = T::of(log_odds_of(inside));
        }
    }

    fn meter(&self) -> Meter<'_> {
        let NetParams { input_noise, seed, .. } = *self.params;
        Meter { network: &self.network, loss: self.loss, input_noise, seed }
    }

    fn by_batches<T: Scalar>(
        &self,
        mut weights: Vec<T>,
        set: &Set<T>,
        (rate, batch_rows): (f64, usize),
        curve: &mut Curve<'_, '_, T>,
    ) -> Result<Vec<T>, FitError> {
        let (meter, penalty) = (self.meter(), Penalty::new(self.params, &self.network));
        let (mut adam, mut spaces) = (Adam::new(rate, weights.len()), Vec::new());
        let mut slope = vec![T::ZERO; weights.len()];
        let batches = set.rows().div_ceil(batch_rows);
        for epoch in 0..self.params.epochs {
            let order = Random::stream(self.params.seed, epoch + 1).permutation(set.rows());
            let mut sums = Sums::default();
            for (batch, rows) in order.chunks(batch_rows).enumerate() {
                sums.add(meter.slope(&weights, set, rows, epoch * batches + batch, &mut spaces, &mut slope));
                penalty.add(&weights, &mut slope);
                adam.step(&mut weights, &slope);
            }
            if curve.ends(&weights, Score::of(sums), rate, false)? {
                break;
            }
        }
        Ok(weights)
    }

    fn by_whole_batch<T: Scalar>(
        &self,
        weights: Vec<T>,
        set: &Set<T>,
        curve: &mut Curve<'_, '_, T>,
    ) -> Result<Vec<T>, FitError>
    where
        Self: Ruled<T>,
    {
        let (meter, penalty) = (self.meter(), Penalty::new(self.params, &self.network));
        let rows: Vec<usize> = (0..set.rows()).collect();
        let (mut spaces, mut pass, mut last) = (Vec::<Space<T>>::new(), 0, Sums::default());
        let mut measure = |standing: &mut Standing<T>| {
            last = meter.slope(&standing.weights, set, &rows, pass, &mut spaces, &mut standing.slope);
            pass += 1;
            let added = penalty.add(&standing.weights, &mut standing.slope);
            standing.error = last.loss / last.weight + added;
            last
        };
        let slope = vec![T::ZERO; weights.len()];
        let mut standing = Standing { weights, error: 0.0, slope };
        let mut score = Score::of(measure(&mut standing));
        let mut rule = self.rule(set);
        for _ in 0..self.params.epochs {
            let mut met = Sums::default();
            let taken = rule.epoch(&mut standing, &mut |standing| met = measure(standing));
            if !taken.discarded {
                score = Score::of(met);
            }
            if curve.ends(&standing.weights, score, taken.rate, taken.discarded)? || taken.stuck {
                break;
            }
        }
        Ok(standing.weights)
    }
}

/// The whole-batch rule of a fit; Levenberg and Marquardt's needs `f64`.
trait Ruled<T: Scalar> {
    fn rule<'s>(&'s self, set: &'s Set<T>) -> Box<dyn WholeBatch<T> + 's>;
}

impl Ruled<f32> for Job<'_> {
    fn rule<'s>(&'s self, _: &'s Set<f32>) -> Box<dyn WholeBatch<f32> + 's> {
        descent_or_rprop(&self.params.rule, self.network.weights())
    }
}

impl Ruled<f64> for Job<'_> {
    fn rule<'s>(&'s self, set: &'s Set<f64>) -> Box<dyn WholeBatch<f64> + 's> {
        let Rule::Levenberg { damping } = self.params.rule else {
            return descent_or_rprop(&self.params.rule, self.network.weights());
        };
        let normal = |weights: &[f64]| normal_equations(&self.network, self.loss, set, weights);
        let (lambda_l2, penalised) = (self.params.lambda_l2, self.network.penalised());
        Box::new(Levenberg { damping, lambda_l2, penalised, normal: Box::new(normal) })
    }
}

fn descent_or_rprop<'s, T: Scalar>(rule: &Rule, weights: usize) -> Box<dyn WholeBatch<T> + 's> {
    match Descent::new(rule, weights) {
        Some(descent) => Box::new(descent),
        None => Box::new(Rprop::new(*rule == Rule::IrpropPlus, weights)),
    }
}

/// λ₁ · Σ |weight| + λ₂ / 2 · Σ weight², biases left out.
struct Penalty {
    lambda_l1: f64,
    lambda_l2: f64,
    penalised: Vec<bool>,
}

impl Penalty {
    fn new(params: &NetParams, network: &Network) -> Self {
        Self { lambda_l1: params.lambda_l1, lambda_l2: params.lambda_l2, penalised: network.penalised() }
    }

    /// Adds its slope, and gives its value.
    fn add<T: Scalar>(&self, weights: &[T], slope: &mut [T]) -> f64 {
        if self.lambda_l1 <= 0.0 && self.lambda_l2 <= 0.0 {
            return 0.0;
        }
        let mut value = 0.0;
        for ((weight, slope), penalised) in weights.iter().zip(slope).zip(&self.penalised) {
            if *penalised {
                let weight = weight.f64();
                let sign = if weight == 0.0 { 0.0 } else { weight.signum() };
                value += self.lambda_l1 * weight.abs() + self.lambda_l2 / 2.0 * weight * weight;
                *slope += T::of(self.lambda_l1 * sign + self.lambda_l2 * weight);
            }
        }
        value
    }
}

/// The log as it grows, and the best weights on validation so far.
struct Curve<'a, 'w, T> {
    job: &'a Job<'a>,
    validation: Option<Set<T>>,
    log: Vec<Epoch>,
    best: Option<Best<T>>,
    watch: &'w mut dyn FnMut(&Epoch),
}

struct Best<T> {
    loss: f64,
    epoch: usize,
    weights: Vec<T>,
}

impl<T: Scalar> Curve<'_, '_, T> {
    /// Notes an epoch; true where the fit should end.
    fn ends(&mut self, weights: &[T], training: Score, rate: f64, discarded: bool) -> Result<bool, FitError> {
        let validation = self.validation.as_ref().map(|set| Score::of(self.job.meter().sums(weights, set)));
        let epoch = Epoch { training, validation, rate, discarded };
        if !epoch.is_finite() {
            return Err(FitError::NotFinite);
        }
        self.log.push(epoch);
        (self.watch)(&epoch);
        let reached = self.job.params.target_error.is_some_and(|target| training.loss <= target);
        Ok(self.gains_no_longer(weights, validation) || reached)
    }

    fn gains_no_longer(&mut self, weights: &[T], validation: Option<Score>) -> bool {
        let (Some(EarlyStopping { patience, .. }), Some(score)) = (&self.job.params.early_stopping, validation) else {
            return false;
        };
        match &self.best {
            Some(best) if score.loss >= best.loss => self.log.len() - best.epoch > *patience,
            _ => {
                self.best = Some(Best { loss: score.loss, epoch: self.log.len(), weights: weights.to_vec() });
                false
            }
        }
    }
}

/// The rows to learn, and those to validate on: as given, or a share drawn by the seed.
type Parts<'a> = (Vec<usize>, Option<(&'a Samples, Vec<usize>)>);

fn parts<'a>(params: &NetParams, fit: &'a Samples, validation: Option<&'a Samples>) -> Parts<'a> {
    let all = |samples: &Samples| (0..samples.rows()).collect::<Vec<usize>>();
    if let Some(given) = validation {
        return (all(fit), Some((given, all(given))));
    }
    let share = params.early_stopping.as_ref().map_or(0.0, |stopping| stopping.validation_share);
    let apart = floor_index(fit.rows() as f64 * share);
    if apart == 0 {
        return (all(fit), None);
    }
    let order = Random::stream(params.seed, usize::MAX).permutation(fit.rows());
    let (mut apart, mut learned) = (order[..apart].to_vec(), order[apart..].to_vec());
    apart.sort_unstable();
    learned.sort_unstable();
    (learned, Some((fit, apart)))
}

fn loss(error: ErrorMeasure, said: &Said) -> Loss {
    match (said, error) {
        (Said::Labels, ErrorMeasure::LogLoss) => Loss::Log,
        (Said::Labels, ErrorMeasure::Squares) => Loss::SquaredProbability,
        (Said::Classes { .. }, _) => Loss::Softmax,
        (Said::Numbers, _) => Loss::Squared,
    }
}

/// What a row of each class counts; none where rows count as given.
fn class_weights(weights: ClassWeights, fit: &Samples, rows: &[usize]) -> Vec<f64> {
    if weights == ClassWeights::AsGiven || matches!(fit.targets(), Targets::Numbers(_)) {
        return Vec::new();
    }
    let targets = fit.targets().numbers();
    let mut sums = Vec::new();
    for row in rows {
        let class = floor_index(targets[*row]);
        sums.resize(sums.len().max(class + 1), 0.0);
        sums[class] += fit.weight(*row);
    }
    sums.iter().map(|sum| if *sum > 0.0 { 1.0 / sum } else { 0.0 }).collect()
}

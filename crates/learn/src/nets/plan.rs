//! From an architecture and the form of its inputs to layers: the one place that knows both.

use super::inputs::Inputs;
use super::layers::{Activated, Activation, Convolution, Dense, Dropout, Layer, Lstm, MaxOverSteps, MaxPool};
use super::layout::Form;
use super::network::Network;
use super::params::{Architecture, MOST_UNITS};

/// No net has more weights or inputs: a bound that keeps a damaged file from asking for all memory.
const MOST_WEIGHTS: usize = 1 << 24;

impl Architecture {
    /// How it sees a row.
    pub(super) fn form(&self) -> Form {
        match self {
            Self::Mlp { .. } => Form::Row,
            Self::Lstm { .. } | Self::Cnn { .. } => Form::Sequence,
            Self::BehaviourMap { .. } => Form::Map,
        }
    }

    /// Whether a row has steps that may not be there.
    pub(super) fn has_steps(&self) -> bool {
        self.form() == Form::Sequence
    }

    /// The net over these inputs; `None` where a map is too small for a patch and a pool (4 × 4),
    /// or where the net would be too large.
    pub(super) fn network(&self, inputs: &Inputs, outputs: usize, dropout: f64) -> Option<Network> {
        let size = |number: u32| usize::try_from(number).ok();
        let (height, width) = (size(inputs.layout.height)?, size(inputs.layout.width)?);
        if inputs.count() > MOST_WEIGHTS || outputs > MOST_UNITS {
            return None;
        }
        let channels = inputs.width();
        let mut layers = match self {
            Self::Mlp { hidden, activation } => mlp(inputs.count(), hidden, *activation, dropout),
            Self::Lstm { units } => {
                let lstm = Layer::Lstm(Lstm { steps: width, channels, units: *units });
                lstm_or_more(lstm, *units, dropout)
            }
            Self::Cnn { filters, patch, hidden } => {
                let convolution = over_steps(width, channels, *filters, *patch);
                let mut layers = activated(convolution);
                layers.push(Layer::MaxOverSteps(MaxOverSteps { steps: width, channels: *filters }));
                layers.extend(mlp(*filters, &[*hidden], Activation::Relu, dropout));
                layers
            }
            Self::BehaviourMap { filters } => {
                let convolution = (height >= 4 && width >= 4).then(|| over_map(height, width, channels, *filters))?;
                let [height, width] = convolution.out();
                let mut layers = activated(convolution);
                layers.push(Layer::MaxPool(MaxPool { height, width, channels: *filters }));
                layers
            }
        };
        let last = layers.last().map_or(inputs.count(), Layer::outputs);
        layers.push(Layer::Dense(Dense { inputs: last, outputs }));
        let weights = layers.iter().try_fold(0_usize, |sum, layer| sum.checked_add(layer.weights()));
        weights.filter(|weights| *weights <= MOST_WEIGHTS).map(|_| Network::new(layers))
    }
}

fn mlp(inputs: usize, hidden: &[usize], by: Activation, dropout: f64) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut inputs = inputs;
    for &units in hidden {
        layers.push(Layer::Dense(Dense { inputs, outputs: units }));
        layers.push(Layer::Activated(Activated { size: units, by }));
        dropped(&mut layers, units, dropout);
        inputs = units;
    }
    layers
}

fn lstm_or_more(lstm: Layer, units: usize, dropout: f64) -> Vec<Layer> {
    let mut layers = vec![lstm];
    dropped(&mut layers, units, dropout);
    layers
}

fn dropped(layers: &mut Vec<Layer>, size: usize, rate: f64) {
    if rate > 0.0 {
        layers.push(Layer::Dropout(Dropout { size, rate }));
    }
}

fn activated(convolution: Convolution) -> Vec<Layer> {
    let [height, width] = convolution.out();
    let size = height * width * convolution.filters;
    vec![Layer::Convolution(convolution), Layer::Activated(Activated { size, by: Activation::Relu })]
}

/// As many steps come out as go in.
fn over_steps(steps: usize, channels: usize, filters: usize, patch: usize) -> Convolution {
    Convolution { height: 1, width: steps, channels, filters, kernel: [1, patch], padding: [0, patch / 2] }
}

fn over_map(height: usize, width: usize, channels: usize, filters: usize) -> Convolution {
    Convolution { height, width, channels, filters, kernel: [3, 3], padding: [0, 0] }
}

//! Nets: beside PyTorch on the same data, epochs and threads; the old rule of back-propagation
//! beside the adaptive one and its heirs; and the third paper's case of 10,000 users.

mod rules;
mod tables;
mod torch;
mod users;

pub(super) use rules::run as adaptive_bp;
pub(super) use users::run as users;

use super::line::{Bar, Line, Peer, Report};
use learn::Dataset;
use learn::metrics::roc_auc;
use learn::nets::{Activation, Architecture, EarlyStopping, NetModel, NetParams, Rule, Samples};
use std::time::Instant;
use tables::Parts;

const SEED: u64 = 7;

/// Fits of each net, each from weights of its own: the median of the seconds and the mean of the AUC stand.
const RUNS: usize = 5;

/// The timed fits take all of them.
const EPOCHS: usize = 20;

/// The fits whose AUC stands hold back this share of the rows and keep the epoch with the least loss on them, as anyone
/// would: at a fixed epoch, how large the first weights are decides between two nets of the same layers.
const HELD_BACK: f64 = 0.15;
const BATCH_ROWS: usize = 256;

/// What must hold: seconds beside PyTorch's, loss of AUC, and one sequence of 32 × 8.
const MOST_FIT_RATIO: [f64; 3] = [1.0, 1.0, 1.2];
const LEAST_DIFFERENCE: f64 = -0.003;
const MOST_MICROSECONDS_OF_LSTM: f64 = 20.0;

/// One net, as it is told to us and to the peer.
struct Contest {
    name: &'static str,
    architecture: Architecture,
    most_ratio: f64,
}

fn contests() -> [Contest; 3] {
    let mlp = Architecture::Mlp { hidden: vec![64, 32], activation: Activation::Relu };
    let cnn = Architecture::Cnn { filters: 32, patch: 3, hidden: 32 };
    [
        Contest { name: "mlp", architecture: mlp, most_ratio: MOST_FIT_RATIO[0] },
        Contest { name: "cnn", architecture: cnn, most_ratio: MOST_FIT_RATIO[1] },
        Contest { name: "lstm", architecture: Architecture::Lstm { units: 32 }, most_ratio: MOST_FIT_RATIO[2] },
    ]
}

/// What was measured of one net, ours or the peer's.
pub(super) struct Measured {
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub auc: f64,
    pub microseconds_a_row: f64,
}

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let (tab, seq) = (tables::tab(seed, [80_000, 20_000])?, tables::seq(seed, [16_000, 4_000])?);
    let theirs = [torch::measure(&tab, &["mlp"], seed), torch::measure(&seq, &["cnn", "lstm"], seed)];
    for contest in contests() {
        let (parts, theirs) = if contest.name == "mlp" { (&tab, &theirs[0]) } else { (&seq, &theirs[1]) };
        let ours = measure(&contest, parts, seed)?;
        report_contest(report, &contest, parts.name, &ours, theirs, seed);
    }
    Ok(())
}

fn report_contest(
    report: &mut Report,
    contest: &Contest,
    data: &'static str,
    ours: &Measured,
    theirs: &torch::Answer,
    seed: u64,
) {
    let name = contest.name;
    let line = |figure: &str, value: f64| Line::new(format!("{figure} {name}"), value, seed).data(data);
    let most = if name == "lstm" { MOST_MICROSECONDS_OF_LSTM } else { f64::INFINITY };
    let a_row = line("microseconds_a_row", ours.microseconds_a_row).unit("us");
    let a_row = if most.is_finite() { a_row.bar(Bar::AtMost(most)) } else { a_row };
    let peer = match theirs {
        Ok((peer, measured)) => measured.iter().find(|(net, _)| net == name).map(|(_, measured)| (peer, measured)),
        Err(reason) => {
            let missing = || Peer::Missing { reason: reason.clone() };
            report.add(&line("fit_seconds", ours.seconds).unit("s").beside(missing()));
            report.add(&line("auc", ours.auc).beside(missing()));
            report.add(&a_row.beside(missing()));
            return;
        }
    };
    let Some((peer, theirs)) = peer else { return };
    let (ratio, cpu) = (ours.seconds / theirs.seconds, ours.cpu_seconds / theirs.cpu_seconds);
    report.add(&line("fit_ratio", ratio).bar(Bar::AtMost(contest.most_ratio)).beside_known(peer, 1.0));
    report.add(&line("fit_cpu_ratio", cpu).beside_known(peer, 1.0));
    report.add(&line("fit_seconds", ours.seconds).unit("s").beside_known(peer, theirs.seconds));
    report.add(&line("auc", ours.auc).beside_known(peer, theirs.auc));
    let difference = line("metric_difference", ours.auc - theirs.auc);
    report.add(&difference.bar(Bar::AtLeast(LEAST_DIFFERENCE)).beside_known(peer, 0.0));
    report.add(&a_row.beside_known(peer, theirs.microseconds_a_row));
}

fn measure(contest: &Contest, parts: &Parts, seed: u64) -> anyhow::Result<Measured> {
    let samples = Samples::from(&parts.fit);
    let (mut seconds, mut cpu, mut aucs, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        let params = NetParams {
            architecture: contest.architecture.clone(),
            rule: Rule::Adam { rate: 0.001, batch_rows: BATCH_ROWS },
            epochs: EPOCHS,
            early_stopping: None,
            seed: seed + run as u64,
            ..NetParams::mlp()
        };
        let stopping = EarlyStopping { patience: EPOCHS, validation_share: HELD_BACK };
        let kept = NetParams { early_stopping: Some(stopping), ..params.clone() }.check()?.fit(&samples, None)?;
        aucs.push(auc_of(&parts.test, |row| kept.log_odds(row))?);
        let params = params.check()?;
        let (start, cpu_start) = (Instant::now(), cpu_seconds());
        let model = params.fit(&samples, None)?;
        seconds.push(start.elapsed().as_secs_f64());
        cpu.push(cpu_seconds() - cpu_start);
        rows.push(microseconds_a_row(&model, &parts.test));
    }
    let auc = aucs.iter().sum::<f64>() / RUNS as f64;
    Ok(Measured { seconds: median(seconds), cpu_seconds: median(cpu), auc, microseconds_a_row: median(rows) })
}

pub(super) fn auc_of(test: &Dataset, score: impl Fn(&[f32]) -> f64) -> anyhow::Result<f64> {
    let scores: Vec<f64> = (0..test.rows()).map(|row| score(test.row(row))).collect();
    Ok(roc_auc(test.labels(), &scores)?)
}

/// The median over hundreds of rows of a score alone, from raw values to log-odds.
fn microseconds_a_row(model: &NetModel, test: &Dataset) -> f64 {
    let rows = (0..test.rows().min(2_000)).map(|row| {
        let start = Instant::now();
        std::hint::black_box(model.log_odds(test.row(row)));
        start.elapsed().as_secs_f64() * 1e6
    });
    median(rows.collect())
}

pub(super) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Processor seconds of this process so far; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    /// Ticks a second, as Linux counts for programs.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}
